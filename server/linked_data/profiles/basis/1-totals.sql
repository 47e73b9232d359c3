SELECT count(*) AS projects, count(x.amount) AS withAmount, sum(x.amount) AS amount, sum(x.partial) AS partial,
       count(*) FILTER (WHERE x.amount IS NOT NULL AND p.request IS NULL) AS otherwise,
       count(DISTINCT x.body) AS bodies, min(x.year) AS firstYear, max(x.year) AS lastYear
FROM citation x JOIN project p ON p.unit = x.unit
WHERE x.basis IN (SELECT value FROM json_each(:node))
GROUP BY x.basis
ORDER BY projects
LIMIT :rows OFFSET :offset
