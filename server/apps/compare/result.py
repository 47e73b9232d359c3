"""Hold a comparison, and write it as JSON and CSV: sides, notes, and tables with a row per thing compared."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import digits
from jixiao.ontology.text.spreadsheets import harmless
from jixiao.server.apps.compare.verdicts import Said, Verdict
from jixiao.server.editions.credit import Credit


@dataclass(frozen=True)
class Cell:
    """A text, a number or an amount in yuan of one side; `detail` says what the figure was counted from."""

    text: Bilingual | str | None = None
    number: int | Decimal | None = None
    money: bool = False
    iri: str | None = None
    detail: Bilingual | str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the members that have a value; a number is exact, as text of digits."""
        said = {
            "number": None if self.number is None else digits(self.number),
            "text": _plain(self.text),
            "iri": self.iri,
            "detail": _plain(self.detail),
        }
        return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True)
class Row:
    """A thing compared, with a cell for each side; `verdict` is None if the cells are only shown."""

    name: Bilingual | str
    cells: tuple[Cell, ...]
    verdict: Verdict | None = None
    iri: str | None = None

    @property
    def money(self) -> bool:
        """True for amounts in yuan."""
        return any(cell.money for cell in self.cells)


@dataclass(frozen=True)
class Section:
    """A table of rows; `left_out` is the number of further rows that are not shown."""

    code: str
    title: Bilingual
    heading: Bilingual
    rows: tuple[Row, ...]
    note: Bilingual | None = None
    left_out: int = 0

    @property
    def judged(self) -> bool:
        """True if the cells of any row are compared."""
        return any(row.verdict is not None for row in self.rows)


@dataclass(frozen=True)
class Side:
    """One of the things compared: its label within the comparison, its name, IRI and year."""

    label: Bilingual
    name: str
    iri: str
    year: int | None = None


@dataclass(frozen=True)
class Comparison:
    """Things side by side, with notes on what limits their comparison."""

    kind: str
    sides: tuple[Side, ...]
    notes: tuple[Said, ...]
    sections: tuple[Section, ...]
    version: str
    credit: Credit

    def to_json(self) -> str:
        """Write the comparison as JSON."""
        said = {
            "kind": self.kind,
            "dataset_version": self.version,
            "version": self.credit.iri,
            "license": self.credit.license,
            "sides": [
                {"label": _plain(side.label), "name": side.name, "iri": side.iri, "year": side.year}
                for side in self.sides
            ],
            "notes": [_said(each) for each in self.notes],
            "sections": [
                {
                    "section": section.code,
                    "title": _plain(section.title),
                    "note": _plain(section.note),
                    "left_out": section.left_out,
                    "rows": [_row(row) for row in section.rows],
                }
                for section in self.sections
            ],
        }
        return json.dumps(said, ensure_ascii=False, indent=1) + "\n"

    def to_csv(self, language: str) -> str:
        """Write the rows as CSV, with words of a language."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        sides = [f"side_{n}" for n in range(1, len(self.sides) + 1)]
        details = [f"detail_{n}" for n in range(1, len(self.sides) + 1)]
        writer.writerow(["section", "name", "iri", *sides, *details, "comparable", "change", "reasons"])
        labels = [harmless(_in(language, side.label)) for side in self.sides]
        writer.writerow(["sides", "", "", *labels, *([""] * len(sides)), "", "", ""])
        for section in self.sections:
            for row in section.rows:
                cells = [_written(cell, language) for cell in row.cells]
                notes = [harmless(_in(language, cell.detail)) for cell in row.cells]
                name = harmless(_in(language, row.name))
                writer.writerow([section.code, name, row.iri or "", *cells, *notes, *_judged(row.verdict, language)])
        return out.getvalue()


def _row(row: Row) -> dict[str, Any]:
    said: dict[str, Any] = {
        "name": _plain(row.name),
        "iri": row.iri,
        "cells": [cell.to_json() for cell in row.cells],
    }
    if row.verdict is not None:
        said["comparable"] = row.verdict.comparable
        said["change"] = None if row.verdict.change is None else digits(row.verdict.change)
        said["reasons"] = [_said(each) for each in row.verdict.reasons]
    return said


def _said(said: Said) -> dict[str, str]:
    return {"code": said.code, "zh": said.text.zh, "en": said.text.en}


def _judged(verdict: Verdict | None, language: str) -> list[str]:
    if verdict is None:
        return ["", "", ""]
    change = "" if verdict.change is None else digits(verdict.change)
    reasons = "; ".join(_in(language, each.text) for each in verdict.reasons)
    return ["yes" if verdict.comparable else "no", change, harmless(reasons)]


def _written(cell: Cell, language: str) -> str:
    return digits(cell.number) if cell.number is not None else harmless(_in(language, cell.text))


def _in(language: str, words: Bilingual | str | None) -> str:
    if isinstance(words, Bilingual):
        return words.en if language == "en" else words.zh
    return words or ""


def _plain(words: Bilingual | str | None) -> Any:
    return {"zh": words.zh, "en": words.en} if isinstance(words, Bilingual) else words


def cut(rows: Sequence[Row], most: int) -> tuple[tuple[Row, ...], int]:
    """Return the first rows and the number of the others."""
    return tuple(rows[:most]), max(0, len(rows) - most)
