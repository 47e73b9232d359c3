"""Decide how a browser shows the text of an HTML element, by its tag, its own attributes and the page's style sheets.

What the page's own sheets say of the look of text is written into its elements first, as attributes `style`. Sheets
that a page only links to are not fetched: where they may give white text a background, or size to text without any, the
text counts as seen. Blocks that a sheet hides stay, since scripts show them, such as those of tabs; hidden words beside
others are left out.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any, NamedTuple

import tinycss2
from cssselect2 import ElementWrapper, Matcher, SelectorError, compile_selector_list
from lxml import etree

from jixiao.ingest.formats.rendering import Backgrounds, Run

_LONGEST = 1_000  # characters of an attribute `style` that are read
_WHITE = re.compile(r"white|#fff(?:fff)?|rgba?\(\s*255\s*,\s*255\s*,\s*255\s*(?:,\s*1(?:\.0)?\s*)?\)")
_NOTHING = re.compile(r"0(?:\.0*)?(?:[a-z]+|%)?")
_LIFTED = re.compile(r"super|\+?(?:[1-9][\d.]*|0?\.\d+)(?:[a-z]+|%)")
_NO_BACKGROUND = re.compile(r"none|transparent|initial|white|#fff(?:fff)?")
_STRUCK = frozenset({"s", "strike", "del"})
_TAGS = frozenset({*_STRUCK, "sup", "font"})
# In cells this property aligns their content.
_CELLS = frozenset({"td", "th", "tr", "tbody", "thead", "tfoot", "table"})
_PROPERTIES = frozenset(
    {"text-decoration", "text-decoration-line", "vertical-align", "mso-text-raise", "color", "font-size", "opacity"}
    | {"font-family", "background", "background-color", "background-image"}
)
_HIDING = frozenset({"display", "visibility"})
_READ = _PROPERTIES | _HIDING
_INLINE = frozenset({"span", "font", "a", "b", "i", "u", "em", "strong", "small", "label", "ins", "sup", "sub"})
_MEDIA = frozenset({"", "all", "screen"})
# Bounds on the time for strangers' sheets: rules times elements, and the parts of a selector.
_MOST_TRIED, _MOST_PARTS, _MOST_WRITTEN = 1_000_000, 4, 200_000
_COSTLY = frozenset("~+:[")  # signs of selectors that look at siblings, attributes or other elements
# Values by which sheets reset what elements such as <sup> and <s> mean, or only align text.
_RESETS = re.compile(
    r"none|inherit|initial|unset|revert|baseline|top|middle|bottom|text-top|text-bottom|sub|-?[\d.]+\w*"
)
_RESET = frozenset({"text-decoration", "text-decoration-line", "vertical-align"})


class Look(NamedTuple):
    """The look of text, as a run without text; `white` and `tiny` mark text in white on white, or without size."""

    run: Run = Run("")
    white: bool = False
    tiny: bool = False

    @property
    def shown(self) -> Run:
        """The run as seen: marked unseen if it is white on white or without size."""
        return self.run._replace(unseen=True) if self.white or self.tiny else self.run


PLAIN = Look()


class _Style(NamedTuple):
    """The declarations of an attribute `style` that change how text looks; None for one that is not declared.

    `clear` is text of opacity 0; `tiny` is text without size.
    """

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
    """The looks of a page's elements; `root` is the root element of the page.

    `sheets_apart` is true if the page has style sheets outside of the attributes of its elements.
    """

    def __init__(self, root: etree._Element, *, sheets_apart: bool) -> None:
        """Note whether style sheets may give any element a background.

        They may if the page links to a sheet, or `sheets_apart` is true.
        """
        linked = any("stylesheet" in (link.get("rel") or "").lower() for link in root.iter("link"))
        self._backgrounds = Backgrounds(_has_background, everywhere=linked or sheets_apart)

    def of(self, element: etree._Element, around: Look) -> Look:
        """Return the look of the text in an element; `around` is the look of the element's parent."""
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


def apply_sheets(root: etree._Element) -> bool:
    """Write the declarations of a page's style sheets into the attributes `style` of its elements.

    Returns False for sheets that are too large or too deeply nested.
    """
    try:
        return _applied(root)
    except RecursionError:  # brackets or blocks within each other
        return False


def _applied(root: etree._Element) -> bool:
    sheets = [sheet.text or "" for sheet in root.iter("style") if _is_shown(sheet.get("media") or "")]
    if sum(map(len, sheets)) > _MOST_WRITTEN:
        return False
    rules = [rule for sheet in sheets for rule in _rules(tinycss2.parse_stylesheet(sheet))]
    if not rules:
        return True
    if len(rules) * sum(1 for _ in root.iter()) > _MOST_TRIED:
        return False
    matcher = Matcher()
    for selectors, declared in rules:
        for selector in selectors:
            matcher.add_selector(selector, declared)
    for element in ElementWrapper.from_html_root(root).iter_subtree():
        matches = sorted(matcher.match(element), key=lambda match: match[:2])  # by specificity and order
        found = [each for _, _, pseudo, declared in matches if pseudo is None for each in declared]
        if element.etree_element.tag not in _INLINE:
            found = [each for each in found if each.lower_name not in _HIDING]
        if found:
            own = element.etree_element.get("style") or ""
            usual, important = (_written(each for each in found if each.important is last) for last in (False, True))
            element.etree_element.set("style", f"{usual}{own};{important}")
    return True


def _written(declarations: Iterable[Any]) -> str:
    return "".join(f"{each.lower_name}:{tinycss2.serialize(each.value)};" for each in declarations)


def _rules(nodes: Iterable[Any]) -> Iterator[tuple[list[Any], list[Any]]]:
    """Yield for each rule that applies to screens its compiled selectors, and its declarations about the look of text.

    Rules with costly or unknown selectors are left out.
    """
    for node in nodes:
        if node.type == "at-rule" and node.lower_at_keyword == "media" and node.content is not None:
            if _is_shown(tinycss2.serialize(node.prelude)):
                yield from _rules(tinycss2.parse_rule_list(node.content))
        elif node.type == "qualified-rule" and (declared := _declarations(node.content)) and _is_plain(node.prelude):
            with suppress(SelectorError, NotImplementedError, SyntaxError):  # of the last two, what it cannot compile
                yield compile_selector_list(node.prelude), declared


def _is_plain(prelude: Iterable[Any]) -> bool:
    """Return whether all selectors have few parts and no costly sign, so that they can be matched in little time."""
    selectors = tinycss2.serialize(prelude).split(",")
    return all(len(each.split()) <= _MOST_PARTS and not _COSTLY.intersection(each) for each in selectors)


def _declarations(content: Iterable[Any]) -> list[Any]:
    nodes = tinycss2.parse_blocks_contents(content)
    known = (each for each in nodes if each.type == "declaration" and each.lower_name in _READ)
    return [
        each
        for each in known
        if each.lower_name not in _RESET or not _RESETS.fullmatch(tinycss2.serialize(each.value).strip().lower())
    ]


def _is_shown(media: str) -> bool:
    """Return whether rules for a list of media apply to a screen."""
    return not _MEDIA.isdisjoint(each.strip().lower() for each in media.split(","))
