"""A reader of texts over a small store with self-evaluations."""

import pytest

from jixiao.server.box import answering
from jixiao.server.box.reading import Reader
from jixiao.viewing import Viewing


def counting(path):
    """A function that counts the rows of a table under conditions in a store, as the server does."""
    viewing = Viewing.open(path)
    return lambda table, given: answering.count(viewing.rows_of, viewing.store.base_iri, table, given)


@pytest.fixture(scope="session")
def count(evaluated):
    return counting(evaluated.path)


@pytest.fixture(scope="session")
def reader(evaluated, count):
    return Reader(evaluated.present().index, count)
