SELECT x.iri AS project, x.year AS year, x.amount AS amount
FROM project x
WHERE x.unit IN (SELECT unit FROM citation WHERE basis IN (SELECT value FROM json_each(:node)))
ORDER BY year DESC, amount DESC, project
LIMIT :rows OFFSET :offset
