"""The numbers that Word writes by itself (一、（一）1.): document, numbering and styles -> paragraphs and numbers.

Apart from the reader of Word since lists have rules of their own: ECMA-376 part 1, section 17.9 (numbering) and
section 17.18.59 (ST_NumberFormat). Bullets say nothing and are left out.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

_DEEPEST = 9  # levels of a list
_LONGEST = 9_999
_PLACE = re.compile(r"%([1-9])")
_DIGITS = "〇一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_CHINESE = frozenset(
    {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "ideographDigital"}
    | {"taiwaneseCountingThousand"}
)
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_SMALL_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True)
class _Level:
    """One level of a list: how it counts, what is printed (%1 stands for the number of level 1), where it begins.

    `legal` levels print the numbers of all levels in digits.
    """

    form: str
    text: str
    start: int
    legal: bool


@dataclass
class _List:
    """A list's levels, and how far each has counted."""

    levels: dict[int, _Level]
    counts: dict[int, int] = field(default_factory=dict)

    def next(self, depth: int) -> str:
        """The number of the next paragraph on a level; levels below it begin anew."""
        level = self.levels.get(depth)
        if level is None:
            return ""
        self.counts[depth] = self.counts.get(depth, level.start - 1) + 1
        for deeper in [other for other in self.counts if other > depth]:
            del self.counts[deeper]
        if level.form in {"bullet", "none"}:
            return ""
        return _PLACE.sub(lambda found: self._shown(int(found[1]) - 1, level.legal), level.text)

    def _shown(self, depth: int, legal: bool) -> str:
        level = self.levels.get(depth)
        if level is None:
            return ""
        return number_text(self.counts.get(depth, level.start), "decimal" if legal else level.form)


class Numbering:
    """The lists of a document. `numbering` and `styles` are the roots of these parts, None where there are none."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element | None) -> None:
        self._lists = dict(_lists(numbering)) if numbering is not None else {}
        self._styles = dict(_styles(styles)) if styles is not None else {}

    def numbers(self, document: etree._Element) -> Iterator[tuple[etree._Element, str]]:
        """Each paragraph that has a number and a text, with the number, in reading order."""
        for paragraph in document.iter("{*}p"):
            name, depth = self._place(paragraph)
            found = self._lists.get(name)
            if found is None or not any(text.text for text in paragraph.iter("{*}t")):
                continue
            if next(paragraph.iterancestors("{*}Fallback"), None) is None and (number := found.next(depth)):
                yield paragraph, number

    def _place(self, paragraph: etree._Element) -> tuple[str, int]:
        """The list and level of a paragraph: its own, else its style's; empty where it has none."""
        style = _value(paragraph.find("{*}pPr/{*}pStyle"))
        name, depth = self._styles.get(style or "", ("", 0))
        own = paragraph.find("{*}pPr/{*}numPr")
        if own is not None:
            name = _value(own.find("{*}numId")) or name
            depth = _number(own.find("{*}ilvl"), depth)
        return name, depth


def number_text(number: int, form: str) -> str:
    """A number as a format of Word writes it; as digits where the format is not known."""
    if not 0 < number <= _LONGEST:
        return str(number)
    if form in _CHINESE:
        return _chinese(number)
    if form in {"upperLetter", "lowerLetter"}:
        letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    if form in {"upperRoman", "lowerRoman"}:
        roman = _roman(number)
        return roman.upper() if form == "upperRoman" else roman
    if form.startswith("decimalEnclosedCircle") and number <= 20:
        return chr(ord("①") + number - 1)
    return f"{number:02}" if form == "decimalZero" else str(number)


def _chinese(number: int) -> str:
    text, zero = "", False
    for place, digit in zip(range(len(str(number)) - 1, -1, -1), str(number), strict=True):
        if digit == "0":
            zero = bool(text)
            continue
        text += ("零" if zero else "") + _DIGITS[int(digit)] + _UNITS[place]
        zero = False
    return text.removeprefix("一") if 10 <= number < 20 else text


def _roman(number: int) -> str:
    text = ""
    for value, letters in (*_ROMAN, *_SMALL_ROMAN):
        text += letters * (number // value)
        number %= value
    return text


def _lists(root: etree._Element) -> Iterator[tuple[str, _List]]:
    """The lists by their ids; those of one abstract list count together."""
    shared: dict[str, _List] = {}
    for abstract in root.iterfind("{*}abstractNum"):
        levels = {_number_of(level, "ilvl"): _level(level) for level in abstract.iterfind("{*}lvl")}
        shared[_attribute(abstract, "abstractNumId") or ""] = _List(levels)
    for single in root.iterfind("{*}num"):
        found = shared.get(_value(single.find("{*}abstractNumId")) or "")
        name = _attribute(single, "numId")
        if found is None or not name or name == "0":
            continue
        overridden = _overridden(single, found.levels)
        yield name, (_List(overridden) if overridden else found)


def _overridden(single: etree._Element, levels: Mapping[int, _Level]) -> dict[int, _Level] | None:
    """The levels of a list that begins anew; None where it overrides none."""
    changed = dict(levels)
    overrides = list(single.iterfind("{*}lvlOverride"))
    for override in overrides:
        depth, whole = _number_of(override, "ilvl"), override.find("{*}lvl")
        level = _level(whole) if whole is not None else changed.get(depth)
        if level is not None:
            start = _number(override.find("{*}startOverride"), level.start)
            changed[depth] = replace(level, start=start)
    return changed if overrides else None


def _level(level: etree._Element) -> _Level:
    form = _value(level.find("{*}numFmt")) or "decimal"
    text = _value(level.find("{*}lvlText")) or ""
    legal = level.find("{*}isLgl") is not None
    return _Level(form, text, _number(level.find("{*}start"), 1), legal)


def _styles(root: etree._Element) -> Iterator[tuple[str, tuple[str, int]]]:
    """The list and level that each style of paragraphs has, of its own or from the style that it is based on."""
    by_name = {_attribute(style, "styleId") or "": style for style in root.iterfind("{*}style")}
    for name, style in by_name.items():
        at: etree._Element | None = style
        for _ in range(_DEEPEST):
            properties = at.find("{*}pPr/{*}numPr") if at is not None else None
            if properties is not None:
                yield name, (_value(properties.find("{*}numId")) or "", _number(properties.find("{*}ilvl"), 0))
                break
            at = by_name.get(_value(at.find("{*}basedOn")) or "") if at is not None else None


def _attribute(element: etree._Element, name: str) -> str | None:
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), None)


def _value(element: etree._Element | None) -> str | None:
    return _attribute(element, "val") if element is not None else None


def _number(element: etree._Element | None, default: int) -> int:
    return _figure(_value(element), default)


def _number_of(element: etree._Element, name: str) -> int:
    return _figure(_attribute(element, name), 0)


def _figure(text: str | None, default: int) -> int:
    return int(text) if text and re.fullmatch("[0-9]{1,4}", text) else default
