-- Grouped by document and body first, so that bodies need only be counted.
SELECT basis, sum(projects) AS projects, count(body) AS departments, coalesce(sum(amount), 0) AS sum,
       sum(withoutAmount) AS withoutAmount, sum(partial) AS partial
FROM (
  SELECT x.basis AS basis, x.body AS body, count(*) AS projects, sum(x.amount) AS amount,
         count(*) - count(x.amount) AS withoutAmount, sum(x.partial) AS partial
  FROM citation x
  WHERE TRUE
    -- given text
    AND x.basis IN (SELECT d.iri FROM json_each(:text) t CROSS JOIN document d WHERE instr(d.words, t.value))
    -- end
    -- given basis
    AND x.basis IN (SELECT value FROM json_each(:basis))
    -- end
    -- given project
    AND +x.unit IN (SELECT q.unit FROM json_each(:project) t CROSS JOIN project q WHERE instr('"' || q.label || '"', t.value))
    -- end
    -- given department
    AND x.unit IN (SELECT unit FROM role WHERE body IN (SELECT value FROM json_each(:department)))
    -- end
    -- given region
    AND x.unit IN (SELECT unit FROM placed WHERE place IN (SELECT value FROM json_each(:region)))
    -- end
    -- given year
    AND x.year IN (SELECT value FROM json_each(:year))
    -- end
  GROUP BY x.basis, x.body
)
GROUP BY basis
ORDER BY projects DESC, sum DESC, basis
LIMIT :rows OFFSET :offset
