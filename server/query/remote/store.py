"""Publication of a dataset behind another server's SPARQL endpoint, with or without a store's directory in addition.

The endpoint has the triples. Lines, ledgers, refusals, the log and original files, which triples do not contain, come
from the directory (`--store`). Facts about the dataset, which a store has in its directory, are asked with
endpoint-*.rq before requests need them. Cheap queries, repeated from time to time, show if the state has changed; the
projects and filings of each source are asked for only once per state (docs/decisions.md, 40).
"""

import asyncio
import hashlib
import json
import logging
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any, cast

from pyoxigraph import QueryResultsFormat, QuerySolutions, Store as Graph

from jixiao.ontology import identity, terms
from jixiao.server.errors import ServerError
from jixiao.server.query.binding import query, texts
from jixiao.server.query.remote import client, table_rows
from jixiao.store import (
    BaseIriError,
    Counts,
    Dump,
    Generation,
    LogEntry,
    Manifest,
    Publisher,
    Refusal,
    Release,
    SourceMissingError,
    SourceRecord,
    Store,
    StoreError,
)
from jixiao.store.errors import no_source
from jixiao.store.index.index import Index
from jixiao.store.tables import filling
from jixiao.store.tables.cache import Cache
from jixiao.store.tables.reading import TableFile
from jixiao.store.tables.table import tables

_LOG = logging.getLogger(__name__)
_SOURCE = re.compile(r"(.+/)id/source/[0-9a-f]{16}")
_VERSION_DIGITS = 12

Ask = Callable[[str], Awaitable[bytes]]
"""Function that takes the text of a query and returns its results as SPARQL 1.1 Query Results JSON."""

Row = Mapping[str, str]
"""A row of a query's result: the values as text, by variable."""


@dataclass(frozen=True)
class _State:
    """A state of the dataset: rows about its `sources`, and numbers of things by class (`counts`).

    `digest` (hexadecimal) differs between states; `version` is the dataset's version as the data names it, or None.
    """

    sources: tuple[Row, ...]
    counts: Mapping[str, int]
    version: str | None
    digest: str


@dataclass(frozen=True)
class RemoteEdition:
    """One state of the endpoint's dataset, the only version that an endpoint has.

    It has no statistics, lists or files as a store's generation and versions have. `index` is the index in the
    directory, used for search and names if its data are the endpoint's. `tables` are in the cache; None if they are not
    made yet.
    """

    manifest: Manifest
    sources: Mapping[str, SourceRecord]
    digest: str
    graph_directory: str = ""
    number: int = 0
    statistics: None = None
    index: Index | None = None
    tables: TableFile | None = None
    dumps: tuple[Dump, ...] = ()
    dumped: None = None

    @property
    def version(self) -> str:
        """Version named in the data, otherwise the first digits of the digest."""
        return self.manifest.version

    @property
    def changed(self) -> datetime:
        """Time when this server first saw the state, which the manifest states as the time of its creation."""
        return datetime.fromisoformat(self.manifest.created)

    @property
    def live_sources(self) -> tuple[SourceRecord, ...]:
        """The sources that are not replaced."""
        return tuple(record for record in self.sources.values() if record.live)

    def members(self, class_iri: str, start: int, count: int) -> list[str] | None:
        """Return None: an endpoint has no lists of members."""
        return None

    def member_count(self, class_iri: str) -> int | None:
        """Return None: an endpoint has no lists of members."""
        return None


