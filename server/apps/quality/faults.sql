-- Numbers of findings and of their groups by rule, severity and acceptance.
SELECT w.text AS fault, g.severity AS severity, g.accepted AS accepted, g.findings AS findings, g.groups AS groups
FROM (
  SELECT fault_word, severity, accepted, count(*) AS findings, sum(members > 0) AS groups
  FROM finding GROUP BY fault_word, severity, accepted
) g JOIN word w ON w.id = g.fault_word
