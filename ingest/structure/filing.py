"""Put the parts of a filing together: turn segments into the cover and the projects."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from jixiao.ingest.errors import NotAFilingError
from jixiao.ingest.model import Cover, Form, Narrative, Printed, Project, Variant
from jixiao.ingest.rendition import Place, Rendition, Row
from jixiao.ingest.roles import kinds
from jixiao.ingest.roles.headings import BASIS_SECTION, TARGET_SECTION
from jixiao.ingest.roles.labels import labels
from jixiao.ingest.roles.marks import Marks
from jixiao.ingest.roles.role import Kind, role
from jixiao.ingest.structure import cited, cover, ends, naming, units
from jixiao.ingest.structure.forms import by_level, form
from jixiao.ingest.structure.narratives import claims, narrative
from jixiao.ingest.structure.pairing import Pair, paired
from jixiao.ingest.structure.segments import Segment, segments
from jixiao.ingest.text import figures, sums
from jixiao.ingest.text.names import variants
from jixiao.ontology.identity import key

# In these sections figures are serial numbers, dates and money.
_WITHOUT_FIGURES = frozenset({BASIS_SECTION, narrative.PERIOD_SECTION, narrative.BUDGET_SECTION})
_FEWEST_SECTIONS = 3  # least number of sections of a narrative without a project in its title
_FEWEST_ROWS = 4  # least number of rows of a form that is an unfilled template


def read(rows: Sequence[Row], rendition: Rendition, marks: Marks) -> tuple[Cover, tuple[Project, ...]]:
    """Return the cover and the projects in rows of cells.

    Raises NotAFilingError if the rows hold neither a performance-target form nor a narrative titled by its project.
    """
    parts = narrative.stories(segments(rows))
    front = cover.read(parts[0], marks)
    found = [narrative.read(part, marks) if part.kind == "narrative" else form.read(part, marks) for part in parts[1:]]
    torn = ends.Torn(rows, rendition)
    found[-1:] = map(torn.without, found[-1:])
    marks.set_aside(cell for part in parts for cell in part.again)
    years = {part.year for part in found if isinstance(part, Form) and part.year}
    if front.year is None and len(years) == 1:
        front = replace(front, year=years.pop())  # a single form may state the year for the whole file
    if any(part.kind == "form" for part in parts):
        found = [single for single, part in zip(found, parts[1:], strict=True) if not _is_blank(single, part)]
        if not found:
            raise kinds.named("template")
        pairs, last_line = paired(found), len(rendition.lines)
        marks.unread(_left_out(found, pairs))
        projects = tuple(project(ordinal, *pair, last_line) for ordinal, pair in enumerate(pairs, 1))
        projects = claims.settled(cited.with_notice(projects, parts[0]), front.year)
        projects = units.settled(
            ends.with_end(projects, front, rows, rendition), front.total, cited.handed_down(projects, parts[0])
        )
    else:
        front = replace(front, body=cover.title_page(parts[0]) or front.body)
        projects = _narrative_projects([part for part in found if isinstance(part, Narrative)], rendition)
        projects = claims.settled(projects, front.year)
    projects = tuple(
        replace(each, citations=torn.whole(each.citations), variants=found)
        for each, found in zip(projects, _variants(projects), strict=True)
    )
    if not projects:
        raise kinds.refusal(rows, whole_file=True) or NotAFilingError(
            "没有找到绩效目标申报表（项目名称、绩效指标），也没有项目经费情况说明",
            "no performance-target form was found in it, nor a narrative of a project",
        )
    return front, projects


def _variants(projects: Sequence[Project]) -> Iterator[tuple[Variant, ...]]:
    """Yield for each project the clauses that differ little from another project's.

    Bases are not compared, since several forms cite the same ones.
    """
    texts: list[tuple[int, str | int, Printed]] = []
    for at, project in enumerate(projects):
        texts += ((at, name, goal) for name, goal in project.form.goals.items())
        texts += ((at, n, held.prose) for n, held in enumerate(project.sections) if held.meaning != BASIS_SECTION)
    found = variants(texts)
    yield from (tuple(found.get(at, ())) for at in range(len(projects)))


def _left_out(found: Iterable[Narrative | Form], pairs: Iterable[Pair]) -> Iterator[Place]:
    """Yield the places of the headings of narratives that belong to no project."""
    kept = {id(story) for story, _ in pairs}
    for part in found:
        if isinstance(part, Narrative) and id(part) not in kept:
            yield from (section.heading for section in part.sections)


def project(ordinal: int, story: Narrative | None, single: Form | None, last_line: int) -> Project:
    """Return the project of a narrative, a form, or both, with the citations, figures and calculations in its texts."""
    if single is None:
        single = _missing_form(story, last_line)
    held = (*(story.sections if story else ()), *single.sections)
    found = cited.collected(held, single.goals)
    number = single.number or (story.number if story else None)
    texts: list[tuple[str | int, Printed]] = [
        *single.goals.items(),
        *((at, section.prose) for at, section in enumerate(held)),
    ]
    of_the_year: set[str | int] = {*single.goals}
    of_the_year.update(at for at, section in enumerate(held) if section.meaning == narrative.BUDGET_SECTION)
    silent = {at for at, section in enumerate(held) if section.meaning in _WITHOUT_FIGURES}
    known = figures.measures(single.indicators)
    return Project(
        number or ordinal,
        single,
        story,
        found.citations,
        found.stated,
        tuple(figure for at, text in texts if at not in silent for figure in figures.figures(text, at, known)),
        tuple(result for at, text in texts for result in sums.calculations(text, at)),
        (
            *(found for at, text in texts for found in sums.stated_sums(text, at, of_the_year=at in of_the_year)),
            *by_level.sums(single),
        ),
        number,
        naming.borrowed(story, single),
    )


def _missing_form(story: Narrative | None, last_line: int) -> Form:
    """Return an empty form for a narrative without one in a file with forms.

    A narrative that has a name, no number and a section of targets is complete; otherwise its form counts as missing.
    """
    told = story.section(TARGET_SECTION) if story and story.name and story.number is None else None
    if story and told and told.text.parts:
        return narrative.form_of(story)
    return Form({}, (), {}, (), number=story.number if story else None, breaks_off=last_line)


def _is_blank(single: Narrative | Form, part: Segment) -> bool:
    """Return whether a form is an unfilled template: it asks for a name, but has no name, sum, goal or target.

    Examples (例如…, XX项目) do not count as values, nor does anything in a form for the year 20XX.
    """
    if isinstance(single, Narrative) or len(part.rows) < _FEWEST_ROWS:
        return False
    told = [role(cell) for row in part.rows for cell in row.filled]
    asked = any(one.kind is Kind.FIELD and one.meaning == "name" for one in told)
    printed = [single.fields.get("name"), *single.goals.values()]
    texts = [text for value in printed if value for text in value.text.split("\n")]
    targets = [indicator.target.text for indicator in single.indicators if indicator.target]
    filled = any(key(text) and not labels().line("placeholder", text) for text in (*texts, *targets))
    for_any_year = any(labels().line("year_left_open", cell.text) for row in part.rows for cell in row.filled)
    return asked and (for_any_year or not filled) and not any(amount.value for amount in single.amounts)


def _narrative_projects(found: list[Narrative], rendition: Rendition) -> tuple[Project, ...]:
    """Return the projects of a file without forms; the titles of its narratives name them.

    A narrative with a number or without a name belongs to a form that is missing. The last narrative is complete if it
    has every section that all others have; a single narrative is complete if it has the section of targets.
    """
    named = [
        story for story in found if story.number is None and (story.name or len(story.sections) >= _FEWEST_SECTIONS)
    ]
    if not any(story.name or naming.borrowed(story, Form({}, (), {}, ())) for story in named):
        return ()
    *before, last = ({section.meaning for section in story.sections} for story in named)
    expected = set.intersection(*before) if before else {TARGET_SECTION}
    last_line = len(rendition.lines)
    forms = [narrative.form_of(story) for story in named]
    unfinished = rendition.media_type == ends.PLAIN_TEXT and ends.lacks_satisfaction(forms[-1])
    if rendition.cut or expected - last or unfinished:
        forms[-1] = replace(forms[-1], breaks_off=last_line)
    return tuple(
        project(ordinal, story, form, last_line)
        for ordinal, (story, form) in enumerate(zip(named, forms, strict=True), 1)
    )
