"""The SPARQL 1.1 endpoint, /sparql.

endpoint.py    the address, results as they are sent, the page, and the terms that its editor completes
protocol.py    a request by the protocol
openapi.yaml   the entry in the OpenAPI document
"""
