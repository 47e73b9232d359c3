"""Compute the numbers that Word generates for paragraphs (一、（一）1.) from a document's lists and styles.

The file stores no numbers but lists with levels, and each paragraph names its list and level (ECMA-376 part 1, sections
17.9 and 17.18.59). Bullets carry no meaning and are left out.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial

from lxml import etree

from jixiao.ingest.formats.word_styles import Styles
from jixiao.ingest.formats.word_xml import attribute, child, integer, val
from jixiao.ontology.numerals import FIGURES, TENS, ZEROS

DEEPEST = 9  # a style is based on another one, and so on: the most styles that are followed, since they may be a circle
_LONGEST = 9_999  # the largest number that is written in words or letters; larger ones are written in digits
_PLACE = re.compile(r"%([1-9])")
_UNITS = ("", *TENS)
_CHINESE = frozenset(
    {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "ideographDigital"}
    | {"taiwaneseCountingThousand"}
)


@dataclass(frozen=True)
class _Level:
    """One level of a list: number format, text pattern, and first number.

    In the pattern, %1 stands for the current number of level 1, %2 for that of level 2. With `legal`, all levels in the
    pattern are written in digits (1.1 instead of 一.1).
    """

    form: str
    text: str
    start: int
    legal: bool


@dataclass
class _List:
    """A list's levels (from 0), and the number last used on each."""

    levels: dict[int, _Level]
    counts: dict[int, int] = field(default_factory=dict)

    def next(self, depth: int) -> str:
        """Return the number of the next paragraph on a level (from 0), and restart the deeper levels.

        Returns an empty text for a bullet, or a level that the list does not have.
        """
        level = self.levels.get(depth)
        if level is None:
            return ""
        self.counts[depth] = self.counts.get(depth, level.start - 1) + 1
        self.counts = {other: count for other, count in self.counts.items() if other <= depth}
        return "" if level.form in {"bullet", "none"} else _PLACE.sub(partial(self._shown, level.legal), level.text)

    def _shown(self, legal: bool, found: re.Match[str]) -> str:
        """Return the current number of the level that `found` names in a pattern; empty for an absent level."""
        depth = int(found[1]) - 1
        level = self.levels.get(depth)
        return number_text(self.counts.get(depth, level.start), "decimal" if legal else level.form) if level else ""


def numbers(
    document: etree._Element, numbering: etree._Element | None, styles: Styles
) -> Iterator[tuple[etree._Element, str]]:
    """Yield each numbered paragraph of a document that has text, and its number, in reading order.

    `numbering` is the root of this part of the file, None if absent.
    """
    lists = dict(_lists(numbering)) if numbering is not None else {}
    place_of = cache(partial(_style_place, styles))
    for paragraph in document.iter("{*}p") if lists else ():
        name, depth = _place(paragraph, place_of)
        found = lists.get(name)
        if found is None or not any(text.text for text in paragraph.iter("{*}t")):
            continue
        if next(paragraph.iterancestors("{*}Fallback"), None) is None and (number := found.next(depth)):
            yield paragraph, number


def _place(paragraph: etree._Element, place_of: Callable[[str], tuple[str, int]]) -> tuple[str, int]:
    """Return the list's id and the level of a paragraph, its own or its style's; without a list the id is empty."""
    name, depth = place_of(val(child(paragraph, "pPr", "pStyle")) or "")
    own = child(paragraph, "pPr", "numPr")
    if own is not None:
        name = val(own.find("{*}numId")) or name
        depth = integer(val(own.find("{*}ilvl")), depth)
    return name, depth


def _style_place(styles: Styles, style: str) -> tuple[str, int]:
    """Return the list's id and the level of a style, its own or that of a style that it is based on."""
    for at in styles.bases(style):
        properties = child(at, "pPr", "numPr")
        if properties is not None:
            return val(child(properties, "numId")) or "", integer(val(child(properties, "ilvl")), 0)
    return "", 0


def number_text(number: int, form: str) -> str:
    """Return a number in one of Word's number formats, such as `upperLetter`; in digits if the format is unknown."""
    text = str(number)
    if not 0 < number <= _LONGEST:
        return text
    if form in _CHINESE:
        text = _chinese(number)
    elif form.endswith("Letter"):
        text = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
    elif form.startswith("decimalEnclosedCircle") and number <= 20:
        text = chr(ord("①") + number - 1)
    return text.upper() if form.startswith("upper") else text


def _chinese(number: int) -> str:
    digits = str(number)
    pairs = zip(digits, reversed(_UNITS[: len(digits)]), strict=True)
    written = (FIGURES[int(digit) - 1] + unit if digit != "0" else "0" for digit, unit in pairs)
    text = re.sub("0+", ZEROS[0], "".join(written).rstrip("0"))
    return text.removeprefix(FIGURES[0]) if 10 <= number < 20 else text


def _lists(root: etree._Element) -> Iterator[tuple[str, _List]]:
    """Yield the lists by id. Lists based on one abstract list share its counts, unless they override its levels."""
    shared: dict[str, _List] = {}
    for abstract in root.iterfind("{*}abstractNum"):
        levels = {integer(attribute(level, "ilvl"), 0): _level(level) for level in abstract.iterfind("{*}lvl")}
        shared[attribute(abstract, "abstractNumId") or ""] = _List(levels)
    for single in root.iterfind("{*}num"):
        found = shared.get(val(single.find("{*}abstractNumId")) or "")
        name = attribute(single, "numId")
        if found is not None and name and name != "0":
            overridden = _overridden(single, found.levels)
            yield name, (_List(overridden) if overridden else found)


def _overridden(single: etree._Element, levels: Mapping[int, _Level]) -> dict[int, _Level] | None:
    """Return the levels of a list with its own overrides applied, or None if it overrides none.

    `single` is the element of the list, and `levels` are those of the abstract list that it is based on.
    """
    changed = dict(levels)
    overrides = list(single.iterfind("{*}lvlOverride"))
    for override in overrides:
        depth, whole = integer(attribute(override, "ilvl"), 0), override.find("{*}lvl")
        level = _level(whole) if whole is not None else changed.get(depth)
        if level is not None:
            changed[depth] = replace(level, start=integer(val(override.find("{*}startOverride")), level.start))
    return changed if overrides else None


def _level(level: etree._Element) -> _Level:
    form = val(level.find("{*}numFmt")) or "decimal"
    text = val(level.find("{*}lvlText")) or ""
    return _Level(form, text, integer(val(level.find("{*}start")), 1), level.find("{*}isLgl") is not None)
