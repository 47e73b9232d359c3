SELECT x.year AS year, count(*) AS projects, count(x.amount) AS withAmount, sum(x.amount) AS amount, sum(x.partial) AS partial
FROM citation x
WHERE x.basis IN (SELECT value FROM json_each(:node))
GROUP BY x.year
ORDER BY year DESC
LIMIT :rows OFFSET :offset
