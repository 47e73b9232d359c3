"""The SPARQL 1.1 endpoint, /sparql.

endpoint.py    the address, and results as they are sent
protocol.py    a request by the protocol
query_page.py  the page, and the terms that its editor completes
openapi.yaml   the entry in the OpenAPI document
"""
