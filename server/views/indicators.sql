-- given page
SELECT p.iri || '#i' || x.n AS indicator, p.iri AS project, p.year AS year, p.key || printf('%04d', x.n) AS key,
       x.value AS target, p.department AS bodyName
-- end
-- given many
FROM project p CROSS JOIN indicator x INDEXED BY indicator_unit ON x.unit = p.unit
-- end
-- given few
FROM indicator x CROSS JOIN project p ON p.unit = x.unit
-- end
-- given whole
SELECT (SELECT body FROM cell WHERE id = x.cell) AS body, (SELECT year FROM cell WHERE id = x.cell) AS year,
       count(*) AS rows
FROM indicator x
-- end
WHERE TRUE
  -- given type
  AND (x.type_word IN (SELECT id FROM word WHERE text IN (SELECT value FROM json_each(:type)))
    OR x.level1_word IN (SELECT id FROM word WHERE text IN (SELECT value FROM json_each(:type)))
    OR x.level2_word IN (SELECT id FROM word WHERE text IN (SELECT value FROM json_each(:type))))
  -- end
  -- given printed
  AND x.name_word IN (SELECT id FROM word WHERE text IN (SELECT value FROM json_each(:printed)))
  -- end
  -- given text
  AND x.name_word IN (SELECT w.id FROM json_each(:text) t CROSS JOIN word w WHERE instr(w.small, t.value))
  -- end
  -- given operator
  AND x.operator_word IN (SELECT id FROM word WHERE text IN (SELECT value FROM json_each(:operator)))
  -- end
  -- given unit
  AND x.measure_word IN (SELECT id FROM word WHERE text IN (SELECT value FROM json_each(:unit)))
  -- end
  -- given below
  AND x.value < (SELECT max(value) FROM json_each(:below))
  -- end
  -- given above
  AND x.value > (SELECT min(value) FROM json_each(:above))
  -- end
  -- given least
  AND x.value >= (SELECT min(value) FROM json_each(:least))
  -- end
  -- given most
  AND x.value <= (SELECT max(value) FROM json_each(:most))
  -- end
  -- given project
  AND x.unit IN (SELECT q.unit FROM json_each(:project) t CROSS JOIN project q WHERE instr('"' || q.label || '"', t.value))
  -- end
  -- given department
  AND x.unit IN (SELECT unit FROM role WHERE body IN (SELECT value FROM json_each(:department)))
  -- end
  -- given region
  AND x.unit IN (SELECT unit FROM placed WHERE place IN (SELECT value FROM json_each(:region)))
  -- end
  -- given year
  AND x.cell IN (SELECT id FROM cell WHERE year IN (SELECT value FROM json_each(:year)))
  -- end
-- given whole
GROUP BY x.cell
-- end
-- given page
ORDER BY p.year DESC, p.key, x.n
LIMIT :rows OFFSET :offset
-- end
