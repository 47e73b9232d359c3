"""Find how Word shows a run: raised, crossed out, hidden, white, or in a font of signs.

These properties are the run's own, or those of its character style, its paragraph's style, or the defaults of the
document (ECMA-376 part 1, sections 17.3.2 and 17.7). Properties that table styles give to text are left aside.
"""

from collections.abc import Mapping
from typing import NamedTuple

from lxml import etree

from jixiao.ingest.formats.runs import Run
from jixiao.ingest.formats.word_xml import OFF, attribute, child, val

_SPACES = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "http://purl.oclc.org/ooxml/wordprocessingml/main",
)
# The properties that count, by tag, with the attributes that hold their value.
_READ = {
    f"{{{space}}}{name}": (name, tuple(f"{{{space}}}{each}" for each in attributes))
    for space in _SPACES
    for name, attributes in {
        **dict.fromkeys(("vanish", "strike", "dstrike", "vertAlign", "position", "sz", "color"), ("val",)),
        **dict.fromkeys(("highlight", "rStyle"), ("val",)),
        "rFonts": ("ascii", "hAnsi"),
        "shd": ("val", "fill"),
    }.items()
}
_PROPERTIES = frozenset(f"{{{space}}}rPr" for space in _SPACES)
_SWITCHES = ("vanish", "strike", "dstrike")
_NO_PATTERN = frozenset({"", "clear", "nil"})
_NO_COLOUR = frozenset({"", "auto", "none", "white", "ffffff"})
_USUAL_SIZE = 20  # half-points: the size of text for which neither the document nor its styles give one
_DEEPEST = 9  # a style is based on another one, and so on: the most that are followed, since they may be a circle

Properties = Mapping[str, str]


class Look(NamedTuple):
    """The look of a run: a run without text, and whether its text is white without a background of its own."""

    run: Run
    white: bool = False


class Styles:
    """The styles of a document; `root` is that of the part `styles`, None if the file lacks it."""

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
        self._shaded: dict[str, bool] = {}
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
        if style not in self._shaded:
            self._shaded[style] = any(is_shaded(each) for at in self.bases(style) for each in at.iter("{*}shd"))
        return self._shaded[style]

    def _look(self, paragraph: str, direct: Properties) -> Look:
        names = paragraph, direct.get("rStyle") or self._usual.get("character", "")
        styles = [self._inherited(name) for name in names]
        found = {**self._defaults, **styles[0], **styles[1], **direct}
        vanish, strike, dstrike = (self._is_on(name, styles, direct) for name in _SWITCHES)
        plain = Run("", _is_raised(found), strike or dstrike, vanish)
        fonts = (plain.within(font) for font in found.get("rFonts", "").split(";"))
        backed = _is_background(found.get("shd", "")) or found.get("highlight", "").lower() not in _NO_COLOUR
        return Look(
            next((run for run in fonts if run != plain), plain),
            found.get("color", "").lower() == "ffffff" and not backed,
        )

    def _is_on(self, name: str, styles: list[Properties], direct: Properties) -> bool:
        """Return whether a switch is on: the run's own decides; two styles that both set it cancel out (17.7.3)."""
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
        """Return a style and those that it is based on, as far as they are followed."""
        found: list[etree._Element] = []
        while style in self._by_id and len(found) < _DEEPEST:
            found.append(self._by_id[style])
            style = val(child(found[-1], "basedOn")) or ""
        return found


def is_shaded(shading: etree._Element | None) -> bool:
    """Return whether an element `shd` gives a background that is not white."""
    return shading is not None and _is_background(f"{val(shading) or ''};{attribute(shading, 'fill') or ''}")


def _read(properties: etree._Element) -> dict[str, str]:
    found = {}
    for property_ in properties:
        name, attributes = _READ.get(property_.tag, ("", ()))
        if name:
            values = [value for each in attributes if (value := property_.get(each)) is not None]
            if values or name in _SWITCHES:
                found[name] = ";".join(values) or "1"
    return found


def _is_background(shading: str) -> bool:
    pattern, _, fill = shading.lower().partition(";")
    return pattern not in _NO_PATTERN or fill not in _NO_COLOUR


def _is_raised(found: Properties) -> bool:
    """Return whether text is superscript, or raised by a quarter of its size or more; smaller steps align a line."""
    if "vertAlign" in found and found["vertAlign"] != "baseline":
        return found["vertAlign"] == "superscript"
    try:
        return int(found.get("position", "0")) * 4 >= int(found.get("sz", _USUAL_SIZE)) > 0
    except ValueError:  # a length with a unit of the strict form, such as 5pt
        return not found["position"].startswith("-") if "position" in found else False
