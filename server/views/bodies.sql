SELECT x.body AS departmentIri, min(x.department) AS bodyName, count(*) AS projects, sum(x.amount) AS amount,
       count(*) - count(x.amount) AS withoutAmount, sum(x.partial) AS partial, sum(x.citations) AS citations
FROM project x
WHERE TRUE
  -- given region
  AND x.unit IN (SELECT unit FROM placed WHERE place IN (SELECT value FROM json_each(:region)))
  -- end
  -- given year
  AND x.year IN (SELECT value FROM json_each(:year))
  -- end
  -- given basis
  AND x.unit IN (SELECT unit FROM citation WHERE basis IN (SELECT value FROM json_each(:basis)))
  -- end
  -- given text
  AND x.unit IN (SELECT q.unit FROM json_each(:text) t CROSS JOIN project q WHERE instr('"' || q.label || '"', t.value))
  -- end
  -- given least
  AND x.amount >= (SELECT min(value) FROM json_each(:least))
  -- end
GROUP BY x.body
ORDER BY projects DESC, amount DESC, departmentIri
LIMIT :rows OFFSET :offset
