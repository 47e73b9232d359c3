"""Read web pages saved as one file (MHTML; RFC 2557), as browsers, Word and Excel write them, by their HTML.

The part that the file names as its root, or else the first page, is read; pages that it frames, as a workbook of Excel
does, are named as left out. Nothing in the file is run or fetched.
"""

import re
from dataclasses import replace
from email import message_from_bytes

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats.content import is_mhtml
from jixiao.ingest.readers import html
from jixiao.ingest.rendition import LeftOut, Rendition, occurring

MEDIA_TYPE = "multipart/related"
MOST_PARTS = 1_000
DEEPEST = 16  # parts that have parts
SIGNS = re.compile(rb"mime-version:")
_BOUNDARY = re.compile(rb"\n--(?!>)")  # at least those; --> ends a comment


def accepts(content: bytes) -> bool:
    """Return whether the content is a web page saved as a mail."""
    return is_mhtml(content)


def read(content: bytes) -> Rendition:
    """Return the paragraphs and tables of the page. Raises UnreadableError."""
    nesting = re.findall(rb"(?i)multipart/|message/", content)
    if len(_BOUNDARY.findall(content)) > MOST_PARTS or len(nesting) > DEEPEST:
        raise UnreadableError("网页的部分过多", "the page has too many parts")
    saved = message_from_bytes(content)
    parts = [part for part in saved.walk() if not part.is_multipart()]
    pages = [part for part in parts if part.get_content_type() == "text/html"]
    if not pages:
        raise UnreadableError("网页存档里没有网页", "no page is in the saved page")
    named = saved.get_param("start")
    root = next((part for part in pages if named and part.get("Content-ID") == named), pages[0])
    body = root.get_payload(decode=True)
    images = LeftOut("图片", "images", sum(part.get_content_maintype() == "image" for part in parts))
    rendition = html.read(body if isinstance(body, bytes) else b"")
    others = (kind for kind in rendition.left_out if kind.en != images.en)  # the page may name an image twice
    return replace(rendition, media_type=MEDIA_TYPE, left_out=occurring([images, *others]))
