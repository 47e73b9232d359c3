"""Charts from their files: views (../../views/view_files.py) whose groups are drawn as bars.

A file has the entry `chart` besides those of a view. `by` is the column that names bars, `bar` the column with their
figures, and each value of the column `across` has a colour. What is not to be added stands in the columns `one`: one of
their values is drawn at a time, by default the most frequent, and the page offers the others. The `limit` longest bars
are drawn, and of figures that are alike, all or none; what is not known has a bar of its own. `unit` is that of the
figures (yuan without one), and `most` the end of the sentence about the longest bar. `name`, `about` and `rank` are for
the list of charts, and `shows` says what is drawn. `views` are those whose pages lead to the chart, with the parameters
that have another name there. `behind` names the tables' columns of which bars are, if they are not the view's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.yaml_text import made
from jixiao.server import errors
from jixiao.server.http import requests
from jixiao.server.sentences import Sentences
from jixiao.server.views import view_files
from jixiao.server.views.parameters import Given
from jixiao.server.views.sentences import number_of

DIRECTORY = Path(__file__).parent
sentence = Sentences(DIRECTORY / "sentences.toml")
YUAN = Bilingual("元", "yuan")
"""The unit of money."""


@dataclass(frozen=True)
class Kind:
    """A chart's file: its view, and the entries of `chart`, whose words are Bilingual."""

    view: view_files.View
    rank: int
    about: Bilingual
    shows: Bilingual
    views: Mapping[str, Mapping[str, str]]
    by: str
    bar: str
    name: Bilingual | None = None
    across: str | None = None
    one: Sequence[str] = ()
    limit: int = view_files.MAX_ROWS
    unit: Bilingual = YUAN
    most: Bilingual | None = None
    behind: Mapping[str, str] = field(default_factory=dict)

    @property
    def every(self) -> str:
        """The column with the number of the table's rows in a group."""
        return next(each.name for each in self.view.columns if each.how == "rows")

    @property
    def counted(self) -> str:
        """The column with the number of rows that a figure is of: those that have the money, or all of the group."""
        bar = next(each for each in self.view.columns if each.name == self.bar)
        return bar.note if self.unit == YUAN and bar.note else self.every

    def things(self, number: int) -> Bilingual:
        """Return a number of the table's rows with their noun."""
        return number_of(number, self.view.tabled.noun if self.view.tabled else {})


@cache
def kinds(base_iri: str) -> dict[str, Kind]:
    """Return the charts by name, in the order of the list. Raises ViewFileError and EntryError."""
    found = []
    for view in view_files.load(base_iri, DIRECTORY).values():
        worded = {
            name: Bilingual(**each) for name, each in view.chart.items() if isinstance(each, Mapping) and "zh" in each
        }
        found.append(made(Kind, {"view": replace(view, path=f"/charts/{view.name}"), **view.chart, **worded}))
    return {each.view.name: each for each in sorted(found, key=lambda each: each.rank)}


def named(base_iri: str, name: str) -> Kind:
    """Return a chart by its name. Raises NotInStoreError, which names all."""
    return errors.named(kinds(base_iri), "图表", "chart", name)


def of_view(base_iri: str, view: str, given: Given) -> str | None:
    """Return the address of the chart that shows a view's rows, with those of the view's filters that the chart has.

    None if no chart shows them, or if it requires a parameter that is not among the filters `given`.
    """
    kind = next((each for each in kinds(base_iri).values() if view in each.views), None)
    if kind is None:
        return None
    return address(kind, {kind.views[view].get(name, name): value for name, value in given.items()})


def address(kind: Kind, given: Given) -> str | None:
    """Return the address of a chart with those of some parameters that it has; None if it requires another one."""
    kept = {each.name: given[each.name] for each in kind.view.params if requests.several(given.get(each.name, ""))}
    return requests.address(kind.view.path, kept) if {each.name for each in kind.view.needs} <= kept.keys() else None
