"""Measure what pages cost, and how that grows with the store: `python -m bench.growth STORE… [--only KIND]`.

For each store, the command starts a server without caches and requests home, views (as pages and as JSON), searches,
questions, errors, counts and lists of findings, pages and lists of things, the largest of them. It prints the server's
CPU milliseconds per answer by kind and store, the mean of the three cheaper quarters; the median and the 95th
percentile of the time that answers of the last store took; and the exponent of the cost over the number of projects:
about 0 for lookups, at most 1 for lists. `engine` is what pyoxigraph takes in this process for the queries that a
view's JSON answers state. The exit status is 1 if an answer was no page, or with --strict if a page of the last store
takes more than 100 ms, or an exponent misses its target.
"""

import math
import statistics
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from random import Random
from typing import Annotated
from urllib.parse import quote, urlencode

import httpx
import typer
from pyoxigraph import QueryResultsFormat, QuerySolutions

from bench.asking import QUESTIONS, TEXTS, requests
from bench.measuring import FlagsOption, cpu_seconds, percentile, print_table, said
from jixiao.ontology.identity import COLLECTIONS
from jixiao.server.views import view_files
from jixiao.store import Generation, Store
from jixiao.store.index.index import Index
from tests.support.blackbox.process import serve

MISSING = "missing"
LOOKUPS = (MISSING, "view project", "json project", "page project", "page filing", "page series", "page source")
"""Kinds of pages about one thing of bounded size; all others list or count."""
UNFILTERED = ("projects", "indicators", "legal-bases", "bodies", "spending")
"""Views that answer without parameters."""
AT_MOST = 100.0
"""CPU milliseconds of a page over the last store."""
LOOKUP, LIST = 0.25, 1.1
"""Greatest exponents; a linear cost measured over few requests may come out a little above 1."""
_LEAST = 0.5  # milliseconds: the clock of a process has ticks of 10, which the requests of a kind share


def addresses(index: Index, base: str, each: int) -> Iterator[tuple[str, list[str]]]:
    """Yield each view's name with up to `each` different addresses: with no, one or two filters, and with an order.

    They are first pages of the usual length. `base` is the base IRI of the store.
    """
    rng = Random("views")  # noqa: S311
    for view in view_files.load(base).values():
        paths: dict[str, None] = {}
        for given in requests(view, index):
            if all(isinstance(value, str) for value in given.values()):
                shown = {name: value for name, value in given.items() if name not in {"limit", "offset"}}
                paths[f"/views/{view.name}?{urlencode({**shown, 'lang': rng.choice(('zh', 'en'))})}"] = None
        yield view.name, rng.sample([*paths], min(each, len(paths)))


