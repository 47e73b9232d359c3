"""Read plans by their years: those of cited titles, and the five-year plans that a text serves, opens or closes."""

from collections.abc import Iterator
from decimal import Decimal

from jixiao.ingest import facts as f
from jixiao.ingest.text.mentions.mention import Mention, Stated
from jixiao.ingest.text.mentions.prose import Prose
from jixiao.ingest.text.mentions.subject import Subject
from jixiao.ingest.text.mentions.times import RE
from jixiao.ontology import numerals, terms

_COUNTED, _OF_LAW = 1951, 1981
"""The years from which five-year plans, and those of legal education (普法), are counted."""
_STAGES = {"opens": 50, "goes": 51, "closes": 52}


def plans(subject: Subject) -> Iterator[Mention]:
    """Yield the plans of the titles that a project cites, and those that its goals and sections serve."""
    for prose in subject.titles:
        yield from _titled(prose)
    for prose in subject.running:
        yield from _served(prose)


def _titled(prose: Prose) -> Iterator[Mention]:
    """Yield the plan that a title names, with the years of its name or, without such a name, the years printed."""
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
        stage = next((number for name, number in _STAGES.items() if found[name]), None)
        if stage is None or (found["goes"] and not found["aim"]) or prose.aside.meet(*found.span()):
            continue
        values = _years(*_five(found["ordinal"], _COUNTED)) | {terms.stage: f.integer(stage)}
        yield Mention(prose, terms.StatedPlan, found.start(), found.end(), found["plan"], (), values)


def _five(ordinal: str, counted_from: int) -> tuple[int, int]:
    """Return the first and last year of the five-year plan with an ordinal in words."""
    first = counted_from + 5 * numerals.number(ordinal)
    return first, first + 4


def _years(first: int, last: int) -> dict[str, Stated]:
    return {terms.startDate: f.date(f"{first}-01-01"), terms.endDate: f.date(f"{last}-12-31")}
