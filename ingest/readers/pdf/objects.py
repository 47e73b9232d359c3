"""Look at objects of a PDF that strangers wrote: an object of another type than expected counts as absent.

Layers are its optional content, as a viewer shows it at first (ISO 32000-1, section 8.11): a *group* is one layer, a
*membership* several groups that decide about a content.

Files that a PDF carries along are embedded files and the documents of a portfolio (section 7.11.4).
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from pdfminer.pdfdocument import PDFDocument, PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdftypes import PDFObjRef, PDFStream, resolve1
from pdfminer.psexceptions import PSException
from pdfminer.psparser import PSLiteral
from pdfminer.utils import decode_text

from jixiao.ingest.errors import UnreadableError
from jixiao.ingest.formats import archives

# Errors of pdfminer for a broken file.
_BROKEN = (
    PSException,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    NotImplementedError,
    struct.error,
    zlib.error,
)
_POLICIES: dict[str, Callable[[list[bool]], bool]] = {
    "AllOn": all,
    "AnyOn": any,
    "AnyOff": lambda shown: not all(shown),
    "AllOff": lambda shown: not any(shown),
}


def entries(value: object) -> dict[str, Any]:
    """Return the entries of a dictionary or stream; empty for any other object."""
    found = resolve1(value)
    found = found.attrs if isinstance(found, PDFStream) else found
    return found if isinstance(found, dict) else {}


def items(value: object) -> list[Any]:
    """Return the items of an array; empty for any other object."""
    found = resolve1(value)
    return found if isinstance(found, list) else []


def numbers(value: object) -> list[float]:
    """Return the numbers in an array; empty if the array has anything else."""
    found = [resolve1(item) for item in items(value)]
    return [float(item) for item in found] if all(isinstance(item, (int, float)) for item in found) else []


def name(value: object) -> str | None:
    """Return the text of a name; None for any other object."""
    found = resolve1(value)
    return str(found.name) if isinstance(found, PSLiteral) else None


@contextmanager
def faults() -> Iterator[None]:
    """Raise UnreadableError for the errors that pdfminer raises in the block at a broken or encrypted file."""
    try:
        yield
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise UnreadableError("PDF 已加密，需要密码", "an encrypted PDF that needs a password") from error
    except _BROKEN as error:
        raise UnreadableError("PDF 已损坏，无法解析", "a broken PDF that cannot be parsed") from error


class Layers:
    """The layers of a document whose catalogue is given, and which of the layers its default settings hide."""

    def __init__(self, catalog: dict[str, object]) -> None:
        properties = entries(catalog.get("OCProperties"))
        default = entries(properties.get("D"))
        groups = {_id(group) for group in items(properties.get("OCGs"))}
        off = groups if name(default.get("BaseState")) == "OFF" else set()
        off = off - {_id(group) for group in items(default.get("ON"))}
        self._off = off | {_id(group) for group in items(default.get("OFF"))}

    def hides(self, content: object) -> bool:
        """Return whether a layer hides its content; `content` is a group or membership, the value of an entry OC."""
        return content is not None and not self._shows(content)

    def _shows(self, content: object) -> bool:
        membership = entries(content)
        if name(membership.get("Type")) != "OCMD":
            return _id(content) not in self._off
        if "VE" in membership:  # what an expression of groups decides about is not seen for sure
            return False
        groups = resolve1(membership.get("OCGs"))
        listed = [membership["OCGs"]] if groups and not isinstance(groups, list) else groups or []
        shown = [_id(group) not in self._off for group in listed if resolve1(group) is not None]
        return not shown or _POLICIES.get(name(membership.get("P")) or "AnyOn", any)(shown)


def _id(content: object) -> object:
    """Return the number of a group's object, which identifies the group in the file."""
    return content.objid if isinstance(content, PDFObjRef) else None


_MOST_NODES = 1_000  # nodes of the tree of names


class Attached(NamedTuple):
    """An attached file: its name, and its content in the PDF."""

    name: str
    stream: PDFStream | None

    def content(self) -> bytes:
        """Return the bytes of the file.

        Raises UnreadableError for a file that is broken, too large, encrypted, or packed with another filter than
        Flate.
        """
        stream = self.stream
        with faults():
            filters = [name(each) for each, _ in stream.get_filters()] if stream else []
        is_packed_otherwise = not {"FlateDecode", "Fl"}.issuperset(filters)
        if stream is None or stream.rawdata is None or stream.decipher or is_packed_otherwise:
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
    """Return the name ("?" if there is none) and the stream (None if none is embedded) that a specification gives."""
    given = entries(specification)
    found = resolve1(given.get("UF") or given.get("F") or specification)
    held = entries(given.get("EF"))
    stream = resolve1(held.get("UF") or held.get("F"))
    return Attached(
        decode_text(found) if isinstance(found, bytes) else "?", stream if isinstance(stream, PDFStream) else None
    )
