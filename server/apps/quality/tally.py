"""Count, filter and page the findings of a generation by SQL: from its index, or from tables made for an endpoint.

For a dataset without an index, such as a remote endpoint, the findings are queried once per generation and put in
tables like those of an index, since counting, ordering and paging them is quick with tables and takes seconds per page
with SPARQL (decision 34). The text of a finding is read when it is shown.
"""

import json
import re
import threading
import time
import weakref
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

from jixiao.ontology import grouping, identity
from jixiao.server.editions import lookups
from jixiao.server.errors import PoolBusyError, QueryTimeoutError, ResultTooLargeError
from jixiao.server.pages.findings import place
from jixiao.server.query.binding import texts
from jixiao.server.runtime import scratch
from jixiao.shapes import catalogue
from jixiao.shapes.findings.groups import Count, counts, grave
from jixiao.store import Refusal, bounded_cache
from jixiao.store.index import building, entries, readers
from jixiao.store.index.facts import Cell, facts_of

_FEW = 10_000
"""Most matching findings that are all looked up and sorted for a page; more are read in order until a page is full."""
MANY = 20
"""Most departments, most sources with findings, and most refused documents that the overview page lists."""

UNREAD = json.dumps([fault.iri for fault in catalogue.faults() if fault.is_note])
"""The rules on what could not be read, for which a body is not to blame: values of `own` in queries."""
_TOTAL = (
    "SELECT severity, accepted, sum(findings) AS findings, sum(groups) AS groups FROM picked"
    " GROUP BY severity, accepted"
)
_WAIT_SECONDS = 5.0  # seconds that other callers wait for a count, each of which holds a thread
_RETRY_SECONDS = 30.0  # seconds until a count that ran into a limit is tried again


_BLOCK = re.compile(r"^[ \t]*-- (given|without) ([\w ]+)\n(.*?)^[ \t]*-- end\n", re.MULTILINE | re.DOTALL)


class Read(NamedTuple):
    """Numbers of a body's filings, of its filings read in part, and of its projects read in part."""

    filings: int = 0
    partial_filings: int = 0
    partial_projects: int = 0


class Sources(NamedTuple):
    """The number of sources with findings, and for the gravest of these sources their counts and their filings.

    `counts` and `filed` are by sha16, the start of the source's SHA-256; a value of `filed` is the IRI of the body and
    the year, None if not known.
    """

    number: int
    counts: Mapping[str, Count]
    filed: Mapping[str, tuple[str | None, int | None]]


class Tally:
    """The findings of a generation, ordered by body (IRI), latest year, source and place in the report.

    Dicts of counts are in the order of counting.counts(), those by year from the latest year. Safe to share between
    threads. Methods raise QueryTimeoutError.
    """

    def __init__(
        self, tables: Callable[[], AbstractContextManager[readers.Reader]], label: Callable[[str], str | None]
    ) -> None:
        """Take `tables`, which lends a connection to the tables, and `label`, which names a body or project by IRI."""
        self._tables, self._label = tables, label
        # Rules whose counts by body, year and severity stay in memory.
        self._margins: bounded_cache.BoundedCache[dict[str, dict[Any, Count]]] = bounded_cache.BoundedCache(8)

    @cached_property
    def read(self) -> Mapping[str | None, Read]:
        """Numbers of filings, and of filings and projects read in part, by the body's IRI; None is an unknown body."""
        return {
            row["body"]: Read(row["filings"], row["partial_filings"], row["partial_projects"])
            for row in self._rows("readings")
        }

    def name(self, iri: str | None) -> str | None:
        """Return the name of a body or project, None if the IRI is None or has no name."""
        return None if iri is None else self._label(iri)

    @cached_property
    def faults(self) -> Mapping[str, Count]:
        """The counts of findings by the rule's IRI."""
        return counts((row["fault"], *_numbers(row)) for row in self._rows("faults"))

    def margins(self, fault: str | None = None, own: str | None = None) -> dict[str, dict[Any, Count]]:
        """Return the counts of a rule's findings by `department`, `year` and `severity`: for each, a dict by value.

        `fault` is the rule's IRI; None stands for all rules. `own` is as in find().
        """
        return self._margins.get_or_make((fault, own), lambda: self._counted(fault=fault, own=own))

    def _counted(self, **wanted: str | None) -> dict[str, dict[Any, Count]]:
        with self._reading() as reader:
            self._pick(reader, {name: value for name, value in wanted.items() if value is not None})
            rows = reader.rows("SELECT picked.* FROM picked ORDER BY severity, accepted", {})
        keys = {"department": "body", "year": "year", "severity": "severity"}
        margins = {name: counts((row[key], *_numbers(row)) for row in rows) for name, key in keys.items()}
        return margins | {"year": dict(sorted(margins["year"].items(), key=lambda pair: -(pair[0] or 0)))}

    @cached_property
    def sources(self) -> Sources:
        """The number of sources with findings, and the counts of the MANY gravest ones."""
        rows = self._rows("sources", most=MANY)
        filed = {row["source"]: (row["body"], row["year"]) for row in rows}
        return Sources(
            rows[0]["sources"] if rows else 0, counts((row["source"], *_numbers(row)) for row in rows), filed
        )

    def find(
        self, limit: int, offset: int, folded: bool = False, **wanted: Any
    ) -> tuple[Count, Sequence[Mapping[str, Any]]]:
        """Return the counts of all findings with the `wanted` values, and a page of them as rows of findings.sql.

        The wanted values are of `fault`, `source`, `body`, `year`, `severity` and `accepted`; None matches any. `own`
        is UNREAD to leave out what could not be read. If `folded`, the page has only the first finding of each group.
        The column `members` of that finding is the size of the group (open and accepted findings are separate groups),
        and 0 for the group's other findings.
        """
        values = {name: value for name, value in wanted.items() if value is not None}
        with self._reading() as reader:
            self._pick(reader, values)
            total = counts((None, *_numbers(row)) for row in reader.rows(_TOTAL, {})).get(None, Count())
            how = {"walk" if total.total > _FEW else "look", *(("folded",) if folded else ())}
            return total, reader.rows(
                _chosen(_sql("findings"), {"page", *how, *values}), {**values, "rows": limit, "offset": offset}
            )

    def _pick(self, reader: readers.Reader, values: Mapping[str, Any]) -> None:
        rows = "by_finding" if {"fault", "own"} & values.keys() else "by_group"
        reader.pick(_chosen(_sql("findings"), {"whole", rows, *values}), values)

    def _rows(self, name: str, **values: Any) -> Sequence[Mapping[str, Any]]:
        """Return the rows of the SQL file `name` of this folder, with `values` bound."""
        with self._reading() as reader:
            return reader.rows(_sql(name), values)

    @contextmanager
    def _reading(self) -> Iterator[readers.Reader]:
        with lookups.in_time(), self._tables() as reader:
            yield reader


