"""Define `jixiao shapes`, which writes a bundle of rules for use with any SHACL engine."""

from typing import Annotated, Literal

import typer

from jixiao.shapes import bundles, catalogue
from jixiao.terminal import write


def shapes(
    bundle: Annotated[
        catalogue.Bundle, typer.Option(help="content 申报内容 faults of filings, integrity 数据完整性 our graphs")
    ] = "content",
    form: Annotated[Literal["ttl", "nt"], typer.Option("--format", help="输出格式 · format of the output")] = "ttl",
) -> None:
    """输出一组 SHACL 规则，供任何引擎使用 · write a bundle of rules for any SHACL engine."""
    if form == "ttl":
        write(bundles.text(bundle))
    else:
        write("".join(f"{triple} .\n" for triple in sorted(bundles.triples(bundle), key=str)))
