"""Views: ready-made questions with typed parameters, answered as HTML, JSON or CSV.

A view is an .rq file of this folder, with an .html template of the same stem where the general page will not do.
"""
