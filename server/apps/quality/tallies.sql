-- Numbers of findings by one kind of key, each with severity and acceptance.
SELECT value, sum(projects) AS findings
FROM ({union: SELECT value, projects FROM {s}.tally WHERE kind = :kind :union})
GROUP BY value HAVING sum(projects) > 0
