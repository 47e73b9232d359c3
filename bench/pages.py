"""Measure the latency of linked-data pages: `python -m bench.pages STORE [--clients 8 --seconds 20]`.

The command starts a server over the store. Clients request /doc pages drawn at random over all kinds and formats, among
them those of the most cited basis and the largest body. It prints latencies by kind and in total. The exit status is 1
if an answer was not a page, or with --strict if the median or the 99th percentile misses its target.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random

from pyoxigraph import NamedNode, QuerySolutions

from bench import corpus
from bench.load.figures import percentile, said, wide
from bench.load.generator import Outcome, Plan, Shot, in_its_own_process
from bench.load.http import get
from bench.load.processes import cpu_seconds
from bench.load.servers import jixiao
from jixiao.ontology import terms
from jixiao.ontology.collections import COLLECTIONS
from jixiao.store import Generation

MEDIAN, TAIL = 0.050, 0.300
"""Targets of the median and the 99th percentile of latencies, in seconds."""
SUFFIXES = ("", ".ttl", ".nt", ".jsonld", ".rdf", ".trig")
_EACH = 400  # things drawn of each kind
_LARGEST = (
    "SELECT ?x WHERE {{ ?y <{}> ?x }} GROUP BY ?x ORDER BY DESC(COUNT(?y)) LIMIT 1",
    (terms.cites, terms.department, terms.implementingUnit, terms.partOfFiling, terms.PROV_wasDerivedFrom),
)


def drawn(generation: Generation, rng: Random) -> Iterator[tuple[str, list[str]]]:
    """Draw addresses by kind of thing, then pages of the lists, then the largest things."""
    base = generation.manifest.base_iri
    for kind, class_iri in COLLECTIONS.items():
        total = generation.member_count(class_iri)
        starts = sorted(rng.sample(range(total), min(_EACH, total)))
        iris = [generation.members(class_iri, start, 1)[0] for start in starts]
        yield kind, [f"/doc/{iri.removeprefix(base + 'id/')}{rng.choice(SUFFIXES)}" for iri in iris]
    pages = [(kind, 1 + generation.member_count(iri) // 100) for kind, iri in COLLECTIONS.items()]
    yield (
        "lists",
        [f"/doc/{kind}{rng.choice(SUFFIXES)}?page={rng.randint(1, last)}" for kind, last in pages for _ in range(20)],
    )
    query, properties = _LARGEST
    largest = {
        solution[0].value.removeprefix(base + "id/")
        for name in properties
        if isinstance(found := generation.graph.query(query.format(name)), QuerySolutions)
        for solution in found
        if isinstance(solution[0], NamedNode)
    }
    yield "largest", [f"/doc/{path}{suffix}" for path in sorted(largest) for suffix in SUFFIXES]


def main() -> None:
    """Read the arguments, start the server, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=20, help="for all kinds together")
    parser.add_argument("--serve", default="", metavar="FLAGS", help='more flags of jixiao serve, as "--workers 2"')
    parser.add_argument("--strict", action="store_true", help="exit status 1 if a target is missed")
    given = parser.parse_args()
    generation = corpus.current(given.store)
    kinds = dict(drawn(generation, Random("pages")))  # noqa: S311
    print(f"项目 projects {generation.manifest.counts.projects:,}，客户端 clients {given.clients}")
    latencies: list[float] = []
    failed = 0
    with jixiao(given.store, given.serve.split()) as server, in_its_own_process() as load:
        for kind, addresses in {**kinds, "all": [each for some in kinds.values() for each in some]}.items():
            shots = [Shot(get(address, _accept(address)), b"") for address in addresses]
            Random(kind).shuffle(shots)  # noqa: S311
            seconds = given.seconds / (2 if kind == "all" else 2 * len(kinds))
            before = cpu_seconds(server.pid)
            outcome = load(Plan(server.port, tuple(shots), given.clients, seconds, warm=1.0, any_body=True))
            print(_line(kind, outcome, cpu_seconds(server.pid) - before), flush=True)
            failed += outcome.statuses.total() + outcome.unanswered
            latencies = list(outcome.latencies)
    p50, p99 = percentile(latencies, 50), percentile(latencies, 99)
    reached = p50 <= MEDIAN and p99 <= TAIL
    print(f"中位数 median ≤ {MEDIAN * 1000:g} ms，p99 ≤ {TAIL * 1000:g} ms：{said(reached)}")
    sys.exit(int(failed > 0 or (given.strict and not reached)))


def _accept(address: str) -> str:
    return "*/*" if "." in address else "text/html"


def _line(kind: str, outcome: Outcome, cpu: float) -> str:
    cost = cpu / max(outcome.served, 1) * 1000
    times = "".join(f"{percentile(outcome.latencies, which) * 1000:>9.1f}" for which in (50, 95, 99))
    faults = dict(outcome.statuses) or ""
    return f"{wide(kind, 10)}{outcome.rate:>7.0f}/s  CPU {cost:.1f} ms  p50 p95 p99 ms{times}  {faults}"


if __name__ == "__main__":
    main()
