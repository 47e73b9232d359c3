"""Tell how a browser shows the text of an HTML element, by its tag and its own attributes.

Rules of style sheets are not applied; where they may give white text a background, or size to text without any, the
text counts as seen.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from lxml import etree

from jixiao.ingest.formats.runs import Run

_RULE = re.compile(r"([a-z-]+)\s*:\s*([^;]+)")
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
    """What an attribute `style` declares; None stands for what it does not."""

    hidden: bool = False
    clear: bool = False
    raised: bool | None = None
    struck: bool | None = None
    colour: str | None = None
    background: bool | None = None
    tiny: bool | None = None
    font: str | None = None


def is_hidden(element: etree._Element) -> bool:
    """Return whether an element is hidden by its own attributes."""
    style = element.get("style")
    return element.get("hidden") is not None or (style is not None and _style(style).hidden)


def look(element: etree._Element, around: Look, *, sheets: bool) -> Look:
    """Return the look of the text in an element; `around` is that of its parent.

    `sheets` tells whether style sheets may give backgrounds.
    """
    tag, given = element.tag, element.get("style")
    if given is None and tag not in _TAGS and not around.white and not around.tiny:
        return around
    style = _style(given or "")
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
        white = _WHITE.fullmatch(colour.strip().lower()) is not None and not sheets and not _is_backed(element)
    tiny = style.tiny if style.tiny is not None else around.tiny and "class" not in element.attrib
    return Look(run if font is None else run.within(font.split(",")[0]), white, tiny)


def _is_backed(element: etree._Element) -> bool:
    return _has_background(element) or any(map(_has_background, element.iterancestors()))


def _has_background(element: etree._Element) -> bool:
    given = element.get("bgcolor") or element.get("background")
    return bool(_style(element.get("style") or "").background) or (
        given is not None and _NO_BACKGROUND.fullmatch(given.strip().lower()) is None
    )


@lru_cache(maxsize=1_024)
def _style(text: str) -> _Style:
    rules = {name: value.replace("!important", "").strip() for name, value in _RULE.findall(text.lower())}
    if not rules:
        return _Style()
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
