"""Read sums of money in running text: those that a narrative claims for its project, or that a cover states."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from jixiao.ingest.model import Claim, Printed, Project, Section
from jixiao.ingest.rendition import Place
from jixiao.ingest.structure.narratives.narrative import BUDGET_SECTION
from jixiao.ingest.text.flow import Flow
from jixiao.ingest.values.amounts import NUMBER, UNIT, decimal, scale, step
from jixiao.ontology.text.wording import Wording

# A figure partly masked by its publisher (****000元) is no number.
_MONEY = rf"(?<![*＊×xX.])(?P<digits>{NUMBER})\s*(?P<unit>{UNIT})"
_WORDING = Wording("jixiao.ingest.structure.narratives", "claims.toml", {"money": _MONEY})
# Patterns of claims, from the most exact statement of the year's request to the vaguest.
_CLAIMS = tuple(_WORDING.pattern(name) for name in ("for_the_year", "a_year", "for_the_project", "in_all"))
_AT_FIRST, _YEARS, _CLAUSE, _SENTENCE, _WORKS = (
    _WORDING.pattern(name) for name in ("at_first", "years", "clause", "sentence", "works")
)
_SUM = re.compile(_MONEY)
_REACH = 200  # characters of a sentence that are searched before a sum


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

    A claim for this year is preferred to one for the whole contract. A total without further words (合计) counts only
    if the text has no other. The last choice is the first sum of the section about the year's money. The cost of the
    whole works (总投资) and amounts of other years do not count.
    """
    flows = [Flow.of(section.text) for section in sections]
    for rank, pattern in enumerate(_CLAIMS):
        found = [claim for flow in flows for claim in _found(pattern, flow, year, of_the_year=rank == 0)]
        if found and (rank < len(_CLAIMS) - 1 or len({claim.value for claim in found}) == 1):
            return found[0]
    of_the_year = (section for section in sections if section.meaning == BUDGET_SECTION)
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


def claim(found: re.Match[str], places: tuple[Place, ...]) -> Claim:
    """Return the value in yuan of a match with `digits` and `unit`, and its places."""
    unit = scale(found["unit"])
    return Claim(decimal(found["digits"]) * unit, places, step(found["digits"], unit))
