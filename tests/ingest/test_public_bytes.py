"""Files with faults of bytes and containers that users of neighbouring programs reported are read right, or say why."""

from collections.abc import Iterable
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from jixiao.ingest.document import read_document
from jixiao.ingest.result import Reading

CASES = Path(__file__).parents[3] / "shared" / "public-cases"
JX = "https://w3id.org/jixiao/ontology#"
TARGETS = {"≥3000盏", "≥98%", "≤24小时", "≥5%", "≥90%"}

pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason=f"no public cases at {CASES}")


def reading(case: str) -> Reading:
    path = CASES / case
    return read_document(path.read_bytes(), path.name, "http://localhost:8000/")


def stated(found: Reading, names: Iterable[str]) -> list[set[str]]:
    assert found.deposit, found.refusal
    triples = list(parse(found.deposit.source_triples, RdfFormat.N_TRIPLES))
    return [{str(one.object.value).removeprefix(JX) for one in triples if one.predicate.value == JX + n} for n in names]


@pytest.mark.parametrize(
    "case",
    [
        "gbk-a3a0/23_gbk_a3a0.html",
        "gbk-a3a0/25_gbk_pua.txt",
        "misleading-refusals/15_backslash.docx",
        "misleading-refusals/25_page.mht",
        "misleading-refusals/35_semicolon.csv",
        "misleading-refusals/36_sep_semicolon.csv",
    ],
)
def test_whole_filings_are_read_whole(case: str) -> None:
    found = reading(case)
    assert list(found.deposit.contents.projects.values()) == ["城区路灯维护"]
    amounts, targets, withheld = stated(found, ["annualRequest", "targetText", "withheld"])
    assert (amounts, targets, withheld) == ({"1205000"}, {*TARGETS, "三千盏"}, set())
    assert not found.deposit.contents.partial


@pytest.mark.parametrize(
    ("case", "lost"),
    [("bad-byte/21_bad_byte.txt", "hasGoal"), ("bad-byte/22_mixed.txt", "competentDepartment")],
)
def test_a_broken_cell_is_withheld(case: str, lost: str) -> None:
    found = reading(case)
    amounts, targets, withheld = stated(found, ["annualRequest", "targetText", "withheld"])
    assert amounts == {"1205000"}
    assert targets - {"三千盏"} == TARGETS
    assert lost in withheld


@pytest.mark.parametrize(
    ("case", "words"),
    [("28_xlsb.xlsb", "the file is broken and cannot be unpacked"), ("42_form.ofd", "not read yet: OFD; open it in")],
)
def test_refusals_fit_the_file(case: str, words: str) -> None:
    found = reading(f"misleading-refusals/{case}")
    assert words in found.refusal.reasons[0]
