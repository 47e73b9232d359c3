"""Divide cells that read `label: value` into a cell of the label and a cell of the value."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.roles.wording import pattern


def divided(row: Row) -> Row:
    """Return a row in which each `label: value` is divided into a cell of the label and a cell of the value."""
    cells = tuple(part for cell in row.cells for part in parts(cell))
    return row if cells == row.cells else replace(row, cells=cells)


def parts(cell: Cell) -> Iterable[Cell]:
    """Return the label and the value of each `label: value` in a cell; a cell without any is returned itself."""
    return _labels_and_values(cell) if pattern("colon_or_unit").search(cell.text) else (cell,)


def _labels_and_values(cell: Cell) -> Iterator[Cell]:
    texts = (
        (line, pattern("before_unit").sub("\t", pattern("seal").sub(r"\1", text.strip()))) for line, text in cell.parts
    )
    wide = [(line, piece) for line, text in texts for piece in pattern("gap").split(text) if piece.strip()]
    pieces = [(line, pattern("of_which").sub("", piece)) for line, piece in wide]
    pairs = [(line, *piece.replace("：", ":", 1).partition(":")) for line, piece in pieces]
    known = [bool(colon) and _is_kept(label) for _, label, colon, _ in pairs]
    unkept = [bool(colon) and bare(label) in labels().others for _, label, colon, _ in pairs]
    units = [labels().line("form_unit", piece) is not None for _, piece in pieces]
    if pairs and any(known) and all(map(any, zip(known, unkept, units, strict=True))):
        for (line, label, _, value), (_, piece), is_unit in zip(pairs, pieces, units, strict=True):
            yield replace(cell, parts=((line, piece if is_unit else label),))
            if not is_unit and (value.strip() or line != pairs[-1][0]):
                yield replace(cell, parts=((line, value),))
    else:
        yield cell


def _is_kept(label: str) -> bool:
    """Return whether a label may share its cell with its value, with a colon between them."""
    word = bare(label)
    known = labels()
    return any(word in words for words in (known.fields, known.amounts, known.goals, known.form_sections))
