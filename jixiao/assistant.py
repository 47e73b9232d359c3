"""Offer views, search and SPARQL to assistants as tools of the Model Context Protocol (specification of 2025-06-18).

Tools ask the HTTP interface, of a site or of an application over a store in this process, so that the limits of the
server bound what an assistant may ask for. Answers of view, search and sparql name the version of the dataset, and
those with rows from sources name these.
"""

import inspect
import io
import json
import re
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import wraps
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO

import httpx
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp_types import ToolAnnotations
from rdflib import OWL, RDF, RDFS, SKOS, Graph
from rdflib.term import Node

from jixiao import interface
from jixiao.ontology import terms
from jixiao.python import Rows, Value, of_query
from jixiao.server.app.app import client_of
from jixiao.server.query import binding
from jixiao.server.settings import Settings

_EXAMPLES = ("mean-by-body", "more-than-half", "both-words")
"""Queries that show an assistant what no view computes: a mean, a share, both of two things."""

_READ_ONLY = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)
_INSTRUCTIONS = """\
预算绩效目标申报表和自评表的知识图谱：部门、项目、立项依据、绩效目标和指标，以及自评的执行数、完成值和得分。金额以元为单位。
先用 list_views 和 view；视图没有的计算（平均、占比、两样兼有、超过一半）用 sparql，类、属性和例子在它的说明里。
引用时写明版本（version）和来源 source 的行号。
A knowledge graph of Chinese budget performance-target filings and self-evaluations: bodies, projects, legal bases,
goals and indicators; money spent, values reached and scores (views evaluations, execution, results). Amounts are in
yuan. Use list_views and view first, and sparql for what no view computes (averages, shares, both of two
things, more than half), with the classes, properties and examples of its description. Cite the `version`
and the line of the source."""


@dataclass(frozen=True)
class Tools:
    """The tools, over a client of the HTTP interface. Each raises ToolError with the server's own words."""

    http: httpx.AsyncClient

    async def list_views(self) -> dict[str, Any]:
        """列出视图及其参数 · List the views: ready-made questions with their parameters and an example of each."""
        views = (await self._json(interface.json("views")))["views"]
        return {"views": [{key: view[key] for key in ("name", "question", "description", "params")} for view in views]}

    async def view(
        self, name: str, params: dict[str, str | list[str]] | None = None, limit: int = 50, offset: int = 0
    ) -> dict[str, Any]:
        """执行一个视图 · Answer a view of list_views by its name; `truncated` tells that rows follow, from `offset` on.

        A parameter is a text as people type it, such as number=松委发（2009）97号 or year=2022. `caveat` tells why sums
        may be incomplete. 视图没有的计算用 sparql · For what no view computes, use sparql.
        """
        page = {"limit": str(limit), "offset": str(offset)}
        return await self._json(interface.rows("views", name, {**(params or {}), **page}))

    async def search(self, text: str, kind: str | None = None, limit: int = 10) -> dict[str, Any]:
        """查找名称、文号和文字 · Find names, document numbers and texts; at most `limit` hits (up to 100) of each kind.

        `kind` is org, basis, project, indicator, goal, section, stated-basis, cost-item, evaluation (of a project, by
        its body), result (an indicator of an evaluation) or done (other texts of evaluations).
        """
        given = {"q": text, "limit": str(limit)} | ({} if kind is None else {"kind": kind})
        return await self._json(interface.search(given))

    async def vocabulary(self) -> dict[str, Any]:
        """列出类和属性，写 SPARQL 时用 · List classes and properties with their names, for writing SPARQL."""
        response = await self._send(interface.Request("GET", "ontology", {"headers": {"Accept": "text/turtle"}}))
        graph = Graph().parse(data=response.content, format="turtle")
        kinds = {"classes": OWL.Class, "object_properties": OWL.ObjectProperty, "data_properties": OWL.DatatypeProperty}
        return {"prefixes": dict(terms.PREFIXES)} | {name: sorted(_terms(graph, kind)) for name, kind in kinds.items()}

    async def sparql(self, query: str) -> dict[str, Any]:
        """执行 SPARQL 查询，凡视图没有的计算都用它 · Run a SPARQL query, for any computation that no view has.

        A SELECT gives rows, an ASK a boolean, other forms Turtle. Declare each prefix, and write LIMIT; limits of time
        and size are those of the server; SERVICE and updates are refused. `unknown_terms` are misspelt names.

        项目 project: a jx:Project; rdfs:label 名称 name; jx:year; jx:department 责任部门 body (jx:fullName 全称);
        jx:place (rdfs:label); jx:cites 依据 document (rdfs:label); jx:hasIndicator 指标 indicator (rdfs:label,
        jx:indicatorType, jx:targetValue, jx:targetUnit). jx:amount 金额 is the annual request, else the total, else
        what the narrative claims (jx:amountSource says which: of the year, or of the whole term), in a phase
        jx:amountPhase 申请、下达、批复 (requested, handed down …): never add across phases, years and sources.
        有的项目没有金额或部门，说出漏了几个 · Some projects lack an amount or a body: say how many.

        自评 self-evaluation: a jx:Evaluation, no project; rdfs:label 项目名称; jx:year; jx:department; jx:place;
        jx:evaluates 所评的项目 project, if known; jx:adjustedBudget 全年预算; jx:executed 执行数; jx:totalScore 总分;
        jx:hasResult 指标 result (rdfs:label, jx:targetText, jx:achievedText 完成值, jx:weight 分值, jx:score 得分,
        jx:reasonText). 目标达到没有，用视图 results · The view results judges what was missed.
        """
        response = await self._send(interface.sparql(query))
        answer: dict[str, Any] = {"version": interface.cited(response)}
        if unknown := response.headers.get("X-Unknown-Terms"):
            answer["unknown_terms"] = unknown
        if interface.is_turtle(response):
            return answer | {"turtle": response.text}
        result = of_query(response.content, False, query, answer["version"])
        if not isinstance(result, Rows):
            return answer | {"boolean": result}
        return answer | {"columns": result.columns, "rows": [_plain(row) for row in result]}

    async def _json(self, request: interface.Request) -> dict[str, Any]:
        return dict((await self._send(request)).json())

    async def _send(self, request: interface.Request) -> httpx.Response:
        try:
            response = await self.http.request(request.method, request.path, **request.sent)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ToolError(interface.no_reply(self.http, error)) from error
        if not response.is_success:
            raise ToolError(interface.detail(response))
        if len(response.content) > interface.LARGEST:
            raise ToolError(
                f"答案有 {len(response.content):,} 字节，太大；请用 limit 或 LIMIT 少要一些。"
                f" The answer has {len(response.content):,} bytes, which is too large; ask for less by limit or LIMIT."
            )
        return response


