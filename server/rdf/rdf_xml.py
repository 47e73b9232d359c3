"""Check XML that Oxigraph writes, for descriptions and query results, and refuse data that XML cannot express.

XML cannot express predicates whose IRIs do not end in an XML name, nor control characters (RDF 1.1 XML Syntax, section
6). Carriage returns are written as character references, since XML parsers would read them as newlines, and vertical
tabs and form feeds, the breaks of lines and pages in Word, as spaces.
"""

import io
import re
from collections.abc import Sequence
from typing import IO, Any
from xml.parsers import expat

from jixiao.server.errors import NotAcceptableError
from jixiao.server.http.negotiation import RDF_XML, SOLUTIONS, Form, not_acceptable

_NO_XML = re.compile(rb"[\x00-\x08\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_BLANKS = bytes.maketrans(b"\x0b\x0c", b"  ")


class XmlText(io.BytesIO):
    """Stream that passes XML of solutions on to `out`, and refuses a character that XML 1.0, section 2.2, forbids."""

    def __init__(self, out: IO[bytes]) -> None:
        super().__init__()
        self._out = out
        self._before = b""

    def write(self, part: Any, /) -> int:
        """Write a part of the document. Raises NotAcceptableError."""
        text = bytes(part)
        if _NO_XML.search(self._before + text):
            raise _refusal(SOLUTIONS)
        self._before = text[-2:]  # the three bytes of U+FFFE or U+FFFF may be split between two parts
        self._out.write(_written(text))
        return len(text)


def _written(xml: bytes) -> bytes:
    return xml.replace(b"\r", b"&#13;").translate(_BLANKS)


def well_formed(xml: bytes, offers: Sequence[Form]) -> bytes:
    """Return an XML document with vertical tabs and form feeds as spaces and carriage returns as references.

    Raises NotAcceptableError with the other `offers` if the document is not well-formed.
    """
    xml = _written(xml)
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(xml, True)
    except expat.ExpatError:
        raise _refusal(offers) from None
    return xml


def _refusal(offers: Sequence[Form]) -> NotAcceptableError:
    return not_acceptable([form for form in offers if form.name not in ("xml", RDF_XML.name)])
