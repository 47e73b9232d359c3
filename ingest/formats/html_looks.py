"""Tell how a browser shows the text of an HTML element, by its tag and its own attributes.

Those of style sheets are written into the attributes before (html_sheets.py). Where other sheets may give white text a
background, or size to text without any, the text counts as seen.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from jixiao.ingest.formats.backgrounds import Backgrounds
from jixiao.ingest.formats.runs import Run

_LONGEST = 1_000  # characters of an attribute `style` that are read
_WHITE = re.compile(r"white|#fff(?:fff)?|rgba?\(\s*255\s*,\s*255\s*,\s*255\s*(?:,\s*1(?:\.0)?\s*)?\)")
_NOTHING = re.compile(r"0(?:\.0*)?(?:[a-z]+|%)?")
_LIFTED = re.compile(r"super|\+?(?:[1-9][\d.]*|0?\.\d+)(?:[a-z]+|%)")
_NO_BACKGROUND = re.compile(r"none|transparent|initial|white|#fff(?:fff)?")
_STRUCK = frozenset({"s", "strike", "del"})
_TAGS = frozenset({*_STRUCK, "sup", "font"})
# In cells this property aligns their content.
_CELLS = frozenset({"td", "th", "tr", "tbody", "thead", "tfoot", "table"})


class Look(NamedTuple):
    """The look of text: a run without text; whether it is white on white, and whether it has no size."""

    run: Run = Run("")
    white: bool = False
    tiny: bool = False

    @property
    def shown(self) -> Run:
        """The run as it is seen."""
        return self.run._replace(unseen=True) if self.white or self.tiny else self.run


PLAIN = Look()


class _Style(NamedTuple):
    """The declarations of an attribute `style`; None stands for one that it lacks."""

    hidden: bool = False
    clear: bool = False
    raised: bool | None = None
    struck: bool | None = None
    colour: str | None = None
    background: bool | None = None
    tiny: bool | None = None
    font: str | None = None


_NOTHING_DECLARED = _Style()


def is_hidden(element: etree._Element) -> bool:
    """Return whether an element is hidden by its own attributes."""
    return element.get("hidden") is not None or _declared(element.get("style")).hidden


class Looks:
    """The looks of a page's elements; `root` is that of the page.

    `sheets_apart` is true if its style sheets are not in its attributes.
    """

    def __init__(self, root: etree._Element, *, sheets_apart: bool) -> None:
        """Find out whether style sheets may give backgrounds."""
        linked = any("stylesheet" in (link.get("rel") or "").lower() for link in root.iter("link"))
        self._backgrounds = Backgrounds(_has_background, everywhere=linked or sheets_apart)

    def of(self, element: etree._Element, around: Look) -> Look:
        """Return the look of the text in an element; `around` is that of its parent."""
        tag, given = element.tag, element.get("style")
        if given is None and tag not in _TAGS and not around.white and not around.tiny:
            return around
        style = _declared(given)
        struck = tag in _STRUCK if style.struck is None else style.struck
        raised = tag == "sup" if style.raised is None else style.raised and tag not in _CELLS
        run = around.run._replace(
            struck=around.run.struck or struck,
            raised=around.run.raised or raised,
            unseen=around.run.unseen or style.clear,
        )
        font, colour = style.font or element.get("face"), style.colour or element.get("color")
        white = around.white and not _has_background(element)
        if colour is not None:
            white = _WHITE.fullmatch(colour.strip().lower()) is not None and not self._backgrounds.below(element)
        tiny = style.tiny if style.tiny is not None else around.tiny and element.get("class") is None
        return Look(run if font is None else run.within(font.split(",")[0]), white, tiny)


def _has_background(element: etree._Element) -> bool:
    given = element.get("bgcolor") or element.get("background")
    return bool(_declared(element.get("style")).background) or (
        given is not None and _NO_BACKGROUND.fullmatch(given.strip().lower()) is None
    )


def _declared(style: str | None) -> _Style:
    return _style(style[:_LONGEST]) if style else _NOTHING_DECLARED


@lru_cache(maxsize=1_024)
def _style(text: str) -> _Style:
    parts = (rule.partition(":") for rule in text.lower().replace("!important", "").split(";"))
    rules = {name.strip(): value.strip() for name, _, value in parts}
    decoration = rules.get("text-decoration-line", rules.get("text-decoration"))
    aligned, lifted = rules.get("vertical-align"), rules.get("mso-text-raise", "")
    background = [rules[name] for name in ("background", "background-color", "background-image") if name in rules]
    size = rules.get("font-size")
    return _Style(
        hidden=rules.get("display") == "none" or rules.get("visibility") == "hidden" or rules.get("mso-hide") == "all",
        clear=_NOTHING.fullmatch(rules.get("opacity", "1")) is not None,
        raised=True if _LIFTED.fullmatch(lifted) else None if aligned is None else bool(_LIFTED.fullmatch(aligned)),
        struck=None if decoration is None else "line-through" in decoration,
        colour=rules.get("color"),
        background=any(not _NO_BACKGROUND.fullmatch(each) for each in background),
        tiny=None if size is None else _NOTHING.fullmatch(size) is not None,
        font=rules.get("font-family"),
    )
