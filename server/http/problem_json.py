"""Write problem+json (RFC 9457) where no request of FastAPI's is at hand, such as before a request has been read."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from jixiao.server.http.headers import allowed

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER = "5"  # seconds

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
    422: "请求有误",
    429: "请求过多",
    431: "请求头过大",
    500: "服务器出错",
    503: "暂时无法回答",
    504: "超过时限",
}


def titles(status: int) -> tuple[str, str]:
    """Return the title of problems with a status, in Chinese and English."""
    return _TITLES.get(status, _TITLES[500]), HTTPStatus(status).phrase


def members(status: int, zh: str, en: str) -> dict[str, Any]:
    """Return the members of a problem; `zh` and `en` tell the caller what is wrong, `en` may be empty."""
    return {
        "type": "about:blank",
        "title": " ".join(titles(status)),
        "status": status,
        "detail": f"{zh} {en}".strip(),
        "detail_zh": zh,
        "detail_en": en,
    }


def problem(status: int, zh: str, en: str) -> bytes:
    """Return the body of a problem+json response."""
    return json.dumps(members(status, zh, en), ensure_ascii=False).encode()


def headers(status: int, body: bytes) -> dict[str, str]:
    """Return the headers of a problem+json response with that body."""
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
