"""Define `jixiao view`, which answers a ready-made question, chosen by name, with parameters."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from jixiao.server.errors import ParameterError
from jixiao.server.views.view_files import View
from jixiao.store import Store
from jixiao.store_option import StoreOption, ViewsOption
from jixiao.terminal import fail, result_table
from jixiao.viewing import Format, Viewing, print_answer, views_of


def view(  # noqa: PLR0913, PLR0917 - the options of a command
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
    views: ViewsOption = None,
) -> None:
    """执行一个视图；不写名称则列出各视图 · answer a ready-made question; without a name, list them."""
    if name is None:
        _list(views_of(Store.open(store), views).values())
        return
    opened = Viewing.open(store, views)
    if name not in opened.views:
        fail(f"没有视图 {name}，可用的有 · no view {name}; there are: {', '.join(opened.views)}")
    try:
        answer = opened.answer(name, _given(params or []))
    except ParameterError as error:
        fail(str(error))
    print_answer(answer, opened.views[name], form, output)


def _list(views: Iterable[View]) -> None:
    """Print the views with their questions and parameters; a star marks a parameter that a view requires."""
    rows = [
        [each.name, each.question.zh, " ".join(p.name + "＊" * p.required for p in each.params), each.question.en]
        for each in views
    ]
    result_table([("视图 View", False), ("问题", False), ("参数 Parameters", False), ("Question", False)], rows)


def _given(params: Sequence[str]) -> dict[str, str | Sequence[str]]:
    given: dict[str, list[str]] = {}
    for param in params:
        name, equals, value = param.partition("=")
        if not equals:
            fail(f"参数要写成 名=值：{param} · a parameter is name=value: {param}")
        given.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in given.items()}
