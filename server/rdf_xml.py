"""RDF/XML as Oxigraph writes it comes in, and goes out if it reads back as what was meant.

Apart because descriptions and query results share it. Not every graph can be written so: a predicate that ends in no
XML name, or a control character, cannot (RDF 1.1 XML Syntax, section 6); a bare carriage return is read as a newline.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.parsers import expat

from jixiao.server.negotiation import RDF_XML, Form, not_acceptable


def well_formed(xml: bytes, offers: Sequence[Form]) -> bytes:
    """The document. Raises NotAcceptableError, which lists the other forms on offer."""
    xml = xml.replace(b"\r", b"&#13;")
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(xml, True)
    except expat.ExpatError:
        raise not_acceptable([form for form in offers if form != RDF_XML]) from None
    return xml
