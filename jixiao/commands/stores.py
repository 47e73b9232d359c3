"""Define the commands that change a store's sources, and those that check and clear a store.

`ingest`, `reread` and `rebuild` share the report on the outcomes of files, which goes to stderr.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer

from jixiao.commands.notices import say_if_outdated, say_lapsed, say_what_is_not_set
from jixiao.ingest import load, originals, result
from jixiao.ingest.workers import connected
from jixiao.ingest.writing import CorpusRules, check as check_decisions, writing
from jixiao.ontology.identity import DEFAULT_BASE, Iris
from jixiao.ontology.text import decimals
from jixiao.ontology.text.display import shortened
from jixiao.ontology.text.spreadsheets import csv_text, harmless
from jixiao.progress_bar import progress
from jixiao.report import accounts, reported
from jixiao.store import Store, StoreDamagedError
from jixiao.store.maintenance.checking import Problem, check_files, check_store
from jixiao.store.maintenance.clearing import clear_store
from jixiao.tables import table
from jixiao.terminal import (
    JobsOption,
    StoreOption,
    fail,
    say,
    say_aside,
    say_error,
)

VerboseOption = Annotated[
    bool, typer.Option("--verbose", "-v", help="列出每个项目和所有未读的行 · every project, every unread line")
]


def ingest(  # noqa: PLR0913, PLR0917 - the options of a command
    paths: Annotated[
        list[Path], typer.Argument(help="文件、文件夹或网页存档 · files, folders or web archives", show_default=False)
    ],
    store: StoreOption,
    base_iri: Annotated[
        str | None, typer.Option(help=f"新库的基准 IRI · base IRI of a new store [{DEFAULT_BASE}]", show_default=False)
    ] = None,
    jobs: JobsOption = None,
    replace: Annotated[
        str | None, typer.Option(metavar="SHA16", help="被替换的来源 · the source that an overlapping file replaces")
    ] = None,
    origins: Annotated[
        Path | None,
        typer.Option(
            metavar="CSV",
            help="各文件的网址 · addresses of the files: file,url[,retrieved,publisher,linked_from]",
            show_default=False,
        ),
    ] = None,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help="有没有读准的（violation）即拒收全文件 · refuse a file if anything was not read for sure (violation)",
        ),
    ] = False,
    dask: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="在 Dask 集群上读 · read on the Dask cluster of this scheduler"),
    ] = None,
    xattr: Annotated[
        bool,
        typer.Option(
            "--xattr", help="也用浏览器和 wget 记在文件上的网址 · take addresses that browsers and wget noted"
        ),
    ] = False,
    passed: Annotated[
        Path | None,
        typer.Option(
            "--passed-over",
            metavar="CSV",
            help="写下网页存档中略过的：种类、主机、个数 · write what of web archives was passed over: kind,host,count",
            show_default=False,
        ),
    ] = None,
    verbose: VerboseOption = False,
) -> None:
    """导入申报表 · read filings into a store."""
    aside: list[str] = []
    named_files = [
        path for path in originals.files(paths, aside.append) if not origins or path.resolve() != origins.resolve()
    ]
    opened = _opened(store, base_iri)
    if replace:
        opened.source(replace)
    with connected(dask) if dask else nullcontext((None, None)) as (cluster, threads):
        _ingest(
            named_files,
            opened,
            report := Report(verbose, len(named_files)),
            jobs=jobs or threads,
            executor=cluster,
            replace=replace,
            origins=origins,
            attributes=xattr,
            strict=strict,
            passed=lambda counts: _pass_over(counts, report, passed),
            aside=aside.append,
        )
    say_aside(aside)
    report.end(opened)
    say_lapsed(opened, check_decisions)
    say_if_outdated(opened)
    if report.refused:
        raise typer.Exit(1)


def _opened(path: Path, base_iri: str | None) -> Store:
    """Open the store at a path or, if there is none, make a store and print the settings that it lacks."""
    is_new = not (path / "store.json").exists()
    if base_iri is None and not is_new:
        return Store.open(path)
    opened = Store.create(path, base_iri or DEFAULT_BASE)
    if is_new:
        say_what_is_not_set(opened)
    return opened


def _pass_over(counts: Mapping[tuple[str, str], int], report: "Report", path: Path | None) -> None:
    """Add the numbers of passed-over documents of web archives to the report, and write them to a CSV file at `path`.

    `counts` are by kind and host. No file is written if `path` is None.
    """
    report.passed(counts)
    if path is not None:
        rows = ((harmless(kind), harmless(host), count) for (kind, host), count in sorted(counts.items()))
        try:
            path.write_text(csv_text([("kind", "host", "count"), *rows]), "utf-8", newline="")
        except OSError as error:
            say_error(f"{path}: {error.strerror}")


def _ingest(paths: Sequence[Path], store: Store, report: "Report", **how: Any) -> None:
    """Read files into the store while a bar shows the progress, and add their outcomes to the report.

    `how` are further arguments of `load.ingest`.
    """
    with progress("读取 reading", total=len(paths)) as (bar, task):

        def done(outcome: load.Outcome) -> None:
            report.add(outcome)
            bar.update(task, advance=1, refused=report.refused)
            if bar.tasks[task].finished:
                bar.update(task, description="写入 storing")

        def begun(count: int) -> None:
            report.expect(count)
            bar.update(task, description="读取 reading", completed=0, total=count)

        def sifted(count: int, parts: int) -> None:
            bar.update(task, description="浏览 looking through", completed=count, total=parts)

        load.ingest(paths, store, begun=begun, progress=done, sifted=sifted, **how)


def reread(
    store: StoreOption,
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SHA16]…",
            help="来源号；不写则是按旧规则读的所有来源 · sources; by default all that were read by older rules",
            show_default=False,
        ),
    ] = None,
    jobs: JobsOption = None,
    verbose: VerboseOption = False,
) -> None:
    """按现行规则重读原件 · read kept originals anew."""
    opened = Store.open(store)
    with progress("重读 rereading") as (bar, task):
        results = load.reread(opened, sources or (), jobs=jobs, progress=lambda _: bar.update(task, advance=1))
    if not results:
        say("所有来源都是按现行规则读的，没有改动。 All sources were read by the present rules; nothing was done.")
        return
    _report(opened, results, verbose)


def withdraw(
    sha16: Annotated[str, typer.Argument(help="来源号（SHA-256 前 16 位） · the source's number", metavar="SHA16")],
    store: StoreOption,
    reason: Annotated[str, typer.Option(help="撤回的理由 · reason")],
    by: Annotated[str | None, typer.Option(help="岗位或部门 · the post or office that decides")] = None,
) -> None:
    """撤回一个来源 · take a source out."""
    if not reason.strip():
        fail("要写明理由 · a reason is needed: --reason")
    opened = Store.open(store)
    name = opened.source(sha16).file_name
    with writing(opened) as batch:
        batch.withdraw(sha16, reason, by)
        generation = batch.commit()
    say(f"已撤回 withdrawn: {name}（{sha16}），版本 version {generation.version}")


def check(
    store: StoreOption,
    sample: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="只检查抽出的若干个来源及其事物 · check only so many sources, drawn at random, and their things",
            show_default=False,
        ),
    ] = None,
    files: Annotated[
        bool, typer.Option("--files", help="只比较文件的校验和 · compare only checksums of files")
    ] = False,
) -> None:
    """检查库是否完好 · check that a store is whole."""
    is_whole = True
    try:
        opened = Store.open(store)
        for problem in _problems(opened, sample, files=files):
            is_whole = False
            say_error(str(problem))
    except StoreDamagedError as error:  # nothing that follows from the file can be checked
        is_whole = False
        say_error(str(error))
    if not is_whole:
        raise typer.Exit(1)
    generation = opened.present()
    counts = generation.manifest.counts
    if sample is not None:
        say(
            f"抽查的来源完好 the sampled sources are whole: {store}，"
            f"来源 sources {min(sample, counts.sources):,} / {counts.sources:,}"
        )
    else:
        say(
            f"库完好 the store is whole: {store}，版本 version {generation.version}，"
            f"四元组 quads {counts.quads:,}，来源 sources {counts.sources:,}"
        )


def _problems(store: Store, sample: int | None, *, files: bool) -> Iterator[Problem]:
    """Return the problems of a store's `files`, or of all that it has, or of a sample. Raises as check_store() does."""
    if files:
        return check_files(store)
    rules = CorpusRules(Iris(store.base_iri))
    return check_store(store, rules, lambda step: say(f"检查 checking: {step.zh} {step.en}"), sample)


