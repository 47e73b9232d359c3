"""Hold a comparison (sides, notes, and tables with a cell per side), write it as JSON, and make it one table.

`paired` pairs rows of several sides by name; a name that occurs several times on one side is not paired.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from starlette.responses import Response

from jixiao.ontology import grouping, identity
from jixiao.ontology.text import decimals
from jixiao.ontology.text.bilingual import Bilingual, in_language
from jixiao.server.apps.compare.verdicts import Said, Verdict
from jixiao.server.editions.metadata import Credit
from jixiao.server.http import requests, signposting
from jixiao.server.http.negotiation import CSV, JSON, XLSX
from jixiao.server.views import answers, parameters


@dataclass(frozen=True)
class Cell:
    """One side's value in a table: a text or a number, in yuan if `money`; neither for a blank cell.

    `iri` is the thing that a text links to. `detail` explains the value, such as “3 of 5 projects”.
    """

    text: Bilingual | str | None = None
    number: int | Decimal | None = None
    money: bool = False
    iri: str | None = None
    detail: Bilingual | str | None = None


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


@dataclass(frozen=True)
class Section:
    """A table of a comparison, of which pages and files show the first `most` rows, all rows if `most` is None.

    `every` has all rows. `code` names the table for programs, and `heading` is the heading of the column with the rows'
    names. A page folds a table that is `folded`, because not all sides have its rows.
    """

    code: str
    title: Bilingual
    heading: Bilingual
    every: Sequence[ComparedRow]
    note: Bilingual | None = None
    most: int | None = None
    folded: bool = False

    @property
    def rows(self) -> Sequence[ComparedRow]:
        """The rows of the table that pages and files show."""
        return self.every[: self.most]

    @property
    def left_out(self) -> int:
        """The number of rows of the table that pages and files do not show."""
        return len(self.every) - len(self.rows)

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
        return {
            "kind": self.kind,
            "dataset_version": self.version,
            "version": self.credit.iri,
            "license": self.credit.license,
            "sides": self.sides,
            "notes": [_said(each) for each in self.notes],
            "sections": [
                {
                    "section": section.code,
                    "title": section.title,
                    "note": section.note,
                    "left_out": section.left_out,
                    "rows": [_row(row) for row in section.rows],
                }
                for section in self.sections
            ],
        }

    def table(self, language: str) -> answers.Answer:
        """Return the rows of all tables as one table, with words in a language (zh or en)."""
        labels = ComparedRow("", [Cell(text=side.label) for side in self.sides])
        every = [("sides", labels), *((section.code, row) for section in self.sections for row in section.rows)]
        heads = [(f"{name}_{n}", zh, en) for name, zh, en in _PER_SIDE for n in range(1, len(self.sides) + 1)]
        columns = [
            answers.Column(name, kind, {"zh": zh, "en": en})
            for name, kind, zh, en in (*_FIRST, *((name, "text", zh, en) for name, zh, en in heads), *_JUDGED)
        ]
        named = [each.name for each in columns]
        rows = tuple(dict(zip(named, _cells(code, row, language), strict=True)) for code, row in every)
        return answers.Answer("compare", {}, self.version, False, tuple(columns), rows, "", None, self.credit)


_FIRST = (
    ("section", "text", "部分", "Section"),
    ("name", "text", "名称", "Name"),
    ("iri", "iri", "IRI", "IRI"),
)
_PER_SIDE = (("side", "各方", "Side"), ("detail", "说明", "Detail"))
_JUDGED = (
    ("comparable", "text", "可比", "Comparable"),
    ("change", "decimal", "差额", "Difference"),
    ("reasons", "text", "理由", "Reasons"),
)
"""Columns of the table: those before the sides, two for each side, and those of the verdict."""


def _cells(code: str, row: ComparedRow, language: str) -> list[answers.Value]:
    """Return the values of a row for the file that has all tables as one; `code` is the row's table.

    The values are code, name, IRI, the figures of all sides, then the details of all sides, and at last the verdict's
    result, change and reasons.
    """

    def said(words: Bilingual | str | None) -> str | None:
        return in_language(words, language) if words else None

    judged: list[answers.Value] = [None, None, None]
    if (verdict := row.verdict) is not None:
        judged = [
            "yes" if verdict.comparable else "no",
            verdict.change,
            "; ".join(in_language(each.text, language) for each in verdict.reasons),
        ]
    figures = [said(cell.text) if cell.number is None else cell.number for cell in row.cells]
    return [code, said(row.name), row.iri, *figures, *(said(cell.detail) for cell in row.cells), *judged]


def _row(row: ComparedRow) -> dict[str, Any]:
    """Return a row as JSON values, with its verdict if it has one; members of cells without a value are left out."""
    cells = [
        {
            "number": None if cell.number is None else decimals.digits(cell.number),
            "text": cell.text,
            "iri": cell.iri,
            "detail": cell.detail,
        }
        for cell in row.cells
    ]
    stated = [{name: value for name, value in cell.items() if value is not None} for cell in cells]
    members: dict[str, Any] = {"name": row.name, "iri": row.iri, "cells": stated}
    if row.verdict is not None:
        members |= {
            "comparable": row.verdict.comparable,
            "change": row.verdict.change,
            "reasons": [_said(each) for each in row.verdict.reasons],
        }
    return members


def _said(sentence: Said) -> dict[str, str]:
    return {"code": sentence.code, **asdict(sentence.text), **({"iri": sentence.iri} if sentence.iri else {})}


def _plain(value: Any) -> Any:
    """Return the JSON value for a value that json.dumps cannot write, for its parameter `default`.

    A decimal becomes a text of all digits; bilingual words and dataclasses become objects.
    """
    return decimals.digits(value) if isinstance(value, Decimal) else asdict(value)


@dataclass(frozen=True)
class Pairs:
    """The rows of the sides, paired by name; a name that two rows of a side have is not paired.

    `both` has, for each name that all sides have, one row per side; `some` has, for each name that some sides lack, a
    row or None per side; `several` has, for each side, the rows by name of the names that are not paired.
    """

    both: Sequence[Sequence[answers.Row]]
    some: Sequence[Sequence[answers.Row | None]]
    several: Sequence[Mapping[str, Sequence[answers.Row]]]

    def unpaired(
        self,
        code: str,
        heading: Bilingual,
        rows_are: Bilingual,
        cell: Callable[[Sequence[answers.Row]], Cell],
        most: int | None = None,
    ) -> Section:
        """Return the table of names that are not paired, because one side has several rows with the name.

        `rows_are` names the rows in the title (projects, indicators), `cell` makes a side's cell from its rows, and
        `most` is the number of rows to show.
        """
        shown: dict[str, str] = {}
        for side in self.several:
            for name, rows in side.items():
                shown.setdefault(name, str(rows[0]["name"]))
        return Section(
            code,
            Bilingual(
                f"没有配对的同名{rows_are.zh}（{len(shown)} 个名称）",
                f"Names borne by several {rows_are.en} ({len(shown)}), not paired",
            ),
            heading,
            [
                ComparedRow(printed, [cell(side.get(name, ())) for side in self.several])
                for name, printed in shown.items()
            ],
            most=most,
            folded=True,
        )


def paired(sides: Sequence[Sequence[answers.Row]]) -> Pairs:
    """Return the rows of all sides in pairs by their column `name`, in the order in which names first occur.

    Rows are apart that all sides have (`both`), that some lack (`some`), and whose name one side has twice (`several`).
    """
    by_name = [grouping.by_key((identity.key(str(row["name"])), row) for row in rows) for rows in sides]
    twice = {name for side in by_name for name, rows in side.items() if len(rows) > 1}
    once = [name for name in dict.fromkeys(name for side in by_name for name in side) if name not in twice]
    pairs = [[side[name][0] if name in side else None for side in by_name] for name in once]
    return Pairs(
        both=[[row for row in rows if row is not None] for rows in pairs if None not in rows],
        some=[rows for rows in pairs if None in rows],
        several=[{name: rows for name, rows in side.items() if name in twice} for side in by_name],
    )


def forms(path: str, given: parameters.Given) -> dict[str, str]:
    """Return the addresses of a comparison as JSON, CSV and xlsx, by name; `path` is the path of its page."""
    return {form.name: requests.address(path, given, format=form.name) for form in (JSON, CSV, XLSX)}


def json_file(members: Mapping[str, Any], links: Iterable[signposting.Link]) -> Response:
    """Return the response with a JSON object; its decimals are texts of all digits, and its dataclasses are objects."""
    text = json.dumps(members, ensure_ascii=False, indent=1, default=_plain) + "\n"
    return Response(text, headers={"Content-Type": JSON.content_type, "Vary": "Accept", **signposting.header(links)})
