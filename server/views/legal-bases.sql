-- order: projects DESC, sum DESC, basis
-- given whole_text
WITH named AS MATERIALIZED ({union:
  SELECT d.iri AS basis FROM {s}.document d
  WHERE {these d.unit} AND EXISTS (SELECT 1 FROM json_each(:text) t WHERE instr(d.words, t.value))
:union})
-- end
-- given page
-- Bodies are counted for the documents of a page alone.
SELECT basis, projects, sum, figures, withoutAmount, partial, (SELECT count(DISTINCT body) FROM ({union:
  SELECT c.body AS body
-- end
-- given whole
SELECT basis, 1 AS rows, sum(n) AS projects, coalesce(sum(amount), 0) AS sum, sum(figures) AS figures,
       sum(n) - sum(figures) AS withoutAmount, sum(partial) AS partial
FROM ({signed:
  SELECT c.basis AS basis, {sign} * count(*) AS n, {sign} * sum(c.partial) AS partial,
         {sign} * count(c.amount) AS figures, {sign} * sum(c.amount) AS amount
-- end
  FROM {s}.citation c
-- given whole
  WHERE {these c.unit}
-- end
-- given page
  -- One list of replaced rows does for all documents.
  WHERE c.basis = picked.basis AND c.unit NOT IN ({gone})
-- end
-- given department
    AND c.unit IN (SELECT unit FROM {s}.role WHERE body IN (SELECT value FROM json_each(:department)))
-- end
-- given year
    AND c.year IN (SELECT value FROM json_each(:year))
-- end
-- given project
    AND +c.unit IN (
      SELECT p.unit FROM json_each(:project) t CROSS JOIN {s}.project p WHERE instr(p.label, t.value)
    )
-- end
-- given whole_text
    AND c.basis IN (SELECT basis FROM named)
-- end
-- given page
:union})) AS departments
FROM picked {order} LIMIT :rows OFFSET :offset
-- end
-- given whole
  GROUP BY c.basis
:signed})
GROUP BY basis HAVING sum(n) > 0
-- end
