SELECT x.iri AS project, x.year AS year, x.amount AS amount, x.key AS key, x.body AS body, x.department AS bodyName,
       x.partial AS partial
       -- given department
       , (SELECT replace(group_concat(DISTINCT r.role), ',', ' ') FROM role r
          WHERE r.unit = x.unit AND r.body IN (SELECT value FROM json_each(:department))) AS role
       -- end
       -- given whole
       , CASE WHEN x.total > x.amount THEN x.total END AS largerTotal, 1 AS rows
       -- end
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
  -- given basis
  AND x.unit IN (SELECT unit FROM citation WHERE basis IN (SELECT value FROM json_each(:basis)))
  -- end
  -- given category
  AND x.unit IN (SELECT unit FROM category WHERE value IN (SELECT value FROM json_each(:category)))
  -- end
  -- given few_text
  AND x.unit IN (SELECT q.unit FROM json_each(:text) t CROSS JOIN project q WHERE instr('"' || q.label || '"', t.value))
  -- end
  -- given many_text
  -- SQLite evaluates the first word once; the sub-select for further words runs for each row.
  AND (instr('"' || x.label || '"', :text ->> 0) OR (:text ->> 1 IS NOT NULL
    AND EXISTS (SELECT 1 FROM json_each(:text) t WHERE instr('"' || x.label || '"', t.value))))
  -- end
  -- given goal
  AND x.unit IN (SELECT g.unit FROM json_each(:goal) t CROSS JOIN goal g WHERE instr(g.text, t.value))
  -- end
  -- given least
  AND x.amount >= (SELECT min(value) FROM json_each(:least))
  -- end
  -- given most
  AND x.amount <= (SELECT max(value) FROM json_each(:most))
  -- end
  -- given above
  AND x.amount > (SELECT min(value) FROM json_each(:above))
  -- end
  -- given below
  AND x.amount < (SELECT max(value) FROM json_each(:below))
  -- end
ORDER BY x.year DESC, x.amount DESC, x.key
LIMIT :rows OFFSET :offset
