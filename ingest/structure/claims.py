"""Sums of money in running text: what a narrative claims for its project, what a cover declares. Words: claims.toml."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from jixiao.ingest.model import Claim, Project, Section
from jixiao.ingest.rendition import Place
from jixiao.ingest.structure.narrative import BUDGET_SECTION
from jixiao.ingest.text.flow import Flow
from jixiao.ingest.values.amounts import NUMBER, UNIT, decimal, scale, step
from jixiao.ontology.wording import Wording

# What a publisher has masked (****000元) is no number.
_MONEY = rf"(?<![*＊×xX.])(?P<digits>{NUMBER})\s*(?P<unit>{UNIT})"
_WORDING = Wording("jixiao.ingest.structure", "claims.toml", {"money": _MONEY})
# From the claim that says most exactly what this year's form asks for, to the vaguest.
_CLAIMS = tuple(_WORDING.pattern(name) for name in ("for_the_year", "a_year", "for_the_project", "in_all"))
_AT_FIRST, _YEARS, _CLAUSE, _SENTENCE, _WORKS = (
    _WORDING.pattern(name) for name in ("at_first", "years", "clause", "sentence", "works")
)
_REACH = 200  # characters of a sentence before a sum that are looked at


def settled(projects: Iterable[Project], year: int | None) -> tuple[Project, ...]:
    """The projects with the amounts that their narratives claim; `year` is that of the file."""
    return tuple(_settled(project, year) for project in projects)


def _settled(project: Project, year: int | None) -> Project:
    story = project.narrative
    if story is None:
        return project
    amount = narrative_amount(story.sections, project.form.year or story.year or year)
    return replace(project, narrative=replace(story, amount=amount))


def narrative_amount(sections: Sequence[Section], year: int | None) -> Claim | None:
    """The amount, in yuan, that a narrative claims for its project as the form of a year funds it.

    A claim about this year goes before one about the whole contract; a bare total (合计) counts only where it is one.
    At last counts what the section about the year's money begins with. The cost of the whole works (总投资) is not the
    year's money, nor is an amount of another year.
    """
    flows = [Flow.of(section.text) for section in sections]
    for rank, pattern in enumerate(_CLAIMS):
        found = [claim for flow in flows for claim in _found(pattern, flow, year, of_the_year=rank == 0)]
        if found and (rank < len(_CLAIMS) - 1 or len({claim.value for claim in found}) == 1):
            return found[0]
    of_the_year = (section for section in sections if section.meaning == BUDGET_SECTION)
    return next((claim for section in of_the_year for claim in _allotted(Flow.of(section.text), year)), None)


def _allotted(flow: Flow, year: int | None) -> Iterator[Claim]:
    found = _AT_FIRST.match(flow.text)
    if found and found["year"] in (None, str(year)):
        yield claim(found, flow.within(*found.span()))


def _found(pattern: re.Pattern[str], flow: Flow, year: int | None, *, of_the_year: bool) -> Iterator[Claim]:
    for match in pattern.finditer(flow.text):
        before = flow.text[max(0, match.start() - _REACH) : match.start()]
        named = match.groupdict().get("year") or _year(before)
        if named and named != str(year):
            continue
        if of_the_year or not _is_of_whole_works(before):
            yield claim(match, flow.within(*match.span()))


def _year(before: str) -> str | None:
    """The year named in the clause before a sum; for several years together, a text that is no year."""
    clause = _CLAUSE.search(before)
    years = [match.group() if match[2] else match[1] for match in _YEARS.finditer(clause.group() if clause else "")]
    return years[-1] if years else None


def _is_of_whole_works(before: str) -> bool:
    """Whether the sentence before a sum is about what the whole works cost."""
    sentence = _SENTENCE.search(before)
    return sentence is not None and _WORKS.search(sentence.group()) is not None


def claim(found: re.Match[str], places: tuple[Place, ...]) -> Claim:
    """The yuan of a number (`digits`) and its `unit` as printed in running text."""
    unit = scale(found["unit"])
    return Claim(decimal(found["digits"]) * unit, places, step(found["digits"], unit))
