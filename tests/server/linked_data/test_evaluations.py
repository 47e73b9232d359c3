"""Self-evaluations on pages: their own, those of projects, and those of what they refer to."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import httpx
import pytest
from pyoxigraph import NamedNode

from jixiao.server.linked_data import tables
from jixiao.server.settings import Settings
from jixiao.server.views import view_files
from jixiao.store import Deposit, Store
from tests.server.conftest import HTML, answering, running, serving_files
from tests.support.pages import absent
from tests.support.writing import stored

TESTS = Path(__file__).parents[2]
EVALUATED, ALONE = "evaluation/bdd7i7amlc5hg/2022/jaffbl3rohoc7", "evaluation/yn5lxgknfyyrb/2022/sraw2xojdxl35"
PROJECT = "project/bdd7i7amlc5hg/2022/jaffbl3rohoc7"
OF_FILINGS = [
    path
    for path in sorted(Path(tables.__file__).parent.glob("*/**/*.rq"))
    if "evaluation" not in {path.parent.name, path.stem}
    # These list the body of the self-evaluation, and count what was found in it.
    and path.name not in {"4-bodies.rq", "5-evaluations.rq", "5-findings.rq"}
]


def text(client: httpx.Client, path: str, language: str = "zh") -> str:
    """Return a page's text without markup."""
    page = client.get(f"/doc/{path}", params={"lang": language}, headers=HTML)
    assert page.status_code == 200, page.text
    main = page.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "zh",
            (
                "年度资金总额",
                "其中：财政拨款",
                "100%",
                "全年办两期培训",
                "办了四期培训",
                "题目偏难",
                "未达到",
                "不能判断",
                "97 总分，优",
            ),
        ),
        ("en", ("total of the year", "Adjusted budget (yuan)", "What was done", "missed", "not judged")),
    ],
)
def test_a_self_evaluation_has_a_page(of_evaluated: httpx.Client, language: str, told: tuple[str, ...]) -> None:
    page = text(of_evaluated, EVALUATED, language)
    assert all(each in page for each in told)
    assert 'id="e2"' in of_evaluated.get(f"/doc/{EVALUATED}", headers=HTML).text
    assert of_evaluated.get(f"/id/{EVALUATED}", headers=HTML, follow_redirects=True).status_code == 200
    assert absent(text(of_evaluated, "evaluation", language), "业务培训", "图书借阅") == []


def test_a_project_shows_target_and_result_side_by_side(of_evaluated: httpx.Client) -> None:
    page = text(of_evaluated, PROJECT)
    section = page[page.index("自评 evaluations.txt 照自评表所写") :]
    assert (
        absent(
            section,
            "400,000 400,000 500,000 450,000.5 90 97 110 优",
            ">=80% 76% 95 未达到 8 / 10 题目偏难 >=80%",
            "办了四期培训",
            "没有对上申报的指标的自评指标：培训期数、培训人数",
        )
        == []
    )
    assert "自评里没有对上的申报指标" not in section
    assert "Evaluated indicators without an indicator of the filing: 培训期数" in text(of_evaluated, PROJECT, "en")


def test_indicators_that_no_result_answers_are_said(
    filled: Callable[[Path], Store], deposits: Callable[[str], Deposit], tmp_path: Path
) -> None:
    made = deposits("evaluations")
    lines = made.source_triples.splitlines(keepends=True)
    without = replace(made, source_triples=b"".join(line for line in lines if b"jaffbl3rohoc7#e2>" not in line))
    with running(Settings(store=stored(filled(tmp_path / "store"), without).path)) as client:
        assert "自评里没有对上的申报指标：学员满意度。" in text(client, PROJECT)
        assert "Indicators of the filing that no result was paired with: 学员满意度." in text(client, PROJECT, "en")


def test_a_self_evaluation_is_listed_apart_from_projects(of_evaluated: httpx.Client) -> None:
    library = text(of_evaluated, "org/yn5lxgknfyyrb")
    assert re.search("图书借阅 .*2022.* 82,000 82% 95.2", library.partition("自评")[2])
    assert "实施的项目" not in library
    assert "负责的项目" not in library
    assert "没有对上申报的项目" in text(of_evaluated, ALONE)
    place = text(of_evaluated, "place/310117")
    assert "那里的自评" in place
    assert re.search("上海市松江区图书馆 [^ ]+ 0 ", place)  # no project
    assert re.search("自评 责任部门 自评数 .*上海市松江区图书馆 1", place)
    assert "只有自评的机构不在这个名单里" in of_evaluated.get("/doc/org?text=图书馆", headers=HTML).text
    hits = of_evaluated.get("/search", params={"q": "图书馆", "kind": "org", "format": "json"}).json()
    assert [(hit["projects"], hit["evaluations"]) for hit in hits["groups"][0]["hits"]] == [(0, 1)]


