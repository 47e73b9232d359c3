"""Find how Word shows runs and numbers paragraphs, by the styles and lists of a document.

A run may be raised, crossed out, hidden, white, or in a font of signs. These properties are the run's own, or those of
its character style, its paragraph's style, or the defaults of the document (ECMA-376 part 1, sections 17.3.2 and 17.7).
Properties that table styles give to text are left aside.

The file stores no numbers of paragraphs (一、（一）1.) but lists with levels, and each paragraph names its list and
level (sections 17.9 and 17.18.59). Bullets carry no meaning and are left out.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import NamedTuple

from lxml import etree

from jixiao.ingest.formats.colours import UNKNOWN, Colour, is_alike
from jixiao.ingest.formats.rendering import Run
from jixiao.ingest.formats.word_xml import OFF, attribute, child, integer, val
from jixiao.ontology.numerals import FIGURES, TENS, ZEROS

_SPACES = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
# The properties that count, by tag, with the attributes that hold their value.
_READ = {
    f"{{{space}}}{name}": (name, tuple(f"{{{space}}}{each}" for each in attributes))
    for space in _SPACES
    for name, attributes in {
        **dict.fromkeys(("vanish", "strike", "dstrike", "vertAlign", "position", "sz", "color", "w"), ("val",)),
        **dict.fromkeys(("highlight", "rStyle"), ("val",)),
        "rFonts": ("ascii", "hAnsi"),
        "shd": ("val", "fill"),
    }.items()
}
_PROPERTIES = frozenset(f"{{{space}}}rPr" for space in _SPACES)
_SWITCHES = ("vanish", "strike", "dstrike")
_NO_COLOUR = frozenset({"", "auto", "none", "white", "ffffff"})
_CODE = re.compile("[0-9A-Fa-f]{6}")
_TINY_SIZE, _TINY_WIDTH = 3, 5  # half-points, and percent of the usual width
_USUAL_SIZE = 20  # half-points: the size of text for which neither the document nor its styles give one
_DEEPEST = 9  # a style is based on another one, and so on: the most that are followed, since they may be a circle

Properties = Mapping[str, str]
_LONGEST = 9_999  # the largest number that is written in words or letters; larger ones are written in digits
_CHINESE = frozenset(
    {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting", "ideographDigital"}
    | {"taiwaneseCountingThousand"}
)


class Look(NamedTuple):
    """The look of a run: a run without text, and the colour of its text if it has no background of its own.

    `size` is that of its text, in half-points.
    """

    run: Run
    ink: Colour = UNKNOWN
    size: int = _USUAL_SIZE


class Styles:
    """The styles of a document; `root` is the root of the file's part `styles`, None if the file lacks this part."""

    def __init__(self, root: etree._Element | None) -> None:
        """Index the styles by id."""
        self._by_id: dict[str, etree._Element] = {}
        self._usual: dict[str, str] = {}  # the style of text that names none, by its type
        for style in () if root is None else root.iterchildren("{*}style"):
            space = style.tag[: -len("style")]
            name = style.get(f"{space}styleId", "")
            self._by_id[name] = style
            if style.get(f"{space}default", "0") not in OFF:
                self._usual[style.get(f"{space}type", "")] = name
        defaults = None if root is None else root.find("{*}docDefaults/{*}rPrDefault/{*}rPr")
        self._defaults = {} if defaults is None else _read(defaults)
        self._looks: dict[tuple[str, tuple[tuple[str, str], ...]], Look] = {}

    def look(self, run: etree._Element, paragraph: str) -> Look:
        """Return the look of a run in a paragraph, whose style is given by its id, empty if it has none."""
        first = next(iter(run), None)
        own = _read(first) if first is not None and first.tag in _PROPERTIES else {}
        key = paragraph, tuple(own.items())
        if key not in self._looks:
            self._looks[key] = self._look(paragraph or self._usual.get("paragraph", ""), own)
        return self._looks[key]

    def is_shaded(self, style: str) -> bool:
        """Return whether a style, or one that it is based on, gives a background to any of its text or cells."""
        return any(shade(each) is not None for at in self.bases(style) for each in at.iter("{*}shd"))

    def _look(self, paragraph: str, direct: Properties) -> Look:
        names = paragraph, direct.get("rStyle") or self._usual.get("character", "")
        styles = [self._inherited(name) for name in names]
        found = {**self._defaults, **styles[0], **styles[1], **direct}
        vanish, strike, dstrike = (self._is_on(name, styles, direct) for name in _SWITCHES)
        shift = _shift(found)
        ink, paper = _colour(found.get("color", "")), _shade(found.get("shd", ""))
        if found.get("highlight", "").lower() not in _NO_COLOUR:
            paper = UNKNOWN
        size = integer(found.get("sz"), _USUAL_SIZE)
        is_tiny = size <= _TINY_SIZE or integer(found.get("w"), 100) <= _TINY_WIDTH
        hidden = vanish or is_tiny or (paper is not None and is_alike(ink, paper))
        plain = Run("", shift > 0, shift < 0, struck=strike or dstrike, unseen=hidden)
        fonts = (plain.within(font) for font in found.get("rFonts", "").split(";"))
        return Look(next((run for run in fonts if run != plain), plain), ink if paper is None else UNKNOWN, size)

    def _is_on(self, name: str, styles: list[Properties], direct: Properties) -> bool:
        """Return whether the switch `name` is on for a run: by its own properties, else its styles, else the defaults.

        Two styles that both switch it on cancel each other out (17.7.3).
        """
        if name in direct:
            return direct[name] not in OFF
        on = [style[name] not in OFF for style in styles if name in style]
        return sum(on) == 1 if on else self._defaults.get(name, "0") not in OFF

    def _inherited(self, style: str) -> Properties:
        found: dict[str, str] = {}
        for at in reversed(self.bases(style)):
            for properties in at.iterchildren("{*}rPr"):
                found |= _read(properties)
        return found

    def bases(self, style: str) -> list[etree._Element]:
        """Return a style and the styles that it is based on, up to a limit."""
        found: list[etree._Element] = []
        while style in self._by_id and len(found) < _DEEPEST:
            found.append(self._by_id[style])
            style = val(child(found[-1], "basedOn")) or ""
        return found


