"""Find years in a folded question, and ranges of years."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from jixiao.ontology.numerals import FIGURES, ZEROS
from jixiao.ontology.numerals import year as read_year
from jixiao.server.views.questions.lexicon import any_of, whole, words

_MOST = 10
_SHORT = range(10, 40)


@dataclass(frozen=True)
class Years:
    """One year or all years of a range, with the place in the text."""

    start: int
    end: int
    texts: tuple[str, ...]


@dataclass(frozen=True)
class _Patterns:
    year: re.Pattern[str]
    to: re.Pattern[str]
    compared: re.Pattern[str]
    counted: re.Pattern[str]
    lately: re.Pattern[str]


def find(text: str) -> Iterator[Years]:
    """Yield the years of a text: 2022, 2022年度, 二〇二二年, 22年, fy2022, 2022-2024."""
    patterns = _patterns()
    found = [years for match in patterns.year.finditer(text) if (years := _read(text, match))]
    while found:
        years = found.pop(0)
        if found and patterns.to.fullmatch(text[years.end : found[0].start]):
            first, last = int(years.texts[0]), int(found[0].texts[0])
            if first < last < first + _MOST:
                ended = found.pop(0)
                years = Years(years.start, ended.end, tuple(str(year) for year in range(first, last + 1)))
        yield years


def _read(text: str, match: re.Match[str]) -> Years | None:
    patterns, printed = _patterns(), match["full"] or match["short"]
    sure = bool(match["sign"] or match["before"])
    if not whole(text, match.start(), match.end()):
        return None
    if match["short"]:
        if int(printed) not in _SHORT or not sure or patterns.lately.search(text[: match.start()]):
            return None
        return Years(match.start(), match.end(), (str(2000 + int(printed)),))
    counted = patterns.counted.match(text, match.end()) or patterns.compared.search(text[: match.start()])
    value = read_year(printed.upper())
    if value is None or (counted and not sure) or (not printed.isascii() and not match["sign"]):
        return None
    return Years(match.start(), match.end(), (str(value),))


@cache
def _patterns() -> _Patterns:
    tables = words()
    year, money = tables["year"], tables["money"]
    compared = {
        word
        for table in tables["comparison"].values()
        for key in ("before", "before_en")
        for word in table.get(key, ())
    }
    figures = f"[{ZEROS.casefold()}{FIGURES}]{{4}}"
    written = rf"(?P<full>(?<!\d)(?:19|20)\d\d(?!\d)|{figures})|(?P<short>(?<!\d)\d\d(?!\d))"
    before, behind = any_of(year["before"]), any_of(year["behind"])
    return _Patterns(
        year=re.compile(rf"(?P<before>{before} ?)?(?:{written})(?: ?(?P<sign>{behind}))?"),
        to=re.compile(rf" ?{any_of(year['to'])} ?"),
        compared=re.compile(rf"{any_of(compared)} ?$"),
        counted=re.compile(rf" ?{any_of([*money['scales'], *money['units'], *tables['percent']['behind']])}"),
        lately=re.compile(rf"{any_of(year['within'])} ?$"),
    )
