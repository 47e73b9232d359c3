"""Read, edit and check registry.ttl, which holds a steward's decisions, one per line, for people to edit.

A decision's IRI ends in its number, `<id/decision/3>`; removing its lines undoes it (docs/registry.md). Errors name the
line. The rules for decisions are SHACL shapes and are passed in as a function, since the store does not depend on
shapes.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, RdfFormat, Store, Triple, parse, serialize

from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.store import sums
from jixiao.store.decisions.effects import NODES, Decision, Decisions, Pictured, Term, from_triples
from jixiao.store.errors import BACKUP, DecisionMissingError, RegistryError
from jixiao.store.records import Deposit, SourceRecord

_PREFIXES = ("jx", "jxs", "dcterms", "xsd")
_ABOUT = (
    "# 管理者的决定，一行一项；删去一行即撤销该项，改后运行 jixiao registry apply。行尾 # 之后是说明。\n"
    "# A steward's decisions, one a line; to undo one take its line away. After a change: jixiao registry apply.\n"
)
_UNLESS_EDITED = "；若不是手工改的，从备份恢复该文件 · unless it was edited by hand, restore the file from a backup"
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_MOST_LINES = 200  # lines of one statement at most: for each further line, all lines before are parsed again
# Characters that a reader might take for the end of a line, and which comments therefore may not hold.
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True)
class _Chunk:
    """Text of complete statements, with the number of its first line, from 1, and the IRIs of the decisions in it."""

    line: int
    text: str
    subjects: frozenset[str]


@dataclass(frozen=True)
class Registry:
    """The content of the file; `text` is empty if there is no file."""

    path: Path
    text: str
    decisions: Decisions
    chunks: tuple[_Chunk, ...]
    iris: Iris

    def line(self, iri: str) -> int | None:
        """Return the line where a decision begins, from 1, or None if the file does not have the decision."""
        return next((chunk.line for chunk in self.chunks if iri in chunk.subjects), None)

    def place(self, iri: str) -> str:
        """Return the file and line of a decision, for the start of a message."""
        line = self.line(iri)
        return f"{self.path}:{line}" if line else str(self.path)

    def with_decision(self, decision: Decision, note: str) -> str:
        """Return the text with a decision added, and `note` as a comment after it."""
        head = self.text if self.text.strip() else _head(self.iris.base)
        break_ = "" if head.endswith("\n") else "\n"
        base = self.iris.base if self._abbreviates(head) else None
        return f"{head}{break_}{statement(decision, base)}  # {_BREAKS.sub(' ', note)}\n"

    def _abbreviates(self, head: str) -> bool:
        """Return whether new decisions may be abbreviated by the prefixes and the base that `head` declares.

        `head` is the file's own text, which people may edit. Each prefix and the base must have the same meaning there
        as in a head that jixiao writes.
        """
        probe = " . ".join(f"<id/> {prefix}:p {prefix}:p" for prefix in _PREFIXES) + " .\n"
        try:
            below = _triples(f"{head}\n{probe}", self.iris.base)[-len(_PREFIXES) :]
        except SyntaxError:
            return False
        return below == _triples(_head(self.iris.base) + probe, self.iris.base)

    def without_decision(self, iri: str) -> str:
        """Return the text without a decision.

        Raises DecisionMissingError, or RegistryError if another decision is on the same line.
        """
        chunks = [chunk for chunk in self.chunks if iri in chunk.subjects]
        if not chunks:
            raise DecisionMissingError(f"没有决定 {number_of(iri)}。 There is no decision {number_of(iri)}.")
        for chunk in chunks:
            if len(chunk.subjects) > 1:
                raise RegistryError(
                    f"{self.path}:{chunk.line}: 这一行有几项决定，请手工修改。"
                    " Several decisions share this line; edit it by hand."
                )
        return "".join(chunk.text for chunk in self.chunks if iri not in chunk.subjects)


def read(path: Path, iris: Iris) -> Registry:
    """Read the registry at `path`, empty if there is no file. Raises RegistryError and StoreUnusableError."""
    try:
        return parsed(path, (sums.kept(path, remedy=BACKUP, edited=True) or b"").decode(), iris)
    except UnicodeDecodeError as cause:
        raise RegistryError(f"{path}: 不是 UTF-8 文本 · it is not UTF-8 text: {cause}{_UNLESS_EDITED}") from cause
    except RegistryError as error:
        raise RegistryError(f"{error}{_UNLESS_EDITED}") from error


def parsed(path: Path, text: str, iris: Iris) -> Registry:
    """Parse the text of a registry at `path`. Raises RegistryError with file and line."""
    text = text.removeprefix("\ufeff")
    try:
        _triples(text, iris.base)
    except SyntaxError as cause:
        place = f"{path}:{cause.lineno}" if cause.lineno else str(path)
        raise RegistryError(f"{place}: 不是正确的 Turtle · it is not Turtle: {cause.msg}") from cause
    chunks, triples = _chunks(path, text, iris)
    return Registry(path, text, from_triples(triples, NamedNode(iris.registry_graph)), chunks, iris)


def number_of(iri: str) -> int:
    """Return the number at the end of a decision's IRI, or 0 if there is none."""
    match = re.search(r"/id/decision/([0-9]{1,9})$", iri)
    return int(match[1]) if match else 0


