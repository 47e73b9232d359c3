"""Make mutants: one to three projects of an example filing in a layout with one to four changes (changes.py)."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from jixiao.ingest.document import read_document
from tests.support.mutants import changes, forms, writers
from tests.support.mutants.facts import Project, published
from tests.support.mutants.plan import Plan
from tests.support.mutants.prints import Expected

BASE = "http://localhost:8000/"
EXAMPLES = Path(__file__).parents[3] / "examples"
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
    rng = Random(f"{seed}-{number}")
    drawn = changes.drawn(rng)
    projects = [each for each in rng.choice(originals()) if each.indicators and each.amounts]
    chosen = rng.sample(projects, rng.randint(2 if drawn.register else 1, min(_MOST_PROJECTS, len(projects))))
    blocks, expected = forms.document(rng, drawn, chosen)
    return Mutant(f"{seed}-{number}.{drawn.ending}", drawn, writers.written(drawn, blocks), expected)
