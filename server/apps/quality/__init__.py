"""Pages on findings (results of the rules), a module each.

pages.py    counts by rule, body, year and severity; the report on one document; the stewards' decisions
listing.py  lists of findings and of refused documents
tally.py    findings counted and listed by SQL, for all of these

A *group* is several findings of a source with one cause, shown as one. A *tally* counts the findings of a generation.
"""