class RemoteStore:
    """Publication of an endpoint's dataset, made by connect(). Safe to share between threads.

    `beside` is the store in the additional directory, None without one. `cache` keeps the tables of the dataset, which
    has none without it.
    """

    def __init__(
        self, remote: client.Remote, edition: RemoteEdition, beside: Store | None, cache: Cache | None = None
    ) -> None:
        self._remote = remote
        self._edition = edition
        self._beside = beside
        self._cache = cache

    @staticmethod
    async def connect(
        remote: client.Remote, base_iri: str | None = None, beside: Store | None = None, cache: Cache | None = None
    ) -> "RemoteStore":
        """Return the publication after reading its facts; without `base_iri`, that of `beside` or of the data is used.

        It has no tables before the first refresh(). Raises EndpointUnavailableError and the other errors of Remote.run,
        BaseIriError, StoreUnusableError, and BaseIriMalformedError.
        """
        if base_iri is not None:
            base_iri = identity.Iris(base_iri).base
        elif beside is not None:
            base_iri = beside.base_iri
        if beside is not None and beside.base_iri != base_iri:
            raise BaseIriError(
                f"库 {beside.path} 的基准 IRI 是 {beside.base_iri}，不是 {base_iri}。"
                f" The store {beside.path} has the base IRI {beside.base_iri}, not {base_iri}."
            )
        if (most := await remote.learn_limit(query("endpoint-rows"))) is not None:
            _LOG.warning(
                "远端每次最多给出 %d 行（ResultSetMaxRows），更大的结果会被拒绝。 The endpoint gives %d rows at most"
                " (ResultSetMaxRows); larger results are refused.",
                most,
                most,
            )
        edition = await _read_state(remote, base_iri, beside, None)
        remote.base_iri = edition.manifest.base_iri
        return RemoteStore(remote, edition, beside, cache)

    async def refresh(self) -> None:
        """Read the dataset's facts anew, and make its tables; the edition stays the same object if nothing has changed.

        Until the tables are made, the last state stays, as it does after the errors of connect(), which are raised.
        """
        seen = await _read_state(self._remote, self.base_iri, self._beside, self._edition)
        if self._cache is not None and seen.tables is None:
            seen = replace(seen, tables=await self._tables_of(self._cache, seen))
        self._edition = seen

    async def follow(self, seconds: float) -> None:
        """Call refresh() now and at an interval in seconds until cancelled; errors are logged."""
        while True:
            try:
                await self.refresh()
            except (ServerError, StoreError) as error:
                _LOG.warning("未能查看远端数据 the endpoint's dataset could not be looked at: %s", error)
            await asyncio.sleep(seconds)

    async def _tables_of(self, cache: Cache, seen: RemoteEdition) -> TableFile:
        """Return the tables of a state. Raises EndpointUnavailableError if the state has changed meanwhile."""
        loop, every = asyncio.get_running_loop(), [*tables().values()]

        def ask(sparql: str, names: Sequence[str]) -> list[list[str]]:
            return asyncio.run_coroutine_threadsafe(self._remote.select(sparql, names), loop).result()

        def fill(path: Path) -> None:
            filling.fill(path, every, table_rows.reading(ask, self._remote.most_rows))
            looking = _read_state(self._remote, self.base_iri, self._beside, seen)
            if asyncio.run_coroutine_threadsafe(looking, loop).result() is not seen:
                raise client.unavailable("数据正在改变 its data are changing")

        made = await asyncio.to_thread(cache.made, self._remote.endpoint, seen.manifest.checksum, every, fill)
        if made.odd:
            _LOG.warning(
                "远端数据里有不合表的列的值，按没有读到答（表、个数）：%s。 The endpoint's data have values that do not"
                " fit the columns of tables, and count as not read (table, number): %s.",
                *(", ".join(f"{name} {number}" for name, number in made.odd.items()),) * 2,
            )
        return made

    def moved(self) -> Mapping[str, str]:
        """Return the present path by each former path of a thing; empty without a directory, which records moves."""
        return self._beside.moved() if self._beside else {}

    @property
    def base_iri(self) -> str:
        """Base IRI of the dataset, with its final slash; it never changes."""
        return self._edition.manifest.base_iri

    def current(self) -> RemoteEdition:
        """Return the state that was read last."""
        return self._edition

    settled = current  # unlike a store's state, an endpoint's never has to be opened first

    def sources(self) -> tuple[SourceRecord, ...]:
        """Return all sources, by file name."""
        return tuple(sorted(self._edition.sources.values(), key=lambda record: (record.file_name, record.sha256)))

    def source(self, sha16: str) -> SourceRecord:
        """Return one source. Raises SourceMissingError."""
        try:
            return self._edition.sources[sha16]
        except KeyError:
            raise no_source(sha16) from None

    def rendition(self, sha16: str) -> dict[str, Any]:
        """Return a source's numbered lines; no lines without a directory.

        Raises SourceMissingError, StoreUnusableError.
        """
        return {"lines": []} if (store := self._store_holding(sha16)) is None else store.rendition(sha16)

    def ledger(self, sha16: str) -> dict[str, Any]:
        """Return a source's ledger, with the use of each of its lines; no lines without a directory.

        Raises SourceMissingError, StoreUnusableError.
        """
        return {"share": 0.0, "lines": []} if (store := self._store_holding(sha16)) is None else store.ledger(sha16)

    def recognition(self, sha16: str) -> bytes | None:
        """Return the text recognised in a source's pictures; None without a directory. Raises SourceMissingError."""
        return None if (store := self._store_holding(sha16)) is None else store.recognition(sha16)

    def original(self, sha16: str) -> Path:
        """Return the path of the original file. Raises SourceMissingError, also if there is no directory with it."""
        if (store := self._store_holding(sha16)) is None:
            raise SourceMissingError(
                f"来源 {sha16} 的原始文件不在这里。 The original file of the source {sha16} is not here."
            )
        return store.original(sha16)

    def refusals(self) -> tuple[Refusal, ...]:
        """Return the refusals of the directory's store; none without it. Raises StoreUnusableError."""
        return () if self._beside is None else self._beside.refusals()

    def log(self) -> tuple[LogEntry, ...]:
        """Return the log of stewards' acts on the directory's store; none without it. Raises StoreUnusableError."""
        return () if self._beside is None else self._beside.log()

    def publisher(self) -> Publisher:
        """Return the publisher's description in the directory; without a directory, the default description."""
        return Publisher() if self._beside is None else self._beside.publisher()

    def versions(self) -> tuple[RemoteEdition, ...]:
        """Return only the current version, since the endpoint may never have had the directory's versions."""
        return (self._edition,)

    def version(self, version: str) -> RemoteEdition | None:
        """Return the current version if its name is `version`, otherwise None."""
        (current,) = self.versions()
        return current if current.version == version else None

    def releases(self) -> Mapping[str, Release]:
        """Return an empty mapping: an endpoint has no releases."""
        return {}

    def _store_holding(self, sha16: str) -> Store | None:
        """Return the directory's store if it has the source, otherwise None. Raises SourceMissingError."""
        self.source(sha16)
        generation = None if self._beside is None else self._beside.current()
        return self._beside if generation is not None and sha16 in generation.sources else None


