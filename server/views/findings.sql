SELECT :base || 'graph/report/' || x.source || '#' || x.series || x.n AS finding,
       (SELECT text FROM word WHERE id = x.fault_word) AS fault, :base || 'id/source/' || x.source AS file
       -- given whole
       , 1 AS rows
       -- end
FROM finding x
WHERE x.fault_word IN (SELECT id FROM word WHERE text IN (SELECT value FROM json_each(:fault)))
  -- given severity
  AND x.severity IN (SELECT substr(value, instr(value, '#') + 1) FROM json_each(:severity))
  -- end
  -- given source
  AND :base || 'id/source/' || x.source IN (SELECT value FROM json_each(:source))
  -- end
ORDER BY x.source, x.series, x.n
LIMIT :rows OFFSET :offset
