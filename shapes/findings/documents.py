"""Order checked documents and the groups of their findings for a steward: by department, filing, rule and project.

All values are frozen. They have no layout: `data`, the pages and the terminal each decide how they look.
"""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from jixiao.ontology import properties, terms
from jixiao.ontology.grouping import by_key, by_keys
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.shapes.catalogue import KINDS, LEVELS, Fault, Kind
from jixiao.shapes.findings.finding import Filed, Finding
from jixiao.shapes.findings.groups import Count, Folded, Group, by_project, by_rule, count, folded, grouped

FAIL_ON: Final = "money"
"""Findings that fail a command by default: refusals, Violations, and wrong amounts."""

_OF_FIGURES: tuple[Kind, ...] = ("money", "dates")

UNKNOWN_DEPARTMENT = "（部门不明 unknown body）"

PARTS = {
    "name": Bilingual("名称", "name"),
    "body": Bilingual("部门", "body"),
    "year": Bilingual("年度", "year"),
    "amount": Bilingual("年度资金申请总额", "annual request"),
    "goals": Bilingual("目标", "goals"),
    "indicators": Bilingual("指标", "indicators"),
    "targets": Bilingual("部分指标值", "some targets"),
}
"""Parts of a project that a reading may lack, each with its word: of its amounts, the one that decides."""

_CELLS = {
    "amount": (Bilingual("金额", "amount"), frozenset(properties.amount_sources())),
    "goals": (PARTS["goals"], frozenset({terms.OverallGoal, terms.AnnualGoal})),
    "targets": (PARTS["targets"], frozenset({terms.targetText})),
}
"""Words and values of `jx:leftBlank` that tell that a part was left blank in the form."""


@dataclass(frozen=True)
class ProjectHead:
    """A project of a document: its name, the line of its name, and the filing of the document that it belongs to."""

    name: str
    line: int | None = None
    filed: Filed = field(default_factory=Filed)


@dataclass(frozen=True)
class NotRead:
    """Parts and lines of one project that were not read.

    `lacks` are the parts of which nothing was read, and `lines` the lines of its form that were not understood. `blank`
    are the parts that the form itself leaves blank.
    """

    project: str
    lacks: tuple[Bilingual, ...]
    lines: tuple[int, ...]
    blank: tuple[Bilingual, ...] = ()


def not_read(
    projects: Sequence[tuple[str, int, Collection[str], Collection[str]]], unread: Iterable[int]
) -> tuple[NotRead, ...]:
    """Return the unread parts and lines of each project that was not completely read.

    `projects` are the projects of one file in the order of their lines: the name or IRI of each, its line, the names of
    its missing parts (`PARTS`), and the values of its `jx:leftBlank`. A line of `unread` belongs to the last project
    that begins at or above it, or else to the first one. The parts `body` and `year`, which a form need not print,
    never count as missing.
    """
    starts = [line for _, line, _, _ in projects]
    lines = by_key((max(0, bisect_right(starts, line) - 1), line) for line in unread)
    told = (
        NotRead(
            project,
            tuple(word for part, word in PARTS.items() if part in lacks and part not in ("body", "year", *blank)),
            tuple(lines.get(number, ())),
            tuple(_CELLS[part][0] for part in blank),
        )
        for number, (project, _, lacks, cells) in enumerate(projects)
        for blank in [[part for part in lacks if part in _CELLS and not _CELLS[part][1].isdisjoint(cells)]]
    )
    return tuple(each for each in told if each.lacks or each.lines or each.blank)


@dataclass(frozen=True)
class Unchecked:
    """Lines that stay unread, and the kinds of checks that were not made on these lines.

    `project` is the name or IRI of the project, empty for lines outside of forms. A line of which only a part was read
    counts as unread, too. `alone` is true for lines that were read by themselves: their own statements were checked,
    but not compared with the form.
    """

    project: str
    lines: tuple[int, ...]
    checks: tuple[Kind, ...]
    alone: bool = False


