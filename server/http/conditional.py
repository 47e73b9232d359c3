"""Make the validators of a response (ETag, Last-Modified) and evaluate conditional requests (RFC 9110, 8.8 and 13).

Tags are strong: responses with equal tags have equal bytes. compression.py adds an ending to those it compresses.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b
from importlib.metadata import version as installed_version

from fastapi import Request, Response

from jixiao.server.errors import PreconditionError

_TAG = re.compile(r'(W/)?"([^"]*)"')
_SOFTWARE = installed_version("jixiao")


@dataclass(frozen=True)
class Validator:
    """Values of ETag and Last-Modified: `tag` without its quotes, `modified` in whole seconds or None if unknown.

    A time that is yet to come, as after the clock was put back, is left out (RFC 9110, section 8.8.2.1).
    """

    tag: str
    modified: datetime | None

    @staticmethod
    def of(*parts: object, modified: datetime | None = None) -> "Validator":
        """Return a validator made from every value that the response depends on; jixiao's version is added to them.

        `modified` is the time of the last change, of which fractions of a second are dropped.
        """
        tag = blake2b("\x00".join((_SOFTWARE, *map(str, parts))).encode(), digest_size=16).hexdigest()
        return Validator(tag, None if modified is None else modified.replace(microsecond=0))

    @property
    def _since(self) -> datetime | None:
        return None if self.modified is None or self.modified > datetime.now(UTC) else self.modified

    def headers(self) -> dict[str, str]:
        """Return ETag, Last-Modified, and a Cache-Control that makes caches revalidate a copy before they use it."""
        headers = {"ETag": f'"{self.tag}"', "Cache-Control": "no-cache"}
        if (modified := self._since) is not None:
            headers["Last-Modified"] = format_datetime(modified.astimezone(UTC), usegmt=True)
        return headers

    def response(self, request: Request, headers: dict[str, str], make: Callable[[], bytes | str]) -> Response:
        """Return the response with the body that `make` returns, or a 304 if the client's copy is current.

        Raises PreconditionError, and the errors of `make`, which a 304 does not call.
        """
        return self.unchanged(request, headers) or Response(make(), headers=headers | self.headers())

    def unchanged(self, request: Request, more: dict[str, str]) -> Response | None:
        """Return a 304 if the client's copy is current, otherwise None; `more` are the headers of a full response.

        Raises PreconditionError if If-Match or If-Unmodified-Since fails.
        """
        if self._fails(request):
            raise PreconditionError("已经变了。", "It has changed.")
        if not self._held(request):
            return None
        return Response(
            status_code=304,
            headers={name: value for name, value in more.items() if name != "Content-Type"} | self.headers(),
        )

    def _fails(self, request: Request) -> bool:
        match = request.headers.get("if-match")
        if match is not None:
            return match.strip() != "*" and self.tag not in _tags(match, weak=False)
        since = _date(request.headers.get("if-unmodified-since"))
        return since is not None and self.modified is not None and self.modified > since

    def _held(self, request: Request) -> bool:
        none_match = request.headers.get("if-none-match")
        if none_match is not None:
            return none_match.strip() == "*" or self.tag in _tags(none_match, weak=True)
        since, modified = _date(request.headers.get("if-modified-since")), self._since
        return since is not None and modified is not None and modified <= since


def holds(if_none_match: str, tag: str) -> bool:
    """Return True if If-None-Match lists the tag, ignoring `W/` (RFC 9110, 13.1.2); callers check for `*`."""
    return tag.removeprefix("W/").strip('"') in _tags(if_none_match, weak=True)


def _tags(text: str, *, weak: bool) -> set[str]:
    """Return the entity tags that a header lists; tags with `W/` only if the comparison is `weak`, without the `W/`."""
    return {match[2] for match in _TAG.finditer(text) if weak or not match[1]}


def _date(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo is not None else date.replace(tzinfo=UTC)
