"""Hold the answer of a view, and write it as JSON.

This module is separate from the routes because the command line needs answers without HTTP. Numbers stay exact: a
decimal is written as digits, never through a float.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jixiao.ontology.text.decimals import digits
from jixiao.server.editions.credit import Credit
from jixiao.server.http.signposting import Link
from jixiao.server.views import totals
from jixiao.server.views.columns import Column, Row, Value
from jixiao.server.views.names import Resolved
from jixiao.server.views.totals import Whole


@dataclass(frozen=True)
class Near:
    """A value similar to the one typed for a parameter, which may have been meant: as it is typed, and for readers."""

    parameter: str
    value: str
    label: str


@dataclass(frozen=True)
class Answer:
    """The answer of a view, with all that is needed to cite it.

    `message` (zh, en) is present if there are no rows, and `near` then offers similar values. `resolved` lists the
    things that typed names were taken to mean. `credit` is None outside a published dataset, and `whole` if nobody
    counted all rows.
    """

    view: str
    params: Mapping[str, str | Sequence[str]]
    dataset_version: str
    truncated: bool
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    sparql: str
    message: Mapping[str, str] | None
    credit: Credit | None = None
    whole: Whole | None = None
    resolved: tuple[Resolved, ...] = ()
    near: tuple[Near, ...] = ()

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

    def totals(self) -> Mapping[str, Decimal]:
        """Return the sum of each column marked as summed, over the whole answer, except columns without any figure."""
        return (self.whole or totals.of_rows(self.columns, self.rows)).sums

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
        if self.resolved:
            head["resolved"] = [
                {"param": r.parameter, "typed": r.typed, "iri": r.iri, "label": r.label, "how": r.how}
                for r in self.resolved
            ]
        members = [f"{_text(name)}: {_text(value)}" for name, value in head.items()]
        rows = ",\n  ".join(_rows({column.name: f"{_text(column.name)}: " for column in self.columns}, self.rows))
        members.append(f'"rows": [\n  {rows}\n ]' if rows else '"rows": []')
        if self.whole is not None:
            members.append(f'"whole": {_counts(self.whole)}')
        if self.sources is not None:
            members.append(f'"sources": {_text(self.sources)}')
        if self.message is not None:
            members.append(f'"message": {_text(dict(self.message))}')
        if self.near:
            near = [{"param": each.parameter, "value": each.value, "label": each.label} for each in self.near]
            members.append(f'"near": {_text(near)}')
        members.append(f'"sparql": {_text(self.sparql)}')
        return "{\n " + ",\n ".join(members) + "\n}\n"


def _counts(counted: Whole) -> str:
    sums = ", ".join(f"{_text(name)}: {digits(total)}" for name, total in counted.sums.items())
    return _text(counted.to_json()).removesuffix("}") + f', "sums": {{{sums}}}}}'


def _rows(names: Mapping[str, str], rows: Iterable[Row]) -> Iterator[str]:
    """Write each row as an object; `names` has the start of each member, such as `"year": `, by column."""
    for row in rows:
        yield "{" + ", ".join([names[name] + _json(value) for name, value in row.items()]) + "}"


def _json(value: Value) -> str:
    if value is None:
        return "null"
    return digits(value) if isinstance(value, Decimal) else _text(value)


_text = json.JSONEncoder(ensure_ascii=False).encode  # json.dumps would make an encoder for each value
