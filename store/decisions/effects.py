"""Apply a steward's decisions to quads and values of the default graph, and list transcriptions (docs/registry.md).

The named graphs of sources are not changed. In the default graph a merged node is replaced by the node that is kept,
and a printed value by its correction; everything else is stated as in the named graphs.

Transcriptions correct the texts of lines that were recognised in pictures. The kept recognition is not changed: reading
a source replaces the recognised lines (`jixiao.ingest.transcribing`), so a source is read again when its transcriptions
change.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from jixiao.ontology import grouping, properties, terms
from jixiao.ontology.identity import Iris, key, label, plain_body
from jixiao.store import errors, files, refusals, sums
from jixiao.store.records import SHA16, SourceRecord

KINDS = (terms.Identification, terms.Renaming, terms.Correction, terms.Acceptance, terms.Transcription)
NODES = (terms.keeps, terms.merges, terms.formerBody, terms.laterBody, terms.concerns, terms.correctedValue)
"""Properties of a decision whose values are nodes of the graph, not texts or numbers."""

Subject = NamedNode | BlankNode | Triple
Term = Subject | Literal
_T = TypeVar("_T", bound=Term)


@dataclass(frozen=True)
class Decision:
    """A decision: its IRI, its kind (an IRI of KINDS, or "" if none is stated), and its properties.

    `says` maps the IRI of each property to its value.
    """

    iri: str
    kind: str
    says: Mapping[str, Term]

    def node(self, predicate: str) -> NamedNode | None:
        """Return the value of a property (given by its IRI) if that is a node, else None."""
        value = self.says.get(predicate)
        return value if isinstance(value, NamedNode) else None

    def text(self, predicate: str) -> str:
        """Return the value of a property (given by its IRI) as text; empty if there is none."""
        return str(getattr(self.says.get(predicate), "value", ""))


@dataclass(frozen=True)
class Decisions:
    """Decisions in force: their triples in the form that a graph stores, and the graph that contains them.

    If decisions contradict each other (one node merged into two, two corrections of one value), which the registry's
    rules forbid, the first by IRI counts, so that even an unchecked registry always gives the same graph.
    """

    triples: frozenset[Triple] = frozenset()
    graph: NamedNode | None = None

    @cached_property
    def all(self) -> tuple[Decision, ...]:
        """Return all decisions, sorted by IRI, shorter ones first, so that 2 comes before 10."""
        grouped: dict[str, dict[str, Term]] = defaultdict(dict)
        for triple in sorted(self.triples, key=str):
            if isinstance(triple.subject, NamedNode):
                grouped[triple.subject.value].setdefault(triple.predicate.value, triple.object)
        return tuple(
            Decision(iri, getattr(says.pop(terms.RDF_type, None), "value", ""), says)
            for iri, says in sorted(grouped.items(), key=lambda item: (len(item[0]), item[0]))
        )

    def of_kind(self, kind: str) -> Iterator[Decision]:
        """Yield the decisions of one kind (an IRI)."""
        return (decision for decision in self.all if decision.kind == kind)

    @cached_property
    def transcriptions(self) -> "Mapping[str, tuple[Transcription, ...]]":
        """Return the transcriptions of each source, by its IRI, in the order of the decisions."""
        made = grouping.by_key(
            (source.value, transcription)
            for decision in self.of_kind(terms.Transcription)
            if (source := decision.node(terms.concerns)) and (transcription := _transcription(decision))
        )
        return {source: tuple(each) for source, each in made.items()}

    @cached_property
    def merged(self) -> Mapping[Term, NamedNode]:
        """Return the node that finally replaces each merged node, after a chain of merges if need be."""
        direct: dict[Term, NamedNode] = {}
        for decision in self.of_kind(terms.Identification):
            kept, merged = decision.node(terms.keeps), decision.node(terms.merges)
            if kept is not None and merged is not None and _end(direct, kept) != merged:
                direct.setdefault(merged, kept)
        return {node: _end(direct, kept) for node, kept in direct.items()}

    @cached_property
    def _merges(self) -> Mapping[Term, tuple[NamedNode, ...]]:
        """Return the nodes that are merged into each kept node, sorted."""
        return {
            kept: tuple(sorted(nodes))
            for kept, nodes in grouping.by_key(
                (kept, node) for node, kept in self.merged.items() if isinstance(node, NamedNode)
            ).items()
        }

    def kept(self, node: _T) -> _T | NamedNode:
        """Return the node that replaces a node in the default graph: itself unless it is merged."""
        return self.merged.get(node, node)

    def members(self, node: _T) -> tuple[_T | NamedNode, ...]:
        """Return a node and the nodes merged into it, the node itself first; an empty tuple for a merged node."""
        return () if node in self.merged else (node, *self._merges.get(node, ()))

    def image(self, quad: Quad) -> Quad | None:
        """Return the quad that the default graph has for a quad of a named graph: with merged nodes replaced.

        None if the quad would link a node to itself. Quads of decisions are not changed, as they name merged nodes.
        """
        if not self.merged or quad.graph_name == self.graph:
            return Quad(quad.subject, quad.predicate, quad.object)
        subject, object_ = self.kept(quad.subject), self.kept(quad.object)
        return None if subject == object_ and quad.subject != quad.object else Quad(subject, quad.predicate, object_)

    def images(self, quads: Iterable[Quad]) -> set[Quad]:
        """Return the quads that the default graph has for given quads; quads that are in no named graph are ignored."""
        images = (self.image(quad) for quad in quads if quad.graph_name != DefaultGraph())
        return {image for image in images if image is not None}

    def stated(self, graph: Store, quad: Quad) -> bool:
        """Return whether a named graph states a quad of the default graph.

        A statement about a node that decisions merged into the quad's subject or object counts as well.
        """
        return any(
            original.graph_name != DefaultGraph() and self.image(original) == quad
            for subject in self._with_merged(quad.subject)
            for object_ in self._with_merged(quad.object)
            for original in graph.quads_for_pattern(subject, quad.predicate, object_, None)
        )

    def _with_merged(self, node: _T) -> tuple[_T | NamedNode, ...]:
        """Return a node and all nodes merged into it."""
        return (node, *self._merges.get(node, ()))

    def moved(self, before: "Decisions") -> set[NamedNode]:
        """Return the nodes affected by merges that differ from those of the decisions `before`.

        The result has each node that is merged differently, the nodes that this one is or was merged into, and all
        other nodes merged into the same ones.
        """
        touched = {
            node
            for pair in (self.merged.items() ^ before.merged.items())
            for node in pair
            if isinstance(node, NamedNode)
        }
        return touched | {node for each in (self, before) for one in touched for node in each._with_merged(one)}

    @cached_property
    def corrected(self) -> Mapping[tuple[NamedNode, NamedNode], tuple[Decision, ...]]:
        """Return the corrections, by the node and the property (both IRIs) that they correct.

        A correction of a merged node is listed under the node that replaces it.
        """
        corrections = grouping.by_key(
            ((self.kept(node), property_), decision)
            for decision in self.of_kind(terms.Correction)
            if (node := decision.node(terms.concerns))
            and (property_ := decision.node(terms.correctedProperty))
            and terms.correctedValue in decision.says
        )
        return {place: tuple(decisions) for place, decisions in corrections.items()}

    def printed(self, graph: Store, node: NamedNode, property_: NamedNode) -> set[Term]:
        """Return the values that named graphs state for a node of the default graph, without corrections."""
        quads = (quad for one in self.members(node) for quad in graph.quads_for_pattern(one, property_, None, None))
        return {image.object for image in self.images(quads)}

    def applies(self, graph: Store, correction: Decision, property_: NamedNode) -> bool:
        """Return whether a correction has an effect on a property.

        A correction has an effect if a source prints the value to correct or, if the correction fills a blank, if no
        value is printed.
        """
        node = correction.node(terms.concerns)
        values = set() if node is None else self.printed(graph, self.kept(node), property_)
        wrong = self.value(correction, terms.printedValue)
        return not values if wrong is None else wrong in values

    def value(self, correction: Decision, name: str) -> Term | None:
        """Return the printed or corrected value of a correction in the form of the default graph.

        The name of a body becomes the body's IRI. `name` is jx:printedValue or jx:correctedValue.
        """
        value = correction.says.get(name)
        if isinstance(value, Literal) and correction.text(terms.correctedProperty) in properties.bodies():
            value = _body(correction, value.value) or value
        return None if value is None else self.kept(value)

    def links(self) -> Iterator[Triple]:
        """Yield the triples that decisions add to the registry's graph.

        They state merges as owl:sameAs and renamings as dcterms:isReplacedBy, and describe the bodies that corrections
        name.
        """
        for node, kept in self.merged.items():
            if isinstance(node, NamedNode):
                yield Triple(node, NamedNode(terms.OWL_sameAs), kept)
        for decision in self.of_kind(terms.Renaming):
            former, later = decision.node(terms.formerBody), decision.node(terms.laterBody)
            if former is not None and later is not None and self.kept(former) != self.kept(later):
                yield Triple(self.kept(former), NamedNode(terms.DCTERMS_isReplacedBy), self.kept(later))
        for decision in self.of_kind(terms.Correction):
            value = decision.says.get(terms.correctedValue)
            if isinstance(value, Literal) and decision.text(terms.correctedProperty) in properties.bodies():
                yield from _described(decision, label(value.value))

    def accepted(self, graph: Store) -> set[Triple]:
        """Return a triple with jx:acceptedBy for each result in the default graph that a decision accepts."""
        return {
            Triple(result, NamedNode(terms.acceptedBy), NamedNode(decision.iri))
            for decision in self.of_kind(terms.Acceptance)
            for result in self.accepts(graph, decision)
        }

    def accepts(self, graph: Store, acceptance: Decision) -> set[Subject]:
        """Return the results in the default graph that a decision accepts.

        Accepted are results that report the decision's fault and belong to its group or, if it names no group, are
        about its node. The set is empty if the decision names neither group nor node, or no fault.
        """
        node, fault = acceptance.node(terms.concerns), acceptance.node(terms.acceptedFault)
        if fault is None:
            return set()
        if key := acceptance.text(terms.acceptedGroup):
            return _of_fault(graph, group(graph, key), fault)
        return set() if node is None else self.findings(graph, node, fault)

    def findings(self, graph: Store, node: NamedNode, fault: NamedNode) -> set[Subject]:
        """Return the results in the default graph that report a fault about a node."""
        quads = graph.quads_for_pattern(None, NamedNode(terms.SH_focusNode), self.kept(node), DefaultGraph())
        return _of_fault(graph, (quad.subject for quad in quads), fault)


NONE = Decisions()


def _body(correction: Decision, name: str) -> NamedNode | None:
    """Return the IRI of the body that a correction names; None if the name is empty, as in an unchecked registry."""
    return NamedNode(Iris(correction.iri.rpartition("id/decision/")[0]).org(name)) if key(name) else None


def _described(correction: Decision, name: str) -> Iterator[Triple]:
    """Yield triples with the class and the names of the body that a correction names, in case no source names the body.

    For a name with （本级） or （汇总）, the body without this suffix is described as well.
    """
    body, plain = _body(correction, name), _body(correction, plain_body(name))
    for node, its_name in ((body, name), (plain, plain_body(name))):
        if node is not None:
            yield Triple(node, NamedNode(terms.RDF_type), NamedNode(terms.Department))
            yield Triple(node, NamedNode(terms.RDFS_label), Literal(its_name, language="zh"))
            yield Triple(node, NamedNode(terms.fullName), Literal(its_name, language="zh"))
    if body is not None and plain is not None and body != plain:
        yield Triple(body, NamedNode(terms.scopeOf), plain)


def group(graph: Store, key: str) -> set[Subject]:
    """Return the results in the default graph that belong to a group, given by its key."""
    return {
        quad.subject
        for quad in graph.quads_for_pattern(None, NamedNode(terms.findingGroup), Literal(key), DefaultGraph())
    }


def _of_fault(graph: Store, results: Iterable[Subject], fault: NamedNode) -> set[Subject]:
    """Return those of the `results` that report a fault (the IRI of a rule), or a rule that has replaced this one."""
    faults = [fault]
    for rule in faults:
        later = (
            quad.object
            for quad in graph.quads_for_pattern(rule, NamedNode(terms.DCTERMS_isReplacedBy), None, DefaultGraph())
        )
        faults += [node for node in later if isinstance(node, NamedNode) and node not in faults]
    return {
        result
        for result in results
        if any(Quad(result, NamedNode(terms.SH_sourceShape), each) in graph for each in faults)
    }


def read(graph: Store, name: NamedNode) -> Decisions:
    """Read the decisions in the graph `name` of the registry, without the statements derived from them."""
    kinds = {NamedNode(kind) for kind in KINDS}
    subjects = [
        q.subject for q in graph.quads_for_pattern(None, NamedNode(terms.RDF_type), None, name) if q.object in kinds
    ]
    quads = (quad for subject in subjects for quad in graph.quads_for_pattern(subject, None, None, name))
    return Decisions(frozenset(quad.triple for quad in quads), name)


def from_triples(triples: Iterable[Triple], name: NamedNode) -> Decisions:
    """Make decisions from a file's triples, with literals as a graph store spells them: 100 for 100.00."""
    graph = Store()
    graph.extend(Quad(triple.subject, triple.predicate, triple.object, name) for triple in triples)
    return Decisions(frozenset(quad.triple for quad in graph), name)


