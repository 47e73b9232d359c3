"""Read attributes of WordprocessingML elements, whichever of its two namespaces they are in (ECMA-376 part 1)."""

import re

from lxml import etree


def attribute(element: etree._Element, name: str) -> str | None:
    """Return an attribute by its local name, or None if the element has none of that name."""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), None)


def val(element: etree._Element | None) -> str | None:
    """Return the attribute `val` of an element, or None if the element or the attribute is absent."""
    return attribute(element, "val") if element is not None else None


def integer(text: str | None, default: int) -> int:
    """Return a number of up to four digits, or the default for any other text."""
    return int(text) if text and re.fullmatch("[0-9]{1,4}", text) else default
