"""Find what a browser shows in the fields of an HTML form (HTML Living Standard, section 4.10)."""

from lxml import etree

from jixiao.ingest.formats.choices import BOXES, choice

FIELDS = frozenset({"input", "select", "textarea"})
_OTHERS = frozenset({"hidden", "password", "file", "image", "color", "range", "button", "submit", "reset"})


def inner_text(element: etree._Element) -> str:
    """Return the text in an element, without tags."""
    return "".join(map(str, element.itertext()))


def entry(element: etree._Element) -> str:
    """Return the text that a field shows, with line breaks.

    A box to tick and a button to choose show a box. A list shows the options that are chosen, or else its first one; an
    option that asks to choose, and a hint in an empty field, are blank.
    """
    if element.tag == "textarea":
        return inner_text(element).replace("\r\n", "\n").removeprefix("\n")
    if element.tag == "select":
        return _chosen(element)
    kind = (element.get("type") or "").strip().lower()
    if kind in ("checkbox", "radio"):
        return BOXES[element.get("checked") is not None]
    return "" if kind in _OTHERS else element.get("value") or ""  # an unknown kind is a field of text


def _chosen(element: etree._Element) -> str:
    options = list(element.iter("option"))
    chosen = [option for option in options if option.get("selected") is not None]
    if element.get("multiple") is None:
        is_menu = (element.get("size") or "1").strip() in ("", "0", "1")
        usable = [option for option in options if option.get("disabled") is None]
        chosen = chosen[-1:] or (usable[:1] if is_menu else [])
    texts = (" ".join((option.get("label") or inner_text(option)).split()) for option in chosen)
    shown = (choice(text) for text, option in zip(texts, chosen, strict=True) if option.get("value") != "")
    return "、".join(filter(None, shown))
