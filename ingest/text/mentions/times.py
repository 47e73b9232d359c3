"""Read the dates, periods and plans of a project's texts: the days they may mean, and the year of a budget.

A month without a year is of the year of the date before it in the same sentence, or of the fiscal year; January to
March after a later month are of the year after. Plans have the years of cited titles, or are five-year plans that a
text serves, opens or closes.

A project's term has a length, and what is done again and again a frequency (每季度一次). A frequency is about the
indicators and figures whose thing is named in its sentence or by its indicator; `statedCount` is the number of times a
year that the sentence states.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.prose import Moment, Prose, Quantity
from jixiao.ingest.text.mentions.subject import IndicatorFacts, Mention, Stated, Subject, operator
from jixiao.ontology import numerals, terms
from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ingest.text.mentions", "times.toml", {"numeral_chars": numerals.NUMERALS})
_RE = _WORDING.patterns
_BUDGET = _WORDING.text("budget_name")
_AHEAD = 24  # characters before a date that may tell its year, or the term that it is of
_MARCH = 3  # the last month of a turn of the year
_ENDS = 21  # the stage of a deadline
_COUNTED = 1951  # the year from which five-year plans are counted
_MONTHS, _PER_YEAR = map(_WORDING.meanings, ("months", "rhythms"))
_OF_PLANS = {"opens": 50, "goes": 51, "closes": 52}


@dataclass(frozen=True)
class Event:
    """A date, or the first and last date of a period, with `words`: those up to the next one or the sentence's end."""

    prose: Prose
    first: Moment
    last: Moment
    words: str

    @property
    def is_period(self) -> bool:
        """Return whether the event is a period, and not one date."""
        return self.first.start != self.last.start

    @property
    def is_all(self) -> bool:
        """Return whether the text states the event alone."""
        text = self.prose.text
        return not text[: self.first.start].strip() and _RE.nothing.search(text[self.last.end :]) is not None

    @cached_property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day; None for a day that no calendar has, or an unknown year."""
        first, last = self.first.on(last=False), self.last.on(last=True)
        return (first, last) if first and last else None

    @property
    def months(self) -> int | None:
        """The length of a period in months; None for a date, and without known days."""
        first, last = self.days or (date.max, date.max)
        return 12 * (last.year - first.year) + last.month - first.month + 1 if self.is_period and self.days else None


def times(subject: Subject) -> Iterator[Mention]:
    """Yield mentions of the dates and periods in a project's texts, its name, its term, and the titles that it cites.

    A date in a loose text is left out if its year is the fiscal year of another project alone.
    """
    rows, graph = {row.iri: row for row in subject.rows}, subject.graph
    others = {other.year for other in graph.subjects} - {subject.year}
    for event in (each for prose in (*subject.running, *subject.cells) for each in events(prose, subject.year)):
        yield from (
            _mention(event) if event.prose.place == "name" else _stated(event, subject, rows.get(event.prose.holder))
        )
    for event in (each for prose in subject.loose for each in events(prose, None)):
        if event.first.year not in others:
            yield from _stated(event, subject, None)
    fields = ((terms.goalPeriod, "term"), (terms.projectTerm, "term"), (terms.RDFS_label, "title"))
    proses = (prose for field in fields for prose in graph.prose(subject.iri, *field))
    for event in (each for prose in (*proses, *subject.titles) for each in events(prose, None)):
        about = (subject.iri,) if event.prose.place == "term" else ()
        bound = _RE.bound.search(event.prose.text[max(0, event.first.start - 1) : event.last.end])
        yield from _mention(event, about=about, is_deadline=bound is not None)


def months(subject: Subject) -> set[int]:
    """Return the lengths in months of a project's term, of its goals' period, and of periods that are whole targets."""
    fields = [(subject.iri, terms.goalPeriod), (subject.iri, terms.projectTerm)]
    fields += [(row.iri, terms.targetText) for row in subject.rows if not _RE.due_name.search(row.name)]
    proses = (prose for holder, name in fields for prose in subject.graph.prose(holder, name, "term"))
    found = (event for prose in proses for event in events(prose, subject.year) if event.is_all)
    return {event.months for event in found if event.months and event.first.month and event.last.month}


def events(prose: Prose, year: int | None) -> Iterator[Event]:
    """Yield the dates and periods of a text in order.

    `year` is the year of dates that print none and follow no other date, or None.
    """
    ends = {span.first.start: span.last.start for span in prose.spans}
    until = {*ends.values()}
    dated = {each.start: each for each in _dated(prose, year, until)}
    moments = {at: dated[ends.get(at, at)] for at in dated if at not in until}
    steps = [at for at, one in moments.items() if one.month or not _RE.of_year.search(prose.text, one.start, one.end)]
    for at, last in moments.items():
        following = bisect_right(steps, last.start)
        behind = min([prose.of_sentence(at)[1], *steps[following : following + 1]])
        yield Event(prose, dated[at], last, prose.text[last.end : behind])


def _dated(prose: Prose, year: int | None, ends: set[int]) -> Iterator[Moment]:
    """Yield the moments of a text, each completed by the year and month of the moment before it in the sentence.

    `year` is the year without such a moment; `ends` are the offsets of moments that end a span.
    """
    before: Moment | None = None
    for moment in prose.moments:
        if before and prose.sentence(before.start) != prose.sentence(moment.start):
            before = None
        month = moment.month or (before.month if before and moment.day else None)
        known = moment.year
        if known is None and (base := before.year if before else year):
            ahead = prose.text[max(0, moment.start - _AHEAD // 2) : moment.start]
            turns = before and before.month and month and month < before.month and not _RE.same_year.search(ahead)
            is_next = turns and (moment.start in ends or (month or 0) <= _MARCH)
            known = base + 1 if is_next or _RE.next_year.search(ahead) else base
        before = replace(moment, year=known, month=month)
        yield before


def _stated(event: Event, subject: Subject, row: IndicatorFacts | None) -> Iterator[Mention]:
    """Yield the mention of an event in a text; with `row`, the event is in the target of this indicator."""
    text, start = event.prose.text, event.first.start
    dated = event.is_period and text[start:].lstrip()[:4].isdecimal()
    named = _RE.term.search(text[max(0, start - _AHEAD) : start]) if dated else None
    of_project = named and (event.prose.place == "section" or not _RE.of_part.search(named.group()))
    about = (subject.iri,) if of_project else ()
    now = row if row and not _RE.earlier.search(row.name) else None
    ends = now and (
        _RE.due.search(text[start : event.last.end + 3]) or (event.is_all and _RE.due_name.search(now.name))
    )
    is_deadline = bool(ends and not event.is_period and not _RE.compared.search(text))
    about = (*about, now.iri) if now and event.is_all else about
    budget = _BUDGET if _of_budget(event, subject.iri) else None
    yield from _mention(event, _RE.remarks.sub("", row.name) if row else budget, about, is_deadline=is_deadline)


def _mention(
    event: Event, thing: str | None = None, about: tuple[str, ...] = (), *, is_deadline: bool = False
) -> Iterator[Mention]:
    """Yield one mention of an event, or nothing for a day that no calendar has or an unknown year."""
    for first, last in [event.days] if event.days else ():
        values: dict[str, Stated] = {
            terms.startDate: f.date(first.isoformat()),
            terms.endDate: f.date(last.isoformat()),
            terms.stage: f.integer(_ENDS) if is_deadline else None,
            terms.months: f.decimal(Decimal(event.months)) if event.months is not None else None,
        }
        kind = terms.StatedPeriod if event.is_period else terms.StatedDate
        end = event.last.end
        if thing == _BUDGET and (rest := _RE.rest.match(event.prose.text, end, event.prose.of_clause(end)[1])):
            end = rest.end()
        yield Mention(event.prose, kind, event.first.start, end, thing, about, values)


def _of_budget(event: Event, project: str) -> bool:
    """Return whether a date is that of a budget, by its words or, outside of forms, by its letter or title.

    A letter submits the budget; a title stands above the project. Texts that the `project` (IRI) itself holds are below
    its form, where a title is that of another table.
    """
    prose = event.prose
    if prose.place == "loose":
        start, end = prose.of_sentence(event.first.start)
        submitted = _RE.submits.search(prose.text[start:end]) and _RE.budget_of.search(event.words)
        title = _RE.titled.match(prose.text, start, end)
        return bool(submitted or (title and title.start("year") == event.first.start and prose.holder != project))
    told = _RE.budget_heading.search(prose.heading) or prose.place != "section"
    of_year = told and not event.last.month and _RE.budget.search(event.words.lstrip())
    return bool(of_year and not _RE.referred.search(prose.text))


def plans(subject: Subject) -> Iterator[Mention]:
    """Yield mentions of plans in cited titles, and of the five-year plans that a project's goals and sections serve."""
    yield from (plan for prose in subject.titles for plan in _titled(prose))
    yield from (plan for prose in subject.running for plan in _served(prose))


