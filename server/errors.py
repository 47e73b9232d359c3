"""The server's errors, and nothing else; what status each becomes is decided in problems.py.

ServerError
├── ParameterError         a view's parameter is missing, unknown or does not read as its kind
├── ViewFileError          an .rq file whose header or VALUES rows are wrong: a defect, not a caller's mistake
├── QueryError             the query is at fault
│   ├── QuerySyntaxError   it does not parse
│   ├── QueryRefusedError  it asks for what strangers may not: SERVICE, an update, too deep, too long
│   ├── QueryFailedError   it parses and cannot be evaluated
│   └── NoSuchGraphError   it names a graph that the dataset does not have
├── RequestTooLargeError   the request's body is longer than this server reads
├── SlowRequestError       the request's body did not come in time
├── PreconditionError      the client wants the answer only as it knows it, and it has changed
├── MethodError            the address does not take that method
├── UnsupportedMediaError  the request's body is of a type that means nothing here
├── NotAcceptableError     none of the forms offered is one that the client takes
├── NotInStoreError        nothing here has that address
│   └── GoneError          something had, and was withdrawn
├── FileNotServedError     the publisher does not give out original files
├── ClientGoneError        nobody is there any more to answer
├── TooManyError           this client has as many queries waiting as one may have
└── LimitError             a limit of this server stopped it, no fault in the text of the request
    ├── QueryTimeoutError  ran for too long
    ├── ResultTooLargeError
    ├── PoolBusyError      every worker is busy and the queue is full
    ├── WorkerDiedError    the query took its process down (memory, or a crash of the engine)
    ├── GenerationClearedError  the generation it was to run on is no longer kept
    ├── EndpointUnavailableError  the store is elsewhere and does not answer
    └── NothingPublishedError  the store has no generation yet
"""

from __future__ import annotations


class ServerError(Exception):
    """Any error of this package. `zh` and `en` say it to the caller; str() gives both."""

    def __init__(self, zh: str, en: str) -> None:
        self.zh = zh
        self.en = en
        super().__init__(f"{zh} {en}")


class ParameterError(ServerError):
    """A parameter that is missing, unknown or unreadable."""


class ViewFileError(ServerError):
    """A view's file breaks the rules for views."""


class QueryError(ServerError):
    """The caller's query is at fault."""


class QuerySyntaxError(QueryError):
    """`line` and `column` are 1-based, None where nobody can say; `hint` is what may help, part of the text too."""

    def __init__(
        self, zh: str, en: str, line: int | None = None, column: int | None = None, hint: str | None = None
    ) -> None:
        super().__init__(zh, en)
        self.line = line
        self.column = column
        self.hint = hint


class QueryRefusedError(QueryError):
    """A query that this endpoint does not run, whatever its syntax."""


class QueryFailedError(QueryError):
    """A query that cannot be evaluated, such as one with an unknown function."""


class NoSuchGraphError(QueryError):
    """A graph that the dataset does not hold."""


class RequestTooLargeError(ServerError):
    """Too long a request."""


class SlowRequestError(ServerError):
    """Too slow a request."""


class PreconditionError(ServerError):
    """The answer is not the one that the request's headers name."""


class MethodError(ServerError):
    """`allowed` lists the methods that the address takes."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        super().__init__("此地址不支持这种请求方法。", "This address does not take that method.")
        self.allowed = allowed


class UnsupportedMediaError(ServerError):
    """A body of an unknown type."""


class NotAcceptableError(ServerError):
    """`offered` lists the media types that could be had."""

    def __init__(self, zh: str, en: str, offered: tuple[str, ...]) -> None:
        super().__init__(zh, en)
        self.offered = offered


class NotInStoreError(ServerError):
    """No such thing in this store."""


class GoneError(NotInStoreError):
    """It was here and has been withdrawn."""


class FileNotServedError(ServerError):
    """Original files stay with the publisher."""


class ClientGoneError(ServerError):
    """The client hung up."""


class TooManyError(ServerError):
    """More than a client's share of the line."""


class LimitError(ServerError):
    """A limit was reached."""


class QueryTimeoutError(LimitError):
    """The query ran past its time."""


class ResultTooLargeError(LimitError):
    """The result is larger than this server sends."""


class PoolBusyError(LimitError):
    """No worker came free."""


class WorkerDiedError(LimitError):
    """The process that ran the query died."""


class GenerationClearedError(LimitError):
    """The store moved on, and the generation asked for is gone."""


class EndpointUnavailableError(LimitError):
    """The SPARQL endpoint that the store is behind cannot be reached, or fails."""


class NothingPublishedError(LimitError):
    """There is a store and nothing in it yet."""
