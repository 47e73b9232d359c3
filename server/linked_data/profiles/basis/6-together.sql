-- order: projects DESC, basis
SELECT basis, sum(n) AS projects
FROM ({union:
  SELECT o.basis AS basis, count(*) AS n
  FROM {s}.citation c CROSS JOIN {s}.citation o ON o.unit = c.unit AND o.basis <> c.basis
  WHERE c.basis IN (SELECT value FROM json_each(:node)) AND c.unit NOT IN ({gone})
  GROUP BY o.basis
:union})
GROUP BY basis
