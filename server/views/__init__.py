"""Views: ready-made questions with typed parameters, answered as HTML, JSON or CSV.

A view is an .rq file of this folder. A view that the general page does not suit has an .html template of the same stem.
"""
