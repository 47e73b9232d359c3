SELECT x.iri AS project, x.year AS year, x.amount AS amount, x.key AS key,
       (SELECT count(DISTINCT c.basis) FROM citation c
        WHERE c.unit = x.unit AND c.basis IN (SELECT value FROM json_each(:document))) AS cited
       -- given whole
       , 1 AS rows
       -- end
FROM project x
WHERE x.unit IN (SELECT unit FROM citation WHERE basis IN (SELECT value FROM json_each(:document)))
  -- given project
  AND x.unit IN (SELECT q.unit FROM json_each(:project) t CROSS JOIN project q WHERE instr('"' || q.label || '"', t.value))
  -- end
  -- given department
  AND x.unit IN (SELECT unit FROM role WHERE body IN (SELECT value FROM json_each(:department)))
  -- end
  -- given region
  AND x.unit IN (SELECT unit FROM placed WHERE place IN (SELECT value FROM json_each(:region)))
  -- end
  -- given year
  AND x.year IN (SELECT value FROM json_each(:year))
  -- end
ORDER BY cited DESC, year DESC, key
LIMIT :rows OFFSET :offset
