-- order: indicators DESC, unit, target, operator
SELECT unit, target, operator, sum(n) AS indicators
FROM ({signed:
  SELECT (SELECT text FROM {s}.word WHERE id = g.measure_word) AS unit, g.value AS target,
         (SELECT substr(text, instr(text, '#') + 1) FROM {s}.word WHERE id = g.operator_word) AS operator, {sign} * g.n AS n
  FROM (
    SELECT i.measure_word, i.value, i.operator_word, count(*) AS n
    FROM {s}.indicator i
    WHERE {these i.unit}
    -- given printed
      AND i.name_word IN (SELECT id FROM {s}.word WHERE text IN (SELECT value FROM json_each(:printed)))
    -- end
    -- given text
      AND i.name_word IN (SELECT w.id FROM json_each(:text) t CROSS JOIN {s}.word w WHERE instr(w.small, t.value))
    -- end
    -- given type
      AND (i.type_word IN (SELECT id FROM {s}.word WHERE text IN (SELECT value FROM json_each(:type)))
           OR i.level1_word IN (SELECT id FROM {s}.word WHERE text IN (SELECT value FROM json_each(:type)))
           OR i.level2_word IN (SELECT id FROM {s}.word WHERE text IN (SELECT value FROM json_each(:type))))
    -- end
    -- given department
      AND i.unit IN (SELECT unit FROM {s}.role WHERE body IN (SELECT value FROM json_each(:department)))
    -- end
    -- given year
      AND i.cell IN (SELECT id FROM {s}.cell WHERE year IN (SELECT value FROM json_each(:year)))
    -- end
    GROUP BY i.measure_word, i.value, i.operator_word
  ) g
:signed})
GROUP BY unit, target, operator HAVING sum(n) > 0
