"""Views: ready-made questions with typed parameters, answered as HTML, JSON, CSV or xlsx.

A view is a file of this folder: a .yaml file says what is asked of a table, an .rq file is a SPARQL query under a YAML
header. An .html file of the same stem is the view's own page template.

routes.py       /views and each view, /tables and each table
published.py    a view answered for a running server
view_files.py   a view, read from its file; view_folder.py adds the operator's own
parameters.py   typed texts as RDF terms, by the kinds of kinds.toml; amounts.py reads figures
typed_names.py  the bodies, documents and regions that names mean
tabled.py       what a .yaml file asks of a table; table_address.py makes the same of an address
conditions.py   conditions on the rows of tables: columns, operators and values
selection.py    selections of a table: rows under conditions, or groups of them with measures
table_sql.py    selections answered by SQL over a file of tables
table_sparql.py the same selections written as SPARQL
answers.py      the rows, and counts of all rows
evidence.py     what the sources say about the rows
downloads.py    the answer as a file: csv_text.py and workbook.py write it
figures.py      sums of money by phase, year and period, each with the number of its rows
sentences.py    what is said of answers and of errors, worded in sentences.toml
heads.py        the first sentences of an answer, and what it leaves out
answer_sentence.py  the answer in one sentence, from its rows
word_order.py   words by which the rows of a table are ordered
chips.py        the conditions of an answer on its page, to be changed; shape_chips.py has order, groups and words

A facet is a column whose values are offered, with their numbers of rows, to narrow the answer.
"""
