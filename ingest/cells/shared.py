"""Divide cells that hold several: `label: value`, or a title or heading on a line of its own."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles.headings import TARGET_SECTION, heading
from jixiao.ingest.roles.labels import CELLS, bare, labels
from jixiao.ingest.values import amounts

_CLAUSES = re.compile("[,，。;；]")
_COLON_OR_UNIT = CELLS.pattern("colon_or_unit")


def divided(row: Row) -> Row:
    """Return a row in which each `label: value` is divided into a cell of the label and a cell of the value."""
    cells = tuple(part for cell in row.cells for part in parts(cell))
    return row if cells == row.cells else replace(row, cells=cells)


def parts(cell: Cell) -> Iterable[Cell]:
    """Return the label and the value of each `label: value` in a cell; a cell without any is returned itself."""
    return _labels_and_values(cell) if _COLON_OR_UNIT.search(cell.text) else (cell,)


def _labels_and_values(cell: Cell) -> Iterator[Cell]:
    unsealed = ((line, CELLS.pattern("seal").sub(r"\1", text.strip())) for line, text in cell.parts)
    texts = ((line, CELLS.pattern("before_unit").sub("\t", text)) for line, text in unsealed)
    wide = [(line, piece) for line, text in texts for piece in CELLS.pattern("gap").split(text) if piece.strip()]
    pieces = [(line, CELLS.pattern("of_which").sub("", piece)) for line, piece in wide]
    pairs = [(line, *piece.replace("：", ":", 1).partition(":")) for line, piece in pieces]
    known = [bool(colon) and _is_kept(label, value) for _, label, colon, value in pairs]
    unkept = [
        bool(colon) and (bare(label) in labels().others or amounts.quantity(value) is not None)
        for _, label, colon, value in pairs
    ]
    units = [labels().line("form_unit", piece) is not None for _, piece in pieces]
    if pairs and any(known) and all(map(any, zip(known, unkept, units, strict=True))):
        for (line, label, _, value), (_, piece), is_unit in zip(pairs, pieces, units, strict=True):
            yield replace(cell, parts=((line, piece if is_unit else label),))
            if not is_unit and (value.strip() or line != pairs[-1][0]):
                yield replace(cell, parts=((line, value),))
    else:
        yield cell


def _is_kept(label: str, value: str) -> bool:
    """Return whether a label may share its cell with its value, with a colon between them."""
    word, known = bare(label), labels()
    if word in known.others and word not in known.functions:
        return amounts.quantity(value) is not None
    if word == TARGET_SECTION:  # a sentence behind it is a goal; levels of indicators may follow, too
        return _CLAUSES.search(value) is not None
    return any(
        word in words for words in (known.fields, known.functions, known.amounts, known.goals, known.form_sections)
    )


def at_markers(row: Row) -> Iterator[Row]:
    """Yield a row up to the first title or heading inside a cell, then each further line of this cell as a row."""
    for c, cell in enumerate(row.cells):
        for p in range(1, len(cell.parts)):
            if _is_marker(cell.parts[p][1], alone=len(row.filled) == 1):
                yield Row((*row.cells[:c], Cell(cell.parts[:p], cell.column)))
                yield from (Row((Cell((part,), 0),)) for part in cell.parts[p:])
                if row.cells[c + 1 :]:
                    yield from at_markers(Row(row.cells[c + 1 :]))
                return
    yield row


def _is_marker(text: str, *, alone: bool) -> bool:
    """Return whether a line of a cell is a title or heading.

    If other cells stand beside the cell, only the usual words of a heading count, not their synonyms.
    """
    found = heading(text)
    return bool(
        (found and (alone or found.canonical))
        or labels().line("form_title", text)
        or labels().line("narrative_title", text)
    )
