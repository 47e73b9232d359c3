"""Request documents from the web: never from private addresses, as robots.txt allows, with pauses and limits.

The address to connect to is resolved and checked for each request, and the connection made to it, so that neither a
redirect nor a name that resolves differently later leads elsewhere. Connections are not kept, as hosts may share an
address.
"""

import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from ipaddress import ip_address
from typing import Any, NamedTuple

import httpcore
import httpx
from protego import Protego

from jixiao.ingest.formats.archives import LARGEST_FILE
from jixiao.ingest.origins import is_public

AGENT = "jixiao"
LONGEST = 300.0
"""The most seconds for an exchange: from the look-up of the name to the last byte of the document."""
LARGEST_HEAD = 256 << 10
"""The most bytes before a document, and of what its transfer adds to its own."""
LARGEST_ROBOTS = 500 << 10
"""The bytes of a robots.txt that are read (RFC 9309, 2.5)."""
_HEADERS = {
    "Accept": "*/*",
    "Accept-Encoding": "gzip",
    "Connection": "close",
    "User-Agent": f"{AGENT} (+https://w3id.org/jixiao/)",
}
_TIMEOUTS = {"connect": 10.0, "read": 30.0, "write": 30.0, "pool": 30.0}  # seconds without any answer
_MOST_ADDRESSES = 8  # of a host that are tried
_ROBOTS_TRIES = 3  # to get the robots.txt of a site
_FAILED = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    httpcore.UnsupportedProtocol,
    httpx.InvalidURL,
)
_LONGEST_PAUSE = 60.0  # seconds between two requests to a host, whatever its robots.txt says


class NotCollectedError(Exception):
    """An error: an address is not collected; the message gives the reason in Chinese and English."""


class PrivateAddressError(NotCollectedError):
    """An error: an address is not one of the public Internet."""


class Answer(NamedTuple):
    """The answer of a server, with the body as it was transferred."""

    status: int
    reason: str
    headers: list[tuple[str, str]]
    body: bytes


class _Exchange(httpcore.SyncBackend):
    """The network of an HTTP client: connects to allowed addresses alone, and limits time and bytes of each exchange.

    An exchange is one request with its answer; exchanges follow one another. `asked` counts the connections, and the
    host names that lead to no address.
    """

    def __init__(self, allow_local: bool) -> None:
        self.asked = 0
        self._allow_local = allow_local
        self._end = 0.0
        self._left = 0

    def begin(self) -> None:
        """Begin an exchange: set the time at which it must end, and the most bytes of the answer's headers."""
        self._end = time.monotonic() + LONGEST
        self._left = LARGEST_HEAD

    def body(self) -> None:
        """Start the byte limit of the body, which is read after the head; the limit leaves room for the transfer."""
        self._left = LARGEST_FILE + LARGEST_HEAD

    def seconds(self, timeout: float | None) -> float:
        """Return the seconds that a step may take, at most `timeout`. Raises NotCollectedError if no time is left."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise NotCollectedError(f"超过 {LONGEST:g} 秒 · it took more than {LONGEST:g} s")
        return min(timeout or left, left)

    def count(self, size: int) -> None:
        """Count `size` received bytes. Raises NotCollectedError when the exchange has received too many."""
        self._left -= size
        if self._left < 0:
            raise NotCollectedError("收到的太多 · too much was received")

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first of a host's allowed addresses that answers. Raises NotCollectedError."""
        failed: Exception = httpcore.ConnectError(host)
        for address in self._allowed(host, port)[:_MOST_ADDRESSES]:
            try:
                stream = super().connect_tcp(address, port, self.seconds(timeout), local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return _Stream(stream, self)
        raise failed

    def _allowed(self, host: str, port: int) -> list[str]:
        """Return the addresses of a host that are public, or this machine's if these are allowed."""
        self.asked += not _is_number(host)
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host}: {error}") from error
        addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
        allowed = [
            each for each in addresses if is_public(each) or (self._allow_local and ip_address(each).is_loopback)
        ]
        if not allowed:
            raise PrivateAddressError(f"内网或本机的地址，不取 · a private or local address: {', '.join(addresses)}")
        self.asked += _is_number(host)
        return allowed


