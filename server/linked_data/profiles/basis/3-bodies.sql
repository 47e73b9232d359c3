SELECT x.body AS departmentIri, count(*) AS projects, min(x.year) AS firstYear, max(x.year) AS lastYear, sum(x.amount) AS amount
FROM citation x
WHERE x.basis IN (SELECT value FROM json_each(:node)) AND x.body IS NOT NULL
GROUP BY x.body
ORDER BY projects DESC, departmentIri
LIMIT :rows OFFSET :offset
