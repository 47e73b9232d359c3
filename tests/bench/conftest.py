"""Test modules of this folder import the commands of bench/, which are not installed; a store that two of them need."""

import pytest

from bench import corpus
from jixiao.store import Generation


@pytest.fixture(scope="session")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """A made-up store of 200 projects."""
    return corpus.make(tmp_path_factory.mktemp("corpus") / "store", 200).generation