def mcp_server(tools: Tools) -> MCPServer[Any]:
    """Make the MCP server that offers the tools."""
    made = [_strict(each) for each in (tools.list_views, tools.view, tools.search, tools.vocabulary)]
    made.append(_strict(tools.sparql, *map(binding.query, _EXAMPLES)))
    return MCPServer(
        "jixiao",
        title="绩效 jixiao",
        instructions=_INSTRUCTIONS,
        version=version("jixiao"),
        log_level="WARNING",
        tools=made,
    )


_HALVES = re.compile("[\ufffd\ud800-\udfff]")


def _strict(call: Callable[..., Any], *examples: str) -> Tool:
    """Return a tool of the method `call` that refuses unknown arguments: a misspelt one would otherwise be ignored.

    An argument with half a character (a lone surrogate) is refused, too. The tool's description is the method's
    docstring, followed by the examples.
    """

    @wraps(call)
    async def checked(**given: Any) -> Any:
        if _HALVES.search(json.dumps(given, ensure_ascii=False)):
            raise ToolError("参数里有半个字符（�）。 An argument has half a character (�).")
        return await call(**given)

    description = "\n".join([inspect.getdoc(call) or "", *examples])
    tool = Tool.from_function(checked, description=description, annotations=_READ_ONLY)
    model = tool.fn_metadata.arg_model
    model.model_config["extra"] = "forbid"
    model.model_rebuild(force=True)
    tool.parameters = model.model_json_schema(by_alias=True)
    return tool


@asynccontextmanager
async def tools_of(target: str | Path) -> AsyncIterator[Tools]:
    """Open a site by its http(s) address, or an application over a store's directory; close it after the block.

    Raises StoreMissingError and StoreUnusableError.
    """
    if isinstance(target, str):
        opening: AbstractAsyncContextManager[httpx.AsyncClient] = httpx.AsyncClient(
            base_url=target, timeout=interface.SECONDS, follow_redirects=True
        )
    else:
        settings = Settings(store=target, access_log="", quick_seats=1, heavy_seats=1, check=False)
        opening = client_of(settings, "http://localhost", follow_redirects=True)
    async with opening as client:
        yield Tools(client)


_SURROGATE = re.compile(rb"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|(\\u[dD][89a-fA-F]..)|\\.")
"""A pair of surrogates in JSON, one without its pair as the group, or another escape."""


class _Requests(io.BufferedIOBase):
    """The lines of a stream, with U+FFFD for each surrogate without its pair.

    The SDK takes a request with such a surrogate for no JSON, and never answers the request.
    """

    def __init__(self, lines: BinaryIO) -> None:
        self._lines = lines

    def readable(self) -> bool:
        return True

    def read1(self, size: int = -1, /) -> bytes:
        return _SURROGATE.sub(lambda found: rb"\ufffd" if found[1] else found[0], self._lines.readline())


async def run(target: str | Path) -> None:
    """Serve the tools over stdin and stdout until the assistant closes them."""
    sys.stdin = io.TextIOWrapper(_Requests(sys.stdin.buffer))
    async with tools_of(target) as tools:
        await mcp_server(tools).run_stdio_async()


def _plain(row: Mapping[str, Value]) -> dict[str, Any]:
    """Return the values of a row as JSON has them: numbers as numbers, dates as texts."""
    dated = {name: str(value) if isinstance(value, date) else value for name, value in row.items()}
    return {name: float(value) if isinstance(value, Decimal) else value for name, value in dated.items()}


def _terms(graph: Graph, kind: Node) -> list[str]:
    """Return a line for each term of a kind: the prefixed name, labels, and the definition in English."""
    lines = []
    for term in {term for term in graph.subjects(RDF.type, kind) if str(term).startswith(terms.PREFIXES["jx"])}:
        labels = "，".join(sorted(str(label) for label in graph.objects(term, RDFS.label)))
        texts = [*graph.objects(term, SKOS.definition), *graph.objects(term, RDFS.comment)]
        definition = next((str(text) for text in texts if getattr(text, "language", "") == "en"), "")
        lines.append(f"jx:{str(term).removeprefix(terms.PREFIXES['jx'])} {labels}: {definition}")
    return lines
