"""A status and two sentences come in, the body of a problem+json answer goes out, for where no handler stands by.

Apart from problems.py, which needs a request of FastAPI's to answer: here there may not even be a request.
"""

from __future__ import annotations

import json
from http import HTTPStatus

from jixiao.server.http.headers import allowed

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER = "5"

TITLES = {
    400: "请求有误",
    405: "不支持这种请求方法",
    408: "请求太慢",
    414: "地址过长",
    431: "请求头过大",
    500: "服务器出错",
    503: "暂时无法回答",
}


def problem(status: int, zh: str, en: str) -> bytes:
    """The body, as problems.py would write it (RFC 9457)."""
    title = f"{TITLES[status]} {HTTPStatus(status).phrase}"
    members = {"type": "about:blank", "title": title, "status": status, "detail": f"{zh} {en}"}
    return json.dumps({**members, "detail_zh": zh, "detail_en": en}, ensure_ascii=False).encode()


def headers(status: int, body: bytes) -> dict[str, str]:
    """The headers that belong to such a body."""
    more = {"Retry-After": RETRY_AFTER} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        more = {"Allow": allowed("/sparql")}
    return {
        "Content-Type": CONTENT_TYPE,
        "Content-Length": str(len(body)),
        "Vary": "Accept",
        "Cache-Control": "no-store",
        **more,
    }
