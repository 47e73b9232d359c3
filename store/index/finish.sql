-- Run once all rows of a segment are staged. Numbers of rows follow their ranks, so that a search can stop after the best ones.
DELETE FROM tally WHERE projects = 0;
CREATE TABLE staging.placed AS
  SELECT (kind << 40) + row_number() OVER (PARTITION BY kind ORDER BY rank, unit, part) - 1 AS id, rowid AS staged
  FROM staging.row ORDER BY kind, rank, unit, part;
CREATE TABLE staging.owner AS
  SELECT unit, p.id FROM staging.placed p JOIN staging.row r ON r.rowid = p.staged WHERE part = '';
CREATE UNIQUE INDEX staging.owner_unit ON owner (unit);
INSERT INTO entry
  SELECT p.id, rank, o.id, CASE part WHEN '' THEN r.unit ELSE part END
  FROM staging.placed p JOIN staging.row r ON r.rowid = p.staged
  LEFT JOIN staging.owner o ON part <> '' AND o.unit = r.unit ORDER BY p.rowid;
INSERT INTO line(line, rank) VALUES ('automerge', 0);
INSERT INTO line(line, rank) VALUES ('hashsize', 33554432);
INSERT INTO line(rowid, own, context)
  SELECT p.id, own, context FROM staging.placed p JOIN staging.row r ON r.rowid = p.staged
  WHERE own <> '' ORDER BY p.rowid;
INSERT INTO line(line) VALUES ('optimize');
INSERT OR IGNORE INTO name
  SELECT kind, folded, o.id, text FROM staging.name n JOIN staging.owner o ON o.unit = n.unit;
CREATE UNIQUE INDEX unit ON entry (name) WHERE owner IS NULL;

-- SQL indexes are made after all rows, which is quicker.
CREATE UNIQUE INDEX thing_name ON thing (name);
CREATE INDEX word_text ON word (text);
CREATE INDEX project_cell ON project (body, year, amount, narrated, fiscal, carried, other, partial, citations, indicators);
CREATE INDEX project_year ON project (year, body, amount, narrated, fiscal, carried, other, partial, citations, indicators);
CREATE INDEX project_amount ON project (year DESC, amount DESC, key);
CREATE INDEX project_key ON project (year DESC, key);
CREATE INDEX project_odd ON project (unit) WHERE odd;
CREATE INDEX role_body ON role (body, unit, role);
CREATE INDEX role_unit ON role (unit);
CREATE INDEX category_value ON category (value, unit);
CREATE INDEX placed_place ON placed (place, unit);
CREATE INDEX citation_basis ON citation (basis, body, year, amount, partial, unit);
CREATE INDEX citation_unit ON citation (unit);
CREATE INDEX indicator_unit ON indicator (unit, n);
CREATE INDEX indicator_cell ON indicator (cell);
-- Covers what is counted by name, which is most of the rows.
CREATE INDEX indicator_name ON indicator (name_word, cell, unit, operator_word, measure_word, value);
CREATE INDEX indicator_type ON indicator (type_word, cell);
CREATE INDEX indicator_level1 ON indicator (level1_word, cell);
CREATE INDEX indicator_level2 ON indicator (level2_word, cell);
CREATE INDEX indicator_operator ON indicator (operator_word, value, cell);
CREATE INDEX indicator_measure ON indicator (measure_word, value, cell);
CREATE INDEX indicator_value ON indicator (value, cell);
CREATE INDEX project_partial ON project (unit) WHERE partial;
CREATE INDEX cell_body ON cell (body, year DESC);
CREATE INDEX finding_cell ON finding (cell, source, series, n);
CREATE INDEX finding_fault ON finding (fault_word, cell, severity, accepted, members);
CREATE INDEX finding_unit ON finding (unit);
CREATE INDEX finding_source ON finding (source);
CREATE INDEX found_source ON found (source, severity, accepted, findings, groups, cell);
CREATE INDEX found_cell ON found (cell, severity, accepted, findings, groups);
CREATE INDEX found_unit ON found (unit);
COMMIT;
