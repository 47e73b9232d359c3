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
