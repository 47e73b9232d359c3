"""Serve a store over HTTP: SPARQL, views, pages, linked data and downloads, a folder per topic.

A request passes `app` (connections, headers, access log), then the routes of one topic: an application of the site
(`apps`), a thing (`linked_data`), a source (`sources`), a term (`vocabulary`) or the dataset as a whole (`dataset`).
These use the parts in `pages`, the queries in `views` and the shared parts in `runtime`, which runs queries in the
processes of `query` or, for an endpoint elsewhere, in `query/remote`. `rdf` and `http` write the response. Folders
import downwards only, in pyproject.toml's order.
"""
