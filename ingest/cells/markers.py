"""Divide rows in whose cells a title or a heading stands on a line of its own."""

from collections.abc import Iterator

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles.headings import heading
from jixiao.ingest.roles.labels import labels


def divided(row: Row) -> Iterator[Row]:
    """Yield a row up to the first title or heading within a cell, then each line from there on as a row."""
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
    """Return whether a line of a cell begins something else; beside other cells, a synonym of a heading is but text."""
    found = heading(text)
    return bool(
        (found and (alone or found.canonical))
        or labels().line("form_title", text)
        or labels().line("narrative_title", text)
    )
