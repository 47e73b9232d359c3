"""Read attributes of WordprocessingML elements in either of its two namespaces (ECMA-376 part 1)."""

import re

from lxml import etree


def attribute(element: etree._Element, name: str) -> str | None:
    """Return an attribute's value by its local name, or None if the element lacks it."""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), None)


def val(element: etree._Element | None) -> str | None:
    """Return the attribute `val` of an element; None if the element is None or lacks the attribute."""
    return attribute(element, "val") if element is not None else None


def integer(text: str | None, default: int) -> int:
    """Return a text of one to four digits as a number, and `default` for any other text or None."""
    return int(text) if text and re.fullmatch("[0-9]{1,4}", text) else default
