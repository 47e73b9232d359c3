-- order: year DESC
SELECT year, sum(n) AS projects, sum(figures) AS withAmount, iif(sum(figures) > 0, sum(amount), NULL) AS amount,
       sum(partial) AS partial
FROM ({union:
  SELECT c.year AS year, count(*) AS n, count(c.amount) AS figures, sum(c.amount) AS amount, sum(c.partial) AS partial
  FROM {s}.citation c
  WHERE c.basis IN (SELECT value FROM json_each(:node)) AND c.unit NOT IN ({gone})
  GROUP BY c.year
:union})
GROUP BY year
