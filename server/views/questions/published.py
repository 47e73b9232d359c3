"""Read questions to the dataset of a running server."""

from collections.abc import Mapping, Sequence

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.editions import lookups, protocols
from jixiao.server.errors import LimitError, ParameterError
from jixiao.server.runtime import turns
from jixiao.server.runtime.service import Service, version
from jixiao.server.views import parameters, published
from jixiao.server.views.answers import Row
from jixiao.server.views.questions.asking import MOST_CHARACTERS, Reader, checked
from jixiao.server.views.questions.reading import Reading, Rows
from jixiao.store import SearchTooLongError, bounded_cache


class _Examples(bounded_cache.BoundedCache[dict[Bilingual, str]]):
    """Cache of the example questions by version of the dataset and names of views."""

    def __init__(self) -> None:
        super().__init__(4)


def reader(service: Service) -> Reader:
    """Return the reader of questions to a server's views. Raises ViewFileError at the first call."""
    views = published.views(service).values()  # one thing of a service is not made within another
    return service.own(Reader, lambda: Reader(views, service.store.base_iri))


def read(service: Service, typed: str, after: str = "") -> Reading:
    """Return the reading of a question by the current generation; `after` is the question that it follows, "" if none.

    Raises ParameterError, NoIndexError, and what the index raises.
    """
    checked(typed)
    return service.on_current(lambda now: _read(service, now, typed, after))


def understand(service: Service, typed: str) -> Reading | None:
    """Return the reading of a text typed for a search if it is a question that is understood, otherwise None.

    None also for a text that is empty or too long for a question, and for a dataset without an index.
    """
    now = service.generation()
    if now.index is None or not typed.strip() or len(typed) > MOST_CHARACTERS:
        return None
    with lookups.index_of(now) as index:
        return reader(service).understand(typed, index, _answers(service, now))


def examples(service: Service, named: Sequence[str] = ()) -> Mapping[Bilingual, str]:
    """Return one example question for each of the `named` views, or for every view, each with its SPARQL.

    Each question has an answer in the store, with an amount if the view states amounts. Empty without an index.
    """
    now = service.store.current()
    if now is None or (index := now.index) is None:
        return {}

    key, answers = (version(now), tuple(named)), _answers(service, now, stated=True)
    return service.own(_Examples).get_or_make(key, lambda: reader(service).examples(index, answers, named))


def _read(service: Service, now: protocols.Edition, typed: str, after: str) -> Reading:
    with lookups.index_of(now) as index:
        return reader(service).read(typed, index, _answers(service, now), after)


def _answers(service: Service, now: protocols.Edition, *, stated: bool = False) -> Rows:
    """Return a function from the name of a view and parameters to rows, which answers from the generation `now`.

    Parameters with an error give no rows, nor does a view that a limit stops. With `stated`, rows of a view that states
    amounts are left out if they lack one.
    """

    def answers(name: str, params: parameters.Given) -> Sequence[Row]:
        turns.look()
        try:
            rows = published.answer_from(service, now, published.views(service)[name], params).rows
        except (ParameterError, LimitError, SearchTooLongError):
            return ()
        return [row for row in rows if not stated or row.get("amount", "") is not None]

    return answers
