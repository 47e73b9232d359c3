"""Export the linked data of a store as files that any web server can serve (`jixiao export --site`).

The pages come from the server's application, run in this process: every link is followed from the home page on, and so
are the other forms that a page announces (`Link: …; rel="describedby"`). Links become relative, so that the site can be
served at any address; links and forms that need a server are removed.
"""

import asyncio
import gc
import json
import posixpath
import re
import shutil
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import httpx
import lxml.html

from jixiao.ontology.errors import ReportedError
from jixiao.server.app.app import client_of
from jixiao.server.http.language import LANGUAGES
from jixiao.server.query.pool import InProcessEngine
from jixiao.server.runtime import scratch
from jixiao.server.settings import Settings
from jixiao.store import Store

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
        return _resolved(link, "" if link.startswith("/") else root + here.path, root)

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
        """The path of the file below the site's folder, if the address is not a page; a query is part of its name."""
        if not self.query:
            return self.path.strip("/")
        stem, suffix = posixpath.splitext(self.path.strip("/"))
        return f"{stem}.{self.query.replace('=', '-')}{suffix}"


@lru_cache(maxsize=100_000)  # most links begin with a slash, and many of them stand on several pages
def _resolved(link: str, here: str, root: str) -> Address | None:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc or (parts.query and not _PAGE.fullmatch(parts.query)):
        return None
    path = posixpath.join(posixpath.dirname(here), parts.path) if parts.path else here
    if not path.startswith(f"{root}/") or ".." in path.split("/"):
        return None
    return Address(path.removeprefix(root), parts.query)


def links(page: bytes) -> list[str]:
    """Return the addresses in links, images, style sheets and alternates of a page, as written."""
    return [link for _, _, link in _links(_parsed(page))]


def with_relative_links(page: bytes, here: Address, root: str, path_of: Callable[[Address], str | None]) -> bytes:
    """Make the links of a page relative to its address `here`; `root` is the address at which the site begins.

    `path_of` returns the path of an address on the site, with a final slash for a page, or None if the site lacks the
    address: then a link loses its target, and a `link` element is removed. Links to other sites stay. Forms are
    removed, since a static site cannot answer them.
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
        elif urlsplit(link).scheme or link.startswith("#"):
            continue
        elif element.tag == "link":
            element.drop_tree()
        else:
            del element.attrib[attribute]
    return bytes(lxml.html.tostring(document, encoding="utf-8", doctype=_DOCTYPE))


def relative_path(folder: str, target: str) -> str:
    """Return the path of `target` from a page in `folder`, both below the root: up to the root, and down again."""
    up = "../" * (folder.count("/") + 1) if folder else ""
    return f"{up}{target.lstrip('/')}" or "./"


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


def _links(document: lxml.html.HtmlElement) -> Iterator[tuple[lxml.html.HtmlElement, str, str]]:
    for attribute in ("href", "src"):
        for element in document.xpath(f"//*[@{attribute}]"):
            yield element, attribute, element.attrib[attribute]


MARK = "jixiao-site.json"
"""The file that marks a folder as an exported site, which may be overwritten."""

_ASKED = {"Accept": "text/html, */*;q=0.1", "Accept-Encoding": "identity"}
_TRIES = 5  # requests of an address while the application reports an error of its own
_HOPS = 3  # redirects from the name of a merged thing to the description of the thing it was merged into
_START_PAGES = (
    "/",
    "/?lang=en",
    "/robots.txt",
    "/sitemap.xml",
    "/.well-known/void",
)
_DYNAMIC = ("/sparql", "/tables", "/lookup", "/ask", "/search", "/health", "/metrics", "/openapi.json", "/docs")
"""Addresses that need a server, as do those with a query."""
_OTHER_FORMS = (".nt", ".rdf")
"""Forms of RDF that are not written: Turtle and JSON-LD stand for them, since each form is a file for every thing."""

_LINKED = re.compile(r'<([^>]*)>; rel="(?:describedby|alternate|item|next)"')
_REDIRECTS = (301, 302, 303, 307, 308)
_LEFT_OUT = (400, 404, 406, 410)
"""Status codes of pages left out: other parameters, withdrawn sources, forms that cannot express a graph."""


class SiteError(ReportedError):
    """An error: the site cannot be written; the message gives the reason in both languages."""


@dataclass
class _Site:
    """The state of an export: addresses of pages and of files, and addresses that redirect, with their targets.

    `seen` are all addresses found so far, and `waiting` those of them that are not fetched yet. `root` is the path of
    the site, and `progress` is called with the numbers of addresses done and found.
    """

    folder: Path
    root: str
    client: httpx.AsyncClient
    progress: Callable[[int, int], None]
    pages: set[Address] = field(default_factory=set)
    files: set[Address] = field(default_factory=set)
    redirects: dict[Address, Address] = field(default_factory=dict)
    seen: set[Address] = field(default_factory=set)
    waiting: deque[Address] = field(default_factory=deque)

    def add_link(self, link: str, here: Address) -> None:
        """Queue the address of a link, unless it was queued before, needs a server, or is outside the site."""
        address = Address.of(link, here, self.root)
        if address is None or address in self.seen:
            return
        if address.path.startswith(_DYNAMIC) or address.path.endswith(_OTHER_FORMS):
            return
        self.seen.add(address)
        self.waiting.append(address)

    def path_of(self, address: Address) -> str | None:
        """Return the path of an address below the site's folder, or None if it is not on the site.

        Redirects are followed. The path of a page ends in a slash.
        """
        for _ in range(_HOPS):
            address = self.redirects.get(address, address)
        if address in self.pages:
            return f"{address.folder}/"
        return address.file if address in self.files else None


def write_site(store: Store, folder: Path, progress: Callable[[int, int], None] = lambda _, __: None) -> int:
    """Write the site to `folder`, which is new, empty, or an earlier export; return the number of files.

    `progress` is called after each address with the number of addresses done and known. The site is written beside the
    folder and renamed at the end. Raises SiteError and StoreError.
    """
    if folder.exists() and any(folder.iterdir()) and not _is_exported_site(folder):
        raise SiteError(
            f"{folder} 不是空的，也不是先前导出的站点。 {folder} is neither empty nor a site exported before."
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with scratch.opened(f".{folder.name}.jixiao-", folder.parent) as beside:
            new = beside / "new"
            new.mkdir(mode=0o755)
            count = asyncio.run(_gather(store, new, progress))
            if folder.exists():
                folder.rename(beside / "old")
            new.rename(folder)
    except OSError as cause:
        raise SiteError(
            f"无法写入 {folder}：{cause}。腾出磁盘空间或检查权限后重试，原有的站点未动。"
            f" {folder} cannot be written: {cause}. Free disk space or check permissions, and try again; a site that"
            " was there is unharmed."
        ) from cause
    return count


def _is_exported_site(folder: Path) -> bool:
    try:
        mark = json.loads((folder / MARK).read_bytes())
    except (FileNotFoundError, IsADirectoryError, ValueError):
        return False
    return isinstance(mark, dict) and mark.keys() == {"version", "base_iri", "files"}


async def _gather(store: Store, folder: Path, progress: Callable[[int, int], None]) -> int:
    """Write the files of the site to `folder`, and return their number. Raises SiteError."""
    base = urlsplit(store.base_iri)
    root = base.path.rstrip("/")
    settings = Settings(store=store.path, access_log="", root_path=root, check=False)
    async with client_of(settings, f"{base.scheme}://{base.netloc}{root}", engine=InProcessEngine()) as client:
        site = _Site(folder, root, client, progress)
        for page in (*_START_PAGES, *_dumps(store)):
            site.add_link(root + page, Address("/"))
        gc.freeze()  # the application stays as it is, so that the garbage collector need not look through it again
        try:
            await _follow(site)
        finally:
            gc.unfreeze()
    _relate_pages(site)
    return _write_mark(site, store)


def _dumps(store: Store) -> Iterator[str]:
    """Yield the addresses of the current version's dumps, which are made unless this process may not write them."""
    generation = store.current()
    if generation is None:
        return
    for dump in store.make_dumps(generation.version) if store.writable else generation.dumps:
        yield f"/dataset/{dump.name}"


