"""Write `Link` headers (RFC 8288) with the relations of FAIR Signposting.

Addresses of this site are given as paths without the site's root, such as /dataset; front.py adds the root.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from jixiao.server.http.negotiation import HTML, RESOURCES, Form

_KEPT = "!#$%&'()*+,/:;=?@[]~"
"""Characters of an IRI that need no percent-encoding in a header (RFC 3987, section 3.1)."""


@dataclass(frozen=True)
class Link:
    """A link to `target`, an IRI or a path of this site such as /dataset; `rel` is the relation.

    `type` is the target's media type; "" leaves it out.
    """

    target: str
    rel: str
    type: str = ""


def header(links: Iterable[Link]) -> dict[str, str]:
    """Return the header `Link` for the links, or an empty mapping if there are none."""
    written = ", ".join(
        f'<{quote(link.target, safe=_KEPT)}>; rel="{link.rel}"' + (f'; type="{link.type}"' if link.type else "")
        for link in links
    )
    return {"Link": written} if written else {}


def describedby(path: str, form: Form) -> list[Link]:
    """Return links from the page at a path to its forms of RDF, or from such a form to the page.

    See FAIR Signposting, level 1, and RFC 6892.
    """
    if form == HTML:
        return [Link(f"{path}.{each.name}", "describedby", each.media_type) for each in RESOURCES if each != HTML]
    return [Link(path, "describes", HTML.media_type)]
