"""Measure the latency of views' pages, and the cost of views beside the engine: `python -m bench.views STORE`.

The command starts a server over the store, without its caches. One client requests pages of each view, and the same
answers as JSON, with values drawn from the store's index: no two requests are the same. It prints latencies of pages by
view, and the CPU time of the JSON answers as a multiple of what pyoxigraph takes for the query that each answer states,
in this process. The exit status is 1 if an answer was wrong, or with --strict if a view misses a target.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import httpx
from pyoxigraph import QueryResultsFormat, QuerySolutions

from bench import corpus
from bench.load.figures import percentile, said, wide
from bench.load.processes import cpu_seconds
from bench.load.servers import jixiao
from jixiao.ontology import terms
from jixiao.server.views import view_files
from jixiao.store import Generation, Index

TARGET = 0.100
"""The median of a view's first answers, in seconds."""
SHARE = 1.3
"""CPU time of an answer as a multiple of the engine's."""
_KINDS = {"department": "org", "year": "year", "basis": "basis", "number": "basis", "type": "level1", "unit": "unit"}
_TEXTS = {"text": ("培训", "会议", "满意", "工作", "管理"), "goal": ("培训", "保障"), "least": ("100万", "1000万")}
_OTHERS = {"operator": ("≥", "≤", "="), "below": ("85", "5"), "above": ("50", "95"), "category": ("经常性", "一次性")}
_ORDERS = {
    "projects": ("", "-amount", "department"),
    "legal-bases": ("", "-amount"),
    "spending": ("", "-projects"),
    "indicators": ("", "target"),
}


def addresses(index: Index, generation: Generation, each: int) -> Iterator[tuple[str, list[str]]]:
    """Draw addresses of pages by view: without filters, with one, with two, with an order, and further pages."""
    rng = Random("views")  # noqa: S311
    known = {name: [choice.value for choice in index.choices(kind, limit=300)] for name, kind in _KINDS.items()}
    known["first"] = known["second"] = known["year"]
    known["number"] = [value for value in known["number"] if "〔" in value]
    known |= {name: list(values) for name, values in (_TEXTS | _OTHERS).items()}
    known["project"] = [iri.partition("/id/")[2] for iri in generation.members(terms.Project, 0, each)]
    known["project"] = [f"/id/{path}" for path in known["project"]]
    for view in view_files.load(generation.manifest.base_iri).values():
        required = [p.name for p in view.params if p.required]
        skipped = {"project"} | ({"least", "most"} if view.name == "indicators" else set())
        free = [p.name for p in view.params if not p.required and known.get(p.name) and p.name not in skipped]
        if any(not known.get(name) for name in required):
            continue
        found: dict[str, None] = {}
        shapes = list(product([(), *((name,) for name in free), *pairwise(free)], _ORDERS.get(view.name, ("",))))
        for _ in range(each * 10):
            names, order = rng.choice(shapes)
            given = {name: rng.choice(known[name]) for name in (*required, *names)}
            found[f"/views/{view.name}?{urlencode(_with_page(given, order, rng))}"] = None
            if len(found) == each:
                break
        yield view.name, list(found)


def _with_page(given: Mapping[str, str], order: str, rng: Random) -> dict[str, str]:
    more = {"sort": order} if order else {}
    return {**given, **more, "lang": rng.choice(("zh", "en"))}


def main() -> None:
    """Read the arguments, start the server, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.views", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("--each", type=int, default=40, help="requests per view")
    parser.add_argument("--serve", default="", metavar="FLAGS", help='more flags of jixiao serve, as "--workers 2"')
    parser.add_argument("--strict", action="store_true", help="exit status 1 if a target is missed")
    given = parser.parse_args()
    generation = corpus.current(given.store)
    if generation.index is None:
        sys.exit("库没有索引 · the store has no index")
    print(f"项目 projects {generation.manifest.counts.projects:,}")
    failed, missed, dear = 0, [], []
    flags = [*given.serve.split(), "--no-cache"]
    with jixiao(given.store, flags) as server, httpx.Client(timeout=60, headers={"Accept": "text/html"}) as client:
        site = f"http://127.0.0.1:{server.port}"
        for view, asked in addresses(generation.index, generation, given.each):
            latencies, cpu = [], cpu_seconds(server.pid)
            for address in asked:
                began = time.perf_counter()
                answer = client.get(f"{site}{address}")
                latencies.append(time.perf_counter() - began)
                if answer.status_code != 200:
                    failed += 1
                    print(f"{address}: {answer.status_code}", file=sys.stderr)
            slowest = asked[latencies.index(max(latencies))]
            times = "".join(f"{percentile(sorted(latencies), which) * 1000:>9.1f}" for which in (50, 95))
            cost = (cpu_seconds(server.pid) - cpu) / len(asked) * 1000
            as_json, engine = beside_engine(client, site, server.pid, asked, generation)
            print(
                f"{wide(view, 18)}{len(asked):>4}  CPU {cost:.0f} ms  p50 p95 ms{times}"
                f"  JSON {as_json * 1000:.1f} ÷ {engine * 1000:.1f} ms = {as_json / engine:.2f}  {slowest}",
                flush=True,
            )
            missed += [view] if percentile(sorted(latencies), 50) > TARGET else []
            dear += [view] if as_json > SHARE * engine else []
    print(f"各视图的中位数 median of each view ≤ {TARGET * 1000:g} ms：{said(not missed)} {' '.join(missed)}")
    print(f"JSON ÷ 引擎自己 the engine alone ≤ {SHARE:g}：{said(not dear)} {' '.join(dear)}")
    sys.exit(int(failed > 0 or (given.strict and bool(missed or dear))))


def beside_engine(
    client: httpx.Client, site: str, pid: int, asked: Sequence[str], generation: Generation
) -> tuple[float, float]:
    """Return CPU seconds per answer as JSON, those of the server and those of the engine for the query alone."""
    before = cpu_seconds(pid)
    answers = [client.get(f"{site}{address}", headers={"Accept": "application/json"}).json() for address in asked]
    server = cpu_seconds(pid) - before
    before = time.process_time()
    for answer in answers:
        results = generation.graph.query(answer["sparql"])
        assert isinstance(results, QuerySolutions)  # noqa: S101 - a SELECT
        results.serialize(format=QueryResultsFormat.JSON)
    return server / len(asked), (time.process_time() - before) / len(asked)


if __name__ == "__main__":
    main()
