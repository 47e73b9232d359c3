"""Commit deposits to a store and dump its versions, as tests of several modules do; read with few rules."""

import gc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache

import pytest
from pyoxigraph import NamedNode

from jixiao.ingest import load, workers
from jixiao.ontology import terms
from jixiao.shapes import catalogue, validate
from jixiao.store.commit import upcoming
from jixiao.store.files import Layout
from jixiao.store.versions import dumping

BASE = "https://data.example.org/"
"""The base of the IRIs of the stores that tests of the package store make."""


@contextmanager
def _patched(owner, name, value) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(owner, name, value)
        yield


WHOLE = upcoming.vocabulary_triples
"""The function that reads the whole vocabulary."""


def few_triples():
    """Return the few triples that describe the ontology itself.

    All of the vocabulary would be nine tenths of a small store, and half of the work of its first commit.
    """
    return frozenset(each for each in WHOLE() if each.subject == NamedNode(terms.ONTOLOGY))


def whole_vocabulary():
    """Write the whole vocabulary into the stores that a block makes in this process."""
    return _patched(upcoming, "vocabulary_triples", WHOLE)


ALL = validate.rules
"""The function that returns every rule of a scope."""


@cache
def violations(scope):
    """Return the rules whose results keep facts out of the graph, and every rule of the corpus and the registry."""
    severe = [rule for rule in ALL(scope) if catalogue.fault(rule.iri).severity == terms.SH_Violation]
    return tuple(severe) if scope == "document" else ALL(scope)


def rules(function):
    """Validate documents by the rules that a function returns for a scope, in a block."""
    return _patched(validate, "rules", function)


@contextmanager
def committing(store, **options):
    """Give a batch of a store for a block, behind which it is committed."""
    with store.writing(**options) as batch:
        yield batch
        batch.commit()


def commit(store, *deposits):
    """Add the deposits in one commit, and return the generation."""
    with store.writing() as batch:
        for deposit in deposits:
            batch.add(deposit)
        return batch.commit()


def stored(store, *deposits):
    """Add the deposits in one commit, and return the store."""
    commit(store, *deposits)
    return store


def reread(store, *deposits):
    """Take the deposits as new readings in one commit, and return what became of them."""
    with committing(store) as batch:
        for deposit in deposits:
            batch.reread(deposit)
        return batch.settle()


def withdraw(store, sha16, reason):
    """Withdraw a source in a commit of its own, and return the generation."""
    with store.writing() as batch:
        batch.withdraw(sha16, reason)
        return batch.commit()


def dump(store, version="current"):
    """Write the dumps of a version in this process, which is quicker than in one of its own; return its record."""
    record = store.find(version)
    dumping.write(Layout(store.path), record.version)
    return record


class Young:
    """The garbage collector of what was made lately: to look at all that tests hold takes longer than to read."""

    @staticmethod
    def collect():
        """Collect the younger garbage, and return how much there was."""
        return gc.collect(1)


@contextmanager
def _in_this_process(files, jobs=None, allowance=None) -> Iterator[workers.Workers]:
    with ThreadPoolExecutor(1) as executor, _patched(workers, "gc", Young):
        yield workers.executed(executor, files, 1)


PROCESSES = load.processes
"""The function that starts the processes that read files."""


def reading_apart():
    """Read files in processes of their own all the same, in a block: for what may end a process."""
    return _patched(load, "processes", PROCESSES)


def reading_here():
    """Read files in this process, in a block: a process for a small file, forked from a large one, costs as much again.

    Limits and deaths of such processes are tested in tests/ingest/test_workers.py.
    """
    return _patched(load, "processes", _in_this_process)
