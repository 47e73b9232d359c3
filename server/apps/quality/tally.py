"""Count and filter all findings of a dataset without an index, such as an endpoint elsewhere, read once per generation.

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

from jixiao.server.apps.quality.counting import Count, Entry, Found, Read, Sources, counts, latest_first
from jixiao.server.errors import PoolBusyError, QueryTimeoutError, ResultTooLargeError

Run = Callable[[str], bytes]
"""A function from the name of one of the server's queries to SPARQL 1.1 Query Results JSON."""


@dataclass(frozen=True)
class ReadTally:
    """All findings of a generation, in the order of a Tally; `names` are by IRI.

    `read` says how completely the filings of each body were read; the key is None for filings without a known body.
    """

    entries: tuple[Entry, ...]
    names: Mapping[str, str]
    read: Mapping[str | None, Read]

    def name(self, iri: str | None) -> str | None:
        """Return the name of a body or project."""
        return self.names.get(iri or "")

    def faults(self) -> list[Count]:
        """Count by rule."""
        return _counts(self.entries, lambda entry: entry.fault)

    def margins(self, fault: str | None = None) -> dict[str, list[Count]]:
        """Count the findings of a rule, or all, by `department`, by `year` and by `severity`."""
        entries = self._where(fault=fault)
        return {
            "department": _counts(entries, lambda entry: entry.body),
            "year": latest_first(_counts(entries, lambda entry: entry.year)),
            "severity": _counts(entries, lambda entry: entry.severity),
        }

    def combined(self) -> list[Count]:
        """Count by rule, body, year and severity together."""
        return _counts(self.entries, lambda entry: (entry.fault, entry.body, entry.year, entry.severity))

    def sources(self, most: int) -> Sources:
        """Count by source, and return at most so many of the counts."""
        found = _counts(self.entries, lambda entry: entry.source)
        filed = {each.source: (each.body, each.year) for each in reversed(self.entries)}
        return Sources(len(found), found[:most], filed)

    def find(self, limit: int, offset: int, folded: bool = False, **wanted: Any) -> Found:
        """Return the findings that have the given values of an Entry's fields; a value of None matches any."""
        found = self._where(**wanted)
        firsts = [entry for entry in found if entry.members]
        return Found(
            total=len(found),
            accepted=sum(entry.accepted for entry in found),
            groups=len(firsts),
            accepted_groups=sum(entry.accepted for entry in firsts),
            entries=(firsts if folded else found)[offset : offset + limit],
        )

    def _where(self, **wanted: Any) -> list[Entry]:
        sought = [(name, value) for name, value in wanted.items() if value is not None]
        return [entry for entry in self.entries if all(getattr(entry, name) == value for name, value in sought)]


def _counts(entries: Iterable[Entry], key: Callable[[Entry], Any]) -> list[Count]:
    return counts((key(entry), entry.severity, entry.accepted, 1, int(entry.members > 0)) for entry in entries)


_WAIT_SECONDS = 5.0  # seconds that other callers wait for a count, each of which holds a thread
_RETRY_SECONDS = 30.0  # seconds until a count that ran into a limit is tried again


class Tallies:
    """Cache for the tally of the generation asked for last. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[str, ReadTally] | None = None
        self._failed: tuple[str, float, QueryTimeoutError | ResultTooLargeError] | None = None

    def of(self, version: str, run: Run, order: Callable[[str], tuple[str, str, int]]) -> ReadTally:
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

    def _counted(self, version: str, run: Run, order: Callable[[str], tuple[str, str, int]]) -> ReadTally:
        if self._failed and self._failed[0] == version and time.monotonic() - self._failed[1] < _RETRY_SECONDS:
            raise self._failed[2]
        try:
            return _tally(run, order)
        except (QueryTimeoutError, ResultTooLargeError) as error:
            self._failed = version, time.monotonic(), error
            raise


def _tally(run: Run, order: Callable[[str], tuple[str, str, int]]) -> ReadTally:
    of_sources = tuple(_rows(run("filings")))
    filings = {row["filing"]: row for row in of_sources}
    bodies = {row["body"]: row["name"] for row in filings.values() if "body" in row}
    projects = {row["project"]: row for row in _rows(run("projects-of-filings"))}
    accepted = {row["finding"] for row in _rows(run("accepted-findings"))}
    alone = _sole_filings(of_sources)
    found = sorted(_rows(run("all-findings")), key=lambda row: order(row["finding"]))
    members = _members(found, accepted, lambda iri: order(iri)[0])
    entries = []
    for row in found:
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
                members=members[iri],
            )
        )
    entries.sort(key=lambda e: (e.body or "\uffff", -(e.year or 0), order(e.finding)))
    concerned = {entry.project for entry in entries}
    names = bodies | {iri: row["name"] for iri, row in projects.items() if iri in concerned}
    partial = {row["thing"] for row in _rows(run("partial"))}
    return ReadTally(tuple(entries), names, _read(filings, projects, partial))


def _members(rows: Iterable[Mapping[str, str]], accepted: Set[str], source: Callable[[str], str]) -> dict[str, int]:
    """Count the findings of each group of a source at its first finding, open and accepted ones apart."""
    firsts: dict[tuple[str, str, bool], str] = {}
    members: dict[str, int] = {}
    for row in rows:
        iri = row["finding"]
        first = firsts.setdefault((source(iri), row.get("group", iri), iri in accepted), iri)
        members[iri] = 0
        members[first] += 1
    return members


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
