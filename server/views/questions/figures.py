"""Find money, percentages and other figures in a folded question.

A figure is read with the comparison before or after it, such as 超过 or 以上 (words.toml, `comparison`); two
figures may be the ends of a range.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, lru_cache

from jixiao.ontology.text import wording
from jixiao.ontology.text.wording import any_of
from jixiao.server.views import amounts
from jixiao.server.views.questions.lexicon import Piece, both, whole, words

_DENIED = "没"  # first character of comparisons such as 没超过
_NOTHING = "(?!)"  # a pattern that matches nowhere


@dataclass(frozen=True)
class _Figure:
    """A figure as printed, without the comparison beside it.

    `value` is multiplied by `scale` already (10,000 for 万); `money` marks amounts in yuan, `unit` is the unit of other
    figures.
    """

    start: int
    end: int
    value: Decimal
    scale: int
    money: bool
    unit: str | None

    def within(self, start: int, end: int, *bounds: tuple[str, Decimal]) -> Piece:
        """Return the piece from `start` to `end`: the figure with its words of comparison, as `bounds`."""
        return Piece(
            start, end, role="money" if self.money else "figure", bounds=bounds, unit=self.unit and self.unit.strip()
        )


def find(text: str, units: Sequence[str]) -> Iterator[Piece]:
    """Yield the figures of a folded text as pieces with bounds; `units` are the units of targets in the graph.

    A figure before 号 is part of a document's number.
    """
    matches = (match for match in _pattern(tuple(units)).finditer(text) if not text.startswith("号", match.end()))
    figures = [_read(match) for match in matches if whole(text, *match.span())]
    while figures:
        first = figures.pop(0)
        value = _range(text, first, figures[0]) if figures else None
        if value:
            figures.pop(0)
        yield from (_of_target(text, each) for each in (value or _compared(text, first),) if each)


def asked_for(text: str, units: Sequence[str]) -> Iterator[Piece]:
    """Yield the units behind words that ask for a number or name a unit, as figures without bounds.

    In 多少个村, 以小时计 and “in hours” these are 村 and 小时.
    """
    number = wording.alternatives([word for word in words()["asked"]["number"] if not word.isascii()])
    unit, english = wording.alternatives(units) if units else _NOTHING, words()["units_in_english"]
    behind = rf"{number}(?P<unit>{unit})"
    measured = rf"(?:以|用|按)(?P<by>{unit})(?:来)?(?:计|算|表示|衡量|为单位)"
    called = rf"(?:(?:计量)?单位(?:是|为|用|写)?|unit(?: of measurement)?(?: is| of)? )(?P<of>{unit})"
    spelt = rf"\b(?:in|unit(?: of measurement)?(?: is| of)?) (?P<en>{wording.alternatives(english)})\b(?! than)"
    for match in re.finditer(f"{behind}|{measured}|{called}|{spelt}", text):
        name = next(name for name, said in match.groupdict().items() if said)
        start = match.start("unit") if name == "unit" else match.start()
        said = english.get(match[name], match[name])
        yield Piece(start, match.end(), role="figure", unit=said)


def _read(match: re.Match[str]) -> _Figure:
    scale = amounts.money()["scales"].get(match["scale"] or "", 1)
    large = match["figure"][-1] in "万亿"
    unit = "%" if match["hundredth"] or match["percent"] else match["unit"]
    unit = words()["points"]["unit"] if match["points"] else unit
    money = not unit and bool(match["currency"] or match["money"] or match["scale"] or large)
    return _Figure(*match.span(), amounts.figure(match["figure"]) * scale, scale, money, unit)


@lru_cache(maxsize=8)
def _pattern(units: tuple[str, ...]) -> re.Pattern[str]:
    money, percent = amounts.money(), words()["percent"]
    others = [unit for unit in units if unit not in money["units"] and "%" not in unit]
    return re.compile(
        rf"(?P<hundredth>{any_of(percent['before'])})?(?:(?P<currency>{any_of(money['before'])}) ?)?"
        rf"(?P<figure>(?<!\d){amounts.ARABIC}(?!\d)|{amounts.CHINESE}(?!分之))"
        rf"(?: ?(?P<percent>{any_of(percent['behind'])})| ?(?P<points>{words()['points']['behind']})"
        rf"| ?(?P<scale>{any_of(money['scales'])})?(?: ?(?P<money>{any_of(money['units'])})"
        rf"|(?P<unit> ?{any_of(others) if others else _NOTHING}))?)"
    )


@cache
def _comparisons() -> Mapping[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    """Return, for each comparison, the patterns of its words before and after a figure."""
    between = rf"(?: ?(?:的|了|是|到|人民币|rmb|of|the|a|an|total|just|{words()['marks']['target']}))* ?"
    patterns = {}
    for name, table in words()["comparison"].items():
        # 有没有超过 asks if there is more, and does not say that there is none.
        denied = [word for word in both(table, "before") if word.startswith(_DENIED)]
        before = any_of([word for word in both(table, "before") if word not in denied])
        if denied:
            before = rf"(?:(?<!有){any_of(denied)}|{before})"
        behind = rf" ?(?:\(含[^()]{{0,2}}\))?的?{any_of(both(table, 'behind'))}" if both(table, "behind") else _NOTHING
        patterns[name] = re.compile(f"{before}{between}$"), re.compile(behind)
    return patterns


def _compared(text: str, figure: _Figure) -> Piece | None:
    """Return a figure and the comparison before or behind it as a piece, or None if it is no value.

    Among several comparisons before the figure the longest is taken. Without any, the figure is a value only if it is
    an Arabic number, money or a percentage, since Chinese numerals are also parts of words, such as 一次性.
    """
    end = figure.end
    before = [
        (match.start(), name)
        for name, (pattern, _) in _comparisons().items()
        if (match := pattern.search(text[: figure.start]))
    ]
    before = [(place, name) for place, name in before if whole(text, place, figure.start)]
    start, comparison = min(before, default=(figure.start, ""))
    for name, (_, pattern) in _comparisons().items():
        match = pattern.match(text, figure.end)
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
    """Return a figure in per cent as a bound of a share of the target, if words beside it say so; others as they are.

    By “missed by 20% or more” the share is 80% at most, and by 超过目标50%以上 it is 150% at least. What may be
    either, as 超过目标的50%, has a role that no view takes.
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
    opened = re.search(rf"{any_of(both(table, 'before'))} ?$", text[: low.start])
    closed = re.match(rf" ?的?{any_of(table['behind'])}", text[high.end :])
    if joint not in both(table, "between") or (joint in ("和", "与", "and") and not (opened or closed)):
        return None
    if not low.unit and not low.money:
        scale = high.scale if low.scale == 1 and low.value < high.value / high.scale else 1
        low = replace(low, value=low.value * scale, money=high.money, unit=high.unit)
    if low.value >= high.value or low.unit != high.unit:
        return None
    return high.within(
        opened.start() if opened else low.start,
        high.end + (closed.end() if closed else 0),
        ("at-least", low.value),
        ("at-most", high.value),
    )
