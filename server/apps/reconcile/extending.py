"""Add columns to things that were matched: values of the lists in things/lists/ (Reconciliation API 0.2, section 6)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from jixiao.server.apps.reconcile.manifest import TYPES, described, properties
from jixiao.server.apps.reconcile.matching import Listed
from jixiao.server.errors import ParameterError
from jixiao.server.views.answers import Column, Row
from jixiao.server.views.view_files import View

_WHOLE = 2**53
"""Whole numbers up to which a JSON number is exact for every client."""


def extend(
    ids: Sequence[str], names: Sequence[str], below: str, lists: Mapping[str, View], listed: Listed
) -> dict[str, Any]:
    """Return the answer to a request for columns, as JSON values: `ids` are the things, `names` the properties.

    A value that is missing, or of an unknown thing, is an empty list. `below` precedes identifiers in IRIs, `lists` are
    the queries of lists by kind, and `listed` makes the table of some things of a kind. Raises ParameterError for an
    unknown property, and what `listed` raises.
    """
    of_kinds = {kind: {column.name: column for column in properties(lists[kind])} for kind in TYPES}
    columns = {name: column for of_kind in of_kinds.values() for name, column in of_kind.items()}
    if unknown := [name for name in names if name not in columns]:
        known = "、".join(columns)
        raise ParameterError(
            f"没有属性 {unknown[0]}；有：{known}。", f"There is no property {unknown[0]}; there are {known}."
        )
    rows: dict[str, dict[str, list[dict[str, Any]]]] = {each: {name: [] for name in names} for each in ids}
    for kind, of_kind in of_kinds.items():
        table = listed(kind, {f"{below}{each}": "" for each in rows if each.startswith(f"{kind}/")})
        for row in () if table is None else table.rows:
            cells = rows[str(row[lists[kind].columns[0].name]).removeprefix(below)]
            cells |= {name: _cell(row, of_kind[name], below) for name in cells if name in of_kind}
    department = {"type": {"id": "org", "name": "单位 Department"}}
    meta = [described(columns[name]) | (department if columns[name].link else {}) for name in names]
    return {"meta": meta, "rows": rows}


def _cell(row: Row, column: Column, below: str) -> list[dict[str, Any]]:
    value = row[column.name]
    if value is None:
        return []
    linked = row.get(column.link) if column.link else None
    if isinstance(linked, str) and linked.startswith(below):
        return [{"id": linked.removeprefix(below), "name": str(value)}]
    if isinstance(value, Decimal):
        return [{"float": float(value)}]
    if isinstance(value, int):
        return [{"int": value} if abs(value) <= _WHOLE else {"str": str(value)}]
    words = column.words(value)
    return [{"str": value if words is None else words.zh}]
