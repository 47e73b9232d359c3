-- A segment of the index: rows of the units that one commit changed, and what they replace in older segments.

-- Rows by number: the kind's number above bit 40, then their order by rank and IRI. A row without owner is a unit, named
-- below id/; others are its parts. The rank is the length of the row's text, and among equal lengths the latest year.
CREATE TABLE entry (id INTEGER PRIMARY KEY, rank INTEGER NOT NULL, owner INTEGER, name TEXT NOT NULL);

-- Names of units by kind, as printed and folded to letters and digits.
CREATE TABLE name (
  kind INTEGER, folded TEXT, owner INTEGER, text TEXT, PRIMARY KEY (kind, folded, owner, text)
) WITHOUT ROWID;

-- How many more projects have a value than before this segment; the sum over all segments counts.
CREATE TABLE tally (kind TEXT, value TEXT, projects INTEGER, folded TEXT, PRIMARY KEY (kind, value)) WITHOUT ROWID;

-- Rows of older segments that this one replaces or that have no successor.
CREATE TABLE gone (segment TEXT, id INTEGER, PRIMARY KEY (segment, id)) WITHOUT ROWID;

-- Bigrams of the rows' texts, under the rows' numbers. The tokeniser only separates at blanks.
CREATE VIRTUAL TABLE line USING fts5 (
  own, context, content='', columnsize=0,
  tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co Cn'"
);

-- Facts of units (facts.py). Rows carry their unit's number, which is below any number of an entry, so that `gone` can name both.
CREATE TABLE thing (unit INTEGER PRIMARY KEY, name TEXT NOT NULL);

-- Words of other tables, also in small letters; and pairs of body and year.
CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT, small TEXT);
CREATE TABLE cell (id INTEGER PRIMARY KEY, body TEXT, year INTEGER);

-- Money is in ten-thousandths of a yuan; `narrated` is an amount from a narrative. `label` and the texts of goals are in small letters, `department` the
-- name of `body`, and `key` the beginning of the MD5 of the IRI.
CREATE TABLE project (
  unit INTEGER PRIMARY KEY, iri TEXT, label TEXT, body TEXT, department TEXT, year INTEGER, amount INTEGER, narrated INTEGER,
  fiscal INTEGER, carried INTEGER, other INTEGER, partial INTEGER, citations INTEGER, indicators INTEGER, key TEXT, odd INTEGER
);
CREATE TABLE role (unit INTEGER, body TEXT, role TEXT);
CREATE TABLE category (unit INTEGER, value TEXT);
CREATE TABLE placed (unit INTEGER, place TEXT);
CREATE TABLE goal (unit INTEGER, text TEXT);
CREATE TABLE citation (unit INTEGER, basis TEXT, body TEXT, year INTEGER, amount INTEGER, partial INTEGER);

-- Columns that end in `_word` and `cell` are numbers of the tables above; `value` sorts as its number does.
CREATE TABLE indicator (
  unit INTEGER, n INTEGER, cell INTEGER, name_word INTEGER, type_word INTEGER, level1_word INTEGER, level2_word INTEGER,
  operator_word INTEGER, measure_word INTEGER, value TEXT
);

-- The words of a document's names and titles in small letters, a line each.
CREATE TABLE document (unit INTEGER PRIMARY KEY, iri TEXT, words TEXT);

-- A filing; the findings of a report, whose place in it is `series` and `n`; and the numbers of these by body and year.
-- Findings that state one fact are a group: the first stands for all `members`, open and accepted ones apart; others have 0.
CREATE TABLE filing (unit INTEGER PRIMARY KEY, iri TEXT, body TEXT, year INTEGER, partial INTEGER);
CREATE TABLE finding (
  unit INTEGER, series TEXT, n INTEGER, source TEXT, cell INTEGER, fault_word INTEGER, severity TEXT, project TEXT,
  accepted INTEGER, members INTEGER
);
CREATE TABLE found (
  unit INTEGER, source TEXT, cell INTEGER, severity TEXT, accepted INTEGER, findings INTEGER, groups INTEGER
);
