"""A query file's text and RDF terms come in, the query with the terms bound goes out.

A parameter is a row of the file itself, `VALUES ?_name { an example }`; the row is replaced by one with the term as
pyoxigraph writes it, so no value ever becomes query text. (Oxigraph's own substitutions do not reach sub-selects.)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from pyoxigraph import Literal, NamedNode

Term = NamedNode | Literal

QUERIES = Path(__file__).parent / "queries"


def query(name: str) -> str:
    """The text of queries/{name}.rq."""
    return (QUERIES / f"{name}.rq").read_text(encoding="utf-8")


def bind(sparql: str, values: Mapping[str, Term]) -> str:
    """The query with those parameters bound; parameters that are not named keep their row."""
    for name, term in values.items():
        before, row, after = _parted(sparql, name)
        sparql = f"{before}{row} {term} {after}"
    return sparql


def has_row(sparql: str, name: str) -> bool:
    """Whether the query has exactly one row for the parameter."""
    return len(_row(name).findall(sparql)) == 1


def _parted(sparql: str, name: str) -> tuple[str, str, str]:
    found = _row(name).search(sparql)
    if found is None:
        raise KeyError(name)
    return sparql[: found.start()], found[1], sparql[found.end() - 1 :]


def _row(name: str) -> re.Pattern[str]:
    return re.compile(rf"(VALUES \?_{re.escape(name)} \{{)[^{{}}]*\}}")
