"""Define `jixiao ingest`, which reads filings into a store's next generation and reports each file on stderr."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from jixiao import accounts
from jixiao.ingest import load
from jixiao.ingest.account import Account
from jixiao.ingest.document import Reading
from jixiao.ingest.load import LoadError, Outcome, printable
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.store import Store
from jixiao.store_option import StoreOption
from jixiao.terminal import fail, progress, say, shorten, table

_STATUS = {"added": "新增 added", "replaced": "替换 replaced", "unchanged": "未变 unchanged", "refused": "拒收 refused"}
_HEAD = (
    ("文件\nfile", False),
    ("结果\noutcome", False),
    ("项目\nprojects", True),
    ("有金额\nwith amount", True),
    ("指标\nindicators", True),
    ("依据\ncitations", True),
    ("警告\nwarnings", True),
    ("已读\nread", True),
)
_MOST_UNREAD = 3  # unread lines that are listed per file unless --verbose is given


def ingest(  # noqa: PLR0913, PLR0917 - the options of a command
    paths: Annotated[list[Path], typer.Argument(help="文件或文件夹 · files or folders", show_default=False)],
    store: StoreOption,
    base_iri: Annotated[
        str | None, typer.Option(help=f"新库的基准 IRI · base IRI of a new store [{DEFAULT_BASE}]", show_default=False)
    ] = None,
    jobs: Annotated[int | None, typer.Option(min=1, help="进程数 · number of processes", show_default=False)] = None,
    replace: Annotated[
        str | None, typer.Option(metavar="SHA16", help="被替换的来源 · the source that an overlapping file replaces")
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="有违例即拒收全文件，不部分收入 · refuse a file for any violation")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="列出每个项目和所有未读的行 · every project, every unread line")
    ] = False,
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
                found,
                opened,
                jobs=jobs,
                replace=replace,
                strict=strict,
                progress=lambda path: bar.update(task, advance=1),
            )
    except LoadError as error:
        fail(str(error))
    _report(outcomes, verbose)
    _summary(outcomes, opened)
    if any(outcome.status == "refused" for outcome in outcomes):
        raise typer.Exit(1)


def _open(path: Path, base_iri: str | None) -> Store:
    """Open the store at the path, or create it with the base IRI.

    Raises StoreError if the store has another base IRI.
    """
    if base_iri is None and (path / "store.json").exists():
        return Store.open(path)
    return Store.create(path, base_iri or DEFAULT_BASE)


def _report(outcomes: Sequence[Outcome], verbose: bool) -> None:
    """Print a table with a row per file, then the details of each file."""
    table(_HEAD, [_row(outcome) for outcome in outcomes], sys.stderr)
    for outcome in outcomes:
        path = printable(str(outcome.path))
        for note in outcome.notes:
            say(f"{path}：{note}")
        if outcome.reading and outcome.reading.account:
            for line in _details(outcome.reading.account, verbose):
                say(f"{path}{line}")


def _details(account: Account, verbose: bool) -> Iterator[str]:
    """Yield points to check in one document: notes, projects left out, unread lines in forms, or all if `verbose`."""
    if notes := "；".join(accounts.notes(account)):
        yield f"：{notes}"
    for line, reason in account.dropped:
        yield f"{f':{line}' if line else ''}: 项目未收 project left out: {reason}"
    if verbose:
        for project in account.projects:
            lacks = f"；缺 lacking: {lacking}" if (lacking := accounts.lacks(project)) else ""
            where = f":{project.line}" if project.line else ""
            amount = accounts.money(project.amount)
            yield f"{where}: {accounts.name(project)}：{amount}；{accounts.parts(project)}{lacks}"
    lines = account.unread if verbose else account.unread_in_forms[:_MOST_UNREAD]
    for unread in lines:
        place = f"（{accounts.place(unread.where)}）" if unread.where else ""
        yield f":{unread.line}{place}: 未读 unread: {shorten(unread.text)}"
    if not verbose and len(account.unread_in_forms) > _MOST_UNREAD:
        yield f": …… 共 {len(account.unread_in_forms)} 行，全部见 --verbose 或 jixiao explain · all of them: --verbose"


def _summary(outcomes: Sequence[Outcome], store: Store) -> None:
    counted = Counter(outcome.status for outcome in outcomes)
    say("，".join(f"{_STATUS[status]} {count}" for status, count in sorted(counted.items())))
    readings = (outcome.reading for outcome in outcomes if outcome.status != "refused")
    read = [reading.account for reading in readings if reading and reading.account]
    if read:
        stated, inferred, none = (sum(one.counted(how) for one in read) for how in ("stated", "inferred", "none"))
        inside = sum(len(one.unread_in_forms) for one in read)
        elsewhere = sum(len(one.unread) for one in read) - inside
        say(
            f"本次入库 ingested: 金额 amounts 写明 stated {stated:,}、单位推断 unit inferred {inferred:,}、"
            f"无 none {none:,}；"
            f"未读的行 unread lines 表内 in forms {inside:,}、表外 elsewhere {elsewhere:,}"
        )
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
    if reading is None or reading.account is None:
        return (printable(str(outcome.path)), _STATUS[outcome.status], *[""] * (len(_HEAD) - 2))
    return (
        printable(str(outcome.path)),
        _STATUS[outcome.status],
        f"{reading.projects:,}",
        f"{reading.projects - reading.account.counted('none'):,}",
        f"{reading.indicators:,}",
        f"{reading.citations:,}",
        f"{_warnings(reading):,}",
        f"{reading.share:.1%}",
    )


def _warnings(reading: Reading) -> int:
    """Count the findings of severity Warning: contradictions within the filing, or to arithmetic or the form.

    `validate` and /quality list them.
    """
    return sum(result.fault.level == "Warning" for result in reading.report.results) if reading.report else 0
