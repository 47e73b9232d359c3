"""Cut filings off at their lines and compare with the whole: `python -m bench.cuts [PATH…]` (default: the examples).

Each file is cut behind every line that holds text, or behind `--most N` of them, drawn evenly. A cut file must give no
fact that the whole file does not give, and a form or narrative that a cut divides must be marked partial or left out
with its file. Whole files are counted that are marked partial although nothing is cut off.
"""

import argparse
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pyoxigraph import NamedNode, RdfFormat, parse

from jixiao.ingest.document import read_document
from jixiao.ingest.originals import files
from jixiao.ingest.reading import Reading
from jixiao.ingest.values.plain import folded
from jixiao.ontology import terms
from jixiao.ontology.properties import parts

BASE = "http://localhost:8000/"
EXAMPLES = Path(__file__).parents[1] / "examples"
# Facts that a part of a file states of itself, and facts that depend on how much of it is known.
_OF_THE_PART = frozenset(
    {
        terms.readingStatus,
        terms.withheld,
        terms.leftBlank,
        terms.sourceLine,
        terms.sha256,
        terms.fileName,
        terms.DCTERMS_extent,
        terms.PROV_wasDerivedFrom,
        terms.roundedTo,
    }
)
_TOLD = tuple(parts()[kind].letter for kind in (terms.NarrativeSection, terms.CostItem, terms.StatedBasis))
_PART = re.compile(r"(?<=#[a-z])\d+(?=>?$)")
_FIGURE = re.compile(rf"#{parts()[terms.StatedFigure].letter}>?$")
Outcome = Literal["marked", "left out", "unmarked"]
Triple = tuple[str, str, str]


@dataclass(frozen=True)
class Cut:
    """A file cut off behind a line: the kind of what the cut divides, if anything, its outcome, and added facts."""

    file: str
    line: int
    inside: str | None
    outcome: Outcome | None
    added: tuple[Triple, ...]


def facts(reading: Reading) -> set[Triple]:
    """Return the facts of a reading that a part of the file must share with the whole.

    Parts of a project go without their numbers, texts without their spelling, which a file's other forms may decide,
    figures without their names, which may be those of indicators below; inferences and the source itself are left out.
    """
    if not reading.deposit:
        return set()
    quads = list(parse(reading.deposit.source_triples, RdfFormat.N_TRIPLES))
    inferred = {str(q.subject) for q in quads if q.object == NamedNode(terms.Inference)}
    found = (
        (_PART.sub("", str(q.subject)), q.predicate.value, folded(_PART.sub("", q.object.value)))
        for q in quads
        if q.predicate.value not in _OF_THE_PART and str(q.subject) not in inferred and str(q.object) not in inferred
    )
    return {
        triple
        for triple in found
        if reading.sha256[:16] not in triple[0] and not (triple[1] == terms.RDFS_label and _FIGURE.search(triple[0]))
    }


def added(part: set[Triple], whole: set[Triple]) -> tuple[Triple, ...]:
    """List the facts of a part that the whole does not state; a text may be the beginning of the whole's."""
    texts = [triple for triple in whole if triple[1] == terms.text]
    return tuple(
        triple
        for triple in sorted(part - whole)
        if triple[1] != terms.text or not any(text[0] == triple[0] and text[2].startswith(triple[2]) for text in texts)
    )


def extents(reading: Reading) -> dict[tuple[str, str], tuple[int, int]]:
    """Return the first and last line of each project's form and narrative."""
    lines: dict[tuple[str, str], list[int]] = {}
    bodies = {terms.competentDepartment, terms.implementingUnit}
    for line in (reading.ledger or {}).get("lines", ()):
        for fact in line["facts"]:
            node, _, part = fact["node"].partition("#")
            if reading.deposit and node in reading.deposit.projects and fact["property"] not in bodies:
                told = part.startswith(_TOLD) or fact["property"] == terms.narrativeAmount
                lines.setdefault((node, "narrative" if told else "form"), []).append(line["n"])
    return {key: (min(found), max(found)) for key, found in lines.items()}


def cut(path: Path, spans: Mapping[tuple[str, str], tuple[int, int]], known: set[Triple], at: int) -> Cut:
    """Read a file's first lines and compare them with the whole."""
    lines = path.read_text(encoding="utf-8").split("\n")
    reading = read_document("\n".join(lines[:at]).encode(), path.name, BASE)
    divided = next((key for key, (first, last) in spans.items() if first <= at < last), None)
    more = added(facts(reading), known)
    if divided is None:
        return Cut(path.name, at, None, None, more)
    return Cut(path.name, at, divided[1], _outcome(divided[0], reading), more)


def _outcome(project: str, reading: Reading) -> Outcome:
    if not reading.deposit or project in reading.deposit.partial:
        return "marked"
    if project not in reading.deposit.projects:
        torn = reading.deposit.partial or (reading.account and reading.account.dropped)
        return "marked" if torn else "left out"
    return "unmarked"


def cuts(path: Path, most: int | None) -> list[Cut]:
    """Cut one file off at its lines."""
    text = path.read_text(encoding="utf-8").split("\n")
    written = [number for number, line in enumerate(text[:-1], 1) if line.strip(" \u3000|")]
    step = max(1, len(written) // most) if most else 1
    whole = read_document(path.read_bytes(), path.name, BASE)
    known, spans = facts(whole), extents(whole)
    return [cut(path, spans, known, at) for at in written[::step]]


def figures(found: Sequence[Cut]) -> Iterator[str]:
    """Write a line per kind of what cuts divide: cuts, and number and share of each outcome."""
    outcomes = ("marked", "left out", "unmarked")
    yield f"{'divided':12}{'cuts':>8}" + "".join(f"{outcome:>16}" for outcome in outcomes)
    for kind in ("form", "narrative"):
        counted = Counter(each.outcome for each in found if each.inside == kind)
        total = counted.total()
        yield f"{kind:12}{total:>8}" + "".join(f"{counted[o]:>8}{counted[o] / max(total, 1):>8.1%}" for o in outcomes)
    added = sum(1 for each in found if each.added)
    yield f"{added} of {len(found)} cuts give facts that the whole file does not give"


def texts(given: Iterable[Path]) -> list[Path]:
    """List the text files among files and folders."""
    return [path for path in files(list(given)) if path.suffix == ".txt"]


def main() -> None:
    """Read the arguments, cut the files, print the figures; the exit status is 1 if a cut adds a fact."""
    parser = argparse.ArgumentParser(prog="python -m bench.cuts", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("paths", type=Path, nargs="*", default=[EXAMPLES])
    parser.add_argument("--most", type=int, help="cuts per file")
    parser.add_argument("--list", action="store_true", help="list the cuts that are not marked")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    given = parser.parse_args()
    paths = texts(given.paths)
    with ProcessPoolExecutor(given.jobs) as pool:
        found = [each for some in pool.map(cuts, paths, [given.most] * len(paths)) for each in some]
    for each in found:
        if each.added:
            print(f"{each.file}:{each.line} adds {len(each.added)}: {' '.join(each.added[0])}")
        if given.list and each.outcome in ("unmarked", "left out"):
            print(f"{each.file}:{each.line} {each.inside} {each.outcome}")
    print("\n".join(figures(found)))
    partial = [
        path.name
        for path in paths
        if (deposit := read_document(path.read_bytes(), path.name, BASE).deposit) and deposit.partial
    ]
    print(f"{len(partial)} of {len(paths)} whole files are marked partial: {', '.join(partial)}")
    if any(each.added for each in found):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
