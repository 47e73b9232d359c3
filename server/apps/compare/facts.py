"""Ask the queries of this folder for the projects, filings, targets and documents that are compared."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from jixiao.server.editions.protocols import Edition
from jixiao.server.query.binding import Term
from jixiao.server.runtime.service import Service
from jixiao.server.views import published, view_files
from jixiao.server.views.columns import Row
from jixiao.server.views.view_files import View

DIRECTORY = Path(__file__).parent


class Files(dict[str, View]):
    """The query files of this folder by name, read once."""


def files(service: Service) -> Files:
    """Return the query files, with IRIs below the store's base."""
    return service.own(Files, lambda: Files(view_files.load(service.store.base_iri, DIRECTORY)))


def rows(service: Service, now: Edition, name: str, values: Mapping[str, Sequence[Term]]) -> list[Row]:
    """Return the rows of a query for terms by parameter; parameters without a term are left out.

    Raises what Pool.run does.
    """
    return published.rows(service, now, files(service)[name], values)


def nodes(iris: Sequence[str]) -> list[Term]:
    """Return IRIs as terms."""
    return [NamedNode(iri) for iri in iris]


def years(year: int | None) -> list[Term]:
    """Return a year as a term, none for all years."""
    return [] if year is None else [Literal(year)]
