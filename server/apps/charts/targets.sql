SELECT (SELECT text FROM word WHERE id = x.measure_word) AS unit, x.value AS target,
       (SELECT substr(text, instr(text, '#') + 1) FROM word WHERE id = x.operator_word) AS operator, count(*) AS indicators
FROM indicator x
WHERE TRUE
  -- given printed
  AND x.name_word IN (SELECT id FROM word WHERE text IN (SELECT value FROM json_each(:printed)))
  -- end
  -- given text
  AND x.name_word IN (SELECT w.id FROM json_each(:text) t CROSS JOIN word w WHERE instr(w.small, t.value))
  -- end
  -- given type
  AND (x.type_word IN (SELECT id FROM word WHERE text IN (SELECT value FROM json_each(:type)))
    OR x.level1_word IN (SELECT id FROM word WHERE text IN (SELECT value FROM json_each(:type)))
    OR x.level2_word IN (SELECT id FROM word WHERE text IN (SELECT value FROM json_each(:type))))
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
GROUP BY x.measure_word, x.value, x.operator_word
ORDER BY indicators DESC, unit, target, operator
LIMIT :rows OFFSET :offset
