"""Count findings and their groups: in the report of one file, and in a dataset by rule, body or year."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from jixiao.shapes.findings.groups import Group

Key = TypeVar("Key")

_ACCEPTED = "accepted"  # key of accepted findings in the counters, beside the severities of open ones


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
    """Add up rows (key, severity, is accepted, number of findings, number of groups) to one Count per key.

    Keys are ordered as `grave` orders their counts, and then by name.
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
    """Count groups and the findings in them."""
    rows = ((None, group.level, group.is_accepted, len(group.findings), 1) for group in groups)
    return counts(rows).get(None, Count())


def grave(count: Count) -> tuple[int, ...]:
    """Return a sort key for counts: most violations first, then most warnings, open findings, accepted findings."""
    violations, warnings = -count.open.get("Violation", 0), -count.open.get("Warning", 0)
    return violations, warnings, -count.all_open, -count.accepted
