"""Checked documents and their findings, grouped as a steward reads them: department, filing, project.

Comes in: what validation found in each document, and who filed it; goes out: groups in one order, and counts. Frozen
values; how they look is the business of `data`, of pages and of terminals.
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
"""Severities in Chinese and English, the gravest first."""

UNKNOWN_DEPARTMENT = "（部门不明 unknown body）"


@dataclass(frozen=True)
class Filed:
    """Who filed for which fiscal year; None where the document does not say."""

    department: str | None = None
    year: int | None = None


@dataclass(frozen=True)
class ProjectHead:
    """A project of a document: its name, the line that it is named on, and of which of the document's filings it is."""

    name: str
    line: int | None = None
    filed: Filed = field(default_factory=Filed)


@dataclass(frozen=True)
class Reported:
    """One result in its document: `node` is what its node is called, `r1` …; `accepted` the reason for which it is.

    `key` stays the same while the lines around it move: see `key`.
    """

    node: str
    result: Result
    filed: Filed
    excerpt: tuple[Shown, ...] = ()
    accepted: str | None = None

    @cached_property
    def key(self) -> str:
        return key(self.result, self.filed)

    @property
    def fault(self) -> Fault:
        return self.result.fault


@dataclass(frozen=True)
class Document:
    """One file: its path as given, what was read (`share` from 0 to 1), what was found, and why it was refused."""

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
        """Who filed it, where all of it is one filing; else the first."""
        return self.filings[0] if self.filings else Filed()


@dataclass(frozen=True)
class Cluster:
    """Findings of one project that say the same of different places, at least one: what a reader reads once."""

    findings: tuple[Reported, ...]

    @property
    def result(self) -> Result:
        """The first result: fault and sentence are those of all."""
        return self.findings[0].result

    @property
    def accepted(self) -> str | None:
        return self.findings[0].accepted

    @property
    def parts(self) -> tuple[str, ...]:
        """The labels of the parts at fault, each once."""
        return tuple(dict.fromkeys(found.result.part for found in self.findings if found.result.part))

    @property
    def lines(self) -> tuple[int, ...]:
        return tuple(sorted({line for found in self.findings for line in found.result.lines}))

    @cached_property
    def excerpt(self) -> tuple[Shown, ...]:
        """The lines around all of them, each once, with all marks."""
        return merged(found.excerpt for found in self.findings)

    def brief(self, most: int) -> tuple[Shown, ...]:
        """So many lines at most; where there are more, the first of those at fault, without their neighbours."""
        if len(self.excerpt) <= most:
            return self.excerpt
        return tuple(line for line in self.excerpt if line.at_fault)[:most]


@dataclass(frozen=True)
class ProjectGroup:
    """The findings of one project; of the filing as a whole where `head` is None."""

    head: ProjectHead | None
    findings: tuple[Reported, ...]

    @property
    def clusters(self) -> tuple[Cluster, ...]:
        return clustered(self.findings)


@dataclass(frozen=True)
class Section:
    """One filing in one document, with the projects that have findings; `number` names it among all."""

    number: int
    document: Document
    filed: Filed
    projects: tuple[ProjectGroup, ...]

    @cached_property
    def counts(self) -> "Counts":
        return count(finding for project in self.projects for finding in project.findings)


@dataclass(frozen=True)
class Department:
    """All that one body filed, by year and path."""

    name: str
    sections: tuple[Section, ...]

    @cached_property
    def counts(self) -> "Counts":
        return sum((section.counts for section in self.sections), Counts())


@dataclass(frozen=True)
class Occurrence:
    """That a fault occurs in a section: how often, and the node of the first result."""

    section: Section
    first: str
    count: int


@dataclass(frozen=True)
class Counts:
    """How many findings are open, by severity, and how many were accepted."""

    open: Mapping[str, int] = field(default_factory=Counter)
    accepted: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(Counter(self.open) + Counter(other.open), self.accepted + other.accepted)

    @property
    def total(self) -> int:
        return sum(self.open.values()) + self.accepted


def key(result: Result, filed: Filed) -> str:
    """What a finding is known by from one check to the next: `f-` and 16 characters.

    The fault, who filed for which year, project, part, property, value and the sentence with its numbers: no line, no
    file, no place among others. Two findings that agree in all of these are one to whoever accepts them.
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
    """Findings together that are of one project and say the same, each group where its first stands."""
    groups: defaultdict[tuple[str, ...], list[Reported]] = defaultdict(list)
    for found in findings:
        result = found.result
        alike = (result.fault.iri, result.project or result.focus_node, result.message.zh, repr(found.accepted))
        groups[alike].append(found)
    return tuple(Cluster(tuple(group)) for group in groups.values())


def count(findings: Iterable[Reported]) -> Counts:
    """Count findings by severity, those accepted apart."""
    levels = Counter("" if finding.accepted is not None else finding.fault.level for finding in findings)
    accepted = levels.pop("", 0)
    return Counts(levels, accepted)


def grouped(documents: Iterable[Document]) -> tuple[Department, ...]:
    """The documents that were not refused, by department (by name, unknown ones last), year and path."""
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
    """The documents that were kept out, by path."""
    return tuple(sorted((document for document in documents if document.refused), key=lambda document: document.path))


def by_fault(documents: Iterable[Document]) -> dict[Fault, Counts]:
    """The faults that were found, the gravest and most frequent first, with their counts."""
    found: defaultdict[str, list[Reported]] = defaultdict(list)
    for document in documents:
        for finding in document.findings:
            found[finding.fault.iri].append(finding)
    order = list(LEVELS)
    counted = {findings[0].fault: count(findings) for findings in found.values()}
    return dict(sorted(counted.items(), key=lambda item: (order.index(item[0].level), -item[1].total, item[0].name)))


def index(departments: Iterable[Department]) -> dict[str, tuple[Occurrence, ...]]:
    """Where each fault occurs, by its name, in the order of the departments."""
    found: defaultdict[str, list[Occurrence]] = defaultdict(list)
    for section in (section for department in departments for section in department.sections):
        nodes: defaultdict[str, list[str]] = defaultdict(list)
        for reported in (reported for project in section.projects for reported in project.findings):
            nodes[reported.fault.name].append(reported.node)
        for name, of_fault in nodes.items():
            found[name].append(Occurrence(section, of_fault[0], len(of_fault)))
    return {name: tuple(places) for name, places in found.items()}


def pattern(fault: Fault) -> Bilingual:
    """A fault's sentence before anything is found: `…` where a number or name will stand."""
    return words.blanked(fault.message)


def grave(level: str, threshold: str) -> bool:
    """Whether a severity is at or above another."""
    order = list(LEVELS)
    return order.index(level) <= order.index(threshold)


def chosen(documents: Iterable[Document], wanted: Callable[[Fault], bool]) -> tuple[Document, ...]:
    """The documents with only the findings of some faults; what was refused stays refused."""
    return tuple(
        replace(document, findings=tuple(one for one in document.findings if wanted(one.fault)))
        for document in documents
    )


def _projects(document: Document, filed: Filed) -> Iterator[ProjectGroup]:
    """The findings of a filing, a group a project: first those of none, then by the line of the project."""
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
