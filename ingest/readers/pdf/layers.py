"""Tell which layers of a PDF are off: its optional content, as a viewer shows it at first (ISO 32000-1, section 8.11).

A *group* is one layer, a *membership* an expression of groups that decides about a content.
"""

from collections.abc import Callable

from pdfminer.pdftypes import PDFObjRef, resolve1

from jixiao.ingest.readers.pdf.objects import entries, items, name

_POLICIES: dict[str, Callable[[list[bool]], bool]] = {
    "AllOn": all,
    "AnyOn": any,
    "AnyOff": lambda shown: not all(shown),
    "AllOff": lambda shown: not any(shown),
}


class Layers:
    """The layers of a document whose catalogue is given."""

    def __init__(self, catalog: dict[str, object]) -> None:
        properties = entries(catalog.get("OCProperties"))
        default = entries(properties.get("D"))
        groups = {_id(group) for group in items(properties.get("OCGs"))}
        off = groups if name(default.get("BaseState")) == "OFF" else set()
        off = off - {_id(group) for group in items(default.get("ON"))}
        self._off = off | {_id(group) for group in items(default.get("OFF"))}
        self._known: dict[object, bool] = {}  # whether an expression holds, by its object

    def hides(self, content: object) -> bool:
        """Return whether a group or membership, the value of an entry OC, hides what belongs to it."""
        return content is not None and not self._shows(content)

    def _shows(self, content: object) -> bool:
        membership = entries(content)
        if name(membership.get("Type")) != "OCMD":
            return _id(content) not in self._off
        if items(membership.get("VE")):
            return self._holds(membership["VE"])
        groups = resolve1(membership.get("OCGs"))
        listed = groups if isinstance(groups, list) else [membership["OCGs"]] if groups else []
        shown = [_id(group) not in self._off for group in listed if resolve1(group) is not None]
        return not shown or _POLICIES.get(name(membership.get("P")) or "AnyOn", any)(shown)

    def _holds(self, given: object) -> bool:
        """Return whether an expression of groups holds, or one group is on; one within itself counts as true."""
        expression = items(given)
        if not expression:
            return _id(given) not in self._off
        at = _id(given)
        if at is None or at not in self._known:
            self._known[at] = True
            parts = map(self._holds, expression[1:])
            by_name = {"Not": lambda: not any(parts), "Or": lambda: any(parts)}
            self._known[at] = by_name.get(name(expression[0]) or "", lambda: all(parts))()
        return self._known[at]


def _id(content: object) -> object:
    """Return what identifies a group: the number of its object in the file."""
    return content.objid if isinstance(content, PDFObjRef) else None
