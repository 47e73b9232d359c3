"""Decide how a browser shows the text of an HTML element, by its tag, its own attributes and the page's style sheets.

What the page's own sheets say of the look of text is written into its elements first, as attributes `style`. Sheets
that a page only links to are not fetched: where they may give white text a background, or size to text without any, the
text counts as seen. Blocks that a sheet hides stay, since scripts show them, such as those of tabs; hidden words beside
others are left out. Words that are moved, turned or cut may be seen nowhere; else the place where is not known.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cache, lru_cache, partial
from typing import Any, NamedTuple, cast

import tinycss2
from cssselect2 import ElementWrapper, Matcher, SelectorError, compile_selector_list
from lxml import etree
from tinycss2.ast import QualifiedRule
from tinycss2.color4 import parse_color

from jixiao.ingest.formats.colours import UNKNOWN, WHITE, Colour, is_alike
from jixiao.ingest.formats.rendering import Run
from jixiao.ingest.recognition import UNREAD
from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ingest.formats", "html_looks.toml")
_RE = _WORDING.patterns
_LONGEST = 1_000  # characters of an attribute `style` that are read
_CLEAR: Colour = (-1.0,)
_FAINT = 0.05  # the most opacity that is not seen
_STRUCK = frozenset({"s", "strike", "del"})
_SMALL = frozenset({"sub", "small", "button", "a"})
_SIZES = frozenset({"1", "-1", "-2"})  # of fonts that are small
_TAGS = frozenset({*_STRUCK, *_SMALL, "sup", "font", "details", "summary", "svg", "bdo"})
_CELLS = frozenset({"td", "th", "tr", "tbody", "thead", "tfoot", "table"})
_HIDING = frozenset(_WORDING.words("hiding"))
_UNHEARD = " or ".join(f"contains(concat(' ', @class, ' '), ' {name} ')" for name in _WORDING.words("unheard"))
_READ = _HIDING.union(_WORDING.words("look"))
_INLINE = _STRUCK | _SMALL.union(
    {"span", "font", "b", "i", "u", "em", "strong", "label", "ins", "sup", "mark", "big", "cite", "code", "abbr", "tt"},
    {"svg", "bdo"},
)
_MEDIA = frozenset({"", "all", "screen"})
_APPLYING = {"supports": True, "layer": True, "container": None, "scope": None}  # None where that is not known
# Bounds on the time for strangers' sheets: rules times elements, the parts of a selector, the characters of sheets, and
# those of a selector around other rules. Costly selectors look at many elements.
_MOST_TRIED, _MOST_PARTS, _MOST_WRITTEN, _MOST_AROUND = 1_000_000, 4, 200_000, 100
_COSTLY = re.compile(r"[~+]|:(?!(?:first|last)-child|not\(|is\(|:|before|after|first-l)")


class Look(NamedTuple):
    """The look of text, as a run without text.

    `ink` is the colour of the text, and `paper` that behind it, None for that of the page. `faint` is text in the
    colour of what is behind it, `tiny` text without size, and `veiled` text that is not visible unless an element in it
    is. Where `adrift` text is seen is not known.
    """

    run: Run = Run("")
    ink: Colour = UNKNOWN
    paper: Colour | None = None
    faint: bool = False
    tiny: bool = False
    veiled: bool = False
    adrift: bool = False

    @property
    def shown(self) -> Run:
        """The run as seen: marked unseen if it is faint, tiny or veiled."""
        return self.run._replace(unseen=True) if self.faint or self.tiny or self.veiled else self.run


PLAIN = Look()


class _Style(NamedTuple):
    """The declarations of an attribute `style` that change how text looks; None for one that is not declared.

    `clear` is text that is seen nowhere, and where `adrift` text is seen is not known. `lowered` text may be only
    smaller; `tiny` is text without size.
    """

    hidden: bool = False
    visible: bool | None = None
    clear: bool = False
    adrift: bool = False
    raised: bool | None = None
    lowered: bool = False
    struck: bool | None = None
    ink: Colour | None = None
    paper: Colour | None = None
    tiny: bool | None = None
    font: str | None = None


def is_hidden(element: etree._Element) -> bool:
    """Return whether an element is hidden by its own attributes, and all in it."""
    return element.get("hidden") is not None or _declared(element, element.get("style")).hidden


class Looks:
    """The looks of a page's elements; `root` is the root element of the page.

    `sheets_apart` is true if the page has style sheets outside of the attributes of its elements.
    """

    def __init__(self, root: etree._Element, *, sheets_apart: bool) -> None:
        """Note whether style sheets may give any element a background, and write old attributes as styles.

        They may if the page links to a sheet, or `sheets_apart` is true. The usual names of text that is not seen then
        hide it.
        """
        linked = any("stylesheet" in (link.get("rel") or "").lower() for link in root.iter("link"))
        self._paper = UNKNOWN if linked or sheets_apart else WHITE
        for element in _found(root, "//*[@bgcolor or @background]"):
            behind = f"background:{element.get('bgcolor') if element.get('background') is None else 'image'}"
            element.set("style", f"{behind};{element.get('style') or ''}")
        for element in filter(_is_beside, _found(root, f"//*[@class and ({_UNHEARD})]") if linked else ()):
            element.set("style", f"{element.get('style') or ''};clip-path:inset(100%)")

    def of(self, element: etree._Element, around: Look) -> Look:
        """Return the look of the text in an element; `around` is the look of the element's parent."""
        tag, given = element.tag, element.get("style")
        is_plain_link = tag == "a" and _RE.word.match(element.text or "")  # a link of words is no mark of a note
        if given is None and not around.faint and not around.tiny and (tag not in _TAGS or is_plain_link):
            return around
        style = _declared(element, given)
        is_small = (tag in _SMALL and (tag != "a" or element.get("href") is not None)) or element.get("size") in _SIZES
        run = around.run._replace(
            struck=around.run.struck or (tag in _STRUCK if style.struck is None else style.struck),
            raised=around.run.raised or (tag == "sup" if style.raised is None else style.raised),
            lowered=around.run.lowered or style.lowered or is_small,
            unseen=around.run.unseen or style.clear,
        )
        font, ink = style.font or element.get("face"), style.ink or _colour(element.get("color")) or around.ink
        paper = around.paper if style.paper is None else style.paper
        drifts = style.adrift or tag == "svg" or (tag == "bdo" and (element.get("dir") or "").lower() == "rtl")
        is_closed = tag == "details" and element.get("open") is None and _is_beside(element)
        return Look(
            run if font is None else run.within(font.split(",")[0]),
            ink,
            paper,
            ink == _CLEAR or is_alike(ink, self._paper if paper is None else paper),
            style.tiny if style.tiny is not None else around.tiny and element.get("class") is None,
            is_closed or (around.veiled and tag != "summary" if style.visible is None else not style.visible),
            around.adrift or (drifts and not style.clear and _is_beside(element)),
        )


