"""Describe /sparql for the OpenAPI document: the endpoint stands outside FastAPI, which therefore cannot see it."""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "string"}
_MANY = {"type": "array", "items": _TEXT}


def _parameter(name: str, description: str, schema: dict[str, Any] = _TEXT, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "description": description, "schema": schema}


_SHARED = [
    _parameter("default-graph-uri", "默认图 · graphs of the default graph", _MANY),
    _parameter("named-graph-uri", "命名图 · named graphs", _MANY),
    _parameter("format", "结果的格式，胜过 Accept · the result's form, over Accept"),
    _parameter("timeout", "时限（秒），只能缩短 · time limit in seconds, to lower it", {"type": "number"}),
]
_ANSWERS = {
    "200": {"description": "结果 · the result"},
    "400": {"description": "查询或参数有误 · a wrong query or parameter"},
    "406": {"description": "没有所要的格式 · no form that is accepted"},
    "413": {"description": "请求过大 · too large a request"},
    "503": {"description": "暂时无法回答 · cannot be answered now"},
    "504": {"description": "超过时限 · time limit"},
}
PATHS: dict[str, Any] = {
    "/sparql": {
        "get": {
            "summary": "SPARQL 查询 · SPARQL query",
            "operationId": "sparql_get",
            "parameters": [_parameter("query", "查询 · the query", required=True), *_SHARED],
            "responses": _ANSWERS,
        },
        "post": {
            "summary": "SPARQL 查询 · SPARQL query",
            "operationId": "sparql_post",
            "parameters": _SHARED,
            "requestBody": {
                "required": True,
                "content": {
                    "application/x-www-form-urlencoded": {
                        "schema": {"type": "object", "properties": {"query": _TEXT}, "required": ["query"]}
                    },
                    "application/sparql-query": {"schema": _TEXT},
                },
            },
            "responses": {**_ANSWERS, "415": {"description": "不支持的内容类型 · unsupported type of content"}},
        },
    }
}
