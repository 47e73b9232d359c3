"""The 项目经费情况说明 of one project: its rows -> a Narrative with its sections, cost items and claimed amount."""

from jixiao.ingest.layouts import budget, claims
from jixiao.ingest.layouts.labels import labels
from jixiao.ingest.layouts.marks import Marks
from jixiao.ingest.layouts.segments import Segment, heading
from jixiao.ingest.model import Narrative, Printed, Section
from jixiao.ingest.plain import folded
from jixiao.ingest.rendition import Cell, Place, Row

BUDGET_SECTION = "年度预算安排"


def read(segment: Segment, marks: Marks) -> Narrative:
    """The narrative in a segment; text before its first heading stays unread."""
    number, name, rows = _title(segment.rows, marks)
    parts: list[tuple[str, Cell, str, list[Row]]] = []
    for row in rows:
        found = heading(row.filled[0].text) if len(row.filled) == 1 else None
        if found:
            parts.append((found[0], row.filled[0], found[1], []))
            marks.known_row(row)
        elif parts:
            parts[-1][3].append(row)
    sections = tuple(_section(label, cell, rest, below, marks) for label, cell, rest, below in parts)
    items = tuple(item for label, _, _, below in parts if label == BUDGET_SECTION for item in budget.items(below))
    return Narrative(number, name, sections, items, claims.narrative_amount(sections))


def _title(rows: tuple[Row, ...], marks: Marks) -> tuple[int | None, Printed | None, tuple[Row, ...]]:
    cell = rows[0].filled[0]
    found = labels().line("narrative_title", cell.text)
    if not found:
        return None, None, rows
    marks.known([cell])
    number = int(found["number"]) if found["number"] else None
    if not found["name"]:
        return number, None, rows[1:]
    line, text = cell.parts[0]
    name = (
        text[max(text.rfind(dash) for dash in "-—–") + 1 :] if folded(text).endswith(found["name"]) else found["name"]
    )
    return number, Printed(((Place(line, cell.column), name.strip()),)), rows[1:]


def _section(label: str, cell: Cell, rest: str, below: list[Row], marks: Marks) -> Section:
    for row in below:
        for filled in row.filled:
            if labels().line("ruler", filled.text):
                marks.known([filled])
    text = Printed.of(*(c for row in below for c in row.filled if not labels().line("ruler", c.text)))
    if rest.strip():
        text = Printed(((cell.places[0], rest.strip()), *text.parts))
    return Section(label, cell.places[0], text)
