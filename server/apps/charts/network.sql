-- order: cited DESC, year DESC, key
{union:
SELECT p.iri AS project, p.year AS year, p.amount AS amount, p.key AS key, c.cited AS cited
FROM (
  SELECT unit, count(DISTINCT basis) AS cited FROM {s}.citation
  WHERE basis IN (SELECT value FROM json_each(:document)) GROUP BY unit
) c CROSS JOIN {s}.project p ON p.unit = c.unit
WHERE {these p.unit}
-- given project
  AND EXISTS (SELECT 1 FROM json_each(:project) t WHERE instr(p.label, t.value))
-- end
-- given department
  AND p.unit IN (SELECT unit FROM {s}.role WHERE body IN (SELECT value FROM json_each(:department)))
-- end
-- given year
  AND p.year IN (SELECT value FROM json_each(:year))
-- end
:union}
