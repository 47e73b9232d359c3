"""Read the narrative of one project (项目经费情况说明), with its sections and cost items."""

import re
from collections.abc import Iterable
from dataclasses import replace

from jixiao.ingest.model import Form, Narrative, Printed, Section
from jixiao.ingest.rendition import Cell, Place, Row
from jixiao.ingest.roles.headings import (
    SECTIONS,
    Heading,
    Number,
    heading,
    is_titled,
    named_above,
    named_by_title,
    number_of,
)
from jixiao.ingest.roles.labels import labels
from jixiao.ingest.roles.marks import Marks
from jixiao.ingest.structure.narratives import budget, claims
from jixiao.ingest.structure.segments import Segment
from jixiao.ingest.values.plain import folded

BUDGET_SECTION = SECTIONS["budget"]
PERIOD_SECTION = SECTIONS["period"]
IMPLEMENTER_SECTION = SECTIONS["implementer"]
_LONGEST_TITLE = 200  # characters of a title, with all text between its words
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_PERIOD = claims.WORDING.pattern("period")


def stories(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """Join each segment with the title of a narrative but without headings to the segment before it.

    A department's budget explains other money, too, under similar titles.
    """
    kept: list[Segment] = []
    for segment in segments:
        if kept and segment.kind == "narrative" and not _is_story(segment):
            kept[-1] = replace(kept[-1], rows=kept[-1].rows + segment.rows)
        else:
            kept.append(segment)
    return tuple(kept)


def _is_story(segment: Segment) -> bool:
    """Return whether a segment has headings, or a title that does not end with a project's name."""
    title = labels().line("narrative_title", segment.rows[0].filled[0].text)
    headed = any(len(row.filled) == 1 and heading(row.filled[0].text) for row in segment.rows)
    return headed or not ((title and title["before"]) or named_by_title(segment.rows[0].filled[0].text))


def period(story: Narrative) -> dict[str, Printed]:
    """Return the first and last day of 实施周期 if its text is these two only."""
    section = story.section(PERIOD_SECTION)
    if section is None or len(section.text.parts) != 1:
        return {}
    ((place, text),) = section.text.parts
    found = _PERIOD.fullmatch(text)
    return {name: Printed(((place, day),)) for name, day in found.groupdict().items()} if found else {}


def form_of(story: Narrative) -> Form:
    """Return a form with the period of a narrative, without indicators."""
    return Form(period(story), (), {}, (), year=story.year)


def read(segment: Segment, marks: Marks) -> Narrative:
    """Return the narrative in a segment; text above the first heading and in unknown sections stays unread."""
    number, name, rows = _title(segment.rows, marks)
    parts = _parts(rows)
    for _, cell, _ in parts:
        marks.known([cell])
    sections = tuple(_section(*part, marks) for part in parts)
    costs = budget.read(below for found, _, below in parts if found.meaning == BUDGET_SECTION)
    title = segment.rows[0].filled[0].places[0]
    return Narrative(number, name, sections, costs.items, None, _year(segment), costs.subtotals, title)


def _parts(rows: Iterable[Row]) -> list[tuple[Heading, Cell, list[Row]]]:
    """Return the known sections: the heading, its cell, and the rows below."""
    parts: list[tuple[Heading, Cell, list[Row]]] = []
    last: Number | None = None  # number of the last heading
    listed: Number | None = None  # number of the last item in a section, if items are numbered like headings
    known = False
    for row in rows:
        text = row.filled[0].text if len(row.filled) == 1 else ""
        found, item = heading(text, within=True), number_of(text)
        if found and _is_section(found, last):
            parts.append((found, row.filled[0], []))
            last, known, listed = found.number or last, True, None
        elif item and item.follows(last) and is_titled(text, alone=item.follows(listed)):
            last, known, listed = item, False, None
        elif known:
            listed = item if item and last and item.style == last.style else listed
            parts[-1][2].append(row)
    return parts


def _year(segment: Segment) -> int | None:
    """Return the year in a title that names the project before its sections; None if the title names several years."""
    title = segment.rows[0].filled[0].text
    years = set(_YEAR.findall(folded(title))) if named_by_title(title) else set()
    return int(years.pop()) if len(years) == 1 else None


def _is_section(found: Heading, last: Number | None) -> bool:
    """Return whether a heading is one of the narrative's own; a synonym is if its number follows the last one.

    In a narrative with numbered headings, a word without a number is a heading only if it is alone on its line.
    """
    if last is None or (found.canonical and (found.number or not found.rest)):
        return True
    return found.number is not None and found.number.style == last.style and found.number.value > last.value


def _title(rows: tuple[Row, ...], marks: Marks) -> tuple[int | None, Printed | None, tuple[Row, ...]]:
    """Return the number and name in the title of a narrative, and the rows below."""
    cell = rows[0].filled[0]
    found = labels().line("narrative_title", cell.text)
    if not found:
        return None, *_named(rows, marks)
    marks.known([cell])
    number = int(found["number"]) if found["number"] else None
    if found["before"]:
        return None, _name_before(cell, found["before"]), rows[1:]
    if not found["name"]:
        return number, None, rows[1:]
    line, text = cell.parts[0]
    dash = max(map(text.rfind, "-—–"))
    name = text[dash + 1 :] if folded(text).endswith(found["name"]) else found["name"]
    return number, Printed(((Place(line, cell.column), name.strip()),)), rows[1:]


def _named(rows: tuple[Row, ...], marks: Marks) -> tuple[Printed | None, tuple[Row, ...]]:
    """Return the name in a title (某项目立项依据、实施主体…公示) or above the headings, and the rows below."""
    cell = rows[0].filled[0]
    if before := named_by_title(cell.text):
        marks.known([cell])
        return _name_before(cell, before), rows[1:]
    if above := named_above(rows, 0):
        marks.known([cell])
        return Printed(((above.cell.places[0], above.name),)), rows[above.below :]
    return None, rows


def _name_before(cell: Cell, name: str) -> Printed:
    """Return the name as printed in a cell; in a title over several lines or too long, as normalized for matching."""
    line, text = cell.parts[0]
    ends = range(min(len(text), _LONGEST_TITLE) + 1)
    printed = next((text[:end] for end in ends if folded(text[:end]) == name), name)
    return Printed(((Place(line, cell.column), printed.strip()),))


def _section(found: Heading, cell: Cell, below: list[Row], marks: Marks) -> Section:
    """Return the section of a heading, with the text after the heading and in the rows below."""
    marks.known(filled for row in below for filled in row.filled if labels().line("ruler", filled.text))
    first = ((cell.places[0], found.rest.strip()),) if found.rest.strip() else ()
    text = Printed((*first, *_text(below).parts))
    alone = [row for row in below if len(row.filled) <= 1]
    running = None if len(alone) == len(below) else Printed((*first, *_text(alone).parts))
    number = found.number.value if found.number else None
    return Section(found.word, found.meaning, cell.places[0], text, running, number)


def _text(rows: Iterable[Row]) -> Printed:
    """Return the text of rows, without rulers."""
    return Printed.of(*(cell for row in rows for cell in row.filled if not labels().line("ruler", cell.text)))
