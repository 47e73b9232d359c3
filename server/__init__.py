"""Serve a store over HTTP: SPARQL, views, pages, linked data and downloads, a folder per topic.

A request passes `app` (connections, headers, access log), then the routes of one topic: an application of the site
(`apps`), a thing (`linked_data`), a source (`sources`), a term (`vocabulary`) or the dataset as a whole (`dataset`).
The routes use the parts in `pages`, the queries in `views` and the shared parts in `runtime`. `runtime` has queries run
by the processes of `query` or, if the data is behind another server's endpoint, by `query/remote`. `rdf` and `http`
write the response. Each folder imports only folders below it in the order that pyproject.toml gives.

Terms used throughout: a *generation* is one state of a store's data, a *source* is a file that was read, a *thing* is
whatever has an IRI below the base IRI, a *form* is one format of a response (HTML, CSV, Turtle …), and an *edition* is
a generation or, with an endpoint, the state of its dataset.
"""
