"""Observation of the running server: its access log, its metrics, and the memory of its processes."""
