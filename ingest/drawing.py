"""Draw the stages of reading as lines of text: cells, roles of cells, structure of the filing.

Names of persons are masked in each drawing.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence

from jixiao.ingest.cells.repair import cells
from jixiao.ingest.errors import IngestError
from jixiao.ingest.extract import extract
from jixiao.ingest.model import Cover, Form, Indicator, Narrative, Printed, Project, Section
from jixiao.ingest.readers import read
from jixiao.ingest.rendition import Place, Rendition, Row
from jixiao.ingest.result import Reading, refused
from jixiao.ingest.roles.marks import Marks
from jixiao.ingest.roles.role import Role
from jixiao.ingest.roles.rows import roles

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
    yield from _cover(found.cover)
    for number, project in enumerate(found.projects, 1):
        yield f"{number:>3}. {_text(project.name)}"
        if project.borrowed:
            yield f"     name {_WITHHELD} {project.borrowed[1]}"
        yield from (f"     {line}" for line in _project(project))


def _cover(cover: Cover) -> Iterator[str]:
    yield "封面 cover"
    for name, printed in (("body", cover.body),):
        if printed:
            yield f"     {name}: {_text(printed)}"
    if cover.year:
        yield f"     fiscalYear: {cover.year}"
    for name, claim in (("count", cover.count), ("total", cover.total)):
        if claim:
            yield f"     {name}: {claim.value:,}{_at(claim.places)}"


def _project(project: Project) -> Iterator[str]:
    yield from _form(project.form)
    if project.narrative:
        yield from _narrative(project.narrative)
    for citation in project.citations:
        named = f"{f'《{citation.title}》' if citation.title else ''}{citation.printed_number or ''}"
        yield f"cites: {named} [{citation.section}]{_at(citation.places)}"


def _form(form: Form) -> Iterator[str]:
    yield f"表 form{_at([form.first] if form.first else [])}"
    for name, printed in (*form.fields.items(), *form.goals.items()):
        yield f"  {name}: {_text(printed)}"
    for amount in form.amounts:
        value = f"{amount.value:,}" if amount.value is not None and not isinstance(amount.value, str) else amount.value
        yield f"  {amount.name}: {value or _BLANK}{_at(amount.places)}"
    yield from (f"  {line}" for line in _indicators(form.indicators))
    yield from _sections(form.sections)
    for name, places in form.withheld:
        yield f"  {_WITHHELD} {name}{_at(places)}"
    if form.breaks_off:
        yield f"  {_WITHHELD} breaks off{_line(form.breaks_off)}"


def _indicators(indicators: Iterable[Indicator]) -> Iterator[str]:
    for each in indicators:
        levels = " › ".join(level or _BLANK for level in (each.level1, each.level2))
        target = each.target.text if each.target else _BLANK
        yield f"{levels} › {_text(each.name)} = {_flat(target)}"


def _narrative(story: Narrative) -> Iterator[str]:
    yield f"说明 narrative{_at([story.title] if story.title else [])}"
    yield from _sections(story.sections)
    for item in story.cost_items:
        yield f"  cost: {_flat(item.label)} {_BLANK if item.amount is None else f'{item.amount:,}'}{_at(item.places)}"


def _sections(sections: Iterable[Section]) -> Iterator[str]:
    for section in sections:
        yield f"  section {section.meaning}: {_flat(section.text.text)}{_at([section.heading])}"


def _text(printed: Printed | None) -> str:
    return f"{_flat(printed.text)}{_at(printed.places)}" if printed and printed.parts else _BLANK


def _at(places: Iterable[Place]) -> str:
    return _line(*sorted({place.line for place in places}))


def _line(*lines: int) -> str:
    return f"  ({', '.join(map(str, lines))})" if lines else ""


def _flat(text: str) -> str:
    return " ".join(text.split())


STAGES: dict[str, Callable[[Rendition], Iterator[str]]] = {"cells": _cells, "roles": _roles, "structure": _structure}
"""The stages that can be drawn, in order."""
