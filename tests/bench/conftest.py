"""Test modules of this folder import the commands of bench/, which are not installed; a store that two of them need."""

from pathlib import Path

import pytest

from jixiao.store import Generation, Store
from tests.support import corpus
from tests.support.shared import made_once


@pytest.fixture(scope="session")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """An invented store of 40 projects; do not write to it."""

    def make(place: Path) -> None:
        corpus.make(place / "store", 40)

    return Store.open(made_once(tmp_path_factory, "corpus", make) / "store").present()