def _end(direct: Mapping[Term, NamedNode], node: NamedNode) -> NamedNode:
    """Return the node at the end of a chain of merges; `direct` maps each merged node to the next."""
    while node in direct:
        node = direct[node]
    return node


_REGION = re.compile("xywh=" + ",".join([r"(-?\d+(?:\.\d+)?)"] * 4))

Region = tuple[float, float, float, float]
"""Left, top, right and bottom of a part of a page, in points from the top left of the upright page."""


class Transcription(NamedTuple):
    """A steward's reading of a region of a page: its text, and the text that was recognised there.

    `decision` is the IRI of the decision, `page` a number from 1. Both texts have their line breaks. Where nothing was
    recognised, `recognised` is empty.
    """

    decision: str
    page: int
    region: Region
    recognised: str
    text: str

    def says(self, source: str) -> dict[str, Term]:
        """Return the properties and values of the decision about a source (an IRI), without reason and date."""
        left, top, right, bottom = self.region
        shown = ",".join(f"{round(number, 1):g}" for number in (left, top, right - left, bottom - top))
        return {
            terms.concerns: NamedNode(source),
            terms.onPage: Literal(str(self.page), datatype=NamedNode(terms.XSD_integer)),
            terms.region: Literal(f"xywh={shown}"),
            terms.recognisedText: Literal(self.recognised),
            terms.transcribedText: Literal(self.text),
        }


