"""Define `jixiao rdf-from-csv`, which converts spreadsheets that people fill in to RDF."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from pyoxigraph import RdfFormat, Triple, parse

from jixiao.ingest.originals import LARGEST_FILE
from jixiao.ingest.sheets import columns, sheet, table
from jixiao.ontology import identity, turtle
from jixiao.ontology.text.spreadsheets import csv_text
from jixiao.terminal import fail, say, say_error, write


def rdf_from_csv(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="CSV 文件 · CSV files", metavar="FILE…", show_default=False)
    ] = None,
    base_iri: Annotated[str, typer.Option(help="各事物 IRI 的开头 · base of the IRIs")] = identity.DEFAULT_BASE,
    form: Annotated[Literal["ttl", "nt"], typer.Option("--format", help="输出格式 · format of the output")] = "ttl",
    blank: Annotated[
        Literal["zh", "en"] | None,
        typer.Option(help="输出只有表头的空表 · write a blank sheet instead", show_default=False),
    ] = None,
) -> None:
    """把填好的表格转成 RDF · convert a spreadsheet to RDF (docs/validate-your-own.md)."""
    if blank:
        if paths:
            fail("--blank 不读文件 · --blank takes no files")
        write("\ufeff", csv_text([columns.blank(blank)]))  # spreadsheet programs know UTF-8 by a byte-order mark
        return
    if not paths:
        fail("请给出 CSV 文件，或用 --blank zh 取一张空表 · name CSV files, or get a blank sheet with --blank en")
    iris = identity.Iris(base_iri)
    triples: list[Triple] = []
    refused = 0
    for path in paths:
        try:
            triples += _converted(path, iris)
        except table.SheetError as error:
            refused += 1
            for problem in error.problems:
                say_error(f"{path}：{problem}")
    if form == "nt":
        write("".join(f"{triple} .\n" for triple in sorted(set(triples), key=str)))
    elif triples:
        ordered = turtle.ordered(triples)
        write(turtle.turtle(ordered, turtle.used(ordered)))
    if refused:
        raise typer.Exit(1)


def _converted(path: Path, iris: identity.Iris) -> list[Triple]:
    """Return the triples of a file, and say which of its columns were not read. Raises SheetError."""
    if not path.is_file():
        fail(f"没有这个文件：{path} · no such file: {path}")
    if path.stat().st_size > LARGEST_FILE:
        raise table.SheetError([table.Problem(None, None, "文件太大", "the file is too large")])
    found = sheet.convert(path.read_bytes(), path.name, iris)
    if found.unknown:
        say(f"{path}：这些栏目没有读 columns that were not read: {'、'.join(found.unknown)}")
    return [quad.triple for quad in parse(found.triples, RdfFormat.N_TRIPLES)]
