"""Run SPARQL-based constraints (SHACL, section 5) as plain queries on Oxigraph, and skip hopeless queries.

A constraint's SELECT runs once over all focus nodes instead of once for each: the shape's targets are added as patterns
at the start of its WHERE. The results equal those of pre-binding `$this` as long as every sub-select mentions `$this`,
which docs/shapes.md asks for. Constructs that SHACL forbids with pre-bound variables are refused.

To parse a query and compile its regular expressions takes about a millisecond, longer than to answer it on one
document. One query therefore also serves many documents: each is a named graph, and the whole query stands inside
`GRAPH ?document`, which joins nothing across graphs. Most rules find nothing in most documents; a condition that a
document must meet for a query to have a row is a *need*: a triple for each pattern that every row has. A document that
lacks one has no row; one that meets all needs may still have none. All else in a query is ignored.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from jixiao.ontology import terms
from jixiao.ontology.reference import Facts, Value
from jixiao.shapes.engine.data import Data, Exact, Match, Row, Term, UnsupportedShapeError
from jixiao.shapes.engine.selects import Select

Need = Callable[[Data], bool]
"""A test that a document passes if it meets a need."""


def need(select: Select) -> Need:
    """Return a test of documents: where it is false, the query has no row; where it is true, there may be one.

    A document passes if it has, for each required pattern, a triple with the pattern's property and IRI.
    """
    stated = [(predicate, value) for _, predicate, value in select.required if predicate]
    return lambda data: all(_holds(predicate, value, data) for predicate, value in stated)


def _holds(predicate: ox.NamedNode, value: ox.NamedNode | str, data: Data) -> bool:
    """Return whether the document has a triple with the property and, if `value` is an IRI, with this value."""
    if isinstance(value, ox.NamedNode):
        return data.number(value) in data.inverse(predicate)
    return bool(data.index(predicate))


_FORBIDDEN = re.compile(r"\b(MINUS|VALUES|SERVICE|GRAPH)\b|\$(PATH|shapesGraph|currentShape)\b", re.IGNORECASE)
_WHERE = re.compile(r"\{")
_COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)
_INDENT = re.compile(r"\n\s+")  # indentation would cost time, since parsing takes time per character
_SELECT = re.compile(r"\bSELECT\b(\s+DISTINCT\b)?")
_AGGREGATE = re.compile(r"\bSELECT\b[^{]*\b(?:COUNT|SUM|MIN|MAX|AVG|SAMPLE|GROUP_CONCAT)\s*\(")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_DOCUMENT = "document"
_KNOWN = {terms.SH + name for name in ("select", "prefixes", "message")}


@dataclass(frozen=True)
class Query:
    """One constraint as a query over all its focus nodes.

    `text` is the query, `select` its parsed form, and `need` a test that every document with a row passes.
    """

    text: str
    select: Select
    need: Need

    @classmethod
    def of(cls, shapes: Facts, shape: Value, constraint: Value) -> "Query":
        """Compile a constraint of a shape. Raises UnsupportedShapeError."""
        used = shapes.about(constraint).keys() - _KNOWN
        if unknown := sorted(each for each in used if each.startswith(terms.SH)):
            raise UnsupportedShapeError(shape, f"{', '.join(unknown)} of a SPARQL constraint")
        if shapes.value(shape, terms.SH_path):
            raise UnsupportedShapeError(shape, "sh:sparql on a property shape")
        select = _COMMENT.sub("", "".join(shapes.texts(constraint, terms.SH_select)))
        if forbidden := _FORBIDDEN.search(select):
            raise UnsupportedShapeError(shape, f"{forbidden[0]} in a SPARQL constraint")
        where = _WHERE.search(select)
        if where is None or "this" not in select[: where.start()]:
            raise UnsupportedShapeError(shape, "a SPARQL constraint that is no SELECT of $this")
        aimed = f"{select[: where.end()]} {_targets(shapes, shape)} {select[where.end() :]}"
        names = prefixes(shapes, constraint)
        head = "".join(f"PREFIX {prefix}: <{name}>\n" for prefix, name in names.items() if f"{prefix}:" in aimed)
        try:
            read = Select(aimed, names)
        except SyntaxError as error:
            raise UnsupportedShapeError(shape, f"{error.msg}") from error
        return cls(head + _INDENT.sub("\n", aimed), read, need(read))

    def exceeds(self, data: Data) -> bool:
        """Return whether the query names a property with a number that Oxigraph may not calculate with."""
        return any(name.value.rpartition("#")[2] in self.text for name in data.beyond)

    def findings(self, shape: str, store: ox.Store | Exact) -> Iterator[Match]:
        """Run the constraint's query on a graph; yield a match of the rule `shape` (an IRI) for each row.

        Of no group at all, rdflib gives a row without values.
        """
        return (match(shape, bound) for bound in rows_of(store, self.text) if bound)

    @cached_property
    def over_graphs(self) -> str | None:
        """The query for all named graphs at once, in which `?document` is the graph of a row.

        None if the text says `?document` itself, or has an aggregate without GROUP BY, whose row without any match
        belongs to no graph.
        """
        plain = _STRING.sub('""', self.text)
        if f"?{_DOCUMENT}" in plain or len(_AGGREGATE.findall(plain)) > plain.count("GROUP BY"):
            return None
        start, end = self.text.index("{") + 1, self.text.rindex("}")
        within = f"{self.text[:start]} GRAPH ?{_DOCUMENT} {{ {self.text[start:end]} }} {self.text[end:]}"
        return _SELECT.sub(rf"\g<0> ?{_DOCUMENT}", within).replace("GROUP BY", f"GROUP BY ?{_DOCUMENT}")

    def answers(self, store: ox.Store) -> Iterator[tuple[Term, Row]]:
        """Run the query on all named graphs of a store; yield the graph and the bindings of each row.

        Only a query with `over_graphs` can be run over a store.
        """
        for bound in rows_of(store, self.over_graphs or ""):
            yield bound.pop(_DOCUMENT), bound


def match(shape: str, row: Row) -> Match:
    """Return the match of a rule (its IRI) that a row of its query states."""
    bound = dict(row)
    path = bound.pop("path", None)
    return Match(
        shape,
        bound.pop("this"),
        path.value if isinstance(path, ox.NamedNode) else None,
        bound.pop("value", None),
        bindings=bound,
    )


def rows_of(store: ox.Store | Exact, query: str) -> Iterator[dict[str, Term]]:
    """Run a SELECT on a store; yield the values of the variables that each row binds.

    Raises TypeError for a query of another form.
    """
    rows = store.query(query)
    if not isinstance(rows, ox.QuerySolutions):
        raise TypeError(f"no SELECT: {query}")
    names = [each.value for each in rows.variables]
    try:
        for row in rows:
            yield {name: value for name in names if (value := row[name]) is not None}
    finally:
        # The parser of rdflib keeps this frame in a cycle of exceptions; solutions must end on their own thread.
        del rows


def _targets(shapes: Facts, shape: Value) -> str:
    """Return the shape's targets as graph patterns for a query; several targets become a union."""
    classes = [f"$this a <{each}> ." for each in sorted(shapes.iris(shape, terms.SH_targetClass))]
    subjects = [f"$this <{each}> [] ." for each in sorted(shapes.iris(shape, terms.SH_targetSubjectsOf))]
    if len(classes) == 1 and not subjects:
        return classes[0]
    union = " UNION ".join(f"{{ {each} }}" for each in classes + subjects)
    return f"{{ SELECT DISTINCT $this WHERE {{ {union} }} }}"


def prefixes(shapes: Facts, constraint: Value) -> dict[str, str]:
    """Return the prefixes that a constraint declares, with their namespaces."""
    declared = (
        each
        for ontology in shapes.values(constraint, terms.SH_prefixes)
        for each in shapes.values(ontology, terms.SH_declare)
    )
    return {shapes.texts(each, terms.SH_prefix)[0]: shapes.texts(each, terms.SH_namespace)[0] for each in declared}
