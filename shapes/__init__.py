"""SHACL rules, one Turtle file per subject, and the code that lists and runs them and renders their results.

This module imports nothing, so that code which only lists the rules does not load an engine.
"""
