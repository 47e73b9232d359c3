"""Read the dates and periods of a project's texts: the days that they may mean, the event of each, and its stage.

A month without a year is of the year of the date before it in the same sentence, or of the fiscal year; January to
March behind a later month are of the year after. Stages are numbers on the scales of `times.toml`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.mention import SETTING, Mention, Stated
from jixiao.ingest.text.mentions.prose import Moment, Prose
from jixiao.ingest.text.mentions.subject import Row, Subject
from jixiao.ontology import numerals, terms
from jixiao.ontology.text.wording import Wording

WORDING = Wording("jixiao.ingest.text.mentions", "times.toml", {"numeral_chars": numerals.NUMERALS})
"""The words and patterns of events, lengths and plans."""
_SCALES = ("steps", "edges", "held")
_AHEAD, _MARCH = (
    12,
    3,
)  # characters before a date that may tell its year or a plan; the last month of a turn of the year
_BUDGET = WORDING.text("budget_name")
_HELD = 40  # the first stage of events, which are compared with the form's dates if their year is printed
_BEFORE, _BEHIND = 5, 12  # the fewest characters by which an event is known from the words before and behind its date


def search(name: str, text: str) -> re.Match[str] | None:
    """Return the first match of a pattern, or of the words of a list, in a text."""
    return WORDING.pattern(name).search(text)


@dataclass(frozen=True)
class Event:
    """A date, or the two dates of a period, with the words up to the next date and those of the clause before."""

    prose: Prose
    first: Moment
    last: Moment
    words: str = ""
    ahead: str = ""

    @property
    def is_period(self) -> bool:
        """Whether two dates are printed."""
        return self.first.start != self.last.start

    @property
    def is_attribute(self) -> bool:
        """Whether a year only tells which year's something is: 2022年度的考核."""
        return not self.last.month and search("of_year", self.prose.text[: self.last.end]) is not None

    @property
    def has_year(self) -> bool:
        """Whether its year is printed."""
        return self.prose.text[self.first.start :].lstrip()[:4].isdecimal()

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day that may be meant; None without a year, or for no day of the calendar."""
        first, last = self.first.first(), self.last.last()
        return (date.fromisoformat(first), date.fromisoformat(last)) if first and last else None


def times(subject: Subject) -> Iterator[Mention]:
    """Yield the dates and periods of the texts of a project, of its name, its term, and the titles that it cites."""
    rows = {row.iri: row for row in subject.rows}
    graph = subject.graph
    titles = [(iri, terms.printedTitle) for iri in graph.texts(subject.iri, terms.hasCitation)]
    titled = [
        each for iri, name in ((subject.iri, terms.RDFS_label), *titles) for each in graph.prose(iri, name, "title")
    ]
    spans = [each for name in (terms.goalPeriod, terms.projectTerm) for each in graph.prose(subject.iri, name, "term")]
    for prose in (*subject.running, *subject.cells):
        for event in events(prose, subject.year):
            yield from _mention(event) if prose.place == "name" else _stated(event, subject, rows.get(prose.holder))
    for prose in (*titled, *spans):
        for event in events(prose, None):
            about = (subject.iri,) if prose.place == "term" else ()
            yield from _mention(event, about=about, stages={21: 0} if search("bound", _around(event)) else {})


def events(prose: Prose, year: int | None) -> tuple[Event, ...]:
    """Return the dates and periods of a text in order; `year` is that of dates without a date before them."""
    later = {span.first.start: span.last.start for span in prose.spans}
    dated = {each.start: each for each in _dated(prose, year, set(later.values()))}
    found = [Event(prose, each, dated[later.get(at, at)]) for at, each in dated.items() if at not in later.values()]
    steps = [each.first.start for each in found if not each.is_attribute]
    return tuple(_with_words(each, min((at for at in steps if at > each.last.start), default=None)) for each in found)


def _with_words(event: Event, following: int | None) -> Event:
    prose, start, end = event.prose, event.first.start, event.last.end
    behind = min(prose.of_sentence(start)[1], following or len(prose.text))
    return replace(event, words=prose.text[end:behind], ahead=prose.text[prose.of_clause(start)[0] : start])


def _dated(prose: Prose, year: int | None, ends: set[int]) -> Iterator[Moment]:
    """Yield the moments of a text with the year and month that each takes from the one before."""
    before: Moment | None = None
    for each in prose.moments:
        if before and prose.sentence(before.start) != prose.sentence(each.start):
            before = None
        months = each.month or (before.month if before and each.day else None)
        known = each.year
        if known is None and (base := before.year if before else year):
            ahead = prose.text[max(0, each.start - _AHEAD) : each.start]
            turns = before and before.month and months and months < before.month and not search("same_year", ahead)
            is_next = turns and (each.start in ends or (months or 0) <= _MARCH)
            known = base + bool(is_next or search("next_year", ahead))
        before = replace(each, year=known, month=months)
        yield before


def _stated(event: Event, subject: Subject, row: Row | None) -> Iterator[Mention]:
    """Yield the mention of an event in a text or a cell of the indicator `row`."""
    text = event.prose.text
    thing: str | None
    if row:
        covers = not text[: event.first.start].strip() and search("nothing", text[event.last.end :]) is not None
        earlier = search("earlier", row.name) is not None
        stages = dict.fromkeys((*_in_name(row.name), *([] if earlier else _due(event, row, covers=covers))), 0)
        thing = WORDING.pattern("remarks").sub("", WORDING.pattern("drafts").sub("", row.name))
        about = (row.iri,) if covers and not earlier else ()
    else:
        stages, thing, about = _stages(event), _thing(event), ()
    named = search("term", text[max(0, event.first.start - 2 * _AHEAD) : event.first.start])
    in_part = event.prose.place != "section" and named and search("of_part", named.group())
    if event.is_period and event.has_year and named and not in_part:
        about = (*about, subject.iri)
    yield from _mention(event, thing, about, stages)


def _mention(
    event: Event,
    thing: str | None = None,
    about: tuple[str, ...] = (),
    stages: Mapping[int, int] = MappingProxyType({}),
) -> Iterator[Mention]:
    if (days := event.days) is None:
        return
    first, last = days
    values: dict[str, Stated] = {
        terms.startDate: f.date(first.isoformat()),
        terms.endDate: f.date(last.isoformat()),
        terms.stage: tuple(one for stage in stages if (one := f.integer(stage))),
        terms.numberYear: f.integer(_numbered(event)),
    }
    if _is_plan(event, stages):
        settings = sorted({*event.prose.settings(event.first.start), "planned"})
        values[terms.setting] = tuple(f.iri(SETTING + name) for name in settings)
    if event.is_period:
        values[terms.months] = f.decimal(Decimal(12 * (last.year - first.year) + last.month - first.month + 1))
        if event.first.day and event.last.day and not search("windows", event.words.partition("，")[0]):
            values[terms.days] = f.decimal(Decimal((last - first).days + 1))
    kind = terms.StatedPeriod if event.is_period else terms.StatedDate
    end = event.last.end + (0 if event.is_period and about else max(stages.values(), default=0))
    if thing == _BUDGET:
        end += len(event.prose.text[end : event.prose.of_clause(end)[1]].rstrip("，。；;, "))
    yield Mention(event.prose, kind, event.first.start, end, thing, about, values)


def _stages(event: Event) -> dict[int, int]:
    """Map the stages of an event to the length of the words that tell them; an advance has none."""
    if event.is_attribute or search("advances", event.words):
        return {}
    found = [(WORDING.meanings(name), WORDING.pattern(name).search(event.words)) for name in _SCALES]
    stages = {int(meanings[word.group()]): word.end() for meanings, word in found if word}
    for name, stage in (("opens", 20), ("closes", 21), ("planned", 41)):
        if (word := WORDING.pattern(name).search(event.words)) and (stage != 41 or not stages):
            stages[stage] = word.end()
    return stages if event.has_year else {stage: end for stage, end in stages.items() if stage < _HELD}


def _around(event: Event) -> str:
    return event.prose.text[max(0, event.first.start - 1) : event.last.end]


def _in_name(name: str) -> tuple[int, ...]:
    return tuple(int(WORDING.meanings("drafts")[word]) for word in WORDING.pattern("drafts").findall(name)[:1])


def _due(event: Event, row: Row, *, covers: bool) -> tuple[int, ...]:
    """Return the stage of an end if a target is a deadline."""
    text = event.prose.text
    if search("compared", text) or event.is_period:
        return ()
    words = text[event.first.start : event.last.end + 3]
    is_due = search("due", words) or (covers and search("due_name", row.name))
    return (21,) if is_due else ()


def _thing(event: Event) -> str | None:
    """Return the name of the event by the words of the clause before its date, or else by those behind it."""
    heading = search("budget_heading", event.prose.heading) or event.prose.place != "section"
    if heading and not event.last.month and search("budget", event.words.lstrip()):
        return None if search("referred", event.prose.text) else _BUDGET
    if event.is_attribute:
        return None
    before = WORDING.pattern("lead").sub("", WORDING.pattern("at").sub("", event.ahead))
    if not (event.is_period or event.last.day):
        return None
    if len(before) >= _BEFORE:
        return None if search("generic", before) else before
    behind = event.words.partition("，")[0].strip(" 。；;,")
    return behind if len(behind) >= _BEHIND and event.last.day and not event.last.before else None


def _numbered(event: Event) -> int | None:
    """Return the year of the number behind a date of issue, as in 2021年5月《…》甲财函〔2021〕3号."""
    found = WORDING.pattern("numbered").match(event.prose.text, event.last.end)
    if found is None or not event.first.month or search("not_issued", found.group()):
        return None
    return int(found["numbered"])


def _is_plan(event: Event, stages: Mapping[int, int]) -> bool:
    """Return whether an event is told as planned: by words at its date, its length, or the section's heading."""
    if search("planned", event.words):
        return True
    if not stages or search("background", event.prose.heading) or search("told", event.words):
        return False
    sentence = event.prose.text[slice(*event.prose.of_sentence(event.first.start))]
    return bool(
        event.prose.place == "annual"
        or search("planning", event.ahead)
        or (event.first.month and search("lasting", sentence))
        or (event.first.month and search("plan_headings", event.prose.heading))
    )
