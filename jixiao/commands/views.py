"""Define the commands that answer views: by name, by a question in plain words, or to try a folder of views.

`jixiao ask` prints the answer to stdout and how it read the question to stderr. Exit status 1 means that it did not
understand the question: there is no answer, and it offers the nearest questions.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from jixiao.server.errors import ServerError, ViewFileError
from jixiao.server.http import requests
from jixiao.server.views.questions.asking import Reader
from jixiao.server.views.view_files import View
from jixiao.server.views.view_folder import load_all, read_all
from jixiao.store import Store
from jixiao.store_option import StoreOption, ViewsOption
from jixiao.terminal import fail, result_table, say, say_error, write
from jixiao.viewing import Format, Viewing, print_answer

FormatOption = Annotated[Format, typer.Option("--format", help="结果格式 · format of the result")]
OutputOption = Annotated[
    Path | None, typer.Option("--output", "-o", help="写入文件 · write to a file", show_default=False)
]


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
    print_answer(opened.answer(name, _given(params or [])), opened.views[name], form, output)


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


def ask(
    store: StoreOption,
    question: Annotated[str, typer.Argument(metavar="'问题 QUESTION'", help="问题 · the question", show_default=False)],
    form: FormatOption = "table",
    output: OutputOption = None,
    views: ViewsOption = None,
) -> None:
    """用平常的话提问 · ask a question in plain words."""
    opened = Viewing.open(store, views)
    index = opened.generation.index
    if index is None:
        fail(f"库 {store} 没有索引，请运行 jixiao reread · the store {store} has no index: run jixiao reread")
    reading = Reader(opened.views.values(), opened.store.base_iri).read(question, index, opened.has_rows)
    answer = None if reading.fit is None else opened.answer(reading.fit.pattern.view.name, reading.params)
    told = reading.told(answer)
    say(f"{told.zh}\n{told.en}")
    if form == "json" and output is None:
        write(reading.to_json(answer))
    elif reading.fit is not None and answer is not None:
        print_answer(answer, reading.fit.pattern.view, form, output)
    if answer is None:
        for text, _ in reading.suggestions:
            say(f"- {text.zh}" if text.zh == text.en else f"- {text.zh} {text.en}")
        raise typer.Exit(1)


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
