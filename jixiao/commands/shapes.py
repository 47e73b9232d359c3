"""Define `jixiao shapes`, which writes a bundle of rules for use with any SHACL engine."""

from enum import StrEnum
from typing import Annotated

import typer

from jixiao.shapes import bundles
from jixiao.terminal import write


class BundleName(StrEnum):
    """The bundle: content, faults of filings in any data; integrity, requirements on graphs that jixiao makes."""

    content = "content"
    integrity = "integrity"


class Format(StrEnum):
    """Form of the RDF: Turtle or N-Triples."""

    ttl = "ttl"
    nt = "nt"


def shapes(
    bundle: Annotated[
        BundleName, typer.Option(help="content 申报内容 faults of filings, integrity 数据完整性 our graphs")
    ] = BundleName.content,
    form: Annotated[Format, typer.Option("--format", help="输出格式 · format of the output")] = Format.ttl,
) -> None:
    """输出一组 SHACL 规则，供任何引擎使用 · write a bundle of rules for any SHACL engine."""
    if form is Format.ttl:
        write(bundles.text(bundle.value))
    else:
        write("".join(f"{triple} .\n" for triple in sorted(bundles.triples(bundle.value), key=str)))
