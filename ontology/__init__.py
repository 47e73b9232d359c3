"""The vocabulary of jixiao: terms, identities, document numbers and concept schemes.

`turtle_files` returns the ontology and its schemes as shipped; the other modules are imported by name.
"""

from pathlib import Path

__all__ = ["turtle_files"]


def turtle_files() -> tuple[Path, ...]:
    """Return the Turtle files of the ontology and its concept schemes, in order of name."""
    return tuple(sorted(Path(__file__).parent.glob("*.ttl")))
