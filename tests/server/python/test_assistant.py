"""`jixiao mcp`, asked by the official client over stdin and stdout: tools, answers with versions, refusals in words."""

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import mcp
import pytest

from jixiao import assistant
from jixiao.ontology import terms
from jixiao.ontology.reference import reference
from jixiao.store import Store

NUMBER = "松委发（2009）97号"
SONGJIANG, MINHANG = "中国人民政治协商会议上海市松江区委员会办公室", "上海市闵行区人民政府办公室"
FEW = {"JIXIAO_QUICK_SEATS": "1", "JIXIAO_HEAVY_SEATS": "1"}
"""Fewer processes for queries than usual: each takes a while to start."""
Ask = Callable[[Any], Awaitable[Any]]


def asked(arguments: list[str], ask: Ask) -> Any:
    """The result of `ask`, given a client of the command with these arguments."""

    async def run() -> Any:
        command = mcp.StdioServerParameters(command=sys.executable, args=["-m", "jixiao", "mcp", *arguments], env=FEW)
        async with asyncio.timeout(60), mcp.Client(command) as client:
            return await ask(client)

    return asyncio.run(run())


def asked_here(store: Store, ask: Ask) -> Any:
    """The result of `ask`, given a client of the tools in this process."""

    async def run() -> Any:
        async with assistant.tools_of(store.path) as tools, mcp.Client(assistant.mcp_server(tools)) as client:
            return await ask(client)

    return asyncio.run(run())


@pytest.fixture(params=["store", pytest.param("url", marks=pytest.mark.judge)])
def arguments(request: pytest.FixtureRequest, store: Store, listener: httpx.Client) -> list[str]:
    return ["--store", str(store.path)] if request.param == "store" else ["--url", str(listener.base_url)]


async def called(client: Any, tool: str, **given: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, given)
    assert not result.is_error, result.content
    found: dict[str, Any] = result.structured_content
    return found


def test_an_assistant_finds_answers_with_version_and_sources(arguments: list[str]) -> None:
    async def ask(client: Any) -> None:
        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools] == ["list_views", "view", "search", "vocabulary", "sparql"]
        assert all(tool.annotations.read_only_hint for tool in tools)
        views = {view["name"] for view in (await called(client, "list_views"))["views"]}
        assert {"projects-citing", "spending"} <= views
        answer = await called(client, "view", name="projects-citing", params={"number": NUMBER})
        assert answer["rows"]
        assert answer["dataset_version"]
        assert answer["sources"]
        assert (await called(client, "view", name="indicators", limit=1))["truncated"]
        found = await called(client, "search", text=NUMBER)
        assert found["documents"][0]["iri"].startswith("http")
        vocabulary = await called(client, "vocabulary")
        assert any(line.startswith("jx:Project ") for line in vocabulary["classes"])
        assert any("年度资金申请总额" in line for line in vocabulary["data_properties"])
        counted = await called(
            client,
            "sparql",
            query="PREFIX jx: <https://w3id.org/jixiao/ontology#> SELECT (COUNT(*) AS ?n) WHERE { ?p a jx:Project }",
        )
        assert counted["rows"][0]["n"] > 1
        assert "/dataset" in counted["version"]
        assert (await called(client, "sparql", query="ASK { ?s ?p ?o }"))["boolean"] is True
        triples = await called(client, "sparql", query="CONSTRUCT { ?s a ?c } WHERE { ?s a ?c } LIMIT 3")
        assert "jixiao" in triples["turtle"]

    asked(arguments, ask)


def test_examples_in_the_description_of_a_tool_answer_what_no_view_computes(store: Store) -> None:
    """The three queries stand for a mean per body, more than half of a sum, and both of two things."""

    async def ask(client: Any) -> list[list[dict[str, Any]]]:
        described = next(tool.description for tool in (await client.list_tools()).tools if tool.name == "sparql")
        assert {terms.JX + name for name in re.findall(r"jx:(\w+)", described)} <= reference().keys()
        queries = re.findall(r"PREFIX(?s:.*?)LIMIT \d+", described)
        answers = [await called(client, "sparql", query=query) for query in queries]
        slip = queries[0].replace("jx:amount", "jx:amuont")
        assert "amuont" in (await called(client, "sparql", query=slip))["unknown_terms"]
        return [answer["rows"] for answer in answers]

    means, halves, both = asked_here(store, ask)

    assert [(row["name"], row["projects"], row["mean"]) for row in means] == [
        (MINHANG, 1, 1_000_000),
        (SONGJIANG, 2, 243_290.275),
    ]
    assert [(row["name"], row["title"], row["amount"], row["sum"]) for row in halves] == [
        (SONGJIANG, "业务培训", 400_000, 486_580.55),
    ]
    assert [row["name"] for row in both] == [SONGJIANG]


REFUSED = [
    ("view", {"name": "nothing"}, "没有视图 nothing"),
    ("view", {"name": "projects", "params": {"colour": "red"}}, "colour"),
    ("sparql", {"query": "SELECT * WHERE { SERVICE <http://localhost/> { ?s ?p ?o } }"}, "SERVICE"),
    ("sparql", {"query": "INSERT DATA { <x:a> <x:b> <x:c> }"}, "INSERT"),
    ("search", {"text": "会议", "kind": "nothing"}, "nothing"),
    ("search", {"text": "会议", "colour": "red"}, "colour"),
]


def test_refusals_are_told_in_words_and_large_answers_whole(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask(client: Any) -> list[tuple[bool, str]]:
        results = [await client.call_tool(tool, given) for tool, given, _ in REFUSED]
        monkeypatch.setattr(assistant, "LARGEST", 1000)
        results.append(await client.call_tool("sparql", {"query": "SELECT * WHERE { ?s ?p ?o }"}))
        return [(result.is_error, str(result.content[0].text)) for result in results]

    told = [*(words for *_, words in REFUSED), "LIMIT"]
    for words, (is_error, text) in zip(told, asked_here(store, ask), strict=True):
        assert is_error
        assert words in text


def test_what_cannot_be_served_ends_the_command(tmp_path: Path, run: Callable[..., Any]) -> None:
    nothing = run("mcp", "--store", tmp_path / "nothing")
    assert nothing.returncode == 2
    assert "Traceback" not in nothing.stderr
    assert run("mcp").returncode == 2
    assert "not an address" in run("mcp", "--url", "ftp://127.0.0.1/").stderr
