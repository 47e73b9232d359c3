"""Find out if a filing breaks off within its last form or narrative.

Complete forms lack levels, too, so only the form at the end of the file is doubted. The last cell of a text that breaks
off may be incomplete.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from jixiao.ingest.formats.text_tables import BARS, FEWEST_ROWS
from jixiao.ingest.model import (
    NOT_UNDERSTOOD,
    Amount,
    Cover,
    Execution,
    Form,
    Indicator,
    Narrative,
    Printed,
    Project,
    Withheld,
)
from jixiao.ingest.rendition import Place, Rendition, Row
from jixiao.ingest.roles import executions
from jixiao.ingest.roles.headings import number_of
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.roles.role import Kind, is_word, role
from jixiao.ingest.structure.forms import results
from jixiao.ingest.structure.forms.indicators import TABLE
from jixiao.ingest.values import amounts
from jixiao.ingest.values.plain import folded
from jixiao.ontology import terms
from jixiao.ontology.identity import key
from jixiao.ontology.schemes import indicator_type, level_labels

PLAIN_TEXT = "text/plain"  # other formats mark the end of a table and of the file
_SATISFACTION = f"{terms.VOCAB}indicator-type/satisfaction"
# All forms go on to effects behind these.
_MEANS = frozenset({f"{terms.VOCAB}indicator-type/output", f"{terms.VOCAB}indicator-type/cost"})
_LONGEST_PART = 40  # characters of an indicator's name at the end of a text
_CHOICES = frozenset({"category", "nature", "startDate", "endDate"})  # read only if they are whole
_LONGEST_WORD = 5  # characters of a target that is one word, and so whole
_SENTENCE = re.compile(r"[。；;:：]")
_CLOSED = re.compile(r"[。；;！!?？%％|│┃｜》）)]\s*$")
_WEIGHT, _NUMBERED = map(TABLE.pattern, ("weight", "numbered"))


def with_end(
    projects: tuple[Project, ...], front: Cover, rows: Sequence[Row], rendition: Rendition
) -> tuple[Project, ...]:
    """Return the projects, with the last form marked as incomplete if the file ends before the form does.

    A text ends within its last row if that row lacks its target, or lacks the bar at the end of all other rows, or if
    it is only the bar at the beginning of all other rows. Otherwise a form at the end of the file is complete if its
    last first-level type of indicators also is the last one of another form that has no more types, or if it has all
    types that the other forms have in common. The only form of a file is complete if it has satisfaction, the last type
    of nearly all forms, or if its last row ends the text, is whole and is one of effects: then only a cover that states
    more projects shows that the text should go on.
    """
    *before, last = projects
    # In the middle of a file, a row without its blank cell does not end the form.
    whole = (
        replace(each, form=replace(each.form, breaks_off=None))
        if each.form.indicators or _ends_in_goal(each.form)
        else each
        for each in before
    )
    if _ends_in_goal(last.form) and any(_ends_in_goal(each.form) for each in before):
        last = replace(last, form=replace(last.form, breaks_off=None))  # the projects of a list without tables
    projects = (*whole, last)
    torn = last.form.breaks_off is not None
    within = torn or rendition.cut or _ends_within_a_row(projects, rows, rendition)
    within = within or (bool(last.form.indicators) and _begins_another_row(rendition))
    end = _last_type(last.form)
    ends_as_another = end is not None and any(
        _last_type(each.form) == end and (end == _SATISFACTION or _types(each.form) <= _types(last.form))
        for each in before
    )
    is_alone = not before and (front.count is None or front.count.value <= 1)
    ends_whole = ends_as_another or (is_alone and _ends_with_a_whole_row(last.form, rows))
    is_cut = not ends_whole and _may_be_cut(last.form, rows, rendition) and _lacks_types(last, before)
    if (torn and rendition.media_type != PLAIN_TEXT) or not (within or is_cut):
        return projects
    last = replace(last, form=replace(last.form, breaks_off=len(rendition.lines)))
    return (*projects[:-1], _without_open_cell(last, rows, rendition))


def _ends_in_goal(form: Form) -> bool:
    """Return whether a form has no table of indicators and ends with its goal, or one line below."""
    last = max((place.line for goal in form.goals.values() for place in goal.places), default=0)
    return not form.indicators and bool(last) and last >= (form.breaks_off or 0) - 1


def _ends_within_a_row(projects: Sequence[Project], rows: Sequence[Row], rendition: Rendition) -> bool:
    """Return whether the last row of a plain text belongs to the last form's indicators and is incomplete.

    False for other formats.
    """
    form = projects[-1].form
    if not form.indicators or rendition.media_type != PLAIN_TEXT:
        return False
    if any("hasIndicator" in row.withheld for row in rows[-1:]):
        return True
    has_targets = (each.target for project in projects for each in project.form.indicators)
    return _last_cell(form.indicators[-1], rows) == "name" and any(has_targets)


def may_precede_others(form: Form, rows: Sequence[Row], front: Sequence[Row], torn: "Torn") -> bool:
    """Return whether further forms may follow after the end of the text, which ends with `form`.

    `front` are the rows above the forms, which may say that there is only one attachment.

    True if the form ends the text and is the first of several attachments.
    """
    at_end = form.breaks_off is not None or (torn.line and form.indicators and _last_cell(form.indicators[-1], rows))
    number = number_of(form.above.text) if form.above else None
    is_first = form.above is not None and (
        labels().line("first_attachment", form.above.text) or (number is not None and number.value == 1)
    )
    only = labels().lines["only_attachment"].search(folded("\n".join(row.text for row in front)))
    return bool(at_end and is_first and only is None)


def before_another(projects: Sequence[Project], rendition: Rendition) -> bool:
    """Return whether a plain text breaks off after its projects, so that a further one is lost.

    Such a text ends with half or more of the title of one of its forms, but not all of it, or with the bar that begins
    another row of a list. False for other formats.
    """
    if rendition.media_type != PLAIN_TEXT:
        return False
    end = next((key(line.text) for line in reversed(rendition.lines) if line.text.strip()), "")
    printed = (title.text for each in projects for title in each.form.titles)
    titles = (key(text) for text in printed if labels().line("form_title", text))
    form = projects[-1].form
    is_listed = not form.indicators and form.breaks_off is None
    within_a_title = any(title.startswith(end) and len(end) < len(title) <= 2 * len(end) for title in titles)
    return within_a_title or (is_listed and _begins_another_row(rendition))


def _begins_another_row(rendition: Rendition) -> bool:
    """Return whether a plain text ends with a line of one bar, as if another row began there; False for other formats.

    Each other line with bars must begin with a bar and have several.
    """
    *before, last = [text for line in rendition.lines if (text := line.text.strip())]
    barred = [text for text in before if BARS.search(text)]
    return (
        rendition.media_type == PLAIN_TEXT
        and BARS.fullmatch(last) is not None
        and len(barred) >= FEWEST_ROWS
        and all(BARS.match(text) and len(BARS.findall(text)) > 1 for text in barred)
    )


def _last_cell(indicator: Indicator, rows: Sequence[Row]) -> str | None:
    """Return which cell of an indicator ends the text: "name", "target" or "other"; None if the text ends elsewhere."""
    last = next((row.filled for row in reversed(rows) if row.filled), ())
    if not last or indicator.name.parts[-1][0].line not in {place.line for cell in last for place in cell.places}:
        return None
    end = set(last[-1].places)
    if indicator.target is None:
        return "name" if end & set(indicator.name.places) else "other"
    return "target" if end & set(indicator.target_places) else "other"


class Torn:
    """The end of a text that may be cut off within a cell: a value that ends there may be the first half of one.

    Only plain texts are cut off so. A bar, a closing bracket, the end of a sentence or a percent sign shows that the
    last value is whole. An amount is whole, too, if the form has another one of equal value. A goal that ends with a
    numbered item may be torn even then, since the next row may hold another item.
    """

    def __init__(self, rows: Sequence[Row], rendition: Rendition) -> None:
        line = next((line for line in reversed(rendition.lines) if line.text.strip()), None)
        is_open = rendition.media_type == PLAIN_TEXT and line is not None and not _CLOSED.search(line.text)
        self.line, self.end = (line.number, key(line.text)) if line and is_open else (0, "")
        # The parts of a divided cell have one place; the last one ends the text.
        cells = (cell for row in reversed(rows) for cell in reversed(row.filled))
        self.cell = max(cells, key=lambda cell: cell.places[-1], default=None)
        self.tail = key(line.text.rstrip(" |")) if line else ""
        self.last_place = self.cell.places[-1] if self.cell and rendition.media_type == PLAIN_TEXT else None
        self.last_line = len(rendition.lines)
        filled: list[Row | None] = [row for row in rows if row.filled]
        *above, last = filled or [None]
        ends = frozenset(_places(last) if rendition.media_type == PLAIN_TEXT else ())
        # Divided cells of one line share their place, and are withheld where they are divided.
        self.last_row = ends if ends.isdisjoint(place for row in above for place in _places(row)) else frozenset()
        self.goes_on = last is not None and bool(last.cells[-1])  # no blank cell shows that the row has ended

    def holds(self, places: Sequence[Place], text: str) -> bool:
        """Return whether a value, given as its places and text, is the one with which the file's text ends."""
        return bool(places) and places[-1].line == self.line and self.end.endswith(key(text))

    def _printed(self, printed: Printed | None) -> bool:
        return printed is not None and self.holds(printed.places, printed.parts[-1][1])

    def without(self, part: Narrative | Form) -> Narrative | Form:
        """Return the last part of a file without the values with which the text ends and which it may have cut.

        Those are a name, body, amount, goal or title, the last indicator, and of a self-evaluation its last results and
        total.
        """
        if isinstance(part, Narrative):
            return replace(part, name=None) if self._printed(part.name) else part
        fields = {n: text for n, text in part.fields.items() if n in _CHOICES or not self._printed(text)}
        goals = {name: text for name, text in part.goals.items() if not (self._printed(text) or self._goal(text))}
        torn = any(each.target for each in part.indicators) and self._indicator(part.indicators[-1])
        total = part.evaluated and self._total(part)
        if part.evaluated and total:
            without = replace(part.evaluated, total_score=None, total_score_places=())
            part = replace(part, evaluated=without, withheld=(*part.withheld, total), breaks_off=self.last_line)
        kept = replace(
            part,
            indicators=part.indicators[:-1] if torn else part.indicators,
            fields=fields,
            goals=goals,
            amounts=tuple(each for each in part.amounts if not self._amount(each, part.amounts)),
            titles=tuple(title for title in part.titles if not self._printed(title)),
            above=None if self._printed(part.above) else part.above,
        )
        kept = replace(kept, **self._results(kept))
        return part if kept == part else replace(kept, breaks_off=self.last_line)

    def _results(self, form: Form) -> dict[str, Any]:
        """Return the fields of a self-evaluation's form that change if values in the last row of the text are left out.

        A result is whole if it has a score before a blank cell; goals are whole if neither they nor what was done for
        them end the text. For a filing, no field is returned.
        """
        told = form.evaluated
        if told is None:
            return {}
        torn = bool(form.indicators) and self._result(form.indicators[-1])
        done = told.done.places if told.done else ()
        goals = (place for goal in form.goals.values() for place in goal.places)
        in_goals = not self.last_row.isdisjoint((*done, *goals))
        kept = (each for each in told.executions if self.last_row.isdisjoint(_places_of(each)))
        # The end of a sentence shows that a reason is whole.
        reason = told.reason
        if reason and self.line and not self.last_row.isdisjoint(reason.places):
            reason = None
        return {
            "indicators": form.indicators[:-1] if torn else form.indicators,
            "goals": {} if in_goals else form.goals,
            "evaluated": replace(told, executions=tuple(kept), done=None if in_goals else told.done, reason=reason),
        }

    def _result(self, indicator: Indicator) -> bool:
        """Return whether a row of results is the last of the text, and nothing shows that the row is whole.

        A blank cell after its score shows that the row is whole, and so does a value reached in per cent at the end.
        """
        is_last = not self.last_row.isdisjoint((*indicator.name.places, *indicator.target_places))
        result = indicator.result
        is_scored = result is not None and result.score is not None and not self.goes_on
        reached = result.achieved.text if result and result.achieved else ""
        return is_last and not (is_scored or (reached.endswith("%") and self.tail.endswith(key(reached))))

    def _goal(self, goal: Printed) -> bool:
        """Return whether a goal is the last cell of a text, and its last line is a numbered item.

        Further items may have followed such a line.
        """
        line = goal.parts[-1][1]
        return goal.places[-1] == self.last_place and number_of(line) is not None and self.tail.endswith(key(line))

    def _amount(self, amount: Amount, others: Sequence[Amount]) -> bool:
        equal = amount.value is not None and any(each is not amount and each.value == amount.value for each in others)
        at_end = self.cell is not None and self.cell.places[-1] in amount.places
        text = folded(self.cell.text).rpartition(":")[2] if self.cell else ""
        is_part = isinstance(amount.value, str) or (
            amounts.names_figure(text.rstrip(".")) and not amounts.is_blank(text) and not amounts.names_unit(text)
        )
        return at_end and is_part and not equal and bool(self.line)

    def _total(self, form: Form) -> Withheld | None:
        """Return the total score as withheld if the text ends with the score and may have cut it; otherwise None.

        A score is whole if it has two decimals, is the most points, or is the sum of the scores.
        """
        told = form.evaluated
        if not told or told.total_score is None or not self.line:
            return None
        score, places = told.total_score, told.total_score_places
        at_end = places[-1].line == self.line and self.tail.endswith(str(score))
        is_whole = "." in str(score)[:-2] or score == executions.MOST_POINTS
        is_sum = results.sum_of_scores(form.indicators, results.score_of_rate(told.executions)) == score
        return Withheld("totalScore", places, NOT_UNDERSTOOD) if at_end and not (is_whole or is_sum) else None

    def _indicator(self, indicator: Indicator) -> bool:
        """Return whether the text ends with an indicator's name, or within a target in words."""
        if (target := indicator.target) is None:
            return self._printed(indicator.name)
        in_words = target.value is None and len(target.text) > _LONGEST_WORD
        return in_words and self.holds(indicator.target_places, target.text)

    def whole(self, project: Project) -> Project:
        """Return a project without the citations, bases and figures with which the text ends.

        The text may end with the number or title of a citation, the text of a basis, or the name of a figure.
        """
        return replace(
            project,
            citations=tuple(
                each
                for each in project.citations
                if not any(
                    text and (self.holds(each.places, text) or (self.end and key(text).endswith(self.end)))
                    for text in (each.printed_number, each.title)
                )
            ),
            stated_bases=tuple(each for each in project.stated_bases if not self.holds(each.places, each.text)),
            figures=tuple(each for each in project.figures if not self.holds(each.places, each.label)),
        )