def rebuild(
    store: StoreOption,
    restore: Annotated[
        bool, typer.Option("--restore", help="取回最近一个完好的世代 · bring back the newest whole generation")
    ] = False,
    jobs: JobsOption = None,
    verbose: VerboseOption = False,
) -> None:
    """由原始文件重做库 · make a damaged store anew from its originals."""
    opened = Store.open(store)
    if restore:
        version = opened.restore()
        if version is None:
            places = "、".join(map(str, opened.mended() or [store]))
            fail(f"没有完好的世代，请运行不带 --restore 的 jixiao rebuild · none is whole; run it without: {places}")
        say(f"当前版本现为 the current version is now {version}")
        return
    for path, becomes in opened.mended().items():
        say(f"{path}: {becomes.zh} {becomes.en}")
    with progress("重做 rebuilding") as (bar, task):
        results = load.reread(opened, jobs=jobs, progress=lambda _: bar.update(task, advance=1), anew=True)
    opened.make_dumps()
    _report(opened, results, verbose)


def _report(store: Store, results: Sequence[load.Outcome], verbose: bool) -> None:
    """Print the outcomes of reading sources again; end with status 1 if one was not stored."""
    report = Report(verbose, len(results))
    for outcome in results:
        report.add(outcome)
    report.end(store)
    say_lapsed(store, check_decisions)
    if any(outcome.status in {"kept", "refused"} for outcome in results):
        raise typer.Exit(1)


