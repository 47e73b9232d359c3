-- The index of a generation, in one file: units with their texts for search, their links, and tallies.

-- Bodies, documents, projects, evaluations, series and issuers (entries.py).
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

-- The bodies and places of projects and evaluations, and the documents that they cite, by IRI.
CREATE TABLE role (unit INTEGER, body TEXT, PRIMARY KEY (body, unit)) WITHOUT ROWID;
CREATE TABLE placed (unit INTEGER, place TEXT, PRIMARY KEY (unit, place)) WITHOUT ROWID;
CREATE TABLE citation (unit INTEGER, basis TEXT, PRIMARY KEY (basis, unit)) WITHOUT ROWID;
