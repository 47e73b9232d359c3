"""The running server's shared parts: the store, the engine that answers queries, and the page templates.

Features (the folders above this one) own their caches, and the service keeps one of each: see `Service.own`.
"""
