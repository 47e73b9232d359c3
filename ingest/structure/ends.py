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
    Calculation,
    Cover,
    Execution,
    Form,
    Indicator,
    Narrative,
    Printed,
    Project,
    Withheld,
)
from jixiao.ingest.rendition import Place, Rendition, Row, places_of
from jixiao.ingest.roles import executions
from jixiao.ingest.roles.headings import number_of
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.roles.role import is_ruler
from jixiao.ingest.structure.forms import results
from jixiao.ingest.text.flow import Flow
from jixiao.ingest.values import amounts
from jixiao.ingest.values.plain import folded
from jixiao.ontology import terms
from jixiao.ontology.identity import key
from jixiao.ontology.schemes import indicator_type

PLAIN_TEXT = "text/plain"  # other formats mark the end of a table and of the file
_OUTPUT, _BENEFIT, _COST, _SATISFACTION = (
    f"{terms.VOCAB}indicator-type/{name}" for name in ("output", "benefit", "cost", "satisfaction")
)
_CHOICES = frozenset({"category", "nature", "startDate", "endDate"})  # read only if they are whole
_BLANK_AT_A_CUT = 1  # blank lines at the end of a text that breaks off, at most
_LONGEST_WORD = 5  # characters of a target that is one word, and so whole
_CLAUSE = re.compile(r"[。；;\n]")
_CLOSED = re.compile(r"[。；;！!?？%％|│┃｜》）)]\s*$")


def with_end(projects: Sequence[Project], rows: Sequence[Row], rendition: Rendition) -> tuple[Project, ...]:
    """Return the projects; the last form of a text is marked as incomplete unless its end is seen.

    The end is seen if another part of the file, a signature, a note or the like is below the form, or if the last level
    of its kind was read (see `_has_last_level`). Other formats than plain text mark their end.
    """
    at = max(range(len(projects)), key=lambda n: (projects[n].form.first or Place(0, 0), n))
    # In the middle of a file, a row without its blank cell does not end the form.
    found = [
        replace(each, form=replace(each.form, breaks_off=None))
        if n != at and (each.form.indicators or _ends_in_goal(each.form))
        else each
        for n, each in enumerate(projects)
    ]
    last, others = found[at], found[:at] + found[at + 1 :]
    if _ends_in_goal(last.form) and any(_ends_in_goal(each.form) for each in others):
        last = replace(last, form=replace(last.form, breaks_off=None))  # the projects of a list without tables
    found[at] = last
    form = last.form
    torn = form.breaks_off is not None
    if rendition.media_type != PLAIN_TEXT and (torn or not rendition.cut):
        return tuple(found)
    is_open = _is_open(form, rows, rendition)
    within = rendition.cut or is_open or _begins_another_row(rendition) or "hasIndicator" in rows[-1].withheld
    ends = form.closed or _within_a_title(found, rendition)
    if not form.indicators:
        # The last row of a list, whose cells no bars end, may lack its money, which the row above has a cell for.
        row, above = rows[-1], rows[max(0, len(rows) - 2)]
        ends = not rendition.cut and not (1 < len(row.cells) < len(above.cells) and not (row.closed or form.amounts))
    if not torn and (ends or (not within and _has_last_level(form, [each.form for each in others]))):
        return tuple(found)
    if is_open and not form.evaluated:
        form = replace(form, indicators=form.indicators[:-1])
    found[at] = replace(last, form=replace(form, breaks_off=rendition.end.number))
    return tuple(found)


def _has_last_level(form: Form, others: Sequence[Form]) -> bool:
    """Return whether the last indicator of a form is of the level with which forms of its kind end.

    That is the level with which another form of the file ends that has no further levels, or satisfaction, with which
    nearly all forms end. Some have satisfaction above effects, and some mix their levels, so that outputs and effects,
    or outputs and costs as a first level, must have been read.
    """
    if not form.indicators:
        return False
    end = _last_level(form)
    alike = (each for each in others if each.indicators and _last_level(each) == end)
    types = _types(form)
    return any(_types(each) <= types for each in alike) or (
        end == _SATISFACTION and _OUTPUT in types and not types.isdisjoint({_BENEFIT, _COST})
    )


def _last_level(form: Form) -> str | None:
    """Return the first-level type (IRI) of a form's last indicator, or satisfaction where that is its second level."""
    types = _types(replace(form, indicators=form.indicators[-1:]))
    return _SATISFACTION if _SATISFACTION in types else next(iter(types), None)


def _ends_in_goal(form: Form) -> bool:
    """Return whether a form has no table of indicators and ends with its goal, or one line below."""
    last = max((place.line for goal in form.goals.values() for place in goal.places), default=0)
    return not form.indicators and bool(last) and last >= (form.breaks_off or 0) - 1


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


