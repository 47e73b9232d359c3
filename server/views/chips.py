"""Show the conditions in an address of a view as chips: each can be taken away or changed, and others can be added.

Chips need the view, its parameters as they are given, and the address of the page; so any page that shows the answer
of a view can have them.
"""

import re
from collections.abc import Sequence
from typing import Any

from jixiao.ontology.text.bilingual import Bilingual, listed as listed_texts
from jixiao.server.errors import ParameterError
from jixiao.server.http import requests
from jixiao.server.runtime import turns
from jixiao.server.runtime.service import Service, unless_limited
from jixiao.server.views import published, shape_chips, table_address
from jixiao.server.views.answers import FacetValue
from jixiao.server.views.conditions import OPPOSITE
from jixiao.server.views.parameters import GROUPS, Given, Parameter, iri, region_codes, split
from jixiao.server.views.sentences import sentence
from jixiao.server.views.typed_names import Resolved
from jixiao.server.views.view_files import PAGING, View
from jixiao.server.words import WORDS
from jixiao.store.tables.table import Table

_MOST = 4  # alternatives that a chip names
_CHANGED = 12  # alternatives that each have links of their own: the links of all of them grow with their square
_SLOT = re.compile(r"(?P<column>.+)\.(?P<operator>[A-Za-z]+)(?P<number>(?:\.\d+)?)")


def chips(
    service: Service, view: View, given: Given, address: str, resolved: Sequence[Resolved] = ()
) -> list[dict[str, Any]]:
    """Return a dict for each chip of the page at `address`, which shows a view's answer to the parameters `given`.

    A dict has the `label` of a condition; what was `typed`; its `value` in words; `remove`, the address of the page
    without it (None if it is required); `inverted`, the words and the address of the opposite condition, None if there
    is none; and `values`, a dict for each value. This has the `value` in words; `remove`, the address without it alone,
    None if there are many values; `others`, the values to choose instead, each with words, number of rows
    (None if not known), address, and True for the present value; and `field`, to type another value in. `meant` has the
    things among `resolved` that the typed name was taken for, each with the address of the page without the thing.
    Words, groups, order and number of rows have chips without `values`; `turned` has the words and the address of a
    word's condition.
    """
    shown: dict[str, dict[str, Any]] = {}
    path, own = requests.completed(address, given)
    for parameter, text, value in turns.looked(conditions(service, view, given)):
        name, coded = parameter.name, WORDS.get(parameter.kind, {})
        beside = [each for each in requests.several(given[name]) if each != text]

        def at(*values: str, name: str = name, beside: Sequence[str] = beside) -> str:
            return requests.address(path, {**own, name: [*beside, *values]})

        meant = [each for each in resolved if each.parameter == name and each.typed == text]
        is_changed = len(beside) < _CHANGED
        facet = _facet(service, view, {**given, name: beside, "limit": "1", "offset": ""}, name) if is_changed else ()
        counted = parameter.kind != "department"
        chip = shown.setdefault(name, {"name": name, "label": parameter.label, "typed": (), "values": []})
        chip["typed"] += (text,)
        chip["values"].append(
            {
                "value": value,
                "remove": at() if is_changed else None,
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
    views = published.views(service)
    for parameter in view.params:
        if parameter.name in shown:
            chip = shown[parameter.name]
            chip["label"] = shape_chips.label(view, parameter, views)
            chip["remove"] = None if parameter.required else requests.address(path, {**own, parameter.name: ()})
            known = all(_is_known(parameter, text, resolved) for text in chip["typed"])
            chip["inverted"] = _inverted(view, given, parameter, own) if known and path == view.path else None
            chip["value"] = _either([each["value"] for each in chip["values"]])
    return [*shown.values(), *shape_chips.shaped(view, given, path, own)]


def _is_known(parameter: Parameter, text: str, resolved: Sequence[Resolved]) -> bool:
    """Return False for the name of a body or document that the dataset does not have: it cannot be left out."""
    if parameter.kind not in ("department", "basis") or iri(text, "http://localhost/"):
        return True
    typed = {each.typed for each in resolved if each.parameter == parameter.name}
    return text in typed or typed >= {*split(text)}


def _either(values: Sequence[Bilingual]) -> Bilingual:
    """Return alternatives as one text, the first two of many."""
    first = values[: 2 if len(values) > _MOST else _MOST]
    either = listed_texts(first, "或", " or ")
    others = len(values) - len(first)
    return sentence("or-others", first=either, all=len(values), others=others) if others else either


def _inverted(view: View, given: Given, parameter: Parameter, own: Given) -> tuple[Bilingual, str] | None:
    """Return the words of the opposite of a condition, and the address of its table with this in its place.

    None if the condition has no opposite, or if the table's address cannot express another condition. `own` are all
    parameters of the page.
    """
    if view.tabled is None or view.tabled.table is None:
        return None
    table = view.tabled.table
    is_own = view.path == f"/tables/{table.name}"
    slots = {name: name for name in given} if is_own else {name: slot for slot, name in view.tabled.conditioned.items()}
    stated = {
        slots.get(name, ""): each for name, each in given.items() if name not in PAGING and requests.several(each)
    }
    found = _SLOT.fullmatch(slots.get(parameter.name, ""))
    place = table_address.places(table).get(found["column"]) if found else None
    if found is None or place is None or "" in stated:
        return None
    opposite = place.operators.get(OPPOSITE.get(found["operator"], ""))
    if opposite is None or place.parameter("", opposite).kind != parameter.kind:
        return None
    slot, name = found[0], f"{found['column']}.{opposite.name}{found['number']}"
    others = {each: typed for each, typed in stated.items() if each != slot}
    if not all(_is_taken(table, condition, requests.several(typed)) for condition, typed in others.items()):
        return None
    kept = {each: own.get(each, "") for each in ("version", *(("sort", "limit", "columns") if is_own else ()))}
    address = requests.address(f"/tables/{table.name}", {**others, name: stated[slot], **kept})
    return None if name in others else (opposite.words, address)


def _is_taken(table: Table, condition: str, texts: Sequence[str]) -> bool:
    """Return True if a condition in an address of a table takes texts; a view's parameter may take other words."""
    slot = _SLOT.fullmatch(condition)
    place = table_address.places(table).get(slot["column"]) if slot else None
    operator = place.operators.get(slot["operator"]) if slot and place else None
    if place is None or operator is None:
        return False
    parameter = place.parameter(condition, operator)
    try:
        return all(parameter.terms(text, "http://localhost/") for text in texts)
    except ParameterError:
        return False


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
    stated = [
        sentence("labelled", label=parameter.label, value=value)
        for parameter, _, value in conditions(service, view, given)
    ]
    return listed_texts(stated, "；", "; ") if stated else None


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

    Empty if the view has no such facet, or if a limit stops the query.
    """
    if name not in {column.facet for column in view.columns}:
        return ()
    if isinstance(view, table_address.TableView):
        view = view.plain or view
    try:
        answered = unless_limited(lambda: published.answer(service, view, asked), None)
    except ParameterError:  # another condition is on what the dataset does not have
        return ()
    return () if answered is None or answered.whole is None else answered.whole.facets.get(name, ())