@pytest.mark.parametrize("path", OF_FILINGS, ids=lambda path: "/".join(path.parts[-3:]))
def test_a_self_evaluation_is_no_project_in_tables(path: Path, store: Store, evaluated: Store) -> None:
    view = view_files.read(path)
    values = {"node": [NamedNode(term.value) for term in view.params[0].terms(view.params[0].example, view.base_iri)]}
    rows = [view.rows(answering(each.current().graph), values, None) for each in (store, evaluated)]
    assert rows[0] == rows[1]


def test_self_evaluations_that_disagree_are_told_by_their_files(tmp_path: Path) -> None:
    """Pages of both and of their project name the files; the line of the total is the ledger's."""
    printed = (TESTS / "quality" / "evaluated.txt").read_text("utf-8")
    files = {
        "filing.txt": (TESTS / "ingest" / "whole-filing.txt").read_text("utf-8"),
        "draft.txt": printed,
        "final.txt": printed.replace("190册", "195册"),
    }
    with serving_files(tmp_path, files) as client:
        rows = client.get("/views/evaluations", params={"format": "json"}).json()
        assert (rows["whole"]["contested"], [row["disputed"] for row in rows["rows"]]) == (2, [1, 1])
        for row in rows["rows"]:
            page = text(client, row["evaluation"].partition("/id/")[2])
            assert re.search(r"年度资金总额.*?第 \d+ 行 其中", page)
            assert ("古籍修复（draft.txt）" in page) != ("古籍修复（final.txt）" in page)
        project = text(client, rows["rows"][0]["project"].partition("/id/")[2])
        assert (
            absent(
                project, "自评：目标和完成 (draft.txt)", "自评：目标和完成 (final.txt)", "另有 1 份自评，数与这一份不同"
            )
            == []
        )
        assert text(client, rows["rows"][0]["departmentIri"].partition("/id/")[2]).count("另有 1 份数不同") == 2


@pytest.fixture(scope="module")
def of_two_targets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server over a filing and its self-evaluation, which prints another target and an unreadable sum."""
    files = {
        "filing.txt": (TESTS / "ingest" / "whole-filing.txt").read_text("utf-8").replace("200册", "250册"),
        "evaluation.txt": (TESTS / "quality" / "evaluated.txt").read_text("utf-8").replace("10.8", "10.8.3"),
    }
    with serving_files(tmp_path_factory.mktemp("two-targets"), files) as client:
        yield client


@pytest.mark.parametrize("kind", ["evaluation", "project"])
def test_findings_of_a_self_evaluation_and_what_was_not_read_of_it_are_shown(
    of_two_targets: httpx.Client, kind: str
) -> None:
    [path] = {
        row[kind].partition("/id/")[2]
        for row in of_two_targets.get("/views/evaluations", params={"format": "json"}).json()["rows"]
    }
    page = text(of_two_targets, path)
    assert (
        absent(
            page,
            "“修复册数”的目标，自评写的是“≥200册”，申报时是“≥250册”。",
            "部分读取 ：",
            "哪一行、为什么： 原文逐行 · 质量报告",
        )
        == []
    )
    english = text(of_two_targets, path, "en")
    assert "Read in part :" in english
    assert "“≥250册”" in english.partition("Targets and results")[0]
    assert "修复册数 Target that differs from the filing's" in english, "the row of the table is marked"


def test_a_self_evaluation_leads_to_its_source_and_report(of_two_targets: httpx.Client) -> None:
    [row] = of_two_targets.get("/views/evaluations", params={"format": "json"}).json()["rows"]
    sha16 = row["source"].rpartition("/")[2]
    page = of_two_targets.get(row["evaluation"].replace("/id/", "/doc/"), headers=HTML).text
    ways = page.partition('<p class="ways-on">')[2].partition("</p>")[0]
    for address in (f"/source/{sha16}", f"/quality/filing/{sha16}"):
        assert f'href="{address}' in ways
        assert of_two_targets.get(address, headers=HTML).status_code == 200
