"""Views of tables: their files, and parameters that are conditions on related tables."""

import os
import re
from functools import partial
from pathlib import Path

import pytest

from jixiao.ontology import terms
from jixiao.server.app import supervisor
from jixiao.server.errors import ViewFileError
from jixiao.server.settings import Settings
from jixiao.server.views import heads, table_address, tabled, view_files
from jixiao.store.index.readers import Reader
from jixiao.store.tables import filling, table
from jixiao.store.tables.reading import TableFile
from tests.server.conftest import BASE, answered, answering, graph_of, queried

DOCS = Path(__file__).parents[3] / "docs" / "views.md"
VIEW = """\
title: {zh: 项目, en: Projects}
table: projects
params: [{name: year, kind: year, example: 2022, label: {zh: 年度, en: Year}, where: {column: year}}]
columns: [project, name]
"""


def test_the_table_and_the_view_of_the_docs_answer(tmp_path, store, monkeypatch):
    sparql, text = re.findall(r"^```(?:yaml)?\n(.*?)^```$", DOCS.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)[
        -2:
    ]
    every = {**table.tables(), "goals": table.read("goals", sparql)}
    monkeypatch.setattr(tabled, "tables", lambda: every)
    (tmp_path / "goals.yaml").write_text(text, encoding="utf-8")
    view, graph = view_files.read(tmp_path / "goals.yaml", BASE), store.present().graph
    filling.fill_from_graph(tmp_path / "tables.sqlite", [*every.values()], graph)
    file = TableFile(tmp_path / "tables.sqlite", os.open(tmp_path / "tables.sqlite", os.O_RDONLY))
    read = list(view.answer(answering(graph), {"words": "培训"}, "1", tables=lambda _: file).rows)
    assert queried(view, graph, {"words": "培训"}) == read
    assert "业务培训" in {row["name"] for row in read}


@pytest.mark.parametrize(
    ("stated", "wrong", "known"),
    [
        ("table: projects", "table: nothing", "citations"),
        ("columns: [project, name]", "columns: [project, nothing]", "amount"),
        ("columns: [project, name]", "columns: [project, {name: name, nothing: 1}]", "label"),
        ("columns: [project, name]", "columns: [project, {name: name, type: nothing}]", "yuan"),
        ("kind: year", "kind: nothing", "region"),
        ("table: projects", "table: projects\nnothing: 1", "order"),
        ("where: {column: year}", "where: {column: year, nothing: 1}", "operator"),
        ("where: {column: year}", "where: {column: year, operator: nothing}", "contains"),
        ("where: {column: year}", "where: {column: nothing}", "amount"),
        ("where: {column: year}", "where: {column: nothing.year}", "citations"),
        ("where: {column: year}", "where: {column: citations.nothing}", "document"),
        ("columns: [project, name]", "columns: [project, name]\norder: [nothing]", "amount"),
    ],
)
def test_an_unknown_name_is_refused_with_those_known(stated, wrong, known, tmp_path):
    (tmp_path / "own.yaml").write_text(VIEW.replace(stated, wrong), encoding="utf-8")
    with pytest.raises(ViewFileError, match=rf"own\.yaml:[2-6]: there is no \w+ nothing; there are .*{known}"):
        view_files.read(tmp_path / "own.yaml")


def test_rows_that_are_alike_are_sorted_by_their_key(tmp_path):
    text = VIEW.replace("table: projects", "table: citations").replace(
        "[project, name]", "[project, citation]\norder: [year]"
    )
    (tmp_path / "own.yaml").write_text(text, encoding="utf-8")
    assert "?year) ASC(STR(?project)) ASC(STR(?citation))" in view_files.read(tmp_path / "own.yaml").sparql.replace(
        'DESC(COALESCE(STR(?project), "") != "") ', ""
    ).replace('DESC(COALESCE(STR(?citation), "") != "") ', "")


@pytest.mark.parametrize(
    ("stated", "wrong"),
    [
        (", where: {column: year}", ""),
        (", where: {column: year}", "]"),
        ("columns: [project, name]", "columns: [name]"),
        ("columns: [project, name]", "columns: [{type: text}]"),
        ("columns: [project, name]", "columns: [{name: years, how: rows, type: integer}]"),
    ],
)
def test_a_wrong_file_is_refused(stated, wrong, tmp_path):
    (tmp_path / "own.yaml").write_text(VIEW.replace(stated, wrong), encoding="utf-8")
    with pytest.raises(ViewFileError, match=r"own\.yaml:\d: "):
        view_files.read(tmp_path / "own.yaml")


