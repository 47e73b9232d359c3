"""What a narrative says of its project in words: the term that 实施周期 names, the body that 实施主体 names.

Only what is said plainly and once: of two terms or two bodies none is read.
"""

import re
from dataclasses import dataclass

from jixiao.ingest.model import Printed
from jixiao.ingest.rendition import Place
from jixiao.ingest.values.dates import DAY, day
from jixiao.ingest.values.plain import folded
from jixiao.ontology.identity import label
from jixiao.ontology.wording import Wording

WORDING = Wording("jixiao.ingest.structure", "schedules.toml", {"day": DAY})
_TERM, _SOME_MONTH = WORDING.pattern("term"), WORDING.pattern("some_month")
_WHOLE_YEAR, _THIS_TIME = WORDING.pattern("whole_year"), WORDING.pattern("this_time")
_NAMED, _LEADS, _MANY = WORDING.pattern("named"), WORDING.pattern("leads"), WORDING.pattern("many")


@dataclass(frozen=True)
class Term:
    """First and last day, ISO 8601, and where they stand."""

    first: str
    last: str
    places: tuple[Place, ...]


def term(printed: Printed) -> Term | None:
    """The term that a text names: `从2022年1月至2022年12月`, `2022年1月至12月`, `2025全年度`; what 本次 says first."""
    found: list[tuple[bool, Term]] = []
    for place, text in printed.parts:
        words = folded(text)
        if whole := _WHOLE_YEAR.fullmatch(words):
            found.append((False, Term(f"{whole['year']}-01-01", f"{whole['year']}-12-31", (place,))))
        matches = list(_TERM.finditer(words))
        others = len(_SOME_MONTH.findall(_TERM.sub("", words)))
        for match in matches:
            if others and not _THIS_TIME.search(words, max(0, match.start() - 20), match.start()):
                continue
            if days := _days(match):
                this = _THIS_TIME.search(words, max(0, match.start() - 20), match.start()) is not None
                found.append((this, Term(*days, (place,))))
    for some in ([single for this, single in found if this], [single for _, single in found]):
        if len({(single.first, single.last) for single in some}) == 1:
            return some[0]
    return None


def _days(match: re.Match[str]) -> tuple[str, str] | None:
    first = match["first"] or f"{match['year']}-{match['from']}"
    last = match["last"] or f"{match['year']}-{match['to']}"
    if not re.match(r"\d{4}", last):
        last = f"{first[:4]}-{last}"
    begins, ends = day(first, last=False), day(last, last=True)
    return (begins[0], ends[0]) if begins and ends else None


def implementer(printed: Printed) -> Printed | None:
    """The one body that a text names as responsible: behind 责任主体为, or before 负责 where it begins a sentence."""
    found = [
        (place, label(match["body"]))
        for place, text in printed.parts
        for match in (*_NAMED.finditer(text), *_LEADS.finditer(text))
    ]
    bodies = {body for _, body in found}
    if len(bodies) != 1 or _MANY.search(found[0][1]):
        return None
    return Printed((found[0],))
