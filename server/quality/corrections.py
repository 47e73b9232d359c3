"""Read a steward's corrections of a project's values: printed value, right value, reason and date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from pyoxigraph import NamedNode

from jixiao.ontology import terms
from jixiao.server.queries.binding import bind, query
from jixiao.server.service.service import Service

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


def of_project(service: Service, project: str) -> Mapping[str, list[Corrected]]:
    """Return the corrections of a project and its parts by node. Raises what Pool.run raises."""
    text = bind(query("corrections"), {"project": NamedNode(project)})
    found: dict[str, list[Corrected]] = defaultdict(list)
    for row in service.on_current(lambda now: service.rows(now, text)):
        found[row["node"]["value"]].append(
            Corrected(
                property=row["property"]["value"],
                printed=_value(row["printed"]) if "printed" in row else None,
                right=_value(row["right"]),
                reason=row.get("reason", {}).get("value", ""),
                date=row.get("date", {}).get("value", ""),
                by=row["by"]["value"] if "by" in row else None,
                decision=row["decision"]["value"],
            )
        )
    return found


def _value(term: Mapping[str, str]) -> Value:
    numeric = term.get("datatype") in (terms.XSD_decimal, terms.XSD_integer)
    return Decimal(term["value"]) if numeric else term["value"]
