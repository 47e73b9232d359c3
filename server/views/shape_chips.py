"""Word what chips are about, alike for views and tables, and make those of words, groups, order and number of rows."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jixiao.ontology.text.bilingual import Bilingual, listed
from jixiao.server.http import requests
from jixiao.server.http.requests import several
from jixiao.server.views import table_address, word_order
from jixiao.server.views.parameters import Given, Parameter
from jixiao.server.views.sentences import sentence
from jixiao.server.views.table_address import SHAPING, TableView
from jixiao.server.views.view_files import View

_NUMBER = re.compile(r"\.\d+$")


def label(view: View, parameter: Parameter, views: Mapping[str, View]) -> Bilingual:
    """Return what the condition of a parameter is about, with its operator: 机构 是, 名称含.

    A condition in an address of a table is called as in the view with the table's name, if this has the same one.
    """
    named, slot = view, _NUMBER.sub("", parameter.name)
    if isinstance(view, TableView):
        named = views.get(view.name.removeprefix(table_address.PREFIX), view)
        if slot.startswith("rank") and slot.endswith(".most"):
            return _within(view)
    slots = named.tabled.conditioned if named.tabled else {}
    name = slots.get(slot, "") if isinstance(view, TableView) else parameter.name
    found = next((each.label for each in named.params if each.name == name), parameter.label)
    is_plain = any(of == name and slot.endswith(".is") for slot, of in slots.items()) and not found.zh.endswith("是")
    return sentence("is", label=found) if is_plain else found


def _within(view: TableView) -> Bilingual:
    """Return the words for a bound of a rank: the first within each place."""
    groups = [*view.groups[:-1]]
    return sentence("first-within", groups=groups) if groups else sentence("first-rows")


def shaped(view: View, given: Given, path: str, own: Given) -> Iterator[dict[str, Any]]:
    """Yield a chip for each word, group, order and number of rows of an address, as chips() has those of conditions.

    `own` are all parameters of the page at `path`.
    """

    def chip(label: Bilingual, value: Bilingual, **changed: Any) -> dict[str, Any]:
        address = requests.address(path, {**own, **changed})
        return {
            "name": next(reversed(changed)),
            "label": label,
            "value": value,
            "remove": address,
            "values": (),
            "typed": (),
        }

    if isinstance(view, TableView):
        typed = several(given.get(word_order.WORDS, ""))
        for text in typed:
            [word] = word_order.asked({word_order.WORDS: text})
            beside = chip(
                sentence("first-mention"),
                Bilingual(word.said, word.said),
                words=[each for each in typed if each != text],
            )
            condition = requests.address(path, word_order.conditions(own, view.slot, [word]))
            yield {**beside, "turned": (sentence("these-alone"), condition)}
        places = table_address.places(view.table)
        # Without a group, nothing is measured, and no condition on a measure is left.
        measured = [each.name for each in view.params if table_address.column_of(each.name) not in places]
        dropped: dict[str, Any] = dict.fromkeys((*SHAPING, "sort", "limit", *measured), "")
        names = [name for text in several(given.get("group", "")) for name in text.split(",")]
        for name, words in zip(names, view.groups, strict=False):
            others = [each for each in names if each != name]
            kept = {"group": others, "measure": given.get("measure", "") if others else ""}
            yield {**chip(sentence("by"), words, **dropped | kept), "name": "group"}
    columns = {column.name: column.label for column in view.columns if column.label.zh}
    if sort := "".join(several(given.get("sort", ""))):
        orders = []
        for part in sort.split(","):
            way = sentence("largest-first" if part.startswith("-") else "least-first")
            orders.append(sentence("in-order", column=columns.get(part.removeprefix("-"), part), way=way))
        yield chip(sentence("order"), listed(orders, "；", "; "), sort="")
    if limit := "".join(several(given.get("limit", ""))):
        yield chip(sentence("first-rows"), sentence("row-limit", number=limit), limit="")
