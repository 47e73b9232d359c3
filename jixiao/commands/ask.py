"""Define `jixiao ask`, which reads a question in Chinese or plain English and prints the answer of a view.

The answer goes to stdout, the reading to stderr. Exit status 1 means that the question was not understood: there is no
answer, and the nearest questions are offered.
"""

from pathlib import Path
from typing import Annotated

import typer

from jixiao.server.apps.ask.answering import to_json
from jixiao.server.errors import ParameterError
from jixiao.server.views.questions.asking import Reader
from jixiao.store_option import StoreOption, ViewsOption
from jixiao.terminal import fail, say, write
from jixiao.viewing import Format, Viewing, print_answer


def ask(
    store: StoreOption,
    question: Annotated[str, typer.Argument(metavar="'问题 QUESTION'", help="问题 · the question", show_default=False)],
    form: Annotated[Format, typer.Option("--format", help="结果格式 · format of the result")] = Format.table,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="写入文件 · write to a file", show_default=False)
    ] = None,
    views: ViewsOption = None,
) -> None:
    """用平常的话提问 · ask a question in plain words."""
    opened = Viewing.open(store, views)
    index = opened.generation.index
    if index is None:
        fail(f"库 {store} 没有索引，请运行 jixiao reread · the store {store} has no index: run jixiao reread")

    try:
        reading = Reader(opened.views.values(), opened.store.base_iri).read(question, index, opened.has_rows)
        answer = None if reading.fit is None else opened.answer(reading.fit.pattern.view.name, reading.params)
    except ParameterError as error:
        fail(str(error))
    say(f"{reading.sentence.zh}\n{reading.sentence.en}")
    if form is Format.json and output is None:
        write(to_json(reading, answer))
    elif reading.fit is not None and answer is not None:
        print_answer(answer, reading.fit.pattern.view, form, output)
    if answer is None:
        for text, _ in reading.suggestions:
            say(f"- {text.zh}" if text.zh == text.en else f"- {text.zh} {text.en}")
        raise typer.Exit(1)
