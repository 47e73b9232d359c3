"""Read web pages saved as one file (MHTML; RFC 2557), as browsers, Word and Excel write them, by their HTML.

The part that the file names as its root, or else the first page, is read; if it only frames others, as a workbook of
Excel does, these are read in order. Nothing in the file is run or fetched.
"""

import re
from dataclasses import replace
from email import message_from_bytes
from email.message import Message

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats.signatures import is_mhtml
from jixiao.ingest.readers import html
from jixiao.ingest.rendition import LeftOut, Rendition, occurring

MEDIA_TYPE = "multipart/related"
MOST_PARTS = 1_000
DEEPEST = 16  # parts that have parts
SIGNS = re.compile(rb"mime-version:")
_BOUNDARY = re.compile(rb"\n--(?!>)")  # at least those; --> ends a comment
_NESTING = re.compile(rb"multipart/|message/", re.IGNORECASE)
_ENDS = re.compile(r"</(?:html|body)\s*>", re.IGNORECASE)  # behind which a parser ignores what follows
_FRAMES = re.compile(rb"<frameset\b", re.IGNORECASE)


def accepts(content: bytes) -> bool:
    """Return whether the content is a web page saved as a mail."""
    return is_mhtml(content)


def read(content: bytes) -> Rendition:
    """Return the paragraphs and tables of the page. Raises UnreadableError."""
    if len(_BOUNDARY.findall(content)) > MOST_PARTS or len(_NESTING.findall(content)) > DEEPEST:
        raise UnreadableError("网页的部分过多", "the page has too many parts")
    saved = message_from_bytes(content)
    parts = [part for part in saved.walk() if not part.is_multipart()]
    pages = [part for part in parts if part.get_content_type() == "text/html"]
    if not pages:
        raise UnreadableError("网页存档里没有网页", "no page is in the saved page")
    named = saved.get_param("start")
    root = next((part for part in pages if named and part.get("Content-ID") == named), pages[0])
    shown = _body(root)
    if _FRAMES.search(shown):
        framed = (html.decoded(_body(page)) for page in pages if page is not root)
        texts = "\n".join(found.text if found else "" for found in framed)
        shown = _ENDS.sub("", texts).encode("utf-8", "replace")
    images = LeftOut("图片", "images", sum(part.get_content_maintype() == "image" for part in parts))
    rendition = html.read(shown)
    others = (kind for kind in rendition.left_out if kind.en != images.en)  # the page may name an image twice
    return replace(rendition, media_type=MEDIA_TYPE, left_out=occurring([images, *others]))


def _body(part: Message) -> bytes:
    body = part.get_payload(decode=True)
    return body if isinstance(body, bytes) else b""
