"""Write what a page's own style sheets say of the look of text into its elements, as attributes `style`.

Sheets that a page only links to are not fetched. Blocks that a sheet hides stay, since scripts show them, such as those
of tabs; hidden words beside others are left out.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

import tinycss2
from cssselect2 import ElementWrapper, Matcher, SelectorError, compile_selector_list
from lxml import etree

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


def apply_sheets(root: etree._Element) -> bool:
    """Write the declarations of the sheets into a page's elements; return False for too much or too deeply nested."""
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
        matches = sorted(matcher.match(element), key=_weight)
        found = [each for _, _, pseudo, declared in matches if pseudo is None for each in declared]
        if element.etree_element.tag not in _INLINE:
            found = [each for each in found if each.lower_name not in _HIDING]
        if found:
            own = element.etree_element.get("style") or ""
            usual, important = (_written(each for each in found if each.important is last) for last in (False, True))
            element.etree_element.set("style", f"{usual}{own};{important}")
    return True


def _weight(match: Any) -> Any:
    return match[:2]  # specificity and order


def _written(declarations: Iterable[Any]) -> str:
    return "".join(f"{each.lower_name}:{tinycss2.serialize(each.value)};" for each in declarations)


def _rules(nodes: Iterable[Any]) -> Iterator[tuple[list[Any], list[Any]]]:
    """Yield the selectors of each rule for screens with its declarations about the look of text."""
    for node in nodes:
        if node.type == "at-rule" and node.lower_at_keyword == "media" and node.content is not None:
            if _is_shown(tinycss2.serialize(node.prelude)):
                yield from _rules(tinycss2.parse_rule_list(node.content))
        elif node.type == "qualified-rule" and (declared := _declarations(node.content)) and _is_plain(node.prelude):
            with suppress(SelectorError, NotImplementedError, SyntaxError):  # of the last two, what it cannot compile
                yield compile_selector_list(node.prelude), declared


def _is_plain(prelude: Iterable[Any]) -> bool:
    """Return whether selectors are those of usual pages, which can be matched in little time."""
    selectors = tinycss2.serialize(prelude).split(",")
    return all(len(each.split()) <= _MOST_PARTS and not _COSTLY.intersection(each) for each in selectors)


def _declarations(content: Iterable[Any]) -> list[Any]:
    nodes = tinycss2.parse_blocks_contents(content)
    return [each for each in nodes if each.type == "declaration" and each.lower_name in _READ and not _is_reset(each)]


def _is_reset(declaration: Any) -> bool:
    value = tinycss2.serialize(declaration.value).strip().lower()
    return declaration.lower_name in _RESET and _RESETS.fullmatch(value) is not None


def _is_shown(media: str) -> bool:
    """Return whether rules for a list of media are those of a screen."""
    return not _MEDIA.isdisjoint(each.strip().lower() for each in media.split(","))
