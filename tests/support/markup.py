"""Check a page's HTML: errors of parsing (html5rdf), then what it forbids elements, names and addresses.

A small part of the content models of the HTML standard (section 4): those that templates can break. The Nu validator
knows all of them; `tests/server/templates/test_every_page.py` runs it where JIXIAO_VNU names its file.
"""

from collections import Counter
from collections.abc import Iterator

import html5rdf
from lxml import etree


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_CHILDREN = {
    "ul": {"li"},
    "ol": {"li"},
    "dl": {"div", "dt", "dd"},
    "table": {"caption", "colgroup", "thead", "tbody", "tfoot"},
    "thead": {"tr"},
    "tbody": {"tr"},
    "tfoot": {"tr"},
    "tr": {"th", "td"},
    "select": {"option", "optgroup", "hr"},
    "datalist": {"option"},
}
"""The only children that an element may have."""

_PHRASING = _words(
    "a abbr b bdi bdo br button cite code data datalist del dfn em i img input ins kbd label mark meter output picture "
    "progress q s samp select small span strong sub sup svg textarea time u var wbr"
)
_HOLD_PHRASING = _words(
    "abbr b button cite code del dfn em h1 h2 h3 h4 h5 h6 i kbd label mark p pre q s samp small span strong sub sup "
    "time u var"
)
_INTERACTIVE = _words("a button details input label select textarea")
_NAMING = ("for", "list", "form", "aria-labelledby", "aria-describedby", "aria-controls", "headers")


def faults(page: str) -> list[str]:
    """Return what is wrong with a page, in words."""
    parser = html5rdf.HTMLParser(tree=html5rdf.getTreeBuilder("lxml"), namespaceHTMLElements=False)
    root = parser.parse(page).getroot()
    said = [f"line {line}, column {column}: {name} {values}" for (line, column), name, values in parser.errors]
    said += [fault for element in _html(root) for fault in _of_element(element)]
    said += _of_page(root)
    return said


def _html(root: etree._Element) -> Iterator[etree._Element]:
    """Yield the elements of HTML, none of a drawing."""
    for element in root.iter(etree.Element):
        if "}" not in str(element.tag):
            yield element


def _of_element(element: etree._Element) -> Iterator[str]:
    name, inside = element.tag, [str(child.tag) for child in element.iterchildren(etree.Element)]
    at = f"{name} {dict(element.attrib)}"
    if name in _CHILDREN and (wrong := set(inside) - _CHILDREN[name]):
        yield f"{at} holds {wrong}"
    if name in _HOLD_PHRASING and (wrong := {tag for tag in inside if "}" not in tag} - _PHRASING):
        yield f"{at} holds {wrong}"
    if name == "div" and element.getparent().tag == "dl" and "".join(tag[1:] for tag in inside).strip("td") != "":
        yield f"{at} of a list of terms holds {inside}"
    if name == "dl" and not _terms_first(element):
        yield f"{at} has a term without a description, or a description without a term"
    above = {str(ancestor.tag) for ancestor in element.iterancestors()}
    if name in _INTERACTIVE - {"details", "label"} and element.get("type") != "hidden" and above & {"a", "button"}:
        yield f"{at} stands in a link or button"
    if any(attribute == "style" or attribute.startswith("on") for attribute in element.attrib):
        yield f"{at} has a style or script of its own"
    data = element.get("type") in ("application/ld+json", "application/json")
    if name == "style" or (name == "script" and not element.get("src") and not data):
        yield f"{at} stands in the page"
    if name == "img" and element.get("alt") is None:
        yield f"{at} has no alt"


def _terms_first(terms: etree._Element) -> bool:
    groups = [list(div) for div in terms.iterchildren("div")] or [list(terms)]
    return all(not group or (group[0].tag == "dt" and group[-1].tag == "dd") for group in groups)


def _of_page(root: etree._Element) -> Iterator[str]:
    names = Counter(str(name) for name in root.xpath("//@id"))
    yield from (f"{count} elements have the id {name}" for name, count in names.items() if count > 1)
    if "" in names or any(" " in name for name in names):
        yield "an id is empty or has a space"
    for attribute in _NAMING:
        for value in root.xpath(f"//@{attribute}"):
            yield from (f"{attribute} names {name}, which is not there" for name in value.split() if name not in names)
    for target in root.xpath("//a/@href[starts-with(., '#')]"):
        if target[1:] not in names:
            yield f"a link leads to {target}, which is not there"
    for wanted in ("title", "main", "h1"):
        if len(found := root.findall(f".//{wanted}")) != 1 or not "".join(found[0].itertext()).strip():
            yield f"the page has {len(found)} elements {wanted}, or an empty one"
    if not root.get("lang"):
        yield "the page has no language"