def _places(row: Row | None) -> Iterator[Place]:
    return (place for cell in (row.filled if row else ()) for place in cell.places)


def _places_of(execution: Execution) -> Iterator[Place]:
    """Yield the places of the cells of a row of money."""
    yield from execution.label.places if execution.label else ()
    yield from (place for amount in execution.amounts for place in amount.places)
    yield from execution.rate.places if execution.rate else ()
    yield from execution.score_places


def _without_open_cell(last: Project, rows: Sequence[Row], rendition: Rendition) -> Project:
    """Return a project that breaks off, without its last indicator if a plain text ends within its name or target.

    A self-evaluation is returned unchanged, and so is a project of a file in another format.
    """
    found = last.form.indicators[-1:]
    ended = _last_cell(found[0], rows) if found and rendition.media_type == PLAIN_TEXT else None
    if ended is None or last.form.evaluated:  # `Torn` removes the last row of results
        return last
    text = next(line.text.rstrip() for line in reversed(rendition.lines) if line.text.strip())
    target = found[0].target
    # Behind a bar, or with a unit, a target is complete, and so is a name with its blank cell.
    if (target or found[0].blank_target) and BARS.match(text[-1]):
        return last
    if target is not None and target.value is not None and target.unit:
        return last
    return replace(last, form=replace(last.form, indicators=last.form.indicators[:-1]))


