-- order: file, series, n
-- given page
SELECT finding, file, fault FROM ({union:
SELECT * FROM (SELECT :base || 'graph/report/' || f.source || '#' || f.series || f.n AS finding,
                      :base || 'id/source/' || f.source AS file, f.series AS series, f.n AS n,
                      (SELECT w.text FROM {s}.word w WHERE w.id = f.fault_word) AS fault
-- end
-- given whole
SELECT coalesce(sum(rows), 0) AS rows FROM ({signed:
SELECT {sign} * count(*) AS rows
-- end
FROM {s}.finding f
WHERE {these f.unit}
  AND f.fault_word IN (SELECT w.id FROM {s}.word w WHERE w.text IN (SELECT value FROM json_each(:fault)))
-- given severity
  AND f.severity IN (SELECT substr(value, instr(value, '#') + 1) FROM json_each(:severity))
-- end
-- given source
  AND :base || 'id/source/' || f.source IN (SELECT value FROM json_each(:source))
-- end
-- given page
ORDER BY f.source, f.series, f.n LIMIT :most_rows) :union})
{order} LIMIT :rows OFFSET :offset
-- end
-- given whole
:signed})
-- end
