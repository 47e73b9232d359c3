-- order: projects DESC, basis
SELECT basis, sum(n) AS projects, iif(sum(figures) > 0, sum(amount), NULL) AS amount
FROM ({union:
  SELECT c.basis AS basis, count(*) AS n, count(c.amount) AS figures, sum(c.amount) AS amount
  FROM (
    SELECT DISTINCT unit FROM {s}.role
    WHERE body IN (SELECT value FROM json_each(:node) UNION SELECT value FROM json_each(:scope))
  ) r CROSS JOIN {s}.citation c ON c.unit = r.unit
  WHERE c.unit NOT IN ({gone})
  GROUP BY c.basis
:union})
GROUP BY basis