def read_statement(text: str, iris: Iris) -> Decision:
    """Parse a line that `statement` wrote to its decision. Raises RegistryError."""
    decisions = parsed(Path(), f"{_head(iris.base)}{text}", iris).decisions.all
    if len(decisions) != 1:
        raise RegistryError(f"不是一项决定 · not one decision: {text}")
    return decisions[0]


def _chunks(path: Path, text: str, iris: Iris) -> tuple[tuple[_Chunk, ...], Sequence[Triple]]:
    """Split Turtle text into the shortest chunks of complete statements. Raises RegistryError."""
    chunks: list[_Chunk] = []
    triples: list[Triple] = []
    prefixes, base, held, first = "", iris.base, "", 1
    for number, line in enumerate(_LINE.findall(text), start=1):
        held += line
        statements = parse(prefixes + held, RdfFormat.TURTLE, base_iri=base)
        try:
            stated = [quad.triple for quad in statements]
        except SyntaxError:
            if number - first < _MOST_LINES:
                continue  # the statement continues on the next line
            raise RegistryError(
                f"{path}:{first}: 一句超过 {_MOST_LINES} 行 · a statement has more than {_MOST_LINES} lines"
            ) from None
        for triple in stated:
            _check_subject(f"{path}:{first}", triple, iris)
        subjects = frozenset(triple.subject.value for triple in stated if isinstance(triple.subject, NamedNode))
        chunks.append(_Chunk(first, held, subjects))
        triples += stated
        # The prefixes declared so far apply to all later chunks, which are parsed separately.
        prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in statements.prefixes.items())
        base = statements.base_iri or base
        held, first = "", number + 1
    return tuple(chunks), triples


def _check_subject(place: str, triple: Triple, iris: Iris) -> None:
    """Raise RegistryError if a triple has a blank node, or is not about a decision; `place` is file and line."""
    if isinstance(triple.object, BlankNode) or not isinstance(triple.subject, NamedNode):
        raise RegistryError(f"{place}: 决定中不能有匿名节点 · a decision has no blank nodes: {triple}")
    iri = triple.subject.value
    if iri != iris.decision(number_of(iri)) or number_of(iri) == 0:
        raise RegistryError(
            f"{place}: 只能写 <id/decision/编号>：<{iri}> · only <id/decision/NUMBER> may be described here: <{iri}>"
        )


def _triples(text: str, base: str) -> list[Triple]:
    return [quad.triple for quad in parse(text, RdfFormat.TURTLE, base_iri=base)]


def _head(base: str) -> str:
    """Return the text that begins a new registry: two comments for people, the base IRI and the prefixes."""
    prefixes = "".join(f"@prefix {prefix}: <{terms.PREFIXES[prefix]}> .\n" for prefix in _PREFIXES)
    return f"{_ABOUT}@base <{base}> .\n{prefixes}\n"


def statement(decision: Decision, base: str | None) -> str:
    """Write a decision as a line of Turtle, without a line break.

    IRIs are abbreviated with the prefixes that begin the file and `base`, or written in full if `base` is None.
    """
    said = " ; ".join(f"{_written(predicate, base)} {_term(value, base)}" for predicate, value in decision.says.items())
    return f"{_written(decision.iri, base)} a {_written(decision.kind, base)} ; {said} ."


def _term(term: Term, base: str | None) -> str:
    """Write a node or literal of a decision as Turtle. Raises TypeError for other terms, such as blank nodes."""
    if isinstance(term, NamedNode):
        return _written(term.value, base)
    if not isinstance(term, Literal):
        raise TypeError(f"a decision speaks of things and values: {term}")
    # Line breaks of every kind are escaped, since some reader may end the line there.
    quoted = _BREAKS.sub(lambda match: "".join(f"\\u{ord(c):04X}" for c in match[0]), str(Literal(term.value)))
    if term.language:
        return f"{quoted}@{term.language}"
    return quoted if term.datatype.value == terms.XSD_string else f"{quoted}^^{_written(term.datatype.value, base)}"


