"""Run SPARQL-based constraints (SHACL, section 5) as plain queries on Oxigraph.

A constraint's SELECT runs once over all focus nodes instead of once for each: the shape's targets are added as patterns
at the start of its WHERE. The results equal those of pre-binding `$this` as long as every sub-select mentions `$this`,
which docs/shapes.md asks for. Constructs that SHACL forbids with pre-bound variables are refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox
from rdflib import SH, Graph, URIRef
from rdflib.term import Node

from jixiao.shapes.engine import required
from jixiao.shapes.engine.data import Data
from jixiao.shapes.engine.findings import Finding
from jixiao.shapes.engine.unsupported import UnsupportedShapeError

_FORBIDDEN = re.compile(r"\b(MINUS|VALUES|SERVICE|GRAPH)\b|\$(PATH|shapesGraph|currentShape)\b", re.IGNORECASE)
_WHERE = re.compile(r"\{")
_COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)
_INDENT = re.compile(r"\n\s+")  # indentation would cost time, since parsing takes time per character
_KNOWN = {SH.select, SH.prefixes, SH.message}


@dataclass(frozen=True)
class Query:
    """One constraint as a query over all its focus nodes; without all `required` properties it has no row."""

    text: str
    required: frozenset[ox.NamedNode]

    @classmethod
    def of(cls, shapes: Graph, shape: URIRef, constraint: Node) -> "Query":
        """Compile a constraint. Raises UnsupportedShapeError."""
        used = set(shapes.predicates(constraint)) - _KNOWN
        if unknown := sorted(str(each) for each in used if str(each).startswith(str(SH))):
            raise UnsupportedShapeError(shape, f"{', '.join(unknown)} of a SPARQL constraint")
        if shapes.value(shape, SH.path) is not None:
            raise UnsupportedShapeError(shape, "sh:sparql on a property shape")
        select = _COMMENT.sub("", str(shapes.value(constraint, SH.select)))
        if found := _FORBIDDEN.search(select):
            raise UnsupportedShapeError(shape, f"{found[0]} in a SPARQL constraint")
        where = _WHERE.search(select)
        if where is None or "this" not in select[: where.start()]:
            raise UnsupportedShapeError(shape, "a SPARQL constraint that is no SELECT of $this")
        aimed = f"{select[: where.end()]} {_targets(shapes, shape)} {select[where.end() :]}"
        names = prefixes(shapes, constraint)
        head = "".join(f"PREFIX {prefix}: <{name}>\n" for prefix, name in names.items() if f"{prefix}:" in aimed)
        needed = frozenset(ox.NamedNode(each) for each in required.predicates(aimed, names))
        return cls(head + _INDENT.sub("\n", aimed), needed)

    def may_find(self, data: Data) -> bool:
        """Tell if a document has all properties that the query requires."""
        return all(data.values(each) for each in self.required)

    def findings(self, shape: str, store: ox.Store) -> Iterator[Finding]:
        """Run the constraint's query on a graph; return one finding per row."""
        rows = store.query(self.text)
        if not isinstance(rows, ox.QuerySolutions):
            raise TypeError("a SPARQL constraint is a SELECT")
        names = [each.value for each in rows.variables]
        for row in rows:
            bound = {name: value for name in names if (value := row[name]) is not None}
            path = bound.pop("path", None)
            yield Finding(
                shape,
                bound.pop("this"),
                path.value if isinstance(path, ox.NamedNode) else None,
                bound.pop("value", None),
                bindings=bound,
            )


def _targets(shapes: Graph, shape: Node) -> str:
    """Write the shape's targets as graph patterns; several targets become a union."""
    classes = [f"$this a <{each}> ." for each in sorted(map(str, shapes.objects(shape, SH.targetClass)))]
    subjects = [f"$this <{each}> [] ." for each in sorted(map(str, shapes.objects(shape, SH.targetSubjectsOf)))]
    patterns = classes + subjects
    if not patterns or shapes.value(shape, SH.targetNode) or shapes.value(shape, SH.targetObjectsOf):
        raise UnsupportedShapeError(shape, "sh:sparql with these targets")
    if len(patterns) == 1 and classes:
        return patterns[0]
    union = " UNION ".join(f"{{ {each} }}" for each in patterns)
    return f"{{ SELECT DISTINCT $this WHERE {{ {union} }} }}"


def prefixes(shapes: Graph, constraint: Node) -> dict[str, str]:
    """Return the prefixes that a constraint declares, with their namespaces."""
    return {
        str(shapes.value(each, SH.prefix)): str(shapes.value(each, SH.namespace))
        for ontology in shapes.objects(constraint, SH.prefixes)
        for each in shapes.objects(ontology, SH.declare)
    }
