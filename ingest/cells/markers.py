"""Divide rows of which a cell contains a title or heading on a line of its own."""

from collections.abc import Iterator, Sequence

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles.headings import heading
from jixiao.ingest.roles.labels import labels
from jixiao.ingest.roles.role import role


def above_labels(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows; in a row of one cell that ends with a label, each line above the label becomes a row.

    In files that end each cell with a bar, a title has no bar and so runs into the first cell below it.
    """
    for row in rows:
        parts = row.cells[0].parts if len(row.cells) == 1 else ()
        texts = [text.strip() for _, text in parts]
        begins = (at for at in range(len(parts)) if role(Cell(parts[at:])).is_label)
        if len(parts) < 2 or not all(texts) or not (at := next(begins, 0)):
            yield row
            continue
        yield from (Row((Cell((part,)),)) for part in parts[:at])
        yield Row((Cell(parts[at:]),))


def divided(row: Row) -> Iterator[Row]:
    """Yield a row up to the first title or heading inside a cell, then each further line of this cell as a row."""
    for c, cell in enumerate(row.cells):
        for p in range(1, len(cell.parts)):
            if _is_marker(cell.parts[p][1], alone=len(row.filled) == 1):
                yield Row((*row.cells[:c], Cell(cell.parts[:p], cell.column)))
                yield from (Row((Cell((part,), 0),)) for part in cell.parts[p:])
                if row.cells[c + 1 :]:
                    yield from divided(Row(row.cells[c + 1 :]))
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
