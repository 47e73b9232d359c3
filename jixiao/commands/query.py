"""Define `jixiao query`, which runs a SPARQL query from a file, an argument or stdin, without a time limit."""

import json
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from jixiao.server.errors import QueryError
from jixiao.server.http.negotiation import CSV, JSON, TURTLE
from jixiao.server.query.evaluation import evaluate
from jixiao.server.query.guard import Checked, check
from jixiao.server.query.jobs import Job
from jixiao.server.query.sink import Memory
from jixiao.store import Store
from jixiao.store_option import StoreOption, generation_of
from jixiao.terminal import fail, result_table, write

Format = Literal["table", "csv", "json", "ttl"]
"""Forms of the result: table, csv and json for SELECT and ASK; ttl for CONSTRUCT and DESCRIBE."""


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
    base = generation.manifest.base_iri
    text = _text(sparql)
    found = Memory()
    try:
        checked = check(text, base)
        job = Job(generation.graph_directory, base, text, wanted=_form(checked, form), max_bytes=sys.maxsize)
        evaluate(generation.graph, job, found)
    except QueryError as error:
        fail(f"查询有误 · the query is wrong: {error}")
    if (form is None and not checked.gives_graph) or form == "table":
        _table(found.getvalue())
    else:
        write(found.getvalue())


def _form(checked: Checked, form: Format | None) -> str:
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
        if _is_file(given):
            return Path(given).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        fail("查询不是 UTF-8 文本 · the query is not UTF-8 text")
    except OSError as error:
        fail(f"{given}: {error.strerror}")
    if given.endswith(".rq"):
        fail(f"没有这个文件 · no such file: {given}")
    return given


def _is_file(given: str) -> bool:
    try:
        return Path(given).is_file()
    except (OSError, ValueError):  # the text of a query is too long for a path, or has a null character
        return False


def _table(results: bytes) -> None:
    found = json.loads(results)
    if "boolean" in found:
        write("true\n" if found["boolean"] else "false\n")
        return
    names = found["head"]["vars"]
    rows = [[row[name]["value"] if name in row else "" for name in names] for row in found["results"]["bindings"]]
    result_table([(f"?{name}", False) for name in names], rows)
