"""Add columns to things that were matched: values of the lists in things/lists/ (Reconciliation API 0.2, section 6)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from jixiao.server.apps.reconcile.batches import Extension
from jixiao.server.apps.reconcile.manifest import TYPES, described, properties
from jixiao.server.apps.reconcile.matching import Listed
from jixiao.server.errors import ParameterError
from jixiao.server.views.columns import Column, Row
from jixiao.server.views.view_files import View

_WHOLE = 2**53
"""Whole numbers up to which a JSON number is exact for every client."""


def extend(wanted: Extension, below: str, lists: Mapping[str, View], listed: Listed) -> dict[str, Any]:
    """Answer a request for columns; a thing that is unknown, or lacks a value, has an empty list.

    Raises ParameterError for an unknown property, and what `listed` raises.
    """
    columns = {column.name: column for name in TYPES for column in properties(lists[name])}
    if unknown := [name for name in wanted.properties if name not in columns]:
        known = "、".join(columns)
        raise ParameterError(
            f"没有属性 {unknown[0]}；有：{known}。", f"There is no property {unknown[0]}; there are {known}."
        )
    rows: dict[str, dict[str, list[dict[str, Any]]]] = {
        each: {name: [] for name in wanted.properties} for each in wanted.ids
    }
    for kind in TYPES:
        things = {f"{below}{each}": "" for each in wanted.ids if each.startswith(f"{kind}/")}
        table = listed(kind, things)
        for row in () if table is None else table.rows:
            cells = rows[str(row[table.columns[0].name]).removeprefix(below)] if table else {}
            of_kind = {column.name: column for column in properties(lists[kind])}
            for name in cells.keys() & of_kind.keys():
                cells[name] = _cell(row, of_kind[name], below)
    return {"meta": [_meta(columns[name]) for name in wanted.properties], "rows": rows}


def _meta(column: Column) -> dict[str, Any]:
    return described(column) | ({"type": {"id": "org", "name": "单位 Department"}} if column.link else {})


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
