"""A filing's rendition -> the same filing as Word, HTML or a workbook holds it: paragraphs, tables with merged cells.

Text forms write a merged cell as its text and blank cells. Here blanks at the left go on with the cell above, titles
and goals spread to the right, and the label of a row that is short of cells spreads over the grid.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

import docx
import openpyxl
from docx.oxml.ns import qn
from openpyxl.styles import Border, Side
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from jixiao.ingest.rendition import Rendition, Row
from jixiao.ingest.result import Reading
from jixiao.ontology import terms
from tests.support.layouts.grid import Block, Cell, Table
from tests.support.packing import saved

FONT = "Noto Serif CJK SC"
_THIN = Side("thin")
_FIELDS = re.compile(r"项目名称|主管部门|计划开始(?:日期|时间)")
_GOALS = re.compile(r"(?:项目总|总体|年度总体?)目标")
_HEAD = re.compile(r"一级指标")
_PLACES = {NamedNode(terms.sourceLine), NamedNode(terms.sourcePage), NamedNode(terms.PROV_wasDerivedFrom)}


@dataclass
class Merged:
    """A cell of a row: its column (from 0), how far it reaches, and its paragraphs."""

    column: int
    width: int
    height: int
    texts: list[str]

    @property
    def blank(self) -> bool:
        return not any(self.texts)


def content(rendition: Rendition) -> Iterator[Block]:
    """Paragraphs and tables, in order."""
    run: list[Row] = []
    for row in rendition.rows:
        if len(row.cells) > 1:
            run.append(row)
            continue
        if run:
            yield grid(run)
            run = []
        yield "\n".join(_texts(row)[0])
    if run:
        yield grid(run)


def _texts(row: Row) -> list[list[str]]:
    return [[text.strip() for _, text in cell.parts] for cell in row.cells]


def grid(rows: list[Row]) -> Table:
    """The rows as one table with merged cells."""
    width = max(len(row.cells) for row in rows)
    merged: list[list[Merged]] = []
    edges: set[int] | None = None  # of the cells under the labels of the goals
    above: list[Merged] = []
    for row in rows:
        cells = [Merged(column, 1, 1, texts) for column, texts in enumerate(_texts(row))]
        words = ["".join(cell.texts).replace(" ", "") for cell in cells]
        cells[0 if _FIELDS.fullmatch(words[0]) else -1].width += width - len(cells)
        for left, cell in pairwise(cells):
            cell.column = left.column + left.width
        if any(map(_GOALS.match, words)):
            edges = {cell.column for cell in cells if not cell.blank} | {0}
        if any(map(_HEAD.match, words)):
            edges = None
        alone = not cells[0].blank and all(cell.blank for cell in cells[1:])
        cells = _spread(cells, {0} if alone else edges)
        standing = {(cell.column, cell.width): cell for cell in above}
        above, starting, leading = [], [], True
        for cell in cells:
            leading = leading and cell.blank
            upper = standing.get((cell.column, cell.width)) if leading else None
            if upper:
                upper.height += 1
            else:
                starting.append(cell)
            above.append(upper or cell)
        merged.append(starting)
    return Table(
        width, [{each.column: Cell("\n".join(each.texts), each.width, each.height) for each in row} for row in merged]
    )


def _spread(cells: list[Merged], edges: set[int] | None) -> list[Merged]:
    """The cells, each with the blanks on its right that no edge keeps apart."""
    if edges is None:
        return cells
    spread: list[Merged] = []
    for cell in cells:
        if spread and cell.blank and cell.column not in edges:
            spread[-1].width += cell.width
        else:
            spread.append(cell)
    return spread


def as_docx(rendition: Rendition) -> bytes:
    """A Word document with the rendition's paragraphs and tables."""
    return docx_of(content(rendition))


def docx_of(blocks: Iterable[Block]) -> bytes:
    """A Word document of paragraphs and tables with merged cells."""
    document = docx.Document()
    document.styles["Normal"].font.name = FONT
    document.styles["Normal"].element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        table = document.add_table(len(block.rows), block.width, "Table Grid")
        cells = [list(row.cells) for row in table.rows]
        for number, row in enumerate(block.rows):
            for at, cell in row.items():
                shown = cells[number][at]
                if cell.width * cell.height > 1:
                    shown = shown.merge(cells[number + cell.height - 1][at + cell.width - 1])
                shown.text, *others = cell.text.split("\n")
                for text in others:
                    shown.add_paragraph(text)
        document.add_paragraph()  # which parts tables; LibreOffice loses one that is the last of a document
    return saved(document)


