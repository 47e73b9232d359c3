"""Find and answer the views of a running server."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from jixiao.server.editions.protocols import Edition
from jixiao.server.errors import QueryTimeoutError
from jixiao.server.query.binding import Term
from jixiao.server.runtime.service import Service
from jixiao.server.views.answers import Answer
from jixiao.server.views.columns import Row
from jixiao.server.views.names import Names
from jixiao.server.views.parameters import Given
from jixiao.server.views.view_files import View
from jixiao.server.views.view_folder import load_all
from jixiao.store import SearchTooLongError


class Views(dict[str, View]):
    """Cache of the views by name."""


def views(service: Service) -> Views:
    """Return the views of a server, with IRIs below the store's base. Raises ViewFileError at the first call."""
    return service.own(Views, lambda: Views(load_all(service.store.base_iri, service.settings.views)))


def answer(service: Service, view: View, given: Given, page: int | None = None) -> Answer:
    """Answer a view from the current generation. Raises what View.answer and Pool.run raise."""
    return service.on_current(lambda now: answer_from(service, now, view, given, page))


def answer_from(service: Service, now: Edition, view: View, given: Given, page: int | None = None) -> Answer:
    """Answer a view from a generation, with licence and citation; `page` is the number of rows unless a limit is given.

    Raises what View.answer and Pool.run raise.
    """
    try:
        found = view.answer(lambda sparql: service.run(now, sparql), given, now.version, names(now), page)
    except SearchTooLongError as cause:
        raise QueryTimeoutError(
            "查找用时过长，请多输入几个字，或再加一个条件。",
            "Looking this up takes too long; type more of the words, or add a filter.",
        ) from cause
    return replace(found, credit=service.credit(now))


def rows(service: Service, now: Edition, view: View, values: Mapping[str, Sequence[Term]]) -> list[Row]:
    """Return the rows of a query file for parameters given as terms, without counting all rows.

    Parameters without a value are left out. Raises what Pool.run does.
    """
    given = {name: terms for name, terms in values.items() if terms}
    try:
        return view.rows(lambda sparql: service.run(now, sparql), given, names(now))
    except SearchTooLongError as cause:
        raise QueryTimeoutError(
            "清点用时过长，请再加一个条件，或稍后再试。",
            "Counting takes too long; add a filter, or try again in a moment.",
        ) from cause


def names(now: Edition) -> Names | None:
    """Return the index of a generation, which looks up names, or None if it has none."""
    return now.index
