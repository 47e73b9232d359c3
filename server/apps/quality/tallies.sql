-- Numbers of findings by one kind of key, each with severity and acceptance.
SELECT value, projects AS findings FROM tally WHERE kind = :kind
