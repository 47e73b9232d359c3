"""Define the command that chooses a view of a store by a question in plain words.

`jixiao ask` prints the answer to stdout and how it read the question to stderr. Exit status 1 means that it did not
understand the question: there is no answer, and it offers the nearest questions.
"""

from typing import Annotated

import typer

from jixiao.server.views.questions.asking import Reader
from jixiao.terminal import StoreOption, ViewsOption, fail, say, write
from jixiao.viewing import FormatOption, OutputOption, Viewing, print_answer


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