def _titled(prose: Prose) -> Iterator[Mention]:
    """Yield one mention of the plan that a title names, with its first and last year; nothing for another title.

    The years are those of a numbered five-year plan or, without a number, the years printed.
    """
    title = "".join(prose.text.split())
    if not _RE.plan.search(title) or _RE.about_plans.search(title):
        return
    spans, several = prose.spans, _RE.years_of_plan.search(title)
    dated = [
        each for each in prose.moments if each.year and not _RE.bound.search(prose.text[each.start - 1 : each.start])
    ]
    thing: str | None = None
    if named := _RE.five.search(title):
        thing, years = named.group().strip("“”"), _five(named["five"] or named["short"] or named["long"])
    elif spans and (first := spans[0].first.year) and first <= (spans[0].last.year or first):
        thing, years = several and several.group("span"), (first, spans[0].last.year or first)
    elif len(dated) == 1 and (only := dated[0].year) and _RE.yearly.search(title) and not _RE.many_years.search(title):
        thing, years = title.replace(str(only), ""), (only, only)
    else:
        return
    values = _years(*years)
    if several and not named and spans and not spans[0].first.month:
        values[terms.months] = f.decimal(Decimal(12 * numerals.figure(several["figure"])))
    yield Mention(prose, terms.StatedPlan, 0, len(prose.text), thing, (), values)


