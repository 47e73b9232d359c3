"""The rows before the first project -> a Cover: the filing body, the fiscal year, how many projects and how much."""

import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from itertools import pairwise

from jixiao.ingest.cells import colons
from jixiao.ingest.model import Claim, Cover, Printed
from jixiao.ingest.rendition import Cell, Place, Row
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.roles.marks import Marks
from jixiao.ingest.structure.claims import claim
from jixiao.ingest.structure.segments import Segment
from jixiao.ingest.values.amounts import NUMBER, UNIT
from jixiao.ingest.values.plain import folded, plain
from jixiao.ontology.wording import Wording

_BODIES = frozenset({"competentDepartment", "implementingUnit", "filingUnit"})
_WORDING = Wording("jixiao.ingest.structure", "cover.toml", {"money": rf"(?P<digits>{NUMBER})(?P<unit>{UNIT})"})
_TARGETS, _COUNT, _TOTAL = (_WORDING.pattern(name) for name in ("targets", "count", "total"))
_DATE, _YEAR, _BODY, _TITLE = (_WORDING.pattern(name) for name in ("date", "year", "body", "title"))


def read(segment: Segment, marks: Marks) -> Cover:
    """The cover in a segment (possibly without rows)."""
    cells = [cell for row in segment.rows for cell in row.filled]
    for cell in cells:
        if labels().line("cover_heading", cell.text) or _TARGETS.search(cell.text):
            marks.known([cell])
    under_notice = is_notice(segment)
    return Cover(
        _body(cells, under_notice=under_notice), _year(cells, under_notice=under_notice), _count(cells), _total(cells)
    )


def _year(cells: list[Cell], *, under_notice: bool) -> int | None:
    """The first year named, rather one that is no date; the date of a notice says nothing of the year of its money."""
    said = [cell for cell in cells if labels().line("notice", cell.text)] if under_notice else cells
    found = next((found for cell in said if (found := _YEAR.search(cell.text))), None)
    if found is None and not under_notice:
        found = next((found for cell in cells if (found := _DATE.search(cell.text))), None)
    return int(found[1]) if found else None


def is_notice(segment: Segment) -> bool:
    """Whether the rows above the first form are a notice that hands money down (下达…的通知, 批复)."""
    return any(len(row.filled) == 1 and labels().line("notice", row.filled[0].text) for row in segment.rows)


def _body(cells: list[Cell], *, under_notice: bool) -> Printed | None:
    """The body: behind its label, before the title on the title's line, or alone on a line above it.

    Alone on a line of a notice stands who issued or receives it.
    """
    for label, value in pairwise(part for cell in cells for part in colons.apart(Row((cell,))).cells):
        if labels().fields.get(bare(label.text)) in _BODIES and label.text and value.line == label.line:
            return Printed.of(value)
    for cell in () if under_notice else cells:
        line, text = cell.parts[0]
        before = _TITLE.split(plain(text))[0].strip()
        found = _BODY.fullmatch(unicodedata.normalize("NFC", "".join(before.split())))
        if found:
            return Printed(((Place(line, cell.column), before),))
    return None


def title_page(segment: Segment) -> Printed | None:
    """Return the first body that a line names as the one whose budget (部门预算) this is, or None if none does."""
    for row in segment.rows:
        for cell in row.filled:
            line, text = cell.parts[0]
            if len(cell.parts) == 1 and (found := labels().lines["budget_of"].fullmatch(text)):
                return Printed(((Place(line, cell.column), found["body"]),))
    return None


def _count(cells: Iterable[Cell]) -> Claim | None:
    for cell in cells:
        if found := _COUNT.search(folded(cell.text)):
            return Claim(Decimal(found[1]), cell.places)
    return None


def _total(cells: Iterable[Cell]) -> Claim | None:
    for cell in cells:
        if _TARGETS.search(cell.text) and (found := _TOTAL.search(folded(cell.text))):
            return claim(found, cell.places)
    return None
