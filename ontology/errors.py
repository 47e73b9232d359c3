"""The base of all errors that a command reports, and errors of names and IRIs.

ReportedError   an error whose text, in Chinese and English, is for the caller of a command
└── GraphDamagedError       files of a graph that Oxigraph finds damaged
OntologyError (a ValueError)
├── BaseIriMalformedError   a store's base that is not an absolute http(s) IRI in ASCII
├── NamelessError           a name that is empty without layout and title marks
└── HashMalformedError      a source's hash that is not hexadecimal digits of a SHA-256
"""

import re


class ReportedError(Exception):
    """An error whose text is for the caller of a command, which prints the text and ends with status 2."""


class GraphDamagedError(ReportedError):
    """An error: files of a graph are damaged. The message has Oxigraph's words, with the file, and the remedy."""


_DAMAGE = re.compile("Corruption: |IO error: (?!.*No space left)", re.DOTALL)


def of_engine(error: Exception) -> GraphDamagedError | None:
    """Return the error for a graph that Oxigraph finds damaged or cannot read; None for another error."""
    if not isinstance(error, RuntimeError | OSError) or not _DAMAGE.match(str(error)):
        return None
    return GraphDamagedError(
        f"图已损坏：{error}；请运行 jixiao rebuild 恢复。 The graph is damaged: {error}; run jixiao rebuild to mend it."
    )


class OntologyError(ValueError):
    """Any error that this package raises."""


class BaseIriMalformedError(OntologyError, ReportedError):
    """An error: a base IRI is malformed, so that no IRI can be formed below it."""


class NamelessError(OntologyError):
    """An error: a name is empty without layout and title marks, or there is no such part of a project."""


class HashMalformedError(OntologyError):
    """An error: the hash of a source is not at least sixteen lower-case hexadecimal digits."""
