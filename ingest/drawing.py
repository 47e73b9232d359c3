"""Draw the stages of reading as lines of text: cells, roles of cells, structure of the filing.

Names of persons are masked in each drawing.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence

from jixiao.ingest.cells.repair import cells
from jixiao.ingest.errors import IngestError
from jixiao.ingest.extract import extract
from jixiao.ingest.model import Amount, Claim, CostItem, Form, Printed, Project, Section
from jixiao.ingest.readers import read
from jixiao.ingest.rendition import Cell, Place, Rendition, Row
from jixiao.ingest.result import Reading, refused
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.headings import heading
from jixiao.ingest.roles.labels import labels
from jixiao.ingest.roles.marks import Marks
from jixiao.ingest.roles.role import Kind, Role, line, role

_EVIDENCE = {"word": "●", "likeness": "≈", "line": "◐", "place": "○"}
_LEGEND = "● 词 word　≈ 近似的词和程度 likeness to a word　◐ 句式 pattern of a line　○ 位置 place"
_BLANK, _WITHHELD = "·", "⊘"


def read_drawings(pairs: Sequence[tuple[bytes, str]], stage: str) -> list[Reading]:
    """Return a drawing of a stage for each file, or the reasons why the file cannot be read up to this stage."""
    return [_drawn(content, name, stage) for content, name in pairs]


def _drawn(content: bytes, name: str, stage: str) -> Reading:
    try:
        drawing = tuple(STAGES[stage](read(content)))
    except IngestError as error:
        return refused(name, error.zh, error.en)
    return Reading(name, hashlib.sha256(content).hexdigest(), drawing=drawing)


def _cells(rendition: Rendition) -> Iterator[str]:
    for row in cells(rendition, Marks()).rows:
        shown = (_flat(cell.text) or _BLANK for cell in row.cells)
        yield f"{row.first_line:>5}  {' │ '.join(shown)}{_withheld(row)}"


def _roles(rendition: Rendition) -> Iterator[str]:
    yield _LEGEND
    for row in cells(rendition, Marks()).rows:
        shown = (f"{_role(known)} {_flat(cell.text)}" if cell else _BLANK for cell, known in roles(row))
        yield f"{row.first_line:>5}  {' │ '.join(shown)}{_withheld(row)}"


def _role(known: Role) -> str:
    likeness = f"={known.word}({known.score:.2f})" if known.score is not None else ""
    return f"{_EVIDENCE[known.evidence]}{known.kind}{f':{known.meaning}' if known.meaning else ''}{likeness}"


def _withheld(row: Row) -> str:
    return f"  {_WITHHELD} {' '.join(sorted(row.withheld))}" if row.withheld else ""


def _structure(rendition: Rendition) -> Iterator[str]:
    found = extract(rendition)
    yield "封面 cover"
    cover = {
        "body": found.cover.body and _text(found.cover.body),
        "fiscalYear": found.cover.year,
        "count": found.cover.count and _money(found.cover.count),
        "total": found.cover.total and _money(found.cover.total),
    }
    yield from (f"     {name}: {shown}" for name, shown in cover.items() if shown)
    for number, project in enumerate(found.projects, 1):
        yield f"{number:>3}. {_text(project.name)}"
        if project.borrowed:
            yield f"     name {_WITHHELD} {project.borrowed[1]}"
        yield from (f"     {line}" for line in _project(project))


def _project(project: Project) -> Iterator[str]:
    yield from _form(project.form)
    if story := project.narrative:
        yield f"说明 narrative{_at([story.title] if story.title else [])}"
        yield from _sections(story.sections)
        yield from (f"  cost: {_flat(item.label)} {_money(item)}" for item in story.cost_items)
    for citation in project.citations:
        named = f"{f'《{citation.title}》' if citation.title else ''}{citation.printed_number or ''}"
        yield f"cites: {named} [{citation.section}]{_at(citation.places)}"


def _form(form: Form) -> Iterator[str]:
    yield f"表 form{_at([form.first] if form.first else [])}"
    yield from (f"  {name}: {_text(printed)}" for name, printed in (*form.fields.items(), *form.goals.items()))
    yield from (f"  {amount.name}: {_money(amount)}" for amount in form.amounts)
    for each in form.indicators:
        levels = " › ".join(level or _BLANK for level in (each.level1, each.level2))
        target = each.target.text if each.target else _BLANK
        yield f"  {levels} › {_text(each.name)} = {_flat(target)}"
    yield from _sections(form.sections)
    yield from (f"  {_WITHHELD} {name}{_at(places)}" for name, places in form.withheld)
    if form.breaks_off:
        yield f"  {_WITHHELD} breaks off  ({form.breaks_off})"


def _sections(sections: Iterable[Section]) -> Iterator[str]:
    return (f"  section {each.meaning}: {_flat(each.text.text)}{_at([each.heading])}" for each in sections)


def _money(found: Amount | Claim | CostItem) -> str:
    value = found.amount if isinstance(found, CostItem) else found.value
    return f"{_BLANK if value is None else value if isinstance(value, str) else f'{value:,}'}{_at(found.places)}"


def _text(printed: Printed | None) -> str:
    return f"{_flat(printed.text)}{_at(printed.places)}" if printed and printed.parts else _BLANK


def _at(places: Iterable[Place]) -> str:
    lines = sorted({place.line for place in places})
    return f"  ({', '.join(map(str, lines))})" if lines else ""


def _flat(text: str) -> str:
    return " ".join(text.split())


STAGES: dict[str, Callable[[Rendition], Iterator[str]]] = {"cells": _cells, "roles": _roles, "structure": _structure}
"""The stages that can be drawn, in order."""


def roles(row: Row) -> tuple[tuple[Cell, Role], ...]:
    """Return the cells of a row with their roles; a value takes the meaning of the label before it.

    In the head of a table of indicators every word is the head of a column, even if it is a label elsewhere.
    """
    if found := columns.head(row):
        at = found.columns.meanings
        return tuple(
            (cell, Role(Kind.COLUMN, role(cell).word, at.get(cell.column)) if cell else role(cell))
            for cell in row.cells
        )
    if len(row.filled) == 1:
        (cell,) = row.filled
        return ((cell, line(cell) or _of_narrative(cell) or role(cell)),)
    told, before = [], None
    for cell in row.cells:
        own = role(cell)
        if own.is_label:
            before = own
        elif own.kind is Kind.VALUE and before:
            own = Role(Kind.VALUE, own.word, before.meaning or before.word)
        told.append((cell, own))
    return tuple(told)


def _of_narrative(cell: Cell) -> Role | None:
    """Return the role of a narrative's title or a section's heading, or None, as for a label without a number."""
    if labels().line("narrative_title", cell.text):
        return Role(Kind.TITLE, role(cell).word)
    found = heading(cell.text)
    if found is None or (role(cell).is_label and not found.number):
        return None
    return Role(Kind.HEADING, found.word, found.meaning)
