-- The findings of a generation, from its index: a page of them, or of the first of each group, or their numbers and those
-- of their groups by body, year, severity and acceptance.
-- given page
SELECT f.source AS source, f.series AS series, f.n AS n, c.body AS body, c.year AS year, f.severity AS severity,
       f.accepted AS accepted, f.project AS project, f.members AS members,
       (SELECT w.text FROM word w WHERE w.id = f.fault_word) AS fault
-- end
-- given walk
-- Among many findings a walk in the order of the list soon meets those of a page.
FROM cell c CROSS JOIN finding f INDEXED BY finding_cell ON f.cell = c.id
-- end
-- given look
FROM finding f CROSS JOIN cell c ON c.id = f.cell
-- end
-- given whole
SELECT c.body AS body, c.year AS year, g.severity AS severity, g.accepted AS accepted, g.findings AS findings,
       g.groups AS groups
FROM cell c JOIN (
  SELECT f.cell AS cell, f.severity AS severity, f.accepted AS accepted,
-- end
-- given by_finding
         count(*) AS findings, sum(f.members > 0) AS groups FROM finding f
-- end
-- given by_group
         sum(f.findings) AS findings, sum(f.groups) AS groups FROM found f
-- end
WHERE TRUE
-- given fault
  AND f.fault_word IN (SELECT w.id FROM word w WHERE w.text = :fault)
-- end
-- given source
  AND f.source = :source
-- end
-- given body
  AND f.cell IN (SELECT d.id FROM cell d WHERE d.body = :body)
-- end
-- given year
  AND f.cell IN (SELECT d.id FROM cell d WHERE d.year = :year)
-- end
-- given severity
  AND f.severity = :severity
-- end
-- given accepted
  AND f.accepted = :accepted
-- end
-- given own
  AND f.severity <> 'Violation' AND f.fault_word NOT IN (SELECT w.id FROM word w JOIN json_each(:own) o ON o.value = w.text)
-- end
-- given folded
  AND f.members > 0
-- end
-- given page
ORDER BY c.body ASC NULLS LAST, c.year DESC, f.source, f.series, f.n LIMIT :rows OFFSET :offset
-- end
-- given whole
  GROUP BY f.cell, f.severity, f.accepted
) g ON g.cell = c.id
-- end