def before_another(projects: Sequence[Project], front: Cover, rendition: Rendition) -> bool:
    """Return whether a plain text may break off after its projects, so that further ones are lost.

    Such a text ends within the title of another form, or with the bar that begins another row of a list; or its cover
    declares more projects, and nothing is below the last form. False for other formats.
    """
    if rendition.media_type != PLAIN_TEXT:
        return False
    form = projects[-1].form
    is_listed = not form.indicators and form.breaks_off is None
    lacks_some = front.count is not None and front.count.value > sum(each.name is not None for each in projects)
    ends = form.closed or len(rendition.lines) - rendition.end.number > _BLANK_AT_A_CUT
    return (
        _within_a_title(projects, rendition)
        or (is_listed and _begins_another_row(rendition))
        or (lacks_some and not ends)
    )


def _within_a_title(projects: Sequence[Project], rendition: Rendition) -> bool:
    """Return whether a text ends with half or more of the title of one of its forms, but not all of it."""
    end = key(rendition.end.text)
    printed = (title.text for each in projects for title in each.form.titles)
    titles = (key(text) for text in printed if labels().line("form_title", text))
    return any(title.startswith(end) and len(end) < len(title) <= 2 * len(end) for title in titles)


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
    """Return which cell of an indicator ends the text: "name", "target" or "other"; None if the text ends elsewhere.

    Below a line that is drawn at the end of a page, the row may go on.
    """
    last = next((row.filled for row in reversed(rows) if not is_ruler(row.filled)), ())
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
        end = rendition.end
        is_open = rendition.media_type == PLAIN_TEXT and not _CLOSED.search(end.text)
        self.line, self.end = (end.number, key(end.text)) if is_open else (0, "")
        self.lacks_bar = rendition.media_type == PLAIN_TEXT and not BARS.fullmatch(end.text.rstrip()[-1:])
        # The parts of a divided cell have one place; the last one ends the text.
        cells = (cell for row in reversed(rows) for cell in reversed(row.filled))
        self.cell = max(cells, key=lambda cell: cell.places[-1], default=None)
        self.tail = key(end.text.rstrip(" |"))
        self.last_place = self.cell.places[-1] if self.cell and rendition.media_type == PLAIN_TEXT else None
        self.last_line = end.number
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
            amounts=tuple(
                each for each in part.amounts if not (self._amount(each, part.amounts) or self._may_follow(each))
            ),
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

    def _may_follow(self, amount: Amount) -> bool:
        """Return whether a text ends behind the label of a blank amount, so that its value may have followed."""
        return (
            amount.empty
            and self.lacks_bar
            and self.cell is not None
            and self.cell.places[-1].line == amount.places[-1].line
            and bare(self.cell.text) in labels().amounts
        )

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
        """Return a project without the citations, bases, figures and sums with which the text ends.

        The text may end with the number or title of a citation, the text of a basis, the name of a figure, or within
        the parts of a sum; and behind the money of a form whose end was not seen, money of further levels may follow.
        """
        form = project.form
        in_money = form.breaks_off is not None and not (form.goals or form.indicators)
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
            sums=tuple(
                each for each in project.sums if not ((in_money and each.holder is None) or self._goes_on(each))
            ),
        )

    def _goes_on(self, found: Calculation) -> bool:
        """Return whether a sum stands in the last clause of the text, so that further parts may follow."""
        _, words, behind = self.end.rpartition(key(found.text))
        return found.places[-1].line == self.line and bool(words) and _CLAUSE.search(behind) is None

    def ended(self, flow: Flow) -> Flow:
        """Return running text without what follows the first item of a list with which the text of the file ends."""
        clause = _CLAUSE.split(flow.text)[-1]
        is_last = flow.places[-1][1].line == self.line and self.end.endswith(key(clause))
        item = labels().lines["lists"].search(clause)
        if item is None or not is_last:
            return flow
        return replace(flow, text=flow.text[: item.start() - len(clause)])


def _places(row: Row | None) -> tuple[Place, ...]:
    return places_of(row.filled) if row else ()


def _places_of(execution: Execution) -> Iterator[Place]:
    """Yield the places of the cells of a row of money."""
    yield from execution.label.places if execution.label else ()
    yield from (place for amount in execution.amounts for place in amount.places)
    yield from execution.rate.places if execution.rate else ()
    yield from execution.score_places


def _is_open(form: Form, rows: Sequence[Row], rendition: Rendition) -> bool:
    """Return whether a text ends with the last indicator of a form, and its name or target may go on.

    Before a bar or the like, or with a unit, a target is complete, and so are one word below other rows, a figure below
    figures without units, and a name with its blank cell.
    """
    if not form.indicators or (ended := _last_cell(form.indicators[-1], rows)) is None:
        return False
    *above, last = form.indicators
    if (last.target or last.blank_target) and _CLOSED.search(rendition.end.text):
        return False
    if last.target is None:
        return ended == "name"
    if last.target.value is not None:
        units = [each.target.unit for each in above if each.target and each.target.value is not None]
        return not last.target.unit and (not units or any(units))
    # A word of one character may be the beginning of a longer one.
    is_word = last.target.text.isalpha() and 1 < len(last.target.text) <= _LONGEST_WORD
    return rendition.cut or not (above and is_word)


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
