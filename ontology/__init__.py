"""The vocabulary of jixiao: terms, identities, document numbers and concept schemes.

`turtle_files` returns the ontology and its schemes as shipped, and `rule_files` the rules; the other modules are
imported by name.
"""

from pathlib import Path

__all__ = ["rule_files", "turtle_files"]


def turtle_files() -> tuple[Path, ...]:
    """Return the Turtle files of the ontology and its concept schemes, in order of name."""
    return tuple(sorted(Path(__file__).parent.glob("*.ttl")))


def rule_files() -> tuple[Path, ...]:
    """Return the Turtle files of the rules in use, whose names belong to the vocabulary, in order of name."""
    return tuple(sorted(Path(__file__).parents[1].glob("shapes/*/*.ttl")))
