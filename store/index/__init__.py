"""The index of a generation: names, choices and full text of the default graph, for search.

building.py   the index of the next generation
entries.py    the rows, tallies and links of units
facts.py      what a graph says of a thing
full_text.py  tokens of texts and of queries
index.py      the index of one generation, as others use it; readers.py reads it
hits.py       rows that match a query
naming.py     names that match a text, and values to filter by
lookup.py     the things that a typed name may mean, with scores, for all that look names up
found.py      the answers

The index is one SQLite file in the generation's directory `index/`, beside `index.json` with the version of its format.
A commit copies the last generation's file, and replaces the units that it changed. Answers depend only on the default
graph, not on the commits that led to it.

A *unit* is a body, document, project or evaluation (with its parts), series or issuer: it is written and replaced as
one, and has *rows* (texts for search), *links* (its bodies, places and documents), and adds to *tallies* (how many
projects, and apart from them how many evaluations, have a value such as a year or a body). A *fault* is a
rule that has findings.
"""
