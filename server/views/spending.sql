SELECT x.body AS departmentIri, min(x.department) AS bodyName, x.year AS year, count(*) AS projects,
       count(*) - count(x.amount) AS withoutAmount, sum(x.partial) AS partial, sum(x.amount) AS amount,
       sum(x.narrated) AS narrated, sum(x.request) AS annualRequest, sum(x.year_fiscal) AS yearFiscalFunds,
       sum(x.carried) AS carriedOver, sum(x.year_other) AS annualOtherFunds, sum(x.total) AS totalAmount,
       sum(x.fiscal) AS fiscalFunds, sum(x.other) AS otherFunds
FROM project x
WHERE TRUE
  -- given department
  AND x.unit IN (SELECT unit FROM role WHERE body IN (SELECT value FROM json_each(:department)))
  -- end
  -- given region
  AND x.unit IN (SELECT unit FROM placed WHERE place IN (SELECT value FROM json_each(:region)))
  -- end
  -- given year
  AND x.year IN (SELECT value FROM json_each(:year))
  -- end
  -- given least
  AND x.amount >= (SELECT min(value) FROM json_each(:least))
  -- end
GROUP BY x.body, x.year
ORDER BY amount DESC, departmentIri, year
LIMIT :rows OFFSET :offset
