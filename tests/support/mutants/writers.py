"""Write blocks as a file: text with five ways to separate cells, CSV, a web page, Word, or a workbook."""

import csv
import io
import unicodedata
from collections.abc import Iterator, Sequence

import openpyxl

from tests.support.mutants.grid import Block, Table
from tests.support.mutants.plan import Plan
from tests.support.packing import saved
from tests.support.writers import docx_of, html_of


def written(plan: Plan, blocks: Sequence[Block]) -> bytes:
    """Write the file in the plan's carrier and encoding."""
    if plan.ending == "txt":
        return "\n".join(_text(plan.carrier, blocks)).encode(plan.encoding)
    if plan.ending == "csv":
        return _csv(blocks).encode(plan.encoding)
    if plan.ending == "html":
        return html_of(blocks).encode()
    return docx_of(blocks) if plan.ending == "docx" else _xlsx(blocks)


def _text(separator: str, blocks: Sequence[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, str):
            yield from ("", block, "")
        elif separator == "blanks":
            yield from _aligned(block)
        else:
            for row in block.texts():
                yield from _row(separator, row)


def _row(separator: str, row: list[str]) -> Iterator[str]:
    if separator == "marked cells":
        yield from (f"\t{text}" for text in row)
        yield ""
    elif separator == "bare cells":
        yield from (text.replace("\n", "") for text in row if text)
    else:
        joint = "\t" if separator == "tabs" else " | "
        for part in _flattened(row):
            line = joint.join(part)
            yield line if separator == "tabs" else f"| {line} |"


def _flattened(row: list[str]) -> Iterator[list[str]]:
    """Split a row whose cells have several lines into rows of one line."""
    parts = [text.split("\n") for text in row]
    for number in range(max(map(len, parts))):
        yield [part[number] if number < len(part) else "" for part in parts]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _aligned(table: Table) -> Iterator[str]:
    """Align cells with blanks, so that each column has the same distance from the left edge."""
    rows = [part for row in table.texts() for part in _flattened(row)]
    spans = {(n, at) for n, row in enumerate(table.rows) for at, cell in row.items() if cell.width > 1}
    widths = [
        max((_width(row[at]) for n, row in enumerate(rows) if (n, at) not in spans), default=0)
        for at in range(table.width)
    ]
    for row in rows:
        line = ""
        for at, text in enumerate(row):
            start = sum(widths[:at]) + 3 * at
            if text:
                line += " " * max(start - _width(line), 2 if line else 0) + text
        yield line


def _csv(blocks: Sequence[Block]) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    for block in blocks:
        if isinstance(block, str):
            writer.writerow([block])
        else:
            writer.writerows(block.texts())
    return stream.getvalue()


def _xlsx(blocks: Sequence[Block]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    at = 1
    for block in blocks:
        if isinstance(block, str):
            sheet.cell(at, 1, block or None)
            at += 1
            continue
        for row, column, cell in block.cells():
            shown = sheet.cell(at + row, column + 1)
            shown.value = cell.figure if cell.figure is not None else cell.text or None
            if cell.figure is None:
                shown.data_type = "s" if cell.text else "n"
            if cell.width * cell.height > 1:
                last = (at + row + cell.height - 1, column + cell.width)
                sheet.merge_cells(start_row=at + row, start_column=column + 1, end_row=last[0], end_column=last[1])
        at += len(block.rows)
    return saved(book)
