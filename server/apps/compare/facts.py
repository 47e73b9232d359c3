"""Run the query files of this folder, which select the projects, filings, targets and documents to compare."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from jixiao.server.editions.protocols import Edition
from jixiao.server.query.binding import Term
from jixiao.server.runtime.service import Service
from jixiao.server.views import answers, published, view_files

DIRECTORY = Path(__file__).parent


@dataclass(frozen=True)
class Facts:
    """One state of the dataset, to run the queries of this folder on. Methods raise what Pool.run does."""

    service: Service
    now: Edition

    def query(self, name: str) -> view_files.View:
        """Return a query of this folder."""
        return view_files.load(self.service.store.base_iri, DIRECTORY)[name]

    def rows(self, name: str, values: Mapping[str, Sequence[str | int | Term]]) -> list[answers.Row]:
        """Return the rows of the query file `name`; `values` maps parameters to terms, IRIs (str) or years (int).

        Parameters with an empty list are left out.
        """
        given = {parameter: [_term(value) for value in each] for parameter, each in values.items()}
        return published.rows(self.service, self.now, self.query(name), given)

    def run(self, sparql: str) -> bytes:
        """Return the results of any other query."""
        return self.service.run(self.now, sparql)


def text(value: answers.Value) -> str | None:
    """Return a value of a row as text, None for no value or ""."""
    return None if value is None or value == "" else str(value)


def decimal(value: answers.Value) -> Decimal | None:
    """Return a value of a row if it is a Decimal, otherwise None."""
    return value if isinstance(value, Decimal) else None


def _term(value: str | int | Term) -> Term:
    if isinstance(value, str):
        return NamedNode(value)
    return Literal(value) if isinstance(value, int) else value
