"""Find typed values in a folded question: document numbers, years, money, percentages, other figures, and top N.

A figure is read with the comparison before or after it, such as 超过 or 以上 (words.toml, `comparison`); two
figures may be the ends of a range.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import Literal, get_args

from jixiao.ontology import numbers
from jixiao.ontology.identity import DocumentNumber
from jixiao.server.views.questions import years
from jixiao.server.views.questions.lexicon import Lexicon, any_of, whole, words

_ARABIC = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
_CHINESE = r"[零〇一二两三四五六七八九十百千][零〇一二两三四五六七八九十百千万亿]*(?:点[零〇一二三四五六七八九]+)?"
_TENS = "一二两三四五六七八九"
_FIGURES = ("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九")
_DIGITS = {char: figure for figure, chars in enumerate(_FIGURES) for char in chars}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"万": 10_000, "亿": 100_000_000}


def _figure(printed: str) -> Decimal:
    """Return the value of a figure that matches _ARABIC or _CHINESE."""
    if printed[0].isascii():
        return Decimal(printed.replace(",", ""))
    whole, _, fraction = printed.partition("点")
    tail = "".join(str(_DIGITS[char]) for char in fraction)
    return Decimal(f"{_whole_figure(whole)}.{tail}" if tail else _whole_figure(whole))


def _tenths(printed: str) -> Decimal:
    """Return the percentage that a text in tenths states: 80 for 八成, 85 for 八成五."""
    whole, fraction = _DIGITS[printed[0]], printed[2:]
    return Decimal(10 * whole + (5 if fraction == "半" else _DIGITS[fraction] if fraction else 0))


def _whole_figure(printed: str) -> int:
    if len(printed) > 1 and all(char in _DIGITS for char in printed):
        return int("".join(str(_DIGITS[char]) for char in printed))
    total = group = figure = 0
    for char in printed:
        if char in _DIGITS:
            figure = _DIGITS[char]
        elif char in _PLACES:
            group += (figure or 1) * _PLACES[char]
            figure = 0
        else:
            total, group, figure = (total + group + figure or 1) * _GROUPS[char], 0, 0
    return total + group + figure


Role = Literal["number", "year", "money", "figure", "top"]
Comparison = Literal["at-most", "at-least", "below", "above", "equal", "about"]

_NUMBER = re.compile(r"[\u4e00-\u9fff]{2,20}[(〔【\[]\s?(?:19|20)\d\d\s?[)〕】\]]\s?第?\s?\d{1,5}\s?号?")
_LONGEST_CODE = 40
_DENIED = "没"

Known = Callable[[str], bool]
"""A function that returns True for the canonical number of a document in the graph."""


@dataclass(frozen=True)
class Value:
    """A value of a question: its role, its start and end in the text, and texts for a view's parameter.

    Money (in yuan) and figures have `bounds`; a figure may have a `unit`.
    """

    role: Role
    start: int
    end: int
    texts: tuple[str, ...] = ()
    bounds: tuple[tuple[Comparison, Decimal], ...] = ()
    unit: str | None = None


def find(text: str, lexicon: Lexicon, units: Sequence[str], known: Known) -> list[Value]:
    """Return the values of a folded text in order; `units` are units of targets in the graph."""
    found: list[Value] = []
    figured = _Figures(tuple(units))
    for values in (_numbers(text, lexicon, known), _tops(text), _years(text), figured.find(text)):
        for value in values:
            if all(value.end <= other.start or value.start >= other.end for other in found):
                found.append(value)
    return sorted(found, key=lambda value: value.start)


def _numbers(text: str, lexicon: Lexicon, known: Known) -> Iterator[Value]:
    mentions: list[tuple[int, int, DocumentNumber | None]] = [
        (mention.start, mention.end, mention.number) for mention in numbers.find(text)
    ]
    mentions += [(*printed.span(), None) for printed in _NUMBER.finditer(text)]  # without 号, or at the end
    for first, end, sharing in mentions:
        starts = range(first, min(end, first + _LONGEST_CODE))
        readings = [(start, number.canonical) for start in starts if (number := numbers.parse(text[start:end]))]
        if sharing and not readings:  # 51号 after a full number has that number's code and year
            yield Value("number", first, end, (sharing.canonical,))
        elif readings:
            start, canonical = next((each for each in readings if known(each[1])), readings[0])
            if not known(canonical):
                start, canonical = _without_words(text, readings, lexicon)
            yield Value("number", start, end, (canonical,))


def _without_words(text: str, readings: Sequence[tuple[int, str]], lexicon: Lexicon) -> tuple[int, str]:
    """Return a number without the question's words before it; in Chinese no blank divides them from its code."""
    places, leading = dict(readings), words()["names"]["leading"]
    start = readings[0][0]
    while True:
        found = (word.end for word in lexicon.at(text, start) if word.end - start > 1 or text[start] in leading)
        nexts = [end for end in found if end in places]
        if not nexts:
            return start, places[start]
        start = max(nexts)