def _is_beside(element: etree._Element) -> bool:
    """Return whether an element may stand beside other text: in a row or cell without an inner table, or in a line."""
    row = element if element.tag in ("td", "th", "tr") else next(element.iterancestors("td", "th", "tr"), None)
    if row is not None:
        return row.find(".//table") is None
    around = element.getparent() if element.tag in _INLINE else None
    texts = () if around is None else (around.text, *(each.tail for each in around))
    return any(text and text.strip() for text in texts)


def _found(root: etree._Element, path: str) -> list[etree._Element]:
    return cast("list[etree._Element]", root.xpath(path))


@lru_cache(maxsize=1_024)
def _colour(text: str | None) -> Colour | None:
    """Return a colour by its name or code: unknown for other texts and what shines through, None if nothing is said."""
    if not text or text in {"none", "initial", "inherit", "unset", "revert", "currentcolor"}:
        return None
    found = parse_color(text) or parse_color(f"#{text.strip()}")
    with suppress(NotImplementedError, AttributeError):  # of other colours than those of screens, or none
        shade = found.to("srgb")
        seen = shade.coordinates if shade.alpha == 1 else UNKNOWN
        return _CLEAR if shade.alpha <= _FAINT else seen
    return UNKNOWN


def _declared(element: etree._Element, style: str | None) -> _Style:
    return _style(style[:_LONGEST], _kind(element)) if style else _Style()


