"""Outermost layer of the server: its processes and connections, the application, and the steps before every route.

supervisor.py    processes of the server
connections.py   connections and requests within bounds
front.py         the steps before and after every route; the first pages, answered at the start
answer_cache.py  complete responses, sent again
app.py           the application, made of its settings, and a client of it without a network
home.py          the home page, /health and /metrics
"""
