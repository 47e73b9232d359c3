"""Read what running text states: sums of money claimed for a project or by a cover, terms, and responsible bodies.

A text of 实施周期 that names two terms, or one of 实施主体 that names two bodies, gives none.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from jixiao.ingest.model import Claim, Printed, Project, Section
from jixiao.ingest.rendition import Place
from jixiao.ingest.roles.headings import SECTIONS
from jixiao.ingest.text.flow import Flow
from jixiao.ingest.values.amounts import NUMBER, UNIT, decimal, scale, step
from jixiao.ingest.values.dates import DAY, day
from jixiao.ingest.values.plain import folded
from jixiao.ontology.identity import label
from jixiao.ontology.text.wording import Wording

# A figure partly masked by its publisher (****000元) is no number.
_MONEY = rf"(?<![*＊×xX.])(?P<digits>{NUMBER})\s*(?P<unit>{UNIT})"
_WORDING = Wording("jixiao.ingest.structure.narratives", "claims.toml", {"money": _MONEY})
# Patterns of claims, from the most exact statement of the year's request to the vaguest.
_CLAIMS = tuple(_WORDING.pattern(name) for name in ("for_the_year", "a_year", "for_the_project", "in_all", "divided"))
_VAGUE = 3  # the rank from which a claim must be the only one of its kind
_AT_FIRST, _YEARS, _CLAUSE, _SENTENCE, _WORKS, _OF_TABLE = (
    _WORDING.pattern(name) for name in ("at_first", "years", "clause", "sentence", "works", "of_table")
)
_SUM = re.compile(_MONEY)
_REACH = 200  # characters of a sentence that are searched before a sum
WORDING = Wording("jixiao.ingest.structure.narratives", "schedules.toml", {"day": DAY})
_TERM, _MONTH, _WHOLE_YEAR, _THIS_TIME = (
    WORDING.pattern(name) for name in ("term", "some_month", "whole_year", "this_time")
)
_NAMED, _LEADS, _ALONE, _SEVERAL = (WORDING.pattern(name) for name in ("named", "leads", "alone", "many"))
_REACH_OF_TERM = 20  # characters that are searched before a term


def settled(projects: Iterable[Project], year: int | None) -> tuple[Project, ...]:
    """Add to each project the amount that its narrative claims; `year` is the fiscal year of the file."""
    return tuple(
        replace(
            each,
            narrative=replace(story, amount=narrative_amount(story.sections, each.form.year or story.year or year)),
        )
        if (story := each.narrative)
        else each
        for each in projects
    )


def narrative_amount(sections: Sequence[Section], year: int | None) -> Claim | None:
    """Return the amount, in yuan, that a narrative claims for its project in a year, or None.

    A claim for this year is preferred to one for the whole contract. A total without further words (合计), or a
    computed sum that the text divides (其中), counts only if the text has no other. The last choice is the first sum of
    the section about the year's money. The cost of the whole works (总投资) and amounts of other years do not count.
    """
    flows = [Flow.of(section.text) for section in sections]
    for rank, pattern in enumerate(_CLAIMS):
        found = [claim for flow in flows for claim in _found(pattern, flow, year, of_the_year=rank == 0)]
        if found and (rank < _VAGUE or len({claim.value for claim in found}) == 1):
            return found[0]
    of_the_year = (section for section in sections if section.meaning == SECTIONS["budget"])
    return next((claim for section in of_the_year for claim in _allotted(Flow.of(section.text), year)), None)


def _allotted(flow: Flow, year: int | None) -> Iterator[Claim]:
    """Yield the sum at the beginning of a section about the year's money."""
    found = _AT_FIRST.match(flow.text)
    if found and found["year"] in (None, str(year)):
        yield claim(found, flow.within(*found.span()))


