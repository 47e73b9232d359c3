"""Define the commands that answer a view of a store, chosen by name or by a question, and check an operator's views.

Answers are a table for people, CSV, JSON or xlsx on stdout; remarks, and how a question was read, go to stderr.
"""

import gc
import sys
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer

from jixiao.ontology.reference import reference
from jixiao.ontology.text.decimals import digits
from jixiao.server.errors import ServerError, ViewFileError
from jixiao.server.http import requests
from jixiao.server.views import csv_text
from jixiao.server.views.answers import Answer, Column, Value
from jixiao.server.views.view_files import View
from jixiao.server.views.view_folder import load_all, read_all
from jixiao.store import Store, files
from jixiao.tables import MOST_ROWS, result_table
from jixiao.terminal import FullOption, LangOption, StoreOption, ViewsOption, Words, fail, say, say_error, write
from jixiao.viewing import Viewing

BOTH = Words("both")

_MOST_OBJECTS = 200_000
"""Objects between two collections of garbage: hardly any of those that reading a question makes are garbage."""
Format = Literal["table", "csv", "json", "xlsx"]
"""Forms of the rows."""
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
    lang: LangOption = None,
    full: FullOption = False,
) -> None:
    """执行一个视图；不写名称则列出各视图 · answer a ready-made question; without a name, list them."""
    words = Words.of(lang)
    if name is None:
        _list(load_all(Store.open(store).base_iri, views).values(), words)
        return
    opened = Viewing.open(store, views)
    if name not in opened.views:
        fail(f"没有视图 {name}，可用的有 · no view {name}; there are: {', '.join(opened.views)}")
    print_answer(opened.answer(name, _given(params or [])), opened.views[name], form, output, words, is_full=full)


def _list(views: Iterable[View], words: Words) -> None:
    """Print the views with their questions and parameters; a star marks a parameter that a view requires."""
    rows = [
        [each.name, words.said(each.question), " ".join(p.name + ("＊" if p.required else "") for p in each.params)]
        for each in views
    ]
    heads = (("视图", "View"), ("问题", "Question"), ("参数", "Parameters"))
    result_table([(words.t(zh, en), False) for zh, en in heads], rows)


def _given(params: Sequence[str]) -> dict[str, str | Sequence[str]]:
    for param in params:
        if "=" not in param:
            fail(f"参数要写成 名=值：{param} · a parameter is name=value: {param}")
    return requests.single((name, value) for name, _, value in (param.partition("=") for param in params))


def ask(  # noqa: PLR0913, PLR0917 - the options of a command
    store: StoreOption,
    question: Annotated[str, typer.Argument(metavar="'问题 QUESTION'", help="问题 · the question", show_default=False)],
    form: FormatOption = "table",
    output: OutputOption = None,
    views: ViewsOption = None,
    lang: LangOption = None,
    full: FullOption = False,
    after: Annotated[
        str,
        typer.Option("--after", help="前一个问题 · the question before", metavar="问题 QUESTION", show_default=False),
    ] = "",
) -> None:
    """用平常的话提问 · ask a question in plain words."""
    gc.set_threshold(_MOST_OBJECTS)
    from jixiao.server.box import answering  # noqa: PLC0415 - only this command reads questions
    from jixiao.server.box.reading import Reader  # noqa: PLC0415

    words, opened = Words.of(lang), Viewing.open(store, views)
    index = opened.generation.index
    if index is None:
        fail(f"库 {store} 没有索引，请运行 jixiao reread · the store {store} has no index: run jixiao reread")
    rows = partial(answering.count, opened.rows_of, opened.store.base_iri)
    reading = Reader(index, rows).read(answering.checked(question), after)
    asked = answering.asked(reading, opened.views, opened.store.base_iri)
    shown = None
    if reading.understood:
        shown = answering.told(reading, asked.view, opened.answer_of(asked.view, asked.given))
    say(words.said(answering.said(reading)))
    for note in reading.notes:
        say(words.said(note))
    if reading.unused:
        say(f"{words.t('未用', 'not applied')}: {'、'.join(reading.unused)}")
    if reading.near:
        suggested = "、".join(suggestion.text for suggestion in reading.near)
        say(f"{words.t('您是否要找', 'did you mean')}: {suggested}")
    if form == "json" and output is None:
        write(asked.to_json(shown))
    elif shown is not None:
        if form == "table" and output is None:
            write(words.said(shown.head.said), "\n")
        print_answer(shown, asked.view, form, output, words, is_full=full)
    if shown is None:
        say(words.t("没有读懂，所以没有作答", "the question was not understood, so there is no answer"))
        raise typer.Exit(1)


def print_answer(  # noqa: PLR0913 - what to print, where, and how
    answer: Answer,
    view: View,
    form: Format,
    output: Path | None = None,
    words: Words = BOTH,
    *,
    is_full: bool = True,
) -> None:
    """Print an answer, or write it to a file, with remarks to stderr.

    A table on a terminal has the first few rows alone, unless `is_full`.
    """
    left_out = 0
    if form == "table" and output is None:
        most = None if is_full or not sys.stdout.isatty() else MOST_ROWS
        left_out = len(answer.rows[most:]) if most else 0
        _table(answer, words, most=most)
    else:
        _file(answer, view, form, output)
    _remarks(answer, form, words)
    if left_out:
        say(words.t(f"另有 {left_out:,} 行：--full 全部列出", f"further rows: {left_out:,}; --full lists them"))
    elif answer.truncated:
        say(words.t("还有更多行，用 limit= 和 offset= 取得", "there are more rows: use limit= and offset="))


