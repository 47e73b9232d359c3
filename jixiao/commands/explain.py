"""Define `jixiao explain`, which says what was read from one file, what was withheld, and why.

On a terminal the answer fits the screen; `--lines`, and any other output, has everything, line by line.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.text import Text

from jixiao.ingest import drawing, facts, load, originals, workers
from jixiao.ingest.result import Reading
from jixiao.ingest.workers import Read
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.ontology.text import decimals
from jixiao.report import accounts, html_pages, overview
from jixiao.report.accounts import USES, ExplainedLine, as_json, lines
from jixiao.shapes.findings import rdf
from jixiao.store import Pictured, Store
from jixiao.tables import console
from jixiao.terminal import fail, say_error, visible, write, write_json

_OFFSET = re.compile(r"@\d+$")  # of a record in a web archive
_MOST_NAMED = 20


def explain(
    file: Annotated[Path, typer.Argument(help="一个文件，或 压缩包/其中的文件 · one file, or ARCHIVE.zip/FILE")],
    form: Annotated[
        Literal["text", "html", "json"], typer.Option("--format", help="输出格式 · format of the output")
    ] = "text",
    each_line: Annotated[
        bool, typer.Option("--lines", help="终端上也逐行列出 · list every line on a terminal, too")
    ] = False,
    roles: Annotated[
        bool, typer.Option("--roles", help="只画出每格是什么、凭什么 · draw what each cell is and how surely, only")
    ] = False,
    store: Annotated[
        Path | None,
        typer.Option(
            help="扫描件用这个库中的识别和转录 · the store whose recognition and transcriptions of a scan to use"
        ),
    ] = None,
) -> None:
    """说明一份文件读出什么、扣下什么、为什么 · say what was read, what was withheld, and why."""
    if roles:
        _drawing(_reading(file, read=drawing.read_roles))
        return
    reading = _reading(file, store=store)
    explained = lines(reading)
    if form == "html":
        _page(reading, explained)
    elif form == "json":
        write_json(as_json(reading, explained))
    elif each_line or not sys.stdout.isatty():
        _text(reading, explained)
    else:
        _screen(reading, explained)
    if reading.refusal:
        raise typer.Exit(1)


def _reading(file: Path, read: Read[Reading] | None = None, store: Path | None = None) -> Reading:
    """Read a file, or a file in a zip, written as ARCHIVE.zip/FILE (the name that `ingest` prints).

    `read` is another function to read with, and `store` the path of a store with recognitions of scans. An unusable
    file ends the command.
    """
    opened = Store.open(store) if store else None
    # Without a store, nothing is known of a file's pictures.
    base, pictured = (opened.base_iri, opened.pictured) if opened else (DEFAULT_BASE, lambda _: Pictured())
    above = (Path(_OFFSET.sub("", str(path))) for path in file.parents)  # crawl.warc.gz@123/page.html
    archive = file if file.is_file() else next((path for path in above if path.is_file()), None)
    if archive is None:
        fail(f"没有这个文件 · no such file: {file}")
    with originals.unpacked([archive], workers.spread(None, 1)) as opened_files:
        shown = opened_files.shown
        if reason := opened_files.broken.get(file) or opened_files.broken.get(archive):
            say_error(f"{file}：{reason}")
            raise typer.Exit(1)
        chosen = [path for path, name in shown.items() if file in (archive, name)]
        if len(chosen) != 1:
            names = "\n".join(f"  {originals.printable(str(name))}" for name in shown.values())
            fail(f"请指明压缩包中的一个文件 · name one file of the archive:\n{names}")
        [(_, reading)] = load.read_files(chosen, base, jobs=1, read=read, pictured=pictured)
    return reading


def _screen(reading: Reading, explained: Sequence[ExplainedLine]) -> None:
    """Print the account so that it fits the terminal, with one row left free for the prompt of the shell."""
    out = console(sys.stdout)
    footer = Text("全文和每一行 · whole texts and every line: jixiao explain --lines", style="bold")
    for row in overview.fitted([*overview.sections(reading, explained, out.width)], footer, out, out.height - 1):
        out.print(row, no_wrap=True, crop=True)


def _drawing(reading: Reading) -> None:
    """Print the drawing of the cells; lines are cut at the terminal's edge, but not in a pipe."""
    if reading.refusal:
        say_error(f"{reading.file_name}：{'；'.join(reading.refusal.reasons)}")
        raise typer.Exit(1)
    out = console(sys.stdout)
    for line in reading.drawing:
        out.print(Text(visible(line)), no_wrap=True, crop=True, overflow="ellipsis")


