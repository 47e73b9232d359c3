"""Results of validation: a `Result` per fault and place, a `Report` per document, as frozen values.

This module is separate because `validate` makes results and `report` renders them, and neither imports the other.
"""

from dataclasses import dataclass, field

from jixiao.ontology import terms
from jixiao.ontology.bilingual import Bilingual
from jixiao.shapes.catalogue import Fault

Cell = tuple[int, int | None]
"""A line of the rendition (from 1) and the column of a cell in its row (from 0), or None if it is not known."""


@dataclass(frozen=True)
class Result:
    """One fault at one place (sh:ValidationResult).

    `focus_node` is an IRI; `project` the IRI of its project; `about` the label of the project, otherwise of the node
    itself; `part` the label of the part at fault: an indicator, an item, a section, a cited document. `path` is the
    property and `value` the lexical value at fault, if any; `message` the sentence with its numbers filled in. `lines`
    are line numbers of the rendition (from 1) in order, empty only if nothing refers to a line; `cells` are the cells
    on these lines and `quote` the words at fault as printed there, if known. `component` is the constraint component;
    if two components of one fault find the same, the result has the first one.
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


@dataclass(frozen=True)
class Report:
    """Results for one document, ordered by line, then fault, then node; equal triples give equal reports."""

    results: tuple[Result, ...]

    @property
    def refuses(self) -> bool:
        """True if a Violation keeps the document out of the store."""
        return bool(self.violations.results)

    @property
    def violations(self) -> "Report":
        """Report of the violations only, which keep the document out, without the warnings about the filing itself."""
        return Report(tuple(result for result in self.results if result.fault.severity == terms.SH_Violation))
