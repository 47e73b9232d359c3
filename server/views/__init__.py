"""Views: ready-made questions with typed parameters, answered as HTML, JSON, CSV or xlsx.

A view is an .rq file of this folder: a SPARQL query under a YAML header, read by `view_files`. An .html file of the
same stem is the view's own page template; other views share one.

A request passes through these modules: `parameters` makes RDF terms of typed texts (`names` for names of bodies and
documents); `query_text` fits the query to the request; `indexed` answers large lists by SQL instead; `answers` holds
the rows and counts all rows; `evidence` adds what the sources tell of them; `published` and `downloads` write the
answer as a page or a file. A facet is a column whose values are offered, with their numbers of rows, to narrow the
answer.
"""
