"""The running server's shared parts: the store, the engine that answers queries, and the page templates.

Features (folders above this one) own their caches and hand them to the service to keep: see `Service.own`.
"""
