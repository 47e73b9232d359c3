"""Serve a store over HTTP: SPARQL, views, pages, linked data and downloads, a folder per topic.

A request passes `edge` (connections, headers, access log), then one topic's routes (`sparql`, `views`, `things`,
`sources`, `quality`, `vocabulary`, `dataset`, `search`, `asking`, `help`, `checking`), then `service`, which runs the
topic's queries in `sandbox` or, for an endpoint elsewhere, in `remote`. `http` writes the response. Folders import
downwards only, in pyproject.toml's order.
"""
