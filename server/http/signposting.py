"""What an answer links to comes in, a `Link` header goes out (RFC 8288; FAIR Signposting's relations).

Addresses of this site are path-absolute, as if it stood at the root of its host: front.py puts its root before them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

_KEPT = "!#$%&'()*+,/:;=?@[]~"
"""Characters of an IRI that stand in a header as they are; others are percent-encoded (RFC 3987, section 3.1)."""


@dataclass(frozen=True)
class Link:
    """A link to `target`, an IRI or a path-absolute address; `type` is the media type that is to be had there."""

    target: str
    rel: str
    type: str = ""
    profile: str = ""


def header(links: Iterable[Link]) -> dict[str, str]:
    """The header by its name, or none where there is no link."""
    written = ", ".join(map(_written, links))
    return {"Link": written} if written else {}


def _written(link: Link) -> str:
    more = "".join(f'; {name}="{value}"' for name in ("type", "profile") if (value := getattr(link, name)))
    return f'<{quote(link.target, safe=_KEPT)}>; rel="{link.rel}"{more}'
