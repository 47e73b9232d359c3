"""Write CSV, and protect its cells from being run as formulas, since readers may open the file in a spreadsheet."""

import csv
import io
from collections.abc import Iterable

_FORMULA = tuple("=+-@\t\r＝＋－＠")


def csv_text(rows: Iterable[Iterable[object]], line_end: str = "\r\n") -> str:
    """Return rows as CSV (RFC 4180); None gives an empty cell."""
    out = io.StringIO()
    csv.writer(out, lineterminator=line_end).writerows(rows)
    return out.getvalue()


def harmless(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would take for a formula (OWASP, CSV injection)."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def without_guard(text: str) -> str:
    """Remove the apostrophe before a text that a spreadsheet would take for a formula: the reverse of `harmless`."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
