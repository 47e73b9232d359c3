-- order: year DESC, key
-- within: p.year DESC, p.key, i.n
-- given page
SELECT * FROM ({union:
SELECT * FROM (SELECT p.iri || '#i' || i.n AS indicator, p.iri AS project, p.year AS year,
                      p.key || printf('%04d', i.n) AS key
-- end
-- given by_target
  , i.value AS target
-- end
-- given by_department
  , p.department AS bodyName
-- end
-- given walk
-- Of many matching rows the first are met soon in the order of the answer.
FROM {s}.project p CROSS JOIN {s}.indicator i INDEXED BY indicator_unit ON i.unit = p.unit
-- end
-- given look
FROM {s}.indicator i CROSS JOIN {s}.project p ON p.unit = i.unit
-- end
-- given whole
SELECT body, year, sum(rows) AS rows
FROM ({signed:
SELECT c.body AS body, c.year AS year, {sign} * g.rows AS rows
FROM {s}.cell c JOIN (SELECT i.cell AS cell, count(*) AS rows FROM {s}.indicator i
-- end
WHERE {these i.unit}
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
-- given printed
  AND i.name_word IN (SELECT id FROM {s}.word WHERE text IN (SELECT value FROM json_each(:printed)))
-- end
-- given text
  AND i.name_word IN (SELECT w.id FROM json_each(:text) t CROSS JOIN {s}.word w WHERE instr(w.small, t.value))
-- end
-- given operator
  AND i.operator_word IN (SELECT id FROM {s}.word WHERE text IN (SELECT value FROM json_each(:operator)))
-- end
-- given unit
  AND i.measure_word IN (SELECT id FROM {s}.word WHERE text IN (SELECT value FROM json_each(:unit)))
-- end
-- given below
  AND i.value < (SELECT max(value) FROM json_each(:below))
-- end
-- given above
  AND i.value > (SELECT min(value) FROM json_each(:above))
-- end
-- given least
  AND i.value >= (SELECT min(value) FROM json_each(:least))
-- end
-- given most
  AND i.value <= (SELECT max(value) FROM json_each(:most))
-- end
-- given project
  AND i.unit IN (SELECT q.unit FROM json_each(:project) t CROSS JOIN {s}.project q WHERE instr(q.label, t.value))
-- end
-- given page
{within} LIMIT :most_rows) :union})
{order} LIMIT :rows OFFSET :offset
-- end
-- given whole
GROUP BY i.cell) g ON g.cell = c.id :signed})
GROUP BY body, year HAVING sum(rows) > 0
-- end