class Pictured(NamedTuple):
    """The kept recognition of a file's pictures, if there is one, and the transcriptions of them."""

    recognition: bytes | None = None
    transcriptions: tuple[Transcription, ...] = ()


def pictured(
    layout: files.Layout, sha256: str, record: SourceRecord | None, made: tuple[Transcription, ...], *, anew: bool
) -> Pictured:
    """Return the recognition and transcriptions of a file: a source with its record, or a refused document.

    `made` are the transcriptions. Raises StoreUnusableError for a damaged recognition, unless the pictures are to be
    recognised `anew`: a damaged recognition is left out then.
    """
    again = f"jixiao reread --store {layout.root} {sha256[:SHA16]}"
    remedy = f"请运行 {again}，退回的文件则再导入一次", f"run {again}, or ingest a refused file again"
    recognition, recorded = None, record.sums.get("recognition") if record else None
    with suppress(errors.StoreUnusableError) if anew else nullcontext():
        refusal = refusals.read(layout.refusal(sha256))
        wanted = refusal.recognition if refusal else recorded
        recognition = sums.kept(layout.recognition(sha256), wanted, remedy)
    return Pictured(recognition, made)


def _transcription(decision: Decision) -> Transcription | None:
    """Return the transcription in a decision, or None if a part is missing, which the registry's rules forbid."""
    match = _REGION.fullmatch(decision.text(terms.region))
    page = decision.text(terms.onPage)
    if match is None or not page.isdecimal():
        return None
    left, top, width, height = map(float, match.groups())
    region = (left, top, left + width, top + height)
    recognised, text = decision.text(terms.recognisedText), decision.text(terms.transcribedText)
    return Transcription(decision.iri, int(page), region, recognised, text)
