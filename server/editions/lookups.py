"""Lend the index of a state of the dataset, and turn its errors into messages for people."""

from collections.abc import Iterator
from contextlib import contextmanager

from jixiao.server.editions.protocols import Edition
from jixiao.server.errors import NoIndexError, QueryTimeoutError
from jixiao.store import Index, SearchTooLongError


@contextmanager
def index_of(now: Edition) -> Iterator[Index]:
    """Lend the index of an edition to a `with` block. Raises NoIndexError, and QueryTimeoutError as `in_time` does."""
    if now.index is None:
        raise NoIndexError(
            "这个站点的数据没有索引，不能搜索、提问和对照名称；视图和 SPARQL 照常可用。",
            "This site's data has no index to search, to answer questions from, or to match names with; views and"
            " SPARQL work as usual.",
        )
    with in_time():
        yield now.index


@contextmanager
def in_time() -> Iterator[None]:
    """Raise QueryTimeoutError for a look-up in a `with` block that takes too long."""
    try:
        yield
    except SearchTooLongError as cause:
        raise QueryTimeoutError(
            "查找用时过长，请多输入几个字、再加一个条件，或稍后再试。",
            "Looking this up takes too long; type more of the words, add a filter, or try again in a moment.",
        ) from cause