def _numbers(row: Mapping[str, Any]) -> tuple[str, bool, int, int]:
    return row["severity"], bool(row["accepted"]), row["findings"], row["groups"]


@cache
def _sql(name: str) -> str:
    return Path(__file__).with_name(f"{name}.sql").read_text(encoding="utf-8")


class Body(NamedTuple):
    """A filing body, by IRI and name (both None if the body is not known), with three numbers.

    They are its filings (`read`), its refused documents (`refused`) and the findings in its filings.
    """

    iri: str | None
    name: str | None
    read: Read
    refused: int
    findings: Count


def _chosen(sql: str, given: Collection[str]) -> str:
    """Return SQL without the blocks that do not apply to the given names.

    A block of `-- given a b` applies if a or b is among the names, and one of `-- without a b` if neither is.
    """

    def lines(block: re.Match[str]) -> str:
        return block[3] if bool({*block[2].split()} & {*given}) == (block[1] == "given") else ""

    return _BLOCK.sub(lines, sql)


def bodies(tally: Tally, by_body: Mapping[str | None, Count], refusals: Iterable[Refusal], base_iri: str) -> list[Body]:
    """Return all filing bodies: most warnings first, then most findings, most refused, most partial, by name.

    A body that is not stated comes last.

    A refused document counts for each body that it prints, even if that body has been merged into another.
    """
    iris = identity.Iris(base_iri)
    printed: dict[str | None, str] = {}
    refused: Counter[str | None] = Counter()
    for refusal in refusals:
        named: dict[str | None, str] = {iris.org(name): name for name in refusal.bodies}
        printed |= named
        refused.update(list(named) or [None])
    known = tally.read.keys() | by_body.keys()
    every = (
        Body(
            iri,
            tally.name(iri) if iri in known else printed.get(iri),
            tally.read.get(iri, Read()),
            refused[iri],
            by_body.get(iri, Count()),
        )
        for iri in {*known, *refused}
    )
    return sorted(every, key=_rank)


def _rank(body: Body) -> tuple[int | str, ...]:
    return (
        body.name is None,
        *grave(body.findings),
        *(-body.refused, -body.read.partial_filings, -body.read.partial_projects),
        body.name or "",
    )


