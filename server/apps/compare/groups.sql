-- order: name, operator, unit, value
SELECT name, operator, unit, value, sum(indicators) AS indicators
FROM ({union:
  SELECT w.text AS name, (SELECT text FROM {s}.word WHERE id = i.operator_word) AS operator,
         (SELECT text FROM {s}.word WHERE id = i.measure_word) AS unit, i.value AS value, count(*) AS indicators
  FROM {s}.word w CROSS JOIN {s}.indicator i ON i.name_word = w.id
  WHERE w.text IN (SELECT value FROM json_each(:name)) AND {these i.unit}
  -- given type
    AND (i.type_word IN (SELECT id FROM {s}.word WHERE text IN (SELECT value FROM json_each(:type)))
         OR i.level1_word IN (SELECT id FROM {s}.word WHERE text IN (SELECT value FROM json_each(:type)))
         OR i.level2_word IN (SELECT id FROM {s}.word WHERE text IN (SELECT value FROM json_each(:type))))
  -- end
  -- given year
    AND i.cell IN (SELECT id FROM {s}.cell WHERE year IN (SELECT value FROM json_each(:year)))
  -- end
  GROUP BY w.id, i.operator_word, i.measure_word, i.value
:union})
GROUP BY name, operator, unit, value
