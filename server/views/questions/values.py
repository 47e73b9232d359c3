"""Find typed values in a folded question: document numbers, years, money, percentages, other figures, and top N.

Their patterns are in the table `patterns` of words.toml.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from jixiao.ontology import numbers, numerals
from jixiao.ontology.text import wording
from jixiao.server.views import amounts
from jixiao.server.views.questions.lexicon import NOTHING, Lexicon, Piece, Span, both, pattern, whole, words

_LONGEST_CODE = 40  # characters at the start of a match among which the number's first one is searched for
_MOST_YEARS = 10  # a range from one year to another is shorter than this
_FIRST_YEAR, _LAST_YEAR = 2001, 2040  # ends of open ranges, beyond all filings
_COUNTED = ("project", "body", "document", "indicator", "finding", "year")  # nouns of _several()
_SHORT_YEARS = range(10, 40)  # 22年 is 2022, but 5年 and 50年 are durations

Known = Callable[[str], bool]
"""A function that returns True for the canonical number of a document in the graph."""


def find(text: str, lexicon: Lexicon, units: Sequence[str], known: Known) -> list[Piece]:
    """Return the values in a folded text as pieces, in order and without overlaps.

    `units` are the units of targets in the graph; `known` returns True for the number of a document in the graph.
    """
    pieces: list[Piece] = []
    for value in (
        *_numbers(text, lexicon, known),
        *_tops(text),
        *_several(text, lexicon),
        *_dates(text),
        *_spans(text),
        *_years(text),
        *_figures(text, units),
        *_asked_for(text, [unit for unit in units if unit not in lexicon.tags]),
    ):
        if all(value.end <= other.start or value.start >= other.end for other in pieces):
            pieces.append(value)
    return list(_alike(text, sorted((_dated(text, value) for value in pieces), key=lambda value: value.start)))


def _alike(text: str, found: Sequence[Piece]) -> Iterator[Piece]:
    """Yield the values; a year that 或 or the like joins to a year of start or end gets the same role as that year."""
    for at, value in enumerate(found):
        pairs = [(found[at - 1], value)] * (at > 0) + [(value, each) for each in found[at + 1 : at + 2]]
        joined = [pair for pair in pairs if text[pair[0].end : pair[1].start].strip() in words()["names"]["also"]]
        roles = [each.role for pair in joined for each in pair if each.role in words()["dated_as"]["date"]]
        yield replace(value, role=roles[0]) if roles and value.role == "year" else value


def _numbers(text: str, lexicon: Lexicon, known: Known) -> Iterator[Piece]:
    for mention in numbers.find(text):
        starts = range(mention.start, min(mention.end, mention.start + _LONGEST_CODE))
        parsed = {start: numbers.parse(text[start : mention.end]) for start in starts}
        canonical = {start: number.canonical for start, number in parsed.items() if number}
        if canonical:
            known_starts = [start for start, number in canonical.items() if known(number)]
            start = known_starts[0] if known_starts else _behind_words(text, list(canonical), lexicon)
            yield Piece(start, mention.end, role="number", texts=(canonical[start],))
        elif mention.number:  # 51号 after a full number has that number's code and year
            yield Piece(mention.start, mention.end, role="number", texts=(mention.number.canonical,))


def _behind_words(text: str, starts: Sequence[int], lexicon: Lexicon) -> int:
    """Return the first of the possible `starts` of a document's number that is after the question's known words.

    Chinese has no space between such words and the number: in 引用松委发〔2009〕97号 it starts after 引用.
    """
    start = starts[0]
    while True:
        known = lexicon.at(text, start)
        nexts = [
            word.end
            for word in known
            if word.end in starts and (word.end - start > 1 or text[start] in words()["names"]["leading"])
        ]
        if not nexts:
            return start
        start = max(nexts)


def _tops(text: str) -> Iterator[Piece]:
    for name in "top", "top_superlative", "top_ahead", "top_rank":
        for match in pattern(name).finditer(text):
            count = words()["numerals"].get(match["figure"]) or amounts.figure(match["figure"])
            start = match.start("first")
            is_nth = name == "top_rank" or match["figure"] in words()["top"]["ordinals"]
            if count == int(count) and 0 < count <= 1000 and whole(text, start, match.end()):
                yield Piece(start, match.end(), role="nth" if is_nth else "top", texts=(str(count),))


def _several(text: str, lexicon: Lexicon) -> Iterator[Piece]:
    """Yield conditions on the number of things (more than one project), with a role such as several-project.

    The piece's text is the least number. Conditions that are no lower bound have the role `several`, which no view
    takes. If the noun is a part of a type of indicators (数量指标), or if such a type stands for the noun, the piece
    does not include the type's name.
    """
    for name in "several_ahead", "several", "several_behind", "several_exactly":
        for match in pattern(name).finditer(text):
            said = match.groupdict(default="")
            figure, start, end = said["figure"], match.start(), match.end()
            beside = (piece for at in range(start, end + 1) for piece in lexicon.at(text, at))
            typed = [piece for piece in beside if any(tag.startswith("type:") for tag in piece.tags)]
            noun = next((noun for noun in _COUNTED if said[noun]), "indicator")
            if not said[noun] and all(piece.start != end for piece in typed):
                continue
            number = int(words()["numerals"].get(figure) or amounts.figure(figure)) if figure else 2
            if name == "several_ahead" and noun == "indicator":
                start = match.end(noun)
            role = "several" if said.get("other") or name == "several_exactly" else f"several-{noun}"
            if whole(text, start, end):
                yield Piece(start, end, role=role, texts=(str(number + bool(said.get("above"))),))


def _spans(text: str) -> Iterator[Piece]:
    """Yield open ranges of years (before 2021, 2022年以来) as pieces with the role `years`."""
    for name, table in words()["span"].items():
        for match in pattern("span", name).finditer(text):
            bound = int(match["before"] or match["behind"]) + table["shift"]
            first, last = (bound, _LAST_YEAR) if name in ("since", "after") else (_FIRST_YEAR, bound)
            if first <= last and whole(text, *match.span()):
                yield Piece(*match.span(), role="years", texts=(f"{first}-{last}",))


def _dates(text: str) -> Iterator[Piece]:
    """Yield months and days with their years (2023年11月, 2023-11-30, 30 November 2023), as 2023-11 or 2023-11-30."""
    for name in "date", "day_first", "month_first":
        for match in pattern(name).finditer(text):
            month = words()["months"].get(match["month"], match["month"])
            parts = [f"{int(part):02}" for part in (match["year"], month, match["day"]) if part]
            yield Piece(*match.span(), role="date", texts=("-".join(parts),))


def _dated(text: str, value: Piece) -> Piece:
    """Return a value; a year, date or number gets another role if words beside it say so.

    The table `dated` has these roles: starts, ends (ending in 2024), issued (印发), notYear (除了2022年), notCited.
    """
    if value.role == "year" and re.search(words()["fielded"]["named"], text[: value.start]):  # 名称含2022
        return Piece(value.start, value.end, role="text", texts=(text[value.start : value.end],))
    for role in words()["dated_as"].get(value.role, ()):
        before = pattern("dated_before", role).search(text[: value.start])
        behind = pattern("dated_behind", role).match(text, value.end)
        if before or behind or (role == "issued" and pattern("dated_noun").match(text, value.end)):
            start, end = before.start() if before else value.start, behind.end() if behind else value.end
            return Piece(start, end, role=role, texts=(",".join(value.texts),))
    return value


def _years(text: str) -> Iterator[Piece]:
    """Yield the years of a text (2022, 2022年度, 二〇二二年, 22年, fy2022) and their ranges (2022-2024)."""
    years = [piece for match in pattern("year").finditer(text) if (piece := _year(text, match))]
    while years:
        piece = years.pop(0)
        if years and pattern("year_to").fullmatch(text[piece.end : years[0].start]):
            first, last = int(piece.texts[0]), int(years[0].texts[0])
            if first < last < first + _MOST_YEARS:
                piece = Piece(piece.start, years.pop(0).end, role="year", texts=tuple(map(str, range(first, last + 1))))
        yield piece


def _year(text: str, match: re.Match[str]) -> Piece | None:
    marked = bool(match["sign"] or match["before"])
    before = text[: match.start()]
    if match["short"]:
        year: int | None = 2000 + int(match["short"])
        is_year = marked and int(match["short"]) in _SHORT_YEARS and not pattern("year_lately").search(before)
    else:
        year = numerals.year(match["full"].upper())
        counts = pattern("year_counted").match(text, match.end()) or pattern("year_compared").search(before)
        is_year = (marked or not counts) and (match["full"].isascii() or bool(match["sign"]))
    if year is None or not is_year or not whole(text, *match.span()):
        return None
    return Piece(*match.span(), role="year", texts=(str(year),))


@dataclass(frozen=True)
class _Figure(Span):
    """A figure as printed, without the comparison beside it.

    `value` is multiplied by `scale` already (10,000 for 万); `money` marks amounts in yuan, `unit` is the unit of other
    figures.
    """

    value: Decimal
    scale: int
    money: bool
    unit: str | None

    def within(self, start: int, end: int, *bounds: tuple[str, Decimal]) -> Piece:
        """Return the piece from `start` to `end`: the figure with its words of comparison, as `bounds`."""
        return Piece(
            start, end, role="money" if self.money else "figure", bounds=bounds, unit=self.unit and self.unit.strip()
        )


def _figures(text: str, units: Sequence[str]) -> Iterator[Piece]:
    """Yield money, percentages and other figures, each with the comparison before or after it (超过, 以上), as bounds.

    Two figures may be the ends of a range. A figure before 号 is part of a document's number. `units` are the units of
    targets in the graph.
    """
    others = [unit for unit in units if unit not in words()["money"]["units"] and "%" not in unit]
    found = pattern("figure", wording.any_of(others) if others else NOTHING).finditer(text)
    matches = (match for match in found if not text.startswith("号", match.end()))
    figures = [_read(match) for match in matches if whole(text, *match.span())]
    while figures:
        first = figures.pop(0)
        value = _range(text, first, figures[0]) if figures else None
        if value:
            figures.pop(0)
        yield from (_of_target(text, each) for each in (value or _compared(text, first),) if each)


def _asked_for(text: str, units: Sequence[str]) -> Iterator[Piece]:
    """Yield the units after words that ask for a number or name a unit, as figures without bounds.

    In 多少个村, 以小时计 and “in hours” these are 村 and 小时.
    """
    for match in pattern("unit", wording.alternatives(units) if units else NOTHING).finditer(text):
        name = next(name for name, said in match.groupdict().items() if said)
        start = match.start("unit") if name == "unit" else match.start()
        said = words()["units_in_english"].get(match[name], match[name])
        yield Piece(start, match.end(), role="figure", unit=said)


def _read(match: re.Match[str]) -> _Figure:
    scale = words()["money"]["scales"].get(match["scale"] or "", 1)
    unit = "%" if match["hundredth"] or match["percent"] else match["unit"]
    unit = words()["points"]["unit"] if match["points"] else unit
    money = not unit and bool(match["currency"] or match["money"] or match["scale"] or match["figure"][-1] in "万亿")
    return _Figure(*match.span(), amounts.figure(match["figure"]) * scale, scale, money, unit)


def _compared(text: str, figure: _Figure) -> Piece | None:
    """Return a figure and the comparison before or after it as a piece, or None if it is no value.

    Among several comparisons before the figure the longest is taken. Without any, the figure is a value only if it is
    an Arabic number, money or a percentage, since Chinese numerals are also parts of words, such as 一次性.
    """
    end = figure.end
    before = [
        (match.start(), name)
        for name in words()["comparison"]
        if (match := pattern("compared_before", name).search(text[: figure.start]))
        and whole(text, match.start(), figure.start)
    ]
    start, comparison = min(before, default=(figure.start, ""))
    for name in words()["comparison"]:
        match = pattern("compared_behind", name).match(text, figure.end)
        # In 超过10万元不到50万元 the second comparison is of the second figure.
        if match and whole(text, *match.span()) and not (comparison and name == "below"):
            end = max(end, match.end())
            comparison = name if comparison in ("", "equal") else comparison
    if not comparison and not (text[figure.start].isascii() or figure.money or figure.unit == "%"):
        return None
    if comparison == "about":
        around = figure.value / 10
        return figure.within(start, end, ("at-least", figure.value - around), ("at-most", figure.value + around))
    return figure.within(start, end, (comparison or "equal", figure.value))


def _of_target(text: str, piece: Piece) -> Piece:
    """Return a percentage as a bound on the share of a target, if words beside it say so; other figures unchanged.

    By “missed by 20% or more” the share is 80% at most, and by 超过目标50%以上 it is 150% at least. A percentage that
    may be either, as in 超过目标的50%, gets a role that no view takes.
    """
    marked = words()["marks"]["figure"].join((text[: piece.start], text[piece.start : piece.end], text[piece.end :]))
    found = [(match, each) for each in words()["of_target"].values() if (match := re.search(each["said"], marked))]
    if piece.unit != "%" or not found:
        return piece
    match, table = found[0]
    bounds = tuple((table["ends"].get(end, end), table["whole"] + table["sign"] * value) for end, value in piece.bounds)
    return replace(piece, start=match.start("start"), role=table["role"], bounds=bounds)


def _range(text: str, low: _Figure, high: _Figure) -> Piece | None:
    """Return the range between two figures, such as 100到200万元, as a piece, or None if they are no range."""
    table = words()["range"]
    joint = text[low.end : high.start].strip()
    opened = pattern("range_before").search(text[: low.start])
    closed = pattern("range_behind").match(text, high.end)
    if joint not in both(table, "between") or (joint in ("和", "与", "and") and not (opened or closed)):
        return None
    if not low.unit and not low.money:
        scale = high.scale if low.scale == 1 and low.value < high.value / high.scale else 1
        low = replace(low, value=low.value * scale, money=high.money, unit=high.unit)
    if low.value >= high.value or low.unit != high.unit:
        return None
    return high.within(
        opened.start() if opened else low.start,
        closed.end() if closed else high.end,
        ("at-least", low.value),
        ("at-most", high.value),
    )
