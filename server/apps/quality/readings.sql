-- Filings by body, those of them read in part, and the projects of their filings that were read in part.
SELECT body, sum(filings) AS filings, sum(partial_filings) AS partial_filings, sum(partial_projects) AS partial_projects
FROM (
  SELECT body, count(*) AS filings, sum(partial) AS partial_filings, 0 AS partial_projects FROM filing GROUP BY body
  UNION ALL
  SELECT r.body, 0, 0, count(*)
  FROM project p LEFT JOIN role r ON r.unit = p.unit AND r.role = 'filedBy' WHERE p.partial GROUP BY r.body
)
GROUP BY body HAVING sum(filings) > 0
