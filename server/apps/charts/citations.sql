SELECT x.year AS year, count(*) AS projects, count(*) - count(x.amount) AS withoutAmount, sum(x.partial) AS partial,
       sum(x.amount) AS amount
FROM project x
WHERE x.unit IN (SELECT unit FROM citation WHERE basis IN (SELECT value FROM json_each(:document)))
  -- given department
  AND x.unit IN (SELECT unit FROM role WHERE body IN (SELECT value FROM json_each(:department)))
  -- end
  -- given region
  AND x.unit IN (SELECT unit FROM placed WHERE place IN (SELECT value FROM json_each(:region)))
  -- end
GROUP BY x.year
ORDER BY year
LIMIT :rows OFFSET :offset
