-- Values by kind and key, each valid from the generation `since` up to, but not including, the generation `until`.
CREATE TABLE IF NOT EXISTS row (
  kind TEXT NOT NULL, key TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (kind, key, since)
) WITHOUT ROWID;

-- Rows that ended. The number stands for "has not ended" (timeline.OPEN).
CREATE INDEX IF NOT EXISTS ended ON row (until) WHERE until < 4611686018427387904;

-- The last generation that was written, perhaps by a writer that was killed before it published the generation.
CREATE TABLE IF NOT EXISTS written (generation INTEGER NOT NULL);

-- The exclusive or of the hashes of all rows, by the function `hashed` of the writer's connection.
CREATE TABLE IF NOT EXISTS summed (total INTEGER NOT NULL);
CREATE TRIGGER IF NOT EXISTS row_begun AFTER INSERT ON row BEGIN
  UPDATE summed SET total = (total | h) - (total & h)
  FROM (SELECT hashed(new.kind, new.key, new.since, new.until, new.value) AS h);
END;
CREATE TRIGGER IF NOT EXISTS row_removed AFTER DELETE ON row BEGIN
  UPDATE summed SET total = (total | h) - (total & h)
  FROM (SELECT hashed(old.kind, old.key, old.since, old.until, old.value) AS h);
END;
CREATE TRIGGER IF NOT EXISTS row_ended AFTER UPDATE ON row BEGIN
  UPDATE summed SET total = (total | h) - (total & h)
  FROM (SELECT hashed(old.kind, old.key, old.since, old.until, old.value) AS h);
  UPDATE summed SET total = (total | h) - (total & h)
  FROM (SELECT hashed(new.kind, new.key, new.since, new.until, new.value) AS h);
END;
