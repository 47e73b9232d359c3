"""Request documents from the web: never from private addresses, as robots.txt allows, with pauses and limits.

The address to connect to is resolved and checked for each request, and the connection made to it, so that neither a
redirect nor a name that resolves differently later leads elsewhere.
"""

import socket
import time
from collections.abc import Mapping
from ipaddress import ip_address
from typing import NamedTuple

import httpx
from protego import Protego

from jixiao.ingest.formats.archives import LARGEST_FILE
from jixiao.ingest.origins import is_public

AGENT = "jixiao"
_HEADERS = {"User-Agent": f"{AGENT} (+https://w3id.org/jixiao/)", "Accept-Encoding": "gzip"}
_TIMEOUT = 30.0  # seconds without any answer
LONGEST = 300.0  # seconds for a document
_LONGEST_PAUSE = 60.0  # seconds between two requests to a host, whatever its robots.txt says


class NotCollectedError(Exception):
    """An address that is not collected; the message gives the reason in Chinese and English."""


class Answer(NamedTuple):
    """The answer of a server, with the body as it was transferred."""

    status: int
    reason: str
    headers: list[tuple[str, str]]
    body: bytes


class _CheckedTransport(httpx.HTTPTransport):
    """A transport that connects to allowed addresses only; connections are not kept, as hosts may share an address."""

    def __init__(self, allow_local: bool) -> None:
        super().__init__(limits=httpx.Limits(max_keepalive_connections=0))
        self._allow_local = allow_local

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to a checked address of its host."""
        host = request.url.raw_host.decode("ascii")
        try:
            found = socket.getaddrinfo(host, request.url.port or request.url.scheme, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError(f"{host}: {error}") from error
        addresses = [str(each[4][0]) for each in found]
        allowed = [
            each for each in addresses if is_public(each) or (self._allow_local and ip_address(each).is_loopback)
        ]
        if not allowed:
            raise NotCollectedError(f"内网或本机的地址，不取 · a private or local address: {', '.join(addresses)}")
        url = request.url.copy_with(host=allowed[0])
        extensions = {**request.extensions, "sni_hostname": host}
        return super().handle_request(
            httpx.Request(request.method, url, headers=request.headers, stream=request.stream, extensions=extensions)
        )


class Web:
    """A client for documents of the web, which waits `pause` seconds between two requests to a host."""

    def __init__(self, pause: float, *, allow_local: bool = False) -> None:
        transport = _CheckedTransport(allow_local)
        self._client = httpx.Client(transport=transport, headers=_HEADERS, timeout=_TIMEOUT, trust_env=False)
        self._pause = pause
        self._robots: dict[str, Protego | NotCollectedError] = {}
        self._ready: dict[str, float] = {}

    def ready(self, url: httpx.URL) -> float:
        """Return the time at which the host of an address may be asked again, by the monotonic clock."""
        return self._ready.get(url.host, 0.0)

    def get(self, url: httpx.URL, headers: Mapping[str, str]) -> Answer:
        """Return the answer of a server, once its host may be asked. Raises NotCollectedError."""
        return self._answer(url, headers, self.admit(url))

    def admit(self, url: httpx.URL) -> float:
        """Return the pause that a site wants between requests; it is asked for its robots.txt once.

        Raises NotCollectedError for an address that robots.txt forbids, and for a site that may not be asked.
        """
        site = str(url.copy_with(path="/robots.txt", query=None))
        if site not in self._robots:
            try:
                self._robots[site] = self._rules(httpx.URL(site))
            except NotCollectedError as error:
                self._robots[site] = error
        rules = self._robots[site]
        if isinstance(rules, NotCollectedError):
            raise rules
        if not rules.can_fetch(str(url), AGENT):
            raise NotCollectedError("robots.txt 不许取 · robots.txt forbids it")
        return min(rules.crawl_delay(AGENT) or 0.0, _LONGEST_PAUSE)

    def _rules(self, url: httpx.URL, hops: int = 5) -> Protego:
        """Return the rules of a site (RFC 9309). Raises NotCollectedError if they cannot be had: nothing is allowed."""
        answer = self._answer(url, {"Accept-Encoding": "identity"}, 0.0)
        location = dict(answer.headers).get("location")
        if 300 <= answer.status < 400 and location and hops:
            return self._rules(url.join(location), hops - 1)
        if answer.status >= 500:
            raise NotCollectedError(f"取不到 robots.txt · robots.txt cannot be had: HTTP {answer.status}")
        return Protego.parse(answer.body.decode("utf-8", "replace") if answer.status == 200 else "")

    def _answer(self, url: httpx.URL, headers: Mapping[str, str], delay: float) -> Answer:
        time.sleep(max(0.0, self.ready(url) - time.monotonic()))
        body = bytearray()
        end = time.monotonic() + LONGEST
        try:
            with self._client.stream("GET", url, headers=headers) as response:
                declared = response.headers.get("content-length", "")
                too_large = declared.isdecimal() and int(declared) > LARGEST_FILE
                for piece in () if too_large else response.iter_raw():
                    body += piece
                    if too_large := len(body) > LARGEST_FILE:
                        break
                    if time.monotonic() > end:
                        raise NotCollectedError(f"超过 {LONGEST:g} 秒 · it took more than {LONGEST:g} s")
                if too_large:
                    raise NotCollectedError(f"超过 {LARGEST_FILE:,} 字节 · larger than {LARGEST_FILE:,} bytes")
                said = [(name.lower(), value) for name, value in response.headers.multi_items()]
                return Answer(response.status_code, response.reason_phrase, said, bytes(body))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise NotCollectedError(f"取不到：{error} · cannot be had: {type(error).__name__}") from error
        finally:
            self._ready[url.host] = time.monotonic() + max(self._pause, delay)
