-- The index of a generation, in one file: units with their texts for search, their facts, and tallies.

-- Bodies, documents, projects, evaluations, series, filings and reports (entries.py).
CREATE TABLE unit (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);

-- Rows that a search finds: a unit, whose `name` is empty here, or a part of it, named by the fragment of its IRI. A row's number
-- has its kind, its rank and a digest (full_text.py).
CREATE TABLE entry (id INTEGER PRIMARY KEY, unit INTEGER NOT NULL, name TEXT NOT NULL);

-- Names of units by kind, as printed and folded to letters and digits.
CREATE TABLE name (
  kind INTEGER, folded TEXT, unit INTEGER, text TEXT, PRIMARY KEY (kind, folded, unit, text)
) WITHOUT ROWID;

-- How many projects, and how many evaluations, have a value.
CREATE TABLE tally (
  kind TEXT, value TEXT, projects INTEGER, evaluations INTEGER, folded TEXT, PRIMARY KEY (kind, value)
) WITHOUT ROWID;

-- Bigrams of the rows' texts, under the rows' numbers. The tokeniser only separates at blanks.
CREATE VIRTUAL TABLE line USING fts5 (
  own, context, content='', columnsize=0,
  tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co Cn'"
);
INSERT INTO line(line, rank) VALUES ('automerge', 0);
INSERT INTO line(line, rank) VALUES ('hashsize', 33554432);

-- Names of rules, and pairs of body and year. Those that nothing uses any more stay.
CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT UNIQUE);
CREATE TABLE cell (id INTEGER PRIMARY KEY, body TEXT, year INTEGER);
CREATE INDEX cell_body ON cell (body, year DESC);

-- Facts of units (facts.py). Projects that were read in part are marked. Roles and places are those of projects and
-- evaluations.
CREATE TABLE project (unit INTEGER PRIMARY KEY, partial INTEGER);
CREATE TABLE role (unit INTEGER, body TEXT, role TEXT, PRIMARY KEY (body, unit, role)) WITHOUT ROWID;
CREATE TABLE placed (unit INTEGER, place TEXT, PRIMARY KEY (unit, place)) WITHOUT ROWID;
CREATE TABLE citation (unit INTEGER, basis TEXT, PRIMARY KEY (basis, unit)) WITHOUT ROWID;

-- A filing; the findings of a report, whose place in it is `series` and `n`; and the numbers of these by body and year.
-- Columns that end in `_word` and `cell` are numbers of the tables above.
-- Findings that state one fact are a group: the first stands for all `members`, open and accepted ones apart; others have 0.
CREATE TABLE filing (unit INTEGER PRIMARY KEY, body TEXT, year INTEGER, partial INTEGER);
CREATE TABLE finding (
  unit INTEGER, series TEXT, n INTEGER, source TEXT, cell INTEGER, fault_word INTEGER, severity TEXT, project TEXT,
  accepted INTEGER, members INTEGER
);
CREATE TABLE found (
  unit INTEGER, source TEXT, cell INTEGER, severity TEXT, accepted INTEGER, findings INTEGER, groups INTEGER
);
