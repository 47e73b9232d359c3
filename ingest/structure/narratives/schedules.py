"""Read the term in the text of 实施周期, and the body in that of 实施主体.

A text that names two terms, or two bodies, gives none.
"""

import re
from dataclasses import dataclass

from jixiao.ingest.model import Printed
from jixiao.ingest.rendition import Place
from jixiao.ingest.values.dates import DAY, day
from jixiao.ingest.values.plain import folded
from jixiao.ontology.identity import label
from jixiao.ontology.text.wording import Wording

WORDING = Wording("jixiao.ingest.structure.narratives", "schedules.toml", {"day": DAY})
_TERM, _MONTH, _WHOLE_YEAR, _THIS_TIME = (
    WORDING.pattern(name) for name in ("term", "some_month", "whole_year", "this_time")
)
_NAMED, _LEADS, _SEVERAL = (WORDING.pattern(name) for name in ("named", "leads", "many"))
_REACH = 20  # characters that are searched before a term


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
            this = _THIS_TIME.search(words, max(0, match.start() - _REACH), match.start()) is not None
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