class Tallies:
    """Cache for the tally of the generation asked for last. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: tuple[object, Tally] | None = None
        self._failed: tuple[object, float, QueryTimeoutError | ResultTooLargeError] | None = None

    def of(self, generation: object, make: Callable[[], Tally]) -> Tally:
        """Return the tally of a generation, identified by its index or version; call `make` if it is not cached.

        Raises what `make` raises. A limit is raised again for some seconds without a new attempt, so that callers who
        wait for the count do not run into the same limit one after the other.
        """
        if not self._lock.acquire(timeout=_WAIT_SECONDS):
            raise PoolBusyError("正在清点，请稍后再看。", "The findings are being counted; look again in a moment.")
        try:
            if self._kept is None or self._kept[0] != generation:
                self._kept = generation, self._made(generation, make)
            return self._kept[1]
        finally:
            self._lock.release()

    def _made(self, generation: object, make: Callable[[], Tally]) -> Tally:
        if self._failed and self._failed[0] == generation and time.monotonic() - self._failed[1] < _RETRY_SECONDS:
            raise self._failed[2]
        try:
            return make()
        except (QueryTimeoutError, ResultTooLargeError) as error:
            self._failed = generation, time.monotonic(), error
            raise


Row = Mapping[str, str]


def tally_of_endpoint(run: Callable[[str], bytes]) -> Tally:
    """Return the tally of the findings of a dataset that an endpoint serves.

    `run` runs a query file of the server, given by the name of the file, and returns the results as JSON. Raises the
    exceptions that `run` raises.
    """
    filing_rows = list(texts(run("filings")))
    filings = {row["filing"]: row for row in filing_rows}
    projects = {row["project"]: row for row in texts(run("projects-of-filings"))}
    partial = {row["thing"] for row in texts(run("partial"))}
    of_filings = (
        entries.Unit(iri, facts=[("filing", {**_cell(row), "partial": int(iri in partial)})])
        for iri, row in filings.items()
    )
    # Projects that were read in part suffice, with the body of their filing (readings.sql).
    of_projects = (
        entries.Unit(
            iri,
            facts=[
                ("project", {"partial": 1}),
                ("role", {"body": filings.get(projects[iri]["filing"], {}).get("body"), "role": "filedBy"}),
            ],
        )
        for iri in sorted(partial & projects.keys())
        if "filing" in projects[iri]
    )
    # A finding about no project or self-evaluation is of the filing of its source, if the source has one alone.
    by_source = grouping.by_key((row["source"].rpartition("/")[2], row) for row in filing_rows)
    sole = {source: rows[0] for source, rows in by_source.items() if len(rows) == 1}
    units = [*of_filings, *of_projects, *_of_reports(run, projects, filings, sole)]
    names = {row["body"]: row["name"] for row in filing_rows if "body" in row}
    names |= {row["body"]: row["bodyName"] for row in projects.values() if "body" in row}
    names |= {iri: row["name"] for iri, row in projects.items()}
    with scratch.opened("jixiao-findings-") as folder:
        # The file is deleted here, and lasts as long as the reader's connection.
        building.write_units(folder / building.FILE, units)
        reader = readers.Reader(folder / building.FILE)
    lock = threading.Lock()

    @contextmanager
    def tables() -> Iterator[readers.Reader]:
        with lock:
            reader.begin(10.0)  # seconds that one count may take
            yield reader

    tally = Tally(tables, names.get)
    weakref.finalize(tally, reader.close)
    return tally


def _of_reports(
    run: Callable[[str], bytes], projects: Mapping[str, Row], filings: Mapping[str, Row], sole: Mapping[str, Row]
) -> Iterator[entries.Unit]:
    """Yield an index entry for each source, with the source's findings.

    A finding gets the body and year of the filing or self-evaluation that it is about. If the finding is about nothing
    known, it gets those of the source's only filing (`sole`, by sha16), if any. `run` is as in tally_of_endpoint().
    """
    accepted = {row["finding"] for row in texts(run("accepted-findings"))}

    def cells(row: Row) -> tuple[str, dict[str, Cell]]:
        source, series, number = place(row["finding"])
        thing = row["node"].partition("#")[0]
        own = projects.get(thing, {"filing": thing})
        filing = (filings.get(own["filing"]) or sole.get(source, {})) if "filing" in own else own
        return source, {
            "series": series,
            "n": number,
            "fault_word": row["fault"],
            "severity": row["severity"].rpartition("#")[2],
            "project": thing if thing in projects else None,
            **_cell(filing),
            "accepted": int(row["finding"] in accepted),
            "group": row.get("group"),
        }

    for source, findings in grouping.by_key(map(cells, texts(run("all-findings")))).items():
        yield entries.Unit(
            f"report/{source}", facts=facts_of(source, sorted(findings, key=lambda each: (each["series"], each["n"])))
        )


def _cell(filing: Row) -> dict[str, Cell]:
    return {"body": filing.get("body"), "year": int(filing["year"]) if "year" in filing else None}
