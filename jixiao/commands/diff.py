"""Define `jixiao diff`, which compares two versions of the dataset."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from jixiao.changes import Wording
from jixiao.store import Store
from jixiao.store.versions.differences import Comparison, merged
from jixiao.store.versions.dumps import lines
from jixiao.terminal import fail, write, write_all

_MARKS = {-1: b"- ", 1: b"+ "}


class Format(StrEnum):
    """Form of the output: text for people; json; nq, each differing quad after `- ` or `+ `."""

    text = "text"
    json = "json"
    nq = "nq"


def diff(
    before: Annotated[
        str, typer.Argument(metavar="A", help="版本（3、000003、current）或 .nq.gz 文件 · version or dump")
    ],
    after: Annotated[str, typer.Argument(metavar="B", help="同上 · as above")],
    store: Annotated[Path | None, typer.Option(help="库的目录 · the store's directory", show_default=False)] = None,
    form: Annotated[Format, typer.Option("--format", help="text, json, nq（- 与 + 行 lines）")] = Format.text,
) -> None:
    """比较两个版本 · compare two versions."""
    opened = None if store is None else Store.open(store)
    (before_name, before_lines), (after_name, after_lines) = _named(before, opened), _named(after, opened)
    if form is Format.nq:
        quads = merged(before_lines, after_lines)
        write_all(_MARKS[sign] + line for sign, line in quads if sign)
        return
    wording = Wording(Comparison(before_lines, after_lines))
    if form is Format.json:
        write_all(wording.json(before_name, after_name))
    else:
        write(f"{before_name} → {after_name}\n")
        write_all(f"{line}\n" for line in wording.text())


def _named(given: str, store: Store | None) -> tuple[str, Iterator[bytes]]:
    """Return the name of a version or dump, and its lines."""
    if given.endswith(".gz"):
        if not Path(given).is_file():
            fail(f"没有这个文件 · no such file: {given}")
        return given, lines(Path(given))
    if store is None:
        fail(f"要用 --store 指明 {given} 是哪个库的版本 · use --store to name the store of version {given}")
    record = store.find(given)
    return record.version, record.lines()
