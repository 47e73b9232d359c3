"""Write blocks as a file: text with five ways to separate cells, CSV, a web page, Word, or a workbook."""

import csv
import html
import io
import unicodedata
from collections.abc import Iterator, Sequence

import docx
import openpyxl

from tests.support.mutants.grid import Block, Cell, Table
from tests.support.mutants.plan import Plan
from tests.support.packing import saved


def written(plan: Plan, blocks: Sequence[Block]) -> bytes:
    """Write the file in the plan's carrier and encoding."""
    if plan.ending == "txt":
        return "\n".join(_text(plan.carrier, blocks)).encode(plan.encoding)
    if plan.ending == "csv":
        return _csv(blocks).encode(plan.encoding)
    return {"html": _html, "docx": _docx, "xlsx": _xlsx}[plan.ending](blocks)


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


def _html(blocks: Sequence[Block]) -> bytes:
    parts = ["<!DOCTYPE html>\n<html lang=zh><head><meta charset=utf-8><title>绩效目标</title></head>\n<body>\n"]
    for block in blocks:
        if isinstance(block, str):
            parts.append(f"<p>{html.escape(block)}</p>\n")
            continue
        covered = block.covered()
        parts.append("<table>\n")
        for number, row in enumerate(block.rows):
            shown = (row.get(at, Cell("")) for at in range(block.width) if (number, at) not in covered)
            parts.append(f"<tr>{''.join(map(_td, shown))}</tr>\n")
        parts.append("</table>\n")
    return "".join([*parts, "</body></html>\n"]).encode()


def _td(cell: Cell) -> str:
    spans = f' colspan="{cell.width}"' if cell.width > 1 else ""
    spans += f' rowspan="{cell.height}"' if cell.height > 1 else ""
    return f"<td{spans}>{html.escape(cell.text).replace(chr(10), '<br>')}</td>"


def _docx(blocks: Sequence[Block]) -> bytes:
    document = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        table = document.add_table(len(block.rows), block.width)
        grid = [list(row.cells) for row in table.rows]
        for number, row in enumerate(block.rows):
            for at, cell in row.items():
                shown = grid[number][at]
                if cell.width * cell.height > 1:
                    shown = shown.merge(grid[number + cell.height - 1][at + cell.width - 1])
                first, *others = cell.text.split("\n")
                shown.text = first
                for text in others:
                    shown.add_paragraph(text)
        document.add_paragraph()
    return saved(document)


def _xlsx(blocks: Sequence[Block]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    at = 1
    for block in blocks:
        if isinstance(block, str):
            sheet.cell(at, 1, block or None)
            at += 1
            continue
        for row in block.rows:
            for column, cell in row.items():
                shown = sheet.cell(at, column + 1)
                shown.value = cell.figure if cell.figure is not None else cell.text or None
                if cell.figure is None:
                    shown.data_type = "s" if cell.text else "n"
                if cell.width * cell.height > 1:
                    last = (at + cell.height - 1, column + cell.width)
                    sheet.merge_cells(start_row=at, start_column=column + 1, end_row=last[0], end_column=last[1])
            at += 1
    return saved(book)
