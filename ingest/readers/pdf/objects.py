"""Look at objects of a PDF that strangers wrote: an object of another type than expected counts as absent.

Layers are its optional content, as a viewer shows it at first (ISO 32000-1, section 8.11): a *group* is one layer, a
*membership* an expression of groups that decides about a content.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdftypes import PDFObjRef, PDFStream, resolve1
from pdfminer.psexceptions import PSException
from pdfminer.psparser import PSLiteral

from jixiao.ingest.errors import UnreadableError

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
    """Return the entries of a dictionary or stream."""
    found = resolve1(value)
    found = found.attrs if isinstance(found, PDFStream) else found
    return found if isinstance(found, dict) else {}


def items(value: object) -> list[Any]:
    """Return the items of an array."""
    found = resolve1(value)
    return found if isinstance(found, list) else []


def numbers(value: object) -> list[float]:
    """Return the numbers in an array; none if it has anything else."""
    found = [resolve1(item) for item in items(value)]
    return [float(item) for item in found] if all(isinstance(item, (int, float)) for item in found) else []


def name(value: object) -> str | None:
    """Return the text of a name."""
    found = resolve1(value)
    return str(found.name) if isinstance(found, PSLiteral) else None


@contextmanager
def faults() -> Iterator[None]:
    """Raise UnreadableError for the faults that pdfminer finds in the block: a broken or encrypted file."""
    try:
        yield
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise UnreadableError("PDF 已加密，需要密码", "an encrypted PDF that needs a password") from error
    except _BROKEN as error:
        raise UnreadableError("PDF 已损坏，无法解析", "a broken PDF that cannot be parsed") from error


class Layers:
    """The layers of a document whose catalogue is given."""

    def __init__(self, catalog: dict[str, object]) -> None:
        properties = entries(catalog.get("OCProperties"))
        default = entries(properties.get("D"))
        groups = {_id(group) for group in items(properties.get("OCGs"))}
        off = groups if name(default.get("BaseState")) == "OFF" else set()
        off = off - {_id(group) for group in items(default.get("ON"))}
        self._off = off | {_id(group) for group in items(default.get("OFF"))}
        self._known: dict[object, bool] = {}  # whether an expression holds, by its object

    def hides(self, content: object) -> bool:
        """Return whether a group or membership, the value of an entry OC, hides what belongs to it."""
        return content is not None and not self._shows(content)

    def _shows(self, content: object) -> bool:
        membership = entries(content)
        if name(membership.get("Type")) != "OCMD":
            return _id(content) not in self._off
        if items(membership.get("VE")):
            return self._holds(membership["VE"])
        groups = resolve1(membership.get("OCGs"))
        listed = groups if isinstance(groups, list) else [membership["OCGs"]] if groups else []
        shown = [_id(group) not in self._off for group in listed if resolve1(group) is not None]
        return not shown or _POLICIES.get(name(membership.get("P")) or "AnyOn", any)(shown)

    def _holds(self, given: object) -> bool:
        """Return whether an expression of groups holds, or one group is on; one within itself counts as true."""
        expression = items(given)
        if not expression:
            return _id(given) not in self._off
        at = _id(given)
        if at is None or at not in self._known:
            self._known[at] = True
            parts = map(self._holds, expression[1:])
            by_name = {"Not": lambda: not any(parts), "Or": lambda: any(parts)}
            self._known[at] = by_name.get(name(expression[0]) or "", lambda: all(parts))()
        return self._known[at]


def _id(content: object) -> object:
    """Return the number of a group's object, which identifies the group in the file."""
    return content.objid if isinstance(content, PDFObjRef) else None
