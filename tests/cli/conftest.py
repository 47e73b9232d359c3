"""Commands that read files do so in the process of the tests, but for those that are started as processes."""

from collections.abc import Iterator

import pytest

from tests.support.writing import reading_here


@pytest.fixture(scope="module", autouse=True)
def _reading_here() -> Iterator[None]:
    with reading_here():
        yield
