-- Run once all rows of a new index are written: making indexes then is quicker.
INSERT INTO line(line) VALUES ('optimize');
INSERT INTO line(line, rank) VALUES ('automerge', 4);
CREATE INDEX role_unit ON role (unit);
CREATE INDEX citation_unit ON citation (unit);
