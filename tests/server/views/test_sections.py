"""The sections of narratives: those in which a project cites a document, and what pages call them."""

from pathlib import Path

import pytest

from jixiao.ingest.document import read_document
from jixiao.ingest.load import ingest
from jixiao.server.settings import Settings
from jixiao.server.views import view_files
from jixiao.store import Store
from tests.server.conftest import querying, running

BASE = "http://localhost:8000/"
FORM = (Path(__file__).parents[2] / "ingest" / "whole-filing.txt").read_text(encoding="utf-8")


def test_every_section_that_cites_the_document_is_named(tmp_path: Path) -> None:
    told = FORM.replace("馆藏善本得到修复。", "按照沪府发〔2020〕6号修复馆藏善本。")
    deposit = read_document(told.encode(), "filing.txt", BASE).deposit
    assert deposit
    run = querying(tmp_path, deposit)
    answer = view_files.load(BASE)["projects-citing"].answer(run, {"number": "沪府发〔2020〕6号"}, "000001")
    [row] = answer.rows
    assert (row["section"], row["line"], row["amount"]) == ("立项依据、项目总目标", 12, 120000)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_headings_of_narratives_have_a_gloss_in_english(tmp_path: Path, lang: str) -> None:
    path = tmp_path / "filing.txt"
    path.write_text(FORM, encoding="utf-8")
    store = Store.create(tmp_path / "store", BASE)
    ingest([path], store)
    address = next(iter(store.sources()[0].projects)).replace(f"{BASE}id/", "/doc/")
    with running(Settings(store=store.path)) as client:
        page = client.get(address, params={"lang": lang}, headers={"Accept": "text/html"}).text
    assert ('<dt>立项依据 <span class="en">bases</span></dt>' in page) == (lang == "en")
    assert ("<dt>立项依据</dt>" in page) == (lang == "zh")


def test_projects_based_on_a_document_state_the_line_that_cites_it(tmp_path: Path) -> None:
    told = FORM.replace("馆藏善本得到修复。", "按照《馆藏文献修复办法》修复馆藏善本。")
    deposit = read_document(told.encode(), "filing.txt", BASE).deposit
    assert deposit
    view, run = view_files.load(BASE)["projects"], querying(tmp_path, deposit)
    [row] = view.answer(run, {"basis": "馆藏文献修复办法"}, "000001").rows
    line = next(at for at, text in enumerate(told.splitlines(), 1) if "馆藏文献修复办法" in text)
    assert row["citedAt"] == line != row["line"]
    assert "citedAt" not in view.answer(run, {}, "000001").rows[0]


def test_a_goal_told_in_a_narrative_alone_is_found_and_told(tmp_path: Path) -> None:
    told = FORM.replace("六、年度预算安排", "五、绩效目标\n\n善本得到修复。\n\n六、年度预算安排")
    told = told.replace("馆藏善本得到修复。\t修复善本两百册。", "\t")
    given = ({"goal": "善本得到"}, {"goal": "单位职责"}, {"without": "hasGoal"})
    deposit = read_document(told.encode(), "filing.txt", BASE).deposit
    assert deposit
    view, run = view_files.load(BASE)["projects"], querying(tmp_path, deposit)
    queried = [view.answer(run, each, "000001").rows for each in given]
    store = Store.open(tmp_path / "store")
    with running(Settings(store=store.path)) as client:
        served = [client.get("/views/projects", params={**each, "format": "json"}).json()["rows"] for each in given]
    for found, other, lacking in (queried, served):
        assert (len(found), len(other)) == (1, 0)
        assert [(row["unknown"], row["inNarrative"]) for row in lacking] == [(None, "善本得到修复。")]
