"""Measure the latency of search: `python -m bench.searching STORE [--seconds 20] [--build]`.

The command starts a server over the store. A client sends texts of several kinds, one after the other, to /search (as
JSON, as a page, one kind of many hits) and to /search/suggest. It prints latencies by text and by address. With --build
it first surveys the generation with and without making an index. The exit status is 1 if an answer was none, or with
--strict if a median misses the target.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path

from bench import corpus
from bench.load.figures import percentile, said, wide
from bench.load.generator import Plan, Shot, in_its_own_process
from bench.load.http import encoded, get
from bench.load.processes import cpu_seconds
from bench.load.servers import jixiao
from jixiao.store import Generation
from jixiao.store.index import building
from jixiao.store.index.entries import Entries
from jixiao.store.versions import survey

MEDIAN = 0.050
"""Target of the median latency for every text and address, in seconds."""
TEXTS = (
    *("松委发（2009）97号", "松委发〔2031〕97号", "政协会议", "業務培訓", "满意度", "工作", "的", "没有这样的东西"),
    "徐汇区 培训 2022",
)
ADDRESSES: Mapping[str, tuple[str, str, dict[str, str]]] = {
    "json": ("/search", "application/json", {}),
    "page": ("/search", "text/html", {"lang": "zh"}),
    "one kind": ("/search", "text/html", {"lang": "zh", "kind": "section"}),
    "suggest": ("/search/suggest", "application/json", {}),
}


def shot(address: str, text: str) -> Shot:
    """Build the request of a text to an address."""
    path, accept, more = ADDRESSES[address]
    return Shot(get(f"{path}?{encoded([('q', text), *more.items()])}", accept), b"")


def built(generation: Generation) -> None:
    """Print the seconds and CPU seconds of a survey alone, and of one that makes an index as well."""
    for indexed in (False, True):
        with tempfile.TemporaryDirectory(prefix="jixiao-bench-") as scratch:
            folder = Path(scratch)
            base = generation.manifest.base_iri
            made = building.building(folder, Entries(generation.graph, base), None, None) if indexed else nullcontext()
            begun, cpu = time.perf_counter(), time.process_time()
            with made as listener:
                survey.survey(generation.graph, base, folder, listener)
            size = sum(path.stat().st_size for path in folder.glob("index/*"))
            took = f"{time.perf_counter() - begun:.0f} s，CPU {time.process_time() - cpu:.0f} s"
            print(f"{'有索引 with' if indexed else '无索引 without'} index: {took}，{size / 1e6:.1f} MB", flush=True)


def main() -> None:
    """Read the arguments, start the server, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.searching", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("--seconds", type=float, default=20, help="for all texts together")
    parser.add_argument("--serve", default="", metavar="FLAGS", help='more flags of jixiao serve, as "--workers 2"')
    parser.add_argument("--build", action="store_true", help="measure making the index as well: minutes")
    parser.add_argument("--strict", action="store_true", help="exit status 1 if a target is missed")
    given = parser.parse_args()
    generation = corpus.current(given.store)
    print(f"项目 projects {generation.manifest.counts.projects:,}")
    if given.build:
        built(generation)
    worst, failed = 0.0, 0
    with jixiao(given.store, given.serve.split()) as server, in_its_own_process() as load:
        for text in TEXTS:
            line = wide(text, 36)
            for address in ADDRESSES:
                before = cpu_seconds(server.pid)
                seconds = given.seconds / len(TEXTS) / len(ADDRESSES)
                plan = Plan(server.port, (shot(address, text),), 1, seconds, warm=seconds / 4, any_body=True)
                outcome = load(plan)
                cpu = (cpu_seconds(server.pid) - before) / max(outcome.served, 1)
                p50, p95 = (percentile(outcome.latencies, which) for which in (50, 95))
                worst = max(worst, p50)
                failed += outcome.statuses.total() + outcome.unanswered
                line += f"  {address} {p50 * 1000:5.1f} {p95 * 1000:5.1f} (CPU {cpu * 1000:4.1f})"
            print(line, flush=True)
    reached = worst <= MEDIAN
    print(f"毫秒 ms：p50 p95；中位数 median ≤ {MEDIAN * 1000:g} ms：{said(reached)}")
    sys.exit(int(failed > 0 or (given.strict and not reached)))


if __name__ == "__main__":
    main()
