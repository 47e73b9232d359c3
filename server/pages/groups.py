"""Fold the findings of a report into groups that state one fact each, by the keys that the report gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from jixiao.server.pages.findings import Finding
from jixiao.shapes.findings import folding
from jixiao.shapes.findings.folding import GRAVE


@dataclass(frozen=True)
class Place(folding.Place[Finding]):
    """The findings of a group about one thing and its parts that are told in one sentence."""

    @property
    def whole(self) -> str:
        """The project, or the filing."""
        return self.findings[0].whole

    @property
    def parts(self) -> Mapping[str, str]:
        """The labels of the parts at fault by their nodes."""
        return {found.node: found.part for found in self.findings if found.part}

    def marks(self, line: int) -> tuple[tuple[str, ...], ...]:
        """Return the words to mark in a line at fault."""
        return tuple(words for found in self.findings if line in found.lines for words in found.marks)


@dataclass(frozen=True)
class Group(folding.Group[Finding]):
    """Findings of one source that state one fact."""

    @property
    def key(self) -> str | None:
        """The key under which the group can be accepted; None in reports of an older version."""
        return self.first.group

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
        """The places of the findings."""
        return tuple(Place(message, findings) for message, findings in self.told)


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
    return folding.folded(findings, Group)


def folded(findings: Iterable[Finding]) -> Folded:
    """Fold the findings of a report."""
    groups = grouped(findings)
    others = [group for group in groups if group.level not in GRAVE]
    return Folded(tuple(group for group in groups if group.level in GRAVE), _by_rule(others))


def _by_rule(groups: Iterable[Group]) -> dict[str, tuple[Group, ...]]:
    return {of_it[0].first.fault: of_it for of_it in folding.by_rule(groups)}
