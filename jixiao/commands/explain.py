"""Define `jixiao explain`, which says what was read from one file, what was withheld, and why, and `mentions`.

On a terminal each section has ten entries; `--lines`, and any other output, has everything, line by line.
"""

import re
import shlex
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from pyoxigraph import RdfFormat, parse
from rich.text import Text

from jixiao import rdf_files
from jixiao.ingest import drawing, load, originals, workers
from jixiao.ingest.formats.archives import LARGEST_FILE
from jixiao.ingest.result import Reading
from jixiao.ontology import terms, turtle
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.ontology.reasons import BLANK
from jixiao.ontology.text.display import visible
from jixiao.report import accounts, templates
from jixiao.server.editions import renditions
from jixiao.server.sources import settling
from jixiao.shapes.catalogue import Fault
from jixiao.shapes.findings import rdf
from jixiao.shapes.findings.finding import Finding
from jixiao.shapes.findings.groups import by_rule, grouped
from jixiao.store import Pictured, SourceMissingError, Store
from jixiao.store.records import SHA16
from jixiao.tables import MOST_ROWS, console
from jixiao.terminal import fail, say_error, write, write_json
from jixiao.transcriptions import find_scan

_MOST_NAMED = 20  # unread lines that the page names at its head

STYLES = {
    "fact": "green",
    "boilerplate": "dim",
    "person": "magenta",
    "blank": "dim",
    "unread": "bold red",
    "elsewhere": "yellow",
}
"""The style of each use of a line."""

Commands = Mapping[int, tuple[str, ...]]
"""The commands that settle what is open in lines, by the line's number."""


def explain(  # noqa: PLR0913, PLR0917 - the options of a command
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
    why: Annotated[
        bool,
        typer.Option(
            "--why",
            help="只说凭什么认作或不认作申报表、缺什么，没有边界的表怎样分格 · "
            "say what speaks for a form, what lacks, and how tables without borders are divided, only",
        ),
    ] = False,
    store: Annotated[
        Path | None,
        typer.Option(
            help="扫描件用这个库中的识别和转录 · the store whose recognition and transcriptions of a scan to use"
        ),
    ] = None,
) -> None:
    """说明一份文件读出什么、扣下什么、为什么 · say what was read, what was withheld, and why."""
    if roles or why:
        _drawing(_reading(file, read=drawing.read_roles if roles else drawing.read_evidence))
        return
    opened = Store.open(store) if store else None
    reading = _reading(file, store=opened)
    read = accounts.lines(reading)
    commands = _commands(opened, reading) if opened else {}
    if form == "html":
        write(templates.page("explain.html", **_values(reading, read, commands)))
    elif form == "json":
        write_json(accounts.as_json(reading, read, commands))
    else:
        # On a terminal, only so many projects, rules and lines are listed: lines with something unread or withheld.
        most = None if each_line or not sys.stdout.isatty() else MOST_ROWS
        shown = read if most is None else [line for line in read if line.use == "unread" or line.is_withheld]
        values = _values(reading, read, commands) | {"lines": shown, "most": most}
        templates.show(templates.lines("explain.txt", **values))
    if reading.refusal:
        raise typer.Exit(1)


def mentions(
    file: Annotated[Path, typer.Argument(help="RDF，或者一份申报表 · RDF, or a filing")],
) -> None:
    """写出 RDF 和其中文字所述；申报表则逐条列出 · write RDF with what its texts state, or list this for a filing."""
    if not rdf_files.is_rdf(file):
        _drawing(_reading(file, read=drawing.read_mentions))
        return
    try:
        if file.stat().st_size > LARGEST_FILE:
            fail(f"文件太大：{file} · the file is too large")
        triples = rdf_files.with_mentions(file.read_bytes(), file.name)
    except OSError:
        fail(f"没有这个文件 · no such file: {file}")
    except (SyntaxError, ValueError) as error:
        fail(f"不是完好的 RDF：{error} · not valid RDF: {file}")
    ordered = turtle.ordered([quad.triple for quad in parse(triples, RdfFormat.N_TRIPLES)])
    write(turtle.turtle(ordered, turtle.used(ordered)))


def _reading(file: Path, read: workers.Read[Reading] | None = None, store: Store | None = None) -> Reading:
    """Read a file, or a file in a zip, written as ARCHIVE.zip/FILE (the name that `ingest` prints).

    `read` is another function to read with, and `store` a store with recognitions of scans. An unusable file ends the
    command.
    """
    # Without a store, nothing is known of a file's pictures.
    base, pictured = (store.base_iri, store.pictured) if store else (DEFAULT_BASE, lambda _: Pictured())
    # A record of a web archive is named with its offset: crawl.warc.gz@123/page.html.
    above = (Path(re.sub(r"@\d+$", "", str(path))) for path in file.parents)
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


def _drawing(reading: Reading) -> None:
    """Print the drawing of the cells; lines are cut at the terminal's edge, but not in a pipe."""
    if reading.refusal:
        say_error(f"{reading.file_name}：{'；'.join(reading.refusal.reasons)}")
        raise typer.Exit(1)
    out = console(sys.stdout)
    for line in reading.drawing:
        out.print(Text(visible(line)), no_wrap=True, crop=True, overflow="ellipsis")


def _commands(store: Store, reading: Reading) -> Commands:
    """Return the commands that settle what is open in the lines of a file, the least certain lines first.

    There are none for a file that is neither a source of the store nor a refused scan.
    """
    now = store.current()
    try:
        find_scan(store, reading.sha256)
    except SourceMissingError:
        return {}
    empty: dict[str, Any] = {"lines": []}
    lines = renditions.of(reading.rendition or empty, reading.ledger or empty)
    suggested = settling.Suggested(
        reading.sha256[:SHA16],
        shlex.quote(str(store.path)),
        reading.recognition is not None,
        settling.stated(lines),
        reading.report.results if reading.report and not reading.refusal else (),
        {
            (each.text(terms.concerns), each.text(terms.correctedProperty) or each.text(terms.acceptedFault))
            for each in (now.decisions.all if now else ())
        },
    )

    def certainty(line: renditions.Line) -> float:
        return min((fact["score"] for fact in line.facts if "score" in fact), default=1.0)

    return suggested.commands(sorted(lines, key=certainty))


def _values(reading: Reading, lines: Sequence[accounts.ExplainedLine], commands: Commands) -> dict[str, Any]:
    """Return the values of both templates; the findings are those about an accepted file, each with its fault."""
    by_number = {line.number: line for line in lines}
    found = reading.report if reading.report and not reading.refusal else None
    return {
        "reading": reading,
        "account": reading.account,
        "findings": list(zip((each.fault for each in found.results), rdf.reasons(found), strict=True)) if found else (),
        "rules": _rules(found.results) if found else (),
        "lines": lines,
        "open": [(by_number[number], each) for number, each in commands.items()],
        "kinds": (
            ("文件本身的问题", "What the filing gets wrong", False),
            ("什么没有读准", "What we could not read", True),
        ),
        "uses": accounts.USES,
        "styles": STYLES,
        "counted": Counter(line.use for line in lines),
        "unread": reading.account.unread_in_forms[:_MOST_NAMED] if reading.account else (),
        "blank": BLANK,
        "words": accounts,
    }


def _rules(results: Sequence[Finding]) -> list[tuple[Fault, int, list[int]]]:
    """Return the rules that found something, each with the number of its findings and the sorted numbers of lines."""
    return [
        (
            fault,
            sum(len(group.findings) for group in groups),
            sorted({line for group in groups for line in group.lines}),
        )
        for fault, groups in by_rule(grouped(results)).items()
    ]
