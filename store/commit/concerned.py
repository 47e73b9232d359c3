"""Find the units whose rows in tables and in the index may differ after a change of the graph.

A row is made of a unit, its parts, what these refer to, and what refers to them. So a changed thing concerns the unit
that it is or belongs to, those to which it refers (a finding to a project), and those that refer to it (projects to
their body), also by way of a filing, document or body. What a thing no longer refers to needs no look at the graph
before the change, since the thing itself has changed.
"""

import re
from collections import defaultdict
from collections.abc import Mapping

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store as Graph, Triple

from jixiao.ontology import terms
from jixiao.store.changes import Changes

_END = re.compile(r"/id/(?:project|evaluation)/")
"""Things whose own rows may differ, while what refers to them is not concerned: no row tells what is further away."""
_OF_FINDINGS = re.compile(r"/id/(?:project|evaluation|filing)/")
"""Things of which findings tell, whose rows belong to a source."""
_DERIVED = terms.PROV_wasDerivedFrom
"""A property that each source adds to the bodies and documents that it names. Rows tell only of their own things from
which sources these are, so that what refers to such a body is not concerned."""


Names = frozenset[str]
"""Names of readers: tables, and the index."""


def concerned(after: Graph, change: Changes, read: Mapping[str, Names]) -> Mapping[str, Names]:
    """Return the IRIs of the units whose rows may differ after a change, with the names of the readers of these rows.

    `read` has the names of its readers for each property. A row depends on changed properties that its reader reads, if
    this also reads the properties that lead from the unit to the changed thing. IRIs of things that are no units may be
    among the results.
    """
    changed = [quad for quad in change.merged if quad.predicate.value in read]
    # The change has all that is said of new things, and nothing refers to a new part but what is new or changed.
    new = {quad.subject for quad in changed if quad.predicate.value == terms.RDF_type and quad in change.added}
    things: defaultdict[NamedNode | BlankNode | Triple, Names] = defaultdict(Names)
    told: defaultdict[str, Names] = defaultdict(Names)
    for quad in changed:
        thing, names = quad.subject, read[quad.predicate.value]
        things[thing] |= names
        if quad.predicate.value == _DERIVED or not isinstance(thing, NamedNode):
            continue
        if "#" not in thing.value or thing not in new:
            told[thing.value] |= names
    units = _referring(after, told, read)
    for thing, names in things.items():
        units[_whole(thing)] |= names
    said = (quad for thing in things.keys() - new for quad in _quads(after, thing, None))
    for quad in (*changed, *said):
        units[_whole(quad.object)] |= things[quad.subject] & read.get(quad.predicate.value, Names())
    for unit in filter(_OF_FINDINGS.search, [*units]):
        for source in _sources(after, unit):
            units[source] |= units[unit] & read.get(_DERIVED, Names())
    return {unit: names for unit, names in units.items() if unit and names}


def _referring(graph: Graph, told: Mapping[str, Names], read: Mapping[str, Names]) -> defaultdict[str, Names]:
    """Return the IRIs of the units that refer to changed things, with the names of readers of both.

    `told` has the things, by IRI, with the readers of what changed of them; `read` has the readers by property.
    """
    units: defaultdict[str, Names] = defaultdict(Names)
    known = defaultdict(Names, told)
    pending = [*told.items()]
    while pending:
        thing, names = pending.pop()
        for quad in _quads(graph, None, NamedNode(thing)):
            unit, reading = _whole(quad.subject), names & read.get(quad.predicate.value, Names())
            units[unit] |= reading
            if unit and not reading <= known[unit] and quad.predicate.value != _DERIVED and not _END.search(unit):
                known[unit] |= reading
                pending.append((unit, reading))
    return units


def _quads(graph: Graph, thing: NamedNode | BlankNode | Triple | None, value: NamedNode | None) -> list[Quad]:
    """Return the quads of the default graph that are about a thing, or that refer to the thing `value`."""
    return list(graph.quads_for_pattern(thing, None, value, DefaultGraph()))


def _sources(graph: Graph, thing: str) -> list[str]:
    """Return the IRIs of the sources of a thing, whose findings tell of it."""
    quads = graph.quads_for_pattern(NamedNode(thing), NamedNode(_DERIVED), None, DefaultGraph())
    return [quad.object.value for quad in quads if isinstance(quad.object, NamedNode)]


def _whole(node: NamedNode | BlankNode | Triple | Literal) -> str:
    """Return the IRI of the thing that a thing is or is a part of; empty for a value."""
    return node.value.partition("#")[0] if isinstance(node, NamedNode) else ""
