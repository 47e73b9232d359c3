"""Views: ready-made questions with typed parameters, answered as HTML, JSON, CSV or xlsx.

A view is an .rq file of this folder: a SPARQL query under a YAML header, read by `view_files`. An .html file of the
same stem is the view's own page template; other views share one.

A request passes through these modules: `parameters` makes RDF terms of typed texts (`kinds` by kind of parameter,
`names` for names of bodies and documents); `query_text` fits the query to the parameters; `fact_query` answers large
lists by SQL instead; `answers` holds the rows and `totals` the counts of all rows; `page`, `downloads` and `tables`
write the answer. A facet is a column whose values are offered, with their numbers of rows, to narrow the answer.
"""
