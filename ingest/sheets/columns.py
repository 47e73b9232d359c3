"""Read a table of comma-separated values, as spreadsheet programs save it, and recognise its columns by their headings.

The text may be UTF-8 with or without a byte-order mark, UTF-16 with one, or GB18030. Commas, semicolons or tabs divide
the cells: the sign that gives most known headings in the first row. Row numbers are those that the spreadsheet shows.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from jixiao.ingest.readers.text import decoded
from jixiao.ingest.values.plain import folded
from jixiao.ontology.text.spreadsheets import without_guard
from jixiao.ontology.text.wording import Wording

WORDING = Wording("jixiao.ingest.sheets", "sheet.toml")
KINDS = ("filing", "project", "amount", "goal", "section", "indicator", "item")
"""Kinds of columns, in the order in which a blank spreadsheet has them."""

REQUIRED = (("filing", "year"), ("project", "name"))
"""Kind and meaning of the columns that every spreadsheet must have."""

_UNITS = {word: Decimal(yuan) for word, yuan in WORDING.meanings("units").items()}
_UNIT = WORDING.pattern("unit")
_DIVIDERS = (",", "\t", ";")


@dataclass(frozen=True)
class Problem:
    """A problem of a spreadsheet; row number and column heading are None if it concerns the whole sheet or row."""

    row: int | None
    column: str | None
    zh: str
    en: str

    def __str__(self) -> str:
        where = "" if self.row is None else f"第 {self.row} 行 row {self.row}"
        at = where + (f"“{self.column}”" if self.column else "")
        return f"{at}{'：' if at else ''}{self.zh} · {self.en}"


class SheetError(Exception):
    """An error: the spreadsheet cannot be converted. `problems` has all of its problems."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True)
class Row:
    """One row: its number in the spreadsheet, from 1, and the text of its cells."""

    number: int
    cells: tuple[str, ...]

    def cell(self, column: int) -> str:
        """Return the text in a column, counted from 0; empty if the row is too short."""
        return self.cells[column] if column < len(self.cells) else ""


def rows(content: bytes) -> list[Row]:
    """Return the rows with text, of which the first has the headings.

    Raises SheetError if the file is no text or has no rows.
    """
    found = decoded(content)
    if found is None or found.cut:
        raise SheetError([Problem(None, None, "不是文本，或者文件不完整", "no text, or the file is incomplete")])
    head = next((line for line in found.lines if line.strip()), "")
    divider = max(_DIVIDERS, key=lambda each: sum(map(is_heading, head.replace('"', "").split(each))))
    filled = _rows(found.text, divider)
    if not filled:
        raise SheetError([Problem(None, None, "表格是空的", "the table is empty")])
    return filled


def _rows(text: str, divider: str) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=divider, strict=True)
    try:
        rows = [
            Row(number, tuple(without_guard(cell.strip()) for cell in record))
            for number, record in enumerate(reader, 1)
        ]
    except csv.Error as error:
        problem = Problem(reader.line_num, None, f"引号不成对（{error}）", f"unbalanced quotation marks ({error})")
        raise SheetError([problem]) from error
    return [row for row in rows if any(row.cells)]


@dataclass(frozen=True)
class Column:
    """One column: its index from 0, its kind, meaning and printed heading.

    `unit` is the number of yuan in the unit of money in the heading, such as 10,000 for 金额（万元）.
    """

    index: int
    kind: str
    meaning: str
    heading: str
    unit: Decimal = Decimal(1)


def is_heading(text: str) -> bool:
    """Return whether a text is a known heading of a column."""
    return _known().get(_bare(text)) is not None


def headings(row: Row) -> tuple[list[Column], list[str], list[Problem]]:
    """Read the row of headings; return the known columns, the headings that are not known, and problems."""
    found: dict[tuple[str, str], Column] = {}
    unknown: list[str] = []
    problems: list[Problem] = []
    for index, text in enumerate(row.cells):
        known = _known().get(_bare(text))
        if known is None:
            unknown += [text] if text else []
        elif known in found:
            problems.append(Problem(row.number, text, "这一栏出现了两次", "the column occurs twice"))
        else:
            found[known] = Column(index, *known, text, _unit(text))
    for kind, meaning in REQUIRED:
        if (kind, meaning) not in found:
            zh, en = _shown(kind, meaning)
            problems.append(Problem(row.number, None, f"缺少“{zh}”一栏", f"the column “{en}” is missing"))
    return list(found.values()), unknown, problems


def blank(language: Literal["zh", "en"]) -> list[str]:
    """Return the headings of an empty spreadsheet to fill in, in Chinese or English."""
    return [_shown(kind, meaning)[language == "en"] for kind in KINDS for meaning in _words(kind)]


def _words(kind: str) -> dict[str, list[str]]:
    words: dict[str, list[str]] = WORDING.tables["meanings"][kind]
    return words


def _shown(kind: str, meaning: str) -> tuple[str, str]:
    """Return the Chinese and the English heading that a blank spreadsheet has for a column."""
    words: Sequence[str] = _words(kind)[meaning]
    return next(word for word in words if not word.isascii()), next(word for word in words if word.isascii())


@cache
def _known() -> dict[str, tuple[str, str]]:
    return {_bare(word): (kind, meaning) for kind in KINDS for meaning, words in _words(kind).items() for word in words}


def _bare(text: str) -> str:
    """Return a heading in the form that is compared: folded, in lower case, without a unit of money in brackets."""
    return _UNIT.sub("", folded(text).casefold())


def _unit(text: str) -> Decimal:
    found = _UNIT.search(folded(text).casefold())
    return _UNITS[found[1]] if found else Decimal(1)