def _written(iri: str, base: str | None) -> str:
    """Write an IRI as short as the file's prefixes and `base` allow; in full without a base."""
    if base is None:
        return f"<{iri}>"
    for prefix in _PREFIXES:
        name = iri.removeprefix(terms.PREFIXES[prefix])
        if name != iri and re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", name):
            return f"{prefix}:{name}"
    short = iri.removeprefix(base)
    return f"<{short}>" if short != iri and re.match(r"id/", short) else f"<{iri}>"


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

Read = Callable[[SourceRecord, bytes, Pictured], tuple[Deposit, Sequence[Objection]]]
"""A function that reads a source again, and returns objections to transcriptions that have no effect.

It raises RegistryError if the source cannot be read with its transcriptions.
"""


def objections(registry: Registry, check: Check | None, graph: Store | None) -> list[Objection]:
    """Return the objections of the rules to a registry's decisions, in the order of the file's lines.

    `check` runs the rules; without it there are no objections. `graph` is the current generation's graph, or None
    before the first commit.
    """
    triples = list(registry.decisions.triples)
    if check is None or not triples:
        return []
    if graph is not None:
        triples += _classes(registry.decisions, graph)
    made = check(serialize(sorted(triples, key=str), format=RdfFormat.N_TRIPLES) or b"")
    return sorted(made, key=lambda each: (registry.line(each.decision) or 0, each.sentence))


def ineffective(registry: Registry, graph: Store) -> list[Objection]:
    """Return objections to corrections and acceptances that have no effect.

    A correction has none if no source prints the value to correct, an acceptance if there is no finding to accept. A
    decision about a thing that the graph does not have is passed over.
    """
    decisions, without_effect = registry.decisions, []
    for decision in decisions.all:
        node, property_ = decision.node(terms.concerns), decision.node(terms.correctedProperty)
        fault = decision.node(terms.acceptedFault)
        if node is None or not any(graph.quads_for_pattern(node, NamedNode(terms.RDF_type), None, None)):
            continue
        if fault is not None and not decisions.accepts(graph, decision):
            zh, en = "已没有这样的发现", "There is no such finding any more"
        elif property_ is not None and not decisions.applies(graph, decision, property_):
            zh, en = "来源所印的已不是这个值", "No source prints this value any more"
        else:
            continue
        words = f"{zh}，这项决定不起作用，可以撤销。 {en}: the decision has no effect and may be undone."
        without_effect.append(Objection(decision.iri, words, False))
    return without_effect


def unapplied(registry: Registry, applied: Decisions) -> list[Objection]:
    """Return an objection for each of the `applied` decisions that the file states otherwise or lacks.

    Somebody has changed the file since jixiao wrote it last, or the disk has damaged it. Empty if the file has the
    checksum that the store lists for it.
    """
    words = (
        "文件与有效的决定 {0} 不同。若是手工改的，运行 jixiao registry apply；否则从备份恢复该文件。"
        " The file differs from decision {0} in force. If it was edited by hand, run jixiao registry apply; if not,"
        " restore it from a backup."
    )
    return [
        Objection(each.iri, words.format(number_of(each.iri)), True)
        for each in (() if sums.listed(registry.path) else applied.all)
        if each not in registry.decisions.all
    ]


def refuse(registry: Registry, made: Sequence[Objection], applied: Decisions, strict: bool) -> None:
    """Raise RegistryError if an objection in `made` forbids applying the registry.

    Grave objections always forbid it. If `strict`, objections to new or changed decisions do so, too; `applied` are the
    decisions of the last generation.
    """
    known = {decision.iri: decision for decision in applied.all}
    new = {decision.iri for decision in registry.decisions.all if known.get(decision.iri) != decision}
    stopping = [each for each in made if each.grave or (strict and each.decision in new)]
    if stopping:
        raise RegistryError("\n".join(f"{registry.place(each.decision)}: {each.sentence}" for each in stopping))


def _classes(decisions: Decisions, graph: Store) -> Iterator[Triple]:
    """Yield triples that state the classes of the nodes that decisions name, as the named graphs have them."""
    for node in {node for decision in decisions.all for name in NODES if (node := decision.node(name))}:
        for quad in graph.quads_for_pattern(node, NamedNode(terms.RDF_type), None, None):
            # Named graphs are read, since the default graph does not contain merged nodes.
            if quad.graph_name != DefaultGraph():
                yield quad.triple