def look(endpoint: str, base_iri: str | None = None, beside: Store | None = None) -> Manifest:
    """Return the manifest of an endpoint's dataset, so that a command can report errors before it serves.

    `base_iri` and `beside` are those of RemoteStore.connect(), whose errors are raised, too; ValueError if `endpoint`
    is no http(s) address. Must not be called in a running event loop.
    """

    async def connect() -> Manifest:
        async with aclosing(client.Remote(endpoint)) as remote:
            return (await RemoteStore.connect(remote, base_iri, beside)).current().manifest

    return asyncio.run(connect())


async def _read_state(
    remote: client.Remote, base_iri: str | None, beside: Store | None, last: RemoteEdition | None
) -> RemoteEdition:
    """Return the dataset's present state, the object `last` itself if nothing has changed since `last` was read.

    The other parameters are those of RemoteStore.connect().
    """

    async def ask(sparql: str) -> bytes:
        return await remote.run(sparql, timeout=60.0, max_bytes=1 << 30)  # seconds and bytes of one such query

    seen = await _state(ask)
    own = None if beside is None else await asyncio.to_thread(beside.current)
    digest = f"{seen.digest} {own.version if own else ''}"
    if last is not None and last.digest == digest:
        return last
    base = _base_iri(seen, base_iri)
    records, manifest = await _records(ask, seen), await _manifest(ask, seen, base)
    if own is None:
        return RemoteEdition(manifest, records, digest)
    index = own.index if await _same_data(own, seen, manifest) else None
    if index is None:
        _LOG.warning(
            "目录里的库与远端的数据不同，不能搜索和提问。 The directory's store has other data than the endpoint: there"
            " is no search and no asking."
        )
    return RemoteEdition(manifest, _merged(records, own.sources), digest, index=index)


async def _same_data(own: Generation, seen: _State, manifest: Manifest) -> bool:
    """Return whether the directory's graph has the endpoint's data.

    The digest of the state and the number of triples are compared.
    """

    async def ask(sparql: str) -> bytes:
        return await asyncio.to_thread(_solutions, own.graph, sparql)

    return (await _state(ask)).digest == seen.digest and await _triples(ask) == manifest.counts.quads


def _solutions(graph: Graph, sparql: str) -> bytes:
    solutions = cast(QuerySolutions, graph.query(sparql))  # all queries of the state are SELECTs
    return solutions.serialize(format=QueryResultsFormat.JSON) or b""


