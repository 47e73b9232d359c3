-- Numbers of findings and of their groups by rule, body, year, severity and acceptance together.
SELECT w.text AS fault, c.body AS body, c.year AS year, g.severity AS severity, g.accepted AS accepted,
       g.findings AS findings, g.groups AS groups
FROM (
  SELECT fault_word, cell, severity, accepted, count(*) AS findings, sum(members > 0) AS groups
  FROM finding GROUP BY fault_word, cell, severity, accepted
) g JOIN cell c ON c.id = g.cell JOIN word w ON w.id = g.fault_word
