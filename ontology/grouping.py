"""Group values by key, by two keys, or in runs of successive ones."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

_Key = TypeVar("_Key")
_Second = TypeVar("_Second")
_Value = TypeVar("_Value")


def by_key(pairs: Iterable[tuple[_Key, _Value]]) -> dict[_Key, list[_Value]]:
    """Return the values of pairs of key and value by key, in the order of the pairs."""
    groups: defaultdict[_Key, list[_Value]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return dict(groups)


def by_keys(rows: Iterable[tuple[_Key, _Second, _Value]]) -> dict[_Key, dict[_Second, list[_Value]]]:
    """Return the values of rows of two keys and a value by both keys, in the order of the rows."""
    return {
        first: by_key(pairs) for first, pairs in by_key((first, (key, value)) for first, key, value in rows).items()
    }


def grouped(items: Iterable[_Value], is_apart: Callable[[list[_Value], _Value], bool]) -> Iterator[list[_Value]]:
    """Yield groups of successive items; an item begins a new group if `is_apart`, given group and item, is true."""
    group: list[_Value] = []
    for item in items:
        if group and is_apart(group, item):
            yield group
            group = []
        group.append(item)
    if group:
        yield group
