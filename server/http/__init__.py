"""HTTP itself: negotiation, conditional requests, headers, links, problems, and RDF in every form.

The modules handle requests, responses and triples, and depend on no store, query or page.
"""
