SELECT r.body AS departmentIri, count(*) FILTER (WHERE r.role = 'department') AS projects,
       count(x.amount) FILTER (WHERE r.role = 'department') AS withAmount,
       sum(x.amount) FILTER (WHERE r.role = 'department') AS amount,
       count(*) FILTER (WHERE r.carries) AS carriedOut, sum(x.amount) FILTER (WHERE r.carries) AS carriedAmount,
       min(x.year) AS firstYear, max(x.year) AS lastYear,
       count(*) FILTER (WHERE r.role = 'department' AND x.year IS NULL) AS withoutYear
FROM (
  -- A body that answers for a project and carries it out is counted once.
  SELECT *, role = 'implementingUnit' AND NOT EXISTS (
    SELECT 1 FROM role d WHERE d.unit = o.unit AND d.body = o.body AND d.role = 'department'
  ) AS carries
  FROM role o
) r JOIN project x ON x.unit = r.unit
WHERE TRUE
  -- given node
  AND r.body IN (SELECT value FROM json_each(:node))
  -- end
  -- given text
  AND r.body IN (SELECT :base || 'id/' || u.name FROM json_each(:text) t CROSS JOIN name n JOIN unit u ON u.id = n.unit
                 WHERE n.kind = 1 AND instr(lower(n.text), t.value))
  -- end
  -- given region
  AND x.unit IN (SELECT unit FROM placed WHERE place IN (SELECT value FROM json_each(:region)))
  -- end
  -- given year
  AND x.year IN (SELECT value FROM json_each(:year))
  -- end
GROUP BY r.body
ORDER BY amount DESC, projects DESC, departmentIri
LIMIT :rows OFFSET :offset
