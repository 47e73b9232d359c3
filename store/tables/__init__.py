"""Tables: one plain query a table, whose rows each commit makes anew for the units that it touched.

{name}.rq    a table's query and, in its `#+` header, its columns; adding a table means adding such a file
table.py     tables and their columns, as the files describe them
filling.py   a file of tables, filled in bulk or kept up from the last generation's
exact.py     numbers in SQLite, which has no decimals
reading.py   a file of tables, opened to be read
cache.py     files of tables for data that have none of their own

A table's query is a valid SELECT without parameters, a row for each thing. The line `# units` stands first in its WHERE
and in each sub-select: there the program inserts a VALUES line with the units whose rows it wants, so that a commit
reads no others. An OPTIONAL of several patterns needs the line, too. A *unit* is what rows are replaced by, such as a
project with all its indicators.

In WHERE each pattern starts on a line of its own, indented by two spaces, and goes on in lines that are indented
deeper or close a bracket: a program that asks for some columns leaves out the OPTIONAL and BIND patterns of others.
"""
