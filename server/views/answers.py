"""Read the rows of a view from SPARQL results, and write them as JSON and as CSV.

This module is separate from the routes because the command line needs answers without HTTP. Numbers stay exact: a
decimal is written as digits, never through a float. CSV follows RFC 4180; cells that a spreadsheet would run as a
formula get a leading apostrophe.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from jixiao.ontology.decimals import digits
from jixiao.ontology.spreadsheets import harmless
from jixiao.server.http.signposting import Link
from jixiao.server.publication.credit import Credit

Value = str | int | Decimal | None
Row = Mapping[str, Value]


def _headings(text: str) -> str | None:
    """Read headings, each in a line after the number by which they are ordered; every heading once."""
    numbered = (line.partition(" ") for line in text.splitlines())
    found = sorted((int(number), heading) for number, _, heading in numbered if heading)
    return "、".join(dict.fromkeys(heading for _, heading in found)) or None


COLUMN_TYPES: Mapping[str, Callable[[str], Value]] = MappingProxyType(
    {
        "iri": str,
        "fault": str,
        "severity": str,
        "property": str,
        "reading": str,
        "text": str,
        "headings": _headings,
        "date": str,
        "year": int,
        "integer": int,
        "line": int,
        "yuan": Decimal,
        "decimal": Decimal,
    }
)
BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class Column:
    """A column of an answer: variable, type, labels, and whether it is summed.

    `link` is the column whose IRI the values link to; `note` the column that pages show as a note beside the values.
    """

    name: str
    type: str
    label: Mapping[str, str]
    link: str | None
    sum: bool
    note: str | None = None


@dataclass(frozen=True)
class Answer:
    """The answer of a view, with all that is needed to cite it.

    `message` (zh, en) is present if there are no rows. `credit` is None if the view is asked outside a published
    dataset.
    """

    view: str
    params: Mapping[str, str]
    dataset_version: str
    truncated: bool
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    sparql: str
    message: Mapping[str, str] | None
    credit: Credit | None = None

    @property
    def links(self) -> tuple[Link, ...]:
        """Links that every form of the answer carries: to the licence, and to the version to cite."""
        return () if self.credit is None else self.credit.links

    @property
    def sources(self) -> tuple[str, ...] | None:
        """The IRIs of the documents that the rows come from, each once; None if rows are counts or sums."""
        if not any(column.name == "source" for column in self.columns):
            return None
        return tuple(dict.fromkeys(str(row["source"]) for row in self.rows if row["source"]))

    def totals(self) -> dict[str, Decimal]:
        """Return the sum of each column marked as summed, over the rows shown, except columns without any figure."""
        sums: dict[str, Decimal] = {}
        for column in self.columns:
            figures = [value for row in self.rows if isinstance(value := row[column.name], int | Decimal)]
            if column.sum and figures:
                sums[column.name] = sum((Decimal(figure) for figure in figures), Decimal(0))
        return sums

    def to_json(self) -> str:
        """Write the answer as JSON, one row per line (design, section 6)."""
        head: dict[str, Any] = {
            "view": self.view,
            "params": dict(self.params),
            "dataset_version": self.dataset_version,
            "truncated": self.truncated,
            "columns": [{"name": c.name, "label": dict(c.label), "type": c.type} for c in self.columns],
        }
        if self.credit is not None:
            head |= {
                "version": self.credit.iri,
                "license": self.credit.license,
                "rights": {"zh": self.credit.rights.zh, "en": self.credit.rights.en},
            }
        members = [f"{_text(name)}: {_text(value)}" for name, value in head.items()]
        rows = ",\n  ".join(
            "{" + ", ".join(f"{_text(name)}: {_json(value)}" for name, value in row.items()) + "}" for row in self.rows
        )
        members.append(f'"rows": [\n  {rows}\n ]' if rows else '"rows": []')
        if self.sources is not None:
            members.append(f'"sources": {_text(self.sources)}')
        if self.message is not None:
            members.append(f'"message": {_text(dict(self.message))}')
        members.append(f'"sparql": {_text(self.sparql)}')
        return "{\n " + ",\n ".join(members) + "\n}\n"

    def to_csv(self, byte_order_mark: bool = False) -> str:
        """Write the rows as CSV under the columns' names; with a byte-order mark Excel reads the file as UTF-8."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow([column.name for column in self.columns])
        writer.writerows([_cell(row[column.name]) for column in self.columns] for row in self.rows)
        return (BYTE_ORDER_MARK if byte_order_mark else "") + out.getvalue()


def read_rows(results: bytes, columns: Sequence[Column]) -> list[Row]:
    """Read SPARQL 1.1 Query Results JSON as typed rows, in the order of the columns; an unbound variable is None."""
    bindings = json.loads(results)["results"]["bindings"]
    return [
        {c.name: COLUMN_TYPES[c.type](binding[c.name]["value"]) if c.name in binding else None for c in columns}
        for binding in bindings
    ]


def _json(value: Value) -> str:
    return digits(value) if isinstance(value, Decimal) else _text(value)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        return digits(value)
    return harmless(value)
