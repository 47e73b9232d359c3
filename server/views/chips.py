"""Show the conditions in an address of a view as chips: each can be taken away or changed, and others can be added.

A chip knows the view, its parameters as they are given, and the address of the page; so any page that shows the answer
of a view can have chips, at whatever address.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.http import requests
from jixiao.server.runtime.service import Service, unless_limited
from jixiao.server.views import published
from jixiao.server.views.answers import WORDS, FacetValue
from jixiao.server.views.names import Resolved
from jixiao.server.views.parameters import Given, Parameter, several
from jixiao.server.views.view_files import View

Words = Bilingual | str


@dataclass(frozen=True)
class Other:
    """Another value for a chip: its `words`, the number of its `rows` where that is known, and the page's address."""

    words: Words
    rows: int | None
    address: str
    chosen: bool


@dataclass(frozen=True)
class Chip:
    """One condition in force: its `label` and `value`, and the address of the page without it, None if it is required.

    `others` are the values to choose instead of it; without any, `field` is the field to type one in, and `kept` has
    the other parameters of the page. `meant` has pairs of a thing that the value means and the address without it.
    """

    label: Bilingual
    value: Words
    remove: str | None
    others: Sequence[Other]
    field: Mapping[str, Any]
    kept: Sequence[tuple[str, str]]
    meant: Sequence[tuple[Resolved, str]]


@dataclass(frozen=True)
class Chips:
    """The conditions `chosen`, and the fields `more` of those that may be added."""

    chosen: Sequence[Chip]
    more: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Place:
    """The address of a page with the answer of a view: its `path`, its own parameters, and those of the view."""

    path: str
    own: Given
    given: Given

    @classmethod
    def of(cls, address: str, given: Given) -> "Place":
        """Return the place of a page whose own address is `address`; the first row (`offset`) is not kept."""
        path, _, query = address.partition("?")
        kept = {name: typed for name, typed in given.items() if name != "offset"}
        return cls(path, requests.single(parse_qsl(query)), kept)

    def address(self, **more: str | Sequence[str]) -> str:
        """Return the address of the page with other values of some parameters."""
        return requests.address(self.path, {**self.own, **self.given, **more})

    def kept(self, without: str = "", but: Sequence[str] = ()) -> list[tuple[str, str]]:
        """Return the parameters that a form keeps, of which the one `without` keeps only the values `but`."""
        every = {**self.own, **self.given, without: but}
        return [(name, text) for name, typed in every.items() for text in several(typed)]


def kept(address: str, given: Given, without: str = "") -> list[tuple[str, str]]:
    """Return the parameters that a form keeps which leads to a page's own address, but for the one `without`."""
    return Place.of(address, given).kept(without)


def chips(service: Service, view: View, given: Given, address: str, resolved: Sequence[Resolved] = ()) -> Chips:
    """Return the chips of a page at `address` that shows the answer of a view to some parameters.

    `resolved` are the things that typed names were taken for.
    """
    names = published.named(service, [text for typed in given.values() for text in several(typed)])
    shown, index = _Shown(service, view, Place.of(address, given), names, resolved), service.generation().index
    unset = [each for each in view.params if not several(given.get(each.name, ""))]
    return Chips(
        [shown.chip(each, text) for each in view.params for text in several(given.get(each.name, ""))],
        [published.field(service, each, (), index) for each in unset],
    )


@dataclass(frozen=True)
class _Shown:
    """A page with the answer of a view: its place, the `names` of typed IRIs, and what typed names were taken for."""

    service: Service
    view: View
    place: Place
    names: Mapping[str, str]
    resolved: Sequence[Resolved]

    def chip(self, parameter: Parameter, text: str) -> Chip:
        """Return the chip of one value of a parameter, whose other values stay."""
        name, place = parameter.name, self.place
        beside = [each for each in several(place.given[name]) if each != text]
        known = None if parameter.kind == "region" else self.names.get(text)
        meant = [each for each in self.resolved if each.parameter == name and each.typed == text]
        without = {each: [*beside, *(other.iri for other in meant if other is not each)] for each in meant}
        coded = WORDS.get(parameter.kind, {})
        return Chip(
            label=parameter.label,
            value=known or coded.get(text) or parameter.shown(text),
            remove=place.address(**{name: beside}) if beside or not parameter.required else None,
            others=[
                Other(
                    coded.get(each.value, each.label),
                    None if parameter.kind == "department" else each.rows,
                    place.address(**{name: [*beside, each.value]}),
                    each.value == text,
                )
                for each in self._facet(name, beside)
            ],
            field=published.field(self.service, parameter, [text], self.service.generation().index),
            kept=place.kept(name, beside),
            meant=[(each, place.address(**{name: iris})) for each, iris in without.items()],
        )

    def _facet(self, name: str, beside: Sequence[str]) -> Sequence[FacetValue]:
        """Return the values of a facet under the other conditions.

        There are none if the view has no such facet, no index answers for it, or a limit stops the query.
        """
        if name not in {column.facet for column in self.view.columns} or self.service.generation().index is None:
            return ()
        asked = {**self.place.given, name: beside, "limit": "1"}
        answered = unless_limited(lambda: published.answer(self.service, self.view, asked), None)
        return () if answered is None or answered.whole is None else answered.whole.facets.get(name, ())
