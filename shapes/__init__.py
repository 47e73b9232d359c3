"""SHACL rules, one Turtle file per subject, and the code that lists and runs them and renders their results.

document/       the rules for one document
corpus/         the rules for all documents of a store together
registry/       the rules for a steward's decisions
examples/       a passing and a failing graph for each rule
catalogue.py    the rules listed: a *fault* has the names and sentences of one
engine/         the rules, compiled, run on a graph
validate.py     one document judged
store_check.py  the documents of a store judged by the rules of corpus/
locating.py     a match of a rule as a finding: in words, with its place in the document
findings/       findings in groups, and written for people and programs
bundles.py      the rules as graphs for other engines
correctable.py  properties that a steward may decide about

shapes.ttl describes the rules. What a text states is read in `ingest`; rules compare facts, except for those on
wording. This module imports nothing, so that code which only lists the rules does not load an engine.
"""
