"""Compare two versions, thing by thing, by their ordered N-Quads or by the kept changes between them.

Lines of one thing are adjacent in this order, so only the lines of one thing are in memory at a time, and the
differences in a project's parts until the project follows.

Each generation keeps its change from the one before. The sum of these changes is the difference between two versions,
found in a time that depends only on the size of the changes. The unchanged triples of a changed thing are read from the
nearest later graph that is kept, after undoing the changes up to that graph.
"""

import gzip
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, Store, Triple, parse, serialize

from jixiao.ontology import grouping, properties, terms
from jixiao.store import changes, errors, sums
from jixiao.store.decisions.effects import KINDS as DECISIONS
from jixiao.store.versions import nquads, version_record

Signed = tuple[int, bytes]
"""A sign and a line: -1 if only the first version has the line, 1 if only the second has it, 0 if both have it."""

Net = Mapping[bytes, int]
"""The sign of each line that differs: 1 if it was added, -1 if it was removed."""

NAMING = frozenset({terms.Department, terms.LegalBasis})
"""Classes of the things whose labels a comparison gives in `names`."""

PLACES = frozenset({terms.sourceLine, terms.sourcePage, terms.PROV_wasDerivedFrom})
"""Properties that state only the source and the place of a fact."""

_MOST = 4_000_000
"""The most compressed bytes of all changes of a comparison; in memory they take about 100 MB."""

_END = b"\xff"  # sorted after every line
_TYPE = f"<{terms.RDF_type}> "
_SOURCE = f"{_TYPE}<{terms.SourceDocument}> <".encode()


@cache
def kinds() -> tuple[str, ...]:
    """Return the classes by which a report groups things, in its order; a thing of several counts under the first."""
    return (
        *(terms.SourceDocument, terms.Filing, terms.Department, terms.Project, terms.ProjectSeries, terms.LegalBasis),
        terms.Evaluation,
        *properties.parts(),
        *(terms.SH_ValidationResult, terms.Decision),
    )


@cache
def _kind_by_statement() -> Mapping[bytes, str]:
    """Map the end of a line that states a class, such as `<…#type> <…#Project> .`, to a kind.

    The kind is the one in `kinds` to which the class belongs.
    """
    classes = dict(zip(kinds(), kinds(), strict=True)) | dict.fromkeys(DECISIONS, terms.Decision)
    return {f"{_TYPE}<{class_iri}> .\n".encode(): kind for class_iri, kind in classes.items()}


@dataclass(frozen=True)
class Difference:
    """A thing whose triples in the default graph differ; `kind` is its class, None if it is none of `kinds`.

    `was` and `is_` are true if the thing exists before and after (a source: if it is live). `removed` are the triples
    that it has only before, `added` those only after, and `kept` those in both versions; `parts` are the differences in
    its indicators, citations and other parts.
    """

    iri: str
    kind: str | None
    was: bool
    is_: bool
    removed: tuple[Triple, ...]
    added: tuple[Triple, ...]
    kept: tuple[Triple, ...] = field(repr=False)
    parts: "tuple[Difference, ...]" = ()

    def values(self, property_: str) -> list[str]:
        """Return the values of a property (IRIs and texts) after the change, or before it if there are none after."""
        for triples in ((*self.kept, *self.added), self.removed):
            values = [_value(triple) for triple in triples if triple.predicate.value == property_]
            if values:
                return values
        return []

    @property
    def properties(self) -> list[str]:
        """Return the properties that differ, sorted."""
        return sorted({triple.predicate.value for triple in (*self.removed, *self.added)})

    @property
    def only_place(self) -> bool:
        """Return whether only the line or file from which the thing was read differs."""
        own = self.was and self.is_ and PLACES.issuperset(self.properties)
        return own and all(part.only_place for part in self.parts)


@dataclass
class Totals:
    """Counts of each kind before and after and of their differences; findings also by the rule's IRI."""

    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    added: Counter[str] = field(default_factory=Counter)
    removed: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    moved: Counter[str] = field(default_factory=Counter)
    """Things that differ only in the line or file from which they were read; they are not in `changed`."""
    findings_added: Counter[str] = field(default_factory=Counter)
    findings_removed: Counter[str] = field(default_factory=Counter)
    quads_added: int = 0
    quads_removed: int = 0