def asked(index: Index, generation: Generation, each: int) -> Iterator[tuple[str, list[str]]]:
    """Yield each kind of page with its addresses, `each` for most kinds.

    A kind that begins with `json` is to be requested as JSON.
    """
    rng = Random("growth")  # noqa: S311
    yield "first pages", [f"/views/{name}?lang=zh" for name in UNFILTERED]
    for view, paths in addresses(index, generation.manifest.base_iri, each):
        yield f"view {view}", paths
        yield f"json {view}", paths
    yield "search", [f"/search?{urlencode({'q': text, 'lang': lang})}" for text in TEXTS for lang in ("zh", "en")]
    yield "json search", [f"/search?{urlencode({'q': text})}" for text in TEXTS]
    yield "suggest", [f"/search/suggest?{urlencode({'q': text})}" for text in TEXTS]
    yield "home", [f"/?lang={lang}" for lang in ("zh", "en")] * 2
    yield "ask", [f"/ask?{urlencode({'q': text, 'lang': 'zh'})}" for text in QUESTIONS]
    yield MISSING, [f"/doc/project/{rng.randrange(10**9)}/2022/none?lang={lang}" for lang in ("zh", "en")] * 4
    for name, kind in (("most cited", "basis"), ("largest bodies", "org")):
        yield name, [_page(choice.iri) for choice in index.choices(kind, limit=8)]
    yield "quality", ["/quality?lang=zh", "/quality?lang=en", "/quality?format=json"]
    yield "findings", list(_lists(index, rng, each))
    for kind, of_class in COLLECTIONS.items():
        if (count := generation.member_count(of_class)) == 0:
            continue  # a store of filings alone has no results of self-evaluations
        places = [rng.randrange(count) for _ in range(each)]
        things = dict.fromkeys(generation.members(of_class, place, 1)[0] for place in places)
        yield f"page {kind}", [_page(iri) for iri in things]
        pages = dict.fromkeys(1 + place // 100 for place in places if place // 100 < count // 100 or count < 100)
        yield f"list {kind}", [f"/doc/{kind}?page={page}&lang={lang}" for page in pages for lang in ("zh", "en")][:each]


def _page(iri: str) -> str:
    return f"/doc/{quote(iri.partition('/id/')[2])}?lang=zh"


def _lists(index: Index, rng: Random, each: int) -> Iterator[str]:
    """Draw `each` addresses of lists of findings, of all rules or of one rule.

    Each list is filtered by body, year, severity or status, or is a later page.
    """
    known = {
        "department": [choice.iri for choice in index.choices("org", limit=300)],
        "year": [choice.value for choice in index.choices("year")],
        "severity": ["警告", "提示"],
        "status": ["open", "accepted"],
        "offset": ["50", "500"],
    }
    rules = ["findings", *(choice.value for choice in index.choices("rule", limit=50))]
    for _ in range(each):
        name = rng.choice(list(known))
        given = {name: rng.choice(known[name]), "lang": rng.choice(("zh", "en"))}
        yield f"/quality/{rng.choice(rules)}?{urlencode(given)}"


Costs = dict[str, list[float]]
"""CPU milliseconds of each kind of page; its median and 95th percentile in milliseconds, by the wall clock."""


def measured(store: Path, each: int, only: str, flags: Sequence[str]) -> tuple[int, Costs, int]:
    """Serve a store and request its pages; return its number of projects, costs by kind, and the number of failures.

    Only kinds with the text `only` in their name are requested, each with up to `each` pages. `flags` are options of
    `jixiao serve`. A cost has three values in milliseconds: CPU time, and the median and 95th percentile of the
    latency.
    """
    generation = Store.open(store).present()
    if generation.index is None:
        sys.exit(f"{store}：库没有索引 · the store has no index")
    costs: Costs = {}
    failed = 0
    kinds = [(kind, paths) for kind, paths in asked(generation.index, generation, each) if only in kind and paths]
    with serve(store, "--no-cache", *flags) as served, httpx.Client(base_url=served.url, timeout=120) as client:
        for kind, paths in kinds:
            spent, latencies, engine = [], [], []
            accept = "application/json" if kind.startswith("json ") else "text/html"
            for path in paths:
                before, begun = cpu_seconds(served.pid), time.perf_counter()
                answer = client.get(path, headers={"Accept": accept})
                latencies.append((time.perf_counter() - begun) * 1000)
                spent.append(cpu_seconds(served.pid) - before)
                if answer.status_code == HTTPStatus.BAD_REQUEST and "sort=" in path:
                    continue  # the column is filled by a filter alone
                if answer.status_code != (404 if kind == MISSING else 200):
                    failed += 1
                    print(f"{path}: {answer.status_code}", file=sys.stderr)
                elif accept != "text/html" and "sparql" in answer.json():
                    engine.append(_engine(generation, answer.json()["sparql"]))
            costs[kind] = [_usual(spent), percentile(latencies, 50), percentile(latencies, 95)]
            if engine:
                costs[f"  engine {kind.partition(' ')[2]}"] = [_usual(engine), 0.0, 0.0]
    return generation.manifest.counts.projects, costs, failed


def _engine(generation: Generation, sparql: str) -> float:
    """Return the CPU seconds that the engine takes for a query and for writing its results."""
    begun = time.process_time()
    results = generation.graph.query(sparql)
    assert isinstance(results, QuerySolutions)  # noqa: S101 - a SELECT
    results.serialize(format=QueryResultsFormat.JSON)
    return time.process_time() - begun


def _usual(spent: Sequence[float]) -> float:
    """Return the mean of the three cheaper quarters of CPU `spent`, given in seconds, in milliseconds.

    Negative values are passed over: a worker was replaced during the measurement.
    """
    known = sorted(seconds for seconds in spent if seconds >= 0)
    usual = known[: max(len(known) * 3 // 4, 1)]
    return max(sum(usual) / max(len(usual), 1) * 1000, _LEAST)


def exponent(costs: Mapping[int, float]) -> float:
    """Return the exponent with which costs grow with size: the slope of their logarithms, by least squares.

    `costs` maps sizes to costs.
    """
    sizes, times = (list(map(math.log, each)) for each in (costs.keys(), costs.values()))
    return statistics.linear_regression(sizes, times).slope


def lines(by_size: Mapping[int, Costs]) -> Iterator[tuple[bool, list[object]]]:
    """Yield a row of the table for each kind that all stores have, preceded by True if its exponent meets the target.

    `by_size` maps a store's number of projects to its costs by kind.
    """
    sizes = sorted(by_size)
    for kind, (_, p50, p95) in by_size[sizes[-1]].items():
        if all(kind in by_size[size] for size in sizes):
            costs = {size: by_size[size][kind][0] for size in sizes}
            slope, limit = exponent(costs) if len(sizes) > 1 else 0.0, LOOKUP if kind in LOOKUPS else LIST
            yield slope <= limit, [kind, *costs.values(), p50, p95, slope, f"≤ {limit:g} {said(slope <= limit)}"]


def main(
    stores: Annotated[list[Path], typer.Argument(help="one, or several of different sizes")],
    each: Annotated[int, typer.Option(help="requests per kind")] = 24,
    only: Annotated[str, typer.Option(metavar="KIND", help="kinds of pages whose name has these letters")] = "",
    flags: FlagsOption = "--workers 1",
    strict: Annotated[bool, typer.Option(help="exit status 1 if a target is missed")] = False,
) -> None:
    """Measure the pages of stores, and print what they cost."""
    by_size: dict[int, Costs] = {}
    failures = 0
    for store in stores:
        projects, costs, failed = measured(store, each, only, flags.split())
        by_size[projects] = costs
        failures += failed
    found = list(lines(by_size))
    sizes = [f"{size:,}" for size in sorted(by_size)]
    head = ["CPU 毫秒 ms", *sizes, "p50 ms", "p95 ms", "指数 exponent", ""]
    print_table(head, [row for _, row in found])
    dear = [kind for kind, (cost, *_) in by_size[max(by_size)].items() if cost > AT_MOST]
    print(f"{sizes[-1]}: ≤ {AT_MOST:g} ms {said(not dear)} {', '.join(dear)}")
    sys.exit(int(failures > 0 or (strict and (bool(dear) or not all(reached for reached, _ in found)))))


if __name__ == "__main__":
    typer.run(main)
