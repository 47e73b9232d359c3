"""Put the W3C's query tests to a server and to the engine: `python -m bench.sparql_suite FOLDER`.

FOLDER is a copy of github.com/w3c/rdf-tests. The data of each test become a version of a store, which the server has to
notice; the engine answers in this process. Tests that fail are listed with the cause: the design, which refuses calls
of other servers and clauses FROM with graphs that the data lack; the engine, if it gives the same answer as the server;
or else the server. If the server is a cause, the exit status is 1.
"""

import sys
import tempfile
from itertools import count, groupby
from pathlib import Path

import typer

from bench.measuring import print_table
from bench.w3c import cases, publish, verdict
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.store import Store
from tests.support.blackbox.process import serve


def main(folder: Path) -> None:
    """Run the W3C's query tests in a folder, print those that fail with the cause, and the number that pass.

    The exit status is 1 if the server is the cause of a failure.
    """
    found, numbers = list[list[str]](), count(2)
    with tempfile.TemporaryDirectory() as scratch:
        store = Store.create(Path(scratch) / "store", DEFAULT_BASE)
        with store.writing() as batch:
            last = batch.commit()
        with serve(store.path) as served:
            by_data = sorted(cases(folder), key=lambda case: (case.data, case.named))
            for _, group in groupby(by_data, lambda case: (case.data, case.named)):
                tests = list(group)
                graph = publish(last, next(numbers), tests[0], served.url)
                found += [[case.name, verdict(case, graph, served.url)] for case in tests]
    failed = sorted(each for each in found if each[1])
    print_table([f"{len(found) - len(failed):,} / {len(found):,}", ""], failed)
    sys.exit(any("server" in whose for _, whose in failed))


if __name__ == "__main__":
    typer.run(main)