def _kind(element: etree._Element) -> str:
    block = "cell" if element.tag in _CELLS else "block"
    return "line" if element.tag in _INLINE else block


@lru_cache(maxsize=1_024)
def _style(text: str, kind: str) -> _Style:
    """Return the declarations of a style of an element that is in a line of text, of a table, or a block."""
    parts = (rule.partition(":") for rule in _RE.comment.sub("", text.lower()).replace("!important", "").split(";"))
    rules = {name.strip(): value.strip() for name, _, value in parts}
    text = f";{kind};{';'.join(f'{name}:{rules[name]}' for name in sorted(rules))};"
    decoration = rules.get("text-decoration-line", rules.get("text-decoration"))
    papers = [_colour(rules.get(name)) for name in ("background", "background-color", "background-image")]
    raised = _RE.raised.search(text) is not None
    tiny = _RE.tiny.search(text) is not None
    return _Style(
        hidden=_RE.hidden.search(text) is not None,
        visible={"hidden": False, "collapse": False, "visible": True}.get(rules.get("visibility", "")),
        clear=_RE.clear.search(text) is not None,
        adrift=_RE.adrift.search(text) is not None,
        raised=raised if raised or "vertical-align" in rules else None,
        lowered=_RE.lowered.search(text) is not None,
        struck=None if decoration is None else "line-through" in decoration,
        ink=None if "-clip:text" in text else _colour(rules.get("-webkit-text-fill-color", rules.get("color"))),
        paper=min((paper for paper in papers if paper is not None and paper != _CLEAR), default=None),
        tiny=tiny if tiny or _RE.sized.search(text) else None,
        font=rules.get("font-family"),
    )


_Declaration = tuple[str, str, bool]
"""A declaration of a sheet: its property, its text, and whether it is important."""


def apply_sheets(root: etree._Element) -> bool:
    """Write the declarations of a page's style sheets into the attributes `style` of its elements.

    Returns False for sheets that are too large or too deeply nested.
    """
    try:
        return _applied(root)
    except RecursionError:  # brackets or blocks within each other
        return False


def _applied(root: etree._Element) -> bool:
    given = ((sheet.text or "", _is_shown(sheet.get("media") or "")) for sheet in root.iter("style"))
    sheets = [(text, shown is True) for text, shown in given if shown is not False]
    if sum(len(text) for text, _ in sheets) > _MOST_WRITTEN:
        return False
    rules = [rule for text, sure in sheets for rule in _rules(tinycss2.parse_stylesheet(text), sure=sure)]
    if not rules:
        return True
    if len(rules) * sum(1 for _ in root.iter()) > _MOST_TRIED:
        return False
    matcher = Matcher()
    for number, (selectors, _) in enumerate(rules):
        for selector in selectors:
            matcher.add_selector(selector, number)
    written = cache(partial(_written, [declared for _, declared in rules]))
    for element in ElementWrapper.from_html_root(root).iter_subtree():
        matches = sorted(matcher.match(element), key=lambda match: match[:2])  # by specificity and order
        one = element.etree_element
        if any(pseudo and _is_doubtful(rules[number][1], pseudo) for *_, pseudo, number in matches) and _is_beside(one):
            one.text = f"{UNREAD}{one.text or ''}"
        if numbers := tuple(number for _, _, pseudo, number in matches if pseudo is None):
            hiding, usual = written(numbers, one.get("style") or "", _kind(one))
            if style := usual if hiding == usual or not (one.tag in _INLINE or _is_beside(one)) else hiding:
                one.set("style", style)
    return True


