"""Convert pages of the server into pages of a static site.

Links become relative, so that the site can be served at any address. Links and forms that need a server are removed.
"""

import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

import lxml.html
from lxml.etree import _Element as Element

from jixiao.server.http.language import LANGUAGES

_PAGE = re.compile(rf"(?:page=\d+)?&?(?:lang=(?:{'|'.join(LANGUAGES)}))?")
_PLAIN = f"lang={LANGUAGES[0]}"
"""The language of pages whose folders are not named after a language."""

_DOCTYPE = "<!DOCTYPE html>"


@dataclass(frozen=True)
class Address:
    """An address of the site: its path below the root, and a query.

    The query names a language (`lang=en`), a further page of a list (`page=n`), or both.
    """

    path: str
    query: str = ""

    @staticmethod
    def of(link: str, here: "Address", root: str) -> "Address | None":
        """Resolve a link of the page `here`, without its fragment.

        Return None if the link leads outside the site or has another query than pages of the site.
        """
        parts = urlsplit(link)
        if parts.scheme or parts.netloc or (parts.query and not _PAGE.fullmatch(parts.query)):
            return None
        path = posixpath.join(posixpath.dirname(root + here.path), parts.path) if parts.path else root + here.path
        if not path.startswith(f"{root}/") or ".." in path.split("/"):
            return None
        return Address(path.removeprefix(root), parts.query)

    @property
    def request_path(self) -> str:
        """The path and query to request from the server, below its root."""
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def folder(self) -> str:
        """The folder of the page, which holds it as index.html: a path without slashes at its ends."""
        parts = [part.removeprefix("lang=").replace("=", "-") for part in self.query.split("&") if part != _PLAIN]
        return posixpath.join(self.path.strip("/"), *filter(None, parts))

    @property
    def file(self) -> str:
        """The path of the file, if the address is not a page."""
        if not self.query:
            return self.path.strip("/")
        stem, suffix = posixpath.splitext(self.path.strip("/"))
        return f"{stem}.{self.query.replace('=', '-')}{suffix}"


def links(page: bytes) -> list[str]:
    """Return the addresses in links, images, style sheets and alternates of a page, as written."""
    return [link for _, _, link in _links(_parsed(page))]


def with_relative_links(page: bytes, here: Address, root: str, path_of: Callable[[Address], str | None]) -> bytes:
    """Make the links of a page relative.

    `path_of` returns the path of an address on the site, with a final slash for a page, or None if the site lacks the
    address. Links to such addresses lose their target, and forms are removed, since a static site cannot answer them.
    """
    document = _parsed(page)
    for form in list(document.iter("form")):
        form.drop_tree()
    for element, attribute, link in _links(document):
        target = Address.of(link, here, root)
        stands = None if target is None else path_of(target)
        if stands is not None:
            fragment = urlsplit(link).fragment
            element.set(attribute, relative_path(here.folder, stands) + (f"#{fragment}" if fragment else ""))
        elif not urlsplit(link).scheme and not link.startswith("#"):
            del element.attrib[attribute]
    return bytes(lxml.html.tostring(document, encoding="utf-8", doctype=_DOCTYPE))


def relative_path(folder: str, target: str) -> str:
    """Return the relative path from a page in `folder` to `target`, both below the root; a final slash is kept."""
    way = posixpath.relpath(target.rstrip("/") or ".", folder or ".")
    return f"{way}/" if target.endswith("/") or not target else way


def redirect_page(to: str) -> bytes:
    """Return a page that forwards to another page, in place of a redirect (303) by a server."""
    shown = escape(to, quote=True)
    return (
        f'{_DOCTYPE}\n<html lang="zh-CN"><head><meta charset="utf-8"><title>→</title>'
        f'<meta http-equiv="refresh" content="0; url={shown}"><link rel="canonical" href="{shown}"></head>'
        f'<body><a href="{shown}">→</a></body></html>\n'
    ).encode()


def _parsed(page: bytes) -> lxml.html.HtmlElement:
    return lxml.html.document_fromstring(page, parser=lxml.html.HTMLParser(encoding="utf-8"))


def _links(document: lxml.html.HtmlElement) -> Iterator[tuple[Element, str, str]]:
    for element, attribute, link, _ in list(document.iterlinks()):
        if attribute in ("href", "src"):
            yield element, attribute, link
