"""Measure how the cost of pages grows with the store: `python -m bench.growth STORE STORE STORE [--each 24]`.

For each store, the command starts a server and requests pages that no cache holds: home, views (bench.views),
searches, questions, errors, counts and lists of findings, pages and lists of things, the largest of them. It prints the
server's CPU milliseconds per page by kind and store, the mean of the three cheaper quarters, and the exponent of this
cost over the number of projects: about 0 for lookups, at most 1 for lists. The exit status is 1 if an answer was no
page, or with --strict if an exponent misses its target, or a page of the largest store takes more than 100 ms.
"""

import argparse
import math
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from urllib.parse import quote, urlencode

import httpx

from bench import corpus
from bench.load.figures import said, wide
from bench.load.processes import cpu_seconds
from bench.load.servers import jixiao
from bench.searching import TEXTS
from bench.views import addresses
from jixiao.ontology.collections import COLLECTIONS
from jixiao.store import Generation, Index

MISSING = "missing"
LOOKUPS = (MISSING, "view project", "page project", "page filing", "page series", "page source")
"""Kinds of pages about one thing of bounded size; all others list or count."""
QUESTIONS = (
    "哪些项目引用松委发（2009）97号？",
    "哪些文件被引用最多？",
    "哪些单位金额最多？",
    "2022年有哪些培训项目？",
    "满意度指标有哪些？",
)
UNFILTERED = ("projects", "indicators", "legal-bases", "bodies", "spending")
"""Views that answer without parameters."""
AT_MOST = 100.0
"""Milliseconds of a page over the largest store."""
LOOKUP, LIST = 0.25, 1.1
"""Greatest exponents; a linear cost measured over few requests may come out a little above 1."""
_LEAST = 0.5  # milliseconds: the clock of a process has ticks of 10, which the requests of a kind share


