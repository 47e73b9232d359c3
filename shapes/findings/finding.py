"""Define the finding of validation, from the validator to every report: one fault at one place, as a frozen value.

The validator makes findings; a report adds their filing, excerpt and acceptance; the server reads findings back from
the graph of a report. All three use this type, which `groups` folds and counts.
"""

import re
from dataclasses import dataclass, field
from functools import cached_property

from jixiao.ontology import identity, terms
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.shapes.catalogue import Fault
from jixiao.shapes.findings.excerpt import Cell, Shown

_FILED = re.compile(r"/id/(?:project|filing)/([^/#]+)/([^/#]+)(?:/([^/#]+))?")  # body, year, project
_UNKNOWN_BODY = "s-"  # prefix of the body's part of an IRI if the document names no body
_GROUP_LETTERS = 13  # 15 bytes with `g-`: the graph store keeps so short a text inside its triple
_KEY_LETTERS = 16


@dataclass(frozen=True)
class Filed:
    """A filing body and the fiscal year; each is None if the document does not state it."""

    department: str | None = None
    year: int | None = None


@dataclass(frozen=True)
class Finding:
    """One fault at one place (sh:ValidationResult).

    The validator states:
    - `fault`: the rule; `component`: its constraint component (the first, if two components find the same fault);
    - `focus_node`: the IRI of the thing at fault; `project`: the IRI of its project;
    - `about`: the label of the project, or of the focus node if there is no project;
    - `part`: the label of the part at fault: an indicator, an item, a section, a cited document;
    - `path` and `value`: the property at fault and its lexical value, if any;
    - `message`: the sentence with its numbers filled in;
    - `lines`: line numbers of the rendition (from 1) in order, empty only if nothing refers to a line; `cells`: cells
      on these lines; `quote`: the words at fault as printed there, if known;
    - `folded`: the value of the variable by which the rule folds its findings, if it has one;
    - `formerly`: for each retired rule that this rule replaces, its name and its Chinese sentence for this finding;
    - `lasting`: the Chinese sentence without the place of another document, which may change while the fault stays, or
      empty.

    A report adds:
    - `iri`: the finding's IRI, or its local name (`r1` …) if the report has no address;
    - `filed`: the filing; `source`: the first 16 digits of the file's SHA-256; `excerpt`: the lines around the finding;
    - `accepted`: None if the finding is open, otherwise the reason for which a steward accepts it or the IRI of his
      decision;
    - `stated_group`: the key of the group as an existing report states it.

    For a finding read from a graph, `project` is the thing that the focus node is or belongs to, even if this is a
    filing, and there are neither path nor cells.
    """

    fault: Fault
    focus_node: str
    project: str | None
    about: str | None
    part: str | None
    path: str | None
    value: str | None
    message: Bilingual
    lines: tuple[int, ...]
    cells: tuple[Cell, ...] = ()
    quote: str | None = None
    component: str = field(default=terms.SH_SPARQLConstraintComponent, compare=False)
    folded: str | None = None
    formerly: tuple[tuple[str, str], ...] = ()
    lasting: str = ""
    iri: str = ""
    filed: Filed = Filed()
    excerpt: tuple[Shown, ...] = ()
    accepted: str | None = None
    source: str = ""
    stated_group: str = ""

    @property
    def level(self) -> str:
        """Local name of the severity."""
        return self.fault.level

    @property
    def anchor(self) -> str:
        """Local name of the finding in its report, by which pages link to it."""
        return self.iri.rpartition("#")[2]

    @property
    def project_name(self) -> str | None:
        """Name of the project that the finding is about, or None if it is about the filing."""
        return (self.about or "") if self.project else None

    @cached_property
    def group(self) -> str:
        """Key of the group of findings that state one fact: `g-` and 13 characters (jx:findingGroup).

        The key is a digest of the rule, the filing, and the value by which the rule folds: the sentence, unless the
        rule says otherwise. It depends neither on lines and file names nor on the address of a store. Body and year are
        read from the address of a project or filing (design, section 3); addresses of other schemes have neither.
        """
        if self.stated_group:
            return self.stated_group
        address = _FILED.search(self.project or self.focus_node)
        body, year, project = address.groups(default="") if address else ("", "", self.project or "")
        shared = {None: self.lasting or self.message.zh, "filing": "", "project": project}
        alike = shared.get(self.fault.folds_by, self.folded or "")
        told = (self.fault.name, "" if body.startswith(_UNKNOWN_BODY) else body, year, alike)
        return "g-" + identity.digest("\n".join(told), _GROUP_LETTERS)

    @cached_property
    def key(self) -> str:
        """Identifier that stays the same from one check to the next: `f-` and 16 characters.

        The key is a digest of fault, filing body and year, project, part, property, value and sentence; it does not
        depend on line, file or order. A steward who accepts one of several findings with the same key accepts all.
        """
        return self._key(self.fault.name, self.lasting or self.message.zh)

    @cached_property
    def accepted_under(self) -> tuple[str, ...]:
        """The keys by which a list of accepted findings may name this one.

        These are its own key, the keys that it had under the retired rules which its rule replaces, and the key of its
        group.
        """
        return (self.key, *(self._key(name, zh) for name, zh in self.formerly), self.group)

    def _key(self, fault: str, sentence: str) -> str:
        filed = self.filed.department or "", str(self.filed.year or "")
        place = (self.about or "", self.part or "", self.path or "", self.value or "")
        return "f-" + identity.digest("\n".join((fault, *filed, *place, sentence)), _KEY_LETTERS)


@dataclass(frozen=True)
class Report:
    """Findings in one document, ordered by line, then fault, then node; equal triples give equal reports."""

    results: tuple[Finding, ...]

    @property
    def refuses(self) -> bool:
        """True if a Violation is among the findings, so that the document is refused."""
        return bool(self.violations.results)

    @property
    def violations(self) -> "Report":
        """Report with the violations only, which are the reasons for refusing the document."""
        return Report(tuple(result for result in self.results if result.fault.severity == terms.SH_Violation))
