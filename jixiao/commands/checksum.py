"""Define `jixiao checksum`, which computes a version's checksum again from its dump."""

from pathlib import Path
from typing import Annotated

import typer

from jixiao.store.versions import checksum as checksums
from jixiao.terminal import write


def checksum(
    file: Annotated[
        Path,
        typer.Argument(
            help="N-Quads 文件，.nq 或 .nq.gz，不必排序 · N-Quads, in any order", exists=True, dir_okay=False
        ),
    ],
) -> None:
    """由导出文件重算校验和 · compute a version's checksum from a dump."""
    write(f"{checksums.of_file(file).checksum}\n")