async def _follow(site: _Site) -> None:
    """Fetch the addresses that wait, and those found meanwhile, one by one until none is left.

    Several at a time would share one interpreter, and wait for one another.
    """
    while site.waiting:
        await _keep(site, site.waiting.popleft())
        site.progress(len(site.seen) - len(site.waiting), len(site.seen))


async def _keep(site: _Site, address: Address) -> None:
    """Request an address until the server answers, and store the answer. Raises SiteError."""
    for _ in range(_TRIES):
        async with site.client.stream("GET", address.request_path, headers=_ASKED) as answer:
            if answer.status_code < 500:
                await _save(site, address, answer)
                return
        await asyncio.sleep(1)
    raise SiteError(
        f"{address.request_path} 没有得到回答（{answer.status_code}）。 {address.request_path} was not answered."
    )


async def _save(site: _Site, address: Address, answer: httpx.Response) -> None:
    """Write a page or file to the site's folder, or note a redirect, and queue the links to follow.

    An address that the server does not have is left out. Raises SiteError for an address that the server has but
    refuses.
    """
    for link in _LINKED.findall(answer.headers.get("link", "")):
        site.add_link(link, address)
    if answer.status_code in _REDIRECTS:
        target = Address.of(answer.headers["location"], address, site.root)
        if target is not None:
            site.redirects[address] = target
            site.add_link(answer.headers["location"], address)
    elif answer.status_code == 200 and answer.headers["content-type"].startswith("text/html"):
        page = await answer.aread()
        site.pages.add(address)
        with _open_file(site, f"{address.folder}/index.html") as out:
            out.write(page)
        for link in links(page):
            site.add_link(link, address)
    elif answer.status_code == 200:
        site.files.add(address)
        with _open_file(site, address.file) as out:
            async for part in answer.aiter_bytes():
                out.write(part)
    elif answer.status_code not in _LEFT_OUT:
        raise SiteError(f"{address.request_path} 被拒绝（{answer.status_code}）。 {address.request_path} was refused.")


def _open_file(site: _Site, name: str) -> IO[bytes]:
    path = site.folder / name.lstrip("/")
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("wb")


def _relate_pages(site: _Site) -> None:
    """Make the links of all pages relative, and write a page for each redirect."""
    for address in site.pages:
        path = site.folder / address.folder / "index.html"
        path.write_bytes(with_relative_links(path.read_bytes(), address, site.root, site.path_of))
    for address, target in site.redirects.items():
        stands = site.path_of(target)
        if stands is not None and address not in site.pages and stands != f"{address.folder}/":
            with _open_file(site, f"{address.folder}/index.html") as out:
                out.write(redirect_page(relative_path(address.folder, stands)))


def _write_mark(site: _Site, store: Store) -> int:
    """Write the settings of Apache and the file MARK, by which a later export knows the folder.

    Return the number of all files of the site.
    """
    generation = store.current()
    shutil.copyfile(Path(__file__).with_name("site.htaccess"), site.folder / ".htaccess")
    count = sum(path.is_file() for path in site.folder.rglob("*")) + 1
    mark = {"version": generation and generation.version, "base_iri": store.base_iri, "files": count}
    (site.folder / MARK).write_text(json.dumps(mark) + "\n", encoding="utf-8")
    return count
