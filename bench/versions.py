"""Measure what a version of a store costs besides its graph: `python -m bench.versions STORE`.

CPU seconds and microseconds per quad of the survey, the set hash, the dumps, and the checksum of a dump, each as a
multiple of plainly writing the graph as N-Quads. Nothing is written into the store.
"""

import argparse
import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pyoxigraph import RdfFormat

from bench import corpus
from jixiao.store import Generation
from jixiao.store.versions import checksum, dumping, survey
from jixiao.store.versions.checksum import SetHash
from jixiao.store.versions.dumps import N_QUADS
from jixiao.store.versions.version_record import VersionRecord


def main() -> None:
    """Read the arguments, measure, print. The exit status is 1 if two ways to the checksum differ."""
    parser = argparse.ArgumentParser(prog="python -m bench.versions", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("store", type=Path)
    generation = corpus.current(parser.parse_args().store)
    quads = generation.manifest.counts.quads
    print(f"项目 projects {generation.manifest.counts.projects:,}，四元组 quads {quads:,}")
    with tempfile.TemporaryDirectory(prefix="jixiao-bench-") as scratch:
        folder = Path(scratch)
        plain = 0.0
        for name, work in steps(generation, folder).items():
            took = seconds(work)
            plain = plain or took
            print(f"{name}\t{took:.1f} s\t{took / quads * 1e6:.1f} µs\t× {took / plain:.1f}", flush=True)


def steps(generation: Generation, folder: Path) -> dict[str, Callable[[], object]]:
    """Return what is measured, by its name; the first is the unit."""
    graph, base = generation.graph, generation.manifest.base_iri
    hashed: list[SetHash] = []

    def same(found: SetHash) -> None:
        hashed.append(found)
        if found.checksum != hashed[0].checksum:
            raise SystemExit("校验和不一致 the checksums differ")

    def dump() -> None:
        # A store made before there was a set hash has another checksum, with which the dumps would not agree.
        manifest = replace(generation.manifest, checksum=hashed[0].checksum)
        (folder / "version").mkdir()
        dumping.write(graph, VersionRecord(folder / "version", manifest, generation.record.timeline), folder)

    return {
        "N-Quads": lambda: graph.dump(folder / "plain.nq", RdfFormat.N_QUADS),
        "统计与集合散列 survey": lambda: same(survey.survey(graph, base, folder).set_hash),
        "由各图 set hash by graphs": lambda: same(checksum.of_graph(graph)),
        "导出文件 dumps": dump,
        "由导出文件 checksum of a dump": lambda: same(checksum.of_file(folder / "version" / N_QUADS)),
    }


def seconds(work: Callable[[], object]) -> float:
    """Return the CPU seconds of a step."""
    before = os.times()
    work()
    after = os.times()
    return after.user + after.system - before.user - before.system


if __name__ == "__main__":
    main()
