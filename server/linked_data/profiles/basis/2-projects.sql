SELECT x.iri AS project, x.year AS year, x.amount AS amount
       -- given whole
       , 1 AS rows
       -- end
FROM project x
WHERE x.unit IN (SELECT unit FROM citation WHERE basis IN (SELECT value FROM json_each(:node)))
ORDER BY x.year DESC, x.amount DESC, x.iri
LIMIT :rows OFFSET :offset
