"""Results of validation: a `Result` per fault and place, a `Report` per document, as frozen values.

This module is separate because `validate` makes results and `report` renders them, and neither imports the other.
"""

import base64
import hashlib
import re
from dataclasses import dataclass, field
from functools import cached_property

from jixiao.ontology import terms
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.shapes.catalogue import Fault

Cell = tuple[int, int | None]
"""A line of the rendition (from 1) and the column of a cell in its row (from 0), or None if it is not known."""

_FILED = re.compile(r"/id/(?:project|filing)/([^/#]+)/([^/#]+)(?:/([^/#]+))?")  # body, year, project
_UNKNOWN_BODY = "s-"  # begins the body's part of an IRI where the document names none
_GROUP_LETTERS = 13  # with `g-` in front, 15 bytes, which a graph store keeps in place


@dataclass(frozen=True)
class Result:
    """One fault at one place (sh:ValidationResult).

    `focus_node` is an IRI; `project` the IRI of its project; `about` the label of the project, otherwise of the node
    itself; `part` the label of the part at fault: an indicator, an item, a section, a cited document. `path` is the
    property and `value` the lexical value at fault, if any; `message` the sentence with its numbers filled in. `lines`
    are line numbers of the rendition (from 1) in order, empty only if nothing refers to a line; `cells` are the cells
    on these lines and `quote` the words at fault as printed there, if known. `component` is the constraint component;
    if two components of one fault find the same, the result has the first one. `folded` is the value of the variable by
    which the rule folds its findings, if it does. `formerly` has, for each retired rule that the fault took the place
    of, the name and the Chinese sentence in which that rule would have stated the finding. `lasting` is the Chinese
    sentence without the place of another document, which may change while the fault stays; empty if it has none.
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
    component: str = field(default=terms.SH + "SPARQLConstraintComponent", compare=False)
    folded: str | None = None
    formerly: tuple[tuple[str, str], ...] = ()
    lasting: str = ""

    @cached_property
    def group(self) -> str:
        """Key of the group of findings that state one fact: `g-` and 13 characters (jx:findingGroup).

        It is a digest of the rule, the filing, and what the rule folds by: the sentence unless it says otherwise. It
        depends neither on lines and file names nor on the address of a store. Body and year are those of the address
        of a project or filing (design, section 3); addresses of other schemes state neither.
        """
        filed = _FILED.search(self.project or self.focus_node)
        body, year, project = filed.groups(default="") if filed else ("", "", self.project or "")
        shared = {None: self.lasting or self.message.zh, "filing": "", "project": project}
        alike = shared.get(self.fault.folds_by, self.folded or "")
        parts = (self.fault.name, "" if body.startswith(_UNKNOWN_BODY) else body, year, alike)
        digest = hashlib.sha256("\n".join(parts).encode()).digest()
        return "g-" + base64.b32encode(digest).decode("ascii").lower()[:_GROUP_LETTERS]


@dataclass(frozen=True)
class Report:
    """Results for one document, ordered by line, then fault, then node; equal triples give equal reports."""

    results: tuple[Result, ...]

    @property
    def refuses(self) -> bool:
        """True if a Violation is among the results, so that the document is refused."""
        return bool(self.violations.results)

    @property
    def violations(self) -> "Report":
        """Report of the violations only, for which the document is refused, without warnings about the filing."""
        return Report(tuple(result for result in self.results if result.fault.severity == terms.SH_Violation))
