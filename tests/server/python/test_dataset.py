"""`jixiao.open` on a store and on a server: the same rows, values by their datatypes, errors that say what is wrong."""

import datetime
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
import rdflib

import jixiao
from jixiao.python import MOST_ROWS, Dataset, DatasetError, Rows
from jixiao.store import Store

NUMBER = "松委发（2009）97号"


@pytest.fixture(scope="module")
def local(store: Store) -> Iterator[Dataset]:
    with jixiao.open(store.path) as opened:
        yield opened


@pytest.fixture(scope="module")
def remote(listener: httpx.Client) -> Iterator[Dataset]:
    with jixiao.open(str(listener.base_url)) as opened:
        yield opened


@pytest.fixture(params=["local", "remote"])
def graph(request: pytest.FixtureRequest) -> Dataset:
    opened: Dataset = request.getfixturevalue(request.param)
    return opened


def selected(graph: Dataset, sparql: str) -> Rows:
    rows = graph.query(sparql)
    assert isinstance(rows, Rows)
    return rows


def test_a_view_gives_rows_with_their_version_and_sources(graph: Dataset, store: Store) -> None:
    rows = graph.view("projects-citing", number=NUMBER)
    assert [row["name"] for row in rows]
    assert len(rows) == len(rows[:]) == len(list(rows))
    assert set(rows[0]) == set(rows.columns)
    assert rows.labels["amount"] == {"zh": "金额", "en": "Amount"}
    assert all(isinstance(row["amount"], int | Decimal) for row in rows)
    current = store.current()
    assert rows.version == current.version
    assert rows.sources == tuple(dict.fromkeys(row["source"] for row in rows))
    assert rows.sparql.startswith("PREFIX")
    assert rows.message is None


def test_store_and_server_answer_alike(local: Dataset, remote: Dataset) -> None:
    assert local.views() == remote.views()
    for name in ("projects", "legal-bases", "spending"):
        assert local.view(name) == remote.view(name), name
    assert local.search("会议") == remote.search("会议")
    everything = "SELECT * WHERE { ?s ?p ?o FILTER(ISIRI(?s)) } ORDER BY ?s ?p ?o"
    assert selected(local, everything) == selected(remote, everything)


def test_all_pages_of_a_view_are_fetched(graph: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = graph.view("indicators")
    assert 2 < len(whole) < MOST_ROWS
    monkeypatch.setattr("jixiao.python.MOST_ROWS", 2)
    assert graph.view("indicators").rows == whole.rows
    assert graph.view("indicators", limit=1).rows == whole.rows[:1]
    assert graph.view("indicators", limit=1, offset=1).rows == whole.rows[1:2]


def test_an_empty_answer_says_why(graph: Dataset) -> None:
    rows = graph.view("projects-citing", number="松委发（1999）97号")
    assert len(rows) == 0
    assert rows.message is not None
    assert set(rows.message) == {"zh", "en"}


VALUES = [
    ("12", "integer", 12),
    ("1.50", "decimal", Decimal("1.50")),
    ("0.5", "double", 0.5),
    ("true", "boolean", True),
    ("2022-12-31", "date", datetime.date(2022, 12, 31)),
    ("2022-02-31", "date", "2022-02-31"),
    ("2022", "gYear", 2022),
    ("十二", "string", "十二"),
]


@pytest.mark.parametrize(("printed", "datatype", "value"), VALUES)
def test_values_have_the_type_of_their_datatype(graph: Dataset, printed: str, datatype: str, value: object) -> None:
    literal = f'"{printed}"^^<http://www.w3.org/2001/XMLSchema#{datatype}>'
    (row,) = selected(graph, f"SELECT ?x ?none WHERE {{ BIND({literal} AS ?x) }}")
    assert row == {"x": value, "none": None}
    assert type(row["x"]) is type(value)


def test_each_form_of_query_has_its_own_result(graph: Dataset) -> None:
    assert graph.query("ASK { ?s ?p ?o }") is True
    triples = graph.query("CONSTRUCT { ?s a ?class } WHERE { ?s a ?class }")
    assert isinstance(triples, rdflib.Graph)
    assert len(triples) > 10


def test_a_search_finds_documents_by_number(graph: Dataset) -> None:
    rows = graph.search(NUMBER)
    assert rows[0]["kind"] == "basis"
    assert str(rows[0]["iri"]).startswith("http")
    assert {row["kind"] for row in graph.search("会议", kind="project")} == {"project"}


def test_a_dataframe_has_numbers_as_numbers(graph: Dataset) -> None:
    rows = graph.view("projects")
    frame = rows.to_dataframe()
    assert list(frame.columns) == list(rows.columns)
    assert len(frame) == len(rows)
    assert frame["amount"].dtype.kind in "fi"
    assert float(frame["amount"].sum()) == float(sum(row["amount"] or 0 for row in rows))  # type: ignore[misc]
    empty = graph.view("projects-citing", number="松委发（1999）97号").to_dataframe()
    assert list(empty.columns)
    assert empty.empty


def test_a_dataframe_without_pandas_is_refused_in_words(graph: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(DatasetError, match=r"pandas is not installed.*jixiao\[pandas\]"):
        graph.view("spending").to_dataframe()


def test_faults_of_the_caller_are_told_in_both_languages(graph: Dataset) -> None:
    with pytest.raises(DatasetError, match=r"没有视图 nothing.* no view nothing.*projects-citing"):
        graph.view("nothing")
    with pytest.raises(DatasetError, match=r"没有参数|There is no parameter"):
        graph.view("projects", colour="red")
    with pytest.raises(DatasetError, match=r"SERVICE"):
        graph.query("SELECT * WHERE { SERVICE <http://localhost/> { ?s ?p ?o } }")
    with pytest.raises(DatasetError):
        graph.query("SELECT")
    with pytest.raises(DatasetError, match=r"kind|种类"):
        graph.search("会议", kind="nothing")


def test_what_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatasetError):
        jixiao.open(tmp_path / "nothing")
    Store.create(tmp_path / "empty", "http://localhost:8000/")
    with pytest.raises(DatasetError, match="holds nothing yet"):
        jixiao.open(str(tmp_path / "empty"))
    with jixiao.open("http://127.0.0.1:9/") as closed, pytest.raises(DatasetError, match="no reply"):
        closed.view("projects")


def test_a_refusal_of_the_server_carries_its_status(remote: Dataset) -> None:
    with pytest.raises(DatasetError) as refused:
        remote.query("SELECT")
    assert refused.value.status == 400
