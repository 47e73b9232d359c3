"""Serve a store over HTTP: SPARQL, views, pages, linked data and downloads, a folder per topic.

A request passes `app`, then the routes of one topic, which use the folders further down. Each folder imports only
those on lines below its own:

app/         connections, headers and access log, then the routes; processes and start of the server
dataset/     the dataset as a whole
apps/        the applications of the site, which do not import one another
box/         any text that somebody types, as conditions on a table
linked_data/ things; sources/ has source documents, vocabulary/ the documentation of terms
pages/       findings, rules and completeness of readings, for several pages
views/       the views, and questions that are answered by one
runtime/     the parts that all requests share: store, engine, templates
editions/    the dataset as requests see it, in a store or behind an endpoint
query/       queries, run by worker processes or by another server's endpoint (query/remote)
logs/        access log and metrics
rdf/         triples in the forms of a response
http/        requests and responses in general
sentences.py  sentences in both languages, filled in from the TOML file of a folder
words.py     words for codes
errors.py    the errors; settings.py the settings

A folder's `routes.py` has the router of its main addresses; any other module with a router is named for its pages.
templates/ has the pages and static/ their styles and scripts. Reading a filing and writing to a store belong in
`ingest` and the commands; apps/check has a file judged by a child process of the command line.

Terms used throughout: a *generation* is one state of a store's data, a *source* is a file that was read, a *thing* is
whatever has an IRI below the base IRI, a *form* is one format of a response (HTML, CSV, Turtle …), and an *edition* is
a generation or, with an endpoint, the state of its dataset.
"""
