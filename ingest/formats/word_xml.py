"""Read elements of Word's XML by local names, because the standard's strict form has other namespaces.

A field is stored as an instruction and a result between elements `fldChar` (ECMA-376 part 1, section 17.16.18); Word
shows the result. A box to tick and a list have no result, but name their state (17.16.7, 17.16.11).
"""

import re
from dataclasses import dataclass, field
from itertools import islice

from lxml import etree

from jixiao.ingest.formats.rendering import box_to_tick, choice
from jixiao.ingest.recognition import UNREAD

OFF = frozenset({"0", "false", "off"})
_DEEPEST = 32  # fields within each other; deeper ones are taken for text
_MOST_PIECES = 64  # pieces of text of a choice
_LONGEST = 16  # characters of an instruction that tell its kind


def local(element: etree._Element) -> str:
    """Return the local name of an element; empty for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def child(element: etree._Element, name: str, *below: str) -> etree._Element | None:
    """Return the first child with a name, or the first element below it at the path of further names, if any."""
    # This loop is several times as fast as find() with a path.
    for one in element.iterchildren(f"{{*}}{name}"):
        found = child(one, *below) if below else one
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


@dataclass
class _Field:
    """An open field: the text that it shows without a result, its instruction, and the state of its result so far."""

    entry: str
    code: str = ""
    in_result: bool = False
    has_result: bool = False


@dataclass
class Fields:
    """The fields that are open at one place of a document, the outermost first."""

    opened: list[_Field] = field(default_factory=list)

    def at_mark(self, mark: etree._Element, kind: str) -> str:
        """Take up an element `fldChar`, which begins, divides or ends a field, and return the text to show there.

        `mark` is an element `fldChar`, and `kind` its type: begin, separate (the result begins) or end. The text is
        empty except at the end of a field without a result.
        """
        if kind == "begin" and len(self.opened) < _DEEPEST:
            self.opened.append(_Field(_entry(mark)))
        elif kind == "separate" and self.opened:
            self.opened[-1].in_result = True
        elif kind == "end" and self.opened:
            closed = self.opened.pop()
            # An equation (EQ) is drawn from its instruction alone.
            drawn = UNREAD if closed.code.strip().upper().startswith("EQ") else ""
            return "" if closed.has_result else self.shown(closed.entry or drawn)
        return ""

    def instruct(self, code: str) -> None:
        """Add code to the instruction of the innermost open field, up to a limit."""
        if self.opened and len(self.opened[-1].code) < _LONGEST:
            self.opened[-1].code += code[:_LONGEST]

    def shown(self, text: str) -> str:
        """Return a text if Word shows it, else an empty text: the text within a field's instruction is not shown.

        The innermost open field is noted to have a result if the text stands in its result.
        """
        if not self.opened:
            return text
        self.opened[-1].has_result |= self.opened[-1].in_result and bool(text.strip())
        return text if all(each.in_result for each in self.opened[:-1]) else ""

    def end_paragraph(self) -> None:
        """Close the open fields of which only an instruction was read, since an instruction ends with its paragraph."""
        self.opened = [each for each in self.opened if each.in_result]


def _entry(mark: etree._Element) -> str:
    """Return the text that a form field without a result shows: a box, or the chosen entry of a list."""
    box, listed = mark.find("{*}ffData/{*}checkBox"), mark.find("{*}ffData/{*}ddList")
    if box is not None:
        states = [state for name in ("checked", "default") if (state := box.find(f"{{*}}{name}")) is not None]
        return box_to_tick(bool(states) and is_on(states[0]))
    if listed is None:
        return ""
    entries = [val(each) or "" for each in listed.iterchildren("{*}listEntry")]
    chosen = integer(val(listed.find("{*}result")) or val(listed.find("{*}default")), 0)
    return choice(entries[chosen] if chosen < len(entries) else "")


def fill(control: etree._Element) -> None:
    """Change a content control to hold only what it shows: a ticked or empty box for a tick box, nothing for a prompt.

    A prompt is a placeholder, or an entry of a list that asks the reader to choose. Other controls stay as they are.
    """
    properties, content = control.find("{*}sdtPr"), control.find("{*}sdtContent")
    if properties is None or content is None:
        return
    box = properties.find("{*}checkbox")
    is_blank = properties.find("{*}showingPlcHdr") is not None
    if any(properties.find(f"{{*}}{name}") is not None for name in ("dropDownList", "comboBox")):
        pieces = list(islice(content.iter("{*}t"), _MOST_PIECES + 1))
        is_blank |= len(pieces) <= _MOST_PIECES and not choice("".join(each.text or "" for each in pieces))
    if box is None and not is_blank:
        return
    shown = list(content.iter("{*}t", "{*}sym"))
    if box is not None and shown:
        written = shown[0].makeelement(f"{shown[0].tag.rpartition('}')[0]}}}t")
        written.text = box_to_tick(is_on(box.find("{*}checked")))
        shown[0].addprevious(written)
    for each in shown:
        remove(each)
