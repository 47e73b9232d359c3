"""Outermost layer of the server: its processes and connections, the application, and the steps before every route."""
