"""The example filings go through the command line into a store, whole, and answer what the tour promises of them."""

import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from jixiao.store import Store
from tests.conftest import Run

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
NAMES = {path.name for path in (ROOT / "examples").iterdir()}

CPPCC = "中国人民政治协商会议上海市松江区委员会办公室"
CONGRESS = "上海市松江区人民代表大会常务委员会办公室"
SONGJIANG = "上海市松江区人民政府办公室"
MINHANG = "上海市闵行区人民政府办公室"
PARTY = "中共上海市松江区区级机关工作委员会"

# body: year, projects, total in yuan, indicators, citations
FILINGS = {
    CPPCC: (2022, 7, Decimal(3_838_580), 49, 8),
    CONGRESS: (2022, 5, Decimal(2_960_000), 29, 0),
    SONGJIANG: (2024, 10, Decimal(49_410_000), 66, 26),
    MINHANG: (2022, 11, Decimal(62_060_753), 160, 2),
    PARTY: (2022, 4, Decimal(1_650_000), 21, 8),
}
# body: projects, yuan (the fifth filing has no cover)
DECLARED = {
    CPPCC: (7, Decimal(3_838_600)),
    CONGRESS: (5, Decimal(2_960_000)),
    SONGJIANG: (10, Decimal(49_410_000)),
    PARTY: (4, Decimal(1_650_000)),
}
NUMBERS = {
    "沪松府办〔2017〕74号",
    "松委发〔2009〕97号",
    "松委〔2021〕12号",
    "松委办〔2017〕23号",
    "松委办〔2018〕5号",
    "上海市人民政府令第35号",
    "上海市人民政府令第46号",
    "沪松府办〔2020〕51号",
    "沪松府办〔2020〕50号",
    "沪松府办〔2015〕52号",
    "沪府办字〔2023〕5号",
    "沪财行〔2014〕24号",
    "闵委发〔2017〕38号",
}


Rows = Callable[[str | Path], list[dict[str, str]]]


@pytest.fixture
def rows(run: Run, examples: Path) -> Rows:
    """Asks the store a query (a file or its text): a dictionary of lexical forms per row."""

    def ask(query: str | Path) -> list[dict[str, str]]:
        done = run("query", "--store", examples, query, "--format", "json")
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in found]

    return ask


def test_every_example_is_live(examples: Path) -> None:
    assert {source.file_name for source in Store.open(examples).sources() if source.live} == NAMES


def test_counts_and_totals(rows: Rows) -> None:
    found = {
        row["body"]: (
            int(row["year"]),
            int(row["projects"]),
            Decimal(row["total"]),
            int(row["indicators"]),
            int(row["citations"]),
        )
        for row in rows(HERE / "filings.rq")
    }
    assert found == FILINGS


def test_covers(rows: Rows) -> None:
    found = {row["body"]: (int(row["count"]), Decimal(row["total"])) for row in rows(HERE / "declared.rq")}
    assert found == DECLARED


def test_document_numbers_in_any_bracket_are_read(rows: Rows) -> None:
    assert {row["number"] for row in rows(HERE / "numbers.rq")} == NUMBERS


def test_no_line_is_unread(examples: Path) -> None:
    opened = Store.open(examples)
    unread = [
        f"{source.file_name}:{line['n']}"
        for source in opened.sources()
        for line in opened.ledger(source.sha16)["lines"]
        if line["use"] == "unread"
    ]
    assert unread == []


def test_the_tours_query_answers_as_the_tour_says(rows: Rows) -> None:
    found = re.search(
        r"other-funds\.rq <<'END'\n(.*?)^END$",
        (ROOT / "docs/tour.md").read_text(encoding="utf-8"),
        re.DOTALL | re.MULTILINE,
    )
    assert [(row["name"], Decimal(row["other"])) for row in rows(found.group(1))] == [("代表工作", Decimal(200_000))]
