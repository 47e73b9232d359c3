"""Maintain a store: check that all its parts agree, and remove files that nothing needs."""
