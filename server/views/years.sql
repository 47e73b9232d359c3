SELECT *, secondAmount - firstAmount AS change
FROM (
  SELECT x.body AS departmentIri, min(x.department) AS bodyName,
         nullif(count(*) FILTER (WHERE f AND NOT s), 0) AS firstProjects,
         count(x.amount) FILTER (WHERE f) AS firstWithAmount, sum(x.amount) FILTER (WHERE f) AS firstAmount,
         nullif(count(*) FILTER (WHERE s AND NOT f), 0) AS secondProjects,
         count(x.amount) FILTER (WHERE s) AS secondWithAmount, sum(x.amount) FILTER (WHERE s) AS secondAmount,
         sum(x.partial) AS partial
  FROM (
    SELECT *, year IN (SELECT value FROM json_each(:first)) AS f, year IN (SELECT value FROM json_each(:second)) AS s FROM project
  ) x
  WHERE x.year IN (SELECT value FROM json_each(:first) UNION SELECT value FROM json_each(:second)) AND x.body IS NOT NULL
    -- given department
    AND x.unit IN (SELECT unit FROM role WHERE body IN (SELECT value FROM json_each(:department)))
    -- end
    -- given region
    AND x.unit IN (SELECT unit FROM placed WHERE place IN (SELECT value FROM json_each(:region)))
    -- end
    -- given text
    AND x.unit IN (SELECT q.unit FROM json_each(:text) t CROSS JOIN project q WHERE instr('"' || q.label || '"', t.value))
    -- end
  GROUP BY x.body
)
ORDER BY change DESC, secondAmount DESC, firstAmount DESC, departmentIri
LIMIT :rows OFFSET :offset
