"""Write `Link` headers (RFC 8288) with the relations of FAIR Signposting.

Addresses of this site are path-absolute, as if the site stood at the root of its host; front.py adds the site's root.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

_KEPT = "!#$%&'()*+,/:;=?@[]~"
"""Characters of an IRI that need no percent-encoding in a header (RFC 3987, section 3.1)."""


@dataclass(frozen=True)
class Link:
    """A link to `target`, an IRI or a path-absolute address; `type` is the media type of the target."""

    target: str
    rel: str
    type: str = ""
    profile: str = ""


def header(links: Iterable[Link]) -> dict[str, str]:
    """Return the header by its name, or an empty mapping if there is no link."""
    written = ", ".join(map(_written, links))
    return {"Link": written} if written else {}


def _written(link: Link) -> str:
    more = "".join(f'; {name}="{value}"' for name in ("type", "profile") if (value := getattr(link, name)))
    return f'<{quote(link.target, safe=_KEPT)}>; rel="{link.rel}"{more}'
