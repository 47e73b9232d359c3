"""Values in which findings are counted, and how counts are ordered; tallies of both kinds share them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

_ACCEPTED = "accepted"  # counted beside the severities


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding: IRIs of rule, body and project, last part of its severity's IRI, year, sha16, and its acceptance.

    The first finding of a group stands for all its `members`, open and accepted ones apart; the others have 0.
    """

    finding: str
    fault: str
    severity: str
    body: str | None
    year: int | None
    project: str | None
    source: str
    accepted: bool
    members: int = 1


@dataclass(frozen=True)
class Count:
    """The number of findings that share a key, open ones by severity and accepted ones; and the numbers of groups."""

    key: Any
    open: Mapping[str, int]
    accepted: int
    groups: Mapping[str, int]
    accepted_groups: int

    @property
    def all_open(self) -> int:
        """The number of open findings of any severity."""
        return sum(self.open.values())

    @property
    def open_groups(self) -> int:
        """The number of groups with open findings of any severity."""
        return sum(self.groups.values())

    @property
    def all(self) -> int:
        """The number of findings, open and accepted."""
        return self.all_open + self.accepted


@dataclass(frozen=True)
class Read:
    """The number of a body's filings, of those read in part, and of its projects read in part."""

    filings: int
    partial_filings: int
    partial_projects: int


@dataclass(frozen=True)
class Sources:
    """Sources with findings, the gravest first: their number, and some of them with a body and year of each."""

    number: int
    counts: Sequence[Count]
    filed: Mapping[str, tuple[str | None, int | None]]


@dataclass(frozen=True)
class Found:
    """The findings that meet some conditions: their number, the number accepted, both of groups, and a page of them."""

    total: int
    accepted: int
    groups: int
    accepted_groups: int
    entries: Sequence[Entry]


class Tally(Protocol):
    """The findings of a generation, ordered by body (IRI), latest year, source and place in the report.

    Counts are ordered by gravest open findings, then most open, then most accepted; years the latest first.
    """

    @property
    def read(self) -> Mapping[str | None, Read]:
        """The filings by body; the key is None for filings without a known body."""

    def name(self, iri: str | None) -> str | None:
        """Return the name of a body or project."""

    def faults(self) -> list[Count]:
        """Count by rule."""

    def margins(self, fault: str | None = None) -> dict[str, list[Count]]:
        """Count the findings of a rule, or all, by `department`, by `year` and by `severity`."""

    def combined(self) -> list[Count]:
        """Count by rule, body, year and severity together."""

    def sources(self, most: int) -> Sources:
        """Count by source, and return at most so many of the counts."""

    def find(self, limit: int, offset: int, folded: bool = False, **wanted: Any) -> Found:
        """Return the findings that have the given values of an Entry's fields; a value of None matches any.

        If `folded`, the page has the first finding of each group.
        """


Number = tuple[Any, str, bool, int, int]
"""A key, severity, acceptance, and the numbers of findings and of groups."""


def counts(numbers: Iterable[Number]) -> list[Count]:
    """Add up numbers of findings by key, severity and acceptance, in the order of a Tally."""
    findings: dict[Any, Counter[str]] = defaultdict(Counter)
    groups: dict[Any, Counter[str]] = defaultdict(Counter)
    for key, severity, is_accepted, number, folded in numbers:
        kind = _ACCEPTED if is_accepted else severity
        findings[key][kind] += number
        groups[key][kind] += folded
    found = [
        Count(
            key=each,
            accepted=findings[each].pop(_ACCEPTED, 0),
            accepted_groups=groups[each].pop(_ACCEPTED, 0),
            open=findings[each],
            groups=groups[each],
        )
        for each in findings
    ]
    return sorted(found, key=_rank)


def latest_first(by_year: list[Count]) -> list[Count]:
    """Order counts by year."""
    return sorted(by_year, key=lambda count: -(count.key or 0))


def _rank(count: Count) -> tuple[int | str, ...]:
    grave = (-count.open.get("Violation", 0), -count.open.get("Warning", 0))
    return *grave, -count.all_open, -count.accepted, str(count.key)