class Comparison:
    """A comparison of two versions. Iterate once; `totals` and `names` are complete only afterwards.

    `lines` are all lines of both versions in order, or only the lines of the things that differ; then `counts` has the
    numbers of things of each kind before and after. `names` has labels of departments and legal bases by IRI; further
    labels are added as lines are read.
    """

    def __init__(
        self,
        lines: Iterable[Signed],
        counts: tuple[Counter[str], Counter[str]] | None = None,
        names: dict[str, str] | None = None,
    ) -> None:
        self._lines = lines
        self._counting = counts is None
        self._parts: defaultdict[str, list[Difference]] = defaultdict(list)
        self._kind_by_statement = _kind_by_statement()
        self.totals = Totals() if counts is None else Totals(*counts)
        self.names = {} if names is None else names

    def __iter__(self) -> Iterator[Difference]:
        """Iterate over the differences. Raises VersionUnusableError if lines are not in order or not N-Quads."""
        by_subject = groupby(self._lines, key=lambda signed: signed[1].partition(b" ")[0])
        for difference in filter(None, (self._thing(subject, list(lines)) for subject, lines in by_subject)):
            self._count(difference)
            if difference.kind in properties.parts():
                self._parts[difference.iri.partition("#")[0]].append(difference)
            else:
                yield difference
        for parts in self._parts.values():
            yield from parts

    def _thing(self, subject: bytes, lines: list[Signed]) -> Difference | None:
        """Return the difference in one thing, or None if there is none; `lines` are all lines about it."""
        start = len(subject) + 1
        stated = {kind: sign for sign, line in lines if (kind := self._kind_by_statement.get(line[start:]))}
        kind = next((kind for kind in kinds() if kind in stated), None)
        signs = {stated[kind]} if kind else {sign for sign, _ in lines}
        if kind == terms.SourceDocument:
            signs = _live(subject, lines)
        was, is_ = bool(signs & {0, -1}), bool(signs & {0, 1})
        if kind is not None and self._counting:
            self.totals.before[kind] += was
            self.totals.after[kind] += is_
        iri = subject[1:-1].decode()
        parts = tuple(self._parts.pop(iri, ()))
        if kind not in NAMING and not parts and not any(sign for sign, _ in lines):
            return None
        self.totals.quads_added += sum(sign > 0 for sign, _ in lines)
        self.totals.quads_removed += sum(sign < 0 for sign, _ in lines)
        said = {sign: _triples(line for its, line in lines if its == sign) for sign in (-1, 0, 1)}
        difference = Difference(iri, kind, was, is_, said[-1], said[1], said[0], parts)
        if kind in NAMING and (labels := difference.values(terms.RDFS_label)):
            self.names[iri] = labels[0]
        # The default graph stays equal if only named graphs differ, as when another source states the same.
        return difference if difference.removed or difference.added or parts or was != is_ else None

    def _count(self, difference: Difference) -> None:
        """Add a difference to the totals."""
        totals, kind = self.totals, difference.kind
        if kind is None:
            return
        if difference.was != difference.is_:
            (totals.added if difference.is_ else totals.removed)[kind] += 1
        elif difference.was:
            (totals.moved if difference.only_place else totals.changed)[kind] += 1
        if kind == terms.SH_ValidationResult:
            totals.findings_removed.update(_faults(difference.removed))
            totals.findings_added.update(_faults(difference.added))


def merged(before: Iterable[bytes], after: Iterable[bytes]) -> Iterator[Signed]:
    """Yield the sorted lines of two versions, each once, with -1 (only before), 1 (only after) or 0 (both).

    Raises VersionUnusableError if a version's are not in order.
    """
    ours, theirs = _checked(before), _checked(after)
    one, two = next(ours, _END), next(theirs, _END)
    while one != _END or two != _END:
        if one == two:
            yield 0, one
            one, two = next(ours, _END), next(theirs, _END)
        elif one < two:
            yield -1, one
            one = next(ours, _END)
        else:
            yield 1, two
            two = next(theirs, _END)


