"""Get the figures to compare by the views of this folder, pair them, and decide if figures can be compared.

A verdict has the reasons against a comparison or, if there are none, the difference. The sentences of the reasons are
in reasons.toml. Amounts are compared only with amounts of the same kind, and sums only if every project states the
amount. Targets are compared if sign, unit and limit are equal; units are not converted.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from pathlib import Path
from typing import Any

from jixiao.ontology import grouping, identity
from jixiao.ontology.text.bilingual import Bilingual, listed
from jixiao.server.apps.compare.result import Cell, ComparedRow, Said, sentence
from jixiao.server.editions.protocols import Edition
from jixiao.server.runtime import turns
from jixiao.server.runtime.service import Service
from jixiao.server.sentences import Sentences
from jixiao.server.views import answers, published, view_files
from jixiao.server.views.parameters import Given

DIRECTORY = Path(__file__).parent


@dataclass(frozen=True)
class Facts:
    """One state of the dataset, to ask the views of this folder of. Methods raise what Tables.of and Pool.run do."""

    service: Service
    now: Edition

    def query(self, name: str) -> view_files.View:
        """Return a view of this folder."""
        return view_files.load(self.service.store.base_iri, DIRECTORY)[name]

    def rows(self, name: str, given: Given) -> Sequence[answers.Row]:
        """Return the rows of the view `name` for parameters; those without a value are left out."""
        turns.look()
        return published.answer_from(self.service, self.now, self.query(name), given).rows

    def run(self, sparql: str) -> bytes:
        """Return the results (SPARQL JSON) of a query given as text."""
        return self.service.run(self.now, sparql)


Joined = list[list[list[answers.Row]]]
"""Rows by a text that they have: for each text a list for each side."""


def joined(sides: Sequence[Sequence[answers.Row]], column: str = "name") -> Joined:
    """Return the rows of all sides by the text in a column, in the order in which the texts first occur."""
    by_text = [grouping.by_key((identity.key(str(row[column] or "")), row) for row in rows) for rows in sides]
    return [[side.get(text, []) for side in by_text] for text in dict.fromkeys(chain(*by_text))]


def paired(sides: Sequence[Sequence[answers.Row]]) -> tuple[list[list[answers.Row]], Joined]:
    """Return the rows of all sides by name: of names that each side has once, and of all other names."""
    named = joined(sides)
    once = [[row for [row] in rows] for rows in named if all(len(of_side) == 1 for of_side in rows)]
    return once, [rows for rows in named if any(len(of_side) != 1 for of_side in rows)]


def first(rows: Sequence[Sequence[answers.Row]]) -> answers.Row:
    """Return the first row of the first side that has one."""
    return next(filter(None, rows))[0]


_REASONS, _NOTES = Sentences(DIRECTORY / "reasons.toml"), Sentences(DIRECTORY / "notes.toml")


def reason(code: str, **parts: object) -> Said:
    """Return the reason with a code, which may be used within another sentence."""
    worded = _REASONS(code, **parts)
    return Said(code, worded.zh, worded.en)


def note(code: str, **parts: object) -> Said:
    """Return the note with a code, a sentence of its own."""
    worded = _NOTES(code, **parts)
    return Said(code, worded.zh, worded.en[:1].upper() + worded.en[1:])


_DIFFERS = {
    "amountKind": "source-differs",
    "period": "source-differs",
    "operator": "signs-differ",
    "unit": "units-differ",
    "qualifier": "qualifiers-differ",
    "ends": "ranges",
    "levels": "levels-differ",
}
"""The reasons against comparing figures that differ in something, by what cells call it."""


def of_cells(
    name: Bilingual | str, cells: Sequence[Cell], sides: Sequence[Bilingual], against: Sequence[Said] = ()
) -> ComparedRow:
    """Return a row of figures, compared unless there are reasons; `against` are those that are known already."""
    reasons = against or [
        reason("none-stated", side=side) for cell, side in zip(cells, sides, strict=True) if cell.number is None
    ]
    for like, code in _DIFFERS.items() if not reasons else ():
        stated = list(dict.fromkeys(said(like, cell.like.get(like)) for cell in cells))
        reasons = [*reasons, *([reason(code, differing=listed(stated))] if len(stated) > 1 else [])]
    figures = [cell.number or Decimal(0) for cell in cells]
    change = figures[1] - figures[0] if not reasons and len(figures) == 2 else None
    return ComparedRow(name, cells, not reasons, change, reasons)


def target(row: answers.Row) -> Cell:
    """Return the cell of an indicator, a row of targets.yaml, with its target as a number if it has one."""
    levels = " / ".join(str(row[name]) for name in ("level1", "level2") if row[name])
    value = decimal(row["value"])
    ends = row["upper"] and f"{value} – {row['upper']}"
    return Cell(
        text=str(row["text"] or "") or sentence("no-target"),
        number=value,
        iri=row["indicator"],
        detail=levels or None,
        **printed(row),
        like={**{name: row[name] for name in ("operator", "unit", "qualifier")}, "ends": ends, "levels": levels},
    )


def of_targets(rows: Sequence[answers.Row], sides: Sequence[Bilingual]) -> ComparedRow:
    """Return the row of the indicators that have a name, one for each side.

    A target without a number is in words, or was not read.
    """
    cells, texts = [target(row) for row in rows], [_plain(row["text"]) for row in rows]
    in_words = any(each.number is None for each in cells)
    words = [reason("words-equal" if len({*texts}) == 1 else "words")] if in_words else []
    of_sides = zip(cells, texts, sides, strict=True)
    unread = [reason("no-target", side=side) for cell, text, side in of_sides if not text and cell.number is None]
    return of_cells(str(rows[0]["name"]), cells, sides, unread or words)


def decimal(value: answers.Value) -> Decimal | None:
    """Return a value of a row if it is a Decimal, otherwise None."""
    return value if isinstance(value, Decimal) else None


def printed(row: answers.Row) -> dict[str, Any]:
    """Return the place where the value of a row is printed, as members of a cell."""
    return {"source": row["source"], "line": row["line"]}


def said(part: str, value: answers.Value) -> Bilingual:
    """Return in words what cells have of a part that must be equal (_DIFFERS): an operator as sign, None as “none”."""
    kind = {"amountKind": "property", "period": "concept", "operator": "operator"}.get(part, "text")
    return answers.Column(part, kind, answers.UNLABELLED, blank=Bilingual("（无）", "(none)")).worded(
        value if kind == "concept" else _plain(value) or None
    )


def _plain(value: answers.Value) -> str:
    return unicodedata.normalize("NFKC", str(value or "")).strip()
