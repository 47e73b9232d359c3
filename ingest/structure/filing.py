"""Put the parts of a filing together: turn segments into the cover and the projects.

Narratives and forms of one project are paired; self-evaluations keep apart, after the filings. A project whose form
and narrative state no name gets it from the title of the narrative or the form, the line above it, or the narrative's
text. General titles are no names. A name in a text needs two places: the first sentence, and the title of a cited
document.

A document is cited once for each section that names it, in the order 立项依据, goals, other sections.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from difflib import SequenceMatcher
from functools import partial
from itertools import chain, takewhile, zip_longest

from jixiao.ingest.errors import NotAFilingError, UnreadFormError
from jixiao.ingest.model import (
    RUN_TOGETHER,
    Citation,
    Claim,
    Cover,
    Evaluated,
    Form,
    Narrative,
    Printed,
    Project,
    Section,
    Variant,
)
from jixiao.ingest.rendition import Marks, Place, Rendition, Row
from jixiao.ingest.roles import headings
from jixiao.ingest.roles.headings import BASIS_SECTION, OVERVIEW_SECTION, TARGET_SECTION
from jixiao.ingest.roles.labels import labels
from jixiao.ingest.roles.naming import Candidate, chosen, may_name
from jixiao.ingest.structure import cover, ends, funds, gate, phases
from jixiao.ingest.structure.forms import form
from jixiao.ingest.structure.narratives import narrative
from jixiao.ingest.structure.segments import Segment, segments
from jixiao.ingest.text import citations, figures, sums
from jixiao.ingest.text.sums import calculations
from jixiao.ingest.text.variants import variants
from jixiao.ingest.values import amounts
from jixiao.ingest.values.plain import folded
from jixiao.ontology.grouping import by_key
from jixiao.ontology.identity import key
from jixiao.ontology.reasons import Reason, reason

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_MOST_OPENING = 400  # most characters at the start of an overview, searched for its first sentence
_MOST_TEXT = 20_000  # most characters of a narrative that are searched for documents

Named = tuple[Printed, Reason]
"""A name, and where it comes from."""

_STORY = reason("name-of-narrative")
_SOURCES = {
    "title": reason("name-of-title"),
    **dict.fromkeys(("above", "quoted"), reason("name-of-heading")),
    "overview": reason("name-of-overview"),
}


def borrowed(story: Narrative | None, form: Form) -> Named | None:
    """Return a name for a project whose form states none, with the source of the name; None if none can be found.

    The name is that of the narrative, or stands in the titles of the form, in the line above it or in the narrative's
    text. None, too, if the form states a name, or if a narrative with a name has no form.
    """
    nothing = not (form.fields or form.amounts or form.goals or form.indicators)
    if "name" in form.fields or (story and story.name):
        return (story.name, _STORY) if story and story.name and form.first and "name" not in form.fields else None
    if form.first and form.breaks_off is not None and nothing:
        return None  # a text that breaks off below a title, or above 项目名称
    found = [Candidate(name.text, name, kind) for name, kind in _titles(form)]
    told = _name_in_overview(story) if story else None
    best, rival = chosen(found or [Candidate(told.text, told, "overview")] if told else found)
    return (best.printed, _SOURCES[best.evidence]) if best and not rival else None


def _titles(form: Form) -> Iterator[tuple[Printed, str]]:
    """Yield the names in the titles of a form and in the line above them, each with its kind of evidence."""
    titles = (("title", title, labels().line("title_name", title.text)) for title in form.titles)
    above = (("above", line, labels().line("heading_name", line.text)) for line in (form.above,) if line)
    for kind, title, found in chain(titles, above):
        if found:
            quoted = found.groupdict().get("quoted")
            yield Printed(((title.places[0], quoted or found["name"]),)), "quoted" if quoted else kind


def _name_in_overview(story: Narrative) -> Printed | None:
    """Return the name in the first sentence of a narrative's overview that the title of a cited document has as well.

    None if there is no such name.
    """
    overview = story.section(OVERVIEW_SECTION)
    if overview is None:
        return None
    letters = list(_letters(overview.text, _MOST_OPENING))
    opening = "".join(char for _, char in letters).partition("。")[0]
    told = "".join(char for section in story.sections for _, char in _letters(section.text, _MOST_TEXT))[:_MOST_TEXT]
    for document in labels().lines["cited_name"].finditer(told):
        at = opening.find(name := document["name"])
        before, behind = labels().lines["before_name"], labels().lines["behind_name"]
        if (
            at >= 0
            and before.search(opening[:at])
            and behind.match(opening, at + len(name))
            and may_name(name, "title")
        ):
            return Printed(((letters[at][0], name),))
    return None


def _letters(text: Printed, most: int) -> Iterator[tuple[Place, str]]:
    """Yield the first `most` characters of a text other than white space, with their places."""
    for place, part in text.parts:
        for char in part:
            if not char.isspace() and (most := most - 1) >= 0:
                yield place, char


_LONGEST_NAME = 200  # characters of a name that are compared

Pair = tuple[Narrative | None, Form | None]


def paired(found: Sequence[Narrative | Form]) -> list[Pair]:
    """Return the projects of a file, in order, as pairs of narrative and form; either may be missing.

    A narrative that is only a basis (立项依据) between forms is kept if each form has such a narrative on the same
    side.
    """
    return _paired(found[::-1])[::-1] if _narratives_follow(found) else _paired(found)


def _narratives_follow(found: Sequence[Narrative | Form]) -> bool:
    """Return whether narratives and forms alternate, each narrative after its form."""
    numbers = [part.number for part in found if isinstance(part, Narrative)]
    return (
        isinstance(found[0], Form)
        and isinstance(found[-1], Narrative)
        and 2 * len(numbers) == len(found)
        and all(number in (None, place) for place, number in enumerate(numbers, 1))
    )


def _paired(found: Sequence[Narrative | Form]) -> list[Pair]:
    """Return the pairs of narratives and the forms that follow them.

    If narratives and forms alternate and most pairs agree in their names, all are pairs: a differing name is a mistake.
    """
    runs: list[tuple[list[Narrative], list[Form]]] = [([], [])]
    for part in found:
        if isinstance(part, Form):
            runs[-1][1].append(part)
        else:
            runs += [([], [])] if runs[-1][1] else []
            runs[-1][0].append(part)
    turns = [(stories[0], forms[0]) for stories, forms in runs if len(stories) == len(forms) == 1]
    if len(turns) == len(runs) > 1 and not _conflict(turns):
        return list(turns)
    return [pair for run in runs for pair in _pairs_of_run(*run)]


def _pairs_of_run(narratives: list[Narrative], forms: list[Form]) -> list[Pair]:
    """Return the pairs of narratives and the forms after them: by number, otherwise in order, otherwise by name."""
    by_number = {single.number: single for single in narratives if single.number is not None}
    if len(forms) == len(narratives) == len(by_number) and by_number.keys() == {single.number for single in forms}:
        return [(by_number[single.number], single) for single in forms if single.number is not None]
    if len(narratives) in (1, len(forms)) and not _conflict(zip(narratives, forms, strict=False)):
        return list(zip_longest(narratives, forms))
    return list(_paired_by_name(narratives, forms))


def _conflict(pairs: Iterable[tuple[Narrative, Form]]) -> bool:
    """Return whether the names in most pairs differ, so that the order does not show which parts belong together."""
    named = [(_name(story), _name(single)) for story, single in pairs]
    alike = [_are_alike(*names) for names in named if all(names)]
    return alike.count(True) < alike.count(False)


def _are_alike(one: str, other: str) -> bool:
    """Return whether two names share half of the shorter one in one piece: 青河清淤工程, 2024年青河清淤."""
    one, other = one[:_LONGEST_NAME], other[:_LONGEST_NAME]
    shared = SequenceMatcher(None, one, other, autojunk=False).find_longest_match().size
    return 2 * shared >= min(len(one), len(other))


def _paired_by_name(narratives: Sequence[Narrative], forms: Sequence[Form]) -> Iterator[Pair]:
    """Yield a pair for each narrative and form; parts are paired if one name equals or contains the other."""
    stories = {at: name for at, story in enumerate(narratives) if (name := _name(story))}
    named = {at: name for at, single in enumerate(forms) if (name := _name(single))}
    form_of = _matches(stories, named, lambda one, other: one == other)
    stories = {at: name for at, name in stories.items() if at not in form_of}
    named = {at: name for at, name in named.items() if at not in form_of.values()}
    form_of |= _matches(stories, named, lambda one, other: one in other or other in one)
    for at, story in enumerate(narratives):
        yield story, forms[form_of[at]] if at in form_of else None
    yield from ((None, single) for at, single in enumerate(forms) if at not in form_of.values())


def _matches(ones: Mapping[int, str], others: Mapping[int, str], same: Callable[[str, str], bool]) -> dict[int, int]:
    """Return by key in `ones` the key in `others` with the `same` name, if neither name is the same as a third one."""
    found = [(one, other) for one in ones for other in others if same(ones[one], others[other])]
    left, right = Counter(one for one, _ in found), Counter(other for _, other in found)
    return {one: other for one, other in found if left[one] == right[other] == 1}


def _name(part: Narrative | Form) -> str:
    printed = part.name if isinstance(part, Narrative) else part.fields.get("name")
    return key(printed.text) if printed else ""


# In these sections figures are serial numbers, dates and money.
_WITHOUT_FIGURES = frozenset({BASIS_SECTION, narrative.PERIOD_SECTION, narrative.BUDGET_SECTION})
_FEWEST_SECTIONS = 3  # least number of sections of a narrative without a project in its title


def read(rows: Sequence[Row], rendition: Rendition, marks: Marks) -> tuple[Cover, tuple[Project, ...]]:
    """Return the cover and the projects in rows of cells.

    Raises NotAFilingError if the rows hold neither a performance-target form nor a narrative titled by its project, and
    UnreadFormError if no form was read, but one may be in a part of the file that was not read.
    """
    parts = segments(rows)
    front = cover.read(parts[0], marks)
    found = [narrative.read(part, marks) if part.kind == "narrative" else form.read(part, marks) for part in parts[1:]]
    torn = ends.Torn(rows, rendition)
    found[-1:] = map(torn.without, found[-1:])
    last_row = max((row.last_line for row in rows if row.filled), default=0)
    followed = parts[-1].rows[-1:] and parts[-1].rows[-1].last_line < last_row
    found = [
        replace(part, closed=True) if isinstance(part, Form) and (followed or n < len(found)) else part
        for n, part in enumerate(found, 1)
    ]
    marks.set_aside(cell for part in parts for cell in part.again)
    front, found = _with_year(front, _with_begun(found), rows)
    if any(part.kind == "form" for part in parts):
        projects = _of_forms(_filled_in(found, parts[1:], rows), rendition.end.number)
        projects = narrative.with_claims(projects, front.year)
        projects = ends.with_end(projects, rows, rendition)
        if not ends.may_precede_others(projects[-1].form, rows, parts[0].rows, torn):
            projects = cover.with_notice(projects, parts[0], rows)
        projects = _with_list(projects, parts[0], marks)
        noticed = cover.handed_down(parts[0], parts[0].rows) if len(projects) == 1 else ()
        projects = funds.settled(projects, front.total, noticed)
        if cover.is_notice(parts[0]):
            same = front.total and funds.is_total(front.total.value, projects)  # it may be the money of other funds
            front = replace(
                front, signed=cover.signature(rendition.rows, of_notice=True), total=front.total if same else None
            )
    else:
        front = replace(front, body=cover.named(parts[0].rows, labels().lines["budget_of"].fullmatch) or front.body)
        projects = _narrative_projects([part for part in found if isinstance(part, Narrative)], rendition)
        # The sentence that names the project may cite: 根据某文件，某项目安排资金.
        projects = cover.with_notice(projects, replace(parts[-1], rows=parts[-1].rows[:1]), rows)
        projects = narrative.with_claims(projects, front.year)
    front = replace(
        front,
        total=front.total or _total(parts, marks),
        body=front.body or cover.signature(rendition.rows, of_notice=False),
        signed=front.signed or cover.named(takewhile(lambda row: not gate.has_name(row), rows), cover.PUBLISHED.search),
    )
    projects = tuple(
        replace(torn.whole(each), variants=found) for each, found in zip(projects, _variants(projects), strict=True)
    )
    projects = phases.with_phases(projects, rows)
    unsure = (each.form for each in projects if not each.name)
    named = ((name, kind) for each in unsure for name, kind in _titles(each) if may_name(name.text, kind))
    marks.boilerplate.difference_update(place for name, _ in named for place in name.places)  # rivals stay unread
    _refuse(rows, projects, rendition)
    return front, projects


def _with_begun(found: list[Narrative | Form]) -> list[Narrative | Form]:
    """Return the parts of a file; a last form of which only the head is left is a self-evaluation if all others are."""
    others, last = found[:-1], next(reversed(found), None)
    if not others or not all(map(_is_evaluation, others)) or not isinstance(last, Form) or last.breaks_off is None:
        return found
    titled = last.titles and not any(labels().line("evaluation_title", title.text) for title in last.titles)
    if titled or last.evaluated or last.amounts or last.goals or last.indicators or last.sections:
        return found
    return [*others, replace(last, evaluated=Evaluated())]


def _with_year(
    front: Cover, found: Sequence[Narrative | Form], rows: Sequence[Row]
) -> tuple[Cover, list[Narrative | Form]]:
    """Return the cover and the parts of a file with the year that periods, forms or titles state for the whole file.

    The year is taken from the periods of forms, else from words that agree, else from the only year of the forms, else
    from titles.
    """
    told = list(found)
    if front.year is None and not any(part.year for part in told):
        told = [form.of_its_period(part) if isinstance(part, Form) else part for part in told]
        front = front if any(part.year for part in told) else cover.with_agreed_year(front, rows)
    years = {part.year for part in told if isinstance(part, Form) and part.year}
    if front.year is None and len(years) == 1:
        front = replace(front, year=years.pop())  # a single form may state the year for the whole file
    evaluated, narrated = any(map(_is_evaluation, told)), any(isinstance(part, Narrative) for part in told)
    if front.year is None and (evaluated or narrated):
        front = replace(front, year=_titled_year(rows, evaluated=evaluated))
    return front, told


def _of_forms(found: Sequence[Narrative | Form], last_line: int) -> tuple[Project, ...]:
    """Return the projects of forms and narratives, then one project for each self-evaluation that has a name.

    Raises NotAFilingError if there are only self-evaluations without a name.
    """
    evaluations = [part for part in found if isinstance(part, Form) and part.evaluated]
    filings = [part for part in found if not _is_evaluation(part)]
    told = [
        *enumerate(paired(filings) if filings else (), 1),
        *((n, (None, part)) for n, part in enumerate(evaluations, 1)),
    ]
    projects = tuple(_project(ordinal, *pair, last_line) for ordinal, pair in told)
    projects = tuple(each for each in projects if each.name or not each.form.evaluated)
    if not projects:
        raise headings.refusal_of_kind("evaluation")
    return projects


def _is_evaluation(part: Narrative | Form) -> bool:
    return isinstance(part, Form) and part.evaluated is not None


def _titled_year(rows: Iterable[Row], *, evaluated: bool) -> int | None:
    """Return the only year that titles of self-evaluations, or else of narratives, in the file state; or None."""
    alone = (row.text for row in rows if len(row.filled) == 1)
    told = partial(labels().line, "evaluation_title") if evaluated else headings.titles_story
    titles = [text for text in alone if told(text)]
    years = {int(year) for title in titles for year in _YEAR.findall(folded(title))}
    return years.pop() if len(years) == 1 else None


def _filled_in(
    found: Sequence[Narrative | Form], parts: Sequence[Segment], rows: Sequence[Row]
) -> list[Narrative | Form]:
    """Return the narratives and forms of `found` without unfilled templates and results that were not read.

    `parts` are the segments of these narratives and forms. Raises NotAFilingError if nothing is left. A form of which
    something is printed that could not be read is not called a template, nor is one that breaks off behind a name.
    """
    narrated = any(isinstance(each, Narrative) for each in found)
    told = [*zip(found, parts, strict=True)]
    kept = [
        (each, part) for each, part in told if isinstance(each, Narrative) or not form.is_blank(each, part, narrated)
    ]
    understood = [each for each, part in kept if isinstance(each, Narrative) or not _is_of_results(each, part)]
    if not understood:
        known = headings.refusal_of_file(rows, whole_file=True) if kept else None
        torn = any(lost.why == RUN_TOGETHER for each in found if isinstance(each, Form) for lost in each.withheld)
        printed = (amounts.quantity(cell.text) for part in parts for row in part.rows for cell in row.filled)
        torn |= any(money is not None and money[1] in amounts.UNITS for money in printed)
        is_cut = any(isinstance(each, Form) and each.breaks_off and gate.is_named(part.rows) for each, part in told)
        kinds = {"evaluation": bool(kept), "unread": torn, "cut": is_cut, "template": True}
        raise known or headings.refusal_of_kind(next(kind for kind, fits in kinds.items() if fits))
    return understood


def _is_of_results(form: Form, part: Segment) -> bool:
    """Return whether a form holds results that were not read, so that it is no filing, nor a self-evaluation.

    If cells run together, perhaps neither money nor any row was read.
    """
    if told := form.evaluated:
        is_read = told.executions or form.indicators or told.total_score is not None
        return not is_read and any(each.why is RUN_TOGETHER for each in form.withheld)
    titled = not form.indicators and any(labels().line("evaluation_title", title.text) for title in form.titles)
    return titled or headings.kind_of_cells(part.rows) == "evaluation"


def _refuse(rows: Sequence[Row], projects: Sequence[Project], rendition: Rendition) -> None:
    """Raise the error for a file of another kind, or for one from which no project was read; otherwise do nothing.

    The error is NotAFilingError, or UnreadFormError if parts of the file were not read.
    """
    if headings.is_specimen(rows):
        raise headings.refusal_of_kind("sample")
    told = any(each.name or each.form.indicators or each.form.goals or each.form.amounts for each in projects)
    if not any(each.name for each in projects) and (
        kind := next(filter(None, map(headings.kind_of_title, rows)), None)
    ):
        raise headings.refusal_of_kind(kind)
    if refusal := None if told else headings.refusal_of_file(rows, whole_file=True):
        raise refusal
    if not projects:
        raise NotAFilingError(
            "没有找到绩效目标申报表（项目名称、绩效指标），也没有项目经费情况说明",
            "no performance-target form was found in it, nor a narrative of a project",
        )
    if not told and rendition.left_out:
        raise UnreadFormError(
            "只读到申报表的标题之类，没有读到内容", "nothing of a form was read but such as its title"
        )
    if not told and all(map(_is_title_alone, projects)):
        raise headings.refusal_of_kind("title")


def _is_title_alone(project: Project) -> bool:
    """Return whether nothing is known of a project but the title of its form."""
    form = project.form
    in_form = form.fields or form.left_blank or form.withheld or form.evaluated or form.of_levels or form.cost_items
    return not (in_form or project.narrative or project.sections or project.citations or project.stated_bases)


def _with_list(projects: tuple[Project, ...], front: Segment, marks: Marks) -> tuple[Project, ...]:
    """Return the projects; an only one whose form has no money gets the total of a list titled with its name."""
    (first, *others), title = projects, key("".join(row.text for row in front.total))
    if others or first.form.amounts or first.form.evaluated or not first.name or key(first.name.text) not in title:
        return projects
    amounts = form.read(replace(front, rows=front.total), marks).amounts
    return (replace(first, form=replace(first.form, amounts=amounts)),)


def _total(parts: Sequence[Segment], marks: Marks) -> Claim | None:
    """Return the total that the only table of projects in a file states; None without a table, or for several."""
    totals = {part.total for part in parts if part.total and part.kind == "form"}
    found = [replace(part, rows=part.total) for part in parts if part.total and part.kind == "form"][:1]
    stated = [
        Claim(each.value, each.places, each.step)
        for part in found
        for each in form.read(part, marks).amounts
        if isinstance(each.value, Decimal)
    ]
    return stated[0] if len(totals) == len(stated) == 1 else None


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


def _project(ordinal: int, story: Narrative | None, single: Form | None, last_line: int) -> Project:
    """Return the project of a narrative, a form (`single`), or both, with what its texts cite and calculate.

    `ordinal` is the place of the project in the file, and its number if none is printed; `last_line` is the last line
    of the file, at which a missing form counts as broken off.
    """
    if single is None:
        single = _missing_form(story, last_line)
    held = (*(story.sections if story else ()), *single.sections)
    documents, bases = collected(held, single.goals)
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
        documents,
        bases,
        tuple(figure for at, text in texts if at not in silent for figure in figures.figures(text, at, known)),
        tuple(result for at, text in texts for result in calculations(text, at)),
        (
            *(found for at, text in texts for found in sums.stated_sums(text, at, of_the_year=at in of_the_year)),
            *(one for text in single.amount_cells for one in sums.stated_sums(text, None, of_the_year=False)),
            *form.sums(single),
        ),
        number,
        borrowed(story, single),
    )


def _missing_form(story: Narrative | None, last_line: int) -> Form:
    """Return an empty form for a narrative without one in a file with forms.

    A narrative that has a name, no number and a section of targets is complete; otherwise its form counts as missing,
    and breaks off at `last_line`, the last line of the file.
    """
    told = story.section(TARGET_SECTION) if story and story.name and story.number is None else None
    if story and told and told.text.parts:
        return narrative.form_of(story)
    return Form({}, (), {}, (), number=story.number if story else None, breaks_off=last_line)


def _narrative_projects(found: list[Narrative], rendition: Rendition) -> tuple[Project, ...]:
    """Return the projects of a file without forms; the titles of its narratives name them.

    A narrative with a number, or with neither a name nor several sections, belongs to a form that is missing. No
    projects are returned if no other narrative has a name or a title that gives one. The last narrative is complete if
    it has every section that all others have, a single one if it has the section of targets, unless the text of the
    file breaks off.
    """
    named = [
        story for story in found if story.number is None and (story.name or len(story.sections) >= _FEWEST_SECTIONS)
    ]
    if not any(story.name or borrowed(story, Form({}, (), {}, ())) for story in named):
        return ()
    *before, last = ({section.meaning for section in story.sections if section.text.parts} for story in named)
    expected = set.intersection(*before) if before else {TARGET_SECTION}
    last_line = rendition.end.number
    forms = [narrative.form_of(story) for story in named]
    unfinished = rendition.media_type == ends.PLAIN_TEXT and ends.lacks_satisfaction(forms[-1])
    if rendition.cut or expected - last or unfinished:
        forms[-1] = replace(forms[-1], breaks_off=last_line)
    return tuple(
        _project(ordinal, story, form, last_line)
        for ordinal, (story, form) in enumerate(zip(named, forms, strict=True), 1)
    )


def collected(
    sections: Sequence[Section], goals: Mapping[str, Printed]
) -> tuple[tuple[Citation, ...], tuple[Printed, ...]]:
    """Return the citations of a project, and the bases that it states without a citation.

    `sections` and `goals` hold its texts. The citations are those of the sections 立项依据, then those of the goals,
    then those of the other sections.
    """
    bases = [section for section in sections if section.meaning == BASIS_SECTION and section.text.parts]
    others = [section for section in sections if section.meaning != BASIS_SECTION and section.text.parts]
    of_goals = [(goals[goal], section) for goal, section in cover.GOAL_SECTIONS.items() if goal in goals]
    # A document that narrative and form both cite as a basis is cited once.
    in_bases = (citations.citations(section.text, section.label, bare=True) for section in bases)
    found = citations.distinct(chain.from_iterable(in_bases))
    for printed, section in of_goals:
        found += citations.citations(printed, section, bare=False)
    stated = by_key((key(basis.text), basis) for each in bases for basis in citations.stated_bases(each.text))
    return (*found, *_elsewhere(others, found)), tuple(basis for basis, *_ in stated.values())


def _elsewhere(sections: Iterable[Section], before: Iterable[Citation]) -> Iterator[Citation]:
    """Yield the citations of other sections, except bare titles that refer to a document cited earlier.

    `before` are the citations of the sections above.
    """
    found = [
        citation for section in sections for citation in citations.citations(section.text, section.label, bare=False)
    ]
    named = citations.subject
    known = {named(citation.title) for citation in (*before, *(each for each in found if each.number))} - {""}
    seen: set[tuple[str, str]] = set()
    for citation in found:
        if citation.number is None and named(citation.title) in known:
            continue
        if (citation.section, citation.identity) not in seen:
            yield citation
        seen.add((citation.section, citation.identity))
        known |= {named(citation.title)} - {""}
