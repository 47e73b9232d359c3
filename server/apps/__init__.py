"""Applications of the site, a module or a folder each; they import `pages` and `views`, and never one another.

search/       /search and /ask, the page of the box
charts/       /charts
compare/      /compare and /indicators
quality/      /quality, the findings
check/        /check, a file judged and not kept
reconcile.py  /reconcile, names matched with things
sparql/       /sparql
help/         /help and /docs
"""
