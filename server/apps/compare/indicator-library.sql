-- Grouped by project first, in the order of an index, so that projects need only be counted.
SELECT (SELECT text FROM word WHERE id = g.name_word) AS name, count(*) AS projects,
       count(DISTINCT c.body) AS bodies, sum(g.indicators) AS indicators, sum(g.numeric) AS numeric
FROM (
  SELECT x.name_word, x.cell, count(*) AS indicators, count(x.value) AS numeric
  FROM indicator x
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
    -- given year
    AND x.cell IN (SELECT id FROM cell WHERE year IN (SELECT value FROM json_each(:year)))
    -- end
  GROUP BY x.name_word, x.cell, x.unit
) g CROSS JOIN cell c ON c.id = g.cell
GROUP BY g.name_word
ORDER BY projects DESC, name
LIMIT :rows OFFSET :offset
