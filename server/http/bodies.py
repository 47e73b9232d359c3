"""Read the body of a request within limits of size and time, and decode forms and query strings."""

import asyncio
from collections.abc import Callable
from urllib.parse import parse_qsl

from jixiao.server.errors import ClientGoneError, ParameterError, ServerError, SlowRequestError
from jixiao.server.http.clients import Receive

_MOST_PARAMETERS = 1000


async def read_body(receive: Receive, most: int, seconds: float, too_long: Callable[[], ServerError]) -> bytes:
    """Return a request's body, which may have `most` bytes and take `seconds` from its second piece on.

    Raises the error that `too_long` returns, SlowRequestError and ClientGoneError.
    """
    # The first piece needs no timeout here: connections.py closes a connection on which none arrives.
    body, more = await _piece(receive)
    if not more and len(body) <= most:
        return body
    whole = bytearray(body)
    try:
        async with asyncio.timeout(seconds):
            while more and len(whole) <= most:
                body, more = await _piece(receive)
                whole += body
    except TimeoutError:
        raise SlowRequestError(
            f"请求在 {seconds:g} 秒内没有收完。", f"The request was not all here within {seconds:g} s."
        ) from None
    if len(whole) > most:
        raise too_long()
    return bytes(whole)


async def _piece(receive: Receive) -> tuple[bytes, bool]:
    """Return the next piece of the body, and True if more pieces follow. Raises ClientGoneError."""
    message = await receive()
    if message["type"] == "http.disconnect":
        raise ClientGoneError("请求方已断开。", "The client has hung up.")
    return message.get("body", b""), message.get("more_body", False)


def decoded(raw: bytes) -> list[tuple[str, str]]:
    """Return the names and values of a URL-encoded form or query string. Raises ParameterError."""
    if not raw:
        return []
    try:
        return parse_qsl(raw.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
    except UnicodeDecodeError:
        raise not_utf8() from None
    except ValueError:
        raise ParameterError(
            f"参数超过 {_MOST_PARAMETERS} 个。", f"There are more than {_MOST_PARAMETERS} parameters."
        ) from None


def not_utf8() -> ParameterError:
    """Return the error for a request that is not in UTF-8."""
    return ParameterError("请求应为 UTF-8 编码。", "The request is to be UTF-8, percent-encoded where it is a form.")
