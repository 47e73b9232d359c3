"""A steward's correction of a project's value: printed value, right value, reason and date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from jixiao.ontology import terms

Value = str | Decimal


@dataclass(frozen=True)
class Corrected:
    """One correction; `printed` is None if the source left the value blank. A Decimal is an amount or a figure."""

    property: str
    printed: Value | None
    right: Value
    reason: str
    date: str
    by: str | None
    decision: str


def value(term: Mapping[str, str]) -> Value:
    """Return a literal of SPARQL results as an amount, a figure or a text."""
    numeric = term.get("datatype") in (terms.XSD_decimal, terms.XSD_integer)
    return Decimal(term["value"]) if numeric else term["value"]