def print_columns(answer: Answer, names: Collection[str], width: int) -> None:
    """Print some columns of an answer as a table of at most `width` characters."""
    _table(replace(answer, columns=tuple(column for column in answer.columns if column.name in names)), BOTH, width)


def _file(answer: Answer, of: View, form: Format, output: Path | None) -> None:
    """Write the answer of the view `of` to a file, or to stdout if `output` is None."""
    if form == "xlsx":
        address = of.base_iri + requests.address(f"views/{of.name}", answer.params)
        from jixiao.server.views.workbook import to_xlsx  # noqa: PLC0415 - openpyxl is slow to import

        content = to_xlsx(answer, "zh", of.question, address)
    else:
        content = (answer.to_json() if form == "json" else csv_text.to_csv(answer)).encode()
    if output is not None:
        # A device is written to; a file is replaced, so that a full disk leaves no part of an answer.
        (files.write if output.is_file() or not output.exists() else Path.write_bytes)(output, content)
    elif form == "xlsx" and sys.stdout.isatty():
        fail("xlsx 不能显示在终端，请用 -o 写入文件 · xlsx cannot be shown on a terminal: use -o to write a file")
    else:
        write(content)


def _remarks(answer: Answer, form: Format, words: Words) -> None:
    """Print to stderr how names were understood, and similar names."""
    for typed in dict.fromkeys(each.typed for each in answer.resolved if each.label != each.typed):
        meant = "、".join(each.label for each in answer.resolved if each.typed == typed)
        say(f"“{typed}”{words.t('指', 'means')}: {meant}")
    if answer.message and form in ("csv", "xlsx"):
        say(words.t(answer.message["zh"], answer.message["en"]))
    if answer.caveat:
        say(words.said(answer.caveat))
    if answer.near:
        say(f"{words.t('是不是要找', 'did you mean')}: {'、'.join(each.label for each in answer.near)}")


def _table(answer: Answer, words: Words, width: int | None = None, most: int | None = None) -> None:
    """Print the first `most` rows for people, in a table of at most `width` characters.

    Columns left out are those of IRIs whose names are in another column (with `most`, of all IRIs), of notes that are
    empty in every row, and of texts that another column has in the language of the table. The last row has the totals
    of all rows.
    """
    if answer.message:
        write(words.t(answer.message["zh"], answer.message["en"]), "\n")
        return
    filled = {name for row in answer.rows for name, value in row.items() if value is not None}
    hidden = {column.link for column in answer.columns} | ({column.note for column in answer.columns} - filled)
    named = {column.name for column in answer.columns}
    english = {name for name in named if name.removesuffix("En") in named - {name}}
    if words.language != "both":
        hidden |= english if words.language == "zh" else {name.removesuffix("En") for name in english}
    columns = [each for each in answer.columns if each.name not in hidden and (most is None or each.type != "iri")]
    heads = [
        (words.t(column.heading("zh"), column.heading("en")), column.type in {"yuan", "decimal", "integer"})
        for column in columns
    ]
    rows = [[_cell(row[column.name], column, words) for column in columns] for row in answer.rows[:most]]
    totals = answer.whole.sums if answer.whole else {}
    if totals and len(answer.rows) > 1:
        sums = [_cell(totals[column.name], column, words) if column.name in totals else "" for column in columns]
        is_cut = answer.truncated or len(rows) < len(answer.rows)
        title = words.t("全部行合计", "total of all rows") if is_cut else words.t("合计", "total")
        rows.append([sums[0] or title, *sums[1:]])
    result_table(heads, rows, width)


def _cell(value: Value, column: Column, words: Words) -> str:
    term = reference().get(str(value))
    coded = column.words(value) or (term.label if term else None)
    if coded is not None:
        return words.said(coded)
    if value is None or isinstance(value, str):
        return value or ""
    return digits(value, grouped=column.type == "yuan")


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
        for sound in right:
            write(f"{sound.name}：{sound.title.zh} · {sound.title.en}\n")
    else:
        wrong += _run(Viewing.open(store, folder), right)
    if wrong:
        raise typer.Exit(1)


def _run(opened: Viewing, views: list[View]) -> list[ViewFileError]:
    """Fill and answer each view, and print the number of rows."""
    failed = []
    for tried in views:
        try:
            answer = opened.answer(tried.name, {})
        except (ServerError, RuntimeError) as error:
            failed.append(ViewFileError(f"{tried.name}.rq：{error}", ""))
            say_error(str(failed[-1]))
            continue
        rows = f"{answer.whole.rows:,} 行 rows" if answer.whole and answer.rows else "没有一行 no rows"
        write(f"{tried.name}：{tried.title.zh} · {tried.title.en} · {rows}\n")
    return failed
