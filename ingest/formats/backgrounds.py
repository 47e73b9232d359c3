"""Tell whether text in an element of a document may stand on a background."""

from collections.abc import Callable

from lxml import etree


class Backgrounds:
    """The backgrounds of elements: `gives` tells whether an element gives one, `everywhere` whether all have one."""

    def __init__(self, gives: Callable[[etree._Element], bool], *, everywhere: bool) -> None:
        self._gives, self._everywhere = gives, everywhere
        self._known: dict[etree._Element, bool] = {}

    def below(self, element: etree._Element | None) -> bool:
        """Return whether an element or one around it gives a background; each element is looked at once."""
        path = []
        while element is not None and element not in self._known:
            path.append(element)
            element = element.getparent()
        found = self._everywhere if element is None else self._known[element]
        for each in reversed(path):
            found = self._known[each] = found or self._gives(each)
        return found