def _found(pattern: re.Pattern[str], flow: Flow, year: int | None, *, of_the_year: bool) -> Iterator[Claim]:
    """Yield the sums that a pattern matches, without those of other years and, unless `of_the_year`, of whole works."""
    for match in pattern.finditer(flow.text):
        before = flow.text[max(0, match.start() - _REACH) : match.start()]
        named = match.groupdict().get("year") or _year(before)
        if named and named != str(year):
            continue
        if of_the_year or not _is_of_whole_works(before):
            yield claim(match, flow.within(*match.span()))


def _year(before: str) -> str | None:
    """Return the year named in the clause before a sum; if it names several years together, their words; else None."""
    clause = _CLAUSE.search(before)
    years = [match.group() if match[2] else match[1] for match in _YEARS.finditer(clause.group() if clause else "")]
    return years[-1] if years else None


def _is_of_whole_works(before: str) -> bool:
    """Return whether the sentence before a sum is about the cost of the whole works."""
    sentence = _SENTENCE.search(before)
    return sentence is not None and _WORKS.search(sentence.group()) is not None


def sums(text: Printed) -> Iterator[Decimal]:
    """Yield the sums of money in a text that have a unit, in yuan."""
    for found in _SUM.finditer(Flow.of(text).text):
        yield claim(found, ()).value


def of_tables(text: str) -> Iterator[Decimal]:
    """Yield the totals of the tables in a text whose heads state the unit of money, in yuan."""
    for found in _OF_TABLE.finditer(text):
        yield claim(found, ()).value


def claim(found: re.Match[str], places: tuple[Place, ...]) -> Claim:
    """Return the value in yuan of a match with `digits` and `unit`, and its places."""
    unit = scale(found["unit"])
    return Claim(decimal(found["digits"]) * unit, places, step(found["digits"], unit))


@dataclass(frozen=True)
class Term:
    """The first and last day of a project in ISO 8601, and their places in the text."""

    first: str
    last: str
    places: tuple[Place, ...]


def term(printed: Printed) -> Term | None:
    """Return the only term that a text names, or the one after 本次, or None.

    Terms are written as `从2022年1月至2022年12月`, `2022年1月至12月`, `2022年1-12月` or `2025全年度`.
    """
    found: list[Term] = []
    this_time: list[Term] = []
    for place, text in printed.parts:
        words = folded(text)
        if whole := _WHOLE_YEAR.fullmatch(words):
            found.append(Term(f"{whole['year']}-01-01", f"{whole['year']}-12-31", (place,)))
        further = _MONTH.search(_TERM.sub("", words)) is not None
        for match in _TERM.finditer(words):
            this = _THIS_TIME.search(words, max(0, match.start() - _REACH_OF_TERM), match.start()) is not None
            if (this or not further) and (single := _term(match, place)):
                found.append(single)
                this_time += [single] if this else []
    for terms in (this_time, found):
        if len({(single.first, single.last) for single in terms}) == 1:
            return terms[0]
    return None


def _term(match: re.Match[str], place: Place) -> Term | None:
    """Return a match as a term in days; its last month may lack the year."""
    first = match["first"] or f"{match['year']}-{match['from']}"
    last = match["last"] or f"{match['year']}-{match['to']}"
    if not last[:4].isdecimal():
        last = f"{first[:4]}-{last}"
    begins, ends = day(first, last=False), day(last, last=True)
    return Term(begins[0], ends[0], (place,)) if begins and ends else None


def implementer(printed: Printed) -> Printed | None:
    """Return the only body that a text names as responsible, after 责任主体为 or before 负责, or None."""
    found = [
        (place, label(match["body"]))
        for place, text in printed.parts
        for match in (*_NAMED.finditer(text), *_LEADS.finditer(text))
    ]
    bodies = {body for _, body in found}
    if len(bodies) != 1 or _SEVERAL.search(found[0][1]):
        return None
    return Printed((found[0],))


def body_alone(printed: Printed) -> Printed | None:
    """Return the body whose name is all of a text, or None."""
    match = _ALONE.fullmatch(printed.text)
    if match is None or _SEVERAL.search(match["body"]):
        return None
    return Printed(((printed.parts[0][0], label(match["body"])),))
