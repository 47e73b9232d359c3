"""The SPARQL 1.1 endpoint: protocol, results, service description, and its entry in the OpenAPI document."""
