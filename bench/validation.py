"""Measure the CPU seconds of validation for 1,000 documents: `python -m bench.validation [--judge] [--rules] [PATH…]`.

The files are read once. Then their graphs are parsed alone, checked by the compiled rules one by one and in batches, as
`ingest` does, and with `--judge` by pySHACL, in one run on one core. `--rules` lists the cost of each rule. Times
depend on the machine and its load: compare ratios.

Thirty rules drawn evenly from all are timed as well, because the goal is stated for thirty rules.
"""

import gc
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from jixiao.ingest.document import read_document
from jixiao.ingest.originals import files
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.shapes import catalogue
from jixiao.shapes.engine import many
from jixiao.shapes.engine.data import Data
from jixiao.shapes.results import Report
from jixiao.shapes.validate import Validation, rules, validate

_ROUNDS = 20
_FEW = 30
_BATCH = 32
_FIXED = 850  # quads of a document in docs/shapes.md's target


def main(arguments: Sequence[str]) -> None:
    """Read the arguments, measure, print a line per way of checking and, if asked, per rule."""
    paths = [Path(each) for each in arguments if not each.startswith("-")] or [Path("examples")]
    readings = [read_document(path.read_bytes(), path.name, DEFAULT_BASE) for path in files(paths)]
    graphs = [reading.deposit.source_triples for reading in readings if reading.deposit]
    quads = sum(len(graph.splitlines()) for graph in graphs)
    document_rules = catalogue.faults("document")
    print(f"{len(graphs)} documents, {quads / len(graphs):,.0f} quads each, {len(document_rules)} rules")
    gc.freeze()  # full collections of garbage would walk the readings again and again
    batches = [graphs[start : start + _BATCH] for start in range(0, len(graphs), _BATCH)]
    timed = {
        "parsing alone": _seconds(lambda graph: list(ox.parse(graph, format=ox.RdfFormat.N_TRIPLES)), graphs, _ROUNDS),
        "one by one": _seconds(validate, graphs, _ROUNDS),
        "together": _seconds(_together, batches, _ROUNDS),
        f"{_FEW} rules": _seconds(_by_few, [graphs[number : number + 1] for number in range(len(graphs))], _ROUNDS),
        f"{_FEW} together": _seconds(_by_few, batches, _ROUNDS),
    }
    if "--judge" in arguments:
        timed["pySHACL"] = _seconds(lambda graph: validate(graph, engine="pyshacl"), graphs, 1)
    for name, seconds in timed.items():
        each, same_size = seconds / len(graphs) * 1000, seconds / quads * _FIXED * 1000
        ratio = seconds / timed["parsing alone"]
        print(f"{name:15}{each:9.2f} s  of {_FIXED} quads {same_size:9.2f} s  ratio {ratio:7.1f}")
    if "--rules" in arguments:
        _each_rule(graphs)


def _together(graphs: Sequence[bytes]) -> list[Report]:
    return [validation.report() for validation in Validation.of_many([(graph, None) for graph in graphs])]


def _by_few(graphs: Sequence[bytes]) -> list[object]:
    """Find the faults of thirty rules in documents judged together, including the parsing of the triples."""
    documents, every = [Data(graph) for graph in graphs], rules("document")
    few = every[:: len(every) // _FEW][:_FEW]
    many.answer(few, documents)
    return [finding for data in documents for rule in few for finding in rule.findings(data)]


def _each_rule(graphs: Sequence[bytes]) -> None:
    documents = [Data(graph) for graph in graphs]
    for document in documents:
        document.store  # noqa: B018 - a cached property, computed before the clock starts
    costs = [
        (_seconds(lambda data, rule=rule: list(rule.findings(data)), documents, _ROUNDS), rule)
        for rule in rules("document")
    ]
    for seconds, rule in sorted(costs, key=lambda cost: -cost[0]):
        name, queries = rule.iri.removeprefix(catalogue.SHAPES), len(rule.queries)
        print(f"{name:36}{seconds / len(graphs) * 1000:7.3f} s  {queries} queries")


def _seconds(run: Callable[[Any], object], over: Sequence[Any], rounds: int) -> float:
    """Return the mean CPU seconds of a round over all items, after a first round to warm up."""
    for each in over:
        run(each)
    start = time.process_time()
    for _ in range(rounds):
        for each in over:
            run(each)
    return (time.process_time() - start) / rounds


if __name__ == "__main__":
    main(sys.argv[1:])
