"""`jixiao ingest`: filings in, the store's next generation out; summary, unread lines and refusals to stderr."""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from jixiao.commands import Paths, StoreOption
from jixiao.ingest import load
from jixiao.ingest.load import LoadError, Outcome, printable
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.store import Store
from jixiao.terminal import fail, progress, say, table

_STATUS = {"added": "新增 added", "replaced": "替换 replaced", "unchanged": "未变 unchanged", "refused": "拒收 refused"}
_HEAD = (
    ("文件 file", False),
    ("结果 outcome", False),
    ("项目 projects", True),
    ("指标 indicators", True),
    ("依据 citations", True),
    ("已读 read", True),
)


def ingest(
    paths: Paths,
    store: StoreOption,
    base_iri: Annotated[
        str | None, typer.Option(help=f"新库的基准 IRI · base IRI of a new store [{DEFAULT_BASE}]", show_default=False)
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="进程数 · number of processes", show_default=False)] = None,
    replace: Annotated[
        str | None, typer.Option(metavar="SHA16", help="被替换的来源 · the source that an overlapping file replaces")
    ] = None,
) -> None:
    """导入申报表 · read filings into a store."""
    try:
        found = load.files(paths)
        opened = _open(store, base_iri)
        if replace:
            opened.source(replace)
        with progress() as bar:
            task = bar.add_task("读取 reading", total=len(found))
            outcomes = load.ingest(
                found, opened, jobs=jobs, replace=replace, progress=lambda path: bar.update(task, advance=1)
            )
    except LoadError as error:
        fail(str(error))
    _summary(outcomes, opened)
    if any(outcome.status == "refused" for outcome in outcomes):
        raise typer.Exit(1)


def _open(path: Path, base_iri: str | None) -> Store:
    """The store at the path: made with the base IRI where there is none; another base is an error."""
    if base_iri is None and (path / "store.json").exists():
        return Store.open(path)
    return Store.create(path, base_iri or DEFAULT_BASE)


def _summary(outcomes: Sequence[Outcome], store: Store) -> None:
    table(_HEAD, [_row(outcome) for outcome in outcomes], sys.stderr)
    for outcome in outcomes:
        for note in outcome.notes:
            say(f"{printable(str(outcome.path))}：{note}")
        if outcome.reading:
            for line, text in outcome.reading.unread:
                say(f"{printable(str(outcome.path))}:{line}: 未读 unread: {text}")
    counted = Counter(outcome.status for outcome in outcomes)
    say("，".join(f"{_STATUS[status]} {count}" for status, count in sorted(counted.items())))
    generation = store.current()
    if generation:
        counts = generation.manifest.counts
        say(
            f"库 store {store.path}，版本 version {generation.version}：来源 sources {counts.sources:,}，"
            f"项目 projects {counts.projects:,}，指标 indicators {counts.indicators:,}，"
            f"依据 legal bases {counts.legal_bases:,}，三元组 quads {counts.quads:,}"
        )


def _row(outcome: Outcome) -> tuple[str, ...]:
    reading = outcome.reading
    if reading is None or not reading.projects:
        return (printable(str(outcome.path)), _STATUS[outcome.status], "", "", "", "")
    return (
        printable(str(outcome.path)),
        _STATUS[outcome.status],
        f"{reading.projects:,}",
        f"{reading.indicators:,}",
        f"{reading.citations:,}",
        f"{reading.share:.1%}",
    )
