SELECT x.basis AS basis, count(*) AS projects, sum(x.amount) AS amount
FROM citation x
WHERE x.unit IN (
  SELECT unit FROM role WHERE body IN (SELECT value FROM json_each(:node) UNION SELECT value FROM json_each(:scope))
)
GROUP BY x.basis
ORDER BY projects DESC, basis
LIMIT :rows OFFSET :offset