def _ends_with_a_whole_row(form: Form, rows: Sequence[Row]) -> bool:
    """Return whether the text ends with a form's last indicator, and the target of this indicator is whole.

    A figure with its unit is whole, and so is one word, unless it is in the only row and perhaps no target. False if
    the form has no types of indicators but outputs and costs.
    """
    if _types(form) <= _MEANS or _last_cell(form.indicators[-1], rows) is None:
        return False
    target = form.indicators[-1].target
    if target is None:
        return False
    one_word = len(form.indicators) > 1 and target.text.isalpha() and len(target.text) <= _LONGEST_WORD
    return bool(target.unit) if target.value is not None else one_word


def _lacks_types(last: Project, before: list[Project]) -> bool:
    """Return whether the last form lacks a first-level type that, judging by the other forms, it should have."""
    others = [_types(project.form) for project in before]
    expected = set.intersection(*others) if others else {_SATISFACTION}
    own = _types(last.form)
    return bool(own) and bool(expected - own)


def _may_be_cut(form: Form, rows: Sequence[Row], rendition: Rendition) -> bool:
    """Return whether a plain text may break off within a form's table of indicators; False for other formats.

    True if, below the table's last row, there are only rows of levels and a part of one further row.
    """
    if form.table_ends is None or rendition.media_type != PLAIN_TEXT:
        return False
    width = max(len(row.cells) for row in rows)
    below = [row for row in rows if row.filled and row.filled[0].line > form.table_ends.line]
    rest = next((n for n, row in enumerate(below) if not _begins_a_row(row, width)), len(below))
    return rest >= len(below) - 1 and all(map(_is_part, below[rest:]))