def _not_made(is_alone: bool, has_figure: bool) -> tuple[Kind, ...]:
    left_out = {"reading", *(() if has_figure else _OF_FIGURES), *(("wording",) if is_alone else ())}
    return tuple(kind for kind in KINDS if kind not in left_out)


@dataclass(frozen=True)
class Document:
    """One checked file: its path as given, its filings, forms and findings, and the reasons if it was refused.

    `share` is the part of the file that was understood, from 0 to 1; `left_out` names the parts that were not read, and
    `not_read` lists by project what was not read. `sheet_cells` are the cells of a spreadsheet's lines that findings
    and `not_read` name, as spreadsheets name them, by line. `elsewhere` are unread lines outside of forms, and
    `figured` all unread lines that have a figure, `alone` those that were read by themselves.
    """

    path: str
    sha256: str
    refused: tuple[str, ...] = ()
    filings: tuple[Filed, ...] = ()
    projects: Mapping[str, ProjectHead] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    indicators: int = 0
    share: float = 0.0
    left_out: tuple[str, ...] = ()
    not_read: tuple[NotRead, ...] = ()
    sheet_cells: Mapping[int, str] = field(default_factory=dict)
    elsewhere: tuple[int, ...] = ()
    figured: frozenset[int] = frozenset()
    alone: frozenset[int] = frozenset()
    evaluations: Mapping[str, ProjectHead] = field(default_factory=dict)

    @cached_property
    def unchecked(self) -> tuple[Unchecked, ...]:
        """The unread lines of each project, and those outside of forms, by the checks that were not made."""
        parted = by_keys(
            (project, (line in self.alone, line in self.figured), line)
            for project, lines in (*((each.project, each.lines) for each in self.not_read), ("", self.elsewhere))
            for line in lines
        )
        return tuple(
            Unchecked(project, tuple(lines), _not_made(*known), alone=known[0])
            for project, of_project in parted.items()
            for known, lines in of_project.items()
        )

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The findings folded into groups, most severe first."""
        return grouped(self.findings)

    @cached_property
    def folded(self) -> Folded:
        """The groups: warnings one by one, infos collected by rule, and apart from both what could not be read."""
        return folded(self.groups)

    @property
    def filed(self) -> Filed:
        """The first filing of the document; empty if there is none."""
        return self.filings[0] if self.filings else Filed()


@dataclass(frozen=True)
class Section:
    """One filing in one document, with the groups of its findings; `number` counts all sections of a report from 1."""

    number: int
    document: Document
    filed: Filed
    groups: tuple[Group, ...]

    @cached_property
    def counts(self) -> Count:
        """Count of the section's findings and groups."""
        return count(self.groups)

    @cached_property
    def folded(self) -> Folded:
        """The section's groups: warnings one by one, infos collected by rule, and apart what could not be read."""
        return folded(self.groups)

    @cached_property
    def projects(self) -> tuple[tuple[ProjectHead | None, tuple[Group, ...]], ...]:
        """The groups by project, in the order of the projects' lines.

        Groups about the filing as a whole come first, with None in place of the project.
        """
        pairs = [(iri, self._head(iri, groups), groups) for iri, groups in by_project(self.groups).items()]
        pairs.sort(key=lambda pair: (bool(pair[0]), (pair[1].line or 0) if pair[1] else 0, pair[0]))
        return tuple((head, groups) for _, head, groups in pairs)

    def _head(self, iri: str, groups: Iterable[Group]) -> ProjectHead | None:
        if not iri:
            return None
        names = (each.project_name or "" for group in groups for each in group.findings if each.project == iri)
        heads = self.document.projects.get(iri) or self.document.evaluations.get(iri)
        return heads or ProjectHead(next(names, ""))


