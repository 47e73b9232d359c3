"""Measure how well example filings are read after random changes of layout: `python -m bench.mutations [--count N]`.

A mutant has one to three projects of an example and one to four changes (tests/support/mutants/changes.py). Its outcome
is right, refused, not understood (facts are missing, and their lines are reported as unread), silent (facts are missing
without a message) or WRONG. `--keep DIR` saves every mutant that is neither right nor refused, with its key and the
differences.
"""

import argparse
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from random import Random

from jixiao.ingest.document import read_document
from tests.support.mutants import changes, forms, writers
from tests.support.mutants.changes import KINDS
from tests.support.mutants.facts import Project, published
from tests.support.mutants.judge import OUTCOMES, Verdict, judged
from tests.support.mutants.plan import CARRIERS, Plan
from tests.support.mutants.prints import Expected

BASE = "http://localhost:8000/"
EXAMPLES = Path(__file__).parents[1] / "examples"
_MOST_PROJECTS = 3


@dataclass(frozen=True)
class Mutant:
    """A changed file, with the plan of its changes and the facts that it states."""

    name: str
    plan: Plan
    content: bytes
    expected: Expected


@cache
def originals() -> tuple[tuple[Project, ...], ...]:
    """Read the published projects of each example; tests compare these with the examples' own keys."""
    paths = sorted(EXAMPLES.glob("*.txt"))
    return tuple(published(read_document(path.read_bytes(), path.name, BASE)) for path in paths)


def mutant(seed: int, number: int) -> Mutant:
    """Make a mutant; equal seed and number give the same file."""
    rng = Random(f"{seed}-{number}")  # noqa: S311
    drawn = changes.drawn(rng)
    projects = [each for each in rng.choice(originals()) if each.indicators and each.amounts]
    chosen = rng.sample(projects, rng.randint(2 if drawn.register else 1, min(_MOST_PROJECTS, len(projects))))
    blocks, expected = forms.document(rng, drawn, chosen)
    return Mutant(f"{seed}-{number}.{drawn.ending}", drawn, writers.written(drawn, blocks), expected)


Result = tuple[Plan, Verdict]


def tried(seed: int, keep: Path | None, number: int) -> Result:
    """Make and read one mutant; return its plan and its verdict."""
    made = mutant(seed, number)
    verdict = judged(made.expected, read_document(made.content, made.name, BASE))
    if keep and verdict.outcome not in ("right", "refused"):
        (keep / made.name).write_bytes(made.content)
        story = [verdict.outcome, *verdict.differences, "", repr(made.plan), "", *map(repr, made.expected.projects)]
        (keep / f"{made.name}.md").write_text("\n\n".join(story) + "\n", encoding="utf-8")
    return made.plan, verdict


def figures(results: Sequence[Result]) -> Iterator[str]:
    """Write a line per kind of change and per carrier, and one for all: mutants, number and share of each outcome."""
    yield f"{'change or carrier':30}{'mutants':>8}" + "".join(f"{outcome:>16}" for outcome in OUTCOMES)
    for kind in (*KINDS, *CARRIERS, "all"):
        outcomes = Counter(verdict.outcome for made, verdict in results if kind in (*made.changes, made.carrier, "all"))
        count = outcomes.total()
        shares = "".join(f"{outcomes[name]:>9}{outcomes[name] / max(count, 1):>7.0%}" for name in OUTCOMES)
        yield f"{kind:30}{count:>8}{shares}"


def main() -> None:
    """Read the arguments, try the mutants, print the figures; the exit status is 1 if one is WRONG."""
    parser = argparse.ArgumentParser(prog="python -m bench.mutations", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, action="append", help="numbers of single mutants")
    parser.add_argument("--keep", type=Path, help="a folder for mutants that are neither right nor refused")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    given = parser.parse_args()
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
    numbers = given.only or range(given.count)
    with ProcessPoolExecutor(given.jobs) as pool:
        results = list(pool.map(partial(tried, given.seed, given.keep), numbers, chunksize=5))
    for number, (made, verdict) in zip(numbers, results, strict=True):
        if verdict.outcome == "WRONG" or given.only:
            print(f"{given.seed}-{number} [{', '.join(made.changes)}; {made.carrier}] {verdict.outcome}")
            for difference in verdict.differences:
                print(f"    {difference}")
    print("\n".join(figures(results)))
    if any(verdict.outcome == "WRONG" for _, verdict in results):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
