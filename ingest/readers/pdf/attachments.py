"""Find the files that a PDF carries along: embedded files, and the documents of a portfolio (ISO 32000-1, 7.11.4)."""

import zlib
from typing import NamedTuple

from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.utils import decode_text

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats import archives
from jixiao.ingest.readers.pdf.objects import entries, faults, items, name

_MOST_NODES = 1_000  # nodes of the tree of names
_FLATE = frozenset({"FlateDecode", "Fl"})


class Attached(NamedTuple):
    """An attached file: its name, and its content in the PDF."""

    name: str
    stream: PDFStream | None

    def content(self) -> bytes:
        """Return the bytes of the file. Raises UnreadableError if it is broken, too large or packed otherwise."""
        stream = self.stream
        with faults():
            filters = [name(each) for each, _ in stream.get_filters()] if stream else []
        if stream is None or stream.rawdata is None or stream.decipher or not _FLATE.issuperset(filters):
            raise UnreadableError(
                f"附件不能取出：{self.name}", f"an attached file that cannot be taken out: {self.name}"
            )
        content = stream.rawdata
        for _ in filters:
            most = min(archives.LARGEST_FILE, max(archives.SMALL, archives.LARGEST_RATIO * len(content)))
            try:
                content = zlib.decompressobj().decompress(content, most + 1)
            except zlib.error as error:
                raise UnreadableError(f"附件已损坏：{self.name}", f"a broken attached file: {self.name}") from error
            if len(content) > most:
                raise archives.too_large(most)
        return content


def attached(document: PDFDocument) -> list[Attached]:
    """Return the embedded files of a document, sorted as its tree of names has them. Raises UnreadableError."""
    found: list[Attached] = []
    with faults():
        nodes = [entries(entries(document.catalog.get("Names")).get("EmbeddedFiles"))]
        for node in nodes:  # the list grows during the loop
            found += [file_of(each) for each in items(node.get("Names"))[1::2]]
            nodes += [entries(each) for each in items(node.get("Kids"))] if len(nodes) < _MOST_NODES else []
    return found


def file_of(specification: object) -> Attached:
    """Return the file that a specification describes."""
    given = entries(specification)
    found = resolve1(given.get("UF") or given.get("F") or specification)
    held = entries(given.get("EF"))
    stream = resolve1(held.get("UF") or held.get("F"))
    name = decode_text(found) if isinstance(found, bytes) else "?"
    return Attached(name, stream if isinstance(stream, PDFStream) else None)
