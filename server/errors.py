"""Errors of the server: of a request, of a query (QueryError), and of limits (LimitError).

problems.py maps each to an HTTP status.
"""

from collections.abc import Sequence

from jixiao.ontology.errors import ReportedError


class ServerError(ReportedError):
    """Base of all errors of the server. `zh` and `en` are the messages for the caller; str() gives both.

    Attributes are named like the constructor's parameters, by which an error is passed on between processes.
    """

    def __init__(self, zh: str, en: str) -> None:
        self.zh = zh
        self.en = en
        super().__init__(f"{zh} {en}")


class ParameterError(ServerError):
    """A parameter is missing, unknown or malformed."""


class ViewFileError(ServerError):
    """The header or the VALUES rows of a view's file are wrong: a defect, not a caller's mistake."""


class QueryError(ServerError):
    """The caller's query is at fault."""


class QuerySyntaxError(QueryError):
    """The query does not parse.

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
    """The query is not allowed here: SERVICE, an update, too deep, too long."""


class QueryFailedError(QueryError):
    """The query parses and cannot be evaluated, for instance because of an unknown function."""


class NoSuchGraphError(QueryError):
    """The query names a graph that the dataset does not have."""


class RequestTooLargeError(ServerError):
    """The request's body is too long."""


class SlowRequestError(ServerError):
    """The request's body did not arrive within the time limit."""


class PreconditionError(ServerError):
    """If-Match or If-Unmodified-Since fails: the answer has changed since the client read it."""


class MethodError(ServerError):
    """The address does not take the request's method; front.py adds the methods that it takes."""


class UnsupportedMediaError(ServerError):
    """The request's body is of an unknown type."""


class NotAcceptableError(ServerError):
    """The client accepts none of the formats in which the answer exists; `offered` lists their media types."""

    def __init__(self, zh: str, en: str, offered: Sequence[str]) -> None:
        super().__init__(zh, en)
        self.offered = offered


class NotInStoreError(ServerError):
    """The store has nothing at that address."""


class GoneError(NotInStoreError):
    """The thing at that address was withdrawn."""


class FileNotServedError(ServerError):
    """The publisher does not give out original files."""


class DataDamagedError(ServerError):
    """The store's files are damaged; `damage` names the file and the remedy, for the log and for commands alone."""

    def __init__(
        self, damage: str = "", zh: str = "数据暂时无法读取。", en: str = "The data cannot be read at the moment."
    ) -> None:
        super().__init__(zh, en)
        self.damage = damage

    def __str__(self) -> str:
        return self.damage or super().__str__()


class ClientGoneError(ServerError):
    """The client has hung up."""

    @classmethod
    def hung_up(cls) -> "ClientGoneError":
        """Return the error with its words."""
        return cls("请求方已断开。", "The client has hung up.")


class TooManyError(ServerError):
    """The client already has the largest permitted number of queries waiting."""


class LimitError(ServerError):
    """A limit or the state of this server stopped a request that is correct in itself."""


class QueryTimeoutError(LimitError):
    """The query ran for too long."""


class ResultTooLargeError(LimitError):
    """The result is larger than this server sends."""


class PoolBusyError(LimitError):
    """No worker became free in time, or the queue is full."""


class WorkerDiedError(LimitError):
    """The process that ran the query died: out of memory, or by a crash of the engine."""


class NoIndexError(LimitError):
    """The dataset has no search index: it is behind another server's endpoint, or an older jixiao made it."""


class DumpPendingError(LimitError):
    """The current version's files for download are being made, or must be made by the server's operator."""


class GenerationClearedError(LimitError):
    """The generation to run on is no longer kept: the store has newer ones."""


class EndpointUnavailableError(LimitError):
    """The SPARQL endpoint of the store cannot be reached, or fails."""


class NothingPublishedError(LimitError):
    """The store has no generation yet."""
