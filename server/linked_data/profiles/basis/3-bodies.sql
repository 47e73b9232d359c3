-- order: projects DESC, departmentIri
SELECT body AS departmentIri, sum(n) AS projects, min(firstYear) AS firstYear, max(lastYear) AS lastYear,
       iif(sum(figures) > 0, sum(amount), NULL) AS amount
FROM ({union:
  SELECT c.body AS body, count(*) AS n, count(c.amount) AS figures, sum(c.amount) AS amount,
         min(c.year) AS firstYear, max(c.year) AS lastYear
  FROM {s}.citation c
  WHERE c.basis IN (SELECT value FROM json_each(:node)) AND c.body IS NOT NULL AND c.unit NOT IN ({gone})
  GROUP BY c.body
:union})
GROUP BY body
