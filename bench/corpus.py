"""Make a reproducible store of N projects for measurements: `python -m bench.corpus DIR --projects 10000`.

The filings of examples/ are read once and copied (bench.copies) to made-up bodies, six years each. Every copy cites
documents drawn from one list, a few of them often and most of them seldom. The copies are added by the store's own
writer.
"""

import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial
from itertools import accumulate
from pathlib import Path
from random import Random

from bench.copies import Filer, Number, Template
from bench.measuring import arguments
from jixiao.ingest.document import read_document
from jixiao.ingest.writing import writing
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.store import Deposit, Generation, Store

EXAMPLES = Path(__file__).parents[1] / "examples"
_NAMES: dict[str, list[str]] = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))
MISSION = Number("松委发", 2009, 97, "关于进一步加强机关工作的意见")
YEARS = range(2019, 2025)
_NUMBERS = 1500
_MISSION_RANK = 16
"""Place of the mission's number among the most cited: some three dozen of 10,000 projects cite it."""
_LARGEST_FACTOR = 9
_REPORTED = 3
"""One document in three keeps its validation report: reports are a third of the quads, and lookups do not read them."""


def pool() -> list[Number]:
    """Draw all numbers that copies cite, most cited first."""
    rng = Random("numbers")  # noqa: S311
    drawn: dict[tuple[str, int, int], Number] = {}
    while len(drawn) < _NUMBERS:
        code = rng.choice(_NAMES["districts"])[0] + rng.choice(_NAMES["codes"])
        year, serial = rng.randint(2003, 2024), rng.randint(1, 150)
        title = f"关于做好{year}年第{serial}批{rng.choice(_NAMES['topics'])}工作的通知"
        drawn.setdefault((code, year, serial), Number(code, year, serial, title))
    numbers = list(drawn.values())
    numbers[_MISSION_RANK] = MISSION
    return numbers


def body(n: int) -> str:
    """Name the n-th filing body, from 0."""
    districts, offices = _NAMES["districts"], _NAMES["offices"]
    round_, within = divmod(n, len(districts) * len(offices))
    office, district = divmod(within, len(districts))
    return f"{districts[district]}区{offices[office]}" + (f"第{round_ + 1}分局" if round_ else "")


def deposits(projects: int, base_iri: str = DEFAULT_BASE, first: int = 0) -> Iterator[Deposit]:
    """Make documents from number `first` on until they have `projects` projects; the last may add a few more."""
    made, document = 0, first
    while made < projects:
        deposit = copied(document, base_iri)
        yield deposit
        made += len(deposit.projects)
        document += 1


def copied(document: int, base_iri: str = DEFAULT_BASE, version: int = 0) -> Deposit:
    """Make the document of a number; further versions of a document differ in their amounts and what they cite."""
    filing, year = divmod(document, len(YEARS))
    templates = _templates(base_iri)
    rng = Random(f"{filing}")  # noqa: S311
    suffix = rng.choice(_NAMES["suffixes"])
    rng.seed(f"{filing}-{year}" + f"-{version}" * bool(version))
    factor = rng.randint(1, _LARGEST_FACTOR)
    filer = Filer(body(filing), YEARS[year], suffix, factor + _LARGEST_FACTOR * version)
    copy = templates[filing % len(templates)].copy(filer, partial(_drawn, rng, *_cited()), f"{document:06}.txt")
    return copy if document % _REPORTED == 0 else replace(copy, report_triples=b"")


def _drawn(rng: Random, numbers: list[Number], weights: list[float]) -> Number:
    return rng.choices(numbers, cum_weights=weights)[0]


def make(path: Path, projects: int, base_iri: str = DEFAULT_BASE) -> Generation:
    """Make a store at `path`, which must not exist."""
    store = Store.create(path, base_iri)
    with writing(store) as batch:
        for deposit in deposits(projects, base_iri):
            batch.add(deposit)
        return batch.commit()


def current(path: Path) -> Generation:
    """Open the current generation of a store; exit with a message if there is none."""
    generation = Store.open(path).current()
    if generation is None:
        sys.exit(f"{path} 中没有数据 · holds nothing")
    return generation


@cache
def _cited() -> tuple[list[Number], list[float]]:
    """Return the documents that may be cited, with the sums of their weights."""
    numbers = pool()
    return numbers, list(accumulate(1 / (rank + 1) for rank in range(len(numbers))))


@cache
def _templates(base_iri: str) -> list[Template]:
    templates = []
    for path in sorted(EXAMPLES.glob("*.txt")):
        reading = read_document(path.read_bytes(), path.name, base_iri)
        if reading.deposit is None:
            raise ValueError(f"{path} was refused")
        templates.append(Template(reading.deposit, base_iri))
    return templates


def main() -> None:
    """Read the arguments, make the store, print its counts."""
    parser = arguments("corpus", __doc__)
    parser.add_argument("path", type=Path, metavar="DIR")
    parser.add_argument("--projects", type=int, default=10_000)
    parser.add_argument("--base-iri", default=DEFAULT_BASE)
    given = parser.parse_args()
    if given.path.exists():
        sys.exit(f"{given.path} 已经存在 · already exists")
    begun = time.perf_counter()
    counts = make(given.path, given.projects, given.base_iri).manifest.counts
    print(
        f"项目 projects {counts.projects:,}，来源 sources {counts.sources:,}，依据 legal bases {counts.legal_bases:,}，"
        f"引用 citations {counts.citations:,}，四元组 quads {counts.quads:,}；{time.perf_counter() - begun:.0f} s"
    )


if __name__ == "__main__":
    main()
