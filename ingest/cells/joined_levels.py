"""Divide cells in which a sign joins two levels, and perhaps a name and its target: 产出指标-数量指标, A/B/名称/60套.

The serial number before such levels is left out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.labels import bare
from jixiao.ingest.roles.marks import Marks
from jixiao.ontology.schemes import level1_labels, level2_labels

_SIGN = re.compile(r"(?<=\w)\s*(?:[-—–―/／\\>＞→·•|｜]{1,2})\s*(?=\w)")
_AROUND = " .、()（）"  # around a serial number
_LONGEST = 60  # characters before the sign between two levels


def apart(rows: Sequence[Row], marks: Marks) -> Iterator[Row]:
    """Yield the rows; joined levels get a cell each. The places of serial numbers before them are noted in `marks`."""
    for row in rows:
        serial = len(row.filled) > 1 and row.filled[0].text.strip(_AROUND).isdigit()
        at = row.cells.index(row.filled[serial]) if row.filled else 0
        pieces = _pieces(row.cells[at]) if row.filled else []
        if not pieces:
            yield row
            continue
        if serial:
            marks.figure(row.filled[0])
        cells = (*pieces, *row.cells[at + 1 :])
        yield replace(row, cells=tuple(cell.moved(n) for n, cell in enumerate(cells)))


def _pieces(cell: Cell) -> list[Cell]:
    """Return the levels joined in a cell, and what is joined to them; empty for any other cell."""
    sign = _SIGN.search(cell.text[:_LONGEST]) if len(cell.parts) == 1 else None
    if not sign or bare(cell.text[: sign.start()]) not in level1_labels():
        return []
    first, second, *rest = cell.text.split(sign[0], maxsplit=2)
    if bare(second) not in level2_labels():
        return []
    further = rest[0].split(sign[0]) if rest else []
    divided = len(further) == 2 and (sign[0] != sign[0].strip() or columns.likeness("target", further[1]) > 0)
    texts = (first, second, *(further if divided else rest))
    return [replace(cell, parts=((cell.line, text.strip()),)) for text in texts]
