"""Commands that read files do so in the process of the tests, but for those that are started as processes."""

import pytest

from tests.support.writing import reading_here


@pytest.fixture(scope="module", autouse=True)
def _reading_here():
    with reading_here():
        yield
