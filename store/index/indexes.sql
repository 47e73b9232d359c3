-- Run once all rows of a new index are written: making indexes then is quicker.
INSERT INTO line(line) VALUES ('optimize');
INSERT INTO line(line, rank) VALUES ('automerge', 4);
CREATE INDEX role_unit ON role (unit);
CREATE INDEX citation_unit ON citation (unit);
CREATE INDEX finding_cell ON finding (cell, source, series, n);
CREATE INDEX finding_fault ON finding (fault_word, cell, severity, accepted, members);
CREATE INDEX finding_unit ON finding (unit);
CREATE INDEX finding_source ON finding (source);
CREATE INDEX found_source ON found (source, severity, accepted, findings, groups, cell);
CREATE INDEX found_cell ON found (cell, severity, accepted, findings, groups);
CREATE INDEX found_unit ON found (unit);
