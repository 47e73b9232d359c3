"""Read the dates, periods and plans of a project's texts: the days they may mean, and the year of a budget.

A month without a year is of the year of the date before it in the same sentence, or of the fiscal year; January to
March after a later month are of the year after. Plans have the years of cited titles, or are five-year plans that a
text serves, opens or closes.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.prose import Moment, Prose
from jixiao.ingest.text.mentions.subject import IndicatorFacts, Mention, Stated, Subject
from jixiao.ontology import numerals, terms
from jixiao.ontology.text.wording import Wording

WORDING = Wording("jixiao.ingest.text.mentions", "times.toml", {"numeral_chars": numerals.NUMERALS})
"""The words and patterns of events, lengths and plans."""
RE = WORDING.patterns
"""The patterns of these words."""
_BUDGET = WORDING.text("budget_name")
_AHEAD = 24  # characters before a date that may tell its year, or the term that it is of
_MARCH = 3  # the last month of a turn of the year
_ENDS = 21  # the stage of a deadline
_COUNTED, _OF_LAW = 1951, 1981  # the years from which five-year plans, and those of legal education (普法), are counted
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
    def has_year(self) -> bool:
        """Return whether the first date begins with a year in four digits."""
        return self.prose.text[self.first.start :].lstrip()[:4].isdecimal()


def _is_attribute(prose: Prose, moment: Moment) -> bool:
    return not moment.month and RE.of_year.search(prose.text, moment.start, moment.end) is not None


def times(subject: Subject) -> Iterator[Mention]:
    """Yield mentions of the dates and periods in a project's texts, its name, its term, and the titles that it cites.

    The date of a budget in a loose text is left out if its year is the fiscal year of another project alone.
    """
    rows, graph = {row.iri: row for row in subject.rows}, subject.graph
    for prose in (*subject.running, *subject.cells, *subject.loose):
        for event in events(prose, subject.year):
            if prose.place == "loose" and _thing(event) == _BUDGET:
                continue  # see below
            yield from _mention(event) if prose.place == "name" else _stated(event, subject, rows.get(prose.holder))
    others = {other.year for other in graph.subjects} - {subject.year}
    for event in (each for prose in subject.loose for each in events(prose, None)):
        if (thing := _thing(event)) == _BUDGET and event.first.year not in others:
            yield from _mention(event, thing)
    fields = ((terms.goalPeriod, "term"), (terms.projectTerm, "term"), (terms.RDFS_label, "title"))
    proses = (prose for field in fields for prose in graph.prose(subject.iri, *field))
    for event in (each for prose in (*proses, *subject.titles) for each in events(prose, None)):
        about = (subject.iri,) if event.prose.place == "term" else ()
        bound = RE.bound.search(event.prose.text[max(0, event.first.start - 1) : event.last.end])
        yield from _mention(event, about=about, is_deadline=bound is not None)


def months(subject: Subject) -> set[int]:
    """Return the lengths in months of a project's term, of its goals' period, and of periods that are whole targets."""
    graph, found = subject.graph, set()
    fields = [(subject.iri, terms.goalPeriod), (subject.iri, terms.projectTerm)]
    fields += [(row.iri, terms.targetText) for row in subject.rows if not RE.due_name.search(row.name)]
    for prose in (prose for holder, name in fields for prose in graph.prose(holder, name, "term")):
        for event in events(prose, subject.year):
            first, last = event.first, event.last
            around = prose.text[: first.start] + prose.text[last.end :]
            if event.is_period and first.year and last.year and first.month and last.month and not around.strip():
                found.add(12 * (last.year - first.year) + last.month - first.month + 1)
    return found


def events(prose: Prose, year: int | None) -> Iterator[Event]:
    """Yield the dates and periods of a text in order.

    `year` is the year of dates that print none and follow no other date, or None.
    """
    ends = {span.first.start: span.last.start for span in prose.spans}
    until = {*ends.values()}
    dated = {each.start: each for each in _dated(prose, year, until)}
    opening = [at for at in dated if at not in until]
    steps = [at for at in opening if not _is_attribute(prose, dated[ends.get(at, at)])]
    for at in opening:
        last = dated[ends.get(at, at)]
        following = bisect_right(steps, last.start)
        behind = min([prose.of_sentence(at)[1], *steps[following : following + 1]])
        yield Event(prose, dated[at], last, prose.text[last.end : behind])


def _dated(prose: Prose, year: int | None, ends: set[int]) -> Iterator[Moment]:
    """Yield the moments of a text, each completed by the year and month of the moment before it in the sentence.

    `year` is the year without such a moment; `ends` are the offsets of moments that end a span.
    """
    before: Moment | None = None
    for each in prose.moments:
        if before and prose.sentence(before.start) != prose.sentence(each.start):
            before = None
        month = each.month or (before.month if before and each.day else None)
        known = each.year
        if known is None and (base := before.year if before else year):
            ahead = prose.text[max(0, each.start - _AHEAD // 2) : each.start]
            turns = before and before.month and month and month < before.month and not RE.same_year.search(ahead)
            is_next = turns and (each.start in ends or (month or 0) <= _MARCH)
            known = base + bool(is_next or RE.next_year.search(ahead))
        before = replace(each, year=known, month=month)
        yield before


def _stated(event: Event, subject: Subject, row: IndicatorFacts | None) -> Iterator[Mention]:
    """Yield the mention of an event in a text; with `row`, the event is in the target of this indicator.

    Nothing is yielded for a day that no calendar has, or an unknown year.
    """
    text, start = event.prose.text, event.first.start
    named = RE.term.search(text[max(0, start - _AHEAD) : start]) if event.is_period and event.has_year else None
    in_part = named and event.prose.place != "section" and RE.of_part.search(named.group())
    about = (subject.iri,) if named and not in_part else ()
    if not row:
        yield from _mention(event, _thing(event), about)
        return
    covers = not text[:start].strip() and RE.nothing.search(text[event.last.end :]) is not None
    is_deadline = False
    if not RE.earlier.search(row.name):
        about = (*about, row.iri) if covers else about
        is_due = RE.due.search(text[start : event.last.end + 3]) or (covers and RE.due_name.search(row.name))
        is_deadline = bool(is_due and not event.is_period and not RE.compared.search(text))
    yield from _mention(event, RE.remarks.sub("", row.name), about, is_deadline=is_deadline)


def _mention(
    event: Event, thing: str | None = None, about: tuple[str, ...] = (), *, is_deadline: bool = False
) -> Iterator[Mention]:
    """Yield one mention of an event, or nothing for a day that no calendar has or an unknown year."""
    first, last = event.first.first(), event.last.last()
    if not first or not last:
        return
    begins, ends = date.fromisoformat(first), date.fromisoformat(last)
    values: dict[str, Stated] = {
        terms.startDate: f.date(first),
        terms.endDate: f.date(last),
        terms.stage: f.integer(_ENDS) if is_deadline else None,
    }
    if event.is_period:
        values[terms.months] = f.decimal(Decimal(12 * (ends.year - begins.year) + ends.month - begins.month + 1))
    kind = terms.StatedPeriod if event.is_period else terms.StatedDate
    end = event.last.end
    if thing == _BUDGET:
        end += len(event.prose.text[end : event.prose.of_clause(end)[1]].rstrip("，。；;, "))
    yield Mention(event.prose, kind, event.first.start, end, thing, about, values)


def _thing(event: Event) -> str | None:
    """Return the fixed name of the budget for the date of a budget, None for another event."""
    if event.prose.place == "loose":
        sentence = event.prose.text[slice(*event.prose.of_sentence(event.first.start))]
        return _BUDGET if RE.submits.search(sentence) and RE.budget_of.search(event.words) else None
    of_budget = RE.budget_heading.search(event.prose.heading) or event.prose.place != "section"
    if of_budget and not event.last.month and RE.budget.search(event.words.lstrip()):
        return None if RE.referred.search(event.prose.text) else _BUDGET
    return None


def plans(subject: Subject) -> Iterator[Mention]:
    """Yield mentions of plans in cited titles, and of the five-year plans that a project's goals and sections serve."""
    for prose in subject.titles:
        yield from _titled(prose)
    for prose in subject.running:
        yield from _served(prose)


