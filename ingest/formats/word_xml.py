"""Read elements of Word's XML by local names, because the standard's strict form has other namespaces."""

import re

from lxml import etree

OFF = frozenset({"0", "false", "off"})


def local(element: etree._Element) -> str:
    """Return the local name of an element; empty for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def child(element: etree._Element, name: str, *below: str) -> etree._Element | None:
    """Return the first child with a name, or the first element below it at the path of further names, if any."""
    # This loop is several times as fast as find() with a path.
    for each in element.iterchildren(f"{{*}}{name}"):
        found = child(each, *below) if below else each
        if found is not None:
            return found
    return None


def remove(element: etree._Element) -> None:
    """Remove an element from its parent, if it still has one."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def attribute(element: etree._Element, name: str) -> str | None:
    """Return an attribute's value by its local name, or None if the element lacks it."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return None


def val(element: etree._Element | None) -> str | None:
    """Return the attribute `val` of an element; None if the element is None or lacks the attribute."""
    return attribute(element, "val") if element is not None else None


def is_on(switch: etree._Element | None) -> bool:
    """Return whether an element that switches a property, such as `checked`, is there and not off."""
    return switch is not None and val(switch) not in OFF


def integer(text: str | None, default: int) -> int:
    """Return a text of one to four digits as a number, and `default` for any other text or None."""
    return int(text) if text and re.fullmatch("[0-9]{1,4}", text) else default
