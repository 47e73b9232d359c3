"""Locate a finding in its document: property, project, part, lines and cells, from the graph and the ledger.

This module is separate from `validate` because it uses the project's own terms and nothing of SHACL.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from jixiao.ontology import terms
from jixiao.ontology.properties import parts
from jixiao.shapes.catalogue import Fault
from jixiao.shapes.engine.data import Data, Match, Term, text, whole
from jixiao.shapes.findings.excerpt import Cell

CellsOf = Callable[[str, str, str | None], Iterable[Cell]]
"""Function from (node, property, one value or None for all) to the cells that the ledger knows of it, possibly none."""

# The values of these properties are line numbers, so a result needs no ledger to be located.
_LINE_PROPERTIES = (terms.sourceLine, terms.breaksOffAt)
_LABEL = ox.NamedNode(terms.RDFS_label)
_LINE = ox.NamedNode(terms.sourceLine)
_PROJECT = ox.NamedNode(terms.Project)
CALLED = tuple(ox.NamedNode(name) for name in (terms.RDFS_label, terms.printedTitle, terms.printedNumber))
"""Properties that name a part; the first one that the part has is used."""

# Properties that a message quotes of a part, most informative first.
_QUOTED = (ox.NamedNode(terms.targetText), _LABEL)


@dataclass(frozen=True)
class Place:
    """One document's graph, and the function that looks up cells in its ledger."""

    data: Data
    cells_of: CellsOf
    _projects: dict[Term, Term | None] = field(default_factory=dict)

    def path(self, fault: Fault, match: Match) -> str | None:
        """Return the property at fault: the finding's own path, otherwise the involved property that has the value."""
        if match.path or match.value is None:
            return match.path
        values = ((each, self.data.objects(match.focus, ox.NamedNode(each))) for each in fault.involves)
        return next((each for each, found in values if match.value in found), None)

    def project(self, focus: Term) -> str | None:
        """Return the IRI of the project that a node is or belongs to, or None."""
        found = self._project(focus)
        return None if found is None else text(found)

    def about(self, focus: Term) -> str | None:
        """Return the label of the project that a part belongs to, otherwise the node's own label."""
        return self._first(self._project(focus) or whole(focus), (_LABEL,)) or self._first(focus, (_LABEL,))

    def part(self, focus: Term) -> str | None:
        """Return the name of the part at fault (an indicator, an item, a section, a cited document), or None."""
        return self._first(focus, CALLED) if self._is_part(focus) else None

    def printed(self, fault: Fault, match: Match) -> Term | None:
        """Return the printed text to quote for a rule that checks a part as a whole, such as an indicator's target."""
        told = (each for each in _QUOTED if each.value in fault.involves and fault.level != "Violation")
        values = (self.data.objects(match.focus, each) for each in told if self._is_part(match.focus))
        return next((found[0] for found in values if len(found) == 1), None)

    def cells(self, fault: Fault, match: Match, path: str | None) -> tuple[Cell, ...]:
        """Return the cells of the fact at fault, and of other nodes that a query selects or a rule calculates with.

        Without any such cell: the lines of the focus node, otherwise the first line of the nodes that refer to it.
        """
        cells = self._of_value(match, path) or self._facts(match.focus, fault, path)
        for node in match.bindings.values():
            if isinstance(node, ox.NamedNode) and self._is_own(node):
                cells |= self._facts(node, fault, None) or self._lines(node)
        cells |= {cell for each in fault.calculates_with for cell in self._of_fact(match.focus, each)}
        for node in self._calculated(match.focus, fault):
            cells |= self._facts(node, fault, path)
        cells = cells or self._lines(match.focus)
        return tuple(sorted(cells, key=lambda cell: (cell[0], -1 if cell[1] is None else cell[1])))

    def _project(self, focus: Term) -> Term | None:
        """Return the project that a node is or belongs to. It is looked for once, since it is asked for repeatedly."""
        if focus not in self._projects:
            self._projects[focus] = self._project_of(focus)
        return self._projects[focus]

    def _project_of(self, focus: Term) -> Term | None:
        """Return the project that a node is or belongs to: by its IRI, or in data of others by a property."""
        for own in (focus, whole(focus)):
            if self.data.is_a(own, _PROJECT):
                return own
        having = (each for name in parts().values() for each in self.data.subjects(ox.NamedNode(name.property), focus))
        return next((each for each in having if self.data.is_a(each, _PROJECT)), None)

    def _is_part(self, focus: Term) -> bool:
        project = self._project(focus)
        return "#" in text(focus) if project is None else project != focus

    def _of_value(self, match: Match, path: str | None) -> set[Cell]:
        """Return the cells of the value at fault, where the ledger tells the values of a property apart."""
        if path is None or match.value is None:
            return set()
        return set(self.cells_of(text(match.focus), path, text(match.value)))

    def _facts(self, focus: Term, fault: Fault, path: str | None) -> set[Cell]:
        """Return the cells of the property at fault, otherwise of all properties that the fault involves."""
        for properties in ((path,) if path else (), self._blank(focus, fault), fault.involves):
            if cells := {cell for each in properties for cell in self._of_fact(focus, each)}:
                return cells
        return set()

    def _calculated(self, focus: Term, fault: Fault) -> Iterator[Term]:
        """Yield the parts that a rule calculates with: nodes that the focus node refers to, or that refer to it."""
        for property_ in map(ox.NamedNode, fault.calculates_with):
            yield from self.data.objects(focus, property_)
            yield from self.data.subjects(property_, focus)

    def _blank(self, focus: Term, fault: Fault) -> list[str]:
        """Return the involved properties that were left blank, for a fault about blanks."""
        if terms.leftBlank not in fault.involves:
            return []
        return [
            text(each)
            for each in self.data.objects(focus, ox.NamedNode(terms.leftBlank))
            if text(each) in fault.involves
        ]

    def _lines(self, focus: Term) -> set[Cell]:
        if lines := set(self._values(focus, terms.sourceLine)):
            return {(line, None) for line in lines}
        leading = [line for node in self._referring(focus) for line in self._values(node, terms.sourceLine)]
        return {(min(leading), None)} if leading else set()

    def _is_own(self, node: Term) -> bool:
        """Tell if a node belongs to this document, that is, has a source line."""
        return bool(self.data.objects(node, _LINE))

    def _referring(self, node: Term) -> Iterator[Term]:
        return (subject for predicate in self.data.predicates for subject in self.data.subjects(predicate, node))

    def _of_fact(self, focus: Term, property_: str) -> Iterator[Cell]:
        yield from self.cells_of(text(focus), property_, None)
        if property_ in _LINE_PROPERTIES:
            yield from ((line, None) for line in self._values(focus, property_))

    def _values(self, focus: Term, property_: str) -> Iterator[int]:
        for value in self.data.objects(focus, ox.NamedNode(property_)):
            if isinstance(value, ox.Literal) and value.value.isascii() and value.value.isdigit() and int(value.value):
                yield int(value.value)

    def _first(self, node: Term, properties: Iterable[ox.NamedNode]) -> str | None:
        values = (text(value) for each in properties for value in sorted(self.data.objects(node, each), key=text))
        return next(values, None)
