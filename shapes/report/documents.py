"""Group checked documents and their findings for a steward: by department, filing and project, with counts.

All values are frozen; `data`, pages and terminals decide on their appearance.
"""

import base64
import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from jixiao.ontology.bilingual import Bilingual
from jixiao.shapes import catalogue, words
from jixiao.shapes.catalogue import Fault
from jixiao.shapes.report.excerpt import Shown, merged
from jixiao.shapes.results import Result

LEVELS = {level: (said.zh, said.en.lower()) for level, said in catalogue.LEVELS.items()}
"""Severities in Chinese and English, most severe first."""

UNKNOWN_DEPARTMENT = "（部门不明 unknown body）"


@dataclass(frozen=True)
class Filed:
    """A filing body and the fiscal year; each is None if the document does not state it."""

    department: str | None = None
    year: int | None = None


@dataclass(frozen=True)
class ProjectHead:
    """A project of a document: its name, the line of its name, and the filing of the document that it belongs to."""

    name: str
    line: int | None = None
    filed: Filed = field(default_factory=Filed)


@dataclass(frozen=True)
class Reported:
    """One result in its document.

    `node` is the local name of its node (`r1` …). `accepted` is the reason for which a steward accepts the finding, or
    None. `key` does not change when the surrounding lines move (see the function `key`).
    """

    node: str
    result: Result
    filed: Filed
    excerpt: tuple[Shown, ...] = ()
    accepted: str | None = None

    @cached_property
    def key(self) -> str:
        """Identifier of the finding across checks."""
        return key(self.result, self.filed)

    @property
    def fault(self) -> Fault:
        """The rule that the result belongs to."""
        return self.result.fault


@dataclass(frozen=True)
class Document:
    """One file: its path as given, its filings and projects, its findings, and the reasons if it was refused.

    `share` is the part of the file that was understood, from 0 to 1.
    """

    path: str
    sha256: str
    refused: tuple[str, ...] = ()
    filings: tuple[Filed, ...] = ()
    projects: Mapping[str, ProjectHead] = field(default_factory=dict)
    findings: tuple[Reported, ...] = ()
    indicators: int = 0
    share: float = 0.0

    @property
    def filed(self) -> Filed:
        """The first filing of the document; empty if there is none."""
        return self.filings[0] if self.filings else Filed()


@dataclass(frozen=True)
class Cluster:
    """One or more findings of one project with the same sentence in different places, shown to a reader as one."""

    findings: tuple[Reported, ...]

    @property
    def result(self) -> Result:
        """The first result; all results share its fault and sentence."""
        return self.findings[0].result

    @property
    def accepted(self) -> str | None:
        """Reason for which a steward accepts all of the findings, or None."""
        return self.findings[0].accepted

    @property
    def parts(self) -> tuple[str, ...]:
        """The labels of the parts at fault, each once."""
        return tuple(dict.fromkeys(found.result.part for found in self.findings if found.result.part))

    @property
    def lines(self) -> tuple[int, ...]:
        """Line numbers of all findings, each once, in order."""
        return tuple(sorted({line for found in self.findings for line in found.result.lines}))

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
class ProjectGroup:
    """The findings of one project, or of the filing as a whole if `head` is None."""

    head: ProjectHead | None
    findings: tuple[Reported, ...]

    @property
    def clusters(self) -> tuple[Cluster, ...]:
        """Findings with those of the same sentence together."""
        return clustered(self.findings)


@dataclass(frozen=True)
class Section:
    """One filing in one document, with the projects that have findings; `number` is its place among all sections."""

    number: int
    document: Document
    filed: Filed
    projects: tuple[ProjectGroup, ...]

    @cached_property
    def counts(self) -> "Counts":
        """Counts of the section's findings."""
        return count(finding for project in self.projects for finding in project.findings)


@dataclass(frozen=True)
class Department:
    """All filings of one body, ordered by year and path."""

    name: str
    sections: tuple[Section, ...]

    @cached_property
    def counts(self) -> "Counts":
        """Counts of the department's findings."""
        return sum((section.counts for section in self.sections), Counts())


@dataclass(frozen=True)
class Occurrence:
    """The occurrence of a fault in a section: the node of the first result, and the number of results."""

    section: Section
    first: str
    count: int


@dataclass(frozen=True)
class Counts:
    """Numbers of open findings by severity, and of accepted findings."""

    open: Mapping[str, int] = field(default_factory=Counter)
    accepted: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(Counter(self.open) + Counter(other.open), self.accepted + other.accepted)

    @property
    def total(self) -> int:
        """Number of all findings, open and accepted."""
        return sum(self.open.values()) + self.accepted


