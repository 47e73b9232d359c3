"""Sums and counts over all rows of an answer, of which a page shows only a part."""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from jixiao.ontology.text.decimals import digits
from jixiao.server.views.columns import Column, Row

PARTIAL = "partial"
"""The variable with which a query reports projects read in part: 1 for such a project, or their number in a group."""

MANY = 20
"""Most values of a facet that are shown, the most frequent ones."""

Named = Callable[[Sequence[str]], Mapping[str, str]]
"""A function from IRIs of things to their names by IRI."""

_PROJECTS, _WITHOUT = "projects", "withoutAmount"
"""Columns of rows that each stand for several projects: the number of projects, and of those without an amount."""


@dataclass(frozen=True)
class Value:
    """A value of a facet: as it is typed for the parameter, as readers see it, and its number of rows."""

    value: str
    label: str
    rows: int


@dataclass(frozen=True)
class Whole:
    """Counts over all rows of an answer: `sums` by column, and `figures`, the number of rows with a value by column.

    `projects` counts the projects, `stated` those with an amount, `partial` those read in part; each is None if rows
    are not about projects. `facets` are the values by parameter.
    """

    rows: int
    sums: Mapping[str, Decimal] = field(default_factory=dict)
    figures: Mapping[str, int] = field(default_factory=dict)
    projects: int | None = None
    stated: int | None = None
    partial: int | None = None
    facets: Mapping[str, Sequence[Value]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the counts for an answer's JSON, without `sums`, which the answer itself writes as exact numbers."""
        counts = {"projects": self.projects, "withAmount": self.stated, "partial": self.partial}
        return {"rows": self.rows, **{name: count for name, count in counts.items() if count is not None}}


def keys(columns: Sequence[Column]) -> list[str]:
    """Return the variables that a query groups the rows by: those of columns with a facet."""
    return [column.sort or column.name for column in columns if column.facet]


def summed(columns: Sequence[Column]) -> list[str]:
    """Return the variables that a query sums up."""
    names = [column.name for column in columns if column.sum]
    return names if PARTIAL in names or not _has_readings(columns) else [*names, PARTIAL]


def of_rows(columns: Sequence[Column], rows: Sequence[Row]) -> Whole:
    """Return the counts of an answer whose rows are all at hand."""
    names, labels = summed(columns), _labels(columns)
    figures = {name: [figure for row in rows if (figure := _figure(row, name)) is not None] for name in names}
    total: dict[str, Any] = {"rows": len(rows)}
    for name, found in figures.items():
        total |= {f"{name}_sum": sum(found), f"{name}_count": len(found)}
    shown = [column.name for column in columns if column.facet]
    groups = [{name: row[name] for name in (*shown, *labels.values())} | {"rows": 1} for row in rows]
    return replace(_whole(columns, [total]), facets=_facets(columns, groups))


def of_groups(columns: Sequence[Column], results: bytes, named: Named) -> Whole:
    """Return the counts of an answer from the results of its query for sums (SPARQL 1.1 Query Results JSON).

    `named` looks up the names of things among the facets' values.
    """
    groups = []
    for binding in json.loads(results)["results"]["bindings"]:
        said: dict[str, Any] = {name: cell["value"] for name, cell in binding.items()}
        counts = {
            name: Decimal(value) for name, value in said.items() if name == "rows" or name.endswith(("_sum", "_count"))
        }
        faceted = {column.name: said.get(column.sort or column.name) for column in columns if column.facet}
        groups.append(dict.fromkeys(_labels(columns).values()) | faceted | counts)
    return _named(columns, replace(_whole(columns, groups), facets=_facets(columns, groups)), named)


def of_totals(
    columns: Sequence[Column], totals: Mapping[str, Any], facets: Mapping[str, Sequence[Value]], named: Named
) -> Whole:
    """Return the counts of an answer from its sums over all rows and its facets, whose things `named` then names.

    `totals` has the number of `rows`, and for each summed column `c` `c_sum` and `c_count`.
    """
    return _named(columns, replace(_whole(columns, [totals]), facets=facets), named)


def _named(columns: Sequence[Column], found: Whole, named: Named) -> Whole:
    unnamed = [value.value for name, values in found.facets.items() if name in _labels(columns) for value in values]
    names = named(unnamed) if unnamed else {}
    facets = {
        name: [replace(value, label=names.get(value.value, value.label)) for value in values]
        for name, values in found.facets.items()
    }
    return replace(found, facets=facets)


def _whole(columns: Sequence[Column], groups: Sequence[Mapping[str, Any]]) -> Whole:
    sums = {name: sum((Decimal(group[f"{name}_sum"]) for group in groups), Decimal(0)) for name in summed(columns)}
    figures = {name: sum(int(group[f"{name}_count"]) for group in groups) for name in sums}
    rows = sum(int(group["rows"]) for group in groups)
    partial = int(sums.pop(PARTIAL)) if PARTIAL in sums else None
    names = {column.name for column in columns}
    projects = stated = None
    if _PROJECTS in sums:
        projects = int(sums[_PROJECTS])
        stated = projects - int(sums[_WITHOUT]) if _WITHOUT in sums else None
    elif "project" in names and "amount" in sums:
        projects, stated = rows, figures["amount"]
    if PARTIAL in names and partial is not None:
        sums[PARTIAL] = Decimal(partial)
    return Whole(
        rows=rows,
        sums={name: total for name, total in sums.items() if figures[name]},
        figures={name: count for name, count in figures.items() if name in names},
        projects=projects,
        stated=stated,
        partial=partial,
    )


def _facets(columns: Sequence[Column], groups: Sequence[Mapping[str, Any]]) -> dict[str, list[Value]]:
    return {column.facet: _values(column, columns, groups) for column in columns if column.facet}


def _values(column: Column, columns: Sequence[Column], groups: Iterable[Mapping[str, Any]]) -> list[Value]:
    """Return a column's values with their numbers of rows: latest year first, other values most frequent first."""
    labelled = _labels(columns).get(str(column.facet), column.name)
    counted: Counter[tuple[str, str]] = Counter()
    for group in groups:
        if group[column.name] is not None:
            label = group[column.name] if group[labelled] is None else group[labelled]
            counted[_written(group[column.name]), _written(label)] += int(group["rows"])
    values = [Value(value, label, rows) for (value, label), rows in counted.items()]
    if column.type == "year":
        return sorted(values, key=lambda each: each.value, reverse=True)
    return sorted(values, key=lambda each: (-each.rows, each.label))[:MANY]


def _labels(columns: Sequence[Column]) -> dict[str, str]:
    """Return, by parameter of a facet, the column with the names of the things in the facet's column."""
    return {
        column.facet: each.name for column in columns if column.facet for each in columns if each.link == column.name
    }


def _written(value: object) -> str:
    return digits(value) if isinstance(value, int | Decimal) else str(value)


def _has_readings(columns: Sequence[Column]) -> bool:
    return any(column.type == "reading" for column in columns)


def _figure(row: Row, name: str) -> int | Decimal | None:
    """Return a row's figure; a reading counts as 1 if it is partial."""
    if name == PARTIAL and name not in row:
        return int(row["readingStatus"] == PARTIAL)
    value = row[name]
    return value if isinstance(value, int | Decimal) else None
