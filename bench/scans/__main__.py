"""Compare scans with the text they were printed from: `python -m bench.scans [PATH…] [--dpi N]… [--damage NAME]…`.

Each text form is printed by LibreOffice or Chromium, made pictures of, damaged, and read; its own facts are the truth.
A PDF that has text is made pictures of as it is. CPU seconds a page are compared with those of rapidocr alone, of the
same pictures, in one thread. The exit status is 1 if an amount is wrong.
"""

from collections.abc import Iterable, Sequence
from itertools import product
from pathlib import Path
from typing import Annotated

import typer

from bench.measuring import EXAMPLES
from bench.scans.measuring import Figures, measured
from bench.scans.paper import DAMAGES, Pictures, Printer, pictures, printed
from jixiao.ingest.originals import files


def compared(name: str, papers: Iterable[tuple[Path, Pictures]], alone: int, listed: Sequence[str]) -> int:
    """Print the figures of each paper and of all together, and return the number of wrong amounts.

    `papers` are files with their pictures; rapidocr alone reads every `alone`-th page. `listed` are kinds of facts to
    print one by one: `wrong`, `missing`.
    """
    every = []
    for file, scanned in papers:
        figures, wrong, missing = measured(file, scanned, alone)
        print(f"{name} {file.stem[:24]:<24}", figures, flush=True)
        for kind, facts in (("wrong", wrong), ("missing", missing)):
            for fact in facts if kind in listed else ():
                print(f"    {kind}:", *fact, flush=True)
        every.append(figures)
    total = sum(every, start=Figures(0, 0, 0, 0, 0, 0.0, 0.0))
    if len(every) > 1:
        print(f"{name} {'':<24}", total, flush=True)
    return total.amounts


def main(  # noqa: PLR0913, PLR0917 - the options of a command
    paths: Annotated[list[Path] | None, typer.Argument()] = None,
    dpi: list[int] = [150, 200, 300],  # noqa: B006 - typer copies it
    damage: Annotated[list[str], typer.Option(help=f"of {', '.join(DAMAGES)}")] = list(DAMAGES),  # noqa: B006
    printer: Printer = "libreoffice",
    alone: Annotated[int, typer.Option(metavar="N", help="rapidocr alone reads every N-th page; 0: none")] = 5,
    listed: Annotated[list[str] | None, typer.Option("--list", help="list these facts: wrong, missing")] = None,
) -> None:
    """Compare scans of files, or of the examples, with their texts."""
    papers = {file: printed(file, printer) for file in files(paths or sorted(EXAMPLES.glob("*.txt")))}
    print(f" dpi damage {'file':<24} pages   facts    right    wrong amounts   s/page  ratio", flush=True)
    wrong = 0
    for inch, kind in product(dpi, damage):
        scans = ((file, pictures(pdf, inch, DAMAGES[kind])) for file, pdf in papers.items())
        wrong += compared(f"{inch:>4} {kind:<6}", scans, alone, listed or ())
    raise SystemExit(bool(wrong))


if __name__ == "__main__":
    typer.run(main)
