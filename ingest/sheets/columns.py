"""Recognise the columns of a spreadsheet by their headings, and list the headings for a blank spreadsheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

from jixiao.ingest.sheets.table import Problem, Row
from jixiao.ingest.values.plain import folded
from jixiao.ontology.text.wording import Wording

WORDING = Wording("jixiao.ingest.sheets", "sheet.toml")
KINDS = ("filing", "project", "amount", "goal", "section", "indicator", "item")
"""Kinds of columns, in the order in which a blank spreadsheet has them."""

REQUIRED = (("filing", "year"), ("project", "name"))
"""Kind and meaning of the columns that every spreadsheet must have."""

_UNITS = {word: Decimal(yuan) for word, yuan in WORDING.meanings("units").items()}
_UNIT = WORDING.pattern("unit")


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


def read(row: Row) -> tuple[list[Column], list[str], list[Problem]]:
    """Read the row of headings: return the known columns, the unknown headings, and problems."""
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
    """Return the headings of a blank spreadsheet in Chinese or English."""
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