def _served(prose: Prose) -> Iterator[Mention]:
    for found in _RE.served.finditer(prose.text):
        stage = next((number for name, number in _OF_PLANS.items() if found[name]), None)
        if stage is None or (found["goes"] and not found["aim"]) or prose.aside.meet(*found.span()):
            continue
        values = _years(*_five(found["ordinal"])) | {terms.stage: f.integer(stage)}
        yield Mention(prose, terms.StatedPlan, found.start(), found.end(), found["plan"], (), values)


def _five(ordinal: str) -> tuple[int, int]:
    """Return the first and last year of a five-year plan with a number in words."""
    first = _COUNTED + 5 * numerals.number(ordinal)
    return first, first + 4


def _years(first: int, last: int) -> dict[str, Stated]:
    return {terms.startDate: f.date(f"{first}-01-01"), terms.endDate: f.date(f"{last}-12-31")}


def durations(subject: Subject) -> Iterator[Mention]:
    """Yield mentions of the lengths of time in a project's term."""
    for prose in subject.graph.prose(subject.iri, terms.projectTerm, "term"):
        for found in _RE.length.finditer(prose.text):
            length = {terms.months: f.decimal(Decimal(numerals.figure(found["figure"]) * int(_MONTHS[found["unit"]])))}
            yield Mention(prose, terms.StatedDuration, *found.span(), None, (subject.iri,), length)


def frequencies(subject: Subject) -> Iterator[Mention]:
    """Yield the frequencies in the goals, sections, names and targets of a project."""
    graph, rows = subject.graph, subject.rows
    nodes = (*graph.texts(subject.iri, terms.hasMention), *(row.iri for row in rows))
    counted = [node for node in nodes if _RE.occasions.fullmatch(graph.text(node, terms.targetUnit) or "")]
    things = [(node, _RE.measuring.sub("", _RE.remark.sub("", graph.label(node)))) for node in counted]
    names = {row.iri: row.name for row in rows}
    for prose in (*subject.running, *subject.cells, *subject.loose):
        yield from _rhythms(prose, names.get(prose.holder, ""), things)


def _rhythms(prose: Prose, name: str, things: list[tuple[str, str]]) -> Iterator[Mention]:
    """Yield the frequencies of a text.

    Sentences with several frequencies are left out, since each may be of another thing. `name` is that of the indicator
    with the text, or empty; `things` are IRI and name of what has a count of occasions.
    """
    found = [(each, prose.of_sentence(each.start())) for each in _RE.often.finditer(prose.text)]
    spans = [span for _, span in found]
    for match, (start, end) in (pair for pair in found if spans.count(pair[1]) == 1):
        said, least = name + prose.text[start:end], _RE.at_least.search(match.group())
        about = tuple(iri for iri, thing in things if len(thing) > 1 and thing in said and iri != prose.holder)
        rate = f.decimal(
            Decimal(_PER_YEAR[match["period"] or match["serial"]]) * numerals.figure(match["figure"] or "1")
        )
        totals = [one.value for one in prose.quantities if start <= one.start < end and _is_yearly_total(prose, one)]
        values: dict[str, Stated] = {
            terms.timesPerYear: rate,
            terms.statedCount: f.integer(int(totals[0])) if len(totals) == 1 else None,
            terms.targetValue: rate if least else None,
            terms.targetOperator: operator("ge" if least else None),
        }
        yield Mention(prose, terms.StatedFrequency, match.start(), match.end(), None, about, values)


def _is_yearly_total(prose: Prose, one: Quantity) -> bool:
    """Return whether a quantity is the total of occasions in the whole year: 全年合计4次.

    Such a quantity has a unit of occasions and no operator, is last in its clause, and follows a word for the whole
    year.
    """
    start, end = prose.of_clause(one.start)
    is_last = not prose.text[one.end : end].strip("，。；;, \n")
    is_count = one.operator is None and _RE.occasions.fullmatch(one.unit)
    return bool(is_count and is_last and _RE.of_all_year.search(prose.text[start : one.start]))
