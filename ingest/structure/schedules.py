"""What a narrative says of its project in words: the term that 实施周期 names, the body that 实施主体 names.

Only what is said plainly and once: of two terms or two bodies none is read.
"""

import re
from dataclasses import dataclass

from jixiao.ingest.model import Printed
from jixiao.ingest.rendition import Place
from jixiao.ingest.values.dates import day
from jixiao.ingest.values.plain import folded
from jixiao.ontology.identity import label

_MONTH = r"\d{4}[-./年]\d{1,2}(?:[-./月]\d{1,2}日?|月)"
_TO = r"[-—–~至到]{1,3}"
_TERM = re.compile(
    rf"(?<!\d)(?P<first>{_MONTH})(?:份|起|开始)?{_TO}(?P<last>{_MONTH}|\d{{1,2}}月(?:\d{{1,2}}日)?)(?:份|底)?"
    rf"|(?<!\d)(?P<year>\d{{4}})年(?P<from>\d{{1,2}}){_TO}(?P<to>\d{{1,2}})月"
)
_SOME_MONTH = re.compile(r"\d{4}[-./年]\d{1,2}")
_WHOLE_YEAR = re.compile(r"[^\d,;。]{0,8}?(?P<year>(?:19|20)\d{2})年?(?:全年度?|年度|度)[。;]?")
_THIS_TIME = re.compile(r"(?:本次|本年度?|本期)[^\d,;。]{0,10}$")

_END = r"(?:科室?|室|办|办公[室厅]|局|处|中心|委|委员会|部|会|院|馆|站|所|队|厅|公司|政府|镇|街道|学校|支队|大队)"
_BODY = rf"(?P<body>[^\W\d_]{{1,30}}?{_END}(?:[(（][^()（）]{{2,8}}[)）])?)"
_NAMED = re.compile(
    rf"(?:责任|实施|承担|主管|牵头)(?:主体|单位|部门|科室)\s?(?:为|是|:|：)\s?{_BODY}(?=[，,。；;\n]|$|负责)"
)
_LEADS = re.compile(
    rf"(?:^|(?<=[。；;\n]))\s{{0,4}}(?:本?项目|该项目|具体)?由?{_BODY}(?:具体|统一|牵头)?(?:负责|承担|组织实施)"
)
_MANY = re.compile(r"[、和及与]|各|以及|等|相关|有关|项目|工作|实施")


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
    first = match["first"] or f"{match['year']}年{match['from']}月"
    last = match["last"] or f"{match['year']}年{match['to']}月"
    if not re.match(r"\d{4}", last):
        last = f"{first[:4]}年{last}"
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
