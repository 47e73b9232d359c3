-- Values by kind and key, each valid from the generation `since` up to, but not including, the generation `until`.
CREATE TABLE IF NOT EXISTS row (
  kind TEXT NOT NULL, key TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (kind, key, since)
) WITHOUT ROWID;

-- Rows that ended. The number stands for "has not ended" (timeline.OPEN).
CREATE INDEX IF NOT EXISTS ended ON row (until) WHERE until < 4611686018427387904;

-- The last generation that was written, perhaps by a writer that was killed before it published the generation.
CREATE TABLE IF NOT EXISTS written (generation INTEGER NOT NULL);

-- Earlier versions of jixiao kept a sum of all rows.
DROP TRIGGER IF EXISTS row_begun;
DROP TRIGGER IF EXISTS row_removed;
DROP TRIGGER IF EXISTS row_ended;
DROP TABLE IF EXISTS summed;
