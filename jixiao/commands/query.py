"""Define the command that asks a store by SPARQL, without a limit of time."""

import json
import os.path
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from jixiao.server.errors import QueryError
from jixiao.server.http.negotiation import CSV, JSON, TURTLE
from jixiao.server.query import evaluation, guard, jobs, unknown_terms
from jixiao.store import Store
from jixiao.terminal import StoreOption, fail, say, write

QueryFormat = Literal["table", "csv", "json", "ttl"]
"""Forms of a query's result: table, csv and json for SELECT and ASK; ttl for CONSTRUCT and DESCRIBE."""


def query(
    store: StoreOption,
    sparql: Annotated[
        str, typer.Argument(metavar="[FILE|-|'SPARQL']", help="查询：文件、- 或文本 · a file, -, or the text")
    ] = "-",
    form: Annotated[
        QueryFormat | None, typer.Option("--format", help="结果格式 · format of the result", show_default=False)
    ] = None,
) -> None:
    """执行 SPARQL 查询 · run a SPARQL query."""
    generation = Store.open(store).present()
    base, text, results = generation.manifest.base_iri, _text(sparql), jobs.Memory()
    try:
        checked = guard.check(text, base)
        job = jobs.Job(generation.graph_directory, base, text, wanted=_form(checked, form), max_bytes=sys.maxsize)
        evaluation.evaluate(generation.graph, job, results)
    except QueryError as error:
        fail(f"查询有误 · the query is wrong: {error}")
    for term in unknown_terms.find(text):
        like = "" if term.nearest is None else f"，是不是 · did you mean {term.text}？"
        say(f"词汇里没有 · not in the vocabulary: {term.written}{like}")
    if (form is None and not checked.gives_graph) or form == "table":
        _table(results.getvalue())
    else:
        write(results.getvalue())


def _form(checked: guard.Checked, form: QueryFormat | None) -> str:
    """Return the name of the format to ask of the engine; end the command if `form` does not suit the query."""
    if checked.gives_graph and form not in (None, "ttl"):
        fail("CONSTRUCT 和 DESCRIBE 只能输出 ttl · CONSTRUCT and DESCRIBE give ttl only")
    if form == "ttl" and not checked.gives_graph:
        fail("ttl 只用于 CONSTRUCT 和 DESCRIBE · ttl is for CONSTRUCT and DESCRIBE")
    if checked.gives_graph:
        return TURTLE.name
    return CSV.name if form == "csv" else JSON.name


def _text(given: str) -> str:
    """Return the query text: stdin for `-`, the content of a file if there is such a file, otherwise the argument.

    An argument that ends in .rq and names no file ends the command.
    """
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
        from jixiao.tables import result_table  # noqa: PLC0415 - programs ask for other formats, and rich is slow to import

        result_table([(f"?{name}", False) for name in names], rows)
