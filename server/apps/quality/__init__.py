"""Pages on findings (results of the rules), a module each: overview, listing, reports, and the log of decisions.

A *group* is several findings of a source with one cause, shown as one. A *tally* counts the findings of a generation.
"""