def shade(shading: etree._Element | None) -> Colour | None:
    """Return the colour that an element `shd` gives to a background, None if it gives none or white."""
    return None if shading is None else _shade(f"{val(shading) or ''};{attribute(shading, 'fill') or ''}")


def _shade(shading: str) -> Colour | None:
    pattern, _, fill = shading.lower().partition(";")
    colour = None if fill in _NO_COLOUR else _colour(fill)
    return colour if pattern in {"", "clear", "nil"} else UNKNOWN


def _colour(code: str) -> Colour:
    return tuple(byte / 255 for byte in bytes.fromhex(code)) if _CODE.fullmatch(code) else UNKNOWN


def _read(properties: etree._Element) -> dict[str, str]:
    found = {}
    for property_ in properties:
        name, attributes = _READ.get(property_.tag, ("", ()))
        if name:
            values = [value for each in attributes if (value := property_.get(each)) is not None]
            if values or name in _SWITCHES:
                found[name] = ";".join(values) or "1"
    return found


def _shift(found: Properties) -> int:
    """Return 1 for raised text and -1 for lowered text: superscript, or moved by a quarter of its size or more."""
    if "vertAlign" in found and found["vertAlign"] != "baseline":
        return {"superscript": 1, "subscript": -1}.get(found["vertAlign"], 0)
    moved = found.get("position", "0")
    try:
        is_moved = abs(int(moved)) * 4 >= int(found.get("sz", _USUAL_SIZE)) > 0
    except ValueError:  # a length with a unit of the strict form, such as 5pt
        is_moved = True
    way = -1 if moved.startswith("-") else 1
    return way if is_moved else 0


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
        if level.form in {"bullet", "none"}:
            return ""
        return re.sub(r"%([1-9])", partial(self._shown, level.legal), level.text)

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
    """Return the id of a paragraph's list and its level, from 0; the id is empty without a list.

    Each is the paragraph's own or, without one, that of its style, which `place_of` returns by the style's id.
    """
    name, depth = place_of(val(child(paragraph, "pPr", "pStyle")) or "")
    own = child(paragraph, "pPr", "numPr")
    if own is not None:
        name = val(own.find("{*}numId")) or name
        depth = integer(val(own.find("{*}ilvl")), depth)
    return name, depth


def _style_place(styles: Styles, style: str) -> tuple[str, int]:
    """Return the id of the list and the level that a style has, itself or by a style that it is based on.

    Without either, the id is empty and the level 0.
    """
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
    pairs = zip(digits, reversed(("", *TENS)[: len(digits)]), strict=True)
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

    `single` is the element of the list, and `levels` are the levels of the abstract list that it is based on.
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
    return _Level(
        form=val(level.find("{*}numFmt")) or "decimal",
        text=val(level.find("{*}lvlText")) or "",
        start=integer(val(level.find("{*}start")), 1),
        legal=level.find("{*}isLgl") is not None,
    )
