"""Visit pages and the attachments that they link to, up to a number of links away from the first addresses."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote

import httpx

from jixiao.collecting.archive import Archive
from jixiao.collecting.pages import Pages
from jixiao.collecting.web import NotCollectedError, Web
from jixiao.ingest.crawls.looking import MOST_LINKS
from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.readers import html

_READ = {
    ".doc",
    ".docx",
    ".xls",
    ".xlsx",
    ".pdf",
    ".rtf",
    ".csv",
    ".txt",
    ".zip",
    ".jpg",
    ".jpeg",
    ".png",
    ".tif",
    ".tiff",
}
_UNREAD = {".wps", ".et", ".ofd", ".rar", ".7z"}
_NO_PAGES = {
    ".css",
    ".js",
    ".ico",
    ".gif",
    ".svg",
    ".mp3",
    ".mp4",
    ".avi",
    ".exe",
    ".apk",
    ".xml",
    ".json",
    ".ppt",
    ".pptx",
}
_MOST_REDIRECTIONS = 10  # one after the other
MOST_WAITING = 100_000
"""The most addresses that wait to be visited; further links are not followed."""
_TOO_MANY = f"等着取的已有 {MOST_WAITING:,} 个，其余链接不取 · {MOST_WAITING:,} wait; further links are left"


class Visit(NamedTuple):
    """An address to visit, the number of links to follow from there, and whether the link to it has the wanted words.

    `suffix` is the ending of an attachment's file name, and empty for a page; `redirected` is the number of
    redirections that led to it.
    """

    url: httpx.URL
    depth: int
    matches: bool = False
    suffix: str = ""
    redirected: int = 0


class Collection:
    """A run of `jixiao collect`: pages and attachments are requested, and an archive keeps them.

    `told` is called with each visited address and the reason why its document is not collected, or None. Links are
    followed only if they have the words `match`. A `dry` run visits pages only.
    """

    def __init__(
        self, web: Web, archive: Archive, told: Callable[[str, str | None], None], match: str = "", *, dry: bool = False
    ) -> None:
        self._web = web
        self._archive = archive
        self._told = told
        self._match = match
        self._dry = dry
        self._pages = Pages()

    def run(self, addresses: Iterable[str], depth: int, most: int) -> int:
        """Visit addresses and their links up to `depth` away; return how many addresses wait after `most` requests.

        An address counts as a request if the web was asked for it, or for the robots.txt of its site.
        """
        urls = [httpx.URL(address).copy_with(fragment=None) for address in addresses]
        first = [Visit(url, depth, suffix=_suffix(url.path) if _suffix(url.path) in _UNREAD else "") for url in urls]
        hosts = {visit.url.host for visit in first}
        waiting = _Waiting()
        waiting.add(first)
        with self._pages:
            while waiting.by_host and most > 0:
                visit = waiting.next(min(waiting.by_host, key=self._web.ready))
                asked = self._web.asked
                try:
                    left_out = waiting.add(self._visited(visit, hosts))
                    self._told(str(visit.url), _TOO_MANY if left_out else None)
                except (NotCollectedError, UnreadableError) as error:
                    self._told(str(visit.url), str(error))
                most -= self._web.asked > asked
        return waiting.count

    def _visited(self, visit: Visit, hosts: set[str]) -> Iterator[Visit]:
        """Keep the document at an address in the archive, and yield the addresses to visit from there.

        Those are the target of a redirection, or the links of a page. `hosts` gets the host of a redirected page.
        Raises NotCollectedError.
        """
        address = str(visit.url)
        if visit.suffix in _UNREAD:
            raise NotCollectedError(f"尚不能读取的格式：{visit.suffix} · a format that is not read yet: {visit.suffix}")
        if visit.url.scheme not in {"http", "https"} or visit.url.userinfo:
            raise NotCollectedError("只取 http 和 https 网址 · only http and https addresses without a user's name")
        if self._dry and visit.suffix:
            self._web.admit(visit.url)
            return
        if not self._archive.has(address):
            self._archive.keep(address, self._web.get(visit.url, self._archive.conditions(address)))
        status, location, content = self._archive.document(address)
        if location and status.startswith("3"):
            if visit.redirected >= _MOST_REDIRECTIONS:
                raise NotCollectedError(
                    f"转向超过 {_MOST_REDIRECTIONS} 次 · redirected more than {_MOST_REDIRECTIONS} times"
                )
            url = _joined(visit.url, location)
            hosts |= set() if visit.suffix else {url.host}
            yield visit._replace(url=url, redirected=visit.redirected + 1)
        elif status != "200":
            raise NotCollectedError(f"HTTP {status}")
        elif not visit.suffix and html.accepts(content):
            yield from self._links(visit, content, hosts)

    def _links(self, page: Visit, content: bytes, hosts: set[str]) -> Iterator[Visit]:
        found, has_more = self._pages.links(content)
        for link, words in found:
            try:
                url = _joined(page.url, link)
            except NotCollectedError:
                continue
            # The address of a program that sends files does not tell the name of a file, but its query or words may.
            named = (url.path, unquote(url.query.decode("ascii")), words)
            attached = next((suffix for suffix in map(_suffix, named) if suffix in _READ | _UNREAD), "")
            matches = not self._match or self._match in words or self._match in unquote(str(url))
            is_page = page.depth and matches and url.host in hosts and _suffix(url.path) not in _NO_PAGES
            if url.scheme in {"http", "https"} and ((matches or page.matches) if attached else is_page):
                yield Visit(url, page.depth - 1, matches, attached)
        if has_more:
            raise NotCollectedError(
                f"链接超过 {MOST_LINKS:,} 个，其余不取 · more than {MOST_LINKS:,} links, of which the others are left"
            )


class _Waiting:
    """The addresses to visit, by host, in the order in which they were found; an address is added only once, ever."""

    def __init__(self) -> None:
        self.by_host: dict[str, deque[Visit]] = {}
        self.count = 0
        self._known: set[str] = set()

    def add(self, visits: Iterable[Visit]) -> bool:
        """Add visits to addresses that were never added before; return True if some were left out, as too many wait."""
        left_out = False
        for visit in visits:
            if (address := str(visit.url)) in self._known:
                continue
            if self.count >= MOST_WAITING:
                left_out = True
                continue
            self._known.add(address)
            self.count += 1
            self.by_host.setdefault(visit.url.host, deque()).append(visit)
        return left_out

    def next(self, host: str) -> Visit:
        """Remove and return the oldest waiting visit of a host, which must have one."""
        visit = self.by_host[host].popleft()
        self.count -= 1
        if not self.by_host[host]:
            del self.by_host[host]
        return visit


def _suffix(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def _joined(page: httpx.URL, link: str) -> httpx.URL:
    try:
        return page.join(link).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError) as error:
        raise NotCollectedError(f"不是网址 · no address: {link[:200]}") from error