def test_a_wrong_file_is_named_before_a_server_starts(tmp_path, store, monkeypatch):
    (tmp_path / "own.yaml").write_text(VIEW.replace("columns", "colums"), encoding="utf-8")
    monkeypatch.setattr(view_files, "load", partial(view_files.load, directory=tmp_path))
    with pytest.raises(ViewFileError, match=r"own\.yaml:4: there is no key colums"):
        supervisor.check(Settings(store=store.path))


@pytest.mark.parametrize(
    ("both", "each"),
    [
        ({"without": "hasGoal,hasSection"}, [{"without": "hasGoal"}, {"without": "hasSection"}]),
        ({"goal": "培训", "topic": "会议"}, [{"goal": "培训"}, {"topic": "会议"}]),
        ({"basis": "松委发〔2009〕97号", "issued": "2009"}, [{"basis": "松委发〔2009〕97号"}, {"issued": "2009"}]),
    ],
)
def test_each_parameter_is_met_by_a_related_row_of_its_own(both, each, store):
    now, view = store.present(), view_files.load(BASE)["projects"]

    def found(given):
        answer = view.answer(answering(now.graph), given, now.version, now.index, tables=lambda _: now.tables)
        return {row["project"] for row in answer.rows}

    one, other = map(found, each)
    assert found(both) == one & other
    assert one
    assert other


@pytest.mark.parametrize(
    ("views", "given", "once"),
    [
        (["projects"], {"topic": "培训"}, "instr("),
        (["bodies", "by-year"], {"topic": "培训"}, "instr("),
        (["bodies"], {}, '"bodyName", count(*) AS "projects"'),
        (["names"], {"projects": "1"}, "OVER ("),
    ],
)
def test_pages_and_their_totals_search_and_group_once(views, given, once, store, monkeypatch):
    now, statements = store.present(), list[str]()
    run = Reader._run
    monkeypatch.setattr(Reader, "_run", lambda self, *asked: statements.append(asked[0]) or run(self, *asked))
    tables = TableFile(now.tables.path, os.open(now.tables.path, os.O_RDONLY))  # of which nothing is known yet
    for view in views:
        asked = view_files.load(BASE)[view]
        asked.answer(answering(now.graph), given, now.version, now.index, page=1, tables=lambda _: tables)
    assert len([each for each in statements if once in each]) == 1


def test_a_value_that_no_table_can_hold_is_not_known_and_told():
    said = "rdfs:label '甲'@zh ; jx:year 2022 ; jx:amountSource jx:annualRequest ; jx:amount"
    graph = graph_of(
        f"PREFIX jx: <{terms.JX}> PREFIX rdfs: <{terms.RDFS}> INSERT DATA {{"
        f" <x:a> a jx:Project ; {said} 0.00001 . <x:b> a jx:Project ; {said} 'x' . <x:c> a jx:Project ; {said} 5.0 }}"
    )
    view = view_files.load()["projects"]
    answer = heads.headed(view, answered(view, graph, {}))
    assert [row["amount"] for row in answer.rows] == [5, None, None]
    assert (answer.whole.rows, answer.whole.with_amount) == (3, 1)
    assert "所问的表里有 2 个值不合所在的列" in answer.caveat.zh
    assert "count as not read: 2." in answer.caveat.en
    assert "0.00001" in answering(graph)(answer.sparql).decode()


def test_other_ranges_have_counts_of_their_own(client):
    asked = {"group": "amount", "measure": "rows", "offset": "1", "format": "json"}
    counts = [
        client.get("/tables/projects", params={**asked, "ranges": ranges}).json()["whole"]["rows"]
        for ranges in ("0", "0,300000")
    ]
    assert counts == [1, 2]


def test_a_running_sum_and_its_number_bind_their_variable_once():
    given = {"group": "amountKind", "measure": "rows,sum_amount", "figure": "share,running,rank"}
    lines = table_address.read(table.tables()["projects"], given, BASE).bind({}).splitlines()
    bound = [line for line in lines if "AS ?sum_amount_upto_0)" in line and "BIND" in line]
    assert len(bound) == 1
