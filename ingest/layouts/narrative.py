"""The 项目经费情况说明 of one project: its rows -> a Narrative with its sections, cost items and claimed amount."""

import re
from collections.abc import Iterable
from dataclasses import replace

from jixiao.ingest.layouts import budget, claims
from jixiao.ingest.layouts.labels import labels
from jixiao.ingest.layouts.marks import Marks
from jixiao.ingest.layouts.segments import Segment, heading
from jixiao.ingest.model import Narrative, Printed, Section
from jixiao.ingest.plain import folded
from jixiao.ingest.rendition import Cell, Place, Row

BUDGET_SECTION = "年度预算安排"
PERIOD_SECTION = "实施周期"
_DAY = r"\d{4}[-./年]\d{1,2}(?:[-./月]\d{1,2}日?|月)"
_PERIOD = re.compile(rf"\s*(?P<startDate>{_DAY})\s*(?:[-—–~～至到]+)\s*(?P<endDate>{_DAY})\s*[。；;]?\s*")


def stories(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """The segments, where what is titled like a narrative and has no heading below belongs to what stands before it.

    A department's budget explains other money, too, under titles of that kind.
    """
    kept: list[Segment] = []
    for segment in segments:
        if kept and segment.kind == "narrative" and not _is_story(segment):
            kept[-1] = replace(kept[-1], rows=kept[-1].rows + segment.rows)
        else:
            kept.append(segment)
    return tuple(kept)


def _is_story(segment: Segment) -> bool:
    title = labels().line("narrative_title", segment.rows[0].filled[0].text)
    headed = any(len(row.filled) == 1 and heading(row.filled[0].text) for row in segment.rows)
    return headed or not (title and title["before"])


def period(story: Narrative) -> dict[str, Printed]:
    """The first and the last day of 实施周期, where it is nothing but these two."""
    section = story.section(PERIOD_SECTION)
    if section is None or len(section.text.parts) != 1:
        return {}
    ((place, text),) = section.text.parts
    found = _PERIOD.fullmatch(text)
    return {name: Printed(((place, day),)) for name, day in found.groupdict().items()} if found else {}


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
    if found["before"]:
        return None, _name_before(cell, found["before"]), rows[1:]
    if not found["name"]:
        return number, None, rows[1:]
    line, text = cell.parts[0]
    name = (
        text[max(text.rfind(dash) for dash in "-—–") + 1 :] if folded(text).endswith(found["name"]) else found["name"]
    )
    return number, Printed(((Place(line, cell.column), name.strip()),)), rows[1:]


def _name_before(cell: Cell, name: str) -> Printed:
    """The name as printed: of a title, what folds to `name`; a title of several lines gives it folded."""
    line, text = cell.parts[0]
    printed = next((text[:end] for end in range(len(text) + 1) if folded(text[:end]) == name), name)
    return Printed(((Place(line, cell.column), printed.strip()),))


def _section(label: str, cell: Cell, rest: str, below: list[Row], marks: Marks) -> Section:
    for row in below:
        for filled in row.filled:
            if labels().line("ruler", filled.text):
                marks.known([filled])
    text = Printed.of(*(c for row in below for c in row.filled if not labels().line("ruler", c.text)))
    if rest.strip():
        text = Printed(((cell.places[0], rest.strip()), *text.parts))
    return Section(label, cell.places[0], text)
