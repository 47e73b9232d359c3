"""The rules in SHACL, a file a subject, and the code that lists, runs and renders them.

Nothing is imported here: whoever lists faults need not load an engine.
"""
