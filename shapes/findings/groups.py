"""Fold findings that state one fact into groups, and count both: a reader sees a fault once, with all its places.

A result's key of its group says which findings fold (`Result.group`, jx:foldsBy). Of a group some findings may be
accepted; these are shown and counted apart from the open ones. Folding changes no result: the RDF keeps each.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.shapes import catalogue
from jixiao.shapes.catalogue import Fault
from jixiao.shapes.findings import folding
from jixiao.shapes.findings.excerpt import Shown, merged
from jixiao.shapes.findings.reported import Reported
from jixiao.shapes.results import Result

LEVELS = {level: (said.zh, said.en.lower()) for level, said in catalogue.LEVELS.items()}
"""Severities in Chinese and English, most severe first."""

_ACCEPTED = "accepted"  # counted beside the severities


@dataclass(frozen=True)
class Place(folding.Place[Reported]):
    """The findings of a group in one project that are told in one sentence, with their excerpt."""

    @property
    def project(self) -> str | None:
        """Name of the project, or None."""
        return self.findings[0].project

    @property
    def parts(self) -> tuple[str, ...]:
        """The labels of the parts at fault, each once."""
        return tuple(dict.fromkeys(found.result.part for found in self.findings if found.result.part))

    @cached_property
    def excerpt(self) -> tuple[Shown, ...]:
        """The lines around all findings, each once, with all marks."""
        return merged(found.excerpt for found in self.findings)

    def brief(self, most: int) -> tuple[Shown, ...]:
        """Return at most `most` lines; of a longer excerpt, the first lines at fault without their neighbours."""
        if len(self.excerpt) <= most:
            return self.excerpt
        return tuple(line for line in self.excerpt if line.at_fault)[:most]


@dataclass(frozen=True)
class Group(folding.Group[Reported]):
    """Findings of a document that state one fact."""

    @property
    def key(self) -> str:
        """Key of the group, under which all its findings can be accepted."""
        return self.first.group

    @property
    def result(self) -> Result:
        """The first result."""
        return self.first.result

    @property
    def fault(self) -> Fault:
        """The rule of all results."""
        return self.result.fault

    @property
    def accepted(self) -> str | None:
        """The reasons for which a steward accepts the findings, each once; None if they are open."""
        reasons = dict.fromkeys(found.accepted for found in self.findings if found.accepted is not None)
        return "；".join(reasons) if reasons else None

    @property
    def projects(self) -> tuple[str, ...]:
        """The names of the projects concerned, each once."""
        return tuple(dict.fromkeys(found.project for found in self.findings if found.project is not None))

    @property
    def messages(self) -> tuple[Bilingual, ...]:
        """The different sentences of the findings."""
        return tuple(dict.fromkeys(found.message for found in self.findings))

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The places of the findings."""
        return tuple(Place(message, findings) for message, findings in self.told)


@dataclass(frozen=True)
class Counts:
    """Numbers of open findings by severity, and of accepted findings; and the numbers of their groups."""

    open: Mapping[str, int] = field(default_factory=Counter)
    accepted: int = 0
    groups: Mapping[str, int] = field(default_factory=Counter)
    accepted_groups: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            Counter(self.open) + Counter(other.open),
            self.accepted + other.accepted,
            Counter(self.groups) + Counter(other.groups),
            self.accepted_groups + other.accepted_groups,
        )

    @property
    def total(self) -> int:
        """Number of all findings, open and accepted."""
        return sum(self.open.values()) + self.accepted

    @property
    def total_groups(self) -> int:
        """Number of all groups, open and accepted; one with findings of both kinds counts twice."""
        return sum(self.groups.values()) + self.accepted_groups


def grouped(findings: Iterable[Reported]) -> tuple[Group, ...]:
    """Fold the findings of one document into groups, most severe first, open ones first, then by line."""
    return folding.folded(findings, Group)


def by_rule(groups: Iterable[Group]) -> dict[Fault, tuple[Group, ...]]:
    """Put the groups of each rule together: most severe first, then the rules with most findings."""
    return {of_it[0].fault: of_it for of_it in folding.by_rule(groups)}


def count(groups: Iterable[Group]) -> Counts:
    """Count open findings and their groups by severity, and accepted ones separately."""
    findings: Counter[str] = Counter()
    folded: Counter[str] = Counter()
    for group in groups:
        kind = group.fault.level if group.accepted is None else _ACCEPTED
        findings[kind] += len(group.findings)
        folded[kind] += 1
    return Counts(
        accepted=findings.pop(_ACCEPTED, 0), accepted_groups=folded.pop(_ACCEPTED, 0), open=findings, groups=folded
    )


def runs(lines: Iterable[int]) -> list[tuple[int, int]]:
    """Return first and last of three or more consecutive numbers, and other numbers each by itself, in order."""
    found: list[list[int]] = []
    for line in lines:
        if found and line == found[-1][-1] + 1:
            found[-1].append(line)
        else:
            found.append([line])
    return [pair for run in found for pair in ([(run[0], run[-1])] if len(run) > 2 else [(line, line) for line in run])]
