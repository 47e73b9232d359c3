"""Commands of this folder's tests write few triples of the vocabulary, which would be most of a small store."""

import pytest


@pytest.fixture(scope="module", autouse=True)
def _little_vocabulary(little_vocabulary: None) -> None:
    """Stores made here hold few triples of the vocabulary, unless a test asks for `whole_vocabulary`."""
