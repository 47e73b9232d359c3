"""Views: ready-made questions with typed parameters, answered as HTML, JSON, CSV or xlsx.

A view is an .rq file of this folder. A view that the general page does not suit has an .html template of the same stem.
A request passes `parameters` (texts become terms by `kinds`, names things by `names`), `query_text` (the query that it
needs), `answers` with `whole` (rows and totals), then `page` or `downloads` and `tables`.
"""