def _merged(there: Mapping[str, SourceRecord], here: Mapping[str, SourceRecord]) -> dict[str, SourceRecord]:
    """Return the endpoint's sources (`there`), and the directory's sources (`here`) that are not live, by sha16.

    If a source has the same status in both, the directory's record is taken, since it has dates.
    """
    gone = {sha16: record for sha16, record in here.items() if not record.live}
    known = {sha16: here[sha16] for sha16 in there.keys() & here if here[sha16].status == there[sha16].status}
    return {**gone, **there, **known}


async def _state(ask: Ask) -> _State:
    """Return the endpoint's present state. Raises the errors of `ask`."""
    sources = await _rows(ask, "sources")
    counts = {row["class"]: int(row["things"]) for row in await _rows(ask, "counts")}
    decisions = await _rows(ask, "decisions")
    versions = await _rows(ask, "version")
    told = [sorted(map(sorted, (row.items() for row in rows))) for rows in (sources, decisions, versions)]
    digest = hashlib.sha256(json.dumps([*told, sorted(counts.items())]).encode()).hexdigest()
    return _State(tuple(sources), counts, versions[0].get("version") if versions else None, digest)


async def _records(ask: Ask, seen: _State) -> dict[str, SourceRecord]:
    """Return the sources by sha16 (first 16 digits of the SHA-256), with projects, evaluations, filings and successor.

    `added` is "", since the data contain no dates of addition. Raises the errors of `ask`.
    """
    derived: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    partial: set[str] = set()
    for row in await _rows(ask, "derived"):
        derived[row["source"]][row["class"]].setdefault(row["thing"], row.get("name", ""))
        partial |= {row["thing"]} if row.get("status") == terms.readPartial else set()
    by_number: dict[str, SourceRecord] = {}
    for row in seen.sources:
        successor = row.get("replacedBy")
        projects, evaluations = (derived[row["source"]][each] for each in (terms.Project, terms.Evaluation))
        record = SourceRecord(
            sha256=row["sha256"],
            file_name=row["fileName"],
            media_type=row.get("format", ""),
            size=int(row.get("extent", 0)),
            status="live" if successor is None else "replaced",
            added="",
            projects=projects,
            filings=tuple(derived[row["source"]][terms.Filing]),
            replaced_by=None if successor is None else successor.rpartition("/")[2],
            partial=tuple(sorted(partial & (projects | evaluations).keys())),
            evaluations=evaluations,
        )
        by_number.setdefault(record.sha16, record)
    return by_number


async def _manifest(ask: Ask, seen: _State, base_iri: str) -> Manifest:
    """Return a manifest of the state like a store's own, though `quads` counts the default graph's triples only.

    `created` is the present time, at which the state is first seen. `checksum` is made from the facts that _state()
    reads, not from the quads.
    """
    counts = Counts(
        quads=await _triples(ask),
        sources=sum("replacedBy" not in row for row in seen.sources),
        filings=seen.counts.get(terms.Filing, 0),
        projects=seen.counts.get(terms.Project, 0),
        indicators=seen.counts.get(terms.Indicator, 0),
        citations=seen.counts.get(terms.Citation, 0),
        legal_bases=seen.counts.get(terms.LegalBasis, 0),
        departments=seen.counts.get(terms.Department, 0),
        evaluations=seen.counts.get(terms.Evaluation, 0),
    )
    return Manifest(
        generation=0,
        version=seen.version or seen.digest[:_VERSION_DIGITS],
        base_iri=base_iri,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        software=installed_version("jixiao"),
        counts=counts,
        checksum=f"state:{seen.digest}",
        previous=None,
    )


async def _triples(ask: Ask) -> int:
    """Return the number of triples in the default graph. Raises the errors of `ask`."""
    (counted,) = await _rows(ask, "triples")
    return int(counted["triples"])


def _base_iri(seen: _State, given: str | None) -> str:
    """Return the base IRI `given` or, if `given` is None, the only base IRI of the sources.

    Raises BaseIriError if `given` is not a base IRI of the sources, or if it is None and there is not exactly one.
    """
    bases = {match[1] for row in seen.sources if (match := _SOURCE.fullmatch(row["source"]))}
    if given is not None and (not bases or given in bases):
        return given
    if given is None and len(bases) == 1:
        return bases.pop()
    named = "、".join(sorted(bases)) or "—"
    raise BaseIriError(
        f"远端数据的基准 IRI：{named}；请用 --base-iri 指明其一。"
        f" The data behind the endpoint have the base IRI {named}; name it by --base-iri."
    )


async def _rows(ask: Ask, name: str) -> list[Row]:
    return [*texts(await ask(query(f"endpoint-{name}")))]