def gc(store: StoreOption) -> None:
    """清理库中无用的文件 · remove files that nobody needs."""
    paths, freed = clear_store(Store.open(store))
    for path in paths:
        say(f"已删除 removed: {path}")
    say(f"库 store {store}：腾出 freed {freed:,} 字节 bytes")


_STATUS = {
    "added": "新增 added",
    "replaced": "替换 replaced",
    "unchanged": "未变 unchanged",
    "refused": "拒收 refused",
    "passed": "不是申报 no filing",
    "reread": "重读 reread",
    "kept": "沿用原读 kept",
    "superseded": "被取代 superseded",
}
_HEAD = (
    ("文件\nfile", False),
    ("结果\noutcome", False),
    ("项目\nprojects", True),
    ("有金额\nwith amount", True),
    ("指标\nindicators", True),
    ("依据\ncitations", True),
    ("警告\nwarnings", True),
    ("表内已读\nread in forms", True),
)
_MOST_IN_TABLE = 100  # files
_MOST_UNREAD = 3  # unread lines that are listed per file unless --verbose is given
_LONGEST = 200  # characters of an unread line that are shown
_OUTSIDE = {"refused", "kept", "superseded"}  # outcomes of files whose new reading is not stored


def say_size(store: Store) -> None:
    """Print a store's version and the numbers of what it holds, if it holds anything."""
    if generation := store.current():
        counts = generation.manifest.counts
        evaluations = f"自评 self-evaluations {counts.evaluations:,}，" if counts.evaluations else ""
        say(
            f"库 store {store.path}，版本 version {generation.version}：来源 sources {counts.sources:,}，"
            f"项目 projects {counts.projects:,}，{evaluations}指标 indicators {counts.indicators:,}，"
            f"依据 legal bases {counts.legal_bases:,}，四元组 quads {counts.quads:,}"
        )


