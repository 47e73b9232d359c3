"""Show the conditions in an address of a view as chips: each can be taken away or changed, and others can be added.

Chips need the view, its parameters as they are given, and the address of the page; so any page that shows the answer
of a view can have them.
"""

from collections.abc import Sequence
from typing import Any

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.errors import ParameterError
from jixiao.server.http import requests
from jixiao.server.runtime.service import Service, unless_limited
from jixiao.server.views import published
from jixiao.server.views.answers import FacetValue
from jixiao.server.views.parameters import GROUPS, Given, Parameter, region_codes
from jixiao.server.views.typed_names import Resolved
from jixiao.server.views.view_files import View
from jixiao.server.words import WORDS


def chips(
    service: Service, view: View, given: Given, address: str, resolved: Sequence[Resolved] = ()
) -> list[dict[str, Any]]:
    """Return a dict for each chip of the page at `address`, which shows a view's answer to the parameters `given`.

    A dict has the `label` of a parameter; its `value` in words; `remove`, the address of the page without the value
    (None for the only value of a required parameter); `others`, the values to choose instead, each with words, number
    of rows (None if not known), address, and True for the present value; and `field`, to type another value in. `meant`
    has the things among `resolved` that the typed name was taken for, each with the address of the page without the
    thing.
    """
    shown = []
    for parameter, text, value in conditions(service, view, given):
        name, coded = parameter.name, WORDS.get(parameter.kind, {})
        beside = [each for each in requests.several(given[name]) if each != text]

        def at(*values: str, name: str = name, beside: Sequence[str] = beside) -> str:
            path, own = requests.completed(address, given)
            return requests.address(path, {**own, name: [*beside, *values]})

        meant = [each for each in resolved if each.parameter == name and each.typed == text]
        facet = _facet(service, view, {**given, name: beside, "limit": "1", "offset": ""}, name)
        counted = parameter.kind != "department"
        shown.append(
            {
                "label": parameter.label,
                "value": value,
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
                "field": _field(service, parameter, text),
                "meant": [(each, at(*(other.iri for other in meant if other is not each))) for each in meant],
            }
        )
    return shown


def conditions(service: Service, view: View, given: Given) -> list[tuple[Parameter, str, Bilingual]]:
    """Return each condition that `given` states: the parameter, the typed text, and words for the value."""
    typed = [(parameter, text) for parameter in view.params for text in requests.several(given.get(parameter.name, ""))]
    names = published.named(service, [text for parameter, text in typed if parameter.kind != "region"])

    def words(parameter: Parameter, text: str) -> Bilingual:
        known = names.get(text) if parameter.kind != "region" else None
        return Bilingual(known, known) if known else WORDS.get(parameter.kind, {}).get(text) or parameter.shown(text)

    return [(parameter, text, words(parameter, text)) for parameter, text in typed]


def listed(service: Service, view: View, given: Given) -> Bilingual | None:
    """Return all conditions that `given` states as one text, each with its parameter's label; None if there is none."""
    stated = [(each.label, value) for each, _, value in conditions(service, view, given)]
    zh = "；".join(f"{label.zh}：{value.zh}" for label, value in stated)
    return Bilingual(zh, "; ".join(f"{label.en}: {value.en}" for label, value in stated)) if stated else None


def more(service: Service, view: View, given: Given) -> list[tuple[Bilingual, list[dict[str, Any]]]]:
    """Return the form fields of the parameters that are not given and not among the main ones.

    Each item is a group's label with the fields of the group; groups without a field are left out.
    """
    index, main = service.generation().index, view.main()
    unset = [each for each in view.params if each not in main and not requests.several(given.get(each.name, ""))]
    fields = [published.field(service, each, (), index) for each in unset]
    grouped = [(label, [each for each in fields if each["parameter"].group == name]) for name, label in GROUPS.items()]
    return [(label, members) for label, members in grouped if members]


def _field(service: Service, parameter: Parameter, text: str) -> dict[str, Any]:
    """Return the form field of a chip; the field shows a region by its name, and another value as it was typed.

    A body is not shown by its name, which may find more than the body's IRI: a form sent for another field would then
    change this condition.
    """
    field = published.field(service, parameter, [text], service.generation().index)
    is_alike = parameter.kind == "region" and region_codes(field["typed"]) == region_codes(text)
    return field if is_alike else {**field, "typed": text}


def _facet(service: Service, view: View, asked: Given, name: str) -> Sequence[FacetValue]:
    """Return the values of the facet `name`, with their numbers of rows, under the parameters `asked`.

    Empty if the view has no such facet, if no index answers, or if a limit stops the query.
    """
    if name not in {column.facet for column in view.columns} or service.generation().index is None:
        return ()
    try:
        answered = unless_limited(lambda: published.answer(service, view, asked), None)
    except ParameterError:  # another condition is on what the dataset does not have
        return ()
    return () if answered is None or answered.whole is None else answered.whole.facets.get(name, ())
