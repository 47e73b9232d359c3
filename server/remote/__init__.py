"""Service of a SPARQL endpoint elsewhere in place of a store's own graph (`jixiao serve --endpoint`).

`client` sends queries and `replies` judges the answers; `engine` runs jobs as the sandbox's pool does; `store` presents
the endpoint's dataset as a publication, by the facts that `facts` asks for.
"""