def _is_part(row: Row) -> bool:
    """Return whether a row may be the cut-off last row: levels, and then a part of a level or a short text.

    The short text may be all or part of a name.
    """
    *before, last = (bare(cell.text.strip(" |│")) for cell in row.filled)
    last = _NUMBERED.sub("", last)
    levels = all(word in level_labels() for word in before)
    known = is_word(last) or any(labels().line(name, last) for name in ("table_end", "page_number"))
    part_of_level = any(word.startswith(last) for word in level_labels())
    is_short = len(last) <= _LONGEST_PART and not _SENTENCE.search(last)
    return levels and (part_of_level or (len(before) <= 1 and not known and is_short))


def _begins_a_row(row: Row, width: int) -> bool:
    """Return whether a row stops after its levels: nothing but levels and weights, and fewer than `width` cells.

    A row of full width has blank cells after its levels, and is complete.
    """
    words = [replace(cell, parts=((cell.line, cell.text.strip(" |│")),)) for cell in row.filled]
    return len(row.cells) <= max(width - 1, 1) and all(
        role(word).kind is Kind.LEVEL or _WEIGHT.match(word.text) for word in words
    )


def _last_type(form: Form) -> str | None:
    """Return the first-level type (IRI) of a form's last indicator; None if the form or the type is unknown."""
    return indicator_type(form.indicators[-1].level1, None) if form.indicators else None


def lacks_satisfaction(form: Form) -> bool:
    """Return whether a form has indicators, but none of them is about satisfaction (满意度)."""
    own = _types(form)
    return bool(own) and _SATISFACTION not in own


def _types(form: Form) -> set[str]:
    """Return the first-level types (IRIs) of a form's indicators, with satisfaction even where it is a second level.

    If no first level is printed, the second level gives the type.
    """
    concepts = (indicator_type(each.level1, None if each.level1 else each.level2) for each in form.indicators)
    further = (indicator_type(each.level1, each.level2) or "" for each in form.indicators)
    return {_first(concept) for concept in concepts if concept} | {
        _SATISFACTION for c in further if c.startswith(_SATISFACTION)
    }


def _first(concept: str) -> str:
    """Return the first-level type of an indicator type, as IRIs: `…/output` for `…/output-quantity`."""
    scheme, _, name = concept.rpartition("/")
    return f"{scheme}/{name.partition('-')[0]}"
