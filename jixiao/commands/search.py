"""Define the command that finds names, document numbers and texts in a store."""

from typing import Annotated, Literal

import typer

from jixiao.server.apps.search import answers
from jixiao.server.editions.metadata import Credit
from jixiao.store import Store
from jixiao.store.index.found import Found, Hit
from jixiao.tables import result_table
from jixiao.terminal import StoreOption, say, write_json


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
        write_json(answers.to_json(found, Credit.of(opened.publisher(), generation.manifest)))
        return
    hits = [*found.documents, *(hit for group in found.groups for hit in group.hits)]
    if hits:
        result_table(
            [
                ("种类 Kind", False),
                ("名称 Name", False),
                ("原文 Text", False),
                ("项目 Project", False),
                ("行 Line", True),
            ],
            [_row(hit) for hit in hits],
        )
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
