"""Prepare the findings of a file for `file_report.html`: groups of warnings, infos by rule, and all by project.

The file is a source of the store, or one that was just checked and has no address here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from jixiao.server.pages.findings import anchor, thing
from jixiao.shapes.findings.counting import Count, count
from jixiao.shapes.findings.excerpt import Shown
from jixiao.shapes.findings.finding import Finding
from jixiao.shapes.findings.groups import Folded, Group, Place, by_project, folded, grouped

MOST_PLACES = 3
"""Places of a group that the page shows at once; the others are folded."""


@dataclass(frozen=True)
class ReportPage:
    """The findings of a file, as its page shows them.

    `projects` are the labels of projects by IRI. `quote` returns the lines around a place; `longest` is the number of
    characters of a line that the page shows, None for all. `source` is the sha16 of the source that lines and projects
    link to, None for a file that is not in the store. `prefix` begins the ids of the page's sections.
    """

    findings: Sequence[Finding]
    projects: Mapping[str, str]
    quote: Callable[[Place], Iterable[Shown]]
    source: str | None = None
    prefix: str = ""
    longest: int | None = None
    most_places: int = MOST_PLACES

    @cached_property
    def folded(self) -> Folded:
        """The groups of the findings."""
        return folded(grouped(self.findings))

    @cached_property
    def count(self) -> Count:
        """Numbers of findings and of groups."""
        return count(self.folded.all)

    @property
    def by_project(self) -> list[tuple[str | None, str, tuple[Group, ...]]]:
        """The groups by project: its IRI, the anchor of its part of the page, and its groups.

        The groups about the filing itself, with None for the IRI, come first; projects follow by their first line.
        """
        first: dict[str, int] = {}
        for each in self.findings:
            for line in each.lines[:1]:
                first[thing(each)] = min(line, first.get(thing(each), line))
        pairs = sorted(
            by_project(self.folded.all).items(),
            key=lambda pair: (pair[0] in self.projects, first.get(pair[0], 0), pair[0]),
        )
        return [(iri if iri in self.projects else None, self.prefix + anchor(iri), groups) for iri, groups in pairs]
