"""Define the commands that look something up in a store: by SPARQL, without a limit of time, or by words."""

import json
import os.path
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from jixiao.server.apps.search import answers
from jixiao.server.errors import QueryError
from jixiao.server.http.negotiation import CSV, JSON, TURTLE
from jixiao.server.query import evaluation, guard, jobs
from jixiao.store import Found, Hit, Store
from jixiao.store_option import StoreOption, generation_of
from jixiao.terminal import fail, result_table, say, write, write_json

Format = Literal["table", "csv", "json", "ttl"]
"""Forms of a query's result: table, csv and json for SELECT and ASK; ttl for CONSTRUCT and DESCRIBE."""


def query(
    store: StoreOption,
    sparql: Annotated[
        str, typer.Argument(metavar="[FILE|-|'SPARQL']", help="查询：文件、- 或文本 · a file, -, or the text")
    ] = "-",
    form: Annotated[
        Format | None, typer.Option("--format", help="结果格式 · format of the result", show_default=False)
    ] = None,
) -> None:
    """执行 SPARQL 查询 · run a SPARQL query."""
    generation = generation_of(Store.open(store))
    base, text, results = generation.manifest.base_iri, _text(sparql), jobs.Memory()
    try:
        checked = guard.check(text, base)
        job = jobs.Job(generation.graph_directory, base, text, wanted=_form(checked, form), max_bytes=sys.maxsize)
        evaluation.evaluate(generation.graph, job, results)
    except QueryError as error:
        fail(f"查询有误 · the query is wrong: {error}")
    if (form is None and not checked.gives_graph) or form == "table":
        _table(results.getvalue())
    else:
        write(results.getvalue())


def _form(checked: guard.Checked, form: Format | None) -> str:
    """Return the name of the format to ask of the engine; end the command if `form` does not suit the query."""
    if checked.gives_graph and form not in (None, "ttl"):
        fail("CONSTRUCT 和 DESCRIBE 只能输出 ttl · CONSTRUCT and DESCRIBE give ttl only")
    if form == "ttl" and not checked.gives_graph:
        fail("ttl 只用于 CONSTRUCT 和 DESCRIBE · ttl is for CONSTRUCT and DESCRIBE")
    if checked.gives_graph:
        return TURTLE.name
    return CSV.name if form == "csv" else JSON.name


def _text(given: str) -> str:
    """Return the query text: stdin for `-`, the content of a file if there is such a file, otherwise the argument."""
    try:
        if given == "-":
            return sys.stdin.buffer.read().decode("utf-8")
        if os.path.isfile(given):  # noqa: PTH113 - false, too, for the text of a query that can be no path
            return Path(given).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        fail("查询不是 UTF-8 文本 · the query is not UTF-8 text")
    except OSError as error:
        fail(f"{given}: {error.strerror}")
    if given.endswith(".rq"):
        fail(f"没有这个文件 · no such file: {given}")
    return given


def _table(written: bytes) -> None:
    results = json.loads(written)
    if "boolean" in results:
        write(f"{json.dumps(results['boolean'])}\n")
    else:
        names, bindings = results["head"]["vars"], results["results"]["bindings"]
        rows = [[row[name]["value"] if name in row else "" for name in names] for row in bindings]
        result_table([(f"?{name}", False) for name in names], rows)


_HEAD = [("种类 Kind", False), ("名称 Name", False), ("原文 Text", False), ("项目 Project", False), ("行 Line", True)]


def search(
    store: StoreOption,
    text: Annotated[str, typer.Argument(help="要找的字，两个以上 · at least two characters", show_default=False)],
    kind: Annotated[
        str | None, typer.Option(help=f"只找一种 · one kind only: {', '.join(answers.KINDS)}", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=answers.MOST, help="每种至多几条 · hits of each kind")] = 5,
    form: Annotated[Literal["table", "json"], typer.Option("--format", help="格式 · format")] = "table",
) -> None:
    """查找名称、文号和文字 · find names, document numbers and texts."""
    opened = Store.open(store)
    generation = generation_of(opened)
    given = {"q": text, "limit": str(limit)} | ({} if kind is None else {"kind": kind})
    found = answers.QuotedLines(opened).exact(answers.find(generation, answers.Asked.of(given)))
    if form == "json":
        write_json(answers.to_json(found, generation.version))
        return
    hits = [*found.documents, *(hit for group in found.groups for hit in group.hits)]
    if hits:
        result_table(_HEAD, [_row(hit) for hit in hits])
    _remarks(found, len(hits))


def _row(hit: Hit) -> list[str]:
    words = answers.KINDS[hit.kind]
    project = hit.project_label or ("" if hit.projects is None else f"{hit.projects:,} 个项目 projects")
    about = "，".join(filter(None, (project, hit.department or "", str(hit.year or ""))))
    snippet = "" if hit.snippet.text == hit.label else hit.snippet.text
    return [f"{words.zh} {words.en}", hit.label, snippet, about, "" if hit.line is None else str(hit.line)]


def _remarks(found: Found, shown: int) -> None:
    if found.total > shown:
        counted = "、".join(
            f"{answers.KINDS[kind].zh} {answers.KINDS[kind].en} {count:,}" for kind, count in found.counts.items()
        )
        say(f"共 {found.total:,} 条 in all：{counted}")
    elif not found.total and not found.documents:
        say("没有找到 · nothing was found")
    if found.near:
        say(f"是不是要找 · did you mean: {'、'.join(name.label for name in found.near)}")
