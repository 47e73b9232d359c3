"""Define `jixiao views check`, which tries the views of a folder before `--views` names the folder."""

from pathlib import Path
from typing import Annotated

import typer

from jixiao.server.errors import ServerError, ViewFileError
from jixiao.server.views import view_folder
from jixiao.server.views.view_files import View
from jixiao.terminal import fail, say_error, write
from jixiao.viewing import Viewing

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
    try:
        right, wrong = view_folder.read_all(folder)
    except ViewFileError as error:
        fail(str(error))
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
        rows = "没有一行 no rows" if not answer.rows else f"{len(answer.rows):,} 行 rows"
        write(f"{view.name}：{view.title.zh} · {view.title.en} · {rows}\n")
    return failed
