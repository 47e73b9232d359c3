SELECT x.iri AS project, x.year AS year, x.amount AS amount, x.body AS body, x.department AS bodyName, x.partial AS partial,
       (SELECT replace(group_concat(DISTINCT r.role), ',', ' ') FROM role r
        WHERE r.unit = x.unit AND r.body IN (SELECT value FROM json_each(:department))) AS role
       -- given whole
       , 1 AS rows
       -- end
FROM project x
WHERE x.unit IN (SELECT unit FROM role WHERE body IN (SELECT value FROM json_each(:department)))
  -- given region
  AND x.unit IN (SELECT unit FROM placed WHERE place IN (SELECT value FROM json_each(:region)))
  -- end
  -- given year
  AND x.year IN (SELECT value FROM json_each(:year))
  -- end
ORDER BY x.year DESC, x.iri
LIMIT :rows OFFSET :offset
