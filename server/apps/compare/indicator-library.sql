-- order: projects DESC, name
SELECT name, sum(projects) AS projects, count(DISTINCT body) AS bodies, sum(indicators) AS indicators,
       sum(numeric) AS numeric
FROM ({union:
  SELECT w.text AS name, c.body AS body, g.projects AS projects, g.indicators AS indicators, g.numeric AS numeric
  FROM (
    SELECT i.name_word AS word, i.cell AS cell, count(DISTINCT i.unit) AS projects, count(*) AS indicators,
           count(i.value) AS numeric
    FROM {s}.indicator i
    WHERE {these i.unit}
    -- given type
      AND (i.type_word IN (SELECT id FROM {s}.word WHERE text IN (SELECT value FROM json_each(:type)))
           OR i.level1_word IN (SELECT id FROM {s}.word WHERE text IN (SELECT value FROM json_each(:type)))
           OR i.level2_word IN (SELECT id FROM {s}.word WHERE text IN (SELECT value FROM json_each(:type))))
    -- end
    -- given year
      AND i.cell IN (SELECT id FROM {s}.cell WHERE year IN (SELECT value FROM json_each(:year)))
    -- end
    -- given printed
      AND i.name_word IN (SELECT id FROM {s}.word WHERE text IN (SELECT value FROM json_each(:printed)))
    -- end
    -- given text
      AND i.name_word IN (SELECT w.id FROM json_each(:text) t CROSS JOIN {s}.word w WHERE instr(w.small, t.value))
    -- end
    GROUP BY i.name_word, i.cell
  ) g CROSS JOIN {s}.word w ON w.id = g.word CROSS JOIN {s}.cell c ON c.id = g.cell
:union})
GROUP BY name