def key(result: Result, filed: Filed) -> str:
    """Return the identifier of a finding that stays the same from one check to the next: `f-` and 16 characters.

    It is a digest of fault, filing body and year, project, part, property, value and sentence; it does not depend on
    line, file or order. A steward who accepts one of several findings with the same key accepts all of them.
    """
    about = result.about or ""
    parts = (
        result.fault.name,
        filed.department or "",
        str(filed.year or ""),
        about,
        result.part or "",
        result.path or "",
        result.value or "",
        result.message.zh,
    )
    digest = hashlib.sha256("\n".join(parts).encode()).digest()
    return "f-" + base64.b32encode(digest).decode("ascii").lower()[:16]


def clustered(findings: Iterable[Reported]) -> tuple[Cluster, ...]:
    """Group findings of one project with the same sentence; each group has the place of its first finding."""
    groups: defaultdict[tuple[str, ...], list[Reported]] = defaultdict(list)
    for found in findings:
        result = found.result
        alike = (result.fault.iri, result.project or result.focus_node, result.message.zh, repr(found.accepted))
        groups[alike].append(found)
    return tuple(Cluster(tuple(group)) for group in groups.values())


def count(findings: Iterable[Reported]) -> Counts:
    """Count open findings by severity, and accepted findings separately."""
    levels = Counter("" if finding.accepted is not None else finding.fault.level for finding in findings)
    accepted = levels.pop("", 0)
    return Counts(levels, accepted)


def grouped(documents: Iterable[Document]) -> tuple[Department, ...]:
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
        section = Section(number, document, filed, tuple(_projects(document, filed)))
        of_department[filed.department or UNKNOWN_DEPARTMENT].append(section)
    return tuple(Department(name, tuple(sections)) for name, sections in of_department.items())


def refused(documents: Iterable[Document]) -> tuple[Document, ...]:
    """Select the refused documents, ordered by path."""
    return tuple(sorted((document for document in documents if document.refused), key=lambda document: document.path))


def by_fault(documents: Iterable[Document]) -> dict[Fault, Counts]:
    """Count the findings of each fault, ordered by severity, then frequency (most first), then name."""
    found: defaultdict[str, list[Reported]] = defaultdict(list)
    for document in documents:
        for finding in document.findings:
            found[finding.fault.iri].append(finding)
    order = list(LEVELS)
    counted = {findings[0].fault: count(findings) for findings in found.values()}
    return dict(sorted(counted.items(), key=lambda item: (order.index(item[0].level), -item[1].total, item[0].name)))


def index(departments: Iterable[Department]) -> dict[str, tuple[Occurrence, ...]]:
    """List the occurrences of each fault, by the fault's name, in the order of the departments."""
    found: defaultdict[str, list[Occurrence]] = defaultdict(list)
    for section in (section for department in departments for section in department.sections):
        nodes: defaultdict[str, list[str]] = defaultdict(list)
        for reported in (reported for project in section.projects for reported in project.findings):
            nodes[reported.fault.name].append(reported.node)
        for name, of_fault in nodes.items():
            found[name].append(Occurrence(section, of_fault[0], len(of_fault)))
    return {name: tuple(places) for name, places in found.items()}


def pattern(fault: Fault) -> Bilingual:
    """Return a fault's message with `…` for each number or name that a finding would fill in."""
    return words.blanked(fault.message)


def grave(level: str, threshold: str) -> bool:
    """Tell if a severity is at or above a threshold."""
    order = list(LEVELS)
    return order.index(level) <= order.index(threshold)


def chosen(documents: Iterable[Document], wanted: Callable[[Fault], bool]) -> tuple[Document, ...]:
    """Keep only the findings of wanted faults in each document; refused documents stay refused."""
    return tuple(
        replace(document, findings=tuple(one for one in document.findings if wanted(one.fault)))
        for document in documents
    )


def _projects(document: Document, filed: Filed) -> Iterator[ProjectGroup]:
    """Group the findings of a filing by project: first those without a project, then in order of lines."""
    groups: defaultdict[str, list[Reported]] = defaultdict(list)
    for finding in document.findings:
        if finding.filed == filed or len(document.filings) < 2:
            groups[finding.result.project or ""].append(finding)
    heads = {iri: _head(document, iri, findings) for iri, findings in groups.items()}
    for iri in sorted(groups, key=lambda iri: (bool(iri), _line(heads[iri]), iri)):
        yield ProjectGroup(heads[iri], tuple(groups[iri]))


def _head(document: Document, iri: str, findings: Sequence[Reported]) -> ProjectHead | None:
    if not iri:
        return None
    return document.projects.get(iri) or ProjectHead(findings[0].result.about or "")


def _line(head: ProjectHead | None) -> int:
    return (head.line or 0) if head else 0
