"""Fold the findings of a report into groups that state one fact each, by the keys that the report gives them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from jixiao.ontology.bilingual import Bilingual
from jixiao.server.quality import rules
from jixiao.server.quality.findings import Finding
from jixiao.shapes import catalogue, words
from jixiao.shapes.report.groups import GRAVE

_ORDER = list(catalogue.LEVELS)
_LAST = 10**9  # sorts what has no line behind all else


@dataclass(frozen=True)
class Place:
    """The findings of a group about one thing and its parts that are told in one sentence.

    `message` leaves out the words at fault of each if there are several, since the lines quoted show them.
    """

    message: Bilingual
    findings: tuple[Finding, ...]

    @property
    def whole(self) -> str:
        """The project, or the filing."""
        return self.findings[0].whole

    @property
    def parts(self) -> Mapping[str, str]:
        """The labels of the parts at fault by their nodes."""
        return {found.node: found.part for found in self.findings if found.part}

    @property
    def lines(self) -> tuple[int, ...]:
        """The lines of all findings, each once, in order."""
        return tuple(sorted({line for found in self.findings for line in found.lines}))

    def marks(self, line: int) -> tuple[tuple[str, ...], ...]:
        """Return the words to mark in a line at fault."""
        return tuple(words for found in self.findings if line in found.lines for words in found.marks)


@dataclass(frozen=True)
class Group:
    """Findings of one source that state one fact, in report order: all of them open, or all accepted."""

    findings: tuple[Finding, ...]

    @property
    def first(self) -> Finding:
        """The finding that stands for the group."""
        return self.findings[0]

    @property
    def key(self) -> str | None:
        """The key under which the group can be accepted; None in reports of an older version."""
        return self.first.group

    @property
    def severity(self) -> str:
        """The last part of the severity's IRI."""
        return self.first.severity

    @property
    def accepted(self) -> bool:
        """True if a steward accepts the findings."""
        return self.first.decision is not None

    @property
    def decisions(self) -> tuple[str, ...]:
        """The decisions that accept the findings, each once."""
        return tuple(dict.fromkeys(found.decision for found in self.findings if found.decision))

    @property
    def wholes(self) -> tuple[str, ...]:
        """The projects and filings concerned, each once."""
        return tuple(dict.fromkeys(found.whole for found in self.findings))

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The places of the findings by sentence and thing, those with the same sentence together."""
        rule = rules.known(self.first.fault)
        alike = rule and len(self.findings) > 1 and all(found.lines for found in self.findings)
        said: defaultdict[Bilingual, defaultdict[str, list[Finding]]] = defaultdict(lambda: defaultdict(list))
        for found in self.findings:
            message = words.unquoted(rule.message, found.message) if rule and alike else found.message
            said[message][found.whole].append(found)
        return tuple(Place(message, tuple(findings)) for message, of_it in said.items() for findings in of_it.values())


@dataclass(frozen=True)
class Folded:
    """The groups of a report: those shown one by one, most severe first, and the others by rule, the largest first."""

    grave: tuple[Group, ...]
    by_rule: Mapping[str, tuple[Group, ...]]

    @property
    def all(self) -> tuple[Group, ...]:
        """All groups, in the order of the page."""
        return (*self.grave, *(group for groups in self.by_rule.values() for group in groups))

    @property
    def named(self) -> Mapping[str, tuple[Group, ...]]:
        """The groups shown one by one, by rule."""
        return _by_rule(self.grave)

    def about(self, whole: str) -> tuple[Group, ...]:
        """Return the groups that concern a project or the filing."""
        return tuple(group for group in self.all if whole in group.wholes)


def grouped(findings: Iterable[Finding]) -> tuple[Group, ...]:
    """Fold findings of one source: most severe first, open ones before accepted ones, then by line."""
    found: defaultdict[tuple[str, bool], list[Finding]] = defaultdict(list)
    for each in findings:
        found[each.group or each.iri, each.decision is not None].append(each)
    return tuple(sorted((Group(tuple(each)) for each in found.values()), key=_rank))


def folded(findings: Iterable[Finding]) -> Folded:
    """Fold the findings of a report."""
    groups = grouped(findings)
    others = [group for group in groups if group.severity not in GRAVE]
    return Folded(tuple(group for group in groups if group.severity in GRAVE), _by_rule(others))


def _by_rule(groups: Iterable[Group]) -> dict[str, tuple[Group, ...]]:
    found: defaultdict[str, list[Group]] = defaultdict(list)
    for group in groups:
        found[group.first.fault].append(group)
    return {fault: tuple(found[fault]) for fault in sorted(found, key=lambda fault: _size(found[fault]))}


def _size(groups: Sequence[Group]) -> tuple[int, int, str]:
    number = sum(len(group.findings) for group in groups)
    return _level(groups[0]), -number, rules.name(groups[0].first.fault)


def _level(group: Group) -> int:
    return _ORDER.index(group.severity) if group.severity in _ORDER else len(_ORDER)


def _rank(group: Group) -> tuple[int, bool, int]:
    lines = [line for found in group.findings for line in found.lines]
    return _level(group), group.accepted, min(lines, default=_LAST)
