"""Read the dates, periods and plans of a project's texts: the days they may mean, the event, and its stage.

A month without a year is of the year of the date before it in the same sentence, or of the fiscal year; January to
March after a later month are of the year after. Stages are numbers on the scales of `times.toml`. Plans have the years
of cited titles, or are five-year plans that a text serves, opens or closes.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.prose import Moment, Prose
from jixiao.ingest.text.mentions.subject import IndicatorFacts, Mention, Stated, Subject, settings
from jixiao.ontology import numerals, terms
from jixiao.ontology.text.wording import Wording

WORDING = Wording("jixiao.ingest.text.mentions", "times.toml", {"numeral_chars": numerals.NUMERALS})
"""The words and patterns of events, lengths and plans."""
RE = WORDING.patterns
"""The patterns of these words."""
_BUDGET, _DRAFTS = WORDING.text("budget_name"), WORDING.meanings("drafts")
_AHEAD = 24  # characters before a date that may tell its year, or the term that it is of
_MARCH = 3  # the last month of a turn of the year
_ENDS, _HELD, _DOES = 21, 40, 41  # stages; the last two are compared with the form's dates if their year is printed
_BEFORE, _BEHIND = 5, 12  # the fewest characters by which an event is known from the words before and behind its date
_STEPS = tuple((WORDING.pattern(name), WORDING.meanings(name)) for name in ("steps", "edges", "held"))
_COUNTED, _OF_LAW = 1951, 1981  # the years from which five-year plans, and those of legal education (普法), are counted
_OF_PLANS = {"opens": 50, "goes": 51, "closes": 52}
_MARKS = ((RE.opens, _ENDS - 1), (RE.closes, _ENDS), (RE.planned, _DOES))


@dataclass(frozen=True)
class Event:
    """A date, or the first and last date of a period, with the words around it.

    `ahead` are the words before it in its clause, `words` those after it, up to the next date or the end of the
    sentence.
    """

    prose: Prose
    first: Moment
    last: Moment
    ahead: str
    words: str

    @property
    def is_period(self) -> bool:
        """Return whether the event is a period, and not one date."""
        return self.first.start != self.last.start

    @property
    def has_year(self) -> bool:
        """Return whether the first date begins with a year in four digits."""
        return self.prose.text[self.first.start :].lstrip()[:4].isdecimal()

    @property
    def is_attribute(self) -> bool:
        """Return whether the date is a year without month that only says of which year something is: 2022年度的考核."""
        return _is_attribute(self.prose, self.last)


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
        yield from _mention(event, about=about, stages={_ENDS: 0} if bound else {})


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
        ahead = prose.text[prose.of_clause(at)[0] : at]
        yield Event(prose, dated[at], last, ahead, prose.text[last.end : behind])


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
        yield from _mention(event, _thing(event), about, _stages(event))
        return
    covers = not text[:start].strip() and RE.nothing.search(text[event.last.end :]) is not None
    stages = [int(_DRAFTS[word]) for word in RE.drafts.findall(row.name)[:1]]
    if not RE.earlier.search(row.name):
        about = (*about, row.iri) if covers else about
        is_due = RE.due.search(text[start : event.last.end + 3]) or (covers and RE.due_name.search(row.name))
        stages += [_ENDS] if is_due and not event.is_period and not RE.compared.search(text) else []
    thing = RE.remarks.sub("", RE.drafts.sub("", row.name))
    yield from _mention(event, thing, about, dict.fromkeys(stages, 0))


def _mention(
    event: Event, thing: str | None = None, about: tuple[str, ...] = (), stages: dict[int, int] | None = None
) -> Iterator[Mention]:
    """Yield one mention of an event, or nothing for a day that no calendar has or an unknown year.

    `stages` maps the event's stages to the ends of their words, in characters after the date.
    """
    first, last, stages = event.first.first(), event.last.last(), stages or {}
    if not first or not last:
        return
    begins, ends = date.fromisoformat(first), date.fromisoformat(last)
    values: dict[str, Stated] = {
        terms.startDate: f.date(first),
        terms.endDate: f.date(last),
        terms.stage: tuple(one for stage in stages if (one := f.integer(stage))),
        terms.numberYear: _numbered(event),
    }
    if _is_plan(event, is_event=bool(stages)):
        values[terms.setting] = settings({*event.prose.settings(event.first.start), "planned"})
    if event.is_period:
        values[terms.months] = f.decimal(Decimal(12 * (ends.year - begins.year) + ends.month - begins.month + 1))
        if event.first.day and event.last.day and not RE.windows.search(event.words.partition("，")[0]):
            values[terms.days] = f.decimal(Decimal((ends - begins).days + 1))
    kind = terms.StatedPeriod if event.is_period else terms.StatedDate
    end = event.last.end + (0 if event.is_period and about else max(stages.values(), default=0))
    if thing == _BUDGET:
        end += len(event.prose.text[end : event.prose.of_clause(end)[1]].rstrip("，。；;, "))
    yield Mention(event.prose, kind, event.first.start, end, thing, about, values)


def _stages(event: Event) -> dict[int, int]:
    """Map each stage of an event (a number in times.toml) to the end of its word, in characters after the date.

    A year as an attribute, and the date of an advance, have no stages.
    """
    if event.is_attribute or RE.advances.search(event.words):
        return {}
    found = ((meanings, pattern.search(event.words)) for pattern, meanings in _STEPS)
    stages = {int(meanings[word.group()]): word.end() for meanings, word in found if word}
    for pattern, stage in _MARKS:
        if (word := pattern.search(event.words)) and (stage != _DOES or not stages):
            stages[stage] = word.end()
    return stages if event.has_year else {stage: end for stage, end in stages.items() if stage < _HELD}


def _thing(event: Event) -> str | None:
    """Return the name of an event, or the fixed name of the budget for the date of a budget; None for an unclear event.

    The name has the words before the date in its clause or, if these are few, the words after a full date. An
    attribute, generic words, and a single date without a day give None; in loose texts, only the budget has a name.
    """
    if event.prose.place == "loose":
        sentence = event.prose.text[slice(*event.prose.of_sentence(event.first.start))]
        return _BUDGET if RE.submits.search(sentence) and RE.budget_of.search(event.words) else None
    of_budget = RE.budget_heading.search(event.prose.heading) or event.prose.place != "section"
    if of_budget and not event.last.month and RE.budget.search(event.words.lstrip()):
        return None if RE.referred.search(event.prose.text) else _BUDGET
    if event.is_attribute or not (event.is_period or event.last.day):
        return None
    before = RE.lead.sub("", RE.at.sub("", event.ahead))
    if len(before) >= _BEFORE:
        return None if RE.generic.search(before) else before
    behind = event.words.partition("，")[0].strip(" 。；;,")
    return behind if len(behind) >= _BEHIND and event.last.day and not event.last.before else None


def _numbered(event: Event) -> f.Term | None:
    """Return the year of the document number directly after a date of issue; None if no number follows.

    In 2021年5月《…》甲财函〔2021〕3号 the year is 2021.
    """
    found = RE.numbered.match(event.prose.text, event.last.end) if event.first.month else None
    return f.integer(int(found["numbered"])) if found and not RE.not_issued.search(found.group()) else None


def _is_plan(event: Event, *, is_event: bool) -> bool:
    """Return whether an event is planned: by words at its date, its duration, or the heading of its section.

    `is_event` is true if the event has a stage; without a stage, only words after the date count.
    """
    if RE.planned.search(event.words):
        return True
    if not is_event or RE.background.search(event.prose.heading) or RE.told.search(event.words):
        return False
    if event.prose.place == "annual" or RE.planning.search(event.ahead):
        return True
    sentence = event.prose.text[slice(*event.prose.of_sentence(event.first.start))]
    is_long = RE.lasting.search(sentence) or RE.plan_headings.search(event.prose.heading)
    return bool(event.first.month and is_long)


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
