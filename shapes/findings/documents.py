"""Order checked documents and the groups of their findings for a steward: by department, filing, rule and project.

All values are frozen; `data`, pages and terminals decide on their appearance.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.shapes import sentences
from jixiao.shapes.catalogue import Fault
from jixiao.shapes.findings.folding import GRAVE
from jixiao.shapes.findings.groups import LEVELS, Counts, Group, by_rule, count, grouped
from jixiao.shapes.findings.reported import Filed, ProjectHead, Reported

UNKNOWN_DEPARTMENT = "（部门不明 unknown body）"


@dataclass(frozen=True)
class Document:
    """One file: its path as given, its filings and projects, its findings, and the reasons if it was refused.

    `share` is the part of the file that was understood, from 0 to 1; `left_out` names parts that were not looked into.
    """

    path: str
    sha256: str
    refused: tuple[str, ...] = ()
    filings: tuple[Filed, ...] = ()
    projects: Mapping[str, ProjectHead] = field(default_factory=dict)
    findings: tuple[Reported, ...] = ()
    indicators: int = 0
    share: float = 0.0
    left_out: tuple[str, ...] = ()

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The findings folded into groups, most severe first."""
        return grouped(self.findings)

    @property
    def filed(self) -> Filed:
        """The first filing of the document; empty if there is none."""
        return self.filings[0] if self.filings else Filed()


@dataclass(frozen=True)
class ProjectGroups:
    """The groups that concern a project; `head` is None for those about the filing as a whole."""

    head: ProjectHead | None
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Section:
    """One filing in one document, with the groups of its findings; `number` is its place among all sections."""

    number: int
    document: Document
    filed: Filed
    groups: tuple[Group, ...]

    @cached_property
    def counts(self) -> Counts:
        """Counts of the section's findings and groups."""
        return count(self.groups)

    @property
    def grave(self) -> tuple[Group, ...]:
        """The groups that are shown one by one, most severe first: violations and warnings."""
        return tuple(group for group in self.groups if group.fault.level in GRAVE)

    @property
    def folded(self) -> dict[Fault, tuple[Group, ...]]:
        """The other groups by rule, the rules with most findings first."""
        return by_rule(group for group in self.groups if group.fault.level not in GRAVE)

    @cached_property
    def projects(self) -> tuple[ProjectGroups, ...]:
        """The groups by project: first those about the filing as a whole, then in the order of the projects' lines."""
        found: defaultdict[str, list[Group]] = defaultdict(list)
        for group in self.groups:
            for iri in {each.result.project or "" for each in group.findings}:
                found[iri].append(group)
        heads = {iri: _head(self.document, iri, groups) for iri, groups in found.items()}
        ordered = sorted(found, key=lambda iri: (bool(iri), _line(heads[iri]), iri))
        return tuple(ProjectGroups(heads[iri], tuple(found[iri])) for iri in ordered)


@dataclass(frozen=True)
class Department:
    """All filings of one body, ordered by year and path."""

    name: str
    sections: tuple[Section, ...]

    @cached_property
    def counts(self) -> Counts:
        """Counts of the department's findings and groups."""
        return sum((section.counts for section in self.sections), Counts())


@dataclass(frozen=True)
class Occurrence:
    """The occurrence of a fault in a section: the node of the first result, and the numbers of groups and results."""

    section: Section
    first: str
    groups: int
    count: int


def by_department(documents: Iterable[Document]) -> tuple[Department, ...]:
    """Group accepted documents by department (by name, unknown ones last), year and path."""
    filings = [
        (filed, document)
        for document in documents
        if not document.refused
        for filed in (document.filings or (Filed(),))
    ]
    filings.sort(
        key=lambda pair: (pair[0].department is None, pair[0].department or "", pair[0].year or 0, pair[1].path)
    )
    of_department: defaultdict[str, list[Section]] = defaultdict(list)
    for number, (filed, document) in enumerate(filings, start=1):
        own = tuple(group for group in document.groups if group.findings[0].filed == filed or len(document.filings) < 2)
        section = Section(number, document, filed, own)
        of_department[filed.department or UNKNOWN_DEPARTMENT].append(section)
    return tuple(Department(name, tuple(sections)) for name, sections in of_department.items())


def refused(documents: Iterable[Document]) -> tuple[Document, ...]:
    """Select the refused documents, ordered by path."""
    return tuple(sorted((document for document in documents if document.refused), key=lambda document: document.path))


def by_fault(documents: Iterable[Document]) -> dict[Fault, Counts]:
    """Count the findings and groups of each fault, ordered by severity, then frequency (most first), then name."""
    of_rules = by_rule(group for document in documents for group in document.groups)
    return {fault: count(groups) for fault, groups in of_rules.items()}


def index(departments: Iterable[Department]) -> dict[str, tuple[Occurrence, ...]]:
    """List the occurrences of each fault, by the fault's name, in the order of the departments."""
    found: defaultdict[str, list[Occurrence]] = defaultdict(list)
    for section in (section for department in departments for section in department.sections):
        for fault, groups in by_rule(section.groups).items():
            size = sum(len(group.findings) for group in groups)
            found[fault.name].append(Occurrence(section, groups[0].findings[0].node, len(groups), size))
    return {name: tuple(places) for name, places in found.items()}


def pattern(fault: Fault) -> Bilingual:
    """Return a fault's message with `…` for each number or name that a finding would fill in."""
    return sentences.blanked(fault.message)


def grave(level: str, threshold: str) -> bool:
    """Tell if a severity is at or above a threshold."""
    order = list(LEVELS)
    return order.index(level) <= order.index(threshold)


def fails(documents: Iterable[Document], threshold: str) -> bool:
    """Tell if a document was refused, or a finding that is not accepted reaches the threshold."""
    return any(
        document.refused or any(one.accepted is None and grave(one.fault.level, threshold) for one in document.findings)
        for document in documents
    )


def chosen(documents: Iterable[Document], wanted: Callable[[Fault], bool]) -> tuple[Document, ...]:
    """Keep only the findings of wanted faults in each document; refused documents stay refused."""
    return tuple(
        replace(document, findings=tuple(one for one in document.findings if wanted(one.fault)))
        for document in documents
    )


def _head(document: Document, iri: str, groups: Sequence[Group]) -> ProjectHead | None:
    if not iri:
        return None
    known = document.projects.get(iri)
    named = (each.project or "" for group in groups for each in group.findings if each.result.project == iri)
    return known or ProjectHead(next(named, ""))


def _line(head: ProjectHead | None) -> int:
    return (head.line or 0) if head else 0
