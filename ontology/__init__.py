"""The vocabulary of jixiao and what it rests on: terms, identities, document numbers and concept schemes.

`turtle_files` gives the ontology and its schemes as shipped; the other modules are imported by name.
"""

from pathlib import Path

__all__ = ["turtle_files"]


def turtle_files() -> tuple[Path, ...]:
    """Give the Turtle files of the ontology and its concept schemes, in order of name."""
    return tuple(sorted(Path(__file__).parent.glob("*.ttl")))
