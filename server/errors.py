"""Errors of the server; problems.py maps each to an HTTP status.

ServerError
├── ParameterError         a view's parameter is missing, unknown or malformed
├── ViewFileError          an .rq file's header or VALUES rows are wrong: a defect, not a caller's mistake
├── QueryError             the query is at fault
│   ├── QuerySyntaxError   the query does not parse
│   ├── QueryRefusedError  the query is not allowed here: SERVICE, an update, too deep, too long
│   ├── QueryFailedError   the query parses and cannot be evaluated
│   └── NoSuchGraphError   the query names a graph that the dataset does not have
├── RequestTooLargeError   the request's body is longer than this server reads
├── SlowRequestError       the request's body did not arrive within the time limit
├── PreconditionError      If-Match or If-Unmodified-Since fails: the answer has changed since the client read it
├── MethodError            the address does not take the request's method
├── UnsupportedMediaError  the request's body is of an unknown type
├── NotAcceptableError     the client accepts none of the formats in which the answer exists
├── NotInStoreError        the store has nothing at that address
│   └── GoneError          the thing at that address was withdrawn
├── FileNotServedError     the publisher does not give out original files
├── ClientGoneError        the client has hung up
├── DataDamagedError       the store's files are damaged
├── TooManyError           the client already has the largest permitted number of queries waiting
└── LimitError             a limit or the state of this server stopped a request that is correct in itself
    ├── QueryTimeoutError  the query ran for too long
    ├── ResultTooLargeError  the result has more bytes than this server sends
    ├── PoolBusyError      all workers are busy and the queue is full
    ├── WorkerDiedError    the query's process died (out of memory, or a crash of the engine)
    ├── NoIndexError       the dataset has no search index
    ├── DumpPendingError   the version's files for download are not made yet
    ├── GenerationClearedError  the query's generation is no longer kept
    ├── EndpointUnavailableError  the data is behind another server's endpoint, which does not answer
    └── NothingPublishedError  the store has no generation yet
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
    """A parameter is missing, unknown or unreadable."""


class ViewFileError(ServerError):
    """A view's file breaks the rules for views."""


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
    """The query asks for something that this endpoint does not do, such as an update."""


class QueryFailedError(QueryError):
    """The query cannot be evaluated, for instance because of an unknown function."""


class NoSuchGraphError(QueryError):
    """The query names a graph that the dataset does not have."""


class RequestTooLargeError(ServerError):
    """The request's body is too long."""


class SlowRequestError(ServerError):
    """The request's body did not arrive within the time limit."""


class PreconditionError(ServerError):
    """A condition in the request's headers fails."""


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
    """The process that ran the query died."""


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
