"""Queries of the documents that add up money add one kind of it, as the tables do, and lose none.

What is requested stands beside what a notice hands down.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest

import jixiao
from jixiao.ingest.load import ingest
from jixiao.ontology import terms
from jixiao.python import Row
from jixiao.store import Store

ROOT = Path(__file__).parents[2]
FORM = """{notice}{name}绩效目标申报表
（2022年度）
项目名称 | {name}
主管部门 | 柳溪县住房和城乡建设局
年度资金总额（万元） | {money}
其中：财政拨款 | {money}
年度目标 | 三座古桥修缮完毕。
一级指标 | 二级指标 | 三级指标 | 指标值
产出指标 | 数量指标 | 修缮古桥 | ≥3座
"""
NOTICE = """柳溪县住房和城乡建设局：
现下达你局2022年古桥补助资金100万元，请专款专用。
附件：古桥补助资金绩效目标表
柳溪县财政局
2022年5月6日
"""
FILES = {
    "notice.txt": FORM.format(notice=NOTICE, name="古桥补助资金", money=100),
    "form.txt": FORM.format(notice="", name="古塔修缮", money=30),
}
REQUESTED, HANDED_DOWN = Decimal(300000), Decimal(1000000)
REFERENCE = (ROOT / "docs/ontology-reference.md").read_text(encoding="utf-8")
PREFIXES, *QUERIES = re.findall(r"```sparql\n(.*?)```", REFERENCE, re.DOTALL)
[FUNDS_BY_YEAR] = [PREFIXES + query for query in QUERIES if "undivided" in query]
NAMES = ("fiscalFunds", "carriedOver", "otherFunds")
FUNDS = {"财政资金": 0, "当年财政拨款": 0, "上年结转资金": 1, "其他资金": 2}


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of 300,000 yuan requested for 2022 and 1,000,000 yuan that a notice hands down."""
    folder = tmp_path_factory.mktemp("mixed")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    ingest([folder / name for name in FILES], Store.create(folder / "store", "http://localhost:8000/"))
    return folder / "store"


def printed(page: str, pattern: str) -> str:
    [found] = re.findall(pattern, (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    return str(found)


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_the_first_query_keeps_phases_apart(page: str, mixed: Path) -> None:
    query = printed(page, r"jixiao query [^']*'(.*?)'")
    rows = jixiao.open(str(mixed)).query(query)
    sums = {row["phase"].removeprefix(terms.JXD): (row["year"], row["projects"], row["total"]) for row in rows}
    assert sums == {"requested": (2022, 1, REQUESTED), "handedDown": (2022, 1, HANDED_DOWN)}


@pytest.mark.parametrize("half", [0, 1])
def test_the_view_of_ones_own_adds_up_requests_alone(half: int, mixed: Path, tmp_path: Path) -> None:
    text = (ROOT / "docs/views.md").read_text(encoding="utf-8").split("\n## English")[half]
    [written] = re.findall(r"<<'END'\n(.*?)END\n", text, re.DOTALL)
    (tmp_path / "our-requests.rq").write_text(written, encoding="utf-8")
    with jixiao.open(str(mixed), views=tmp_path) as graph:
        [group] = graph.table("our-requests").group("year", measure=["rows", "sum_amount"]).rows()
    assert group == {"year": 2022, "rows": 1, "sum_amount": REQUESTED}


def test_funds_by_year_have_rows_of_their_own_for_what_is_handed_down(mixed: Path) -> None:
    rows: list[Mapping[str, object]] = [*jixiao.open(str(mixed)).query(FUNDS_BY_YEAR)]
    requests = {row["phase"]: row["requests"] for row in rows}
    assert requests == {f"{terms.JXD}requested": REQUESTED, f"{terms.JXD}handedDown": HANDED_DOWN}


def added(rows: Iterable[Row], column: str) -> dict[int | None, Decimal]:
    sums: defaultdict[int | None, Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row["year"]] += row[column] or 0
    return sums


@pytest.mark.timeout(120)
def test_the_funds_of_a_year_are_those_of_the_tables_and_none_is_lost(examples: Path) -> None:
    graph = jixiao.open(str(examples))
    asked = list(graph.query(FUNDS_BY_YEAR))
    requested = graph.table("projects").where(amountSource="annualRequest").rows()
    assert added(requested, "amount") == added(asked, "requests")
    of_year = graph.table("funds").where(period="本预算年度").rows()
    for at, name in enumerate(NAMES):
        sums = added((row for row in of_year if FUNDS.get(row["fund"]) == at), "amount")
        assert {row["year"]: row[name] for row in asked if row[name]} == {year: of for year, of in sums.items() if of}
    assert added(graph.table("projects").rows(), "yearFiscalFunds") == added(asked, "fiscalFunds")
    [year] = [row for row in asked if row["year"] == 2022]
    assert year["requests"] == year["fiscalFunds"] + year["otherFunds"] + year["undivided"]
    assert year["undivided"] == 35000  # a project of 909,800 yuan states 874,800 of fiscal funds and no others
