"""Define `jixiao diff`, which compares two versions of the dataset."""

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from jixiao.changes import Wording
from jixiao.store import Store, VersionRecord
from jixiao.store.versions.connected import connect
from jixiao.store.versions.differences import Comparison, merged
from jixiao.store.versions.nquads import lines
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
    one, two = _found(before, opened), _found(after, opened)
    connected = None if isinstance(one, Path) or isinstance(two, Path) else connect(one, two)
    if form is Format.nq:
        quads = merged(_lines(one), _lines(two)) if connected is None else connected.lines()
        write_all(_MARKS[sign] + line for sign, line in quads if sign)
        return
    wording = Wording(Comparison(merged(_lines(one), _lines(two))) if connected is None else connected.comparison())
    names = [str(each) if isinstance(each, Path) else each.version for each in (one, two)]
    if form is Format.json:
        write_all(wording.json(*names))
    else:
        write(f"{' → '.join(names)}\n")
        write_all(f"{line}\n" for line in wording.text())


def _found(given: str, store: Store | None) -> Path | VersionRecord:
    """Return the path of a dump, or the record of a version."""
    if given.endswith(".gz"):
        if not Path(given).is_file():
            fail(f"没有这个文件 · no such file: {given}")
        return Path(given)
    if store is None:
        fail(f"要用 --store 指明 {given} 是哪个库的版本 · use --store to name the store of version {given}")
    return store.find(given)


def _lines(found: Path | VersionRecord) -> Iterator[bytes]:
    return lines(found) if isinstance(found, Path) else found.lines()
