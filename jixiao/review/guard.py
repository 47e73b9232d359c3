"""Refuse requests except from the browser that opened the printed address, and from this site's own pages.

The server listens on 127.0.0.1, which other programs on the machine and pages of other sites can reach too. So `Host`
must name this server (against DNS rebinding), a cookie identifies the browser, and a POST must have this site's origin.
"""

import secrets
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jixiao.server.http.headers import HEADERS

ENTRANCE = "/start/"
"""The path before the token in the printed address."""

_HEADERS = {name: value for name, value in HEADERS.items() if not name.startswith("Access-Control-")} | {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_METHODS = ("GET", "HEAD", "POST")


class Guard:
    """The ASGI application that protects the pages of `inner`, for a server on `port`.

    `address` is the address to print, which opens the pages once.
    """

    def __init__(self, inner: ASGIApp, port: int) -> None:
        self._inner = inner
        self._hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})
        self._cookie = f"jixiao-review-{port}"  # cookies are shared by all ports of a host
        self._token = secrets.token_urlsafe(24)
        self._session = secrets.token_urlsafe(24)
        self._opened = False
        self.address = f"http://127.0.0.1:{port}{ENTRANCE}{self._token}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI call: refuse the request or pass it on to `inner`, and add headers to the response."""
        if scope["type"] != "http":
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await (self._answer(scope) or self._inner)(scope, receive, send_with_headers)

    def _answer(self, scope: Scope) -> Response | None:
        """Return the refusal of a request, or the redirect that sets the cookie; None for a request to pass on."""
        headers, path = Headers(scope=scope), scope["path"]
        if headers.getlist("host") not in [[host] for host in self._hosts]:
            return _refused(
                HTTPStatus.MISDIRECTED_REQUEST,
                "请用启动时显示的地址打开。",
                "Use the address that was printed at the start.",
            )
        if scope["method"] not in _METHODS:
            return _refused(HTTPStatus.METHOD_NOT_ALLOWED, "不支持这种请求方法。", "There is no such method here.")
        known = self._knows(headers)
        if path.startswith(ENTRANCE) and scope["method"] == "GET":
            return self._come_in(path.removeprefix(ENTRANCE), known)
        if not known:
            return _refused(
                HTTPStatus.FORBIDDEN,
                "请用启动时显示的地址打开；那个地址只能打开一次。",
                "Open the address that was printed at the start; it opens once only.",
            )
        if scope["method"] == "POST" and not _is_from_here(headers):
            return _refused(
                HTTPStatus.FORBIDDEN, "这个请求来自别的网页。", "This request comes from a page of another site."
            )
        return None

    def _come_in(self, token: str, known: bool) -> Response:
        """Answer a request for the printed address: redirect to the first page, and set the cookie.

        Another browser is refused if the token is wrong or was used before; `known` is true for the browser with the
        cookie.
        """
        if not known:
            if self._opened or not secrets.compare_digest(token.encode(), self._token.encode()):
                return _refused(
                    HTTPStatus.FORBIDDEN,
                    "这个地址已经用过，或者写错了；重新运行 jixiao review 会给出新的地址。",
                    "This address was used before, or is not the right one; start jixiao review again for a new one.",
                )
            self._opened = True
        response = RedirectResponse("/", HTTPStatus.SEE_OTHER)
        response.set_cookie(self._cookie, self._session, httponly=True, samesite="strict", path="/")
        return response

    def _knows(self, headers: Headers) -> bool:
        session = cookie_parser(headers.get("cookie", "")).get(self._cookie, "")
        return secrets.compare_digest(session.encode(), self._session.encode())


def _is_from_here(headers: Headers) -> bool:
    """Return True if the headers that browsers send with every POST show that a page of this site sent it."""
    return headers.get("sec-fetch-site", "same-origin") == "same-origin" and headers.getlist("origin") == [
        f"http://{headers['host']}"
    ]


def _refused(status: HTTPStatus, zh: str, en: str) -> Response:
    return PlainTextResponse(f"{zh}\n{en}\n", status)
