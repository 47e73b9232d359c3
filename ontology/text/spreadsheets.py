"""Read CSV that people made, write CSV, and protect its cells from being run as formulas by spreadsheets.

Cells of a file that was read are named as spreadsheets name them.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from jixiao.ontology.errors import ReportedError

_FORMULA = tuple("=+-@\t\r＝＋－＠")
_ACTING = re.compile("[A-Za-z!|]")
"""Letters of a name, or signs of another file: a formula without any runs, opens and reads nothing."""
_QUOTED = re.compile(r'[=＝]"((?:[^"]|"")*)"')


class TableError(ReportedError):
    """An error: a file is not the table or text that it should be. The message names the file and the line."""


def read_text(path: Path) -> str:
    """Decode a file as UTF-8, or as GB18030, which spreadsheets on Chinese systems write. Raises TableError."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise TableError(f"{path}: 无法读取：{error.strerror} · cannot be read: {error.strerror}") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise TableError(f"{path}: 不是文本文件 · not a text file")


def read_table(path: Path, *needed: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the line number (from 1) and the cells by column name of each row of a CSV file, without blank rows.

    The first line names the columns, those `needed` among them. Raises TableError.
    """
    rows = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    try:
        head = [cell.strip() for cell in next((row for row in rows if row), [])]
        if not {*needed} <= {*head}:
            named = ", ".join(needed)
            raise TableError(f"{path}:1: 首行应是列名，至少有 {named} · the first line names the columns: {named}")
        for row in rows:
            by_name = dict(zip(head, map(str.strip, row), strict=False))
            if any(row[len(head) :]):
                raise TableError(f"{path}:{rows.line_num}: 格子比列名多 · more cells than columns")
            if any(by_name.values()):
                yield rows.line_num, by_name
    except csv.Error as error:
        raise TableError(f"{path}:{rows.line_num}: 不是 CSV · not CSV: {error}") from error


def csv_text(rows: Iterable[Iterable[object]]) -> str:
    """Return rows as CSV (RFC 4180); None gives an empty cell."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def cells(rendition: Mapping[str, Any]) -> dict[int, str]:
    """Map each line number of a spreadsheet or CSV file to the name of the line's cell: B5; empty for other files.

    `rendition` is the file's rendition as JSON. If the file has several sheets, the name includes the sheet: 预算!B5.
    """
    placed = {line["n"]: line["where"] for line in rendition["lines"] if "where" in line}
    sheets = {where["sheet"] for where in placed.values() if "sheet" in where}
    if sheets:
        return {
            n: f"{where['sheet']}!{where['cell']}" if len(sheets) > 1 else where["cell"] for n, where in placed.items()
        }
    if rendition["media_type"] == "text/csv":
        return {n: f"{_letters(where['cell'])}{where['row']}" for n, where in placed.items()}
    return {}


def _letters(column: int) -> str:
    """Return the letters by which spreadsheets name a column, counted from 1: AB for 28."""
    before, last = divmod(column - 1, 26)
    return (_letters(before) if before else "") + chr(ord("A") + last)


def harmless(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet could run as a formula (OWASP, CSV injection).

    Formulas without letters only calculate with their own figures: `=100.00(%)` and `-5` stay as they are printed.
    """
    acts = text.startswith(_FORMULA) and _ACTING.search(unicodedata.normalize("NFKC", text))
    return f"'{text}" if acts else text


def without_guard(text: str) -> str:
    """Remove the apostrophe before a text that a spreadsheet would take for a formula, and `="…"` around any text.

    People put the apostrophe before `=100%` as well, which `harmless` leaves as it is.
    """
    if (quoted := _QUOTED.fullmatch(text)) is not None:
        return quoted[1].replace('""', '"')
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text
