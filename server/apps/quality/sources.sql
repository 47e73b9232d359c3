-- The sources with the gravest open findings, of all that have any; then the most open ones, then the most accepted. A row
-- has the numbers of one severity, of open or accepted findings, and the source's body and year if there is one alone.
WITH number AS (
  SELECT f.source AS source, f.severity AS severity, f.accepted AS accepted, f.findings AS findings, f.groups AS groups,
         c.body AS body, c.year AS year
  FROM found f JOIN cell c ON c.id = f.cell
), gravest AS (
  SELECT source, iif(count(DISTINCT body) = 1, max(body), NULL) AS body,
         iif(count(DISTINCT year) = 1, max(year), NULL) AS year, count(*) OVER () AS sources
  FROM number GROUP BY source
  ORDER BY sum(iif(severity = 'Warning' AND NOT accepted, findings, 0)) DESC,
           sum(iif(accepted, 0, findings)) DESC, sum(iif(accepted, findings, 0)) DESC, source
  LIMIT :most
)
SELECT g.source AS source, g.body AS body, g.year AS year, g.sources AS sources, n.severity AS severity,
       n.accepted AS accepted, sum(n.findings) AS findings, sum(n.groups) AS groups
FROM gravest g JOIN number n ON n.source = g.source GROUP BY g.source, n.severity, n.accepted
