-- Filings by body, those of them read in part, and the projects of their filings that were read in part.
SELECT body, sum(filings) AS filings, sum(partial_filings) AS partial_filings, sum(partial_projects) AS partial_projects
FROM ({signed:
  SELECT f.body AS body, {sign} * count(*) AS filings, {sign} * sum(f.partial) AS partial_filings, 0 AS partial_projects
  FROM {s}.filing f WHERE {these f.unit} GROUP BY f.body
  UNION ALL
  SELECT r.body, 0, 0, {sign} * count(*)
  FROM {s}.project p LEFT JOIN {s}.role r ON r.unit = p.unit AND r.role = 'filedBy'
  WHERE p.partial AND {these p.unit} GROUP BY r.body
:signed})
GROUP BY body HAVING sum(filings) > 0
