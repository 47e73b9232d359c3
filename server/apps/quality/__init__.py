"""Pages on findings (results of the rules): counts, lists, a page per rule, reports on filings, and the decision log.

A *group* is several findings of a source with one cause, shown as one. A *tally* counts the findings of a generation.
"""
