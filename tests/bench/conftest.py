"""Test modules of this folder import the commands of bench/, which are not installed; a store that two of them need."""

from pathlib import Path

import pytest

from bench import corpus
from jixiao.store import Generation
from tests.support.shared import made_once


@pytest.fixture(scope="session")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """A made-up store of 200 projects; do not write to it."""

    def make(place: Path) -> None:
        corpus.make(place / "store", 200)

    return corpus.current(made_once(tmp_path_factory, "corpus", make) / "store")