def _written(rules: Sequence[Sequence[_Declaration]], numbers: Sequence[int], own: str, kind: str) -> tuple[str, str]:
    """Return the style of an element of a kind by its own style and some rules, and without what may hide it.

    Sheets hide blocks for scripts that show them, but not those that are beside other text.
    """
    found = [each for number in numbers for each in rules[number]]
    hiding, usual = (_joined(each, own) for each in (found, [each for each in found if each[0] not in _HIDING]))
    style = _style(hiding[:_LONGEST], kind)
    hides = style.hidden or style.visible is not None or style.clear or style.adrift
    return hiding if hides else usual, usual


def _joined(found: Sequence[_Declaration], own: str) -> str:
    usual, important = ("".join(text for _, text, last in found if last is late) for late in (False, True))
    return f"{usual}{own};{important}" if found else own


def _rules(nodes: Iterable[Any], around: str = "", *, sure: bool) -> Iterator[tuple[list[Any], list[_Declaration]]]:
    """Yield for each rule that applies to screens its compiled selectors, and its declarations about the look of text.

    Rules with costly or unknown selectors are left out. `around` is the selector of the rule that has the nodes in it,
    if any. If it is not `sure` that the rules apply, the place of what they hide is not known.
    """
    for node in nodes:
        if node.type == "at-rule" and node.content is not None:
            kind, outer = node.lower_at_keyword, tinycss2.parse_component_value_list(around)
            shown = _is_shown(tinycss2.serialize(node.prelude)) if kind == "media" else _APPLYING.get(kind, False)
            inner = [QualifiedRule(0, 0, outer, node.content)] if around else tinycss2.parse_rule_list(node.content)
            yield from _rules(inner if shown is not False else (), sure=sure and shown is True)
        elif node.type == "qualified-rule":
            selector = _plain(node.prelude)
            if around:
                selector = f"{'' if '&' in selector else '& '}{selector}".replace("&", f":is({around})", _MOST_PARTS)
            parts = tinycss2.parse_blocks_contents(node.content)
            if (declared := _declarations(parts, sure=sure)) and _is_plain(selector):
                with suppress(SelectorError, NotImplementedError, SyntaxError):  # the last two: it cannot compile them
                    yield compile_selector_list(selector), declared
            yield from _rules(parts if len(selector) < _MOST_AROUND else (), selector, sure=False)


def _is_doubtful(declared: Sequence[_Declaration], pseudo: str) -> bool:
    """Return whether a rule for a part of an element adds characters to it, or may hide its first ones."""
    return bool(_RE.added.match(_joined(declared, ""))) or (pseudo.startswith("first") and _may_hide(declared))


def _may_hide(declared: Sequence[_Declaration]) -> bool:
    return any(
        each.hidden or each.visible is False or each.clear or each.adrift or each.tiny or each.ink in (_CLEAR, WHITE)
        for each in (_style(_joined(declared, "")[:_LONGEST], kind) for kind in ("line", "block"))
    )


def _plain(nodes: Iterable[Any]) -> str:
    return _RE.comment.sub("", tinycss2.serialize(nodes)).strip()


def _is_plain(selectors: str) -> bool:
    """Return whether all selectors have few parts and no costly sign, so that they can be matched in little time."""
    return all(len(each.split()) <= _MOST_PARTS and not _COSTLY.search(each) for each in selectors.split(","))


def _declarations(nodes: Iterable[Any], *, sure: bool) -> list[_Declaration]:
    known = (each for each in nodes if each.type == "declaration" and each.lower_name in _READ)
    written = ((each, f"{each.lower_name}:{_plain(each.value).lower()};") for each in known)
    found = [(each.lower_name, text, each.important) for each, text in written if not _RE.harmless.match(text)]
    if sure:
        return found
    added = [each for each in found if each[0] == "content"]
    return [*added, ("clip-path", "clip-path:unknown;", True)] if _may_hide(found) else added


def _is_shown(media: str) -> bool | None:
    """Return whether rules for a list of media apply to a screen, None if that depends on the screen."""
    kinds = [each.strip().lower() for each in media.split(",")]
    return not _MEDIA.isdisjoint(kinds) or (False if all(map(_RE.elsewhere.match, kinds)) else None)
