SELECT x.basis AS basis, count(*) AS projects, count(x.amount) AS withAmount, sum(x.amount) AS amount,
       min(x.year) AS firstYear, max(x.year) AS lastYear, count(*) - count(x.year) AS withoutYear
FROM citation x
WHERE x.basis IN (SELECT value FROM json_each(:node))
GROUP BY x.basis
ORDER BY basis
LIMIT :rows OFFSET :offset
