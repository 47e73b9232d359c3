"""`jixiao.open` on a store and on a server: the same rows, values by their datatypes, errors that say what is wrong.

`jixiao mcp`, asked by the official client over stdin and stdout: tools, answers with versions, refusals in words.
"""

import datetime
import re
import sys
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
import rdflib

import jixiao
from jixiao.ontology import terms
from jixiao.ontology.reference import reference
from jixiao.python import MOST_ROWS, DatasetError, Rows
from jixiao.store import Store
from tests.server.conftest import MINHANG, SONGJIANG
from tests.support.pages import ended

NUMBER = "松委发（2009）97号"
TYPES = "CONSTRUCT { ?s a ?class } WHERE { ?s a ?class FILTER(ISIRI(?s)) }"


@pytest.fixture(scope="module")
def graph(store):
    with jixiao.open(store.path) as opened:
        yield opened


@pytest.fixture(scope="module")
def remote(listener):
    with jixiao.open(str(listener.base_url)) as opened:
        yield opened


def selected(graph, sparql):
    rows = graph.query(sparql)
    assert isinstance(rows, Rows)
    return rows


def test_a_view_gives_rows_with_their_version_and_sources(graph, store):
    rows = graph.view("projects-citing", number=NUMBER)
    assert [row["name"] for row in rows]
    assert len(rows) == len(rows[:]) == len(list(rows))
    assert (set(rows[0]), rows.labels["amount"]) == (set(rows.columns), {"zh": "金额", "en": "Amount"})
    assert all(isinstance(row["amount"], int | Decimal) for row in rows)
    current = store.current()
    assert (rows.version, rows.truncated) == (f"{store.base_iri}dataset/{current.version}", False)
    assert rows.sources == tuple(dict.fromkeys(row["source"] for row in rows))
    assert rows.sparql.startswith("PREFIX")
    assert rows.message is None


def test_a_view_tells_what_it_leaves_out(graph):
    rows = graph.view("projects", longer=12)
    assert rows.caveat is not None
    assert "was not read" in rows.caveat["en"]
    assert selected(graph, "SELECT ?x WHERE { ?x a ?class } LIMIT 1").caveat is None


def test_store_and_server_answer_alike(graph, remote):
    assert graph.views() == remote.views()
    for name in ("projects", "legal-bases", "spending"):
        assert graph.view(name) == remote.view(name), name
    assert graph.view("projects", year=[2022, 2023], limit=1) == remote.view("projects", year=[2022, 2023], limit=1)
    assert graph.table("projects").rows() == remote.table("projects").rows()
    assert graph.search("会议") == remote.search("会议")
    everything = "SELECT * WHERE { ?s ?p ?o FILTER(ISIRI(?s)) } ORDER BY ?s ?p ?o"
    assert selected(graph, everything) == selected(remote, everything)
    assert graph.query("ASK { ?s ?p ?o }") is remote.query("ASK { ?s ?p ?o }") is True
    assert {*graph.query(TYPES)} == {*remote.query(TYPES)}


def test_all_pages_of_a_view_and_of_a_table_are_fetched(graph, monkeypatch):
    whole, table = graph.view("indicators"), graph.table("projects").rows(sort="name").rows
    assert 2 < len(whole) < MOST_ROWS
    monkeypatch.setattr("jixiao.python.MOST_ROWS", 2)
    assert graph.view("indicators").rows == whole.rows
    assert [graph.view("indicators", limit=1, offset=n).rows for n in (0, 1)] == [whole.rows[:1], whole.rows[1:2]]
    assert graph.table("projects").rows(sort="name").rows == table


def test_a_table_is_asked_by_conditions_and_in_groups(graph):
    every = graph.table("projects")
    cited = every.where(citations__document=NUMBER, year=[2022, 2023], amount=None)
    wanted = {row["project"]: row["amount"] for row in graph.view("projects-citing", number=NUMBER)}
    assert {row["project"]: row["amount"] for row in cited.rows()} == wanted
    assert cited.rows().rows == every.where({"citations.document.is": NUMBER}).rows().rows
    groups = cited.group("year", measure=["rows", "sum_amount"]).rows()
    assert groups.columns == ("year", "rows", "sum_amount_requested", "with_amount_requested")
    assert sum(row["rows"] for row in groups) == len(wanted)
    assert {row["year"]: row["sum_amount_requested"] for row in groups} == {2023: 1_000_000, 2022: None}
    assert sum(row["with_amount_requested"] for row in groups) == len(wanted)
    frame = cited.where(amount__least=400000).frame(columns=["name", "amount"], sort="-amount")
    assert list(frame.columns) == ["name", "amount"]
    assert list(frame["amount"]) == sorted((each for each in wanted.values() if each >= 400000), reverse=True)
    for wrong in (graph.table("nothing"), every.where(nothing=1), every.group("nothing")):
        with pytest.raises(DatasetError, match=r"没有|认得"):
            wrong.rows()


