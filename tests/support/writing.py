"""Commit deposits to a store and dump its versions, as tests of several modules do."""

from jixiao.store.files import Layout
from jixiao.store.versions import dumping


def commit(store, *deposits):
    """Add the deposits in one commit, and return the generation."""
    with store.writing() as batch:
        for deposit in deposits:
            batch.add(deposit)
        return batch.commit()


def dump(store, version="current"):
    """Write the dumps of a version in this process, which is quicker than in one of its own; return its record."""
    record = store.find(version)
    dumping.write(Layout(store.path), record.version)
    return record
