"""Serve a store over HTTP: SPARQL, views, pages, linked data and downloads, a folder per topic.

A request passes `edge` (connections, headers, access log), then one topic's routes (`sparql`, `views`, `things`,
`sources`, `quality`, `vocabulary`, `dataset`), then `service`, which runs its queries in `sandbox` or at an endpoint of
`remote`. The answer is written by `http`. Folders import downwards only; pyproject.toml lists their order.
"""
