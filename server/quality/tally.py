"""Count and filter all findings of a generation, read once per generation.

Counting, ordering and paging by department and year is quick here, and takes an engine seconds per page (decision 34).
The text of a finding is read when the finding is shown (findings.py).
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Any

from jixiao.server.errors import PoolBusyError, QueryTimeoutError, ResultTooLargeError

Run = Callable[[str], bytes]
"""A function from the name of one of the server's queries to SPARQL 1.1 Query Results JSON."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding: IRIs of rule, body and project, last part of its severity's IRI, year, sha16, and its acceptance."""

    finding: str
    fault: str
    severity: str
    body: str | None
    year: int | None
    project: str | None
    source: str
    accepted: bool


@dataclass(frozen=True)
class Count:
    """The number of findings that share a key: open ones by severity, and accepted ones."""

    key: Any
    open: Mapping[str, int]
    accepted: int

    @property
    def all_open(self) -> int:
        """The number of open findings of any severity."""
        return sum(self.open.values())


@dataclass(frozen=True)
class Read:
    """The number of a body's filings, of those read in part, and of its projects read in part."""

    filings: int
    partial_filings: int
    partial_projects: int


@dataclass(frozen=True)
class Tally:
    """All findings of a generation, ordered by body, year, source and place in the report; `names` are by IRI.

    `read` says how completely the filings of each body were read; the key is None for filings without a known body.
    """

    entries: tuple[Entry, ...]
    names: Mapping[str, str]
    read: Mapping[str | None, Read]

    def where(self, **wanted: Any) -> list[Entry]:
        """Return the findings that have the given values; a value of None matches any."""
        sought = [(name, value) for name, value in wanted.items() if value is not None]
        return [entry for entry in self.entries if all(getattr(entry, name) == value for name, value in sought)]


def counts(entries: Iterable[Entry], key: Callable[[Entry], Any]) -> list[Count]:
    """Count findings by a key; ordered by gravest open findings, then most open, then most accepted."""
    still_open: dict[Any, Counter[str]] = defaultdict(Counter)
    accepted: Counter[Any] = Counter()
    for entry in entries:
        if entry.accepted:
            accepted[key(entry)] += 1
        else:
            still_open[key(entry)][entry.severity] += 1
    found = [Count(each, still_open[each], accepted[each]) for each in {*still_open, *accepted}]
    return sorted(found, key=_rank)


def _rank(count: Count) -> tuple[int | str, ...]:
    grave = (-count.open["Violation"], -count.open["Warning"])
    return *grave, -count.all_open, -count.accepted, str(count.key)


_WAIT_SECONDS = 5.0  # seconds that other callers wait for a count, each of which holds a thread
_RETRY_SECONDS = 30.0  # seconds until a count that ran into a limit is tried again


class Tallies:
    """Cache for the tally of the generation asked for last. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[str, Tally] | None = None
        self._failed: tuple[str, float, QueryTimeoutError | ResultTooLargeError] | None = None

    def of(self, version: str, run: Run, order: Callable[[str], tuple[str, str, int]]) -> Tally:
        """Return the tally of a generation, read through `run`; `order` gives a finding's report and place.

        Raises what `run` raises. A limit is raised again for some seconds without a new attempt, so that callers who
        wait for the count do not run into the same limit one after the other.
        """
        if not self._lock.acquire(timeout=_WAIT_SECONDS):
            raise PoolBusyError("正在清点，请稍后再看。", "The findings are being counted; look again in a moment.")
        try:
            if self._kept is None or self._kept[0] != version:
                self._kept = version, self._counted(version, run, order)
            return self._kept[1]
        finally:
            self._lock.release()

    def _counted(self, version: str, run: Run, order: Callable[[str], tuple[str, str, int]]) -> Tally:
        if self._failed and self._failed[0] == version and time.monotonic() - self._failed[1] < _RETRY_SECONDS:
            raise self._failed[2]
        try:
            return _tally(run, order)
        except (QueryTimeoutError, ResultTooLargeError) as error:
            self._failed = version, time.monotonic(), error
            raise


def _tally(run: Run, order: Callable[[str], tuple[str, str, int]]) -> Tally:
    of_sources = tuple(_rows(run("filings")))
    filings = {row["filing"]: row for row in of_sources}
    bodies = {row["body"]: row["name"] for row in filings.values() if "body" in row}
    projects = {row["project"]: row for row in _rows(run("projects-of-filings"))}
    accepted = {row["finding"] for row in _rows(run("accepted-findings"))}
    alone = _sole_filings(of_sources)
    entries = []
    for row in _rows(run("all-findings")):
        iri, whole = row["finding"], row["node"].partition("#")[0]
        source = order(iri)[0]
        filing = filings.get(projects[whole]["filing"] if whole in projects else whole) or alone.get(source, {})
        entries.append(
            Entry(
                finding=iri,
                fault=row["fault"],
                severity=row["severity"].rpartition("#")[2],
                body=filing.get("body"),
                year=int(filing["year"]) if "year" in filing else None,
                project=whole if whole in projects else None,
                source=source,
                accepted=iri in accepted,
            )
        )
    entries.sort(key=lambda e: (bodies.get(e.body or "", "\uffff"), -(e.year or 0), order(e.finding)))
    concerned = {entry.project for entry in entries}
    names = bodies | {iri: row["name"] for iri, row in projects.items() if iri in concerned}
    partial = {row["thing"] for row in _rows(run("partial"))}
    return Tally(tuple(entries), names, _read(filings, projects, partial))


def _read(
    filings: Mapping[str, Mapping[str, str]], projects: Mapping[str, Mapping[str, str]], partial: Set[str]
) -> dict[str | None, Read]:
    """Count filings by body, and what of them was read in part."""
    every = Counter(row.get("body") for row in filings.values())
    torn = Counter(filings[iri].get("body") for iri in partial if iri in filings)
    of_projects = (filings.get(projects[iri]["filing"], {}) for iri in partial if iri in projects)
    projects_torn = Counter(filing.get("body") for filing in of_projects)
    return {body: Read(count, torn[body], projects_torn[body]) for body, count in every.items()}


def _sole_filings(filings: Iterable[Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    """Return the filing of each source that has only one, by sha16."""
    of_source: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for row in filings:
        of_source[row["source"].rpartition("/")[2]].append(row)
    return {source: rows[0] for source, rows in of_source.items() if len(rows) == 1}


def _rows(results: bytes) -> Iterator[dict[str, str]]:
    for binding in json.loads(results)["results"]["bindings"]:
        yield {name: term["value"] for name, term in binding.items()}
