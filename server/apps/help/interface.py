"""Complete FastAPI's description of the interface: parameters, forms and schemas of answers, and a path for each view.

OpenAPI 3.1. FastAPI knows the paths and their variables; handlers read their own parameters, which paths.yaml states.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server import yaml_text
from jixiao.server.http.negotiation import VIEWS
from jixiao.server.views.kinds import KINDS
from jixiao.server.views.parameters import Parameter
from jixiao.server.views.view_files import PAGING, View

_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
_FAILS: Mapping[str, str] = {
    "400": "请求有误 · a wrong request",
    "404": "没有找到 · not found",
    "406": "没有所要的格式 · no form that is accepted",
    "503": "暂时无法回答 · cannot be answered now",
    "504": "超过时限 · time limit",
}
_TYPES: Mapping[str, str] = {
    "yuan": "number",
    "decimal": "number",
    "year": "integer",
    "integer": "integer",
    "line": "integer",
}


@cache
def stated() -> Mapping[str, Any]:
    """Return paths.yaml."""
    file: Mapping[str, Any] = yaml_text.load(Path(__file__).with_name("paths.yaml").read_text(encoding="utf-8"))
    return file


def complete(document: dict[str, Any], views: Iterable[View]) -> None:
    """Complete a document in place."""
    known = stated()
    for path, said in known["paths"].items():
        for operation in document["paths"].get(path, {}).values():
            _complete(operation, said)
    document["paths"] |= {f"/views/{view.name}": {"get": _of_view(view)} for view in views}
    document["components"] = {"schemas": {**known["schemas"]}}


@dataclass(frozen=True)
class Operation:
    """An operation for people; `forms` are the media types of its answer, none for a redirect."""

    name: str
    method: str
    path: str
    summary: Bilingual
    parameters: tuple[Input, ...]
    forms: tuple[str, ...]


@dataclass(frozen=True)
class Input:
    """A parameter for people, with the values it may take if these are few."""

    name: str
    required: bool
    meaning: Bilingual
    choices: tuple[str, ...]
    example: str


def groups(document: Mapping[str, Any]) -> list[tuple[Bilingual, list[Operation]]]:
    """Return the operations by the groups of paths.yaml; the last group also has operations of no other group."""
    grouped: list[tuple[Bilingual, list[Operation]]] = []
    left = dict(document["paths"])
    for group in stated()["groups"]:
        paths = [path for path in left if path[1:].partition("/")[0] in group["below"]]
        operations = [_told(path, method, each) for path in paths for method, each in left.pop(path).items()]
        grouped.append((Bilingual(group["zh"], group["en"]), operations))
    grouped[-1][1].extend(_told(path, method, each) for path in left for method, each in left[path].items())
    return grouped


def _told(path: str, method: str, operation: Mapping[str, Any]) -> Operation:
    inputs = tuple(
        Input(
            each["name"],
            each.get("required", False),
            _halves(each.get("description", "")),
            tuple(each.get("schema", {}).get("enum", ())),
            str(each.get("example", "")),
        )
        for each in operation.get("parameters", ())
    )
    forms = tuple(operation["responses"].get("200", {}).get("content", ()))
    name = re.sub(r"[^a-z0-9]+", "-", f"{method}{path}".casefold()).strip("-")
    return Operation(name, method.upper(), path, _halves(operation["summary"]), inputs, forms)


def _halves(text: str) -> Bilingual:
    """Split a text in both languages at its ` · `."""
    zh, dot, en = text.partition(" · ")
    return Bilingual(zh, en if dot else zh)


def _complete(operation: dict[str, Any], said: Mapping[str, Any]) -> None:
    stating = {each["name"]: each for each in said.get("parameters", ())}
    there = [stating.pop(each["name"], each) for each in operation.get("parameters", [])]
    for each in there:
        if each["in"] == "path":
            each["description"] = stated()["variables"][each["name"]]
    operation["parameters"] = [*there, *stating.values()]
    forms = _flat(said["forms"])
    answer: dict[str, Any] = {"description": "答案 · the answer"}
    if forms:
        answer["content"] = {form: _schema(form, said.get("schema")) for form in forms}
    answers = {"200": answer} if forms else {"303": {"description": "转到别的地址 · another address"}}
    operation["responses"] = answers | _problems()


def _flat(forms: Iterable[Any]) -> list[str]:
    return [one for form in forms for one in ([form] if isinstance(form, str) else form)]


def _schema(form: str, name: str | None) -> dict[str, Any]:
    if form != "application/json" or name is None:
        return {}
    return {"schema": {"$ref": f"#/components/schemas/{name}"}}


def _problems() -> dict[str, Any]:
    return {status: {"description": told, "content": _PROBLEM} for status, told in _FAILS.items()}


def _of_view(view: View) -> dict[str, Any]:
    """Describe the answers of a view, with its rows as they are in JSON."""
    paging = {each["name"]: each for each in (stated()["parameters"]["limit"], stated()["parameters"]["offset"])}
    order: dict[str, Any] = {
        "name": "sort",
        "in": "query",
        "description": "排序的列，前加 - 为降序 · the column to sort by, with - before it downwards",
        "schema": {"type": "string"},
    }
    if not view.sortable():
        order["deprecated"] = True
    row = {"type": "object", "properties": {c.name: _cell(c.type, dict(c.label)) for c in view.columns}}
    rows = {"type": "object", "properties": {"rows": {"type": "array", "items": row}}}
    answer = {"allOf": [{"$ref": "#/components/schemas/Answer"}, rows]}
    content = {form.media_type: {"schema": answer} if form.name == "json" else {} for form in VIEWS}
    return {
        "summary": f"{view.title_zh} · {view.title_en}",
        "description": f"{view.question.zh} {view.description_zh}\n\n{view.question.en} {view.description_en}",
        "operationId": f"view_{view.name.replace('-', '_')}",
        "parameters": [
            *map(_parameter, view.params),
            *(paging.get(name, order) for name in PAGING),
            stated()["parameters"]["format"],
        ],
        "responses": {"200": {"description": "各行 · the rows", "content": content}} | _problems(),
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    kind = KINDS[parameter.kind]
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": f"{parameter.label_zh}：{kind.expected_zh} · {parameter.label_en}: {kind.expected_en}",
        "schema": {"type": "string"},
        "example": parameter.example,
    }


def _cell(kind: str, label: Mapping[str, str]) -> dict[str, Any]:
    unit = "（元）" if kind == "yuan" else ""
    told = f"{label['zh']}{unit} · {label['en']}{' (yuan)' if unit else ''}"
    return {"description": told, "type": [_TYPES.get(kind, "string"), "null"]}
