"""Make tables of findings, like those of a store's index, for a dataset without an index, such as a remote endpoint.

The findings are queried once per generation, since counting, ordering and paging them is quick with tables and takes
seconds per page with SPARQL (decision 34). The text of a finding is read when it is shown.
"""

import tempfile
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from jixiao.server.apps.quality.tally import Tally
from jixiao.server.pages.findings import place
from jixiao.server.query.binding import bindings
from jixiao.store.index import building
from jixiao.store.index.entries import Unit
from jixiao.store.index.facts import Cell
from jixiao.store.index.findings import facts_of
from jixiao.store.index.readers import Reader

Row = Mapping[str, str]


def tally(run: Callable[[str], bytes]) -> Tally:
    """Return the tally of a dataset; `run` runs a query file of the server by its name and returns JSON results.

    Raises what `run` raises.
    """
    of_sources = list(_rows(run("filings")))
    filings = {row["filing"]: row for row in of_sources}
    projects = {row["project"]: row for row in _rows(run("projects-of-filings"))}
    partial = {row["thing"] for row in _rows(run("partial"))}
    of_filings = (
        Unit(iri, facts=[("filing", {"iri": iri, **_cell(row), "partial": int(iri in partial)})])
        for iri, row in filings.items()
    )
    units = [
        *of_filings,
        *_of_projects(projects, filings, partial),
        *_of_reports(run, projects, filings, _sole(of_sources)),
    ]
    names = {row["body"]: row["name"] for row in of_sources if "body" in row}
    names |= {iri: row["name"] for iri, row in projects.items()}
    with tempfile.TemporaryDirectory(prefix="jixiao-findings-") as folder:
        # The files of the segment are deleted here, and last as long as the reader's connection.
        reader = Reader(Path(folder), [building.segment_of(Path(folder), units)])
    lock = threading.Lock()

    @contextmanager
    def tables() -> Iterator[Reader]:
        with lock:
            reader.begin(10.0)  # seconds that one count may take
            yield reader

    return Tally(tables, names.get)


def _of_projects(projects: Mapping[str, Row], filings: Mapping[str, Row], partial: set[str]) -> Iterator[Unit]:
    """Yield an index entry for each project that was read in part, with the body of its filing (for readings.sql).

    `projects` and `filings` are rows by IRI.
    """
    for iri in sorted(partial & projects.keys()):
        body = filings.get(projects[iri]["filing"], {}).get("body")
        yield Unit(iri, facts=[("project", {"iri": iri, "partial": 1}), ("role", {"body": body, "role": "filedBy"})])


def _of_reports(
    run: Callable[[str], bytes], projects: Mapping[str, Row], filings: Mapping[str, Row], sole: Mapping[str, Row]
) -> Iterator[Unit]:
    """Yield an index entry with the findings of each source.

    A finding has the body and year of its filing; if its thing is no known project or filing, those of the source's
    only filing (`sole`, by sha16).
    """
    accepted = {row["finding"] for row in _rows(run("accepted-findings"))}
    by_source: defaultdict[str, list[dict[str, Cell]]] = defaultdict(list)
    for row in _rows(run("all-findings")):
        source, series, number = place(row["finding"])
        thing = row["node"].partition("#")[0]
        filing = filings.get(projects[thing]["filing"] if thing in projects else thing) or sole.get(source, {})
        by_source[source].append(
            {
                "series": series,
                "n": number,
                "fault_word": row["fault"],
                "severity": row["severity"].rpartition("#")[2],
                "project": thing if thing in projects else None,
                **_cell(filing),
                "accepted": int(row["finding"] in accepted),
                "group": row.get("group"),
            }
        )
    for source, findings in by_source.items():
        facts, counted = facts_of(source, sorted(findings, key=lambda each: (each["series"], each["n"])))
        yield Unit(f"report/{source}", facts=facts, tallies=counted)


def _cell(filing: Row) -> dict[str, Cell]:
    return {"body": filing.get("body"), "year": int(filing["year"]) if "year" in filing else None}


def _sole(filings: Iterable[Row]) -> dict[str, Row]:
    """Return a dict from the sha16 of each source with exactly one filing to the row of the filing."""
    of_source: defaultdict[str, list[Row]] = defaultdict(list)
    for row in filings:
        of_source[row["source"].rpartition("/")[2]].append(row)
    return {source: rows[0] for source, rows in of_source.items() if len(rows) == 1}


def _rows(results: bytes) -> Iterator[dict[str, str]]:
    for binding in bindings(results):
        yield {name: term["value"] for name, term in binding.items()}
