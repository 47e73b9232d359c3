SELECT count(*) AS projects, count(x.amount) AS withAmount, sum(x.amount) AS amount, sum(x.partial) AS partial,
       count(DISTINCT x.body) AS bodies, min(x.year) AS firstYear, max(x.year) AS lastYear
FROM citation x
WHERE x.basis IN (SELECT value FROM json_each(:node))
GROUP BY x.basis
ORDER BY projects
LIMIT :rows OFFSET :offset
