"""Answer /docs, and complete FastAPI's description of the HTTP interface, which it shows.

The description is OpenAPI 3.1, with parameters, forms and schemas of answers, and a path for each view. FastAPI knows
the paths and their variables; handlers read their own parameters, which paths.yaml states.
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response

from jixiao.ontology.text import yaml_text
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.http.negotiation import VIEWS
from jixiao.server.runtime.service import ServiceDep
from jixiao.server.views.parameters import KINDS, Parameter
from jixiao.server.views.view_files import PAGING, View

router = APIRouter()

_PROBLEMS = {
    status: {
        "description": described,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status, described in (
        ("400", "请求有误 · a wrong request"),
        ("404", "没有找到 · not found"),
        ("406", "没有所要的格式 · no form that is accepted"),
        ("503", "暂时无法回答 · cannot be answered now"),
        ("504", "超过时限 · time limit"),
    )
}
"""The responses for errors, which every operation has."""
_TYPES: Mapping[str, str] = {
    "yuan": "number",
    "decimal": "number",
    "year": "integer",
    "integer": "integer",
    "line": "integer",
}


@router.get("/docs", summary="接口说明 · the interface")
def docs(request: Request, service: ServiceDep) -> Response:
    """Answer with the operations of /openapi.json, by groups."""
    return service.pages.html("api.html", groups=_groups(request.app.openapi()))


@cache
def stated() -> Mapping[str, Any]:
    """Return the parsed paths.yaml: parameters, forms and schemas by path."""
    return dict(yaml_text.load(Path(__file__).with_name("paths.yaml").read_text(encoding="utf-8")))


def complete(document: dict[str, Any], views: Iterable[View]) -> None:
    """Complete FastAPI's OpenAPI document in place: parameters, forms and schemas, and a path for each view."""
    known = stated()
    for path, said in known["paths"].items():
        for operation in document["paths"].get(path, {}).values():
            _complete(operation, said)
    document["paths"] |= {f"/views/{view.name}": {"get": _of_view(view)} for view in views}
    document["components"] = {"schemas": {**known["schemas"]}}


def _groups(document: Mapping[str, Any]) -> list[tuple[Bilingual, list[dict[str, Any]]]]:
    """Return the operations by the groups of paths.yaml; operations of no group are in the last one."""
    stated_groups = stated()["groups"]
    by_segment = {segment: at for at, group in enumerate(stated_groups) for segment in group["below"]}
    operations: list[list[dict[str, Any]]] = [[] for _ in stated_groups]
    for path, methods in document["paths"].items():
        at = by_segment.get(path[1:].partition("/")[0], -1)
        operations[at].extend(_operation(path, method, each) for method, each in methods.items())
    return list(zip([Bilingual(group["zh"], group["en"]) for group in stated_groups], operations, strict=True))


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values with which api.html shows an operation; its `forms` are empty if the answer is a redirect."""
    parameters = tuple(
        {
            "name": each["name"],
            "required": each.get("required", False),
            "meaning": _halves(each.get("description", "")),
            "choices": each.get("schema", {}).get("enum", ()),
            "example": str(each.get("example", "")),
        }
        for each in operation.get("parameters", ())
    )
    return {
        "name": re.sub(r"[^a-z0-9]+", "-", f"{method}{path}".casefold()).strip("-"),
        "method": method.upper(),
        "path": path,
        "summary": _halves(operation["summary"]),
        "parameters": parameters,
        "forms": tuple(operation["responses"].get("200", {}).get("content", ())),
    }


def _halves(text: str) -> Bilingual:
    """Return the Chinese and the English half of a text like “中文 · English”; a text without ` · ` stands for both."""
    zh, dot, en = text.partition(" · ")
    return Bilingual(zh, en if dot else zh)


def _complete(operation: dict[str, Any], said: Mapping[str, Any]) -> None:
    """Complete an operation in place by the parameters, forms and schema that paths.yaml states for its path."""
    stating = {each["name"]: each for each in said.get("parameters", ())}
    parameters = [stating.pop(each["name"], each) for each in operation.get("parameters", [])]
    for parameter in parameters:
        if parameter["in"] == "path":
            parameter["description"] = stated()["variables"][parameter["name"]]
    operation["parameters"] = [*parameters, *stating.values()]
    forms = ([each] if isinstance(each, str) else each for each in said["forms"])
    content: dict[str, Any] = {form: {} for form in chain.from_iterable(forms)}
    if "application/json" in content and "schema" in said:
        content["application/json"] = {"schema": {"$ref": f"#/components/schemas/{said['schema']}"}}
    answer = {"200": {"description": "答案 · the answer", "content": content}}
    elsewhere = {"303": {"description": "转到别的地址 · another address"}}
    operation["responses"] = (answer if content else elsewhere) | _PROBLEMS


def _of_view(view: View) -> dict[str, Any]:
    """Return the OpenAPI operation of a view's address, with the schema of its rows in JSON."""
    parameters = stated()["parameters"]
    order: dict[str, Any] = {
        "name": "sort",
        "in": "query",
        "description": "排序的列，前加 - 为降序 · the column to sort by, with - before it downwards",
        "schema": {"type": "string"},
        **({} if view.sortable() else {"deprecated": True}),
    }
    row = {
        "type": "object",
        "properties": {
            c.name: {
                "description": f"{c.heading('zh')} · {c.heading('en')}",
                "type": [_TYPES.get(c.type, "string"), "null"],
            }
            for c in view.columns
        },
    }
    rows = {"type": "object", "properties": {"rows": {"type": "array", "items": row}}}
    answer = {"allOf": [{"$ref": "#/components/schemas/Answer"}, rows]}
    content = {form.media_type: {"schema": answer} if form.name == "json" else {} for form in VIEWS}
    return {
        "summary": f"{view.title.zh} · {view.title.en}",
        "description": f"{view.question.zh} {view.description.zh}\n\n{view.question.en} {view.description.en}",
        "operationId": f"view_{view.name.replace('-', '_')}",
        "parameters": [
            *map(_parameter, view.params),
            *(parameters.get(name, order) for name in PAGING),
            parameters["format"],
        ],
        "responses": {"200": {"description": "各行 · the rows", "content": content}} | _PROBLEMS,
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    kind = KINDS[parameter.kind]
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": f"{parameter.label.zh}：{kind.expected.zh} · {parameter.label.en}: {kind.expected.en}",
        "schema": {"type": "string"},
        "example": parameter.example,
    }
