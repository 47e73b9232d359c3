"""Define `jixiao view`, which answers a ready-made question, chosen by name, with parameters."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import pyoxigraph
import typer

from jixiao.ontology.decimals import digits
from jixiao.server.errors import ParameterError
from jixiao.server.publication.credit import Credit
from jixiao.server.views import view_files
from jixiao.server.views.answers import Answer, Value
from jixiao.store import Store
from jixiao.store_option import StoreOption, generation_of
from jixiao.terminal import fail, result_table, say, write


class Format(StrEnum):
    """Form of the rows."""

    table = "table"
    csv = "csv"
    json = "json"


def view(
    store: StoreOption,
    name: Annotated[str, typer.Argument(help="视图名 · the view's name")],
    params: Annotated[
        list[str] | None, typer.Argument(metavar="[参数=值 param=value]…", help="参数 · parameters", show_default=False)
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="结果格式 · format of the result")] = Format.table,
) -> None:
    """执行一个视图 · answer a ready-made question."""
    opened = Store.open(store)
    generation = generation_of(opened)
    known = view_files.load(opened.base_iri)
    if name not in known:
        fail(f"没有视图 {name}，可用的有 · no view {name}; there are: {', '.join(known)}")

    def run(sparql: str) -> bytes:
        results = generation.graph.query(sparql)
        if not isinstance(results, pyoxigraph.QuerySolutions):
            raise TypeError("a view is a SELECT")
        return results.serialize(format=pyoxigraph.QueryResultsFormat.JSON) or b""

    try:
        answer = known[name].answer(run, _given(params or []), generation.version)
        answer = replace(answer, credit=Credit.of(opened.publisher(), generation.manifest))
    except ParameterError as error:
        fail(str(error))
    if form is Format.table:
        _table(answer)
    else:
        write(answer.to_json() if form is Format.json else answer.to_csv())
    if answer.message and form is Format.csv:
        say(f"{answer.message['zh']} {answer.message['en']}")
    if answer.truncated:
        say("还有更多行，用 limit= 和 offset= 取得 · there are more rows: use limit= and offset=")


def _given(params: Sequence[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for param in params:
        name, equals, value = param.partition("=")
        if not equals:
            fail(f"参数要写成 名=值：{param} · a parameter is name=value: {param}")
        if name in given:
            fail(f"参数 {name} 给了两次 · parameter {name} is given twice")
        given[name] = value
    return given


def _table(answer: Answer) -> None:
    """Print the rows for people: without IRIs whose names are in another column, with totals at the end."""
    linked = {column.link for column in answer.columns}
    columns = [column for column in answer.columns if column.name not in linked]
    numbers = {"yuan", "decimal", "integer"}
    heads = [(f"{column.label['zh']} {column.label['en']}", column.type in numbers) for column in columns]
    rows = [[_cell(row[column.name], column.type) for column in columns] for row in answer.rows]
    totals = answer.totals()
    if totals and len(rows) > 1:
        sums = [_cell(totals.get(column.name), column.type) for column in columns]
        rows.append([sums[0] or "合计 total", *sums[1:]])
    if answer.message:
        write(f"{answer.message['zh']} {answer.message['en']}\n")
    else:
        result_table(heads, rows)


def _cell(value: Value, kind: str) -> str:
    if value is None:
        return ""
    if kind == "yuan" and isinstance(value, int | Decimal):
        return f"{digits(value, grouped=True)} 元"
    return value if isinstance(value, str) else digits(value)
