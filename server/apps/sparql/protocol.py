"""Read a request to the SPARQL endpoint: query, graphs, form and time limit.

SPARQL 1.1 Protocol, section 2.1: a query by GET, by POST of a form, or by POST of the query itself. Updates (2.2) are
refused. Besides `query`, `default-graph-uri` and `named-graph-uri` there are `format` and `timeout` (seconds).
"""

from collections.abc import MutableMapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from python_multipart.multipart import parse_options_header

from jixiao.server.errors import (
    MethodError,
    ParameterError,
    QueryRefusedError,
    RequestTooLargeError,
    UnsupportedMediaError,
)
from jixiao.server.http.clients import Receive, decoded, not_utf8, read_body
from jixiao.server.http.headers import allowed
from jixiao.server.http.negotiation import FORM_TYPE
from jixiao.server.query import guard

QUERY_TYPE = "application/sparql-query"
UPDATE_TYPE = "application/sparql-update"
METHODS = tuple(allowed("/sparql").split(", "))

_ONCE = ("query", "format", "timeout")
_GRAPHS = ("default-graph-uri", "named-graph-uri")
_SHORT = 4096  # bytes of query string and body up to which the reading of a request is cached
_LONGEST_FORMAT = 100  # characters of the parameter `format` that are read; no form has a longer name
_ENCODED = 3  # bytes that a form may take for each byte of a query, since forms are percent-encoded


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A request to the endpoint: the query (None if none was sent), its graphs, and `timeout` in seconds.

    `wanted` is the name of the form of results asked for. `posted` is True for the method POST.
    """

    query: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    wanted: str | None
    timeout: float | None
    posted: bool


def headers(scope: MutableMapping[str, Any]) -> dict[bytes, str]:
    """Return the request's headers by name."""
    return {name: value.decode("latin-1") for name, value in scope["headers"]}


async def read(
    scope: MutableMapping[str, Any], receive: Receive, said: dict[bytes, str], max_bytes: int, seconds: float
) -> QueryRequest:
    """Return the request that a client sends: a query of at most `max_bytes`, and its parameters.

    `said` are the request's headers; the body must arrive within `seconds`. Raises MethodError, ParameterError,
    QueryRefusedError, UnsupportedMediaError, RequestTooLargeError, SlowRequestError, ClientGoneError.
    """
    kind, body = "", b""
    posted = scope["method"] == "POST"
    if posted:
        media_type, parameters = parse_options_header(said.get(b"content-type", "").casefold())
        kind, charset = media_type.decode("latin-1"), parameters.get(b"charset", b"").decode("latin-1")
        if kind not in (FORM_TYPE, QUERY_TYPE, UPDATE_TYPE):
            raise UnsupportedMediaError(
                f"POST 的内容类型应为 {FORM_TYPE} 或 {QUERY_TYPE}。", f"POST takes {FORM_TYPE} or {QUERY_TYPE}."
            )
        if kind == UPDATE_TYPE:
            raise _no_updates()
        if said.get(b"content-encoding", "identity").strip().casefold() != "identity":
            raise UnsupportedMediaError("请不要压缩请求。", "Send the request uncompressed.")
        if charset not in ("", "utf-8", "utf8", "us-ascii"):
            raise UnsupportedMediaError(f"请用 UTF-8，不要用 {charset}。", f"Send UTF-8, not {charset}.")
        announced = said.get(b"content-length", "")
        if announced.isdecimal() and int(announced) > max_bytes * _ENCODED:
            raise too_long(max_bytes)
        body = await read_body(receive, max_bytes * _ENCODED, seconds, too_long(max_bytes))
    elif scope["method"] not in METHODS:
        raise MethodError("此地址不支持这种请求方法。", "This address does not accept that method.")
    asked = _read_cached if len(body) + len(scope["query_string"]) <= _SHORT else _read
    return asked(scope["query_string"], body, kind, posted)


def too_long(most: int) -> RequestTooLargeError:
    """Return the error for a query of more than `most` bytes."""
    return RequestTooLargeError(f"查询超过 {most:,} 字节。", f"The query is longer than {most:,} bytes.")


def _read(query_string: bytes, body: bytes, kind: str, posted: bool) -> QueryRequest:
    pairs = decoded(query_string)
    if kind == QUERY_TYPE:
        try:
            pairs.append(("query", body.decode("utf-8")))
        except UnicodeDecodeError:
            raise not_utf8() from None
    elif posted:
        pairs += decoded(body)
    once: dict[str, str] = {}
    graphs: dict[str, list[str]] = {name: [] for name in _GRAPHS}
    for name, value in pairs:
        if name == "update":
            raise _no_updates()
        if name in graphs:
            graphs[name].append(guard.graph_iri(value))
        elif name in _ONCE and name not in once:
            once[name] = value
        elif name in _ONCE and name != "format":  # clients name one form twice, by its short name and its media type
            raise ParameterError(f"参数 {name} 只能有一个。", f"There may be only one {name}.")
    default, named = (tuple(graphs[name]) for name in _GRAPHS)
    return QueryRequest(
        query=once.get("query"),
        default_graphs=default,
        named_graphs=named,
        wanted=once.get("format", "")[:_LONGEST_FORMAT] or None,
        timeout=_timeout(once.get("timeout")),
        posted=posted,
    )


_read_cached = lru_cache(maxsize=512)(_read)  # clients repeat the same lookups


def _no_updates() -> QueryRefusedError:
    return QueryRefusedError("此处只能查询，不能更新。", "This endpoint answers queries; it accepts no updates.")


def _timeout(typed: str | None) -> float | None:
    if not typed:
        return None
    try:
        seconds = float(typed)
    except ValueError:
        seconds = -1
    if not 0 < seconds < float("inf"):
        raise ParameterError("参数 timeout 应为正的秒数。", "The parameter timeout takes a positive number of seconds.")
    return seconds
