"""Read figures in Arabic digits and in Chinese numerals: 1,000.5, 三百万, 五点五."""

from __future__ import annotations

from decimal import Decimal

ARABIC = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
CHINESE = r"[零〇一二两三四五六七八九十百千][零〇一二两三四五六七八九十百千万亿]*(?:点[零〇一二三四五六七八九]+)?"
DIGITS = "一二两三四五六七八九"
_FIGURES = ("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九")
_DIGITS = {char: figure for figure, chars in enumerate(_FIGURES) for char in chars}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"万": 10_000, "亿": 100_000_000}


def read(printed: str) -> Decimal:
    """Return the value of a figure that matches ARABIC or CHINESE."""
    if printed[0].isascii():
        return Decimal(printed.replace(",", ""))
    whole, _, fraction = printed.partition("点")
    tail = "".join(str(_DIGITS[char]) for char in fraction)
    return Decimal(f"{_chinese(whole)}.{tail}" if tail else _chinese(whole))


def tenths(printed: str) -> Decimal:
    """Return the percentage of a text such as 八成 or 八成五."""
    whole, fraction = _DIGITS[printed[0]], printed[2:]
    return Decimal(10 * whole + (5 if fraction == "半" else _DIGITS[fraction] if fraction else 0))


def _chinese(printed: str) -> int:
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