def test_an_empty_answer_says_why(graph):
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
def test_values_have_the_type_of_their_datatype(graph, printed, datatype, value):
    literal = f'"{printed}"^^<http://www.w3.org/2001/XMLSchema#{datatype}>'
    (row,) = selected(graph, f"SELECT ?x ?none WHERE {{ BIND({literal} AS ?x) }}")
    assert row == {"x": value, "none": None}
    assert type(row["x"]) is type(value)


def test_each_form_of_query_has_its_own_result(graph):
    assert graph.query("ASK { ?s ?p 1.25 }") is False
    triples = graph.query(TYPES)
    assert isinstance(triples, rdflib.Graph)
    assert len(triples) > 10


def test_every_answer_names_the_version_by_its_iri(graph, store):
    answers = (graph.view("years", first=2021, second=2022), graph.query("SELECT * WHERE { ?s ?p ?o } LIMIT 1"))
    answers += (graph.table("projects").rows(), graph.search(NUMBER))
    assert {each.version for each in answers} == {f"{store.base_iri}dataset/{store.current().version}"}


def test_dates_of_views_are_dates_and_operators_are_those_of_queries(graph):
    begun = {row["project"]: row["startDate"] for row in graph.view("projects") if row["startDate"]}
    asked = "PREFIX jx: <https://w3id.org/jixiao/ontology#> SELECT * WHERE { ?node %s ?value }"
    assert begun == {row["node"]: row["value"] for row in selected(graph, asked % "jx:startDate")}
    assert {*map(type, begun.values())} == {datetime.date}
    assert {type(each) for each in graph.view("projects").to_dataframe()["startDate"].dropna()} == {pd.Timestamp}
    used = {row["node"]: row["value"] for row in selected(graph, asked % "jx:targetOperator")}
    assert {row["indicator"]: row["operator"] for row in graph.view("indicators") if row["operator"]} == used
    table, least = graph.table("indicators"), terms.ge
    assert (
        {row["indicator"] for row in table.where(operator=least).rows()}
        == {row["indicator"] for row in graph.view("indicators", operator=least)}
        == {node for node, value in used.items() if value == least}
    )


def test_a_search_says_that_it_gave_a_part(graph):
    every = graph.search("上海市")
    assert (every.truncated, every.message) == (False, None)
    part = graph.search("上海市", limit=1)
    assert part.truncated
    assert part.message["en"].startswith("Not all are given: 1 of ")
    cut = graph.view("projects", limit=1)
    assert (cut.truncated, cut.message["en"]) == (True, "Not all are given: 1 of 3 rows.")
    assert graph.table("projects").rows(limit=2).message["zh"] == "没有全部列出：3 行，列出 2 行。"
    assert not graph.view("projects").truncated


def test_a_search_finds_documents_by_number(graph):
    rows = graph.search(NUMBER)
    assert rows[0]["kind"] == "basis"
    assert str(rows[0]["iri"]).startswith("http")
    assert {row["kind"] for row in graph.search("会议", kind="project")} == {"project"}


DTYPES = {
    **dict.fromkeys(("integer", "year", "line"), "Int64"),
    **dict.fromkeys(("yuan", "decimal"), "float64"),
    "date": "datetime64[s]",
}


def test_dtypes_depend_on_the_columns_and_not_on_their_values(graph):
    """Every view is asked with its examples, and for nothing; so is each table."""
    unknown = {"year": 1999}
    nothing = {"projects-citing": {"number": "松委发（1999）97号"}, "projects": unknown, "spending": unknown}
    full = [
        graph.view(view["name"], **{each["name"]: each["example"] for each in view["params"] if each["required"]})
        for view in graph.views()
    ]
    empty = [graph.view(name, **given) for name, given in nothing.items()]
    empty += [graph.table("projects").where(year=1999).rows(), graph.search("没有的字")]
    assert not any(map(len, empty))
    for rows in (*full, *empty, graph.table("indicators").rows(), graph.search("会议")):
        dtypes = {name: str(dtype) for name, dtype in rows.to_dataframe().dtypes.items()}
        assert dtypes == {name: DTYPES.get(kind, "object") for name, kind in rows.types.items()}


LARGE = (2**63 - 1, 2**63, 2**64, -(2**63), -(2**63) - 1, 10**400)


