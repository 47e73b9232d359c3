"""Make the rows of a commit, and read sources, the members of listed classes, and titles from the rows.

Rows are made from the records of sources, and from the default graph: the members of listed classes, and legal bases
by the keys of their titles.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from functools import cache, cached_property

from pydantic import TypeAdapter, ValidationError
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from jixiao.ontology import identity, terms
from jixiao.store.changes import Changes as GraphChanges
from jixiao.store.errors import damaged
from jixiao.store.records import SourceRecord
from jixiao.store.timeline.timeline import Changes, Moment, joined

SOURCE, PROJECT, FILING, UNSURE, ALIKE, READING = "source", "project", "filing", "unsure", "alike", "reading"
"""Kinds of rows: the record of each source; the live source of each project; the live sources of each filing; the live
sources with an amount under a borrowed name in each filing; the live sources of projects that are alike
(identity.alike); the live sources read by each version of the rules."""

CLASSES = tuple(identity.COLLECTIONS.values())
"""Classes whose members are listed. Replaced sources are in the graph but in no list."""

TITLE = "title"
"""The kind of the rows of titles, whose keys join the key of a title and the IRI of a legal basis."""

_TYPE, _TITLE = NamedNode(terms.RDF_type), NamedNode(terms.DCTERMS_title)
_LISTED = frozenset(map(NamedNode, CLASSES))

Keys = set[tuple[str, str]]


class Sources(Mapping[str, SourceRecord]):
    """All sources that a store has or had in a generation, by sha16. Raises StoreUnusableError when read."""

    def __init__(self, moment: Moment) -> None:
        self._moment = moment

    def __getitem__(self, sha16: str) -> SourceRecord:
        """Return the record of a source. Raises KeyError."""
        if "_every" in self.__dict__:
            return self._every[sha16]
        row = self._moment.get(SOURCE, sha16)
        if row is None:
            raise KeyError(sha16)
        return self._record(row)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the sha16s, sorted."""
        return iter(self._every)

    def __len__(self) -> int:
        """Count the sources."""
        return len(self._every)

    def holding(self, kind: str, iri: str) -> list[str]:
        """Return the sha16s of the live sources that have a project or filing, given by its IRI, or projects alike.

        `kind` is PROJECT, FILING, UNSURE or ALIKE.
        """
        if kind == PROJECT:
            rows = self._moment.get(kind, iri)
            return [] if rows is None else [rows]
        return self._moment.under(kind, iri)

    def read_otherwise(self, reading: int) -> int:
        """Count the live sources that were read by another version of the rules than `reading`."""
        return self._moment.count(READING) - self._moment.count(READING, f"{reading}")

    @cached_property
    def withdrawn(self) -> list[SourceRecord]:
        """The withdrawn sources, found without reading the records of all others."""
        records = (self._record(text) for _, text in self._moment.containing(SOURCE, '"status":"withdrawn"'))
        return [record for record in records if record.status == "withdrawn"]

    @cached_property
    def _every(self) -> dict[str, SourceRecord]:
        return {sha16: self._record(text) for sha16, text in self._moment.all(SOURCE)}

    def _record(self, text: str) -> SourceRecord:
        try:
            return _record().validate_json(text)
        except ValidationError as cause:
            raise damaged(self._moment.timeline.path) from cause


def of_sources(before: Iterable[SourceRecord], after: Iterable[SourceRecord]) -> Changes:
    """Return the changes of rows for sources that a commit changes.

    `before` has the former records of those that existed, `after` the new records of all.
    """
    present = list(after)
    return {
        **dict.fromkeys(row for record in before for row in _of_live(record)),
        **{(SOURCE, each.sha16): _record().dump_json(each, exclude_defaults=True).decode() for each in present},
        **{row: value for each in present for row, value in _of_live(each).items()},
    }


def _of_live(record: SourceRecord) -> dict[tuple[str, str], str | None]:
    """Return the rows by which a live source is found, by kind and key; none if the source is not live."""
    if not record.live:
        return {}
    return {
        **{(PROJECT, project): record.sha16 for project in record.projects},
        (READING, joined(f"{record.reading}", record.sha16)): "",
        **{(FILING, joined(filing, record.sha16)): "" for filing in record.filings},
        **{(UNSURE, joined(filing, record.sha16)): "" for filing in record.unsure.values()},
        **{(ALIKE, joined(same, record.sha16)): "" for same in record.alike.values()},
    }


def member(class_iri: str) -> str:
    """Return the kind of the rows of a class's members."""
    return f"member {class_iri.rpartition('#')[2]}"


def changed(before: Store, after: Store, changes: GraphChanges, was: Set[str], is_: Set[str]) -> Changes:
    """Return the rows that a small change begins or ends, from the graphs before and after it.

    `was` and `is_` are the IRIs of those changed sources that are live before and after.
    """
    things = {
        *(quad.subject for quad in changes.merged if quad.predicate in {_TYPE, _TITLE}),
        *map(NamedNode, was | is_),
    }
    return _difference(about(before, things, was), about(after, things, is_))


def every(graph: Store, live: Set[str], last: Moment | None) -> Changes:
    """Return the changes that make the rows of lists and titles those of `graph`, which was made from nothing.

    `live` are the IRIs of live sources. The rows of the moment `last` are compared; None stands for no rows.
    """
    things = {
        quad.subject
        for predicate, value in [(_TITLE, None), *((_TYPE, class_) for class_ in _LISTED)]
        for quad in graph.quads_for_pattern(None, predicate, value, DefaultGraph())
    }
    kinds = (TITLE, *map(member, CLASSES))
    stated = set() if last is None else {(kind, key) for kind in kinds for key, _ in last.all(kind)}
    return _difference(stated, about(graph, things, live))


def _difference(before: Keys, after: Keys) -> Changes:
    """Return changes that end rows which are only in `before`, and begin those which are only in `after`."""
    return dict.fromkeys(before - after) | dict.fromkeys(after - before, "")


def about(graph: Store, things: Iterable[object], live: Set[str]) -> Keys:
    """Return the kinds and keys of the rows of things; `live` are the IRIs of live sources among them."""
    keys: Keys = set()
    for thing in things:
        if isinstance(thing, NamedNode):
            classes = {quad.object for quad in graph.quads_for_pattern(thing, _TYPE, None, DefaultGraph())}
            listed = (
                each for each in _LISTED & classes if each != NamedNode(terms.SourceDocument) or thing.value in live
            )
            keys.update((member(each.value), thing.value) for each in listed)
            if NamedNode(terms.LegalBasis) in classes:
                keys.update((TITLE, joined(title, thing.value)) for title in title_keys(graph, thing))
    return keys


def title_keys(graph: Store, basis: NamedNode | BlankNode | Triple) -> set[str]:
    """Return the keys of a legal basis's titles in the default graph."""
    return {title_key(quad) for quad in graph.quads_for_pattern(basis, _TITLE, None, DefaultGraph())} - {""}


def title_key(quad: Quad) -> str:
    """Return the key of the title that a quad states; empty if its object is no literal."""
    return identity.key(quad.object.value) if isinstance(quad.object, Literal) else ""


@cache
def _record() -> TypeAdapter[SourceRecord]:
    return TypeAdapter(SourceRecord)  # made when needed: it takes longer than a small query
