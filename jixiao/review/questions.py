"""Find a source's questions: facts that were withheld or doubted, and that no decision of a steward settles yet.

Facts of every source with pages may be withheld; doubts about facts that are stated come from sources recognised in
pictures. A settled question is one about a corrected fact, or about inferences whose findings were accepted.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from pyoxigraph import DefaultGraph, Literal, NamedNode, RdfFormat, parse

from jixiao.ontology import grouping, identity, terms
from jixiao.ontology.reasons import BLANK, Reason, is_doubted
from jixiao.server.editions.renditions import Line
from jixiao.shapes.correctable import Property, correctable
from jixiao.store import Generation, Subject

_ABOUT, _TEXT, _LINE = (NamedNode(iri) for iri in (terms.inferredProperty, terms.text, terms.sourceLine))

Fact = tuple[str, str]
"""The IRIs of a node and a property."""
Value = NamedNode | Literal


@dataclass(frozen=True, eq=False)
class Doubt:
    """A fact that is withheld or doubtful after reading a source: the reason, the values read, and the lines.

    `score` (0 to 1) is the lowest certainty of its characters if it was recognised in a picture.
    """

    node: str
    predicate: str
    why: Reason
    withheld: tuple[Value, ...]
    lines: tuple[Line, ...]
    score: float | None = None


@dataclass(frozen=True)
class Question:
    """A doubt that no decision has settled in the current generation, with the values that were read.

    `is_withheld` is true if the graph does not state the fact. If it does, `findings` are the results to accept, each
    as a node and a rule. `wanted` is the property of the value, or None if no decision can supply the value.

    Questions that are confirmed together have the same `shared`; `follows` is true for all but the first of them.
    """

    doubt: Doubt
    is_withheld: bool
    readings: tuple[Value, ...]
    wanted: Property | None
    findings: tuple[tuple[str, str], ...] = ()
    shared: object = None
    follows: bool = False

    @cached_property
    def key(self) -> str:
        """The key in the question's address, which changes if the reading or the reason changes."""
        doubt = self.doubt
        told = "\n".join((doubt.node, doubt.predicate, *map(str, (doubt.why, *self.readings))))
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    @property
    def reading(self) -> Value | None:
        """The value that was read, if there is exactly one."""
        return self.readings[0] if len(self.readings) == 1 else None

    @property
    def confirmable(self) -> bool:
        """Return whether a decision can confirm the reading."""
        if self.is_withheld:
            return self.correctable and self.wanted is not None and _of_type(self.reading, self.wanted.range)
        return bool(self.findings)

    @property
    def correctable(self) -> bool:
        """Return whether a decision can supply or correct the value."""
        if self.wanted is None:
            return False
        return self.is_withheld or isinstance(self.reading, Literal) or self.wanted.range == terms.Department

    @property
    def decidable(self) -> bool:
        """Return whether a decision can settle the question."""
        return self.confirmable or self.correctable

    @property
    def leads(self) -> bool:
        """Return whether a list shows the question: it can be settled, and is the first of those confirmed together."""
        return self.decidable and not self.follows


def doubts(lines: Iterable[Line]) -> tuple[Doubt, ...]:
    """Return a source's withheld and doubtful facts in the source's order, including those decided since.

    Facts of cells in which nothing is printed are left out.
    """
    entries = grouping.by_key(
        ((entry["node"], entry["property"]), (line, entry))
        for line in lines
        for entry in line.facts
        if entry["why"] is not None and entry["why"] not in BLANK
    )
    return tuple(_doubt(fact, there) for fact, there in entries.items())


def _doubt(fact: Fact, entries: Sequence[tuple[Line, dict[str, Any]]]) -> Doubt:
    """Return the doubt about a fact from its entries in the ledger, each with its line."""
    withheld = dict.fromkeys(_value(entry["withheld"]) for _, entry in entries if "withheld" in entry)
    lines = {line.n: line for line, _ in entries}
    scores = [entry["score"] for _, entry in entries if "score" in entry]
    return Doubt(*fact, entries[0][1]["why"], tuple(withheld), tuple(lines.values()), min(scores, default=None))


def questions(doubts: tuple[Doubt, ...], now: Generation, sha256: str, *, recognised: bool) -> tuple[Question, ...]:
    """Return the open questions of a source, the most urgent first, from its `doubts`.

    Those that no decision can settle come last. A fact that the graph states is a question only if the source was
    `recognised` in pictures and states an inference about the fact.
    """
    graph = NamedNode(identity.Iris(now.manifest.base_iri).source_graph(sha256))
    inferences = _inferences(now, graph, doubts) if recognised else {}
    asked: list[Question] = []
    for doubt in (doubt for doubt in doubts if not _is_corrected(now, doubt)):
        stated = tuple(_objects(now, NamedNode(doubt.node), NamedNode(doubt.predicate), graph))
        there = any(now.graph.quads_for_pattern(NamedNode(doubt.node), NamedNode(terms.RDF_type), None, graph))
        wanted = correctable().get(doubt.predicate) if there else None
        if doubt.withheld or not stated:
            asked.append(Question(doubt, True, doubt.withheld, wanted))
        elif open_ := _findings(now, _behind(doubt, inferences)):
            asked.append(Question(doubt, False, stated, wanted, open_))
    # Withheld facts come first, then doubtfully recognised ones, then other inferences.
    return tuple(
        sorted(
            _grouped(asked), key=lambda each: (not each.decidable, not each.is_withheld, not is_doubted(each.doubt.why))
        )
    )


