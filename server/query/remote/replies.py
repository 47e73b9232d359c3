"""Make errors from replies of another server's endpoint that are not a complete result.

This module knows what an endpoint's status codes mean, and by which headers Virtuoso states, with status 200, that its
own limits have cut a result.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from jixiao.server.errors import (
    EndpointUnavailableError,
    QueryFailedError,
    QueryTimeoutError,
    ResultTooLargeError,
    ServerError,
)

MAX_WORDS = 300
"""Characters of an endpoint's own error message that are passed on to the client."""

_NOT_THE_QUERY = frozenset({401, 403, 404, 405, 406, 407, 408, 415, 429})
"""Status codes from 400 to 499 for which the query is not at fault: the endpoint is missing, or refuses this server."""

_VIRTUOSO_ERROR = re.compile(r"Virtuoso (\w{5}) Error ")
_VIRTUOSO_TIMED_OUT = ("S1T", "HY008")
"""Beginnings of Virtuoso's SQL states after its time limit: S1T00 (ended), S1TAT (cut short), HY008 (cancelled)."""


@dataclass(frozen=True)
class Reply:
    """A completely received reply; the names of `headers` are found in upper or lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


def failed(reply: Reply) -> ServerError:
    """Return the error for a reply whose status is not 2xx: the query's fault, a time limit, or the endpoint's."""
    words = _words(reply)
    virtuoso = _VIRTUOSO_ERROR.match(words)
    if reply.status == 504 or (virtuoso and virtuoso[1].startswith(_VIRTUOSO_TIMED_OUT)):
        return cut_short()
    faulty = 400 <= reply.status < 500 and reply.status not in _NOT_THE_QUERY
    if faulty or (reply.status == 500 and virtuoso):
        return QueryFailedError(f"查询无法执行：{words}", f"The query cannot be evaluated: {words}")
    return unavailable(f"HTTP {reply.status}")


def require_whole(reply: Reply) -> None:
    """Raise an error if the reply's headers say that its result was cut.

    Raises QueryTimeoutError, ResultTooLargeError, QueryFailedError.
    """
    if state := reply.headers.get("X-SQL-State"):
        if state.startswith(_VIRTUOSO_TIMED_OUT):
            raise cut_short()
        words = reply.headers.get("X-SQL-Message", state)[:MAX_WORDS]
        raise QueryFailedError(
            f"远端只给出了部分结果：{words}", f"The endpoint gave a part of the result only: {words}"
        )
    if most := reply.headers.get("X-SPARQL-MaxRows"):
        raise too_many_rows(most[:20])


def too_many_rows(most: int | str) -> ResultTooLargeError:
    """Return the error for a result that has reached the endpoint's limit of rows and may be incomplete."""
    return ResultTooLargeError(
        f"结果达到了远端的上限 {most} 行，可能不完整；请缩小范围，或加更小的 LIMIT。",
        f"The result has the {most} rows that the endpoint gives at most, and may be cut; narrow it, or add a smaller"
        " LIMIT.",
    )


def timed_out(seconds: float) -> QueryTimeoutError:
    """Return the error for a query that took longer than `seconds`."""
    return QueryTimeoutError(
        f"查询超过了 {seconds:g} 秒的时限，已放弃。请缩小范围或加 LIMIT。",
        f"The query ran past its limit of {seconds:g} s and was given up. Narrow it, or add a LIMIT.",
    )


def cut_short() -> QueryTimeoutError:
    """Return the error for a query that the endpoint's own time limit ended."""
    return QueryTimeoutError(
        "查询超过了远端的时限。请缩小范围或加 LIMIT。",
        "The query ran past the endpoint's time limit. Narrow it, or add a LIMIT.",
    )


def unavailable(why: str) -> EndpointUnavailableError:
    """Return the error for an endpoint that cannot be reached or does not answer as an endpoint."""
    return EndpointUnavailableError(
        f"远端的 SPARQL 服务暂时无法回答（{why}）。", f"The SPARQL endpoint behind this site does not answer ({why})."
    )


def unreadable(reply: Reply) -> EndpointUnavailableError:
    """Return the error for a reply with status 2xx whose content cannot be parsed as a result."""
    kind = reply.headers.get("Content-Type", "")[:60]
    return unavailable(f"结果无法读取 unreadable result: {kind}")


def _words(reply: Reply) -> str:
    """Return the endpoint's error message: problem+json's `detail`, else the text before its copy of the query."""
    text = reply.content[: 1 << 16].decode("utf-8", errors="replace")
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    if isinstance(said, dict) and isinstance(said.get("detail"), str):
        text = said["detail"]
    return " ".join(text.partition("SPARQL query:")[0].split())[:MAX_WORDS]
