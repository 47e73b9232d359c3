"""The five real filings against what two readers saw in them: each listed fault is found, and no other is warned of.

`faults/listed.tsv` is the list. Findings are those in the store that `jixiao ingest` made.
"""

from collections import defaultdict
from typing import NamedTuple

import pytest
from test_seeds import HERE, KEYS, rows


class Row(NamedTuple):
    """A fault at its lines in a project, by its order in the file (0: the filing); `-` for one that no rule finds."""

    file: str
    project: int
    lines: tuple[int, ...]
    fault: str


def listed():
    """The rows of the list, each with the readers who saw it."""
    for line in (HERE / "faults" / "listed.tsv").read_text(encoding="utf-8").splitlines():
        if line[:1].isdigit():
            file, project, lines, fault, readers, _ = line.split("\t")
            yield Row(file, int(project), tuple(map(int, lines.split(","))), fault), readers


ROWS = tuple(listed())


@pytest.fixture(scope="module")
def found(graph):
    """Return severity and message of what the rules find, by its place."""
    files = {key["sha256"][:16]: key["file"][:3] for key in KEYS}
    lines = defaultdict(set)
    for row in rows(graph, HERE / "faults" / "found.rq"):
        *finding, line = row.values()
        lines[tuple(finding)] |= set() if line is None else {int(line)}
    return {
        Row(files[str(file)], int(project or 0), tuple(sorted(at)), str(fault)): (str(severity), str(message))
        for (_, file, fault, severity, message, project), at in lines.items()
    }


def test_every_listed_fault_is_found_at_its_lines(found):
    assert not [row for row, _ in ROWS if row.fault != "-" and row not in found]


def test_nothing_is_warned_of_that_is_not_listed(found):
    known = {row for row, _ in ROWS}
    alarms = [
        (row, message) for row, (severity, message) in found.items() if severity == "Warning" and row not in known
    ]
    assert not alarms


def test_no_fault_of_a_filing_keeps_it_out(found):
    assert not [row for row, (severity, _) in found.items() if severity == "Violation"]


def test_every_warning_was_seen_by_a_reader(found):
    readers = dict(ROWS)
    assert not [row for row, (severity, _) in found.items() if severity == "Warning" and "!" not in readers[row]]


def test_most_faults_of_which_both_readers_are_sure_are_found():
    both = [row for row, readers in ROWS if readers == "A!B!"]
    share = sum(row.fault != "-" for row in both) / len(both)
    assert share > 0.87, f"{share:.1%} of {len(both)}"
