"""Compare scans with the text they were printed from: `python -m bench.scans [PATH…] [--dpi N…] [--damage NAME…]`.

Each text form is printed by LibreOffice or Chromium, made pictures of, damaged, and read; its own facts are the truth.
A PDF that has text is made pictures of as it is. CPU seconds a page are compared with those of rapidocr alone, of the
same pictures, in one thread. The exit status is 1 if an amount is wrong.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from bench.measuring import arguments
from bench.scans.measuring import Fact, Figures, measured
from bench.scans.paper import DAMAGES, PRINTERS, pictures, printed
from jixiao.ingest.originals import files


def rows(given: argparse.Namespace) -> Iterator[tuple[str, Figures, dict[str, list[Fact]]]]:
    """Yield figures and facts of each file at each resolution and damage, and then the figures of all files."""
    papers = {file: printed(file, given.printer) for file in files(given.paths)}
    for inch in given.dpi:
        for damage in given.damage:
            total = Figures(0, 0, 0, 0, 0, 0.0, 0.0)
            for file, pdf in papers.items():
                figures, wrong, missing = measured(file, pictures(pdf, inch, DAMAGES[damage]), given.alone)
                total += figures
                yield f"{inch:>4} {damage:<6} {file.stem[:24]:<24}", figures, {"wrong": wrong, "missing": missing}
            if len(papers) > 1:
                yield f"{inch:>4} {damage:<6} {'':<24}", total, {}


def main() -> None:
    """Read the arguments, measure, print a table."""
    parser = arguments("scans", __doc__)
    parser.add_argument("paths", type=Path, nargs="*", default=sorted(Path("examples").glob("*.txt")), metavar="PATH")
    parser.add_argument("--dpi", type=int, nargs="+", default=[150, 200, 300])
    parser.add_argument("--damage", nargs="+", choices=DAMAGES, default=list(DAMAGES))
    parser.add_argument("--printer", choices=PRINTERS, default="libreoffice")
    parser.add_argument(
        "--alone", type=int, default=5, metavar="N", help="rapidocr alone reads every N-th page; 0: none"
    )
    parser.add_argument("--list", nargs="+", choices=("wrong", "missing"), default=[], help="list these facts")
    given = parser.parse_args()
    print(f" dpi damage {'file':<24} pages   facts    right    wrong amounts   s/page  ratio", flush=True)
    amounts = 0
    for name, figures, facts in rows(given):
        print(name, figures, flush=True)
        amounts += figures.amounts
        for kind in given.list:
            for fact in facts.get(kind, ()):
                print(f"    {kind}:", *fact, flush=True)
    if amounts:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
