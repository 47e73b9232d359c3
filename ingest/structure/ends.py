"""Tell whether a filing breaks off within its last form or narrative.

Filers leave levels out, too, so only what ends with its file is doubted.
"""

from dataclasses import replace

from jixiao.ingest.model import Cover, Form, Project
from jixiao.ingest.rendition import Rendition, Row
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.roles.role import Kind, is_word, role
from jixiao.ingest.structure.forms.wording import TABLE
from jixiao.ontology import terms
from jixiao.ontology.schemes import indicator_type, level_labels

PLAIN_TEXT = "text/plain"  # other formats mark the end of a table and of the file
_SATISFACTION = f"{terms.VOCAB}indicator-type/satisfaction"
_LONGEST_PART = 20  # characters of an indicator's name before the end of a text
_WEIGHT = TABLE.pattern("weight")


def with_end(projects: tuple[Project, ...], front: Cover, rendition: Rendition) -> tuple[Project, ...]:
    """Return the projects, the last form marked as incomplete if the file ends before the form does.

    A form that ends with the file is complete if its last first-level type is also the last one of another form, or if
    it has all types common to the other forms, and the satisfaction of the served if the cover declares more projects.
    The only form of a file is complete if it has the satisfaction of the served, with which forms end everywhere.
    """
    *before, last = projects
    # In the middle of a file, a row without its blank cell does not end the form.
    projects = (*(_not_broken_off(project) for project in before), last)
    if last.form.breaks_off is not None:
        return (*projects[:-1], _without_open_name(last, rendition))
    if not rendition.cut and _last_type(last.form) in {_last_type(each.form) for each in before} - {None}:
        return projects
    if rendition.cut or (_may_be_cut(last.form, rendition) and _lacks_types(last, before, front)):
        torn = replace(last.form, breaks_off=len(rendition.lines))
        return (*projects[:-1], _without_open_name(replace(last, form=torn), rendition))
    return projects


def _without_open_name(last: Project, rendition: Rendition) -> Project:
    """Return a project that breaks off without an indicator that is but a name alone in its row: it may go on below."""
    found = last.form.indicators[-1:]
    if not found or found[0].target or rendition.media_type != PLAIN_TEXT:
        return last
    line = found[0].name.parts[-1][0].line
    if any(len(row.filled) > 1 and line in {cell.line for cell in row.filled} for row in rendition.rows):
        return last
    return replace(last, form=replace(last.form, indicators=last.form.indicators[:-1]))


def _lacks_types(last: Project, before: list[Project], front: Cover) -> bool:
    """Return whether the last form lacks a first-level type that it should have, judged by the other forms."""
    others = [_types(project.form) for project in before]
    expected = set.intersection(*others) if others else {_SATISFACTION}
    if front.count and front.count.value > len(before) + 1:
        expected = expected | {_SATISFACTION}
    own = _types(last.form)
    return bool(own) and bool(expected - own)


def _not_broken_off(project: Project) -> Project:
    return replace(project, form=replace(project.form, breaks_off=None)) if project.form.indicators else project


def _may_be_cut(form: Form, rendition: Rendition) -> bool:
    """Return whether only levels stand below the last row of a text's table, with at most a part of a row behind."""
    if form.table_ends is None or rendition.media_type != PLAIN_TEXT:
        return False
    width = max(len(row.cells) for row in rendition.rows)
    below = [row for row in rendition.rows if row.filled and row.filled[0].line > form.table_ends.line]
    rest = next((n for n, row in enumerate(below) if not _begins_a_row(row, width)), len(below))
    told = max((place.line for each in form.indicators for place in each.name.places), default=0)
    behind_level = rest > 0 or told < form.table_ends.line
    return rest >= len(below) - 1 and all(_is_part(row, behind_level=behind_level) for row in below[rest:])


def _is_part(row: Row, *, behind_level: bool) -> bool:
    """Return whether the last row of a text is a part of a level, or behind a level a short text: a name's part."""
    *before, last = (bare(cell.text.strip(" |│")) for cell in row.filled)
    levels = all(word in level_labels() for word in before)
    known = is_word(last) or any(labels().line(name, last) for name in ("table_end", "page_number"))
    part_of_level = any(word.startswith(last) for word in level_labels())
    may_be_name = (bool(before) or behind_level) and len(before) <= 1 and not known and len(last) <= _LONGEST_PART
    return levels and (part_of_level or may_be_name)


def _begins_a_row(row: Row, width: int) -> bool:
    """Return whether a row stops after its level; a row of full width continues with blank cells."""
    words = [replace(cell, parts=((cell.line, cell.text.strip(" |│")),)) for cell in row.filled]
    known = all(role(word).kind is Kind.LEVEL or _WEIGHT.match(word.text) for word in words)
    return known and len(row.cells) <= max(width - 1, 1)


def _last_type(form: Form) -> str | None:
    """Return the first-level concept of a form's last indicator."""
    return indicator_type(form.indicators[-1].level1, None) if form.indicators else None


def lacks_satisfaction(form: Form) -> bool:
    """Return whether indicators are told, and none of them is the satisfaction of the served."""
    own = _types(form)
    return bool(own) and _SATISFACTION not in own


def _types(form: Form) -> set[str]:
    """Return the first-level concepts of a form's indicators; satisfaction may stand below another first level.

    Where no first level is printed, the second level tells the concept.
    """
    concepts = (indicator_type(each.level1, None if each.level1 else each.level2) for each in form.indicators)
    further = (indicator_type(each.level1, each.level2) or "" for each in form.indicators)
    return {_first(concept) for concept in concepts if concept} | {
        _SATISFACTION for c in further if c.startswith(_SATISFACTION)
    }


def _first(concept: str) -> str:
    """Return the first-level concept that a concept belongs to, by the names of both."""
    scheme, _, name = concept.rpartition("/")
    return f"{scheme}/{name.partition('-')[0]}"