def asked(index: Index, generation: Generation, each: int) -> Iterator[tuple[str, list[str]]]:
    """Draw addresses of pages by kind."""
    rng = Random("growth")  # noqa: S311
    yield "first pages", [f"/views/{name}?lang=zh" for name in UNFILTERED]
    for view, paths in addresses(index, generation, each):
        yield f"view {view}", paths
    yield "search", [f"/search?{urlencode({'q': text, 'lang': lang})}" for text in TEXTS for lang in ("zh", "en")]
    yield "suggest", [f"/search/suggest?{urlencode({'q': text})}" for text in TEXTS]
    yield "home", [f"/?lang={lang}" for lang in ("zh", "en")] * 2
    yield "ask", [f"/ask?{urlencode({'q': text, 'lang': 'zh'})}" for text in QUESTIONS]
    yield MISSING, [f"/doc/project/{rng.randrange(10**9)}/2022/none?lang={lang}" for lang in ("zh", "en")] * 4
    yield "most cited", [f"/doc/{each.iri.partition('/id/')[2]}?lang=zh" for each in index.choices("basis", limit=8)]
    yield "largest bodies", [f"/doc/{each.iri.partition('/id/')[2]}?lang=zh" for each in index.choices("org", limit=8)]
    yield "quality", ["/quality?lang=zh", "/quality?lang=en", "/quality?format=json", "/quality?format=csv"]
    yield "findings", list(_lists(index, rng, each))
    for kind, of_class in COLLECTIONS.items():
        count = generation.member_count(of_class)
        places = [rng.randrange(count) for _ in range(each)]
        iris = [generation.members(of_class, place, 1)[0] for place in places]
        yield f"page {kind}", [f"/doc/{quote(iri.partition('/id/')[2])}?lang=zh" for iri in dict.fromkeys(iris)]
        pages = dict.fromkeys(1 + place // 100 for place in places if place // 100 < count // 100 or count < 100)
        yield f"list {kind}", [f"/doc/{kind}?page={page}&lang={lang}" for page in pages for lang in ("zh", "en")][:each]


def _lists(index: Index, rng: Random, each: int) -> Iterator[str]:
    """Draw lists of findings: of all rules or of one, by body, year, severity or status, and of later pages."""
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


def measured(store: Path, each: int) -> tuple[int, dict[str, float], int]:
    """Return the number of projects of a store, CPU milliseconds per page by kind, and the number of failures."""
    generation = corpus.current(store)
    if generation.index is None:
        sys.exit(f"{store}：库没有索引 · the store has no index")
    cost: dict[str, float] = {}
    failed = 0
    with jixiao(store, ["--workers", "1"]) as server, httpx.Client(timeout=120) as client:
        for kind, paths in asked(generation.index, generation, each):
            spent = []
            for path in paths:
                before = cpu_seconds(server.pid)
                answer = client.get(f"http://127.0.0.1:{server.port}{path}", headers={"Accept": "text/html"})
                spent.append(cpu_seconds(server.pid) - before)
                if answer.status_code != (404 if kind == MISSING else 200):
                    failed += 1
                    print(f"{path}: {answer.status_code}", file=sys.stderr)
            spent = sorted(seconds for seconds in spent if seconds >= 0)  # less: a worker was replaced meanwhile
            usual = spent[: max(len(spent) * 3 // 4, 1)]
            if usual:
                cost[kind] = max(sum(usual) / len(usual) * 1000, _LEAST)
    return generation.manifest.counts.projects, cost, failed


def exponent(costs: Mapping[int, float]) -> float:
    """Return the slope of the costs over sizes, both as logarithms, by least squares."""
    points = [(math.log(size), math.log(cost)) for size, cost in costs.items()]
    mean = [sum(values) / len(points) for values in zip(*points, strict=True)]
    across = sum((x - mean[0]) ** 2 for x, _ in points)
    return sum((x - mean[0]) * (y - mean[1]) for x, y in points) / across


def lines(by_size: Mapping[int, Mapping[str, float]]) -> Iterator[tuple[bool, str]]:
    """Give a line for each kind that all stores have, and whether its exponent is reached."""
    sizes = sorted(by_size)
    kinds: Iterable[str] = (kind for kind in by_size[sizes[0]] if all(kind in by_size[size] for size in sizes))
    for kind in kinds:
        costs = {size: by_size[size][kind] for size in sizes}
        slope, limit = exponent(costs), LOOKUP if kind in LOOKUPS else LIST
        figures = "".join(f"{cost:>10.1f}" for cost in costs.values())
        yield slope <= limit, f"{wide(kind, 22)}{figures}{slope:>10.2f}  ≤ {limit:g} {said(slope <= limit)}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the arguments, measure each store, print."""
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("stores", type=Path, nargs="+", metavar="STORE", help="two or more, of different sizes")
    parser.add_argument("--each", type=int, default=24, help="requests per kind")
    parser.add_argument("--strict", action="store_true", help="exit status 1 if a target is missed")
    given = parser.parse_args(arguments)
    by_size: dict[int, dict[str, float]] = {}
    failures = 0
    for store in given.stores:
        projects, by_size_of_store, failed = measured(store, given.each)
        by_size[projects] = by_size_of_store
        failures += failed
    if len(by_size) < 2:
        parser.error("需要两个以上大小不同的库 · two or more stores of different sizes are needed")
    head = "".join(f"{size:>10,}" for size in sorted(by_size))
    print(f"{wide('CPU 毫秒 ms', 22)}{head}{'指数 exponent':>8}")
    missed = 0
    for reached, line in lines(by_size):
        print(line)
        missed += not reached
    largest = by_size[max(by_size)]
    dear = [kind for kind, cost in largest.items() if cost > AT_MOST]
    print(f"{max(by_size):,}: ≤ {AT_MOST:g} ms {said(not dear)} {', '.join(dear)}")
    sys.exit(int(failures > 0 or (given.strict and (missed > 0 or bool(dear)))))


if __name__ == "__main__":
    main()
