"""Write an answer as a table to take away: CSV for programs and for people, and xlsx.

CSV follows RFC 4180. Programs read the columns by name; for people the headings are words of one language, codes are
written out, and IRIs come last. Cells that a spreadsheet would run as a formula are made harmless.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from jixiao.ontology.bilingual import Bilingual
from jixiao.ontology.decimals import digits
from jixiao.ontology.spreadsheets import harmless
from jixiao.server.views.answers import Answer
from jixiao.server.views.columns import Column, Row, Value
from jixiao.server.views.parameters import several

Language = Literal["zh", "en"]

BYTE_ORDER_MARK = "\ufeff"
LONGEST_CELL = 32_767
"""Characters that a cell of a spreadsheet holds."""

_FORMATS = {"yuan": "#,##0.00", "integer": "#,##0", "decimal": "General", "year": "0", "line": "0"}
_WIDTHS = {"yuan": 16, "integer": 10, "decimal": 10, "year": 8, "line": 8, "iri": 30}
_EXACT = 15
"""Digits of a number that a spreadsheet keeps."""


def to_csv(answer: Answer, *, byte_order_mark: bool = False, headings: Language | None = None) -> str:
    """Write the rows as CSV under the columns' names, or under headings in a language.

    With a byte-order mark Excel reads the file as UTF-8.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    columns = answer.columns if headings is None else for_people(answer.columns)
    writer.writerow([column.name if headings is None else column.label[headings] for column in columns])
    writer.writerows([_written(column, row, headings) for column in columns] for row in answer.rows)
    return (BYTE_ORDER_MARK if byte_order_mark else "") + out.getvalue()


def to_xlsx(answer: Answer, language: Language, question: Bilingual, address: str) -> bytes:
    """Write the rows as a workbook: a sheet of typed cells, and a sheet that says what was asked, when, and of what."""
    book = Workbook(write_only=True)
    if answer.credit is not None:
        book.properties.created = book.properties.modified = answer.credit.made.replace(tzinfo=None)
    columns = for_people(answer.columns)
    sheet = book.create_sheet(_in(language, Bilingual("数据", "Data")))
    sheet.freeze_panes = "A2"
    for n, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(n)].width = _WIDTHS.get(column.type, 24)
    sheet.append([_text(sheet, column.label[language], bold=True) for column in columns])
    for row in answer.rows:
        sheet.append([_cell(sheet, column, row, language) for column in columns])
    if answer.rows:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(answer.rows) + 1}"
    about = book.create_sheet(_in(language, Bilingual("说明", "About")))
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 18, 90
    for name, said in _about(answer, language, question, address):
        about.append([_text(about, name, bold=True), _text(about, said)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def for_people(columns: Sequence[Column]) -> list[Column]:
    """Return the columns with IRIs last."""
    return sorted(columns, key=lambda column: column.type == "iri")


def file_stem(answer: Answer) -> str:
    """Return a name for a file with the answer, which says what was asked: projects-citing_松委发〔2009〕97号."""
    asked = [text for name, typed in answer.params.items() if name not in ("limit", "sort") for text in several(typed)]
    named = [re.sub(r"[\x00-\x1f\x7f\\/:*?\"<>|\s]+", "-", text)[:40].strip("-.") for text in asked]
    return "_".join([answer.view, *(text for text in named[:4] if text)])


def _about(answer: Answer, language: Language, question: Bilingual, address: str) -> Iterator[tuple[str, str]]:
    def named(zh: str, en: str) -> str:
        return _in(language, Bilingual(zh, en))

    yield named("问题", "Question"), _in(language, question)
    for name, typed in answer.params.items():
        yield named(f"参数 {name}", f"Parameter {name}"), "、".join(several(typed))
    for each in answer.resolved:
        yield named(f"“{each.typed}”指", f"“{each.typed}” means"), f"{each.label} <{each.iri}>"
    yield (
        named("行数", "Rows"),
        str(len(answer.rows))
        if not answer.truncated
        else named(f"{len(answer.rows)}（未完）", f"{len(answer.rows)} (more follow)"),
    )
    yield named("地址", "Address"), address
    yield named("数据集版本", "Dataset version"), answer.dataset_version
    if answer.credit is not None:
        yield named("引用", "Cite as"), answer.credit.iri
        yield named("日期", "Date"), answer.credit.made.date().isoformat()
        yield named("许可", "Licence"), answer.credit.license
        yield named("权利", "Rights"), _in(language, Bilingual(answer.credit.rights.zh, answer.credit.rights.en))
    yield named("SPARQL 查询", "SPARQL query"), answer.sparql


def _in(language: Language, words: Bilingual) -> str:
    return words.zh if language == "zh" else words.en


def _written(column: Column, row: Row, headings: Language | None) -> str:
    value = row[column.name]
    words = column.words(value) if headings is not None else None
    if words is not None and headings is not None:
        return harmless(_in(headings, words))
    if value is None:
        return ""
    return harmless(value) if isinstance(value, str) else digits(value)


def _cell(sheet: WriteOnlyWorksheet, column: Column, row: Row, language: Language) -> Cell:
    value: Value = row[column.name]
    words = column.words(value)
    if isinstance(value, int | Decimal) and len(digits(value).replace(".", "").lstrip("-0")) <= _EXACT:
        cell = WriteOnlyCell(sheet, value)  # type: ignore[arg-type]  # openpyxl writes decimals, its stubs do not know
        cell.number_format = _FORMATS.get(column.type, "General")
        return cell
    shown = (
        _in(language, words) if words else "" if value is None else value if isinstance(value, str) else digits(value)
    )
    return _text(sheet, shown)


def _text(sheet: WriteOnlyWorksheet, text: str, *, bold: bool = False) -> Cell:
    """Return a cell of text, which no spreadsheet takes for a formula."""
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST_CELL])
    cell.data_type = "s"
    cell.alignment = Alignment(vertical="top", wrap_text="\n" in text)
    if bold:
        cell.font = Font(bold=True)
    return cell