def _grouped(asked: Sequence[Question]) -> list[Question]:
    """Return the questions with `shared` and `follows` set.

    `shared` is equal for questions about the same inferences, or about the same node, reason and lines.
    """
    count = Counter(each.findings for each in asked)
    led: set[object] = set()
    grouped = []
    for each in asked:
        doubt = each.doubt
        place = doubt.node, doubt.why, tuple(line.n for line in doubt.lines)
        rests = each.findings if each.findings and count[each.findings] > 1 else place
        shared = (each.is_withheld, rests) if each.confirmable else each.key
        grouped.append(replace(each, shared=shared, follows=shared in led))
        led.add(shared)
    return grouped


def together(question: Question, others: Iterable[Question]) -> tuple[Question, ...]:
    """Return a question, and the questions in `others` that are confirmed together with it.

    All are about the same inferences, or about one node, reason and lines, such as text, number and unit of a target.
    """
    if not question.confirmable:
        return (question,)
    same = (each for each in others if each.key != question.key and each.confirmable)
    return (question, *(each for each in same if each.shared == question.shared))


def _is_corrected(now: Generation, doubt: Doubt) -> bool:
    decisions, node, name = now.decisions, NamedNode(doubt.node), NamedNode(doubt.predicate)
    made = decisions.corrected.get((decisions.kept(node), name), ())
    return any(decisions.applies(now.graph, each, name) for each in made)


def _inferences(
    now: Generation, graph: NamedNode, doubts: tuple[Doubt, ...]
) -> Mapping[tuple[str, str, str], list[tuple[NamedNode, str]]]:
    """Return the inferences that a source's graph states, with their lines, by project, property and reason."""
    stated: defaultdict[tuple[str, str, str], list[tuple[NamedNode, str]]] = defaultdict(list)
    for project in {doubt.node.partition("#")[0] for doubt in doubts}:
        for node in _objects(now, NamedNode(project), NamedNode(terms.hasInference), graph):
            if isinstance(node, NamedNode):
                texts = ([each.value for each in _objects(now, node, name, graph)] for name in (_ABOUT, _TEXT, _LINE))
                about, why, line = (values[0] if values else "" for values in texts)
                stated[project, about, why].append((node, line))
    return stated


def _behind(
    doubt: Doubt, inferences: Mapping[tuple[str, str, str], list[tuple[NamedNode, str]]]
) -> tuple[NamedNode, ...]:
    """Return the inferences that express a doubt in the graph: of its project, property and reason.

    If some of these are on the doubt's lines, only those are returned. `inferences` is the result of `_inferences`.
    """
    alike = inferences.get((doubt.node.partition("#")[0], doubt.predicate, str(doubt.why)), [])
    lines = {str(line.n) for line in doubt.lines}
    return tuple(node for node, _ in [one for one in alike if one[1] in lines] or alike)


def _objects(now: Generation, node: Subject, name: NamedNode, graph: NamedNode | DefaultGraph) -> list[Value]:
    quads = now.graph.quads_for_pattern(node, name, None, graph)
    return [quad.object for quad in quads if isinstance(quad.object, NamedNode | Literal)]


def _findings(now: Generation, nodes: Iterable[NamedNode]) -> tuple[tuple[str, str], ...]:
    """Return node and rule of each finding about the inferences `nodes` that no steward has accepted."""
    results = (
        (node, quad.subject)
        for node in nodes
        for quad in now.graph.quads_for_pattern(None, NamedNode(terms.SH_focusNode), node, DefaultGraph())
    )
    open_ = [each for each in results if not _objects(now, each[1], NamedNode(terms.acceptedBy), DefaultGraph())]
    rules = (
        (node.value, rule.value)
        for node, result in open_
        for rule in _objects(now, result, NamedNode(terms.SH_sourceShape), DefaultGraph())
    )
    return tuple(dict.fromkeys(rules))


def _of_type(value: Value | None, datatype: str) -> bool:
    if not isinstance(value, Literal):
        return False
    return (terms.RDF_langString if value.language else value.datatype.value) == datatype


def _value(written: str) -> Value:
    """Return the RDF term that a ledger writes as N-Triples."""
    [value] = (quad.object for quad in parse(f"<urn:s> <urn:p> {written} .", format=RdfFormat.N_TRIPLES))
    if not isinstance(value, NamedNode | Literal):
        raise TypeError(f"a ledger has things and values: {written}")
    return value
