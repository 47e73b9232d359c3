"""The SPARQL 1.1 endpoint: protocol, results, service description, its page, and its entry in the OpenAPI document."""