def _text(reading: Reading, explained: Sequence[ExplainedLine]) -> None:
    """Print the account, and then every line with its place, its use and the facts read from it."""
    out = console(sys.stdout)
    for text in _head(reading):
        text.plain = visible(text.plain)
        out.print(text, soft_wrap=True)
    out.print(overview.legend(explained), soft_wrap=True)
    width = max((len(line.place) for line in explained), default=0)
    for line in explained:
        zh, en = USES[line.use]
        style = overview.STYLES[line.use]
        shown = Text(f"{line.number:>5} ")
        shown.append(visible(line.place) + " " * (width - len(line.place) + 1) if width else "", style="dim")
        shown.append(f"{zh} {en:<11} ", style=style)
        shown.append(visible(line.shown), style="" if line.use == "fact" and line.text else style)
        shown.append(f"  ← {visible('；'.join(line.read))}" if line.read else "", style="cyan")
        shown.append(f"  ？{'；'.join(line.reasons)}" if line.reasons else "", style="yellow")
        out.print(shown, soft_wrap=True)


def _head(reading: Reading) -> Iterator[Text]:
    """Yield the account as lines: the verdict, the findings, the projects, and the numbers of facts."""
    if reading.refusal:
        yield Text(f"{reading.file_name}：拒收 refused", style="bold red")
        yield from (Text(f"拒收 refused: {reason}", style="bold red") for reason in reading.refusal.reasons)
    else:
        yield Text(f"{reading.file_name}：可以读入 readable", style="bold green")
        yield from (Text(f"校验 finding: {reason}", style="yellow") for reason in _findings(reading))
    if (account := reading.account) is None:
        return
    yield Text(f"表内已读 read in forms {decimals.percent(reading.share)}%")
    for number, project in enumerate(account.projects, 1):
        text = Text(f"{number:>3}. {accounts.name(project)}", style="bold")
        line = f"第 {project.line} 行 line，" if project.line else ""
        year = f"{project.year} 年，" if project.year else ""
        text.append(f"  {line}{year}{accounts.money(project.amount)}；{accounts.parts(project)}", style="not bold")
        if lacking := accounts.lacks(project):
            text.append(f"；缺 lacking: {lacking}", style="not bold red")
        yield text
    yield from (Text(f"须知 note: {note}", style="yellow") for note in accounts.notes(account))
    yield Text(f"事实 facts: 写明 stated {account.stated}，推断 inferred {sum(account.inferred.values())}")
    yield from (Text(f"  推断 inferred {count}: {why}", style="yellow") for why, count in account.inferred.items())
    for why, count in account.withheld.items():
        yield Text(f"  没有值 without a value {count}: {why}", style="dim" if why in facts.BLANK else "bold red")


def _findings(reading: Reading) -> Iterable[str]:
    """Return the sentences of the findings about an accepted file."""
    return rdf.reasons(reading.report) if reading.report and not reading.refusal else ()


def _page(reading: Reading, explained: Sequence[ExplainedLine]) -> None:
    write(
        html_pages.page(
            "explain.html",
            reading=reading,
            account=reading.account,
            findings=_findings(reading),
            lines=explained,
            uses=USES,
            counted=Counter(line.use for line in explained),
            unread=reading.account.unread_in_forms[:_MOST_NAMED] if reading.account else (),
            words=accounts,
        )
    )
