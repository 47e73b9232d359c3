"""Define `jixiao view`, which answers a ready-made question, chosen by name, with parameters."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pyoxigraph
import typer

from jixiao.ontology.decimals import digits
from jixiao.server.errors import ParameterError
from jixiao.server.http import requests
from jixiao.server.publication.credit import Credit
from jixiao.server.views import view_files
from jixiao.server.views.answers import Answer
from jixiao.server.views.columns import Column, Value
from jixiao.server.views.tables import to_csv, to_xlsx
from jixiao.server.views.view_files import View
from jixiao.store import Store
from jixiao.store_option import StoreOption, generation_of
from jixiao.terminal import fail, result_table, say, write


class Format(StrEnum):
    """Form of the rows."""

    table = "table"
    csv = "csv"
    json = "json"
    xlsx = "xlsx"


def view(
    store: StoreOption,
    name: Annotated[
        str | None,
        typer.Argument(
            help="视图名；不写则列出各视图 · the view's name; without one, views are listed", show_default=False
        ),
    ] = None,
    params: Annotated[
        list[str] | None, typer.Argument(metavar="[参数=值 param=value]…", help="参数 · parameters", show_default=False)
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="结果格式 · format of the result")] = Format.table,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="写入文件 · write to a file", show_default=False)
    ] = None,
) -> None:
    """执行一个视图；不写名称则列出各视图 · answer a ready-made question; without a name, list them."""
    opened = Store.open(store)
    known = view_files.load(opened.base_iri)
    if name is None:
        _list(known.values())
        return
    if name not in known:
        fail(f"没有视图 {name}，可用的有 · no view {name}; there are: {', '.join(known)}")
    generation = generation_of(opened)

    def run(sparql: str) -> bytes:
        results = generation.graph.query(sparql)
        if not isinstance(results, pyoxigraph.QuerySolutions):
            raise TypeError("a view is a SELECT")
        return results.serialize(format=pyoxigraph.QueryResultsFormat.JSON) or b""

    try:
        answer = known[name].answer(run, _given(params or []), generation.version, generation.index)
        answer = replace(answer, credit=Credit.of(opened.publisher(), generation.manifest))
    except ParameterError as error:
        fail(str(error))
    if form is Format.table and output is None:
        _table(answer)
    else:
        _file(answer, known[name], form, output)
    _remarks(answer, form)


def _list(views: Iterable[View]) -> None:
    """Print the views with their questions and parameters; a star marks a parameter that a view requires."""
    rows = [
        [each.name, each.question.zh, " ".join(p.name + "＊" * p.required for p in each.params), each.question.en]
        for each in views
    ]
    result_table([("视图 View", False), ("问题", False), ("参数 Parameters", False), ("Question", False)], rows)


def _file(answer: Answer, of: View, form: Format, output: Path | None) -> None:
    """Write the answer to a file or to stdout."""
    if form is Format.xlsx:
        asked = requests.address(f"views/{of.name}", answer.params)
        content = to_xlsx(answer, "zh", of.question, f"{of.base_iri}{asked}")
    else:
        content = (answer.to_json() if form is Format.json else to_csv(answer)).encode()
    if output is not None:
        output.write_bytes(content)
    elif form is not Format.xlsx:
        write(content.decode())
    elif sys.stdout.isatty():
        fail("xlsx 不能显示在终端，请用 -o 写入文件 · xlsx cannot be shown on a terminal: use -o to write a file")
    else:
        sys.stdout.buffer.write(content)


def _remarks(answer: Answer, form: Format) -> None:
    """Say beside the result what names were taken for, what may have been meant, and that there is more."""
    other = dict.fromkeys(each.typed for each in answer.resolved if each.label != each.typed)
    for typed in other:
        meant = "、".join(each.label for each in answer.resolved if each.typed == typed)
        say(f"“{typed}”指 · means: {meant}")
    if answer.message and form in (Format.csv, Format.xlsx):
        say(f"{answer.message['zh']} {answer.message['en']}")
    if answer.near:
        say(f"是不是要找 · did you mean: {'、'.join(each.label for each in answer.near)}")
    if answer.truncated:
        say("还有更多行，用 limit= 和 offset= 取得 · there are more rows: use limit= and offset=")


def _given(params: Sequence[str]) -> dict[str, str | Sequence[str]]:
    given: dict[str, list[str]] = {}
    for param in params:
        name, equals, value = param.partition("=")
        if not equals:
            fail(f"参数要写成 名=值：{param} · a parameter is name=value: {param}")
        given.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in given.items()}


def _table(answer: Answer) -> None:
    """Print the rows for people: without IRIs whose names are in another column, with totals at the end."""
    linked = {column.link for column in answer.columns}
    noted = {column.note for column in answer.columns}
    filled = {name for row in answer.rows for name, value in row.items() if value is not None}
    columns = [each for each in answer.columns if each.name not in linked | (noted - filled)]
    numbers = {"yuan", "decimal", "integer"}
    heads = [(f"{column.label['zh']} {column.label['en']}", column.type in numbers) for column in columns]
    rows = [[_cell(row[column.name], column) for column in columns] for row in answer.rows]
    totals = answer.totals()
    if totals and len(rows) > 1:
        sums = [_cell(totals[column.name], column) if column.name in totals else "" for column in columns]
        rows.append([sums[0] or "合计 total", *sums[1:]])
    if answer.message:
        write(f"{answer.message['zh']} {answer.message['en']}\n")
    else:
        result_table(heads, rows)


def _cell(value: Value, column: Column) -> str:
    words = column.words(value)
    if words is not None:
        return words.zh if words.zh == words.en else f"{words.zh} {words.en}"
    if value is None:
        return ""
    if column.type == "yuan" and isinstance(value, int | Decimal):
        return f"{digits(value, grouped=True)} 元"
    return value if isinstance(value, str) else digits(value)
