SELECT (SELECT text FROM word WHERE id = x.name_word) AS name,
       (SELECT substr(text, instr(text, '#') + 1) FROM word WHERE id = x.operator_word) AS operator,
       (SELECT text FROM word WHERE id = x.measure_word) AS unit, x.value AS value, count(*) AS indicators
FROM indicator x
WHERE TRUE
  -- given name
  AND x.name_word IN (SELECT id FROM word WHERE text IN (SELECT value FROM json_each(:name)))
  -- end
  -- given type
  AND (x.type_word IN (SELECT id FROM word WHERE text IN (SELECT value FROM json_each(:type)))
    OR x.level1_word IN (SELECT id FROM word WHERE text IN (SELECT value FROM json_each(:type)))
    OR x.level2_word IN (SELECT id FROM word WHERE text IN (SELECT value FROM json_each(:type))))
  -- end
  -- given department
  AND x.unit IN (SELECT unit FROM role WHERE body IN (SELECT value FROM json_each(:department)))
  -- end
  -- given year
  AND x.cell IN (SELECT id FROM cell WHERE year IN (SELECT value FROM json_each(:year)))
  -- end
GROUP BY x.name_word, x.operator_word, x.measure_word, x.value
ORDER BY name, operator, unit, value
LIMIT :rows OFFSET :offset
