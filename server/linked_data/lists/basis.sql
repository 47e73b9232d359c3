-- order: basis
SELECT basis, sum(n) AS projects, sum(figures) AS withAmount, iif(sum(figures) > 0, sum(amount), NULL) AS amount,
       min(firstYear) AS firstYear, max(lastYear) AS lastYear
FROM ({union:
  SELECT c.basis AS basis, count(*) AS n, count(c.amount) AS figures, sum(c.amount) AS amount,
         min(c.year) AS firstYear, max(c.year) AS lastYear
  FROM {s}.citation c
  WHERE c.basis IN (SELECT value FROM json_each(:node)) AND c.unit NOT IN ({gone})
  GROUP BY c.basis
:union})
GROUP BY basis
