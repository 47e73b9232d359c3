-- order: firstYear
SELECT sum(n) AS projects, sum(figures) AS withAmount, iif(sum(figures) > 0, sum(amount), NULL) AS amount,
       sum(partial) AS partial, count(DISTINCT body) AS bodies, min(firstYear) AS firstYear, max(lastYear) AS lastYear
FROM ({union:
  SELECT c.body AS body, count(*) AS n, count(c.amount) AS figures, sum(c.amount) AS amount, sum(c.partial) AS partial,
         min(c.year) AS firstYear, max(c.year) AS lastYear
  FROM {s}.citation c
  WHERE c.basis IN (SELECT value FROM json_each(:node)) AND c.unit NOT IN ({gone})
  GROUP BY c.body
:union})
HAVING sum(n) > 0
