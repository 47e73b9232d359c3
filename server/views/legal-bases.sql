-- order: projects DESC, sum DESC, basis
-- given text
WITH named AS MATERIALIZED ({union:
  SELECT d.iri AS basis FROM {s}.document d
  WHERE {these d.unit} AND EXISTS (SELECT 1 FROM json_each(:text) t WHERE instr(d.words, t.value))
:union})
-- end
SELECT basis, sum(n) AS projects, count(body) AS departments, coalesce(sum(amount), 0) AS sum, sum(figures) AS figures,
       sum(n) - sum(figures) AS withoutAmount, sum(partial) AS partial
FROM (
  SELECT basis, body, sum(n) AS n, sum(figures) AS figures, sum(amount) AS amount, sum(partial) AS partial
  FROM ({signed:
    SELECT c.basis AS basis, c.body AS body, {sign} * count(*) AS n, {sign} * sum(c.partial) AS partial,
           {sign} * count(c.amount) AS figures, {sign} * sum(c.amount) AS amount
    FROM {s}.citation c
    WHERE {these c.unit}
    -- given department
      AND c.unit IN (SELECT unit FROM {s}.role WHERE body IN (SELECT value FROM json_each(:department)))
    -- end
    -- given year
      AND c.year IN (SELECT value FROM json_each(:year))
    -- end
    -- given project
      AND c.unit IN (
        SELECT p.unit FROM {s}.project p WHERE EXISTS (SELECT 1 FROM json_each(:project) t WHERE instr(p.label, t.value))
      )
    -- end
    -- given text
      AND c.basis IN (SELECT basis FROM named)
    -- end
    GROUP BY c.basis, c.body
  :signed})
  GROUP BY basis, body HAVING sum(n) > 0
)
GROUP BY basis
