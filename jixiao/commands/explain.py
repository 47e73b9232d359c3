"""`jixiao explain`: a file line by line, with what each was used for: how to find out why something was not read."""

import sys
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import jinja2
import typer
from rich.text import Text

from jixiao.ingest.document import Reading
from jixiao.ingest.load import read_files
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.server.labels import Labels
from jixiao.terminal import console, fail, write

_USES = {
    "fact": ("事实", "fact", "green"),
    "boilerplate": ("套语", "boilerplate", "dim"),
    "person": ("人员", "person", "magenta"),
    "blank": ("空行", "blank", "dim"),
    "unread": ("未读", "unread", "bold red"),
}


class Format(StrEnum):
    """text: for the terminal, in colour there; html: a page of its own."""

    text = "text"
    html = "html"


def explain(
    file: Annotated[Path, typer.Argument(help="一个文件 · one file")],
    form: Annotated[Format, typer.Option("--format", help="输出格式 · form of the output")] = Format.text,
) -> None:
    """逐行说明读出了什么 · say line by line what was read."""
    if not file.is_file():
        fail(f"没有这个文件 · no such file: {file}")
    [(_, reading)] = read_files([file], DEFAULT_BASE, jobs=1)
    lines = _lines(reading)
    if form is Format.html:
        _page(reading, lines)
    else:
        _text(reading, lines)
    if reading.refusal:
        raise typer.Exit(1)


def _lines(reading: Reading) -> list[dict[str, Any]]:
    """The lines with text on them: number, text, use, what was read from it (Chinese), and why, where inferred."""
    labels = Labels()
    uses = {entry["n"]: entry for entry in (reading.ledger or {"lines": []})["lines"]}
    lines = []
    for line in (reading.rendition or {"lines": []})["lines"]:
        entry = uses.get(line["n"], {"use": "unread", "facts": []})
        names = [labels.zh(fact["property"]) or fact["property"] for fact in entry["facts"]]
        whys = [fact["why"] for fact in entry["facts"] if fact["why"]]
        if line["text"].strip():
            read = "、".join(dict.fromkeys(names))
            lines.append({**line, "use": entry["use"], "read": read, "why": "；".join(dict.fromkeys(whys))})
    return lines


def _text(reading: Reading, lines: list[dict[str, Any]]) -> None:
    out = console(sys.stdout)
    for line in lines:
        zh, en, style = _USES[line["use"]]
        shown = Text(f"{line['n']:>5} {zh} {en:<11} ", style=style)
        shown.append(line["text"].strip(), style="" if line["use"] == "fact" else style)
        notes = "；".join(note for note in (line["read"], line["why"]) if note)
        shown.append(f"  ← {notes}" if notes else "", style="cyan")
        out.print(shown, soft_wrap=True)
    for reason in reading.refusal.reasons if reading.refusal else ():
        out.print(Text(f"拒收 refused: {reason}", style="bold red"), soft_wrap=True)
    out.print(f"已读 read {reading.share:.1%}，未读 unread {len(reading.unread)}")


def _page(reading: Reading, lines: list[dict[str, Any]]) -> None:
    source = files("jixiao.commands").joinpath("explain.html").read_text(encoding="utf-8")
    template = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined).from_string(source)
    write(template.render(reading=reading, lines=lines, uses=_USES))
