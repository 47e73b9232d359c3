"""Map each error to its HTTP status and write it as problem+json (RFC 9457). A caller's mistake is never a 500."""

import json
import logging
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from jixiao.ontology.errors import GraphDamagedError
from jixiao.server import errors
from jixiao.server.http.headers import HEADERS, allowed
from jixiao.server.http.negotiation import PROBLEM
from jixiao.store import NoRoomError, SourceMissingError, StoreError

_LOG = logging.getLogger(__name__)

_STATUS: dict[type[Exception], HTTPStatus] = {
    errors.ParameterError: HTTPStatus.BAD_REQUEST,
    errors.QueryError: HTTPStatus.BAD_REQUEST,
    errors.PreconditionError: HTTPStatus.PRECONDITION_FAILED,
    errors.NotAcceptableError: HTTPStatus.NOT_ACCEPTABLE,
    errors.MethodError: HTTPStatus.METHOD_NOT_ALLOWED,
    errors.SlowRequestError: HTTPStatus.REQUEST_TIMEOUT,
    errors.TooManyError: HTTPStatus.TOO_MANY_REQUESTS,
    errors.RequestTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.UnsupportedMediaError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    errors.GoneError: HTTPStatus.GONE,
    errors.NotInStoreError: HTTPStatus.NOT_FOUND,
    SourceMissingError: HTTPStatus.NOT_FOUND,
    errors.FileNotServedError: HTTPStatus.FORBIDDEN,
    errors.QueryTimeoutError: HTTPStatus.GATEWAY_TIMEOUT,
    errors.NoIndexError: HTTPStatus.NOT_IMPLEMENTED,
    errors.LimitError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.DataDamagedError: HTTPStatus.SERVICE_UNAVAILABLE,
    StoreError: HTTPStatus.SERVICE_UNAVAILABLE,
    GraphDamagedError: HTTPStatus.SERVICE_UNAVAILABLE,
}


_COMMON = HEADERS | {"Vary": "Accept", "Cache-Control": "no-store"}

_NO_ROOM = (
    "服务器放临时文件的磁盘满了，请稍后再试，或加条件使结果少一些。",
    "The server's disk for temporary files is full; try again later, or add conditions so that less is found.",
)
_TITLES = {
    400: "请求有误",
    403: "不予提供",
    404: "没有找到",
    405: "不支持这种请求方法",
    406: "没有所要的格式",
    408: "请求太慢",
    410: "已撤回",
    412: "已经变了",
    413: "请求过大",
    414: "地址过长",
    415: "不支持的内容类型",
    429: "请求过多",
    431: "请求头过大",
    500: "服务器出错",
    503: "暂时无法回答",
    504: "超过时限",
}

_SENTENCES = {
    404: ("本站没有这个地址。", "There is nothing at this address."),
    405: ("此地址不支持这种请求方法。", "This address does not take that method."),
}
"""Sentences about errors of routing, by status."""


def titles(status: int) -> tuple[str, str]:
    """Return the title for an HTTP status of 400 or more, in Chinese and in English."""
    return _TITLES.get(status, _TITLES[500]), HTTPStatus(status).phrase


def refusal(status: HTTPStatus, zh: str, en: str) -> tuple[dict[str, str], bytes]:
    """Return headers and body of the response to a request that cannot be parsed; `zh` and `en` give the reason."""
    body = json.dumps(_members(status, zh, en), ensure_ascii=False).encode()
    fields = _COMMON | {"Content-Type": PROBLEM.media_type, "Content-Length": str(len(body))}
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        fields["Allow"] = allowed("/sparql")
    return fields | _retry(status), body


def as_json(error: Exception) -> Response:
    """Return the problem+json response for an error."""
    body = problem(error)
    return JSONResponse(body, status_code=body["status"], headers=headers(error), media_type=PROBLEM.media_type)


def headers(error: Exception) -> dict[str, str]:
    """Return the headers of an error's response, without Content-Type."""
    return {
        **_COMMON,
        **((error.headers or {}) if isinstance(error, HTTPException) else {}),
        **_retry(_status(error)),
    }


def problem(error: Exception) -> dict[str, Any]:
    """Return the members of problem+json for an error."""
    status = _status(error)
    body = _members(status, *_sentences(error, status))
    if isinstance(error, errors.QuerySyntaxError) and error.line is not None:
        body |= {"line": error.line, "column": error.column}
    if isinstance(error, errors.QuerySyntaxError) and error.hint:
        body["hint"] = error.hint
    if isinstance(error, errors.NotAcceptableError):
        body["offered"] = list(error.offered)
    return body


def _members(status: HTTPStatus, zh: str, en: str) -> dict[str, Any]:
    """Return the members of problem+json with a status; `zh` and `en` (may be "") describe the fault."""
    return {
        "type": "about:blank",
        "title": " ".join(titles(status)),
        "status": int(status),
        "detail": f"{zh} {en}".strip(),
        "detail_zh": zh,
        "detail_en": en,
    }


def _retry(status: int) -> dict[str, str]:
    """Return the header Retry-After with 5 seconds for the statuses 503 and 429, and no header for others."""
    return {"Retry-After": "5"} if status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS) else {}


def _status(error: Exception) -> HTTPStatus:
    if isinstance(error, HTTPException):
        return HTTPStatus(error.status_code)
    return next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), HTTPStatus.INTERNAL_SERVER_ERROR)


def _sentences(error: Exception, status: HTTPStatus) -> tuple[str, str]:
    if isinstance(error, SourceMissingError):
        return str(error), ""
    if isinstance(error, StoreError | GraphDamagedError | errors.DataDamagedError):
        # The error's message may name paths on this machine, so it is logged and not shown to callers.
        _LOG.error("%s", error)
        if isinstance(error, NoRoomError):
            return _NO_ROOM
        error = errors.DataDamagedError()
    if isinstance(error, errors.ServerError):
        return error.zh, error.en
    return _SENTENCES.get(
        status, ("服务器内部出错，已记录。", "Something went wrong in the server; it has been logged.")
    )