def _years(text: str) -> Iterator[Value]:
    return (Value("year", found.start, found.end, found.texts) for found in years.find(text))


def _tops(text: str) -> Iterator[Value]:
    table = words()["top"]
    figure = rf"(?P<figure>{_ARABIC}|{_CHINESE}|{any_of(words()['numerals'])})"
    behind, ahead = any_of(table["behind"]), any_of(table["ahead"])
    patterns = (
        rf"{any_of(table['before'])} ?{figure}(?: ?{behind})?",
        rf"(?P<after>{any_of(table['after'])}){figure} ?{behind}",
        rf"{figure}(?= (?:the )?{ahead})",
    )
    for pattern in patterns:
        for found in re.finditer(pattern, text):
            count = Decimal(words()["numerals"].get(found["figure"]) or _figure(found["figure"]))
            start = found.end("after") if "after" in found.groupdict() else found.start()
            if count == count.to_integral_value() and 0 < count <= 1000 and whole(text, start, found.end()):
                yield Value("top", start, found.end(), (str(count),))


@dataclass(frozen=True)
class _Found:
    """A figure with its scale and unit, before comparisons are read."""

    start: int
    end: int
    value: Decimal
    scale: int
    money: bool
    unit: str | None


class _Figures:
    """Finder of figures in a text, with the units that targets in the graph have."""

    def __init__(self, units: tuple[str, ...]) -> None:
        self.pattern = _figure_pattern(units)

    def find(self, text: str) -> Iterator[Value]:
        found = [figure for match in self.pattern.finditer(text) if (figure := self._read(text, match))]
        while found:
            figure = found.pop(0)
            if found and (value := _range(text, figure, found[0])):
                found.pop(0)
                yield value
            elif value := _compared(text, figure):
                yield value

    def _read(self, text: str, match: re.Match[str]) -> _Found | None:
        if not whole(text, match.start(), match.end()):
            return None
        if match["tenths"]:
            return _Found(match.start(), match.end(), _tenths(match["tenths"]), 1, False, "%")
        scale = words()["money"]["scales"].get(match["scale"] or "", 1)
        value = _figure(match["figure"]) * scale
        percent = bool(match["hundredth"] or match["percent"])
        big = match["figure"][-1] in "万亿" and not match["figure"][0].isascii()
        unit = "%" if percent else match["unit"]
        money = not unit and bool(match["currency"] or match["money"] or match["scale"] or big)
        return _Found(match.start(), match.end(), value, scale, money, unit)


@lru_cache(maxsize=8)
def _figure_pattern(units: tuple[str, ...]) -> re.Pattern[str]:
    tables = words()
    money, percent = tables["money"], tables["percent"]
    known = any_of([unit for unit in units if unit not in money["units"] and "%" not in unit]) if units else "(?!)"
    return re.compile(
        rf"(?P<tenths>[{_TENS}]{percent['tenths']}[{_TENS}半]?)"
        rf"|(?P<hundredth>{any_of(percent['before'])})?(?:(?P<currency>{any_of(money['before'])}) ?)?"
        rf"(?P<figure>(?<!\d){_ARABIC}(?!\d)|{_CHINESE})"
        rf"(?: ?(?P<percent>{any_of(percent['behind'])})"
        rf"| ?(?P<scale>{any_of(money['scales'])})?(?: ?(?P<money>{any_of(money['units'])})|(?P<unit> ?{known}))?)"
    )