@pytest.mark.parametrize("number", LARGE, ids=lambda number: f"{number:.1e}" if abs(number) < 2**65 else "large")
def test_a_dataframe_keeps_numbers_of_more_than_64_bits(graph, number):
    values = f"SELECT * WHERE {{ VALUES (?whole ?mixed) {{ (7 2.5) ({number} {number}) (UNDEF UNDEF) }} }}"
    frame = selected(graph, values).to_dataframe()
    assert (set(frame["whole"].dropna()), len(frame["mixed"].dropna())) == ({7, number}, 2)
    assert str(frame["whole"].dtype) == ("Int64" if -(2**63) <= number < 2**63 else "object")


def test_a_parameter_that_is_none_is_left_out(graph):
    assert graph.view("projects", year=None, department=None).rows == graph.view("projects").rows
    assert graph.view("projects", year=2022, limit=None).rows == graph.view("projects", year="2022").rows


def test_numbers_of_any_library_are_parameters(graph):
    rows = graph.view("projects", year=2022).rows
    years = pd.Series([2022, 2022])
    assert rows
    for year in (years[0], years, years.unique(), Decimal(2022), {2022}, iter(["2022"]), (2022, "2022")):
        assert graph.view("projects", year=year).rows == rows


def test_a_store_stays_open_when_the_working_directory_changes(store, monkeypatch):
    monkeypatch.chdir(store.path.parent)
    with jixiao.open(store.path.name) as opened, jixiao.open(Path("..", store.path.parent.name, store.path.name)) as up:
        monkeypatch.chdir("/")
        for each in (opened, up):
            assert each.search(NUMBER).rows
            assert each.view("projects").rows
            assert each.query("ASK { ?s ?p ?o }") is True


