"""Find the units whose rows in tables may differ after a change of the graph.

A row is made of a unit, its parts, what these refer to, and what refers to them. So a changed thing concerns the unit
that it is or belongs to, those to which it refers (a finding to a project), and those that refer to it (projects to
their body), also by way of a filing, document or body. What a thing no longer refers to needs no look at the graph
before the change, since the thing itself has changed.
"""

import re
from collections.abc import Iterable

from pyoxigraph import DefaultGraph, NamedNode, Store as Graph

from jixiao.ontology import terms
from jixiao.store.changes import Changes
from jixiao.store.tables.table import Table

_PREFIX = re.compile(r"^PREFIX ([\w-]*): <(.+)>", re.MULTILINE)
_IRI = re.compile(r"<([^<>\s]+)>")
_NAME = re.compile(r"\b([\w-]+):([\w-]+)")
_END = re.compile(r"/id/(?:project|evaluation)/")
"""Things whose own rows may differ, while what refers to them is not concerned: no row tells what is further away."""
_OF_FINDINGS = re.compile(r"/id/(?:project|evaluation|filing)/")
"""Things of which findings tell, whose rows belong to a source."""
_DERIVED = terms.PROV_wasDerivedFrom
"""A property that each source adds to the bodies and documents that it names. Rows tell only of their own things from
which sources these are, so that what refers to such a body is not concerned."""


def properties(tables: Iterable[Table]) -> frozenset[str]:
    """Return the IRIs of all properties that the queries of tables read, among other IRIs."""
    found = {terms.RDF_type}
    for table in tables:
        prefixes = dict(_PREFIX.findall(table.sparql))
        found |= {prefixes[prefix] + name for prefix, name in _NAME.findall(table.sparql) if prefix in prefixes}
        found.update(_IRI.findall(table.sparql))
    return frozenset(found)


def concerned(after: Graph, change: Changes, tables: Iterable[Table]) -> set[str]:
    """Return the IRIs of the units whose rows may differ after a change, among IRIs of other things."""
    read = properties(tables)
    changed = [quad for quad in change.merged if quad.predicate.value in read]
    # The change has all that is said of new things, and nothing refers to a new part but what is new or changed.
    new = {quad.subject for quad in changed if quad.predicate.value == terms.RDF_type and quad in change.added}
    things = {quad.subject for quad in changed}
    said = (quad for thing in things - new for quad in after.quads_for_pattern(thing, None, None, DefaultGraph()))
    referred = {quad.object for quad in (*changed, *said) if quad.predicate.value in read}
    found = {_whole(node) for node in things | referred if isinstance(node, NamedNode)}
    told = {quad.subject for quad in changed if quad.predicate.value != _DERIVED}
    pending = [
        each.value for each in told if isinstance(each, NamedNode) and ("#" not in each.value or each not in new)
    ]
    known = {*pending}
    while pending:
        for quad in list(after.quads_for_pattern(None, None, NamedNode(pending.pop()), DefaultGraph())):
            if quad.predicate.value in read and isinstance(quad.subject, NamedNode):
                whole = _whole(quad.subject)
                found.add(whole)
                if whole not in known and quad.predicate.value != _DERIVED and not _END.search(whole):
                    known.add(whole)
                    pending.append(whole)
    return found.union(*(_sources(after, thing) for thing in found if _OF_FINDINGS.search(thing)))


def _sources(graph: Graph, thing: str) -> list[str]:
    """Return the IRIs of the sources of a thing, whose findings tell of it."""
    quads = graph.quads_for_pattern(NamedNode(thing), NamedNode(_DERIVED), None, DefaultGraph())
    return [quad.object.value for quad in quads if isinstance(quad.object, NamedNode)]


def _whole(node: NamedNode) -> str:
    """Return the IRI of the thing that a thing is or is a part of."""
    return node.value.partition("#")[0]
