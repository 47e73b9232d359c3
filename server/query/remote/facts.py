"""Ask an endpoint, with endpoint-*.rq, for the facts about its dataset that a store has in its directory.

remote/store.py keeps these facts. Cheap queries, repeated from time to time, show if the dataset's state has changed;
the projects and filings of each source are asked for only once per state (docs/decisions.md, 40).
"""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version as installed_version

from jixiao.ontology import terms
from jixiao.server.query.binding import query, texts
from jixiao.store import BaseIriError, Counts, Manifest, SourceRecord

Ask = Callable[[str], Awaitable[bytes]]
"""Function that takes the text of a query and returns its results as SPARQL 1.1 Query Results JSON."""

Row = Mapping[str, str]
"""A row of a query's result: the values as text, by variable."""

_SOURCE = re.compile(r"(.+/)id/source/[0-9a-f]{16}")
_VERSION_DIGITS = 12


@dataclass(frozen=True)
class State:
    """A state of the dataset: rows about its `sources`, and numbers of things by class (`counts`).

    `digest` (hexadecimal) differs between states; `version` is the one that the data names, None without.
    """

    sources: tuple[Row, ...]
    counts: Mapping[str, int]
    version: str | None
    digest: str


async def state(ask: Ask) -> State:
    """Return the endpoint's present state. Raises the errors of `ask`."""
    sources = await _rows(ask, "sources")
    counts = {row["class"]: int(row["things"]) for row in await _rows(ask, "counts")}
    decisions = await _rows(ask, "decisions")
    versions = await _rows(ask, "version")
    told = [sorted(map(sorted, (row.items() for row in rows))) for rows in (sources, decisions, versions)]
    digest = hashlib.sha256(json.dumps([*told, sorted(counts.items())]).encode()).hexdigest()
    return State(tuple(sources), counts, versions[0].get("version") if versions else None, digest)


async def records(ask: Ask, seen: State) -> dict[str, SourceRecord]:
    """Return the sources by sha16 (first 16 digits of the SHA-256), each with its projects, filings and successor.

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
        record = SourceRecord(
            sha256=row["sha256"],
            file_name=row["fileName"],
            media_type=row.get("format", ""),
            size=int(row.get("extent", 0)),
            status="live" if successor is None else "replaced",
            added="",
            projects=derived[row["source"]][terms.Project],
            filings=tuple(derived[row["source"]][terms.Filing]),
            replaced_by=None if successor is None else successor.rpartition("/")[2],
            partial=tuple(sorted(partial & derived[row["source"]][terms.Project].keys())),
        )
        by_number.setdefault(record.sha16, record)
    return by_number


async def manifest(ask: Ask, seen: State, base_iri: str) -> Manifest:
    """Return a manifest of the state like a store's own, though `quads` counts the default graph's triples only.

    `created` is the present time, at which the state is first seen. `checksum` is made from the facts that state()
    reads, not from the quads.
    """
    counts = Counts(
        quads=await triples(ask),
        sources=sum("replacedBy" not in row for row in seen.sources),
        filings=seen.counts.get(terms.Filing, 0),
        projects=seen.counts.get(terms.Project, 0),
        indicators=seen.counts.get(terms.Indicator, 0),
        citations=seen.counts.get(terms.Citation, 0),
        legal_bases=seen.counts.get(terms.LegalBasis, 0),
        departments=seen.counts.get(terms.Department, 0),
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


async def triples(ask: Ask) -> int:
    """Return the number of triples in the default graph. Raises the errors of `ask`."""
    (counted,) = await _rows(ask, "triples")
    return int(counted["triples"])


def base_iri(seen: State, given: str | None) -> str:
    """Return the base IRI `given`, or, if that is None, the only one that the sources' IRIs have.

    Raises BaseIriError if the sources have other base IRIs than `given`, or if it is None and they have not just one.
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
