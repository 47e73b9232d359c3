"""Count findings and the groups that they make: of a file's report, and of a whole dataset by rule, body or year."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from jixiao.shapes.findings.groups import Group

Key = TypeVar("Key")

_ACCEPTED = "accepted"  # counted beside the severities


@dataclass(frozen=True)
class Count:
    """Numbers of open findings by severity, and of accepted findings; and the numbers of their groups."""

    open: Mapping[str, int] = field(default_factory=Counter)
    accepted: int = 0
    groups: Mapping[str, int] = field(default_factory=Counter)
    accepted_groups: int = 0

    @property
    def all_open(self) -> int:
        """Number of open findings of any severity."""
        return sum(self.open.values())

    @property
    def open_groups(self) -> int:
        """Number of groups of open findings of any severity."""
        return sum(self.groups.values())

    @property
    def total(self) -> int:
        """Number of all findings, open and accepted."""
        return self.all_open + self.accepted

    @property
    def total_groups(self) -> int:
        """Number of all groups, open and accepted; one with findings of both kinds counts twice."""
        return self.open_groups + self.accepted_groups


def counts(rows: Iterable[tuple[Key, str, bool, int, int]]) -> dict[Key, Count]:
    """Add up numbers by key. A row is a key, a severity, acceptance, a number of findings and one of groups.

    Keys are in the order of their gravest open findings, then of most open, then of most accepted findings.
    """
    findings: defaultdict[Key, Counter[str]] = defaultdict(Counter)
    groups: defaultdict[Key, Counter[str]] = defaultdict(Counter)
    for key, level, is_accepted, number, number_of_groups in rows:
        kind = _ACCEPTED if is_accepted else level
        findings[key][kind] += number
        groups[key][kind] += number_of_groups
    counted = {
        key: Count(
            accepted=findings[key].pop(_ACCEPTED, 0),
            accepted_groups=groups[key].pop(_ACCEPTED, 0),
            open=findings[key],
            groups=groups[key],
        )
        for key in findings
    }
    return dict(sorted(counted.items(), key=lambda pair: (*grave(pair[1]), str(pair[0]))))


def count(groups: Iterable[Group]) -> Count:
    """Count the groups and their findings."""
    rows = ((None, group.level, group.is_accepted, len(group.findings), 1) for group in groups)
    return counts(rows).get(None, Count())


def grave(count: Count) -> tuple[int, ...]:
    """Return a key that sorts counts: gravest open findings first, then most open, then most accepted ones."""
    violations, warnings = -count.open.get("Violation", 0), -count.open.get("Warning", 0)
    return violations, warnings, -count.all_open, -count.accepted
