"""Find the links of pages, in a child process with limits, since a stranger's page may take a parser all it has."""

import json
import time
from contextlib import suppress
from types import TracebackType
from urllib.parse import urljoin

from lxml import etree, html as tree

from jixiao.ingest.crawls.looking import MOST_LINKS
from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.readers import html
from jixiao.ontology.processes.channel import Channel
from jixiao.ontology.processes.child import Child, EndedError
from jixiao.ontology.processes.limits import Limits

SECONDS = 30
"""The most seconds for the links of a page."""
MEMORY = 1 << 30
"""The most bytes of memory of the process that finds links."""
_LONGEST = 2_000  # characters of a link; longer ones are no addresses
_MOST_WORDS = 1_000  # characters of the words of a link
_LARGEST_ANSWER = 64 << 20  # bytes: ten thousand links of this length
_PROGRAM = "jixiao.collecting.pages:serve"
_LINKING = ("a", "area", "iframe", "frame")

Links = list[tuple[str, str]]
"""Links to pages and files, with their words."""


class Pages:
    """A process that finds the links of pages, from the first page until the end of the block."""

    def __init__(self) -> None:
        self._child: Child | None = None

    def __enter__(self) -> "Pages":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._child:
            self._child.close()

    def links(self, content: bytes) -> tuple[Links, bool]:
        """Return the first MOST_LINKS links of a page, and whether it has more.

        Raises UnreadableError for a page that is too large, or that its process does not survive.
        """
        if len(content) > html.MOST_BYTES:
            raise UnreadableError("网页过大，不看链接", "the page is too large to look for links")
        if self._child is None or not self._child.alive:
            self._child = Child(_PROGRAM, limits=Limits(MEMORY), largest=_LARGEST_ANSWER)
        end = time.monotonic() + SECONDS
        try:
            self._child.send(content, end)
            found, has_more = json.loads(self._child.receive(end))
        except TimeoutError:
            self._child.close()
            raise UnreadableError(f"找链接超过 {SECONDS} 秒", f"looking for links took more than {SECONDS} s") from None
        except EndedError as error:
            zh, en = error.cause
            raise UnreadableError(f"找链接时进程终止（{zh}）", f"the process that looks for links died: {en}") from None
        return [(link, words) for link, words in found], has_more


def serve(channel: Channel) -> None:
    """Answer each page that the parent sends with its links, as JSON."""
    while True:
        channel.send(json.dumps(links(channel.receive())).encode())


def links(content: bytes) -> tuple[Links, bool]:
    """Return the first MOST_LINKS links of a page as pairs of address and words, and whether it has more.

    A pair that occurs again is left out. Raises XMLSyntaxError if the memory does not suffice.
    """
    page = html.decoded(content)
    found: dict[tuple[str, str], None] = {}
    try:
        root = tree.document_fromstring(
            (page.text if page else "").encode("utf-8", "replace"), parser=tree.HTMLParser(encoding="utf-8")
        )
    except etree.ParserError:  # nothing is in it
        return [], False
    base = str(root.xpath("string(//base/@href)")).strip()
    for element in root.iter(*_LINKING):
        link = (element.get("href") or element.get("src") or "").strip()
        if link and len(link) <= _LONGEST:
            words = str(element.xpath("concat(string(.), @title)"))[:_MOST_WORDS]
            with suppress(ValueError):  # no address
                found[urljoin(base, link), "".join(words.split())] = None
            if len(found) > MOST_LINKS:
                return [*found][:MOST_LINKS], True
    return [*found], False
