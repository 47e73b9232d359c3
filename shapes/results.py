"""What validation finds: a `Result` a fault and place, a `Report` a document. Frozen values and no behaviour.

Apart because engines make them, reports render them, and neither knows the other.
"""

from dataclasses import dataclass, field

from jixiao.ontology import terms
from jixiao.ontology.bilingual import Bilingual
from jixiao.shapes.catalogue import Fault

Cell = tuple[int, int | None]
"""A line of the rendition (from 1) and the column of a cell in its row (from 0), None where it is not known."""


@dataclass(frozen=True)
class Result:
    """One fault at one place (sh:ValidationResult).

    `focus_node` is an IRI; `project` the IRI of its project and `about` that one's label (else the label of the node
    itself); `part` the label of the part at fault: an indicator, an item, a section, a cited document. `path` is the
    property and `value` the lexical value at fault, where there is one; `message` the sentence with its numbers.
    `lines` are 1-based in the rendition, in order, empty only where nothing leads to a line; `cells` the cells on them,
    and `quote` the words at fault as they stand there, where these are known. `component` is the constraint component:
    where two of one fault find the same, the result is one and bears the first.
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
    """What was found in one document, by line, then fault, then node: the same for the same triples."""

    results: tuple[Result, ...]

    @property
    def refuses(self) -> bool:
        """Say whether a Violation keeps the document out."""
        return bool(self.violations.results)

    @property
    def violations(self) -> "Report":
        """Give what keeps the document out, without the filing's own faults."""
        return Report(tuple(result for result in self.results if result.fault.severity == terms.SH_Violation))
