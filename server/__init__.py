"""The server room: a store in; SPARQL, views and pages over HTTP out.

A request goes app -> a router (home, view_routes, sparql, resources, sources) -> pool -> a worker process, and comes
back through negotiation and pages. views, answers, parameters and guard know nothing of HTTP; the CLI uses them too.
"""
