"""Lend the index of a state of the dataset, and turn its errors into messages for people."""

from collections.abc import Iterator
from contextlib import contextmanager

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.editions.protocols import Edition
from jixiao.server.errors import NoIndexError, QueryTimeoutError
from jixiao.store import Index, SearchTooLongError


@contextmanager
def index_of(now: Edition, missing: Bilingual, slow: Bilingual) -> Iterator[Index]:
    """Lend the index of an edition to a `with` block.

    Raises NoIndexError with the message `missing` if there is no index, and QueryTimeoutError with the message `slow`
    for a look-up that takes too long.
    """
    if now.index is None:
        raise NoIndexError(missing.zh, missing.en)
    try:
        yield now.index
    except SearchTooLongError as cause:
        raise QueryTimeoutError(slow.zh, slow.en) from cause
