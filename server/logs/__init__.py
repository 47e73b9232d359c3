"""Observation of the running server: its access log, its metrics, and the memory of its processes.

access_log.py  requests, slow queries and messages, as lines of JSON
metrics.py     counts and memory, for Prometheus
"""
