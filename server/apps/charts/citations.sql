-- order: year
SELECT year, sum(n) AS projects, sum(n) - sum(figures) AS withoutAmount, sum(partial) AS partial,
       iif(sum(figures) > 0, sum(amount), NULL) AS amount
FROM ({signed:
  SELECT p.year AS year, {sign} * count(*) AS n, {sign} * sum(p.partial) AS partial,
         {sign} * count(p.amount) AS figures, {sign} * sum(p.amount) AS amount
  FROM {s}.project p
  WHERE {these p.unit}
    AND p.unit IN (SELECT unit FROM {s}.citation WHERE basis IN (SELECT value FROM json_each(:document)))
  -- given department
    AND p.unit IN (SELECT unit FROM {s}.role WHERE body IN (SELECT value FROM json_each(:department)))
  -- end
  GROUP BY p.year
:signed})
GROUP BY year HAVING sum(n) > 0
