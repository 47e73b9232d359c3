"""Applications of the site, a module or a folder each; they import `pages` and `views`, and never one another.

ask.py        /ask, a question in words
search/       /search
charts/       /charts
compare/      /compare and /indicators
quality/      /quality, the findings
check/        /check, a file judged and not kept
reconcile.py  /reconcile, names matched with things
sparql/       /sparql
help/         /help and /docs
"""
