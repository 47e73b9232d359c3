"""Extract a cover and projects, with their forms, narratives, citations and stated bases, from a rendition.

No other module knows the order in which the parts of a filing are read.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from jixiao.ingest import own_words
from jixiao.ingest.cells import blanks, double_heads, glued, lines, matrix, side_rows
from jixiao.ingest.cells.persons import without_persons
from jixiao.ingest.errors import NotAFilingError
from jixiao.ingest.model import Cover, Extraction, Form, Narrative, Printed, Project
from jixiao.ingest.rendition import Place, Rendition, Row
from jixiao.ingest.roles import kinds
from jixiao.ingest.roles.headings import BASIS_SECTION
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.roles.marks import Marks
from jixiao.ingest.structure import cited, claims, cover, form, naming, narrative, units
from jixiao.ingest.structure.pairing import Pair, paired
from jixiao.ingest.structure.segments import Segment, segments
from jixiao.ingest.text import calculations, figures
from jixiao.ontology import terms
from jixiao.ontology.identity import key
from jixiao.ontology.schemes import indicator_type, level_labels

PLAIN_TEXT = "text/plain"  # other formats mark the end of a table and of the file
LAST_SECTION = "绩效目标"
# Figures in these sections are serial numbers, dates and money.
WITHOUT_FIGURES = frozenset({BASIS_SECTION, narrative.PERIOD_SECTION, narrative.BUDGET_SECTION})
_WEIGHT = re.compile(r"[(（]?\d+(?:[-—~～]\d+)?[)）]?分[)）]?$")  # behind or below a level
_FEWEST_SECTIONS = 3  # of a narrative without a title that names its project
_FEWEST_ROWS = 4  # rows of a form, before it can count as blank


def extract(rendition: Rendition) -> Extraction:
    """Extract all facts of a rendition.

    Raises NotAFilingError if the rendition holds neither a performance-target form nor a narrative titled by its
    project.
    """
    marks = Marks()
    rows, hidden = rows_without_persons(rendition, marks)
    parts = narrative.stories(segments(_without_page_numbers(rows, marks)))
    front = cover.read(parts[0], marks)
    found = [narrative.read(part, marks) if part.kind == "narrative" else form.read(part, marks) for part in parts[1:]]
    years = {part.year for part in found if isinstance(part, Form) and part.year}
    if front.year is None and len(years) == 1:
        front = replace(front, year=years.pop())  # a single form may state it for the whole file
    if any(part.kind == "form" for part in parts):
        if all(_is_blank(single, part) for single, part in zip(found, parts[1:], strict=True)):
            raise kinds.named("template")
        pairs, last_line = paired(found), len(rendition.lines)
        marks.unread(_left_out(found, pairs))
        projects = tuple(_project(ordinal, *pair, last_line) for ordinal, pair in enumerate(pairs, 1))
        projects = claims.settled(cited.with_notice(projects, parts[0]), front.year)
        projects = units.settled(_with_cut_end(projects, front, rendition), front.total)
    else:
        front = replace(front, body=cover.title_page(parts[0]) or front.body)
        projects = _narrative_projects([part for part in found if isinstance(part, Narrative)], rendition)
        projects = claims.settled(projects, front.year)
    if not projects:
        raise kinds.refusal(rows, whole_file=True) or NotAFilingError(
            "没有找到绩效目标申报表（项目名称、绩效指标），也没有项目经费情况说明",
            "no performance-target form was found in it, nor a narrative of a project",
        )
    told = dict(own_words.telling(rows))
    return Extraction(
        front,
        projects,
        frozenset(marks.boilerplate),
        frozenset(marks.persons),
        hidden,
        frozenset(marks.aside) | {place for place, unkept in told.items() if unkept},
        frozenset(told) - marks.figures,
        frozenset(place for row in rows for cell in row.filled for place in cell.places)
        - frozenset(rendition.filled_places()),
    )


def _left_out(found: list[Narrative | Form], pairs: list[Pair]) -> Iterator[Place]:
    """Yield the places of the headings of narratives that belong to no project."""
    kept = {id(story) for story, _ in pairs}
    for part in found:
        if isinstance(part, Narrative) and id(part) not in kept:
            yield from (section.heading for section in part.sections)


def rows_without_persons(rendition: Rendition, marks: Marks) -> tuple[list[Row], dict[int, tuple[str, ...]]]:
    """Return the rows without names of persons, their cells taken apart, and the texts to mask by line.

    Persons are searched for again after cells were taken apart: a name may follow its label after a single blank.
    """
    shown, hidden = without_persons(rendition.rows, marks)
    apart, further = without_persons(blanks.apart(glued.apart(lines.whole_words(list(matrix.read(shown))))), marks)
    texts = {line: (*hidden.get(line, ()), *further.get(line, ())) for line in {*hidden, *further}}
    return side_rows.aligned(list(double_heads.joined(lines.rejoined(apart)))), texts


def _without_page_numbers(rows: Iterable[Row], marks: Marks) -> Iterator[Row]:
    """Skip the rows that hold a page number; a bare number below a label is a value."""
    before = ""
    for row in rows:
        alone = len(row.cells) == 1
        awaited = row.text.strip().isdigit() and (before in labels().amounts or before in labels().fields)
        numbered = len(row.filled) == 1 and labels().line("page_number_alone", row.filled[0].text)
        if numbered or (alone and labels().line("page_number", row.text) and not awaited):
            marks.figure(row.filled[0])
        else:
            before = bare(row.text) if alone else ""
            yield row


def _project(ordinal: int, story: Narrative | None, single: Form | None, last_line: int) -> Project:
    if single is None:
        single = _missing_form(story, last_line)
    held = (*(story.sections if story else ()), *single.sections)
    found = cited.collected(held, single.goals)
    number = single.number or (story.number if story else None)
    texts: list[tuple[str | int, Printed]] = [*single.goals.items(), *((at, s.prose) for at, s in enumerate(held))]
    silent = {at for at, section in enumerate(held) if section.meaning in WITHOUT_FIGURES}
    return Project(
        number or ordinal,
        single,
        story,
        found.citations,
        found.stated,
        tuple(figure for at, text in texts if at not in silent for figure in figures.figures(text, at)),
        tuple(single for at, text in texts for single in calculations.calculations(text, at)),
        number,
        naming.borrowed(story, single),
    )


def _missing_form(story: Narrative | None, last_line: int) -> Form:
    """Return an empty form for a narrative that has none, although other narratives have theirs.

    A narrative that has a name, no number and a section of targets is complete; otherwise its form counts as missing.
    """
    told = story.section(LAST_SECTION) if story and story.name and story.number is None else None
    if story and told and told.text.parts:
        return Form(narrative.period(story), (), {}, (), year=story.year)
    return Form({}, (), {}, (), number=story.number if story else None, breaks_off=last_line)


def _is_blank(single: Narrative | Form, part: Segment) -> bool:
    """Return whether a form is an unfilled template: it asks for a name, but has no name, sum, goal or target.

    Examples (例如…, XX项目) do not count as values.
    """
    if isinstance(single, Narrative):
        return False
    cells = [cell for row in part.rows for cell in row.filled]
    printed = [single.fields.get("name"), *single.goals.values()]
    texts = [text for value in printed if value for text in value.text.split("\n")]
    targets = [indicator.target.text for indicator in single.indicators if indicator.target]
    filled = [text for text in (*texts, *targets) if key(text) and not labels().line("placeholder", text)]
    asked = {labels().fields.get(bare(cell.text)) for cell in cells} >= {"name"} and len(part.rows) >= _FEWEST_ROWS
    return asked and not filled and not any(amount.value for amount in single.amounts)


def _narrative_projects(found: list[Narrative], rendition: Rendition) -> tuple[Project, ...]:
    """Return the projects of a file without forms, which are named in the titles of narratives.

    A numbered narrative, or one without a name, explains a form that is missing. The last narrative is complete if it
    has every section that all others have; a single narrative is complete if it reaches its last section.
    """
    named = [
        story for story in found if story.number is None and (story.name or len(story.sections) >= _FEWEST_SECTIONS)
    ]
    if not any(story.name or naming.borrowed(story, Form({}, (), {}, ())) for story in named):
        return ()
    *before, last = ({section.meaning for section in story.sections} for story in named)
    expected = set.intersection(*before) if before else {LAST_SECTION}
    torn = rendition.cut or bool(expected - last)
    ends = [None] * len(before) + [len(rendition.lines) if torn else None]
    return tuple(
        _project(
            ordinal,
            story,
            Form(narrative.period(story), (), {}, (), year=story.year, breaks_off=end),
            len(rendition.lines),
        )
        for ordinal, (story, end) in enumerate(zip(named, ends, strict=True), 1)
    )


def _with_cut_end(projects: tuple[Project, ...], front: Cover, rendition: Rendition) -> tuple[Project, ...]:
    """Mark the last form as incomplete if the file ends before the form does.

    A form that ends with the file is complete if its last first-level type is also the last one of another form, or if
    it has all types common to the other forms, and the satisfaction of the served if the cover declares more projects.
    The only form of a file is complete if it has a type besides costs and outputs. Filers leave levels out, too, so
    only a form that ends with its file is doubted.
    """
    *before, last = projects
    # In the middle of a file, a row without its blank cell does not end the form.
    projects = (*(_not_broken_off(project) for project in before), last)
    if last.form.breaks_off is not None:
        return projects
    if not rendition.cut and _last_type(last.form) in {_last_type(each.form) for each in projects[:-1]} - {None}:
        return projects
    others = [_types(project.form) for project in projects[:-1]]
    expected = set.intersection(*others) if others else set()
    if front.count and front.count.value > len(projects):
        expected = expected | {terms.VOCAB + "indicator-type/satisfaction"}
    own = _types(last.form)
    only_outputs = (
        not others and own and own <= {terms.VOCAB + "indicator-type/output", terms.VOCAB + "indicator-type/cost"}
    )
    may_be_cut = rendition.media_type == PLAIN_TEXT and _ends_with_file(last.form, rendition)
    if rendition.cut or (may_be_cut and (expected - own or only_outputs)):
        torn = replace(last.form, breaks_off=len(rendition.lines))
        return (*projects[:-1], replace(last, form=torn))
    return projects


def _not_broken_off(project: Project) -> Project:
    return replace(project, form=replace(project.form, breaks_off=None)) if project.form.indicators else project


def _ends_with_file(single: Form, rendition: Rendition) -> bool:
    """Return whether only levels, without a name or a blank cell, stand below the last indicator."""
    named = (place.line for each in single.indicators for place in (*each.name.places, *each.target_places))
    last = max(named, default=None)
    if last is None:
        return False
    width = max(len(row.cells) for row in rendition.rows)
    below = [row for row in rendition.rows if row.filled and row.filled[0].line > last]
    return all(_begins_a_row(row, width) for row in below)


def _begins_a_row(row: Row, width: int) -> bool:
    """Return whether a row stops after its level; a row of full width continues with blank cells."""
    words = [cell.text.strip(" |│") for cell in row.filled]
    known = all(bare(word) in level_labels() or _WEIGHT.match(word) for word in words)
    return known and len(row.cells) <= max(width - 1, 1)


def _last_type(single: Form) -> str | None:
    """Return the first-level concept of a form's last indicator."""
    return indicator_type(single.indicators[-1].level1, None) if single.indicators else None


def _types(single: Form) -> set[str]:
    """Return the first-level concepts of a form's indicators."""
    concepts = (indicator_type(indicator.level1, None) for indicator in single.indicators)
    return {concept for concept in concepts if concept}
