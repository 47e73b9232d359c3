"""The vocabulary of jixiao, in Turtle and in Python, and the tools that every package uses.

The vocabulary: jixiao.ttl has the classes and properties, the other .ttl files a concept scheme each, and retired.ttl
the names that are used no more. `turtle_files` returns all of them, and `rule_files` the rules.

terms.py       the IRIs of terms, for Python
properties.py  terms that the ontology marks, such as parts of a project and amounts
reference.py   labels and definitions of terms
schemes.py     concepts by printed words
alignment.py   triples in the terms of other vocabularies
reasons.py     reasons for inferred, doubtful and withheld values
identity.py    the IRIs of things, by their printed names
bodies.py      names of government bodies
places.py      administrative divisions
numbers.py     document numbers; codes.py and numerals.py read their parts
documents.py   kinds and issuers of documents
units.py       units of measures

The tools:

processes/     child processes and their limits
text/          texts, figures and spreadsheets
turtle.py      triples as Turtle for people
steps.py       notes of how far the reading of a file came, which outlive its process
grouping.py    values by key
errors.py      the base of all errors that a command reports

What only one room needs belongs in that room, and words by which forms are read belong in `ingest`.
"""

from pathlib import Path

__all__ = ["rule_files", "turtle_files"]


def turtle_files() -> tuple[Path, ...]:
    """Return the Turtle files of the ontology and its concept schemes, in order of name."""
    return tuple(sorted(Path(__file__).parent.glob("*.ttl")))


def rule_files() -> tuple[Path, ...]:
    """Return the Turtle files of the rules in use, whose names belong to the vocabulary, in order of name."""
    return tuple(sorted(Path(__file__).parents[1].glob("shapes/*/*.ttl")))
