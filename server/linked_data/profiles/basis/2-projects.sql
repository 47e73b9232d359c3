-- order: year DESC, amount DESC, project
SELECT project, year, amount
FROM ({union:
  SELECT p.iri AS project, c.year AS year, c.amount AS amount
  FROM {s}.citation c JOIN {s}.project p ON p.unit = c.unit
  WHERE c.basis IN (SELECT value FROM json_each(:node)) AND c.unit NOT IN ({gone})
:union})
