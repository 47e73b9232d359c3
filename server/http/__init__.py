"""HTTP itself: negotiation, conditional requests, headers, links, problems, and RDF in every form.

Modules here know requests, responses and triples; they know no store, no query and no page.
"""
