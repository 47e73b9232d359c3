"""A reader of texts over a small store with self-evaluations."""

from functools import partial

import pytest

from jixiao.server.box import answering
from jixiao.server.box.reading import Reader
from jixiao.viewing import Viewing


def counting(path):
    """A function that counts the rows of a table under conditions in a store, as the server does."""
    viewing = Viewing.open(path)
    return partial(answering.count, viewing.rows_of, viewing.store.base_iri)


@pytest.fixture(scope="session")
def count(evaluated):
    return counting(evaluated.path)


@pytest.fixture(scope="session")
def reader(evaluated, count):
    return Reader(evaluated.present().index, count)
