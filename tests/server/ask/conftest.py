"""A reader of questions over the examples, for the tests of this folder."""

from pathlib import Path

import pytest

from tests.server.ask.meant import Asking


@pytest.fixture(scope="session")
def asking(examples: Path) -> Asking:
    return Asking(examples)
