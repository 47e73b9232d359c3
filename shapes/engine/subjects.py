"""Find the things that a query's rows are about, so that only the rows that a change can affect are asked again.

A row of a query appears or disappears only if facts about one of its subjects change, that is, about a thing for which
one of the query's variables in subject position stands. Every such variable is bound in each row, since a query in
which this is not so is refused, as is one whose rows may depend on things that no row names (NOT EXISTS, a path, a
sub-select). With a VALUES for such a variable the query gives the rows about some things, and no others.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

import pyoxigraph as ox

from jixiao.shapes.engine.data import UnsupportedShapeError
from jixiao.shapes.engine.selects import Pattern
from jixiao.shapes.engine.sparql import Query

_REFUSED = re.compile(
    r"\b(EXISTS|MINUS|UNION|HAVING|LIMIT|OFFSET)\b|\bSELECT\b(?=.*\bSELECT\b)", re.IGNORECASE | re.DOTALL
)
_AT_ONCE = 100  # with many more, Oxigraph reads the whole store and compares


@dataclass(frozen=True)
class Subject:
    """A variable in subject position, with the properties that its things have and those that refer to them."""

    variable: str
    needed: frozenset[ox.NamedNode]
    referring: frozenset[ox.NamedNode]

    def fits(self, graph: ox.Store, thing: ox.NamedNode) -> bool:
        """Tell if a thing may stand for the variable in a row."""
        return all(any(graph.quads_for_pattern(thing, each, None, ox.DefaultGraph())) for each in self.needed) and all(
            any(graph.quads_for_pattern(None, each, thing, ox.DefaultGraph())) for each in self.referring
        )


def subjects(iri: str, query: Query) -> tuple[Subject, ...]:
    """Return the variables of a rule's query that stand for subjects. Raises UnsupportedShapeError."""
    if refused := _REFUSED.search(query.select.plain):
        raise UnsupportedShapeError(iri, f"{refused[0]} in a rule over the whole store")
    patterns = query.select.patterns
    if not all(
        predicate and isinstance(subject, str) and subject.startswith("?") and "[" not in str(value)
        for subject, predicate, value in patterns
    ):
        raise UnsupportedShapeError(iri, "a path, or a subject that is no variable, in a rule over the whole store")
    variables = sorted({"?this", *(str(subject) for subject, _, _ in patterns)})
    found = tuple(_subject(variable, query.select.required) for variable in variables)
    if unbound := [each.variable for each in found if not each.needed and not each.referring]:
        raise UnsupportedShapeError(iri, f"a rule over the whole store in which ?{unbound[0]} may be unbound")
    return found


def _subject(variable: str, required: Iterable[Pattern]) -> Subject:
    known = [(subject, predicate, value) for subject, predicate, value in required if predicate]
    return Subject(
        variable[1:],
        frozenset(predicate for subject, predicate, _ in known if subject == variable),
        frozenset(predicate for _, predicate, value in known if value == variable),
    )


def among(query: Query, subject: Subject, graph: ox.Store, things: Collection[str]) -> Iterator[Query]:
    """Yield the query for the rows in which a variable stands for one of some things, a number of things at a time."""
    fitting = [node for node in map(ox.NamedNode, sorted(things)) if subject.fits(graph, node)]
    start = query.text.index("{") + 1
    for first in range(0, len(fitting), _AT_ONCE):
        values = " ".join(map(str, fitting[first : first + _AT_ONCE]))
        values = f" VALUES ?{subject.variable} {{ {values} }} "
        yield replace(query, text=query.text[:start] + values + query.text[start:])
