-- The sources with the gravest open findings, of all that have any; then the most open ones, then the most accepted.
SELECT source, max(body) AS body, max(year) AS year, count(*) OVER () AS sources,
       sum(iif(accepted, findings, 0)) AS accepted,
       sum(iif(severity = 'Violation' AND NOT accepted, findings, 0)) AS violations,
       sum(iif(severity = 'Warning' AND NOT accepted, findings, 0)) AS warnings,
       sum(iif(accepted, 0, findings)) AS unsettled,
       sum(iif(accepted, groups, 0)) AS accepted_groups,
       sum(iif(severity = 'Violation' AND NOT accepted, groups, 0)) AS violation_groups,
       sum(iif(severity = 'Warning' AND NOT accepted, groups, 0)) AS warning_groups,
       sum(iif(accepted, 0, groups)) AS unsettled_groups
FROM ({union:
  SELECT f.source AS source, f.severity AS severity, f.accepted AS accepted, f.findings AS findings, f.groups AS groups, c.body AS body,
         c.year AS year
  FROM {s}.found f JOIN {s}.cell c ON c.id = f.cell WHERE {these f.unit}
:union})
GROUP BY source ORDER BY violations DESC, warnings DESC, unsettled DESC, accepted DESC, source LIMIT :most
