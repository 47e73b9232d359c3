-- The findings of a generation, from its index: a page of them, or of the first of each group, or their numbers and those
-- of their groups by body, year, severity and acceptance.
-- given page
SELECT * FROM ({union:
SELECT * FROM (
  SELECT f.source AS source, f.series AS series, f.n AS n, c.body AS body, c.year AS year, f.severity AS severity,
         f.accepted AS accepted, f.project AS project, f.members AS members,
         (SELECT w.text FROM {s}.word w WHERE w.id = f.fault_word) AS fault
-- end
-- given walk
-- Among many findings a walk in the order of the list soon meets those of a page.
  FROM {s}.cell c CROSS JOIN {s}.finding f INDEXED BY finding_cell ON f.cell = c.id
-- end
-- given look
  FROM {s}.finding f CROSS JOIN {s}.cell c ON c.id = f.cell
-- end
-- given whole
SELECT body, year, severity, accepted, sum(findings) AS findings, sum(groups) AS groups FROM ({signed:
  SELECT c.body AS body, c.year AS year, g.severity AS severity, g.accepted AS accepted, {sign} * g.findings AS findings,
         {sign} * g.groups AS groups
  FROM {s}.cell c JOIN (
    SELECT f.cell AS cell, f.severity AS severity, f.accepted AS accepted,
-- end
-- given by_finding
           count(*) AS findings, sum(f.members > 0) AS groups FROM {s}.finding f
-- end
-- given by_group
           sum(f.findings) AS findings, sum(f.groups) AS groups FROM {s}.found f
-- end
  WHERE {these f.unit}
-- given fault
    AND f.fault_word IN (SELECT w.id FROM {s}.word w WHERE w.text = :fault)
-- end
-- given source
    AND f.source = :source
-- end
-- given body
    AND f.cell IN (SELECT d.id FROM {s}.cell d WHERE d.body = :body)
-- end
-- given year
    AND f.cell IN (SELECT d.id FROM {s}.cell d WHERE d.year = :year)
-- end
-- given severity
    AND f.severity = :severity
-- end
-- given accepted
    AND f.accepted = :accepted
-- end
-- given folded
    AND f.members > 0
-- end
-- given page
  ORDER BY c.body ASC NULLS LAST, c.year DESC, f.source, f.series, f.n LIMIT :most_rows
) :union})
ORDER BY body ASC NULLS LAST, year DESC, source, series, n LIMIT :rows OFFSET :offset
-- end
-- given whole
    GROUP BY f.cell, f.severity, f.accepted
  ) g ON g.cell = c.id
:signed}) GROUP BY body, year, severity, accepted HAVING sum(findings) > 0
-- end
