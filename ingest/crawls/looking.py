"""Take a first look at a document of a web archive: pass over what is no filing, and note what a page links to.

A page is looked at as text, without being parsed. Documents of other formats are passed over by their first bytes only;
pictures are kept if a page that may be a filing shows them. Links to pages are noted if they have words of filings.
"""

import re
import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from html import unescape
from typing import NamedTuple
from urllib.parse import unquote, urldefrag, urljoin

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats.content import decoding, format_of
from jixiao.ingest.readers import html, picture
from jixiao.ontology.text.wording import Wording

PICTURE = "图片 pictures"
MOST_LINKS = 10_000  # of a page
_WORDING = Wording("jixiao.ingest.crawls", "looking.toml")
_TARGETS, _MONEY, _ATTACHED, _SHOWN, _LINKED = map(
    _WORDING.words, ("targets", "money", "attached", "pictures", "linked")
)
_LONGEST_WORDS = 1_000  # characters behind an address in which the words of its link are sought
_KINDS = {**dict.fromkeys(("GIF", "WebP", "HEIC", "HEIF", "AVIF"), PICTURE), "JSON": "JSON"}
_TAG = re.compile(r"<[/!?a-zA-Z][^<>]*>")
_VALUE = re.compile(r"""\s{0,9}=\s{0,9}(?:"([^"<>]{1,2000})"|'([^'<>]{1,2000})'|([^"'\s<>]{1,2000}))""")
_SITE = re.compile(r"""<meta\s[^>]{0,99}name=["']?SiteName["']?[^>]{0,99}content=["']([^"'<>]{1,99})["']""", re.I)


class Look(NamedTuple):
    """The result of a first look at a document.

    `kind` names the kind of a document to pass over or of a picture, and is None for a document that may be a filing.
    `links` are the addresses that the document links to, and `site` is the name of the site that a page states, or
    empty.
    """

    kind: str | None
    links: frozenset[str] = frozenset()
    site: str = ""


def look(content: bytes, address: str) -> Look:
    """Return the result of a first look at a document found at an address.

    Raises UnreadableError for too many links.
    """
    if not content.strip():
        return Look("空白 empty")
    if len(content) > html.MOST_BYTES:
        return Look(None)  # read or refused where time and memory are bounded
    if picture.media_type(content):
        return Look(PICTURE)
    if known := format_of(content):
        return Look(_KINDS.get(known.name))
    is_page = html.accepts(content)
    found = html.decoded(content) if is_page else decoding(content)
    if found is None or (not is_page and "\0" in found.text):
        return Look("字体、影音等 fonts, media and the like")
    text = found.text
    is_filing = _may_be_filing(text)
    kind = "网页 pages" if is_page else "其他文本 other text"
    site = _SITE.search(text) if is_page else None
    lower = content.lower()
    words = (*_ATTACHED, *(_SHOWN if is_filing else ()))
    said = [word for word in _LINKED if word[-1] in text and word in text] if is_page else []
    has_links = is_page and (said or any(word.encode() in lower for word in words))
    links = _links(text, address, words, said) if has_links else frozenset()
    return Look(None if is_filing else kind, links - {same(address)}, unescape(site[1]) if site else "")


def same(address: str) -> str:
    """Return an address in a normal form, equal for links and records that mean one document."""
    return unquote(urldefrag(address).url)


def _may_be_filing(text: str) -> bool:
    bare = unescape("".join(_TAG.sub("", text).replace("\u200b", "").split()))
    bare = "".join(unicodedata.normalize("NFKC", bare).split())
    # A single character is sought faster than a word.
    return all(any(word[-1] in bare and word in bare for word in words) for words in (_TARGETS, _MONEY))


def _links(text: str, address: str, words: Sequence[str], said: Sequence[str]) -> frozenset[str]:
    """Return the addresses to which a page links, of those links that look like links to filings.

    `text` is the source of the page and `address` its own address. A link counts if its address has one of `words`, or
    the text after it has one of `said`. Raises UnreadableError for too many links.
    """
    found: set[str] = set()
    known: set[str] = set()
    for piece in (piece for mark in ("href", "src") for piece in text.replace(mark.upper(), mark).split(mark)[1:]):
        if value := _VALUE.match(piece):
            link = unescape("".join(value.groups(""))).strip()
            behind = piece[value.end() : value.end() + _LONGEST_WORDS].partition("</a")[0] if said else ""
            if link not in known and (
                any(word in link.lower() for word in words) or any(word in behind for word in said)
            ):
                known.add(link)
                if len(known) > MOST_LINKS:
                    raise UnreadableError(
                        f"网页的链接太多（超过 {MOST_LINKS:,} 个）", f"a page with more than {MOST_LINKS:,} links"
                    )
                with suppress(ValueError):  # no address
                    found.add(same(urljoin(address, link)))
    return frozenset(found)
