-- order: year DESC, amount DESC, key
-- given page
SELECT * FROM ({union:
SELECT * FROM (SELECT p.iri AS project, p.year AS year, p.amount AS amount, p.key AS key
-- end
-- given whole
SELECT body, year, sum(rows) AS rows, sum(amount_sum) AS amount_sum, sum(amount_count) AS amount_count,
       sum(partial_sum) AS partial_sum, sum(rows) AS partial_count
FROM ({signed:
SELECT p.body AS body, p.year AS year, {sign} * count(*) AS rows, {sign} * sum(p.amount) AS amount_sum,
       {sign} * count(p.amount) AS amount_count, {sign} * sum(p.partial) AS partial_sum
-- end
-- given department
  , (SELECT replace(group_concat(DISTINCT r.role), ',', ' ') FROM {s}.role r
     WHERE r.unit = p.unit AND r.body IN (SELECT value FROM json_each(:department))) AS role
-- end
-- given by_department
  , p.department AS bodyName
-- end
FROM {s}.project p
WHERE {these p.unit}
-- given department
  AND p.unit IN (SELECT unit FROM {s}.role WHERE body IN (SELECT value FROM json_each(:department)))
-- end
-- given year
  AND p.year IN (SELECT value FROM json_each(:year))
-- end
-- given basis
  AND p.unit IN (SELECT unit FROM {s}.citation WHERE basis IN (SELECT value FROM json_each(:basis)))
-- end
-- given category
  AND p.unit IN (SELECT unit FROM {s}.category WHERE value IN (SELECT value FROM json_each(:category)))
-- end
-- given whole_text walk_text
-- SQLite reads the first word once, and the others for each row.
  AND (instr(p.label, :text ->> 0)
       OR (:text ->> 1 IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(:text) t WHERE instr(p.label, t.value))))
-- end
-- given look_text
  AND p.unit IN (SELECT q.unit FROM json_each(:text) t CROSS JOIN {s}.project q WHERE instr(q.label, t.value))
-- end
-- given goal
  AND p.unit IN (SELECT g.unit FROM json_each(:goal) t CROSS JOIN {s}.goal g WHERE instr(g.text, t.value))
-- end
-- given least
  AND p.amount >= (SELECT min(value) FROM json_each(:least))
-- end
-- given most
  AND p.amount <= (SELECT max(value) FROM json_each(:most))
-- end
-- given page
{order} LIMIT :most_rows) :union})
{order} LIMIT :rows OFFSET :offset
-- end
-- given whole_text
-- The label is in no index, so that to read rows by body would take longer.
GROUP BY +p.body, p.year
-- end
-- without text page
GROUP BY p.body, p.year
-- end
-- given whole
:signed})
GROUP BY body, year HAVING sum(rows) > 0
-- end
