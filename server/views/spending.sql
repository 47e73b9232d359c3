-- order: amount DESC, departmentIri, year
SELECT body AS departmentIri, year,
       -- given by_department
       min(department) AS bodyName,
       -- end
       sum(n) AS projects, sum(n) - sum(figures) AS withoutAmount, sum(partial) AS partial,
       iif(sum(figures) > 0, sum(amount), NULL) AS amount,
       iif(sum(narratives) > 0, sum(narrated), NULL) AS narrated,
       iif(sum(fiscals) > 0, sum(fiscal), NULL) AS fiscalFunds,
       iif(sum(carries) > 0, sum(carried), NULL) AS carriedOver,
       iif(sum(others) > 0, sum(other), NULL) AS otherFunds
FROM ({signed:
  SELECT p.body AS body, p.year AS year,
         -- given by_department
         min(p.department) AS department,
         -- end
         {sign} * count(*) AS n, {sign} * sum(p.partial) AS partial,
         {sign} * count(p.amount) AS figures, {sign} * sum(p.amount) AS amount,
         {sign} * count(p.narrated) AS narratives, {sign} * sum(p.narrated) AS narrated,
         {sign} * count(p.fiscal) AS fiscals, {sign} * sum(p.fiscal) AS fiscal,
         {sign} * count(p.carried) AS carries, {sign} * sum(p.carried) AS carried,
         {sign} * count(p.other) AS others, {sign} * sum(p.other) AS other
  FROM {s}.project p
  WHERE {these p.unit}
  -- given department
    AND p.unit IN (SELECT unit FROM {s}.role WHERE body IN (SELECT value FROM json_each(:department)))
  -- end
  -- given year
    AND p.year IN (SELECT value FROM json_each(:year))
  -- end
  GROUP BY p.body, p.year
:signed})
GROUP BY body, year HAVING sum(n) > 0
