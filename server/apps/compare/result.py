"""Hold a comparison (sides, notes, and tables with a cell per side), write it as JSON, and make it one table.

The words of the tables are in tables.toml.
"""

import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from starlette.responses import Response

from jixiao.ontology.text import decimals
from jixiao.ontology.text.bilingual import Bilingual, in_language
from jixiao.server.editions.metadata import Credit
from jixiao.server.http import signposting
from jixiao.server.http.negotiation import JSON
from jixiao.server.views import answers

_WORDS = tomllib.loads(Path(__file__).with_name("tables.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Said:
    """A sentence of reasons.toml for readers, with its code for programs, and the IRI of a thing it leads to."""

    code: str
    text: Bilingual
    iri: str | None = None


@dataclass(frozen=True)
class Verdict:
    """The reasons against a comparison, empty if the figures can be compared.

    `change` is the last figure minus the first; None if there are reasons, or unless two figures are compared.
    """

    reasons: Sequence[Said] = ()
    change: Decimal | None = None

    @property
    def comparable(self) -> bool:
        """True if there is no reason against the comparison."""
        return not self.reasons


@dataclass(frozen=True)
class Cell:
    """One side's value in a table: a text or a number, in yuan if `money`; neither for a blank cell.

    `iri` is the thing that the value links to, `detail` explains it (“3 of 5 projects”), `source` and `line` are the
    place where it is printed, and `rows` is the address of the rows that it counts or sums. A text may have a number,
    too, to be compared; numbers are compared if what they are `like` is equal.
    """

    text: Bilingual | str | None = None
    number: int | Decimal | None = None
    money: bool = False
    iri: answers.Value = None
    detail: Bilingual | str | None = None
    source: answers.Value = None
    line: answers.Value = None
    rows: str | None = None
    like: Mapping[str, answers.Value] = field(default_factory=dict)


@dataclass(frozen=True)
class ComparedRow:
    """A row of a table: a name, a cell for each side, and the verdict, None if the cells are not compared.

    `iri` is the thing that the name links to, None for no link.
    """

    name: Bilingual | str
    cells: Sequence[Cell]
    verdict: Verdict | None = None
    iri: str | None = None

    @property
    def money(self) -> bool:
        """True if the values are amounts in yuan."""
        return any(cell.money for cell in self.cells)

    def cells_of_file(self, section: str, language: str) -> list[answers.Value]:
        """Return the row of the file that has all tables as one, with words in a language (zh or en)."""

        def said(words: Bilingual | str | None) -> str | None:
            return in_language(words, language) if words else None

        judged: list[answers.Value] = [None, None, None]
        if (verdict := self.verdict) is not None:
            reasons = "; ".join(in_language(each.text, language) for each in verdict.reasons)
            judged = ["yes" if verdict.comparable else "no", verdict.change, reasons]
        figures = [said(cell.text) or cell.number for cell in self.cells]
        details = [said(cell.detail) for cell in self.cells]
        places = [*(cell.source for cell in self.cells), *(cell.line for cell in self.cells)]
        return [section, said(self.name), self.iri, *figures, *details, *judged, *places]


@dataclass(frozen=True)
class Side:
    """One of the things compared: its label in the tables, such as “2023”, its name, IRI and year."""

    label: Bilingual
    name: str
    iri: str
    year: int | None = None

    @property
    def full(self) -> Bilingual:
        """The name with the year, for sentences that stand alone."""
        return Bilingual(f"{self.name} {self.year}年", f"{self.name} {self.year}") if self.year else self.label


@dataclass(frozen=True)
class Section:
    """A table of a comparison: its code for programs, its words, and the rows that pages and files show.

    `left_out` is the number of further rows. A page folds a table that is `folded`, because not all sides have its
    rows.
    """

    code: str
    title: Bilingual
    heading: Bilingual
    note: Bilingual | None
    rows: Sequence[ComparedRow]
    left_out: int
    folded: bool

    @staticmethod
    def of(kind: str, code: str, sides: Sequence[Side], rows: Sequence[ComparedRow]) -> "Section":
        """Return the table `code` of a comparison of bodies or projects (`kind`), as tables.toml has it."""
        words: Mapping[str, Any] = _WORDS[kind][code]
        most = words.get("most", _MOST_ROWS)
        zh, en = (
            title.format(
                number=len({row.name for row in rows}),
                first=in_language(sides[0].label, language),
                last=in_language(sides[-1].label, language),
            )
            for language, title in zip(("zh", "en"), words["title"], strict=True)
        )
        heading, note = Bilingual(*words["heading"]), Bilingual(*words["note"]) if "note" in words else None
        left_out = max(len(rows) - most, 0)
        return Section(code, Bilingual(zh, en), heading, note, rows[:most], left_out, words.get("folded", False))

    @property
    def figures(self) -> Sequence[ComparedRow]:
        """For each side, the row of which a page shows the side's figure large.

        If a row has a figure of every side, all sides have this row. Otherwise a side has the first row with a figure
        of its own, or the first row of all.
        """
        sides = range(len(self.rows[0].cells))
        shared = next((row for row in self.rows if all(cell.number is not None for cell in row.cells)), None)
        own = (next((row for row in self.rows if row.cells[n].number is not None), self.rows[0]) for n in sides)
        return [shared] * len(sides) if shared else list(own)

    @property
    def judged(self) -> bool:
        """True if any row of the table compares its cells."""
        return any(row.verdict is not None for row in self.rows)


_MOST_ROWS = 200


@dataclass(frozen=True)
class Comparison:
    """A comparison of bodies (`kind` is org) or projects; `notes` are sentences on its limits, `sections` its tables.

    `version` is the dataset's version, and `credit` is the citation.
    """

    kind: str
    sides: Sequence[Side]
    notes: Sequence[Said]
    sections: Sequence[Section]
    version: str
    credit: Credit

    def members(self) -> dict[str, Any]:
        """Return the comparison as members of a JSON object, for json_file()."""
        of = {"dataset_version": self.version, "version": self.credit.iri, "license": self.credit.license}
        return {"kind": self.kind, **of, "sides": self.sides, "notes": self.notes, "sections": self.sections}

    def table(self, language: str) -> answers.Answer:
        """Return the rows of all tables as one table, with words in a language (zh or en)."""
        numbers = range(1, len(self.sides) + 1)
        columns = tuple(
            answers.Column(f"{name}_{n}" if n else name, kind, {"zh": zh, "en": en})
            for name, kind, zh, en in _COLUMNS
            for n in (numbers if name in _PER_SIDE else (0,))
        )
        labels = ComparedRow("", [Cell(text=side.label) for side in self.sides])
        every = [("sides", labels), *((section.code, row) for section in self.sections for row in section.rows)]
        named = [each.name for each in columns]
        rows = tuple(dict(zip(named, row.cells_of_file(code, language), strict=True)) for code, row in every)
        return answers.Answer("compare", {}, self.version, False, columns, rows, "", None, self.credit)


_PER_SIDE = ("side", "detail", "source", "line")
_COLUMNS = (
    ("section", "text", "部分", "Section"),
    ("name", "text", "名称", "Name"),
    ("iri", "iri", "IRI", "IRI"),
    ("side", "text", "各方", "Side"),
    ("detail", "text", "说明", "Detail"),
    ("comparable", "text", "可比", "Comparable"),
    ("change", "decimal", "差额", "Difference"),
    ("reasons", "text", "理由", "Reasons"),
    ("source", "iri", "来源文件", "Source"),
    ("line", "line", "行", "Line"),
)
"""Columns of the table; those of _PER_SIDE stand once for each side."""


def json_file(members: Mapping[str, Any], links: Iterable[signposting.Link]) -> Response:
    """Return the response with a JSON object, which may have decimals and the objects of this module."""
    text = json.dumps(members, ensure_ascii=False, indent=1, default=_plain) + "\n"
    return Response(text, headers={"Content-Type": JSON.content_type, "Vary": "Accept", **signposting.header(links)})


def _plain(value: Any) -> Any:
    """Return what stands in JSON for a decimal (a text of all digits) or an object, whose values may need it again."""
    match value:
        case Decimal():
            return decimals.digits(value)
        case Said():
            return {"code": value.code, **asdict(value.text), **({"iri": value.iri} if value.iri else {})}
        case Cell():
            number = None if value.number is None else decimals.digits(value.number)
            named = {name: getattr(value, name) for name in ("text", "iri", "detail", "source", "line", "rows")}
            return {name: each for name, each in {"number": number, **named}.items() if each is not None}
        case ComparedRow():
            verdict, judged = value.verdict, ("comparable", "change", "reasons")
            members = {name: getattr(verdict, name) for name in judged if verdict is not None}
            return {"name": value.name, "iri": value.iri, "cells": value.cells, **members}
        case Section():
            shown = {name: getattr(value, name) for name in ("title", "note", "left_out", "rows")}
            return {"section": value.code, **shown}
    return asdict(value)
