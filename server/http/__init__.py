"""HTTP itself: negotiation, conditional requests, headers, links and problems.

The modules handle requests and responses, and depend on no store, query or page.
"""
