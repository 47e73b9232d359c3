-- order: projects DESC, amount DESC, departmentIri
SELECT body AS departmentIri,
       -- given by_department
       min(department) AS bodyName,
       -- end
       sum(n) AS projects, iif(sum(figures) > 0, sum(amount), NULL) AS amount, sum(n) - sum(figures) AS withoutAmount,
       sum(partial) AS partial, sum(citations) AS citations
FROM ({signed:
  SELECT p.body AS body,
         -- given by_department
         min(p.department) AS department,
         -- end
         {sign} * count(*) AS n, {sign} * sum(p.partial) AS partial, {sign} * sum(p.citations) AS citations,
         {sign} * count(p.amount) AS figures, {sign} * sum(p.amount) AS amount
  FROM {s}.project p
  WHERE {these p.unit}
  -- given year
    AND p.year IN (SELECT value FROM json_each(:year))
  -- end
  -- given basis
    AND p.unit IN (SELECT unit FROM {s}.citation WHERE basis IN (SELECT value FROM json_each(:basis)))
  -- end
  -- given text
    -- SQLite reads the first word once, and the others for each row.
    AND (instr(p.label, :text ->> 0)
         OR (:text ->> 1 IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(:text) t WHERE instr(p.label, t.value))))
  -- end
  -- given text
  -- The label is in no index, so that to read rows by body would take longer.
  GROUP BY +p.body
  -- end
  -- without text
  GROUP BY p.body
  -- end
:signed})
GROUP BY body HAVING sum(n) > 0
