"""What an answer is made of comes in; its validators go out, and whether the client holds that very answer already.

RFC 9110, sections 8.8 and 13. Tags are strong: the same tag is the same bytes. packing.py marks what it packs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b
from importlib.metadata import version as installed_version

from fastapi import Request
from starlette.responses import Response

from jixiao.server.errors import PreconditionError

_TAG = re.compile(r'(W/)?"([^"]*)"')
_SOFTWARE = installed_version("jixiao")


@dataclass(frozen=True)
class Validator:
    """`tag` without its quotes; `modified` to the second, None where nobody knows."""

    tag: str
    modified: datetime | None

    @staticmethod
    def of(*parts: object, modified: datetime | None = None) -> Validator:
        """Of all that the answer depends on; that it was made by this version of jixiao is added."""
        text = "\x00".join((_SOFTWARE, *map(str, parts)))
        tag = blake2b(text.encode(), digest_size=16).hexdigest()
        return Validator(tag, None if modified is None else modified.replace(microsecond=0))

    def headers(self) -> dict[str, str]:
        """ETag, Last-Modified, and that a cache asks before it uses its copy."""
        found = {"ETag": f'"{self.tag}"', "Cache-Control": "no-cache"}
        if self.modified is not None:
            found["Last-Modified"] = format_datetime(self.modified.astimezone(UTC), usegmt=True)
        return found

    def unchanged(self, request: Request, more: dict[str, str]) -> Response | None:
        """304 for a client that holds the answer, with `more` of the headers that 200 would have; None for others.

        Raises PreconditionError where the client wants only what it knows (If-Match, If-Unmodified-Since).
        """
        if self._unwanted(request):
            raise PreconditionError("已经变了。", "It has changed.")
        if not self._held(request):
            return None
        kept = {name: value for name, value in more.items() if name != "Content-Type"}
        return Response(status_code=304, headers=kept | self.headers())

    def _unwanted(self, request: Request) -> bool:
        match = request.headers.get("if-match")
        if match is not None:
            return match.strip() != "*" and self.tag not in _tags(match, weak=False)
        since = _date(request.headers.get("if-unmodified-since"))
        return since is not None and self.modified is not None and self.modified > since

    def _held(self, request: Request) -> bool:
        none_match = request.headers.get("if-none-match")
        if none_match is not None:
            return none_match.strip() == "*" or self.tag in _tags(none_match, weak=True)
        since = _date(request.headers.get("if-modified-since"))
        return since is not None and self.modified is not None and self.modified <= since


def _tags(text: str, *, weak: bool) -> set[str]:
    """The tags that a header lists, weak ones where the comparison is weak."""
    return {found[2] for found in _TAG.finditer(text) if weak or not found[1]}


def _date(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo is not None else date.replace(tzinfo=UTC)
