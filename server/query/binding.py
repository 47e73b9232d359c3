"""Read query files and bind RDF terms to their parameters.

A parameter is a row of the file itself, `VALUES ?_name { an example }`. The row is replaced by one with the term as
pyoxigraph writes it, so no value ever becomes query text. (Oxigraph's own substitutions do not reach sub-selects.)
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from pyoxigraph import Literal, NamedNode

Term = NamedNode | Literal

QUERIES = Path(__file__).parent

_LIMIT = re.compile(r"^LIMIT \d+\s*\Z", re.MULTILINE)
_ROW = re.compile(r"(VALUES \?_(\w+) \{)[^{}]*\}")


@cache
def query(name: str) -> str:
    """Return the text of queries/{name}.rq."""
    return (QUERIES / f"{name}.rq").read_text(encoding="utf-8")


def bind(sparql: str, values: Mapping[str, Term | Sequence[Term]]) -> str:
    """Bind parameters to one term or several; parameters that are not named keep their row.

    The file's own text is passed over once, so that terms put in are never searched for further rows. Raises KeyError
    for a parameter without a row.
    """
    if missing := set(values) - {row[2] for row in _ROW.finditer(sparql)}:
        raise KeyError(*missing)
    return _ROW.sub(lambda row: f"{row[1]} {_terms(values[row[2]])} }}" if row[2] in values else row[0], sparql)


def window(sparql: str, limit: int, offset: int) -> str:
    """Replace the last line `LIMIT n`, so that the query gives `limit` results from the `offset`-th, counted from 0."""
    return _LIMIT.sub(f"LIMIT {limit:d} OFFSET {offset:d}", sparql)


def has_row(sparql: str, name: str) -> bool:
    """Return whether the query has a row for the parameter."""
    return any(row[2] == name for row in _ROW.finditer(sparql))


def _terms(bound: Term | Sequence[Term]) -> str:
    return " ".join(map(str, bound)) if isinstance(bound, Sequence) else str(bound)
