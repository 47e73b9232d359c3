"""Look at objects of a PDF that strangers wrote: an object of another type than expected counts as absent."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
from pdfminer.pdftypes import PDFStream, resolve1
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