@dataclass(frozen=True)
class Department:
    """All filings of one body, ordered by year and path."""

    name: str
    sections: tuple[Section, ...]

    @cached_property
    def counts(self) -> Count:
        """Count of the department's groups that stand by themselves: neither effects of others nor notes."""
        return count(group for section in self.sections for group in section.folded.own)


def by_department(documents: Iterable[Document]) -> tuple[Department, ...]:
    """Group documents by department (by name, unknown ones last), and within one by year and path.

    Refused documents are left out. A document with filings of several departments has a section in each, with the
    findings about that filing.
    """
    filings = [
        (filed, document)
        for document in documents
        if not document.refused
        for filed in (document.filings or (Filed(),))
    ]
    filings.sort(
        key=lambda pair: (pair[0].department is None, pair[0].department or "", pair[0].year or 0, pair[1].path)
    )
    sections = (
        Section(
            number,
            document,
            filed,
            tuple(group for group in document.groups if group.first.filed == filed or len(document.filings) < 2),
        )
        for number, (filed, document) in enumerate(filings, start=1)
    )
    of_department = by_key((each.filed.department or UNKNOWN_DEPARTMENT, each) for each in sections)
    return tuple(Department(name, tuple(own)) for name, own in of_department.items())


def refused(documents: Iterable[Document]) -> tuple[Document, ...]:
    """Select the refused documents, ordered by path."""
    return tuple(sorted((document for document in documents if document.refused), key=lambda document: document.path))


def all_groups(documents: Iterable[Document]) -> tuple[Group, ...]:
    """Return the groups of all documents."""
    return tuple(group for document in documents for group in document.groups)


def by_fault(documents: Iterable[Document]) -> dict[Fault, Count]:
    """Count the findings and groups of each fault, ordered by severity, then frequency (most first), then name."""
    return {fault: count(groups) for fault, groups in by_rule(all_groups(documents)).items()}


def occurrences(departments: Iterable[Department]) -> dict[Fault, list[tuple[Section, tuple[Group, ...]]]]:
    """Return, by fault, the sections in which the fault occurs, each with its groups of that fault."""
    return by_key(
        (fault, (section, groups))
        for department in departments
        for section in department.sections
        for fault, groups in by_rule(section.groups).items()
    )


def reaches(level: str, threshold: str) -> bool:
    """Return whether `level` is at least as grave as `threshold`; both are severities by local name (`Warning`)."""
    return [*LEVELS].index(level) <= [*LEVELS].index(threshold)


def fails(documents: Iterable[Document], threshold: str) -> bool:
    """Return whether a document was refused, or has a finding of a severity or kind.

    `threshold` is the lowest severity that counts, or the kind that counts besides Violations, of which infos do not.
    Findings of the kind `reading` count only as that kind, since the filing is not to blame.
    """
    return any(
        document.refused
        or any(
            (one.fault.kind != "reading" or threshold == one.fault.kind) and _counts(one.fault, threshold)
            for one in document.findings
        )
        for document in documents
    )


def read_in_part(documents: Iterable[Document], threshold: str) -> bool:
    """Return whether a document has a finding of the kind `reading` that counts for a threshold of fails()."""
    return any(
        one.fault.kind == "reading" and _counts(one.fault, threshold)
        for document in documents
        for one in document.findings
    )


def _counts(fault: Fault, threshold: str) -> bool:
    """Return whether a fault counts for a threshold.

    For a severity, faults count that are at least as grave. For a kind, all Violations count, and Warnings of that
    kind.
    """
    if threshold not in KINDS:
        return reaches(fault.level, threshold.title())
    return reaches(fault.level, "Warning" if fault.kind == threshold else "Violation")


def chosen(documents: Iterable[Document], wanted: Callable[[Fault], bool]) -> tuple[Document, ...]:
    """Return the documents with only those findings whose fault is `wanted`; refused documents stay refused."""
    return tuple(
        replace(document, findings=tuple(one for one in document.findings if wanted(one.fault)))
        for document in documents
    )