class Report:
    """A report on the outcomes of files, each of which is added as soon as it is known.

    Up to 100 files (or an unknown number) are reported together at the end: a table, and below it the details of each
    file. Of more files, each gets a line at once, so that memory is bounded; on a terminal only if there is a problem
    or `verbose` is set.
    """

    def __init__(self, verbose: bool, files: int | None = None) -> None:
        self._verbose = verbose
        self.expect(files or 0)
        self._shown = verbose or not sys.stderr.isatty()
        self._outcomes: list[load.Outcome] = []
        self._statuses: Counter[str] = Counter()
        self._read: Counter[str] = Counter()
        self._resumed = self._located = 0
        self._passed: Counter[str] = Counter()

    def expect(self, files: int) -> None:
        """Set the number of files, which decides if they are reported in a table at the end or line by line."""
        self._many = files > _MOST_IN_TABLE

    def passed(self, counts: Mapping[tuple[str, str], int]) -> None:
        """Add the numbers of passed-over documents of web archives, by kind and host, to the counts."""
        for (kind, _), count in counts.items():
            self._passed[kind] += count

    @property
    def refused(self) -> int:
        """The number of refused files so far."""
        return self._statuses["refused"]

    def add(self, outcome: load.Outcome) -> None:
        """Add the outcome of a file to the counts, and print it if there are many files."""
        self._statuses[outcome.status] += 1
        if outcome.status == "passed" and not self._verbose:
            return
        self._resumed += outcome.resumed
        self._located += outcome.located
        account = outcome.reading.account if outcome.reading else None
        if account and outcome.status not in _OUTSIDE:
            inside = len(account.unread_in_forms)
            self._read.update({how: account.counted(how) for how in ("stated", "inferred", "none")})
            self._read.update(inside=inside, elsewhere=len(account.unread) - inside)
        if not self._many:
            self._outcomes.append(outcome)
            return
        if self._shown or outcome.status in _OUTSIDE:
            name, status, *figures = _row(outcome)
            headings = (heading.replace("\n", " ") for heading, _ in _HEAD[2:])
            counted = (f"{heading} {figure}" for heading, figure in zip(headings, figures, strict=True) if figure)
            say("，".join((f"{name}：{status}", *counted)))
        _say_details(outcome, self._verbose)

    def end(self, store: Store) -> None:
        """Print outcomes not shown yet, the number of each outcome, the facts read, and the store's size."""
        if self._outcomes:
            table(_HEAD, [_row(outcome) for outcome in self._outcomes], sys.stderr)
            for outcome in self._outcomes:
                _say_details(outcome, self._verbose)
        say("，".join(f"{_STATUS[status]} {count}" for status, count in sorted(self._statuses.items())))
        if self._resumed:
            say(
                f"其中 {self._resumed} 份在上次中断前已读，没有再读。"
                f" {self._resumed} of them were read before an interruption, and not again."
            )
        if self._located:
            say(f"网址 addresses {self._located:,}")
        if self._passed:
            told = "，".join(f"{kind} {count:,}" for kind, count in sorted(self._passed.items()))
            say(f"网页存档中略过 passed over in web archives: {self._passed.total():,}（{told}）")
        if self._read:
            say(
                f"本次入库 ingested: 金额 amounts 写明 stated {self._read['stated']:,}、"
                f"推断 inferred {self._read['inferred']:,}、无 none {self._read['none']:,}；"
                f"未读的行 unread lines 表内 in forms {self._read['inside']:,}、表外 elsewhere "
                f"{self._read['elsewhere']:,}"
            )
        say_size(store)


def _say_details(outcome: load.Outcome, verbose: bool) -> None:
    path = originals.printable(str(outcome.path))
    for note in outcome.notes:
        say(f"{path}：{note}")
    if outcome.reading and outcome.reading.account:
        for line in _details(outcome.reading.account, verbose):
            say(f"{path}{line}")


def _details(account: result.Account, verbose: bool) -> Iterator[str]:
    """Yield the points to check in one document: notes, projects left out, and unread lines in forms.

    With `verbose`, every project and every unread line is listed.
    """
    if notes := "；".join(accounts.notes(account)):
        yield f"：{notes}"
    for line, reason in account.dropped:
        yield f"{f':{line}' if line else ''}: 项目未收录 project left out: {reason}"
    if verbose:
        for project in account.projects:
            lacks = f"；缺 lacking: {lacking}" if (lacking := accounts.lacks(project)) else ""
            where = f":{project.line}" if project.line else ""
            told = f"{accounts.worth(project.amount)}；{accounts.parts(project)}{lacks}"
            yield f"{where}: {accounts.name(project)}：{told}"
        for evaluation in account.evaluations:
            where = f":{evaluation.line}" if evaluation.line else ""
            yield f"{where}: 自评 self-evaluation {accounts.name(evaluation)}：{accounts.results(evaluation)}"
    for unread in account.unread if verbose else account.unread_in_forms[:_MOST_UNREAD]:
        place = f"（{accounts.place(unread.where)}）" if unread.where else ""
        yield f":{unread.line}{place}: 未读 unread: {shortened(unread.text, _LONGEST)}"
    if not verbose and len(account.unread_in_forms) > _MOST_UNREAD:
        yield f": …… 共 {len(account.unread_in_forms)} 行，全部见 --verbose 或 jixiao explain · all of them: --verbose"


def _row(outcome: load.Outcome) -> tuple[str, ...]:
    reading = outcome.reading
    if reading is None or reading.account is None:
        return (originals.printable(str(outcome.path)), _STATUS[outcome.status], *[""] * (len(_HEAD) - 2))
    return (
        originals.printable(str(outcome.path)),
        _STATUS[outcome.status],
        f"{reading.projects:,}",
        f"{reading.projects - reading.account.counted('none'):,}",
        f"{reading.indicators:,}",
        f"{reading.citations:,}",
        reported.BOTH.numbers(reading.warning_groups, reading.warnings),
        f"{decimals.percent(reading.share)}%",
    )