def as_xlsx(rendition: Rendition) -> bytes:
    """A workbook with a sheet for each form and what is told before it: framed tables, paragraphs merged over them."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    told: list[str] = []
    for block in [*content(rendition), Table(1)]:
        if isinstance(block, str):
            told += block.split("\n")
            continue
        sheet = book.create_sheet()
        for row, text in enumerate(told, 1):
            sheet.cell(row, 1, text).data_type = "s"
            sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=max(block.width, 2))
        for number, at, cell in block.cells():
            place = number + len(told) + 1, at + 1
            if cell.text:
                _type(sheet.cell(*place), cell.text)
            sheet.cell(*place).border = Border(_THIN, _THIN, _THIN, _THIN)
            last = place[0] + cell.height - 1, place[1] + cell.width - 1
            if last != place:
                sheet.merge_cells(start_row=place[0], start_column=place[1], end_row=last[0], end_column=last[1])
        told = []
    return saved(book)


def as_plain_xlsx(rendition: Rendition) -> bytes:
    """A workbook of one sheet, with a row for each of the rendition's and no merged cells."""
    book = openpyxl.Workbook()
    for at, row in enumerate(rendition.rows, 1):
        for column, cell in enumerate(row.cells, 1):
            if cell:
                _type(book.worksheets[0].cell(at, column), cell.text)
    return saved(book)


def _type(cell: Any, printed: str) -> None:
    """Type a day or number with the format under which a sheet shows what is printed; all else, as =100%, as text."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", printed):
        cell.value, cell.number_format = datetime.fromisoformat(printed), "yyyy-mm-dd"
    elif found := re.fullmatch(r"(\d{1,3}(?:,\d{3})*|[1-9]\d*)(\.\d+)?(%)?", printed):
        number = float(printed.replace(",", "").rstrip("%"))
        places = "." + "0" * (len(found[2]) - 1) if found[2] else ""
        cell.value = round(number / 100, 6) if found[3] else number
        cell.number_format = ("#,##0" if "," in printed else "0") + places + (found[3] or "")
    else:
        cell.value = printed
        cell.data_type = "s"


def typed_into(*sheets: str) -> bytes:
    """A workbook with sheets 表1, 表2 …: a row for each line of a text, with a cell for each of its fields."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number, text in enumerate(sheets, 1):
        sheet = book.create_sheet(f"表{number}")
        for line in text.splitlines():
            sheet.append(line.split("\t"))
    return saved(book)


def as_html(rendition: Rendition) -> str:
    """A page with the rendition's paragraphs and tables."""
    return html_of(content(rendition))


def html_of(blocks: Iterable[Block]) -> str:
    """A page of paragraphs and tables with merged cells, each line of which is a paragraph."""
    parts = ["<!DOCTYPE html>\n<html lang=zh><head><meta charset=utf-8><title>绩效目标</title></head>\n<body>\n"]
    for block in blocks:
        if isinstance(block, str):
            parts.append(f"<p>{html.escape(block).replace(chr(10), '<br>')}</p>\n")
            continue
        covered = block.covered()
        parts.append("<table>\n")
        for number, row in enumerate(block.rows):
            shown = (row.get(at, Cell("")) for at in range(block.width) if (number, at) not in covered)
            parts.append(f"<tr>{''.join(map(_td, shown))}</tr>\n")
        parts.append("</table>\n")
    return "".join([*parts, "</body></html>\n"])


def _td(cell: Cell) -> str:
    spans = f' colspan="{cell.width}"' if cell.width > 1 else ""
    spans += f' rowspan="{cell.height}"' if cell.height > 1 else ""
    return f"<td{spans}>{''.join(f'<p>{html.escape(text)}</p>' for text in cell.text.split(chr(10)))}</td>"


def facts(reading: Reading) -> set[Triple]:
    """Return the triples of a reading, without those about the source itself, about mentions, and of lines and pages.

    Which mentions are kept depends on the rules that are asked.
    """
    assert reading.deposit, reading.refusal
    found = {quad.triple for quad in parse(reading.deposit.source_triples, RdfFormat.N_TRIPLES)}
    others = {NamedNode(terms.SourceDocument), NamedNode(terms.Mention)}
    aside = {triple.subject for triple in found if triple.object in others}
    return {each for each in found if aside.isdisjoint((each.subject, each.object)) and each.predicate not in _PLACES}


def texts_of(found: set[Triple]) -> set[str]:
    """The literals among the objects, for messages."""
    return {triple.object.value for triple in found if isinstance(triple.object, Literal)}
