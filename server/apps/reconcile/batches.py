"""Describe the reconciliation service, and read its clients' requests: names to match, and columns (API 0.2)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jixiao.server.errors import ParameterError
from jixiao.server.linked_data.kinds import BY_NAME, Kind
from jixiao.server.views import answers, view_files

ADDRESS = "/reconcile"
TYPES: Mapping[str, Kind] = {name: BY_NAME[name] for name in ("org", "basis", "project")}
"""Types of things that names can be matched with, by the type's identifier."""

BATCH = 20
"""Most queries in one request; clients learn it from the manifest."""


def manifest(base_iri: str, here: str) -> dict[str, Any]:
    """Return the manifest of the service at `here`, an absolute address without a final slash."""
    return {
        "versions": ["0.1", "0.2"],
        "name": "绩效 jixiao",
        "identifierSpace": f"{base_iri}id/",
        "schemaSpace": "https://w3id.org/jixiao/ontology#",
        "documentation": f"{here.removesuffix(ADDRESS)}/help/reconcile",
        "defaultTypes": [entity_type(name) for name in TYPES],
        "view": {"url": f"{base_iri}id/{{{{id}}}}"},
        "preview": {"url": f"{here}/preview?id={{{{id}}}}", "width": 420, "height": 220},
        "suggest": {
            name: {"service_url": here, "service_path": f"/suggest/{name}"} for name in ("entity", "type", "property")
        },
        "extend": {"propose_properties": {"service_url": here, "service_path": "/properties"}, "property_settings": []},
        "batchSize": BATCH,
    }


def entity_type(name: str) -> dict[str, str]:
    """Return a type as `id` and `name`; the name is in both languages, since the protocol has one text for it."""
    return {"id": name, "name": f"{TYPES[name].one.zh} {TYPES[name].one.en}"}


def properties(view: view_files.View) -> list[answers.Column]:
    """Return the columns of a type's list that clients may add: all but the name, IRIs, notes and link targets."""
    name = next(column.name for column in view.columns if column.type == "text")
    others = {name}.union(*((column.note, column.link) for column in view.columns))
    return [column for column in view.columns if column.name not in others and column.type != "iri"]


def described(column: answers.Column) -> dict[str, str]:
    """Return a property as `id` and `name`, in both languages."""
    return {"id": column.name, "name": f"{column.label['zh']} {column.label['en']}"}


LONGEST = 500
"""Most characters of a name to match; a longer one matches nothing."""
_USUAL, _MOST = 5, 20  # candidates per name: without a limit in the query, and at most
_MOST_THINGS = 1000  # things in a request for columns
_MOST_PROPERTIES = 20  # columns in such a request


@dataclass(frozen=True)
class Query:
    """One name to match: its `text`, the wanted types, the most candidates, and values by property to compare."""

    text: str
    types: tuple[str, ...]
    limit: int
    values: Mapping[str, Sequence[str]]


def queries(sent: str) -> dict[str, Query]:
    """Return the queries of a batch, a JSON text, by the client's keys. Raises ParameterError."""
    batch = _parsed("queries", sent)
    if len(batch) > BATCH:
        raise ParameterError(f"一次最多 {BATCH} 条查询。", f"At most {BATCH} queries may be sent at a time.")
    return {key: _query(_object(each, key), key) for key, each in batch.items()}


def _query(sent: Mapping[str, Any], key: str) -> Query:
    typed = sent.get("query", "")
    if not isinstance(typed, str):
        raise _wrong(key, "query 应为文字", "its query is to be a text")
    wanted = sent.get("type") or []
    types = map(_text, [wanted] if isinstance(wanted, str | dict) else _list(wanted, key))
    limit = sent.get("limit", _USUAL)
    if not isinstance(limit, int) or isinstance(limit, bool) or limit < 1:
        raise _wrong(key, "limit 应为正整数", "its limit is to be a positive whole number")
    properties = [_object(each, key) for each in _list(sent.get("properties") or [], key)]
    given = [(str(each.get("pid", "")), each.get("v")) for each in properties]
    values = {
        name: [_text(each) for each in (several if isinstance(several, list) else [several])] for name, several in given
    }
    text = typed.strip() if len(typed) <= LONGEST else ""  # no name is longer, and the other queries stand
    return Query(text, tuple(each for each in types if each in TYPES), min(limit, _MOST), values)


def extension(sent: str) -> tuple[list[str], list[str]]:
    """Return the identifiers of things and the names of properties in a request for columns. Raises ParameterError."""
    request = _parsed("extend", sent)
    ids, wanted = request.get("ids"), request.get("properties")
    if not isinstance(ids, list) or not isinstance(wanted, list):
        raise _wrong("extend", "缺少 ids 或 properties", "it lacks ids or properties")
    if len(ids) > _MOST_THINGS or len(wanted) > _MOST_PROPERTIES:
        raise ParameterError(
            f"一次最多 {_MOST_THINGS} 个事物、{_MOST_PROPERTIES} 个属性。",
            f"At most {_MOST_THINGS} things and {_MOST_PROPERTIES} properties may be asked for at a time.",
        )
    return [str(each) for each in ids], [str(_object(each, "properties").get("id", "")) for each in wanted]


def _text(sent: object) -> str:
    """Return a type or value as text; of an object that describes a thing, its identifier or else its name."""
    if isinstance(sent, dict):
        return str(sent.get("id") or sent.get("name") or "")
    return "" if sent is None else str(sent)


def _parsed(name: str, sent: str) -> Mapping[str, Any]:
    try:
        return _object(json.loads(sent), name)
    except (ValueError, RecursionError) as error:
        raise _wrong(name, f"不是 JSON（{error}）", f"it is not JSON ({error})") from None


def _object(sent: object, name: str) -> Mapping[str, Any]:
    if not isinstance(sent, dict):
        raise _wrong(name, "应为 JSON 对象", "it is to be a JSON object")
    return sent


def _list(sent: object, name: str) -> list[Any]:
    if not isinstance(sent, list):
        raise _wrong(name, "type、properties 应为列表", "type and properties are lists")
    return sent


def _wrong(name: str, zh: str, en: str) -> ParameterError:
    return ParameterError(f"{name} 有误：{zh}。", f"{name} is wrong: {en}.")
