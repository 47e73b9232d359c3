"""Check a steward's decisions against the rules, and refuse a registry that may not be applied.

The rules are SHACL shapes and are passed in as a function, since the store does not depend on shapes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, Triple, serialize
from pyoxigraph import Store as Graph

from jixiao.ontology import terms
from jixiao.store.decisions.effects import NODES, Decisions
from jixiao.store.decisions.registry_file import Registry
from jixiao.store.errors import RegistryError

_TYPE = NamedNode(terms.RDF_type)


@dataclass(frozen=True)
class Objection:
    """An objection of the registry's rules to a decision (its IRI), as a sentence in Chinese and English.

    A `grave` objection stops every commit. Others report a decision without effect, such as one whose source was
    withdrawn, and stop only the command that makes the decision.
    """

    decision: str
    sentence: str
    grave: bool


Check = Callable[[bytes], Sequence[Objection]]
"""A function from N-Triples to objections; the triples are the decisions, and the classes of the things they name."""


def objections(registry: Registry, check: Check | None, graph: Graph | None) -> list[Objection]:
    """Return the objections of the rules to a registry's decisions, in the order of the file's lines.

    `check` runs the rules; without it there are no objections. `graph` is that of the current generation, or None
    before the first commit.
    """
    triples = list(registry.decisions.triples)
    if check is None or not triples:
        return []
    if graph is not None:
        triples += _classes(registry.decisions, graph)
    found = check(serialize(sorted(triples, key=str), format=RdfFormat.N_TRIPLES) or b"")
    return sorted(found, key=lambda each: (registry.line(each.decision) or 0, each.sentence))


def ineffective(registry: Registry, graph: Graph) -> list[Objection]:
    """Return objections to corrections and acceptances without effect: no source prints the value, or has the finding.

    A decision about a thing that the graph does not have is passed over.
    """
    decisions, found = registry.decisions, []
    for each in decisions.all:
        node, property_ = each.node(terms.concerns), each.node(terms.correctedProperty)
        fault = each.node(terms.acceptedFault)
        if node is None or not any(graph.quads_for_pattern(node, _TYPE, None, None)):
            continue
        if fault is not None and not decisions.accepts(graph, each):
            zh, en = "已没有这样的发现", "There is no such finding any more"
        elif property_ is not None and not decisions.applies(graph, each, property_):
            zh, en = "来源所印的已不是这个值", "No source prints this value any more"
        else:
            continue
        words = f"{zh}，这项决定不起作用，可以撤销。 {en}: the decision has no effect and may be undone."
        found.append(Objection(each.iri, words, False))
    return found


def refuse(registry: Registry, found: Sequence[Objection], before: Decisions, strict: bool) -> None:
    """Raise RegistryError if any of the `found` objections stops the registry from being applied.

    Grave objections always do. If `strict`, objections to decisions that are new or changed do so, too; `before` are
    the decisions that were in force so far.
    """
    known = {decision.iri: decision for decision in before.all}
    new = {decision.iri for decision in registry.decisions.all if known.get(decision.iri) != decision}
    stopping = [each for each in found if each.grave or (strict and each.decision in new)]
    if stopping:
        raise RegistryError("\n".join(f"{registry.place(each.decision)}: {each.sentence}" for each in stopping))


def _classes(decisions: Decisions, graph: Graph) -> Iterator[Triple]:
    """Yield triples that state the classes of the nodes that decisions name, as the named graphs have them."""
    for node in {node for decision in decisions.all for name in NODES if (node := decision.node(name))}:
        for quad in graph.quads_for_pattern(node, _TYPE, None, None):
            # Named graphs are read, since the default graph does not contain merged nodes.
            if quad.graph_name != DefaultGraph():
                yield quad.triple
