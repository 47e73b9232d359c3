"""Make the finding of a match: word it, and locate it in its document by the graph and the ledger.

The sentence is the fault's message in Chinese and English with the values that the query bound. Numbers get thousands
separators; text that a query selects (a year, a title) is not changed. The place is property, project, part, lines and
cells. This module is separate from `validate` because it uses the project's own terms and nothing of SHACL.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import chain

import pyoxigraph as ox

from jixiao.ontology import properties, terms
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.decimals import digits
from jixiao.shapes import catalogue
from jixiao.shapes.engine.data import Data, Match, Term, text, value_of, whole
from jixiao.shapes.findings.finding import Cell, Finding

CellsOf = Callable[[str, str, str | None], Iterable[Cell]]
"""Function from (node, property, one value or None for all) to the cells that the ledger knows of it, possibly none."""

# The values of these properties are line numbers, so a result needs no ledger to be located.
_LINE_PROPERTIES = (terms.sourceLine, terms.breaksOffAt)
_LABEL = ox.NamedNode(terms.RDFS_label)
_LINE = ox.NamedNode(terms.sourceLine)
CALLED = tuple(ox.NamedNode(name) for name in (terms.RDFS_label, terms.printedTitle, terms.printedNumber))
"""Properties that name a part; the first one that the part has is used."""

# Properties that a message quotes of a part, most informative first.
_QUOTED = (ox.NamedNode(terms.targetText), _LABEL)
_LONGEST_QUOTE = 60
_FEWEST_AMOUNTS = 2  # that can differ
_YUAN = re.compile(r"\{\?(\w+)\} 元")
_BOTH = re.compile(r"([^·]*[\u4e00-\u9fff][^·]*) · ([A-Za-z\d][^·]*)")


def sentence(message: Bilingual, value: Term | None, bindings: Mapping[str, Term]) -> Bilingual:
    """Fill in the placeholders of a message; add the value at fault to a message without placeholders.

    The value is added if it is a literal that is short and not blank.
    """
    if catalogue.PLACEHOLDER.search(message.zh):
        known = {**bindings, "value": value} if value is not None else bindings
        return Bilingual(_filled(message.zh, known, 0), _filled(message.en, known, 1))
    if not isinstance(value, ox.Literal) or not value.value.strip() or len(value.value) > _LONGEST_QUOTE:
        return message
    return Bilingual(f"{message.zh}读到的是“{value.value}”。", f"{message.en} It reads “{value.value}”.")


def difference(fault: catalogue.Fault, bindings: Mapping[str, Term]) -> Decimal | None:
    """Return by how many yuan the amounts of a rule on money differ: `?difference`, or else the last two told.

    The message shows which variables are amounts. None for rules of other kinds, and for fewer than two amounts.
    """
    if fault.kind != "money":
        return None
    values = ((name, value_of(node)) for name, node in bindings.items())
    amounts = {name: Decimal(value) for name, value in values if isinstance(value, int | Decimal)}
    if "difference" in amounts:
        return abs(amounts["difference"])
    told = [amounts[name] for name in _YUAN.findall(fault.message.zh) if name in amounts]
    return abs(told[-1] - told[-2]) if len(told) >= _FEWEST_AMOUNTS else None


def _filled(message: str, known: Mapping[str, Term], half: int) -> str:
    """Replace every placeholder of a message; a placeholder without a value becomes a dash, never a number.

    Of a value in two languages (中文 · English), only the part in the message's language is used: `half` is 0 for
    Chinese, 1 for English.
    """

    def told(match: re.Match[str]) -> str:
        value = shown(known[match[1]]) if match[1] in known else "—"
        both = _BOTH.fullmatch(value)
        return both[half + 1] if both else value

    return catalogue.PLACEHOLDER.sub(told, message)


def shown(node: Term) -> str:
    """Return a term as text for a sentence: numbers as `1,720,000` or `25.5`, other text unchanged."""
    number = value_of(node)
    if isinstance(number, bool) or not isinstance(number, int | Decimal):
        return text(node)
    return digits(number, grouped=True)


def unplaced(match: Match, cells: tuple[Cell, ...], printed: Term | None = None) -> Finding:
    """Return the finding of a match with its sentence and cells, without project and part.

    The sentence quotes the value at fault or, if the match has none, the text `printed`.
    """
    fault = catalogue.fault(match.shape)
    value = None if match.value == match.focus else match.value
    quote = match.bindings.get("quote") or (value if isinstance(value, ox.Literal) else None)
    quoted = printed if value is None else value
    return Finding(
        fault=fault,
        focus_node=str(match.focus) if isinstance(match.focus, ox.BlankNode) else text(match.focus),
        project=None,
        about=None,
        part=None,
        path=match.path,
        value=None if value is None else text(value),
        message=sentence(fault.message, quoted, match.bindings),
        lines=tuple(sorted({line for line, _ in cells})),
        component=match.component,
        cells=cells,
        quote=None if quote is None else text(quote),
        folded=next((text(each) for name, each in match.bindings.items() if f"?{name}" == fault.folds_by), None),
        difference=difference(fault, match.bindings),
    )


@dataclass(frozen=True)
class Locator:
    """A locator of findings in one document: its graph, and the function that looks up cells in its ledger."""

    data: Data
    cells_of: CellsOf
    _projects: dict[Term, Term | None] = field(default_factory=dict)

    def findings(self, match: Match) -> Iterator[Finding]:
        """Yield the findings of a match, with their project, part and cells, for each property with the value at fault.

        A match names no property if several lead to its value (sh:alternativePath).
        """
        fault, focus = catalogue.fault(match.shape), match.focus
        paths: list[str | None] = [match.path]
        if match.path is None and match.value is not None:
            having = (each for each in fault.involves if match.value in self.data.objects(focus, ox.NamedNode(each)))
            paths = [*having] or paths
        project = self._project(focus)
        is_part = "#" in text(focus) if project is None else project != focus
        printed = self._printed(fault, focus) if is_part else None
        for path in paths:
            yield replace(
                unplaced(match, self._cells(fault, match, path), printed),
                project=None if project is None else text(project),
                about=self._first(project or whole(focus), (_LABEL,))
                or (self._first(focus, (_LABEL,)) if project is None else None),
                part=self._first(focus, CALLED) if is_part else None,
                path=path,
            )

    def _printed(self, fault: catalogue.Fault, part: Term) -> Term | None:
        """Return the printed text of a part for the sentence to quote, such as an indicator's target.

        None for a Violation, and for a rule that does not involve such a text.
        """
        quoted = (each for each in _QUOTED if each.value in fault.involves and fault.level != "Violation")
        values = (self.data.objects(part, each) for each in quoted)
        return next((texts[0] for texts in values if len(texts) == 1), None)

    def _cells(self, fault: catalogue.Fault, match: Match, path: str | None) -> tuple[Cell, ...]:
        """Return the cells of the fact at fault, and of other nodes that a query selects or a rule calculates with.

        If there are no such cells, return the lines of the focus node, or else the first line of the nodes that refer
        to it; for a rule about what was withheld, which may be printed elsewhere, return none. `path` is the property
        at fault, if known; involved properties that the query selects are compared with it.
        """
        compared = [each for each in map(text, match.bindings.values()) if each in fault.involves]
        cells: set[Cell] = set()
        if path is not None and match.value is not None:  # the ledger may know the cell of this value of several
            cells.update(self.cells_of(text(match.focus), path, text(match.value)))
        cells = cells or self._facts(match.focus, fault, path, *compared)
        for node in match.bindings.values():
            if isinstance(node, ox.NamedNode) and self.data.objects(node, _LINE):  # a node of this document
                cells |= self._facts(node, fault, None) or self._lines(node)
        for property_ in fault.calculates_with:
            cells.update(self._of_fact(match.focus, property_))
            part = ox.NamedNode(property_)
            for node in (*self.data.objects(match.focus, part), *self.data.subjects(part, match.focus)):
                cells |= self._facts(node, fault, path)
        if terms.withheld not in fault.involves:
            cells = cells or self._lines(match.focus)
        return tuple(sorted(cells, key=lambda cell: (cell[0], -1 if cell[1] is None else cell[1])))

    def _project(self, focus: Term) -> Term | None:
        """Return the project or self-evaluation that a node is or belongs to; None if there is none.

        The project is found by the node's IRI or, in data of others, by a property that leads from a project to the
        node.
        """
        if focus not in self._projects:
            wholes = [self.data.members(ox.NamedNode(kind)) for kind in (terms.Project, terms.Evaluation)]
            leading = (ox.NamedNode(each.property) for each in properties.parts().values())
            having = (node for each in leading for node in self.data.subjects(each, focus))
            candidates = ((node, self.data.number(node)) for node in chain((focus, whole(focus)), having))
            near = (node for node, number in candidates if any(number in each for each in wholes))
            self._projects[focus] = next(near, None)
        return self._projects[focus]

    def _facts(self, focus: Term, fault: catalogue.Fault, path: str | None, *compared: str) -> set[Cell]:
        """Return the cells of `path` and the `compared` properties, or else of the properties that the fault involves.

        Of the involved properties, only those left blank count if any cells are known for them.
        """
        blank: list[str] = []
        if terms.leftBlank in fault.involves:
            left = map(text, self.data.objects(focus, ox.NamedNode(terms.leftBlank)))
            blank = [each for each in left if each in fault.involves]
        for involved in ((path, *compared) if path else compared, blank, fault.involves):
            if cells := {cell for each in involved for cell in self._of_fact(focus, each)}:
                return cells
        return set()

    def _lines(self, focus: Term) -> set[Cell]:
        """Return the lines that a node states, or the first line of the nodes that refer to it."""
        if lines := set(self._values(focus, terms.sourceLine)):
            return {(line, None) for line in lines}
        referring = (node for each in self.data.predicates for node in self.data.subjects(each, focus))
        leading = [line for node in referring for line in self._values(node, terms.sourceLine)]
        return {(min(leading), None)} if leading else set()

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
