"""Group successive items, such as the strokes of a line, the lines of a paragraph, or the parts of a ruling."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")


def grouped(items: Iterable[Item], is_apart: Callable[[list[Item], Item], bool]) -> Iterator[list[Item]]:
    """Yield groups of successive items; an item begins a new group if `is_apart`, given group and item, is true."""
    group: list[Item] = []
    for item in items:
        if group and is_apart(group, item):
            yield group
            group = []
        group.append(item)
    if group:
        yield group
