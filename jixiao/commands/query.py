"""`jixiao query`: SPARQL over a store, from a file, an argument or stdin. Own queries have no time limit."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pyoxigraph
import typer

from jixiao.commands import StoreOption
from jixiao.ontology import terms
from jixiao.server.errors import QueryError
from jixiao.server.guard import check
from jixiao.store import Store
from jixiao.terminal import fail, table, write

_RESULTS = {"csv": pyoxigraph.QueryResultsFormat.CSV, "json": pyoxigraph.QueryResultsFormat.JSON}


class Format(StrEnum):
    """table, csv and json for solutions and ASK; ttl for graphs."""

    table = "table"
    csv = "csv"
    json = "json"
    ttl = "ttl"


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
    generation = Store.open(store).current()
    if generation is None:
        fail(f"库 {store} 中还没有数据 · the store {store} holds nothing yet")
    try:
        text = _text(sparql)
        check(text)
        results = generation.graph.query(text, base_iri=generation.manifest.base_iri)
        _print(results, form)
    except (QueryError, SyntaxError, RuntimeError) as error:
        fail(f"查询有误 · the query is wrong: {error}")


def _text(given: str) -> str:
    """The query: stdin for `-`, a file's content where there is such a file, else the argument itself."""
    try:
        if given == "-":
            return sys.stdin.buffer.read().decode("utf-8")
        if len(given) < 1000 and "\n" not in given and Path(given).is_file():
            return Path(given).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        fail("查询不是 UTF-8 文本 · the query is not UTF-8 text")
    except OSError as error:
        fail(f"{given}: {error.strerror}")
    if given.endswith(".rq"):
        fail(f"没有这个文件 · no such file: {given}")
    return given


def _print(
    results: pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean | pyoxigraph.QueryTriples, form: Format | None
) -> None:
    if isinstance(results, pyoxigraph.QueryTriples):
        if form not in (None, Format.ttl):
            fail("CONSTRUCT 和 DESCRIBE 只能输出 ttl · CONSTRUCT and DESCRIBE give ttl only")
        graph = pyoxigraph.serialize(results, format=pyoxigraph.RdfFormat.TURTLE, prefixes=terms.PREFIXES)
        sys.stdout.buffer.write(graph or b"")
    elif form is Format.ttl:
        fail("ttl 只用于 CONSTRUCT 和 DESCRIBE · ttl is for CONSTRUCT and DESCRIBE")
    elif form in (Format.csv, Format.json):
        sys.stdout.buffer.write(results.serialize(format=_RESULTS[form.value]) or b"")
    elif isinstance(results, pyoxigraph.QueryBoolean):
        write("true\n" if results else "false\n")
    else:
        names = [variable.value for variable in results.variables]
        rows = [[_shown(solution[name]) for name in names] for solution in results]
        table([(f"?{name}", False) for name in names], rows, sys.stdout)
    sys.stdout.buffer.flush()


def _shown(term: object) -> str:
    if isinstance(term, pyoxigraph.NamedNode | pyoxigraph.Literal):
        return term.value
    return "" if term is None else str(term)
