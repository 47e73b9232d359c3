"""The five real filings against what two readers saw in them: each listed fault is found, and no other is warned of.

`seeds.tsv` is the list; the filings themselves are read where they stand, and skipped where they are absent.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest

from jixiao.ingest.document import read_document
from jixiao.ontology import terms
from jixiao.shapes import store_check
from jixiao.shapes.findings.finding import Finding

HERE = Path(__file__).parent
SEEDS = Path(os.environ.get("JIXIAO_SHARED", HERE.parents[2] / "shared")) / "seeds"
BASE = "http://localhost:8000/"


class Row(NamedTuple):
    """A fault at its lines in a project, by its order in the file (0: the filing); `-` for one that no rule finds."""

    file: str
    project: int
    lines: tuple[int, ...]
    fault: str


def listed() -> Iterator[tuple[Row, str]]:
    """The rows of the list, each with the readers who saw it."""
    for line in (HERE / "seeds.tsv").read_text(encoding="utf-8").splitlines():
        if line[:1].isdigit():
            file, project, lines, fault, readers, _ = line.split("\t")
            yield Row(file, int(project), tuple(map(int, lines.split(","))), fault), readers


ROWS = tuple(listed())


@pytest.fixture(scope="module")
def found() -> dict[Row, Finding]:
    """Return the findings of the rules in the filings, alone and together."""
    files = sorted(SEEDS.glob("*.txt"))
    if not files:
        pytest.skip(f"the filings are not there: {SEEDS}")
    store, names, order, rows = ox.Store(), {}, {}, {}
    for file in files:
        reading = read_document(file.read_bytes(), file.name, BASE)
        assert reading.deposit, reading.refusal
        assert reading.report
        store.load(reading.deposit.source_triples, ox.RdfFormat.N_TRIPLES)
        names[f"{BASE}id/source/{reading.sha256[:16]}"] = file.name[:3]
        triples = reading.deposit.source_triples.decode()
        order |= {node: int(number) for node, number in re.findall(rf"<(\S+)> <{terms.ordinal}> \"(\d+)\"", triples)}
        rows |= dict(_rows(file.name[:3], reading.report.results, order))
    for source, results in store_check.judge(store).items():
        rows |= dict(_rows(names[source], results, order))
    return rows


def _rows(file: str, results: tuple[Finding, ...], order: dict[str, int]) -> Iterator[tuple[Row, Finding]]:
    for each in results:
        yield Row(file, order.get(each.project or "", 0), each.lines, each.fault.name), each


def test_every_listed_fault_is_found_at_its_lines(found: dict[Row, Finding]) -> None:
    missing = [row for row, _ in ROWS if row.fault != "-" and row not in found]
    assert not missing


def test_nothing_is_warned_of_that_is_not_listed(found: dict[Row, Finding]) -> None:
    known = {row for row, _ in ROWS}
    alarms = [
        (row, each.message.zh)
        for row, each in found.items()
        if each.fault.severity == terms.SH_Warning and row not in known
    ]
    assert not alarms


def test_no_fault_of_a_filing_keeps_it_out(found: dict[Row, Finding]) -> None:
    assert not [row for row, each in found.items() if each.fault.severity == terms.SH_Violation]


def test_every_warning_was_seen_by_a_reader(found: dict[Row, Finding]) -> None:
    readers = dict(ROWS)
    assert not [
        row for row, each in found.items() if each.fault.severity == terms.SH_Warning and "!" not in readers[row]
    ]


def test_most_faults_of_which_both_readers_are_sure_are_found() -> None:
    both = [row for row, readers in ROWS if readers == "A!B!"]
    share = sum(row.fault != "-" for row in both) / len(both)
    assert share > 0.87, f"{share:.1%} of {len(both)}"