def _titled(prose: Prose) -> Iterator[Mention]:
    """Yield one mention of the plan that a title names, with its first and last year; nothing for another title.

    The years are those of a numbered five-year plan or, without a number, the years printed.
    """
    title = "".join(prose.text.split())
    if not RE.plan.search(title) or RE.about_plans.search(title):
        return
    spans, several = prose.spans, RE.years_of_plan.search(title)
    dated = [
        each for each in prose.moments if each.year and not RE.bound.search(prose.text[each.start - 1 : each.start])
    ]
    thing: str | None = None
    if named := RE.education.search(title):
        thing, years = named.group(), _five(named["law"] or named["law2"], _OF_LAW)
    elif named := RE.five.search(title):
        thing, years = named.group().strip("“”"), _five(named["five"] or named["short"] or named["long"], _COUNTED)
    elif spans and (first := spans[0].first.year) and first <= (spans[0].last.year or first):
        thing, years = several and several.group("span"), (first, spans[0].last.year or first)
    elif len(dated) == 1 and (only := dated[0].year) and RE.yearly.search(title) and not RE.many_years.search(title):
        thing, years = title.replace(str(only), ""), (only, only)
    else:
        return
    values = _years(*years)
    if several and not named and spans and not spans[0].first.month:
        values[terms.months] = f.decimal(Decimal(12 * numerals.figure(several["figure"])))
    yield Mention(prose, terms.StatedPlan, 0, len(prose.text), thing, (), values)


def _served(prose: Prose) -> Iterator[Mention]:
    for found in RE.served.finditer(prose.text):
        stage = next((number for name, number in _OF_PLANS.items() if found[name]), None)
        if stage is None or (found["goes"] and not found["aim"]) or prose.aside.meet(*found.span()):
            continue
        values = _years(*_five(found["ordinal"], _COUNTED)) | {terms.stage: f.integer(stage)}
        yield Mention(prose, terms.StatedPlan, found.start(), found.end(), found["plan"], (), values)


def _five(ordinal: str, counted_from: int) -> tuple[int, int]:
    """Return the first and last year of a five-year plan with a number in words; `counted_from` begins the first."""
    first = counted_from + 5 * numerals.number(ordinal)
    return first, first + 4


def _years(first: int, last: int) -> dict[str, Stated]:
    return {terms.startDate: f.date(f"{first}-01-01"), terms.endDate: f.date(f"{last}-12-31")}
