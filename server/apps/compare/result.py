"""Hold a comparison (sides, notes, and tables with a cell per side), write it as JSON, and make it one table.

The words of the tables are in tables.toml.
"""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from starlette.responses import Response

from jixiao.ontology.text import decimals
from jixiao.ontology.text.bilingual import Bilingual, in_language
from jixiao.server.editions.metadata import Credit
from jixiao.server.http import signposting
from jixiao.server.http.negotiation import JSON
from jixiao.server.sentences import Sentences
from jixiao.server.views import answers

sentence = Sentences(Path(__file__).with_name("sentences.toml"))
_WORDS = tomllib.loads(Path(__file__).with_name("tables.toml").read_text(encoding="utf-8"))
_MOST_ROWS = 200


@dataclass(frozen=True)
class Said:
    """A sentence of reasons.toml for readers, with its code for programs."""

    code: str
    zh: str
    en: str


@dataclass(frozen=True)
class Cell:
    """One side's value in a table: a text or a number, in yuan if `money`; neither for a blank cell.

    `iri` is the thing that the value links to, `detail` explains it (“3 of 5 projects”), `source` and `line` are the
    place where it is printed, and `rows` is the address of the rows that it counts or sums. A text may have a number,
    too, to be compared; numbers are compared if what they are `like` is equal.
    """

    text: Bilingual | str | None = None
    number: Decimal | None = None
    money: bool = field(default=False, repr=False)
    iri: answers.Value = None
    detail: Bilingual | str | None = None
    source: answers.Value = None
    line: answers.Value = None
    rows: str | None = None
    like: Mapping[str, answers.Value] = field(default_factory=dict, repr=False)

    def in_file(self, language: str) -> dict[str, Any]:
        """Return the members of the cell that stand in a file, with words in a language (zh or en)."""
        text, detail = (each and in_language(each, language) for each in (self.text, self.detail))
        return {"side": text or self.number, "detail": detail, "source": self.source, "line": self.line}


@dataclass(frozen=True)
class ComparedRow:
    """A row of a table: a name, and a cell for each side. `iri` is the thing that the name links to, None for no link.

    `comparable` is None if the cells are not compared; `reasons` say why they cannot be. `change` is the last figure
    minus the first, None unless two figures are compared.
    """

    name: Bilingual | str
    cells: Sequence[Cell]
    comparable: bool | None = None
    change: Decimal | None = None
    reasons: Sequence[Said] = ()
    iri: str | None = None

    @property
    def money(self) -> bool:
        """True if the values are amounts in yuan."""
        return any(cell.money for cell in self.cells)

    def in_file(self, section: str, language: str) -> dict[str, Any]:
        """Return the row of the file that has all tables as one, by column, with words in a language (zh or en)."""
        return {
            "section": section,
            "name": in_language(self.name, language),
            "iri": self.iri,
            **{
                f"{name}_{n}": value
                for n, cell in enumerate(self.cells, 1)
                for name, value in cell.in_file(language).items()
            },
            "comparable": {None: None, True: "yes", False: "no"}[self.comparable],
            "change": self.change,
            "reasons": "; ".join(getattr(each, language) for each in self.reasons),
        }


@dataclass(frozen=True)
class Side:
    """One of the things compared: its label in the tables, such as “2023”, its name, IRI and year.

    `iris` are those by which its projects were asked for, `rows`.
    """

    label: Bilingual
    name: str
    iri: str
    year: int | None = None
    iris: Sequence[str] = field(default=(), repr=False)
    rows: Sequence[answers.Row] = field(default=(), repr=False)

    @property
    def asked(self) -> Mapping[str, str | Sequence[str]]:
        """The body and the year as parameters."""
        return {"department": self.iris, "year": str(self.year or "")}

    @property
    def full(self) -> Bilingual:
        """The name with the year, for sentences that stand alone."""
        return sentence("of-year", name=self.name, year=self.year) if self.year else self.label


@dataclass(frozen=True)
class Section:
    """A table of a comparison: its code for programs, its words, and the rows that pages and files show.

    `left_out` is the number of further rows. A page folds a table that is `folded`, because not all sides have its
    rows.
    """

    section: str
    title: Bilingual
    heading: Bilingual = field(repr=False)
    note: Bilingual | None
    rows: Sequence[ComparedRow]
    left_out: int
    folded: bool = field(repr=False)

    @staticmethod
    def of(kind: str, code: str, rows: Sequence[ComparedRow]) -> "Section":
        """Return the table `code` of a comparison of bodies or projects (`kind`), as tables.toml has it."""
        words: Mapping[str, Any] = _WORDS[kind][code]
        title = Bilingual(*words["title"]).filled(number=len({row.name for row in rows}))
        note = Bilingual(*words["note"]) if "note" in words else None
        most, folded = words.get("most", _MOST_ROWS), words.get("folded", False)
        heading = Bilingual(*words["heading"])
        return Section(code, title, heading, note, rows[:most], max(len(rows) - most, 0), folded)

    @property
    def figures(self) -> Sequence[ComparedRow]:
        """For each side, the row of which a page shows the side's figure large.

        If a row has a figure of every side, all sides have this row. Otherwise a side has the first row with a figure
        of its own, or the first row of all.
        """
        sides = range(len(self.rows[0].cells))
        shared = [row for row in self.rows if all(cell.number is not None for cell in row.cells)]
        own = ([row for row in self.rows if row.cells[n].number is not None] for n in sides)
        return [(shared or of_side or self.rows)[0] for of_side in own]


@dataclass(frozen=True)
class Comparison:
    """A comparison of bodies (`kind` is org) or projects; `notes` are sentences on its limits, `sections` its tables.

    `dataset_version` is the dataset's version, and `credit` is the citation.
    """

    kind: str
    dataset_version: str
    sides: Sequence[Side]
    notes: Sequence[Said]
    sections: Sequence[Section]
    credit: Credit = field(repr=False)

    def json_file(self) -> Response:
        """Return the response with the comparison as JSON."""
        cited = {"version": self.credit.iri, "license": self.credit.license}
        text = json.dumps(_plain(self) | cited, ensure_ascii=False, indent=1, default=_plain) + "\n"
        links = signposting.header(self.credit.links)
        return Response(text, headers={"Content-Type": JSON.content_type, "Vary": "Accept", **links})

    def table(self, language: str) -> answers.Answer:
        """Return the rows of all tables as one table, with words in a language (zh or en)."""
        sides = range(1, len(self.sides) + 1)
        columns = tuple(
            replace(column, name=f"{column.name}_{side}" if side else column.name)
            for column in _COLUMNS
            for side in (sides if column.name in _PER_SIDE else (0,))
        )
        labels = ComparedRow("", [Cell(text=side.label) for side in self.sides])
        every = [("sides", labels), *((each.section, row) for each in self.sections for row in each.rows)]
        in_file = [row.in_file(code, language) for code, row in every]
        rows = tuple({each.name: row[each.name] for each in columns} for row in in_file)
        return answers.Answer("compare", {}, self.dataset_version, False, columns, rows, "", None, self.credit)


_PER_SIDE = ("side", "detail", "source", "line")
_COLUMNS = answers.stated_columns(Path(__file__).with_name("columns.toml"))
"""Columns of the table; those of _PER_SIDE stand once for each side."""


def _plain(value: Any) -> Any:
    """Return what stands in JSON for a decimal (a text of all digits) or an object: its fields that have a value."""
    if isinstance(value, Decimal):
        return decimals.digits(value)
    shown = {each.name: getattr(value, each.name) for each in fields(value) if each.repr}
    return {name: each for name, each in shown.items() if each is not None}
