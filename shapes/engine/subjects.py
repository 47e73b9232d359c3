"""Find the things that a query's rows are about, so that after a change only the rows it can affect are computed.

A row appears or disappears only if facts change about one of its subjects: a thing that is the value of a variable in
subject position. Every such variable must be bound in each row, and no row may depend on things that it does not name
(by NOT EXISTS, a path or a sub-select); other queries are refused. A VALUES for such a variable limits the query to the
rows about given things.
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
    """A variable of a query in subject position.

    `needed` are the properties that its values must have, and `referring` those that must lead to them.
    """

    variable: str
    needed: frozenset[ox.NamedNode]
    referring: frozenset[ox.NamedNode]

    def fits(self, graph: ox.Store, thing: ox.NamedNode) -> bool:
        """Return whether a thing may be the variable's value in a row."""
        return all(any(graph.quads_for_pattern(thing, each, None, ox.DefaultGraph())) for each in self.needed) and all(
            any(graph.quads_for_pattern(None, each, thing, ox.DefaultGraph())) for each in self.referring
        )


def subjects(iri: str, query: Query) -> tuple[Subject, ...]:
    """Return the variables in subject position of a rule's query. Raises UnsupportedShapeError."""
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
    """Return a variable with its properties in the triple patterns `required`."""
    known = [(subject, predicate, value) for subject, predicate, value in required if predicate]
    return Subject(
        variable[1:],
        frozenset(predicate for subject, predicate, _ in known if subject == variable),
        frozenset(predicate for _, predicate, value in known if value == variable),
    )


def among(query: Query, subject: Subject, graph: ox.Store, things: Collection[str]) -> Iterator[Query]:
    """Yield versions of a query that have only the rows about given things (IRIs).

    These are the rows in which a thing is the value of the variable `subject`. Each version is for 100 things at most.
    """
    fitting = [node for node in map(ox.NamedNode, sorted(things)) if subject.fits(graph, node)]
    start = query.text.index("{") + 1
    for first in range(0, len(fitting), _AT_ONCE):
        values = " ".join(map(str, fitting[first : first + _AT_ONCE]))
        values = f" VALUES ?{subject.variable} {{ {values} }} "
        yield replace(query, text=query.text[:start] + values + query.text[start:])
