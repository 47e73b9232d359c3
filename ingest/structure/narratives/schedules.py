"""Read the term that 实施周期 names in words, and the body that 实施主体 names.

Neither is read from a text that names two.
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
_REACH = 20  # characters before a term that are looked at


@dataclass(frozen=True)
class Term:
    """First and last day, ISO 8601, and where they stand."""

    first: str
    last: str
    places: tuple[Place, ...]


def term(printed: Printed) -> Term | None:
    """Return the one term that a text names, or the one behind 本次, in any of several forms.

    They are `从2022年1月至2022年12月`, `2022年1月至12月`, `2022年1-12月` and `2025全年度`.
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
    """Return a term with days; its last month may be printed without the year."""
    first = match["first"] or f"{match['year']}-{match['from']}"
    last = match["last"] or f"{match['year']}-{match['to']}"
    if not last[:4].isdecimal():
        last = f"{first[:4]}-{last}"
    begins, ends = day(first, last=False), day(last, last=True)
    return Term(begins[0], ends[0], (place,)) if begins and ends else None


def implementer(printed: Printed) -> Printed | None:
    """Return the one body that a text names as responsible: behind 责任主体为, or before 负责 as a sentence begins."""
    found = [
        (place, label(match["body"]))
        for place, text in printed.parts
        for match in (*_NAMED.finditer(text), *_LEADS.finditer(text))
    ]
    bodies = {body for _, body in found}
    if len(bodies) != 1 or _SEVERAL.search(found[0][1]):
        return None
    return Printed((found[0],))
