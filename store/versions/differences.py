"""Compare two versions, thing by thing, by their ordered N-Quads.

Lines of one thing are adjacent in this order, so only the lines of one thing are in memory at a time, and the
differences in a project's parts until the project follows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from jixiao.ontology import properties, terms
from jixiao.store.decisions.effects import KINDS as DECISIONS
from jixiao.store.errors import VersionUnusableError
from jixiao.store.versions import nquads

Signed = tuple[int, bytes]
"""A sign and a line: -1 for a line of the first version only, 1 of the second only, 0 of both."""

NAMING = frozenset({terms.Department, terms.LegalBasis})

PLACES = frozenset({terms.sourceLine, terms.sourcePage, terms.PROV_wasDerivedFrom})
"""Properties that state only the source and the place of a fact."""

_TYPE = f"<{terms.RDF_type}> "
_SOURCE = f"{_TYPE}<{terms.SourceDocument}> <".encode()


@cache
def kinds() -> tuple[str, ...]:
    """Return the classes by which a report groups things, in its order; a thing of several counts under the first."""
    return (
        *(terms.SourceDocument, terms.Filing, terms.Department, terms.Project, terms.ProjectSeries, terms.LegalBasis),
        *properties.parts(),
        *(terms.SH_ValidationResult, terms.Decision),
    )


@cache
def _kind_by_statement() -> Mapping[bytes, str]:
    """Map what follows the subject in a line that states a class to the kind that the class belongs to."""
    classes = dict(zip(kinds(), kinds(), strict=True)) | dict.fromkeys(DECISIONS, terms.Decision)
    return {f"{_TYPE}<{class_iri}> .\n".encode(): kind for class_iri, kind in classes.items()}


@dataclass(frozen=True)
class Difference:
    """A thing whose triples in the default graph differ; `kind` is its class, None if it is none of `kinds`.

    `was` and `is_` are true if the thing exists before and after (a source: if it is live). `kept` are its triples in
    both versions, `parts` the differences in its indicators, citations and other parts.
    """

    iri: str
    kind: str | None
    was: bool
    is_: bool
    removed: tuple[Triple, ...]
    added: tuple[Triple, ...]
    kept: tuple[Triple, ...] = field(repr=False)
    parts: tuple[Difference, ...] = ()

    def values(self, property_: str) -> list[str]:
        """Return the values of a property (IRIs and texts) after the change, or before it if there are none after."""
        for triples in ((*self.kept, *self.added), self.removed):
            found = [_value(triple) for triple in triples if triple.predicate.value == property_]
            if found:
                return found
        return []

    @property
    def properties(self) -> list[str]:
        """The properties that differ, sorted."""
        return sorted({triple.predicate.value for triple in (*self.removed, *self.added)})

    @property
    def only_place(self) -> bool:
        """True if only the line or file from which the thing was read differs."""
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
        for subject, lines in groupby(self._lines, key=lambda signed: signed[1].partition(b" ")[0]):
            found = self._thing(subject, list(lines))
            if found is None:
                continue
            self._count(found)
            if found.kind in properties.parts():
                self._parts[found.iri.partition("#")[0]].append(found)
            else:
                yield found
        for parts in self._parts.values():
            yield from parts

    def _thing(self, subject: bytes, lines: list[Signed]) -> Difference | None:
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
        found = Difference(iri, kind, was, is_, said[-1], said[1], said[0], parts)
        if kind in NAMING and (labels := found.values(terms.RDFS_label)):
            self.names[iri] = labels[0]
        # The default graph stays equal if only named graphs differ, as when another source states the same.
        return found if found.removed or found.added or parts or was != is_ else None

    def _count(self, found: Difference) -> None:
        totals, kind = self.totals, found.kind
        if kind is None:
            return
        if found.was != found.is_:
            (totals.added if found.is_ else totals.removed)[kind] += 1
        elif found.was:
            (totals.moved if found.only_place else totals.changed)[kind] += 1
        if kind == terms.SH_ValidationResult:
            totals.findings_removed.update(_faults(found.removed))
            totals.findings_added.update(_faults(found.added))


def merged(before: Iterable[bytes], after: Iterable[bytes]) -> Iterator[Signed]:
    """Merge both versions' lines, each once, in order. Raises VersionUnusableError if a version's are not in order."""
    ours, theirs = _checked(before), _checked(after)
    one, two = next(ours, None), next(theirs, None)
    while one is not None and two is not None:
        if one == two:
            yield 0, one
            one, two = next(ours, None), next(theirs, None)
        elif one < two:
            yield -1, one
            one = next(ours, None)
        else:
            yield 1, two
            two = next(theirs, None)
    while one is not None:
        yield -1, one
        one = next(ours, None)
    while two is not None:
        yield 1, two
        two = next(theirs, None)


def _checked(lines: Iterable[bytes]) -> Iterator[bytes]:
    last = b""
    for line in lines:
        if line <= last:
            raise VersionUnusableError(
                f"各行没有排好序，不是 jixiao 的导出文件：{line[:80]!r}。"
                f" The lines are not in order, so this is no dump of jixiao: {line[:80]!r}."
            )
        yield line
        last = line


def _live(subject: bytes, lines: list[Signed]) -> set[int]:
    """Return the signs of the lines that show a source to be live: those that state its class in its own graph.

    The class of a replaced source is stated in its successor's graph only.
    """
    number = subject.rpartition(b"/")[2]
    own = b"/graph/source/" + number + b" .\n"
    start = len(subject) + 1
    return {sign for sign, line in lines if line.startswith(_SOURCE, start) and line.endswith(own)}


def _triples(lines: Iterable[bytes]) -> tuple[Triple, ...]:
    """Parse the lines of the default graph. Raises VersionUnusableError."""
    try:
        ours = b"".join(line for line in lines if nquads.is_default(line.split(b" ", 2)[2]))
        return tuple(quad.triple for quad in parse(ours, RdfFormat.N_TRIPLES))
    except (IndexError, SyntaxError) as cause:
        raise VersionUnusableError(f"不是 N-Quads：{cause}。 These are no N-Quads: {cause}.") from cause


def _faults(triples: Iterable[Triple]) -> list[str]:
    return [_value(triple) for triple in triples if triple.predicate.value == terms.SH_sourceShape]


def _value(triple: Triple) -> str:
    term = triple.object
    return term.value if isinstance(term, NamedNode | Literal) else str(term)