class _Stream(httpcore.NetworkStream):
    """A network connection whose reads and writes count against the limits of an exchange."""

    def __init__(self, stream: httpcore.NetworkStream, exchange: _Exchange) -> None:
        self._stream = stream
        self._exchange = exchange

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        piece = self._stream.read(max_bytes, self._exchange.seconds(timeout))
        self._exchange.count(len(piece))
        return piece

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._exchange.seconds(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._exchange.seconds(timeout))
        return _Stream(stream, self._exchange)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class Web:
    """A client for documents of the web, which waits `pause` seconds between two requests to a host."""

    def __init__(self, pause: float, *, allow_local: bool = False) -> None:
        self._exchange = _Exchange(allow_local)
        self._pool = httpcore.ConnectionPool(
            _certificates(), max_keepalive_connections=0, network_backend=self._exchange
        )
        self._pause = pause
        self._robots: dict[str, Protego | str] = {}
        self._ready: dict[str, float] = {}

    @property
    def asked(self) -> int:
        """The number of requests so far, including those to hosts that do not answer."""
        return self._exchange.asked

    def ready(self, host: str) -> float:
        """Return the time at which a host may be asked again, by the monotonic clock."""
        return self._ready.get(host, 0.0)

    def get(self, url: httpx.URL, headers: Mapping[str, str]) -> Answer:
        """Return the answer of a server, once its host may be asked. Raises NotCollectedError."""
        return self._answer(url, headers, self.admit(url))

    def admit(self, url: httpx.URL) -> float:
        """Return the seconds that a site's robots.txt wants between requests (0 if it states none), for an address.

        The robots.txt is requested once and kept; after some failed tries the site counts as closed. Raises
        NotCollectedError for an address that robots.txt forbids, and for a closed site.
        """
        site = str(url.copy_with(path="/robots.txt", query=None))
        for number in range(_ROBOTS_TRIES if site not in self._robots else 0):
            try:
                self._robots[site] = self._rules(httpx.URL(site))
                break
            except PrivateAddressError:
                raise
            except NotCollectedError as error:
                self._robots[site] = str(error)
                self._ready[url.host] = time.monotonic() + self._pause * (number + 1)
        rules = self._robots[site]
        if isinstance(rules, str):
            raise NotCollectedError(rules)
        if not rules.can_fetch(str(url), AGENT):
            raise NotCollectedError("robots.txt 不许取 · robots.txt forbids it")
        return min(rules.crawl_delay(AGENT) or 0.0, _LONGEST_PAUSE)

    def _rules(self, url: httpx.URL, hops: int = 5) -> Protego:
        """Return the rules of a site (RFC 9309). Raises NotCollectedError if they cannot be obtained.

        Nothing is allowed then.
        """
        answer = self._answer(url, {"Accept-Encoding": "identity"}, 0.0)
        location = dict(answer.headers).get("location")
        if 300 <= answer.status < 400 and location and hops:
            return self._rules(url.join(location), hops - 1)
        if answer.status >= 500:
            raise NotCollectedError(f"取不到 robots.txt · robots.txt cannot be had: HTTP {answer.status}")
        said = answer.body[:LARGEST_ROBOTS] if answer.status == 200 else b""
        return Protego.parse(said.decode("utf-8", "replace"))

    def _answer(self, url: httpx.URL, headers: Mapping[str, str], delay: float) -> Answer:
        time.sleep(max(0.0, self.ready(url.host) - time.monotonic()))
        self._exchange.begin()
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        said = [*{"Host": url.netloc.decode("ascii"), **_HEADERS, **headers}.items()]
        try:
            with self._pool.stream("GET", target, headers=said, extensions={"timeout": _TIMEOUTS}) as response:
                self._exchange.body()
                received = [(_text(name).lower(), _text(value)) for name, value in response.headers]
                declared = dict(received).get("content-length", "")
                body = bytearray()
                too_large = declared.isdecimal() and int(declared[:20]) > LARGEST_FILE
                for piece in () if too_large else response.iter_stream():
                    body += piece
                    if too_large := len(body) > LARGEST_FILE:
                        break
                if too_large:
                    raise NotCollectedError(f"超过 {LARGEST_FILE:,} 字节 · larger than {LARGEST_FILE:,} bytes")
                reason = _text(response.extensions.get("reason_phrase", b""))
                return Answer(response.status, reason, received, bytes(body))
        except _FAILED as error:
            raise NotCollectedError(f"取不到：{error} · cannot be had: {type(error).__name__}") from error
        finally:
            self._ready[url.host] = time.monotonic() + max(self._pause, delay)


_certificates = cache(httpx.create_ssl_context)


def _is_number(host: str) -> bool:
    """Return whether a host is an IP address, which needs no look-up."""
    with suppress(ValueError):
        return bool(ip_address(host))
    return False


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