@lru_cache(maxsize=1)
def _comparing() -> tuple[tuple[Comparison, re.Pattern[str], re.Pattern[str]], ...]:
    """Return, for each comparison, the patterns of its words before and after a figure."""
    tables, made = words()["comparison"], []
    between = r"(?: ?(?:的|了|是|到|人民币|rmb|of|the|a|an|total|just))* ?"
    for name in get_args(Comparison):
        table = tables[name]
        known = [*table.get("before", ()), *table.get("before_en", ())]
        # 有没有超过 asks if there is more, and does not say that there is none.
        denied = [word for word in known if word.startswith(_DENIED)]
        others = any_of([word for word in known if word not in denied])
        before = rf"(?:(?<!有){any_of(denied)}|{others})" if denied else others
        behind = [*table.get("behind", ()), *table.get("behind_en", ())]
        made.append(
            (
                name,
                re.compile(rf"(?P<word>{before}){between}$"),
                re.compile(rf" ?(?:\(含[^()]{{0,2}}\))?的?{any_of(behind)}") if behind else re.compile("(?!)"),
            )
        )
    return tuple(made)


def _compared(text: str, figure: _Found) -> Value | None:
    """Return a figure with the comparison beside it; of several before it, the longest counts."""
    start, end, comparison = figure.start, figure.end, None
    before = [(found.start(), name) for name, pattern, _ in _comparing() if (found := pattern.search(text[:start]))]
    before = [(place, name) for place, name in before if whole(text, place, start)]
    if before:
        start, comparison = min(before)
    for name, _, pattern in _comparing():
        found = pattern.match(text, figure.end)
        if found and whole(text, figure.end, found.end()):
            end, comparison = max(end, found.end()), name if comparison in (None, "equal") else comparison
    if comparison is None and not _plausible(text, figure):
        return None
    if comparison == "about":
        around = figure.value / 10
        return _value(figure, start, end, (("at-least", figure.value - around), ("at-most", figure.value + around)))
    return _value(figure, start, end, ((comparison or "equal", figure.value),))


def _plausible(text: str, figure: _Found) -> bool:
    """Tell if a figure without comparison is a value, not a numeral inside a word such as 一次性."""
    return text[figure.start].isascii() or figure.money or figure.unit == "%"


def _range(text: str, low: _Found, high: _Found) -> Value | None:
    """Return the range between two figures, such as 100到200万元, or None if the words state none."""
    table = words()["range"]
    joint = text[low.end : high.start].strip()
    opened = re.search(rf"{any_of([*table['before'], *table['before_en']])} ?$", text[: low.start])
    closed = re.match(rf" ?的?{any_of(table['behind'])}", text[high.end :])
    weak = joint in ("和", "与", "and")
    if joint not in (*table["between"], *table["between_en"]) or (weak and not (opened or closed)):
        return None
    if not low.unit and not low.money:
        scale = high.scale if low.scale == 1 and low.value < high.value / high.scale else 1
        low = replace(low, value=low.value * scale, money=high.money, unit=high.unit)
    if low.value >= high.value or low.unit != high.unit:
        return None
    start = opened.start() if opened else low.start
    end = high.end + (closed.end() if closed else 0)
    return _value(high, start, end, (("at-least", low.value), ("at-most", high.value)))


def _value(figure: _Found, start: int, end: int, bounds: tuple[tuple[Comparison, Decimal], ...]) -> Value:
    return Value(
        "money" if figure.money else "figure", start, end, bounds=bounds, unit=figure.unit and figure.unit.strip()
    )
