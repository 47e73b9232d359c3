SELECT x.basis AS basis, count(*) AS projects
FROM citation x
WHERE x.basis NOT IN (SELECT value FROM json_each(:node)) AND x.unit IN (SELECT unit FROM citation WHERE basis IN (SELECT value FROM json_each(:node)))
GROUP BY x.basis
ORDER BY projects DESC, basis
LIMIT :rows OFFSET :offset
