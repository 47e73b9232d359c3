"""Pages on findings (results of the rules), a module each.

overview.py  counts by rule, body, year and severity
listing.py   lists of findings and of refused documents
reports.py   the report on one document
log.py       the stewards' decisions
tally.py     findings counted and listed by SQL, for all of these

A *group* is several findings of a source with one cause, shown as one. A *tally* counts the findings of a generation.
"""
