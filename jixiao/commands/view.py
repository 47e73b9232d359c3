"""Define the commands that answer a view of a store, and check an operator's own views."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from jixiao.server.errors import ServerError, ViewFileError
from jixiao.server.http import requests
from jixiao.server.views.view_files import View
from jixiao.server.views.view_folder import load_all, read_all
from jixiao.store import Store
from jixiao.tables import result_table
from jixiao.terminal import StoreOption, ViewsOption, fail, say, say_error, write
from jixiao.viewing import FormatOption, OutputOption, Viewing, print_answer


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
    form: FormatOption = "table",
    output: OutputOption = None,
    views: ViewsOption = None,
) -> None:
    """执行一个视图；不写名称则列出各视图 · answer a ready-made question; without a name, list them."""
    if name is None:
        _list(load_all(Store.open(store).base_iri, views).values())
        return
    opened = Viewing.open(store, views)
    if name not in opened.views:
        fail(f"没有视图 {name}，可用的有 · no view {name}; there are: {', '.join(opened.views)}")
    print_answer(opened.with_caveat(opened.answer(name, _given(params or []))), opened.views[name], form, output)


def _list(views: Iterable[View]) -> None:
    """Print the views with their questions and parameters; a star marks a parameter that a view requires."""
    rows = [
        [each.name, each.question.zh, " ".join(p.name + "＊" * p.required for p in each.params), each.question.en]
        for each in views
    ]
    result_table([("视图 View", False), ("问题", False), ("参数 Parameters", False), ("Question", False)], rows)


def _given(params: Sequence[str]) -> dict[str, str | Sequence[str]]:
    for param in params:
        if "=" not in param:
            fail(f"参数要写成 名=值：{param} · a parameter is name=value: {param}")
    return requests.single((name, value) for name, _, value in (param.partition("=") for param in params))


views = typer.Typer(no_args_is_help=True, help="自己的视图 · views of your own")


@views.callback()
def _root() -> None:
    """Keep `check` a sub-command although it is the only one."""


@views.command()
def check(
    folder: Annotated[Path, typer.Argument(help="视图的文件夹 · the folder of views", show_default=False)],
    store: Annotated[
        Path | None, typer.Option("--store", help="执行视图所用的库 · a store to run them on", show_default=False)
    ] = None,
) -> None:
    """检查文件夹里的视图，有库则逐个执行 · check the views of a folder, and run each if a store is given."""
    right, wrong = read_all(folder)
    if not right and not wrong:
        fail(f"{folder} 里没有 .rq 文件 · there is no .rq file in {folder}")
    for each in wrong:
        say_error(str(each))
    for view in right:
        if "\n#+ facts:" in (folder / f"{view.name}.rq").read_text(encoding="utf-8"):
            say(f"{view.name}.rq：题头的 facts 不再有效，由查询回答 · its facts are not used: the query answers")
    if wrong or store is None:
        for view in right:
            write(f"{view.name}：{view.title.zh} · {view.title.en}\n")
    else:
        wrong += _run(Viewing.open(store, folder), right)
    if wrong:
        raise typer.Exit(1)


def _run(opened: Viewing, views: list[View]) -> list[ViewFileError]:
    """Answer each view with the examples of its required parameters, and print the number of rows."""
    failed = []
    for view in views:
        try:
            answer = opened.answer(view.name, {p.name: p.example for p in view.params if p.required})
        except (ServerError, RuntimeError) as error:
            failed.append(ViewFileError(f"{view.name}.rq：{error}", ""))
            say_error(str(failed[-1]))
            continue
        rows = f"{len(answer.rows):,} 行 rows" if answer.rows else "没有一行 no rows"
        write(f"{view.name}：{view.title.zh} · {view.title.en} · {rows}\n")
    return failed
