-- order: secondAmount DESC, firstAmount DESC, departmentIri
SELECT body AS departmentIri,
       -- given by_department
       min(department) AS bodyName,
       -- end
       sum(in1) AS firstProjects, sum(figures1) AS firstWithAmount, iif(sum(figures1) > 0, sum(money1), NULL) AS firstAmount,
       sum(in2) AS secondProjects, sum(figures2) AS secondWithAmount, iif(sum(figures2) > 0, sum(money2), NULL) AS secondAmount,
       iif(sum(figures1) > 0 AND sum(figures2) > 0, sum(money2) - sum(money1), NULL) AS change, sum(partial) AS partial
FROM ({signed:
  SELECT body,
         -- given by_department
         min(department) AS department,
         -- end
         {sign} * count(*) AS n, {sign} * sum(partial) AS partial,
         {sign} * sum(first AND NOT second) AS in1, {sign} * sum(second AND NOT first) AS in2,
         {sign} * count(iif(first, amount, NULL)) AS figures1, {sign} * sum(iif(first, amount, NULL)) AS money1,
         {sign} * count(iif(second, amount, NULL)) AS figures2, {sign} * sum(iif(second, amount, NULL)) AS money2
  FROM (
    SELECT p.body, p.amount, p.partial, p.year IN (SELECT value FROM json_each(:first)) AS first,
           -- given by_department
           p.department,
           -- end
           p.year IN (SELECT value FROM json_each(:second)) AS second
    FROM {s}.project p
    WHERE {these p.unit} AND p.year IN (SELECT value FROM json_each(:first) UNION SELECT value FROM json_each(:second))
    -- given department
      AND p.unit IN (SELECT unit FROM {s}.role WHERE body IN (SELECT value FROM json_each(:department)))
    -- end
  )
  GROUP BY body
:signed})
GROUP BY body HAVING sum(n) > 0
