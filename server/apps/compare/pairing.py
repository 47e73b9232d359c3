"""Pair things of several sides by name; a name that several things of one side have is not paired."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from jixiao.ontology.identity import key
from jixiao.server.apps.compare.result import Cell, Row
from jixiao.server.views import columns

T = TypeVar("T")


@dataclass(frozen=True)
class Pairs(Generic[T]):
    """Things by name: those that all sides have, those that some sides lack, and per side names with several things."""

    both: tuple[tuple[T, ...], ...]
    some: tuple[tuple[T | None, ...], ...]
    several: tuple[Mapping[str, Sequence[T]], ...]


def paired(sides: Sequence[Sequence[T]], name: Callable[[T], str]) -> Pairs[T]:
    """Pair things of the sides by name, in the order of the first side that has them."""
    named = [_by_name(side, name) for side in sides]
    order = dict.fromkeys(each for of_side in named for each in of_side)
    twice = {each for of_side in named for each, things in of_side.items() if len(things) > 1}
    once = [each for each in order if each not in twice]
    found = [tuple(of_side[each][0] if each in of_side else None for of_side in named) for each in once]
    both = [tuple(thing for thing in things if thing is not None) for things in found if None not in things]
    return Pairs(
        both=tuple(both),
        some=tuple(things for things in found if None in things),
        several=tuple({each: things for each, things in of_side.items() if each in twice} for of_side in named),
    )


def rows_of_several(pairs: Pairs[columns.Row], cell: Callable[[Sequence[columns.Row]], Cell]) -> list[Row]:
    """Return a row for each name that several things of a side have; `cell` makes a cell of a side's things."""
    shown: dict[str, str] = {}
    for of_side in pairs.several:
        for name, things in of_side.items():
            shown.setdefault(name, str(things[0]["name"]))
    return [Row(text, tuple(cell(of_side.get(name, ())) for of_side in pairs.several)) for name, text in shown.items()]


def _by_name(things: Sequence[T], name: Callable[[T], str]) -> dict[str, list[T]]:
    named: dict[str, list[T]] = {}
    for thing in things:
        named.setdefault(key(name(thing)), []).append(thing)
    return named
