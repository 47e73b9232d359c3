"""Pages on findings (results of the rules), a module each.

pages.py     counts by rule, body, year and severity; the report on one document; the stewards' decisions
listing.py   lists of findings and of refused documents
counting.py  counts of findings, and of the filings that they are in

All counts and lists are selections of tables, which the .yaml files describe as views. A *group* is several findings of
a source with one cause, shown as one.
"""
