"""HTTP: content negotiation, conditional requests, headers, links, languages and error responses (problem+json).

The modules handle requests and responses in general and use no store, query or page.
"""
