"""Prepare the findings of a file for `file_report.html`: warnings group by group, infos by rule, and all by project.

The file is a source of the store, or one that was just checked and has no address here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.pages import findings, groups, rules
from jixiao.server.pages.findings import Finding
from jixiao.server.pages.groups import Folded, Group, Place
from jixiao.shapes import catalogue
from jixiao.shapes.catalogue import Fault

MOST_PLACES = 3
"""Places of a group that the page shows before it folds the others."""


@dataclass(frozen=True)
class Quoted:
    """A line of the file: its number, whether it is at fault, and its text in pieces that are marked or not."""

    n: int
    here: bool
    pieces: Sequence[tuple[str, bool]]


@dataclass(frozen=True)
class OfProject:
    """The groups that concern a project, or the filing as a whole if `project` is None."""

    project: str | None
    label: str | None
    anchor: str
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class ReportPage:
    """The findings of a file, as its page shows them.

    `projects` are the labels of projects by IRI; `quote` gives the lines around a place; `source` is the sha16 that
    lines and projects link to, None if they have no address. `prefix` begins the ids of sections.
    """

    folded: Folded
    projects: Mapping[str, str]
    quote: Callable[[Place], Iterable[Quoted]]
    source: str | None = None
    prefix: str = ""
    most_places: int = MOST_PLACES

    @property
    def counted(self) -> dict[str, tuple[int, int]]:
        """Numbers of open groups and of their findings, by severity."""
        return {level: self._numbers(level) for level in catalogue.LEVELS}

    @property
    def accepted(self) -> tuple[int, int]:
        """Numbers of accepted groups and of their findings."""
        return self._numbers(None)

    def label(self, fault: str) -> Bilingual:
        """Return the label of a rule."""
        return rules.label(fault)

    def rule(self, fault: str) -> Fault | None:
        """Return the rule, None if this version lacks it."""
        return rules.known(fault)

    def size(self, of_rule: Iterable[Group]) -> int:
        """Count the findings of groups."""
        return sum(len(group.findings) for group in of_rule)

    @property
    def by_project(self) -> list[OfProject]:
        """The groups by what they are about: first the filing as a whole, then project by project."""
        wholes = dict.fromkeys(whole for group in self.folded.all for whole in group.wholes)
        first = {whole: _first_line(self.folded.about(whole), whole) for whole in wholes}
        ordered = sorted(wholes, key=lambda whole: (whole in self.projects, first[whole], whole))
        return [
            OfProject(
                whole if whole in self.projects else None,
                self.projects.get(whole),
                self.prefix + findings.anchor(whole),
                self.folded.about(whole),
            )
            for whole in ordered
        ]

    def _numbers(self, level: str | None) -> tuple[int, int]:
        """Return the numbers of open groups of a severity, or of accepted ones for None, and of their findings."""
        sizes = [len(each.findings) for each in self.folded.all if (None if each.is_accepted else each.level) == level]
        return len(sizes), sum(sizes)


def report(
    found: Sequence[Finding],
    projects: Mapping[str, str],
    quote: Callable[[Place], Iterable[Quoted]],
    source: str | None = None,
    prefix: str = "",
) -> ReportPage:
    """Return a page's findings, folded."""
    return ReportPage(groups.folded(found), projects, quote, source, prefix)


def _first_line(concerned: Sequence[Group], whole: str) -> int:
    lines = [line for group in concerned for each in group.findings if each.whole == whole for line in each.lines]
    return min(lines, default=0)
