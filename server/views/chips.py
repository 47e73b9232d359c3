"""Show the conditions in an address of a view as chips: each can be taken away or changed, and others can be added.

Chips need the view, its parameters as they are given, and the address of the page; so any page that shows the answer
of a view can have them.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from jixiao.server.http import requests
from jixiao.server.runtime.service import Service, unless_limited
from jixiao.server.views import published
from jixiao.server.views.answers import WORDS, FacetValue
from jixiao.server.views.names import Resolved
from jixiao.server.views.parameters import Given, several
from jixiao.server.views.view_files import View


def chips(
    service: Service, view: View, given: Given, address: str, resolved: Sequence[Resolved] = ()
) -> list[dict[str, Any]]:
    """Return the chips of a page at `address` that shows the answer of a view to some parameters, each a dict.

    It has the `label` of the parameter and the `value`, and the address that the page has without it (`remove`), None
    for a required one; the `others` to choose instead, each with words, number of rows if known, address, and True if
    it is the one in force; the `field` to type another in, and the parameters that this keeps (`kept`). `meant` has
    those of the things `resolved`, which typed names were taken for, each with the address of the page without it.
    """
    names = published.named(service, [text for typed in given.values() for text in several(typed)])
    shown = []
    for parameter in view.params:
        name, coded = parameter.name, WORDS.get(parameter.kind, {})
        typed = several(given.get(name, ""))
        for text in typed:
            beside = [each for each in typed if each != text]

            def at(*values: str, name: str = name, beside: Sequence[str] = beside) -> str:
                path, own = _own(address, given)
                return requests.address(path, {**own, name: [*beside, *values]})

            known = None if parameter.kind == "region" else names.get(text)
            meant = [each for each in resolved if each.parameter == name and each.typed == text]
            facet = _facet(service, view, {**given, name: beside, "limit": "1", "offset": ""}, name)
            counted = parameter.kind != "department"
            shown.append(
                {
                    "label": parameter.label,
                    "value": known or coded.get(text) or parameter.shown(text),
                    "remove": at() if beside or not parameter.required else None,
                    "others": [
                        (
                            coded.get(each.value, each.label),
                            each.rows if counted else None,
                            at(each.value),
                            each.value == text,
                        )
                        for each in facet
                    ],
                    "field": published.field(service, parameter, [text], service.generation().index),
                    "kept": kept(address, {**given, name: beside}),
                    "meant": [(each, at(*(other.iri for other in meant if other is not each))) for each in meant],
                }
            )
    return shown


def more(service: Service, view: View, given: Given) -> list[dict[str, Any]]:
    """Return the fields of the parameters that are not given."""
    index = service.generation().index
    unset = [each for each in view.params if not several(given.get(each.name, ""))]
    return [published.field(service, each, (), index) for each in unset]


def kept(address: str, given: Given, without: str = "") -> list[tuple[str, str]]:
    """Return the parameters that a form keeps which leads to a page's own address, but for the one `without`."""
    _, own = _own(address, given)
    return [(name, text) for name, typed in own.items() if name != without for text in several(typed)]


def _own(address: str, given: Given) -> tuple[str, dict[str, str | Sequence[str]]]:
    """Return the path of a page, and its own parameters with those given for its view, but for the first row."""
    path, _, query = address.partition("?")
    return path, {**requests.single(parse_qsl(query)), **given, "offset": ""}


def _facet(service: Service, view: View, asked: Given, name: str) -> Sequence[FacetValue]:
    """Return the values of a facet for some parameters.

    There are none if the view has no such facet, no index answers for it, or a limit stops the query.
    """
    if name not in {column.facet for column in view.columns} or service.generation().index is None:
        return ()
    answered = unless_limited(lambda: published.answer(service, view, asked), None)
    return () if answered is None or answered.whole is None else answered.whole.facets.get(name, ())