def test_a_dataframe_without_pandas_is_refused_in_words(graph, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(DatasetError, match=r"pandas is not installed.*jixiao\[pandas\]"):
        graph.view("spending").to_dataframe()


@pytest.mark.parametrize(
    "case",
    [
        ("view", "nothing", {}, r"没有视图 nothing.* no view nothing.*projects-citing"),
        ("view", "projects", {"colour": "red"}, r"没有参数|There is no parameter"),
        ("view", "projects", {"year": datetime.date(2022, 1, 1)}, "Year"),
        ("view", "projects", {"text": "松" * 10_000}, r"too long|longer|At most"),
        ("query", "SELECT * WHERE { SERVICE <http://localhost/> { ?s ?p ?o } }", {}, "SERVICE"),
        ("query", "SELECT", {}, "."),
        ("search", "会议", {"kind": "nothing"}, r"kind|种类"),
        ("search", "x" * 100_000, {}, r"too long|longer|At most"),
    ],
    ids=lambda case: f"{case[0]} {case[1][:40]}",
)
@pytest.mark.parametrize("place", ["graph", "remote"])
def test_faults_of_the_caller_are_told(place, request, case):
    method, asked, more, said = case
    with pytest.raises(DatasetError, match=said):
        getattr(request.getfixturevalue(place), method)(asked, **more)


def test_what_cannot_be_opened_is_told(tmp_path):
    with pytest.raises(DatasetError):
        jixiao.open(tmp_path / "nothing")
    Store.create(tmp_path / "empty", "http://localhost:8000/")
    with pytest.raises(DatasetError, match="holds nothing yet"):
        jixiao.open(str(tmp_path / "empty"))
    with jixiao.open("http://127.0.0.1:9/") as closed, pytest.raises(DatasetError, match="no reply"):
        closed.view("projects")


def test_a_refusal_of_the_server_carries_its_status(remote):
    with pytest.raises(DatasetError) as refused:
        remote.query("SELECT")
    assert refused.value.status == 400


FEW = {"JIXIAO_QUICK_SEATS": "1", "JIXIAO_HEAVY_SEATS": "1"}
"""Fewer processes for queries than usual: each takes a while to start."""


@pytest.fixture(scope="module", params=["store", pytest.param("url", marks=pytest.mark.judge)])
def arguments(request, store, listener):
    return ["--store", str(store.path)] if request.param == "store" else ["--url", str(listener.base_url)]


@pytest.fixture(scope="module")
async def assistant(arguments):
    """A client of the command with these arguments."""
    import mcp

    command = mcp.StdioServerParameters(command=sys.executable, args=["-m", "jixiao", "mcp", *arguments], env=FEW)
    async with mcp.Client(command) as client:
        yield client


async def called(client, tool, **given):
    result = await client.call_tool(tool, given)
    assert not result.is_error, result.content
    return result.structured_content


@pytest.mark.anyio
async def test_an_assistant_finds_answers_with_version_and_sources(assistant):
    tools = (await assistant.list_tools()).tools
    assert [tool.name for tool in tools] == ["list_views", "view", "search", "vocabulary", "sparql"]
    assert all(tool.annotations.read_only_hint for tool in tools)
    views = {view["name"] for view in (await called(assistant, "list_views"))["views"]}
    assert {"projects-citing", "spending"} <= views
    answer = await called(assistant, "view", name="projects-citing", params={"number": NUMBER})
    assert answer["rows"]
    assert answer["dataset_version"]
    assert answer["sources"]
    assert (await called(assistant, "view", name="indicators", limit=1))["truncated"]
    found = await called(assistant, "search", text=NUMBER)
    assert found["documents"][0]["iri"].startswith("http")
    vocabulary = await called(assistant, "vocabulary")
    assert any(line.startswith("jx:Project ") for line in vocabulary["classes"])
    assert any("年度资金申请总额" in line for line in vocabulary["data_properties"])
    counted = await called(
        assistant,
        "sparql",
        query="PREFIX jx: <https://w3id.org/jixiao/ontology#> SELECT (COUNT(*) AS ?n) WHERE { ?p a jx:Project }",
    )
    assert counted["rows"][0]["n"] > 1
    assert "/dataset" in counted["version"]
    assert (await called(assistant, "sparql", query="ASK { ?s ?p ?o }"))["boolean"] is True
    triples = await called(assistant, "sparql", query="CONSTRUCT { ?s a ?c } WHERE { ?s a ?c } LIMIT 3")
    assert "jixiao" in triples["turtle"]


@pytest.mark.anyio
async def test_examples_in_the_description_of_a_tool_answer_what_no_view_computes(assistant):
    """The three queries stand for a mean per body, more than half of a sum, and both of two things."""
    described = next(tool.description for tool in (await assistant.list_tools()).tools if tool.name == "sparql")
    assert {terms.JX + name for name in re.findall(r"jx:(\w+)", described)} <= reference().keys()
    queries = re.findall(r"PREFIX(?s:.*?)LIMIT \d+", described)
    answers = [await called(assistant, "sparql", query=query) for query in queries]
    slip = queries[0].replace("jx:amount", "jx:amuont")
    assert "amuont" in (await called(assistant, "sparql", query=slip))["unknown_terms"]
    means, halves, both = (answer["rows"] for answer in answers)
    assert [(row["name"], row["projects"], row["mean"]) for row in means] == [
        (MINHANG, 1, 1_000_000),
        (SONGJIANG, 1, 400_000),  # of the year
        (SONGJIANG, 1, 86_580.55),  # of a whole term
    ]
    assert halves == []  # no body has two projects of one year, phase and period
    assert [row["name"] for row in both] == [SONGJIANG]


REFUSED = [
    ("view", {"name": "nothing"}, "没有视图 nothing"),
    ("view", {"name": "projects", "params": {"colour": "red"}}, "colour"),
    ("sparql", {"query": "SELECT * WHERE { SERVICE <http://localhost/> { ?s ?p ?o } }"}, "SERVICE"),
    ("sparql", {"query": "INSERT DATA { <x:a> <x:b> <x:c> }"}, "INSERT"),
    ("search", {"text": "会议", "kind": "nothing"}, "nothing"),
    ("search", {"text": "会议", "colour": "red"}, "colour"),
    ("search", {"text": "x" * 100_000}, "too long"),
    ("search", {"text": "松" * 5_000}, "At most 500 characters"),
    ("view", {"name": "projects", "params": {"text": "松" * 10_000}}, "too long"),
    *(("search", {"text": text}, "half a character") for text in ("会\ud83d议", "\udc00", "会\ufffd")),
    ("view", {"name": "projects", "params": {"text": ["a", "\ud800"]}}, "half a character"),
    ("sparql", {"query": "ASK { ?s ?p '\udc00' }"}, "half a character"),
]


@pytest.mark.anyio
async def test_refusals_are_told_in_words_and_large_answers_whole(store, monkeypatch):
    import mcp

    from jixiao import assistant, interface

    async with assistant.tools_of(store.path) as tools, mcp.Client(assistant.mcp_server(tools)) as client:
        results = [await client.call_tool(tool, given) for tool, given, _ in REFUSED]
        monkeypatch.setattr(interface, "LARGEST", 1000)
        results.append(await client.call_tool("sparql", {"query": "SELECT * WHERE { ?s ?p ?o }"}))
    for words, result in zip([*(words for *_, words in REFUSED), "LIMIT"], results, strict=True):
        assert result.is_error
        assert words in str(result.content[0].text)


def test_what_cannot_be_served_ends_the_command(tmp_path, run):
    assert "Traceback" not in ended(2, run("mcp", "--store", tmp_path / "nothing")).stderr
    assert run("mcp").returncode == 2
    assert "not an address" in run("mcp", "--url", "ftp://127.0.0.1/").stderr
