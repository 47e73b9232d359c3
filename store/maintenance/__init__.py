"""Maintain a store.

checking.py  all its parts, and if they agree
clearing.py  files and rows that nothing needs
"""
