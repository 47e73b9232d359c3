"""Measure the CPU time of each rule: `python -m bench.rules [PATH…] [--rows N]`; by default over the examples.

The files are read and their graphs repeated until there are 32 documents, each with IRIs of its own. `alone` is the
time of a rule over the 32 documents one by one, `among 8` and `among 32` over the same documents in batches of that
size, all in milliseconds. A rule's `share` is its time among 32 documents as a multiple of the time in which Oxigraph
parses their triples, and `growth` is the time among 32 as a multiple of the time among 8. The most expensive rules come
first.

The exit status is 1 if a share exceeds 1.5, or a growth 1.25: the cost of a rule must not grow faster than the
documents that it is given. Share and growth are ratios within one process, so that they hold on a busy machine. Rules
of KNOWN are more expensive, with a bound of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, nan
from pathlib import Path
from time import process_time
from typing import Annotated

import pyoxigraph as ox
import typer

import jixiao.ingest.preloaded  # noqa: F401 - garbage is collected as in a reading process
from bench.measuring import EXAMPLES, print_table
from jixiao.ingest.document import read_documents
from jixiao.ingest.originals import files
from jixiao.ingest.result import Document
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.shapes import validate
from jixiao.shapes.engine.compiled import Rule
from jixiao.shapes.engine.data import Data

DOCUMENTS, FEW = 32, 8
SHARE, GROWTH = 1.5, 1.25
"""The most that a rule may take: times the parsing of the same triples, and times its own cost in batches of eight."""
KNOWN = {"NamesAnother": 1.8, "ValueNotSingle": 1.8}
"""Rules that are dearer than SHARE, or near it, with their bounds.

They parse texts by many patterns, or by one for each row, or look for some ninety properties.
"""
GROWING = {"NamesAnother": 1.6}
"""Rules that grow more than GROWTH in larger batches, with their bounds: this one joins the organs of all documents."""
SHORTEST = 20.0
"""The least CPU milliseconds that a time is taken from: the clock of some systems advances by several at once."""
AGAIN = 20
"""Rules that exceed this share in batches of eight are not measured further, since nothing would change the verdict."""
ROUNDS = 6
NOTICED = 0.2
"""Rules below this share are not judged by their growth: their times are those of starting a query."""


def documents(paths: Sequence[Path]) -> list[bytes]:
    """Read files, and return the graphs of exactly 32 documents as N-Triples, each with an IRI base of its own.

    Fewer than 32 documents are repeated until there are 32; of more, the first 32 are returned. Refused files are left
    out.
    """
    contents = [Document(path.read_bytes(), path.name) for path in files(paths)]
    read = [each.deposit.source_triples for each in read_documents(contents, DEFAULT_BASE) if each.deposit]
    own, other = f"<{DEFAULT_BASE}".encode(), "<http://localhost:{}/".format
    return [read[at % len(read)].replace(own, other(9000 + at).encode()) for at in range(DOCUMENTS)]


class Batches:
    """The graphs of documents in batches of one size; the last batch may be smaller."""

    def __init__(self, graphs: Sequence[Data], size: int) -> None:
        self._batches = [graphs[first : first + size] for first in range(0, len(graphs), size)]
        self._stores = [validate.together(each) for each in self._batches]

    def spent(self, rule: Rule, most: float) -> float:
        """Return the CPU milliseconds that a rule takes over all documents, the mean of enough runs to be measurable.

        A run ends early once it exceeds `most` milliseconds: the result then is the time so far.
        """
        used, times = 0.0, 0
        while used < SHORTEST:
            used += self._once(rule, most)
            times += 1
        return used / times

    def _once(self, rule: Rule, most: float) -> float:
        for data in (each for batch in self._batches for each in batch):
            data.conforming.clear()
            data.answers.clear()
        start, used = process_time(), 0.0
        for batch, store in zip(self._batches, self._stores, strict=True):
            if used <= most:
                validate.answer(rule, batch, store)
                for data in batch:
                    list(rule.findings(data))
                used = (process_time() - start) * 1000
        return used


def parsing(triples: Sequence[bytes]) -> float:
    """Return the CPU milliseconds in which Oxigraph parses the triples of all documents."""
    start = process_time()
    for each in triples:
        list(ox.parse(each, format=ox.RdfFormat.N_TRIPLES))
    return (process_time() - start) * 1000


@dataclass(frozen=True)
class Cost:
    """CPU milliseconds of a rule over all documents: one by one, in batches of 8, and all 32 at once.

    `share` is the time for all at once as a multiple of parsing, `growth` as a multiple of the time in batches of 8.
    """

    name: str
    alone: float
    among_few: float
    among_all: float
    share: float
    growth: float

    @property
    def excessive(self) -> bool:
        """Return whether the rule's share, or the growth of a rule with a noticeable share, exceeds its bound."""
        grows = self.share > NOTICED and self.growth > GROWING.get(self.name, GROWTH)
        return grows or self.share > KNOWN.get(self.name, SHARE)


class Measuring:
    """A measurement of the time that rules take over the same documents, alone and in batches.

    `triples` has the N-Triples of each document.
    """

    def __init__(self, triples: Sequence[bytes]) -> None:
        self._triples = triples
        graphs = [Data(each) for each in triples]
        self._alone, self._few, self._all = (Batches(graphs, size) for size in (1, FEW, DOCUMENTS))

    def cost(self, rule: Rule) -> Cost:
        """Return the cost of a rule; an excessive one is measured again, and the least of each ratio is returned.

        The two times of a ratio are measured in turn, so that both meet the same load. If the time in batches of 8 is
        too long already, nothing else is measured: the other values are NaN.
        """
        least = self._once(rule)
        for _ in range(ROUNDS - 1):
            if not least.excessive or least.share > AGAIN:
                break
            other = self._once(rule)
            least = replace(least, share=min(least.share, other.share), growth=min(least.growth, other.growth))
        return least

    def _once(self, rule: Rule) -> Cost:
        name, parsed = rule.iri.rpartition("#")[2], min(parsing(self._triples) for _ in range(3))
        few = self._few.spent(rule, AGAIN * parsed)
        if few > AGAIN * parsed:
            return Cost(name, nan, few, nan, few / parsed, nan)
        alone, every = self._alone.spent(rule, inf), self._all.spent(rule, inf)
        return Cost(name, alone, few, every, every / parsed, every / few)


def main(
    paths: Annotated[list[Path] | None, typer.Argument()] = None,
    rows: Annotated[int, typer.Option(help="rules to print")] = 30,
) -> None:
    """Measure all rules of documents, print the dearest, and exit with 1 if one costs too much."""
    measuring = Measuring(documents(paths or [EXAMPLES]))
    found = sorted(map(measuring.cost, validate.rules("document")), key=lambda each: -each.share)
    head = ["CPU ms", "alone", "among 8", "among 32", "÷ parsing", "growth", ""]
    shown = found[:rows] + [each for each in found[rows:] if each.excessive]
    cells = [
        [
            each.name,
            each.alone,
            each.among_few,
            each.among_all,
            each.share,
            each.growth,
            "!" if each.excessive else "",
        ]
        for each in shown
    ]
    print_table(head, cells)
    print(f"{len(found)} 条规则共 rules together: {sum(each.share for each in found):.1f} ÷ parsing")
    if excessive := [each.name for each in found if each.excessive]:
        print(
            f"超出界限（{SHARE} 倍解析，文件多了不超过 {GROWTH} 倍） · over the bounds ({SHARE} times parsing, "
            f"{GROWTH} times as much in larger batches): {', '.join(excessive)}"
        )
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
