"""The index of a generation: names, choices, full text and facts of the default graph, for search, filters and sums.

The index is in the generation's directory `index/`: `index.json` lists SQLite files, oldest first, which are never
changed, so that generations share them by hard links. Such a file is a *segment*. Each commit adds one with the rows of
the things that it changed, and the numbers of the rows of older segments that these replace; segments are merged so
that few remain. Answers depend only on the default graph, not on how its rows are divided into segments.

A *unit* is a body, document, project (with its parts) or series: it is written and replaced as one, and has *rows*
(texts for search), *facts* (rows of tables for filters and sums), and adds to *tallies* (how many projects have a value
such as a year or a body). A *fault* is a rule that a finding reports.
"""
