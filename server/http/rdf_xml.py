"""XML as Oxigraph writes it comes in, and goes out if it reads back as what was meant.

Apart because descriptions and query results share it. Not every graph can be written so: a predicate that ends in no
XML name, or a control character, cannot (RDF 1.1 XML Syntax, section 6); a bare carriage return is read as a newline.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING
from xml.parsers import expat

from jixiao.server.http.negotiation import RDF_XML, Form, not_acceptable

if TYPE_CHECKING:
    from typing_extensions import Buffer

_NO_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")


class NotXmlError(Exception):
    """It cannot be said in XML."""


class XmlText(io.BytesIO):
    """Where XML is written to that may hold characters which XML cannot (XML 1.0, section 2.2); passed on to `out`.

    write() raises NotXmlError at the first of them.
    """

    def __init__(self, out: IO[bytes]) -> None:
        super().__init__()
        self._out = out
        self._before = b""

    def write(self, part: Buffer, /) -> int:
        """Take some of the document."""
        text = bytes(part)
        if _NO_XML.search(self._before + text):
            raise NotXmlError
        self._before = text[-2:]
        self._out.write(text.replace(b"\r", b"&#13;"))
        return len(text)


def parsed(xml: bytes) -> bytes:
    """The document. Raises NotXmlError."""
    xml = xml.replace(b"\r", b"&#13;")
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(xml, True)
    except expat.ExpatError:
        raise NotXmlError from None
    return xml


def well_formed(xml: bytes, offers: Sequence[Form]) -> bytes:
    """The document. Raises NotAcceptableError, which lists the other forms on offer."""
    try:
        return parsed(xml)
    except NotXmlError:
        raise not_acceptable([form for form in offers if form != RDF_XML]) from None
