"""Fold findings that state one fact into groups, with the places of each: for reports of files and for a store's pages.

Both kinds of findings state of themselves what `Foldable` lists; each side adds to `Place` and `Group` what it shows.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, Protocol, TypeVar

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.shapes import catalogue, sentences
from jixiao.shapes.catalogue import Fault

GRAVE = ("Violation", "Warning")
"""Severities whose findings are shown one by one; those of others are folded by rule."""

_ORDER = list(catalogue.LEVELS)
_LAST = 10**9  # sorts what has no line behind all else


class Foldable(Protocol):
    """A finding of a file or of a store. Findings with one `fact` make a group, if they agree in `is_accepted`."""

    @property
    def message(self) -> Bilingual:
        """The sentence."""
        ...

    @property
    def lines(self) -> tuple[int, ...]:
        """The line numbers, in order."""
        ...

    @property
    def level(self) -> str:
        """The last part of the severity's IRI."""
        ...

    @property
    def name(self) -> str:
        """Name of the rule."""
        ...

    @property
    def rule(self) -> Fault | None:
        """The rule, or None if this version lacks it."""
        ...

    @property
    def whole(self) -> str | None:
        """The project or filing that the finding is about."""
        ...

    @property
    def fact(self) -> Hashable:
        """Key of the fact that the finding states."""
        ...

    @property
    def is_accepted(self) -> bool:
        """True if a steward accepts the finding."""
        ...


Found = TypeVar("Found", bound=Foldable)


@dataclass(frozen=True)
class Place(Generic[Found]):
    """The findings of a group about one project or filing that are told in one sentence.

    `message` leaves out the words at fault of each if there are several, since the lines quoted show them.
    """

    message: Bilingual
    findings: tuple[Found, ...]

    @property
    def lines(self) -> tuple[int, ...]:
        """Line numbers of all findings, each once, in order."""
        return lines_of(self.findings)


@dataclass(frozen=True)
class Group(Generic[Found]):
    """One or more findings that state one fact, in report order: all of them open, or all accepted."""

    findings: tuple[Found, ...]

    @property
    def first(self) -> Found:
        """The finding that stands for the group."""
        return self.findings[0]

    @property
    def level(self) -> str:
        """The last part of the severity's IRI."""
        return self.first.level

    @property
    def is_accepted(self) -> bool:
        """True if a steward accepts the findings."""
        return self.first.is_accepted

    @property
    def lines(self) -> tuple[int, ...]:
        """Line numbers of all findings, each once, in order."""
        return lines_of(self.findings)

    @cached_property
    def told(self) -> tuple[tuple[Bilingual, tuple[Found, ...]], ...]:
        """The sentences with their findings, by sentence and whole, those with the same sentence together."""
        rule = self.first.rule if len(self.findings) > 1 and all(found.lines for found in self.findings) else None
        said: defaultdict[Bilingual, defaultdict[str | None, list[Found]]] = defaultdict(lambda: defaultdict(list))
        for found in self.findings:
            message = sentences.unquoted(rule.message, found.message) if rule else found.message
            said[message][found.whole].append(found)
        return tuple((message, tuple(findings)) for message, of_it in said.items() for findings in of_it.values())


Folded = TypeVar("Folded", bound=Group)  # type: ignore[type-arg]


def folded(findings: Iterable[Found], group: Callable[[tuple[Found, ...]], Folded]) -> tuple[Folded, ...]:
    """Fold findings of one document into groups, most severe first, open ones first, then by line."""
    found: defaultdict[tuple[Hashable, bool], list[Found]] = defaultdict(list)
    for each in findings:
        found[each.fact, each.is_accepted].append(each)
    return tuple(sorted((group(tuple(each)) for each in found.values()), key=_rank))


def by_rule(groups: Iterable[Folded]) -> tuple[tuple[Folded, ...], ...]:
    """Put the groups of each rule together: most severe first, then the rules with most findings."""
    found: defaultdict[str, list[Folded]] = defaultdict(list)
    for group in groups:
        found[group.first.name].append(group)
    return tuple(tuple(found[name]) for name in sorted(found, key=lambda name: _size(found[name])))


def lines_of(findings: Iterable[Foldable]) -> tuple[int, ...]:
    """Return the line numbers of findings, each once, in order."""
    return tuple(sorted({line for found in findings for line in found.lines}))


def _size(groups: list[Folded]) -> tuple[int, int, str]:
    return _severity(groups[0]), -sum(len(group.findings) for group in groups), groups[0].first.name


def _rank(group: Folded) -> tuple[int, bool, int]:
    return _severity(group), group.is_accepted, min(group.lines, default=_LAST)


def _severity(group: Folded) -> int:
    return _ORDER.index(group.level) if group.level in _ORDER else len(_ORDER)
