"""A reader of questions over the examples, for the tests of this folder."""

from pathlib import Path

import pytest

from jixiao.store import Store
from tests.server.ask.meant import Asking


@pytest.fixture(scope="session")
def asking_evaluated(evaluated: Store) -> Asking:
    """A reader over a store with self-evaluations, which the examples lack."""
    return Asking(evaluated.path)


@pytest.fixture(scope="session")
def asking(examples: Path) -> Asking:
    return Asking(examples)
