"""The index of a generation: names, choices, full text and facts of the default graph, for search, filters and sums.

It stands in the generation's directory `index/`: `index.json` lists SQLite files, oldest first, that are never changed
and that generations share by hard links. Each commit adds one file (`building`) with the rows of the things that it
changed, and with the numbers of the rows of older files that these replace. Files are merged so that few remain.
Answers follow from the default graph alone, however its rows are divided into files.
"""
