-- order: departmentIri
SELECT body AS departmentIri, sum(n) AS projects, sum(figures) AS withAmount,
       iif(sum(figures) > 0, sum(amount), NULL) AS amount, min(firstYear) AS firstYear, max(lastYear) AS lastYear
FROM ({union:
  SELECT r.body AS body, count(*) AS n, count(p.amount) AS figures, sum(p.amount) AS amount,
         min(p.year) AS firstYear, max(p.year) AS lastYear
  FROM (
    SELECT DISTINCT body, unit FROM {s}.role
    WHERE body IN (SELECT value FROM json_each(:node)) AND role IN ('department', 'implementingUnit')
  ) r JOIN {s}.project p ON p.unit = r.unit
  WHERE p.unit NOT IN ({gone})
  GROUP BY r.body
:union})
GROUP BY body