def _checked(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the given lines. Raises VersionUnusableError at a line that is not after the one before it."""
    last = b""
    for line in lines:
        if line <= last:
            raise errors.VersionUnusableError(
                f"各行没有排好序，不是 jixiao 的导出文件：{line[:80]!r}。"
                f" The lines are not in order, so this is no dump of jixiao: {line[:80]!r}."
            )
        yield line
        last = line


def _live(subject: bytes, lines: list[Signed]) -> set[int]:
    """Return the signs of the lines by which a source is live: -1 in the first version, 1 in the second, 0 in both.

    These lines state the class of the source in its own graph. The class of a replaced source is stated only in the
    graph of its successor.
    """
    start, own = len(subject) + 1, b"/graph/source/" + subject.rpartition(b"/")[2] + b" .\n"
    return {sign for sign, line in lines if line.startswith(_SOURCE, start) and line.endswith(own)}


def _triples(lines: Iterable[bytes]) -> tuple[Triple, ...]:
    """Parse the lines of the default graph. Raises VersionUnusableError."""
    try:
        ours = b"".join(line for line in lines if nquads.is_default(line.split(b" ", 2)[2]))
        return tuple(quad.triple for quad in parse(ours, RdfFormat.N_TRIPLES))
    except (IndexError, SyntaxError) as cause:
        raise errors.VersionUnusableError(f"不是 N-Quads：{cause}。 These are no N-Quads: {cause}.") from cause


def _faults(triples: Iterable[Triple]) -> list[str]:
    """Return the IRIs of the rules that findings report, from the triples about the findings."""
    return [_value(triple) for triple in triples if triple.predicate.value == terms.SH_sourceShape]


def _value(triple: Triple) -> str:
    term = triple.object
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


@dataclass(frozen=True)
class Connected:
    """Two versions, with the kept changes that connect them.

    `net` is the change from `before` to `after`. `later` is the graph of `after`, or the nearest later one that is
    kept; `since` is the net change from `after` to this graph, by subject as written in a line.
    """

    before: version_record.VersionRecord
    after: version_record.VersionRecord
    net: Net
    later: Store
    since: Mapping[bytes, list[Signed]]

    def lines(self) -> list[Signed]:
        """Return the differing lines in order."""
        return sorted(((sign, line) for line, sign in self.net.items()), key=itemgetter(1))

    def comparison(self) -> Comparison:
        """Return the comparison thing by thing."""
        names: dict[str, str] = {}
        return Comparison(self._whole_things(names), (_counted(self.before), _counted(self.after)), names)

    def _whole_things(self, names: dict[str, str]) -> Iterator[Signed]:
        """Yield all lines of the changed things, and of the things that they are parts of, in order.

        Add to `names` the labels of the departments and legal bases that these lines refer to.
        """
        differing, examined = _by_subject(self.net), set[str]()
        wholes = {subject.partition(b"#")[0] + b">" for subject in differing if b"#" in subject}
        for subject in sorted(differing.keys() | wholes, key=lambda subject: subject + b" "):
            differ = differing.get(subject, [])
            kept = self._state(subject) - {line for _, line in differ}
            lines = sorted([*differ, *((0, line) for line in kept)], key=itemgetter(1))
            for triple in _triples(line for _, line in lines):
                iri = _value(triple)
                if isinstance(triple.object, NamedNode) and iri not in examined:
                    examined.add(iri)
                    names |= self._name(iri)
            yield from lines

    def _name(self, iri: str) -> dict[str, str]:
        """Return the label of a department or legal basis by its IRI; nothing for other things."""
        stated = _triples(sorted(self._state(f"<{iri}>".encode())))
        classes = {_value(triple) for triple in stated if triple.predicate.value == terms.RDF_type}
        labels = [_value(triple) for triple in stated if triple.predicate.value == terms.RDFS_label]
        return {iri: labels[0]} if labels and classes & NAMING else {}

    def _state(self, subject: bytes) -> set[bytes]:
        """Return the lines about a subject (written as in a line) in the version `after`."""
        quads = self.later.quads_for_pattern(NamedNode(subject[1:-1].decode()), None, None, None)
        lines = set((serialize(quads, format=RdfFormat.N_QUADS) or b"").splitlines(keepends=True))
        changed = self.since.get(subject, [])
        return (lines - {line for sign, line in changed if sign > 0}) | {line for sign, line in changed if sign < 0}


def connect(before: version_record.VersionRecord, after: version_record.VersionRecord) -> Connected | None:
    """Return two versions with the changes that connect them, or None if these are not known.

    They are not known if a change between them, or up to the nearest graph that is kept, is missing or damaged, if the
    changes are too large, or if a version has no statistics.
    """
    last = after.number
    while not (_path(after, last) / version_record.GRAPH).is_dir():
        last += 1
        if not (_path(after, last) / changes.FILE).exists():
            return None
    between = range(min(before.number, after.number) + 1, max(before.number, last) + 1)
    paths = [_path(after, number) / changes.FILE for number in between]
    try:
        if sum(path.stat().st_size for path in paths) > _MOST or not all(map(sums.listed, paths)):
            return None
        later = Store.read_only(str(_path(after, last) / version_record.GRAPH))
        net = _net(after, before.number, after.number)
        since = _by_subject(_net(after, after.number, last))
    except (OSError, EOFError, zlib.error, gzip.BadGzipFile):
        return None  # a writer has cleared the graph away, there was no change, or it is damaged
    return Connected(before, after, net, later, since) if before.statistics and after.statistics else None


def _net(record: version_record.VersionRecord, first: int, last: int) -> Net:
    """Return the net change from the version `first` to `last`, which may be the earlier one."""
    counts: Counter[bytes] = Counter()
    for number in range(min(first, last) + 1, max(first, last) + 1):
        for sign, line in changes.read(_path(record, number)):
            counts[line] += sign if first <= last else -sign
    return {line: sign for line, sign in counts.items() if sign}


def _path(beside: version_record.VersionRecord, number: int) -> Path:
    """Return the directory of the generation `number` in the store of a record."""
    return beside.path.with_name(f"{number:06}")


def _by_subject(net: Net) -> Mapping[bytes, list[Signed]]:
    """Return the signed lines by subject, written as in a line."""
    return grouping.by_key((line.partition(b" ")[0], (sign, line)) for line, sign in net.items())


def _counted(record: version_record.VersionRecord) -> Counter[str]:
    """Return the numbers of things of each kind in a version."""
    classes = record.statistics.classes if record.statistics else {}
    entities = Counter({name: use.entities for name, use in classes.items()})
    entities[terms.Decision] = sum(entities[name] for name in DECISIONS)
    entities[terms.SourceDocument] = record.manifest.counts.sources
    return Counter({kind: entities[kind] for kind in kinds()})
