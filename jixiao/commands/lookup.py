"""Define the commands that ask a store: by SPARQL, without a limit of time, by words, and by views.

A view is named, or chosen by a question in plain words: `jixiao ask` prints the answer to stdout and how it read the
question to stderr. Exit status 1 means that it did not understand the question: there is no answer, and it offers the
nearest questions.
"""

import json
import os.path
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from jixiao.server.apps.search import answers
from jixiao.server.errors import QueryError, ServerError, ViewFileError
from jixiao.server.http import requests
from jixiao.server.http.negotiation import CSV, JSON, TURTLE
from jixiao.server.query import evaluation, guard, jobs
from jixiao.server.views.questions.asking import Reader
from jixiao.server.views.view_files import View
from jixiao.server.views.view_folder import load_all, read_all
from jixiao.store import Found, Hit, Store
from jixiao.terminal import StoreOption, ViewsOption, fail, result_table, say, say_error, write, write_json
from jixiao.viewing import Format, Viewing, print_answer

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
    """Return the query text: stdin for `-`, the content of a file if there is such a file, otherwise the argument."""
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
        result_table([(f"?{name}", False) for name in names], rows)


_HEAD = [("种类 Kind", False), ("名称 Name", False), ("原文 Text", False), ("项目 Project", False), ("行 Line", True)]


def search(
    store: StoreOption,
    text: Annotated[str, typer.Argument(help="要找的字，两个以上 · at least two characters", show_default=False)],
    kind: Annotated[
        str | None, typer.Option(help=f"只找一种 · one kind only: {', '.join(answers.KINDS)}", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=answers.MOST, help="每种至多几条 · hits of each kind")] = 5,
    form: Annotated[Literal["table", "json"], typer.Option("--format", help="格式 · format")] = "table",
) -> None:
    """查找名称、文号和文字 · find names, document numbers and texts."""
    opened = Store.open(store)
    generation = opened.present()
    given = {"q": text, "limit": str(limit)} | ({} if kind is None else {"kind": kind})
    found = answers.QuotedLines(opened).exact(answers.find(generation, answers.Asked.of(given)))
    if form == "json":
        write_json(answers.to_json(found, generation.version))
        return
    hits = [*found.documents, *(hit for group in found.groups for hit in group.hits)]
    if hits:
        result_table(_HEAD, [_row(hit) for hit in hits])
    _remarks(found, len(hits))


def _row(hit: Hit) -> list[str]:
    words = answers.KINDS[hit.kind]
    project = hit.project_label or ("" if hit.projects is None else f"{hit.projects:,} 个项目 projects")
    about = "，".join(filter(None, (project, hit.department or "", str(hit.year or ""))))
    snippet = "" if hit.snippet.text == hit.label else hit.snippet.text
    return [f"{words.zh} {words.en}", hit.label, snippet, about, "" if hit.line is None else str(hit.line)]


def _remarks(found: Found, shown: int) -> None:
    if found.total > shown:
        counted = "、".join(
            f"{answers.KINDS[kind].zh} {answers.KINDS[kind].en} {count:,}" for kind, count in found.counts.items()
        )
        say(f"共 {found.total:,} 条 in all：{counted}")
    elif not found.total and not found.documents:
        say("读到的名称和文字里没有找到 · nothing was found in names and texts that were read")
    if found.near:
        say(f"是不是要找 · did you mean: {'、'.join(name.label for name in found.near)}")


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
    reading = Reader(opened.views.values(), opened.store.base_iri).read(
        question, index, lambda view, params: opened.answer(view, params).rows
    )
    fit = reading.shown
    shown = None if fit is None else opened.with_caveat(opened.answer(fit.pattern.view.name, fit.given))
    told = reading.told(shown)
    say(f"{told.zh}\n{told.en}")
    if form == "json" and output is None:
        write(reading.to_json(shown))
    # A program must not take the named thing for an answer: only people are shown it.
    elif fit is not None and shown is not None and (reading.fit is not None or (form == "table" and output is None)):
        print_answer(shown, fit.pattern.view, form, output)
    if reading.fit is None:
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
