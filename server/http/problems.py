"""An error comes in, one shape of answer goes out: problem+json (RFC 9457) for machines, the same as a page for people.

The HTTP status of each error is chosen here and nowhere else. A caller's mistake is never a 500.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from jixiao.server import errors
from jixiao.server.http import plain_problem
from jixiao.server.http.headers import HEADERS
from jixiao.server.http.negotiation import PROBLEM
from jixiao.store import SourceMissingError, StoreError

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
    errors.LimitError: HTTPStatus.SERVICE_UNAVAILABLE,
    StoreError: HTTPStatus.SERVICE_UNAVAILABLE,
}
_TITLES = plain_problem.TITLES | {
    403: "不予提供",
    404: "没有找到",
    406: "没有所要的格式",
    410: "已撤回",
    412: "已经变了",
    413: "请求过大",
    415: "不支持的内容类型",
    422: "请求有误",
    429: "请求过多",
    504: "超过时限",
}


def as_json(error: Exception) -> Response:
    """The response for an error, for machines."""
    body = problem(error)
    status = body["status"]
    return JSONResponse(body, status_code=status, headers=headers(error, status), media_type=PROBLEM.media_type)


def headers(error: Exception, status: int) -> dict[str, str]:
    """The headers that go with an error, besides its type."""
    found = HEADERS | {"Vary": "Accept", "Cache-Control": "no-store"}
    if isinstance(error, HTTPException):
        found |= error.headers or {}
    if isinstance(error, errors.MethodError):
        found["Allow"] = ", ".join(error.allowed)
    if status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
        found["Retry-After"] = plain_problem.RETRY_AFTER
    return found


def problem(error: Exception) -> dict[str, Any]:
    """The members of problem+json for an error."""
    status = _status(error)
    zh, en = _sentences(error, status)
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": f"{_TITLES.get(status, _TITLES[500])} {status.phrase}",
        "status": int(status),
        "detail": f"{zh} {en}".strip(),
        "detail_zh": zh,
        "detail_en": en,
    }
    if isinstance(error, errors.QuerySyntaxError) and error.line is not None:
        body |= {"line": error.line, "column": error.column}
    if isinstance(error, errors.QuerySyntaxError) and error.hint:
        body["hint"] = error.hint
    if isinstance(error, errors.NotAcceptableError):
        body["offered"] = list(error.offered)
    return body


def _status(error: Exception) -> HTTPStatus:
    if isinstance(error, HTTPException):
        return HTTPStatus(error.status_code)
    if isinstance(error, RequestValidationError):
        return HTTPStatus.UNPROCESSABLE_ENTITY
    found = (_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)
    return next(found, HTTPStatus.INTERNAL_SERVER_ERROR)


def _sentences(error: Exception, status: HTTPStatus) -> tuple[str, str]:
    if isinstance(error, errors.ServerError | SourceMissingError):
        return (error.zh, error.en) if isinstance(error, errors.ServerError) else (str(error), "")
    if isinstance(error, StoreError):
        # Its words are for whoever runs the server, and name paths.
        _LOG.error("%s", error)
        return "数据暂时无法读取。", "The data cannot be read at the moment."
    if isinstance(error, RequestValidationError):
        faults = "；".join(f"{fault['loc'][-1]}: {fault['msg']}" for fault in error.errors())
        return f"请求的参数有误：{faults}。", f"The request's parameters are wrong: {faults}."
    if status == HTTPStatus.NOT_FOUND:
        return "本站没有这个地址。", "There is nothing at this address."
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return "此地址不支持这种请求方法。", "This address does not take that method."
    return "服务器内部出错，已记录。", "Something went wrong in the server; it has been logged."
