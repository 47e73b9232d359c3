"""Score the reading of known filings with other separators: `python -m bench.separators [--all] [--keep]`.

`separators/rows.json` of the shared folder (`--shared`) has the rows of filings and their key. Each filing is written
with each separator of WAYS, and with mixtures of them: the content is the same, so whatever one way loses is lost to
its separator. Facts are compared as reading_score.py does; citations and bodies count for nothing here.

A row for each way has the projects and indicators that are found, and those that are wrong. The exit status is 1 if a
way's share of found facts is two percentage points below that of separators.toml, or states more that is wrong;
`--keep` writes the shares of this run there. `--all` lists every difference.
"""

import json
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import pyoxigraph
import typer

import jixiao.ingest.preloaded  # noqa: F401 - read as a reading process does
from bench.left_out import FILINGS, SHARED, judging
from bench.measuring import print_table
from jixiao.ingest.document import read_document
from jixiao.ontology.identity import DEFAULT_BASE

Rows = Sequence[Sequence[str]]
KEPT = Path(__file__).with_suffix(".toml")
TOLERATED = 0.02
_WIDTH = 40  # characters of a line that is broken


class Score(NamedTuple):
    """Projects and indicators of the key, those that were found, and those stated that the key does not have."""

    projects: int
    found_projects: int
    wrong_projects: int
    indicators: int
    found_indicators: int
    wrong_indicators: int

    @property
    def shares(self) -> dict[str, float | int]:
        """Return the shares of what was found, between 0 and 1, and the numbers of what is wrong."""
        return {
            "projects": round(self.found_projects / self.projects, 3),
            "indicators": round(self.found_indicators / self.indicators, 3),
            "wrong": self.wrong_projects + self.wrong_indicators,
        }


def _lines(rows: Rows, separator: str) -> str:
    """Return a text line for each row, with its cells joined by `separator`."""
    return "\n".join(separator.join(row) for row in rows)


def _changing(rows: Rows) -> str:
    """Return the rows with tabs between cells in the first half, and single blanks in the second."""
    middle = len(rows) // 2
    return "\n".join((_lines(rows[:middle], "\t"), _lines(rows[middle:], " ")))


WAYS: dict[str, Callable[[Rows], str]] = {
    "tabs": lambda rows: _lines(rows, "\t"),
    "bars": lambda rows: "\n".join(f"| {' | '.join(row)} |" for row in rows),
    "blanks": lambda rows: _lines(rows, " "),
    "a cell a line": lambda rows: _lines(rows, "\n"),
    "rows glued": lambda rows: _lines(rows, ""),
    "one line, blanks": lambda rows: " ".join(chain.from_iterable(rows)),
    "one line, glued": lambda rows: "".join(chain.from_iterable(rows)),
    "tabs, then blanks": _changing,
    "blanks, broken lines": lambda rows: re.sub(f"(.{{{_WIDTH}}})", r"\1\n", " ".join(chain.from_iterable(rows))),
    "blanks doubled": lambda rows: _lines(rows, "  "),
}
"""A function for each way of parting cells, which takes rows of cells and returns a text."""


def known(shared: Path) -> tuple[dict[str, Rows], dict[str, Any]]:
    """Return the rows and the key of each filing, by its file name."""
    kept = json.loads((shared / "separators" / "rows.json").read_text(encoding="utf-8"))
    return kept["rows"], {each["file"]: each for each in kept["files"]}


def score(shared: Path, way: str) -> tuple[Score, list[str]]:
    """Read all filings with their cells parted in one way; return the score, and the differences from the key."""
    rows, key = known(shared)
    space, _ = judging(shared, FILINGS)
    for name, truth in key.items():
        graph = pyoxigraph.Store()
        content = f"{WAYS[way](rows[name])}\n".encode()
        if deposit := read_document(content, name, DEFAULT_BASE).deposit:
            graph.load(deposit.source_triples, pyoxigraph.RdfFormat.N_TRIPLES)
        space[FILINGS.function](truth, graph, "")
    counted, notes = space["score"], space["notes"]
    wrong = Counter(match[1] for note in notes if (match := re.search("WRONG: (project|indicator) ", note)))
    found = {kind: counted[kind, True] for kind in ("projects", "indicators")}
    every = {kind: found[kind] + counted[kind, False] for kind in found}
    return (
        Score(
            *(every["projects"], found["projects"], wrong["project"]),
            *(every["indicators"], found["indicators"], wrong["indicator"]),
        ),
        [note for note in notes if re.search("projects:|amounts:|indicators:|WRONG:", note)],
    )


def worse(way: str, shares: Mapping[str, float | int]) -> list[str]:
    """Return a line for each share of a way that is lower, and for more that is wrong, than separators.toml keeps."""
    kept = tomllib.loads(KEPT.read_text(encoding="utf-8")).get(way, {})
    lower = [each for each in ("projects", "indicators") if shares[each] <= kept.get(each, 0) - TOLERATED]
    more = ["wrong"] if shares["wrong"] > kept.get("wrong", shares["wrong"]) else []
    return [f"{way}: {each} {kept[each]} → {shares[each]}" for each in (*lower, *more)]


def as_toml(scores: Mapping[str, Score]) -> str:
    """Write the shares of ways as the content of separators.toml."""
    head = "# Shares of known facts that are found by how cells are parted, and what is wrong; see separators.py."
    tables = (
        "\n".join([f'["{way}"]', *(f"{kind} = {share}" for kind, share in each.shares.items())])
        for way, each in scores.items()
    )
    return "\n\n".join([head, *tables]) + "\n"


def main(
    shared: Annotated[Path, typer.Option(help="the folder of separators/ and tools/")] = SHARED,
    listed: Annotated[bool, typer.Option("--all", help="list every difference")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="write the shares to separators.toml")] = False,
) -> None:
    """Read known filings with other separators, and print for each way what is found and what is wrong."""
    scores, notes = {}, {}
    for way in WAYS:
        scores[way], notes[way] = score(shared, way)
    print(*(f"{way}: {note}" for way in WAYS for note in notes[way]) if listed else "", sep="\n")
    head = ["", "projects", "found", "wrong", "indicators", "found", "wrong"]
    print_table(head, [[way, *each] for way, each in scores.items()])
    if keep:
        KEPT.write_text(as_toml(scores), encoding="utf-8")
        return
    lines = [line for way, each in scores.items() for line in worse(way, each.shares)]
    print(*lines, sep="\n", end="\n" if lines else "")
    sys.exit(bool(lines))


if __name__ == "__main__":
    typer.run(main)
