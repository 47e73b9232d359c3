"""Write an answer as a workbook (xlsx).

openpyxl, and numpy with it, take as long to import as all templates; import this module only when making a workbook.
"""

import io
from copy import copy
from decimal import Decimal
from functools import lru_cache

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from jixiao.ontology.text.bilingual import Bilingual, in_language
from jixiao.ontology.text.decimals import digits
from jixiao.server.http.language import located
from jixiao.server.http.requests import several
from jixiao.server.runtime.turns import looked
from jixiao.server.views.answers import Answer, Column, Row, for_people, written
from jixiao.server.views.sentences import sentence

LONGEST_CELL = 32_767
"""Most characters that a spreadsheet's cell holds."""

_FORMATS = {"yuan": "#,##0.00", "integer": "#,##0", "decimal": "General", "year": "0", "line": "0"}
_WIDTHS = {"yuan": 16, "integer": 10, "decimal": 10, "year": 8, "line": 8, "iri": 30}
_EXACT = 15
"""Most digits that a spreadsheet keeps of a number; a longer number is written as text."""


def to_xlsx(answer: Answer, language: str, question: Bilingual, address: str) -> bytes:
    """Return an answer as the bytes of a workbook: a sheet of rows, and one with question, address, version, query.

    Raises as turns.look() does.
    """
    book = Workbook(write_only=True)
    if answer.credit is not None:
        book.properties.created = book.properties.modified = answer.credit.made.replace(tzinfo=None)
    columns = for_people(answer.columns)
    sheet = book.create_sheet(in_language(sentence("data"), language))
    sheet.freeze_panes = "A2"
    for n, column in enumerate(columns, 1):
        sheet.column_dimensions[get_column_letter(n)].width = _WIDTHS.get(column.type, 24)
    sheet.append([_text(sheet, column.heading(language), bold=True) for column in columns])
    for row in looked(answer.rows):
        sheet.append([_cell(sheet, column, row, language) for column in columns])
    if answer.rows:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(answer.rows) + 1}"
    about = book.create_sheet(in_language(sentence("about"), language))
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 18, 90
    for name, text in _about(answer, language, question, address):
        about.append([_text(about, name, bold=True), _text(about, text)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _about(answer: Answer, language: str, question: Bilingual, address: str) -> list[tuple[str, str]]:
    """Return the rows of the second sheet, a heading and a text each: the question, and how to cite the answer."""
    number = f"{len(answer.rows)}"
    about: list[tuple[Bilingual, Bilingual | str]] = [
        (sentence("question"), question),
        *((sentence("about-parameter", name=name), "、".join(several(typed))) for name, typed in answer.params.items()),
        *((sentence("means", typed=thing.typed), f"{thing.label} <{thing.iri}>") for thing in answer.resolved),
        (sentence("row-count"), sentence("more-follow", rows=number) if answer.truncated else number),
        (sentence("address"), address),
        (sentence("version"), answer.dataset_version),
        (sentence("answer"), answer.head.said),
        (sentence("note"), answer.caveat or ""),
    ]
    if credit := answer.credit:
        about += [
            (sentence("cite"), located(credit.iri)),
            (sentence("date"), credit.made.date().isoformat()),
            (sentence("licence"), credit.license),
            (sentence("rights"), Bilingual(credit.rights.zh, credit.rights.en)),
        ]
    about.append((sentence("query"), answer.sparql or sentence("unqueried")))
    lines = ((in_language(name, language), in_language(text, language)) for name, text in about)
    return [(name, text) for name, text in lines if text]


def _cell(sheet: WriteOnlyWorksheet, column: Column, row: Row, language: str) -> Cell:
    value = row[column.name]
    words = column.words_in(row)
    if isinstance(value, int | Decimal) and len(digits(value).replace(".", "").lstrip("-0")) <= _EXACT:
        cell = WriteOnlyCell(sheet, value)  # type: ignore[arg-type]  # openpyxl writes decimals, its stubs do not know
        cell.number_format = _FORMATS.get(column.type, "General")
        return cell
    return _text(sheet, located(written(value)) if words is None else in_language(words, language))


def _text(sheet: WriteOnlyWorksheet, text: str, *, bold: bool = False) -> Cell:
    """Return a cell whose type is text, so that no spreadsheet runs its content as a formula."""
    cell = copy(_model(sheet, "\n" in text, bold))
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:LONGEST_CELL]
    cell.data_type = "s"
    return cell


@lru_cache(maxsize=4)
def _model(sheet: WriteOnlyWorksheet, is_wrapped: bool, bold: bool) -> Cell:
    """Return a cell of a sheet with a style to copy: to set a style anew takes longer than to write a cell."""
    cell = WriteOnlyCell(sheet, "")
    cell.alignment = Alignment(vertical="top", wrap_text=is_wrapped)
    if bold:
        cell.font = Font(bold=True)
    return cell
