-- Numbers of findings and of their groups by rule, body, year, severity and acceptance together.
SELECT fault, body, year, severity, accepted, sum(findings) AS findings, sum(groups) AS groups
FROM ({signed:
  SELECT w.text AS fault, c.body AS body, c.year AS year, g.severity AS severity, g.accepted AS accepted,
         {sign} * g.findings AS findings, {sign} * g.groups AS groups
  FROM (
    SELECT f.fault_word AS word, f.cell AS cell, f.severity AS severity, f.accepted AS accepted, count(*) AS findings,
           sum(f.members > 0) AS groups
    FROM {s}.finding f WHERE {these f.unit} GROUP BY f.fault_word, f.cell, f.severity, f.accepted
  ) g JOIN {s}.cell c ON c.id = g.cell JOIN {s}.word w ON w.id = g.word
:signed})
GROUP BY fault, body, year, severity, accepted HAVING sum(findings) > 0
