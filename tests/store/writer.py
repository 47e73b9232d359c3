"""A writer for the crash tests, run as a process of its own: does its work and, if asked, kills itself.

WORK is a key of WORKS, or things to ingest: deposits to add, lists of deposits to take as new readings, and decisions.
POINT is a function of the package store, `replace NAME` for the renaming of a file to NAME, or `unlink` for the removal
of a file; WHEN is before or after.
"""

import os
import signal
from multiprocessing import get_context
from pathlib import Path

from jixiao.store import Deposit, Store, generations, refusals, timeline
from jixiao.store.commit import merge, upcoming
from jixiao.store.files import Layout
from jixiao.store.maintenance.clearing import clear_store
from jixiao.store.timeline import Timeline
from jixiao.store.versions import counting, dumping
from tests.support.writing import few_triples

WORKS = {
    "dumps": lambda path: dumping.write(Layout(path), Store.open(path).current().version),
    "release": lambda path: Store.open(path).release(),
    "gc": lambda path: clear_store(Store.open(path)),
}


def started(path, work, *trapped):
    """Return a writer that runs; processes are forked from one that has imported what they need and opened no store."""
    forking = get_context("forkserver")
    forking.set_forkserver_preload(["tests.store.writer"])
    writer = forking.Process(target=main, args=(path, work, *trapped))
    writer.start()
    return writer


def ended(writer):
    """Wait for a writer, and return its exit status."""
    writer.join(60)
    assert writer.exitcode is not None, "the writer does not end"
    return writer.exitcode


def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)


def trap(function, wanted, when, nth):
    """Wraps a function so that the process dies before or after its nth call that `wanted` is true of."""
    calls = 0

    def wrapped(*args, **kwargs):
        nonlocal calls
        hit = wanted(*args)
        calls += hit
        if hit and calls == nth and when == "before":
            die()
        result = function(*args, **kwargs)
        if hit and calls == nth and when == "after":
            die()
        return result

    return wrapped


def arm(point, when, nth):
    """Sets one trap."""
    if point.startswith("replace "):
        name = point.removeprefix("replace ")
        os.replace = trap(os.replace, lambda _, target: Path(target).name == name, when, nth)
        return
    module, function = {
        "merge": (merge, "change"),
        "recount": (counting, "survey"),
        "timeline": (Timeline, "write"),
        "rows": (timeline, "_prepare"),
        "refusals": (refusals, "forget"),
        "clear": (generations, "clear"),
        "dump": (dumping, "_write"),
        "dumps made": (dumping, "make"),
        "pack": (Timeline, "pack"),
        "unlink": (Path, "unlink"),
    }[point]
    setattr(module, function, trap(getattr(module, function), lambda *_: True, when, nth))


def main(path, work, *trapped):
    if trapped:
        point, when, nth = trapped
        arm(point, when, int(nth))
    few = few_triples()
    upcoming.vocabulary_triples = lambda: few
    if isinstance(work, str):
        WORKS[work](Path(path))
        return
    with Store.open(path).writing() as batch:
        for each in work:
            if isinstance(each, Deposit):
                batch.add(each)
            elif isinstance(each, list):
                for deposit in each:
                    batch.reread(deposit)
                batch.settle()
            else:
                batch.decide(*each)
        batch.commit()
