"""The running server's shared parts: the store, the engine that answers queries, and the page templates.

Folders that import this one keep their own caches here, one instance of each: see `Service.own`.
"""
