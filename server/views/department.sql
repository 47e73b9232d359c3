-- order: year DESC, project
-- given page
SELECT * FROM ({union:
SELECT * FROM (SELECT p.iri AS project, p.year AS year, p.amount AS amount,
  (SELECT replace(group_concat(DISTINCT r.role), ',', ' ') FROM {s}.role r
   WHERE r.unit = p.unit AND r.body IN (SELECT value FROM json_each(:department))) AS role
-- end
-- given whole
SELECT body, year, sum(rows) AS rows, sum(amount_sum) AS amount_sum, sum(amount_count) AS amount_count,
       sum(partial_sum) AS partial_sum, sum(rows) AS partial_count
FROM ({signed:
SELECT p.body AS body, p.year AS year, {sign} * count(*) AS rows, {sign} * sum(p.amount) AS amount_sum,
       {sign} * count(p.amount) AS amount_count, {sign} * sum(p.partial) AS partial_sum
-- end
-- given by_department
  , p.department AS bodyName
-- end
FROM {s}.project p
WHERE {these p.unit} AND p.unit IN (SELECT unit FROM {s}.role WHERE body IN (SELECT value FROM json_each(:department)))
-- given year
  AND p.year IN (SELECT value FROM json_each(:year))
-- end
-- given page
{order} LIMIT :most_rows) :union})
{order} LIMIT :rows OFFSET :offset
-- end
-- given whole
GROUP BY p.body, p.year :signed})
GROUP BY body, year HAVING sum(rows) > 0
-- end
