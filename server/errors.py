"""Errors of the server: of a request, of a query (QueryError), and of limits (LimitError).

problems.py maps each to an HTTP status.
"""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from jixiao.ontology.errors import ReportedError

T = TypeVar("T")


class ServerError(ReportedError):
    """Base of all errors of the server. `zh` and `en` are the messages for the caller; str() gives both.

    Attributes are named like the constructor's parameters, by which an error is passed on between processes.
    """

    def __init__(self, zh: str, en: str) -> None:
        self.zh = zh
        self.en = en
        super().__init__(f"{zh} {en}")


class ParameterError(ServerError):
    """An error: a parameter is missing, unknown or malformed."""


class ViewFileError(ServerError):
    """An error: a view's file is wrong: a defect, not a caller's mistake."""


class QueryError(ServerError):
    """An error: the caller's query is at fault."""


class QuerySyntaxError(QueryError):
    """An error: the query does not parse.

    `line` and `column` count from 1, None if unknown; `hint` is a piece of advice, which the text contains too.
    """

    def __init__(
        self, zh: str, en: str, line: int | None = None, column: int | None = None, hint: str | None = None
    ) -> None:
        super().__init__(zh, en)
        self.line = line
        self.column = column
        self.hint = hint


class QueryRefusedError(QueryError):
    """An error: the query is not allowed here: SERVICE, an update, too deep, too long."""


class QueryFailedError(QueryError):
    """An error: the query parses and cannot be evaluated, for instance because of an unknown function."""


class NoSuchGraphError(QueryError):
    """An error: the query names a graph that the dataset does not have."""


class RequestTooLargeError(ServerError):
    """An error: the request's body is too long."""


class SlowRequestError(ServerError):
    """An error: the request's body did not arrive within the time limit."""


class PreconditionError(ServerError):
    """An error: If-Match or If-Unmodified-Since fails: the answer has changed since the client read it."""


class MethodError(ServerError):
    """An error: the address does not take the request's method; front.py adds the methods that it takes."""


class UnsupportedMediaError(ServerError):
    """An error: the request's body is of an unknown type."""


class NotAcceptableError(ServerError):
    """An error: the client accepts no format in which the answer exists; `offered` lists their media types."""

    def __init__(self, zh: str, en: str, offered: Sequence[str]) -> None:
        super().__init__(zh, en)
        self.offered = offered


class NotInStoreError(ServerError):
    """An error: the store has nothing at that address."""


def named(known: Mapping[str, T], zh: str, en: str, name: str) -> T:
    """Return the thing of that name; `zh` and `en` are what it is. Raises NotInStoreError, which lists all names."""
    if name not in known:
        there = "、".join(known), ", ".join(known)
        raise NotInStoreError(f"没有{zh} {name}；有：{there[0]}。", f"There is no {en} {name}; there are {there[1]}.")
    return known[name]


class GoneError(NotInStoreError):
    """An error: the thing at that address was withdrawn."""


class FileNotServedError(ServerError):
    """An error: the publisher does not give out original files."""


class DataDamagedError(ServerError):
    """An error: the store's files are damaged; `damage` names file and remedy, for the log and for commands alone."""

    def __init__(
        self, damage: str = "", zh: str = "数据暂时无法读取。", en: str = "The data cannot be read at the moment."
    ) -> None:
        super().__init__(zh, en)
        self.damage = damage

    def __str__(self) -> str:
        return self.damage or super().__str__()


class ClientGoneError(ServerError):
    """An error: the client has hung up."""

    @classmethod
    def hung_up(cls) -> "ClientGoneError":
        """Return the error with its words."""
        return cls("请求方已断开。", "The client has hung up.")


class TooManyError(ServerError):
    """An error: the client already has the largest permitted number of queries waiting."""


class LimitError(ServerError):
    """An error: a limit or the state of this server stopped a request that is correct in itself."""


class QueryTimeoutError(LimitError):
    """An error: the query ran for too long."""


class ResultTooLargeError(LimitError):
    """An error: the result is larger than this server sends."""


class PoolBusyError(LimitError):
    """An error: no worker became free in time, or the queue is full."""


class WorkerDiedError(LimitError):
    """An error: the process that ran the query died: out of memory, or by a crash of the engine."""


class NoIndexError(LimitError):
    """An error: the dataset has no search index: it is behind another server's endpoint, or an older jixiao made it."""


class TablesPendingError(LimitError):
    """An error: the tables of the data are being made."""


class DumpPendingError(LimitError):
    """An error: the current version's files for download are being made, or must be made by the server's operator."""


class GenerationClearedError(LimitError):
    """An error: the generation to run on is no longer kept: the store has newer ones."""


class EndpointUnavailableError(LimitError):
    """An error: the SPARQL endpoint of the store cannot be reached, or fails."""


class NothingPublishedError(LimitError):
    """An error: the store has no generation yet."""
