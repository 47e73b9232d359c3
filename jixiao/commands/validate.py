"""Define the commands that check without a store (docs/validate-your-own.md).

`jixiao validate` checks files as `ingest` would and reports on stdout; `shapes` writes a bundle of rules for any SHACL
engine.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from jixiao.checking import judge_files
from jixiao.ingest.originals import files
from jixiao.ontology.identity import DEFAULT_BASE, Iris
from jixiao.progress_bar import progress
from jixiao.report import templates
from jixiao.shapes import bundles, catalogue
from jixiao.shapes.findings import data, documents as words, rdf
from jixiao.terminal import JobsOption, LangOption, Language, Words, fail, of_locale, say, say_aside, write, write_json

Format = Literal["text", "html", "json", "ttl", "csv"]
"""Forms of the report: text; html, a complete page; json, for programs; csv, for spreadsheets; ttl, as RDF."""


_READ_IN_PART = 3
"""Exit status if nothing fails but what could not be read, for which filings are not to blame."""

Level = Literal["violation", "warning", "info"]
"""Severities of a finding."""


def validate(  # noqa: PLR0913, PLR0917 - the options of a command
    paths: Annotated[
        list[Path] | None, typer.Argument(help="文件或文件夹 · files or folders", show_default=False)
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="输出格式 · format of the output")] = "text",
    fail_on: Annotated[
        Literal[Level, catalogue.Kind],
        typer.Option(
            help="有这一程度或更重的发现，或者没有读准的（violation）和这一种类的发现，退出码为 1 · "
            "lowest severity that sets exit status 1, or the kind that does so besides a violation (not read for sure)"
        ),
    ] = words.FAIL_ON,
    min_severity: Annotated[
        Level, typer.Option(help="只看这一程度或更重的 · report only this severity and above")
    ] = "info",
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FAULT", help="只看这个缺陷，可重复 · report only this fault; may be repeated", show_default=False
        ),
    ] = None,
    rules: Annotated[bool, typer.Option("--rules", help="列出说申报表的规则 · list the rules about filings")] = False,
    full: Annotated[
        bool | None,
        typer.Option(
            "--full/--short",
            help="逐处列出，或者每处错误两行（终端上的默认） · "
            "every place, or two lines for each mistake (on a terminal)",
            show_default=False,
        ),
    ] = None,
    lang: LangOption = None,
    strict: Annotated[
        bool,
        typer.Option(
            "--strict",
            help="有没有读准的（violation）即拒收全文件 · refuse a file if anything was not read for sure (violation)",
        ),
    ] = False,
    jobs: JobsOption = None,
) -> None:
    """检查申报表，不入库 · check filings without a store."""
    wanted = _wanted(only or [], min_severity)
    if rules:
        if paths:
            fail("--rules 不检查文件 · --rules takes no files")
        _list_rules([fault for fault in wanted if only or fault.level != "Violation"], form, Words.of(lang).language)
        return
    if not paths:
        fail("请给出文件或文件夹 · name files or folders")
    aside: list[str] = []
    inputs = files(paths, aside.append)
    with progress("检查 checking", total=len(inputs)) as (bar, task):
        checked = judge_files(
            inputs,
            jobs=jobs,
            strict=strict,
            progress=lambda: bar.update(task, advance=1),
            aside=aside.append,
        )
    say_aside(aside)
    documents = words.chosen(checked, lambda fault: fault in wanted)
    # A pipe or a file gets everything in full, and so does somebody who asks for one rule.
    whole = bool(only) or not sys.stdout.isatty() if full is None else full
    _write(documents, form, fail_on, whole, Words.of(lang if whole else lang or of_locale()).language)
    if words.fails(documents, fail_on):
        raise typer.Exit(1)
    if words.read_in_part(documents, fail_on):
        raise typer.Exit(_READ_IN_PART)


def _wanted(only: Sequence[str], least: Level) -> tuple[catalogue.Fault, ...]:
    """Return the faults to report: of severity `least` or above and, if `only` has names, with one of these.

    An unknown name ends the command with status 2.
    """
    faults = [fault for fault in catalogue.faults() if fault.scope != "registry"]
    chosen = {_present(name) for name in only}
    for name in chosen - {fault.name for fault in faults}:
        fail(f"没有叫 {name} 的缺陷，见 --rules · there is no fault {name}: see --rules")
    return tuple(
        fault for fault in faults if words.reaches(fault.level, least.title()) and (not only or fault.name in chosen)
    )


def _present(name: str) -> str:
    """Return the name of the rule that replaced a retired rule, after saying so.

    The name of any other rule is returned unchanged.
    """
    later = catalogue.present(catalogue.SHAPES + name).removeprefix(catalogue.SHAPES)
    if later != name:
        say(f"{name} 已停用，由 {later} 取代 · {name} is retired, replaced by {later}")
    return later


def _write(documents: Sequence[words.Document], form: Format, fail_on: str, full: bool, language: Language) -> None:
    """Print the report in a form; its text in a language and, with `full`, with every place.

    `fail_on` is the threshold of fails(), which the JSON needs.
    """
    match form:
        case "text":
            templates.show(templates.report(documents, full, language))
        case "html":
            write(templates.page_of_documents(documents))
        case "json":
            write_json(data.documents_as_json(documents, fail_on))
        case "csv":
            write(data.findings_csv(documents))
        case "ttl":
            write(rdf.documents_turtle(documents, Iris(DEFAULT_BASE)))


def _list_rules(faults: Sequence[catalogue.Fault], form: Format, language: Language) -> None:
    """Print every rule in the chosen form; the Turtle form is the shapes themselves."""
    match form:
        case "text":
            templates.show(templates.rules(faults, language))
        case "html":
            write(templates.page("rules.html", faults=faults))
        case "json":
            write_json([data.rule(fault) for fault in faults])
        case "csv":
            write(data.rules_csv(faults))
        case "ttl":
            write(bundles.text())


def shapes(
    bundle: Annotated[
        catalogue.Bundle, typer.Option(help="content 申报内容 faults of filings, integrity 数据完整性 our graphs")
    ] = "content",
    form: Annotated[Literal["ttl", "nt"], typer.Option("--format", help="输出格式 · format of the output")] = "ttl",
) -> None:
    """输出一组 SHACL 规则，供任何引擎使用 · write a bundle of rules for any SHACL engine."""
    if bundle == "content":
        say("许多规则读文字所述，先加进数据再检查 · many rules read what texts state: add this to the data, then check")
        say("  jixiao mentions own.ttl > own-read.ttl")
        say("  pyshacl --shapes content.ttl --format turtle --output report.ttl own-read.ttl")
    if form == "ttl":
        write(bundles.text(bundle))
    else:
        write("".join(f"{triple} .\n" for triple in sorted(bundles.triples(bundle), key=str)))
