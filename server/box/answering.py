"""Answer a reading by the view that expresses all its conditions, or else by its table, in JSON and in words."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import reduce
from typing import Any

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.box import labels
from jixiao.server.box.reading import Reading
from jixiao.server.box.words import table as words
from jixiao.server.errors import ParameterError
from jixiao.server.http.requests import several
from jixiao.server.views import answer_sentence, heads, table_address
from jixiao.server.views.answers import Answer
from jixiao.server.views.conditions import OPERATORS
from jixiao.server.views.parameters import Given, Parameter
from jixiao.server.views.tabled import Tabled
from jixiao.server.views.view_files import View
from jixiao.store.tables.table import tables

MOST_CHARACTERS = 300
_EMPTY = Bilingual("", "")


@dataclass(frozen=True)
class Asked:
    """A reading as a request: the view that answers it, and its parameters.

    `expressed` is True for one of the server's views; otherwise the view is that of the table's address. `after` is the
    text that this one follows, "" if none.
    """

    reading: Reading
    view: View
    given: Given
    expressed: bool
    after: str = ""

    def to_json(self, answer: Answer | None, without: Sequence[Mapping[str, Any]] = ()) -> str:
        """Return the reading and its answer as one JSON object; without an answer, there are no rows.

        `without` has a dict for each condition that some rows lack alone, with the number of these rows.
        """
        about: dict[str, Any] = {
            **self.reading.to_dict(),
            "reading": asdict(said(self.reading)),
            "suggestions": without,
        }
        if answer is None:
            return Answer("", {}, "", False, (), (), "", None).to_json(
                {**about, "view": None, "params": None, "columns": [], "rows": []}
            )
        return answer.to_json(about if self.expressed else {**about, "view": self.reading.address})


def count(answer: Callable[[View, Given], Answer], base_iri: str, table: str, conditions: Given) -> int:
    """Return the number of rows of a table under conditions, by their names in addresses; `answer` answers a view.

    Conditions on groups and sides leave out no row, and no row has a value that the dataset does not have.
    """
    own = table_address.places(tables()[table])
    plain = {name: typed for name, typed in conditions.items() if re.sub(r"\.\w+(\.\d+)?$", "", name) in own}
    given = {**plain, "measure": "rows"}
    try:
        answered = answer(table_address.read(tables()[table], given, base_iri), given)
    except ParameterError:
        return 0
    return sum(int(str(row["rows"])) for row in answered.rows)


def checked(typed: str) -> str:
    """Return a typed text without spaces around it. Raises ParameterError for one that is empty or too long."""
    if not typed.strip():
        raise ParameterError("缺少参数 q，即问题。", "The parameter q, the question, is missing.")
    if len(typed) > MOST_CHARACTERS:
        raise ParameterError(
            f"问题至多 {MOST_CHARACTERS} 个字。", f"A question has at most {MOST_CHARACTERS} characters."
        )
    return typed.strip()


def asked(reading: Reading, views: Mapping[str, View], base_iri: str, after: str = "") -> Asked:
    """Return a reading as a request to the view that expresses it, or else to its table.

    Of several views, the one with the name of the table is taken.
    """
    titled = labels.view_titled(reading.q, reading.table.name)
    if titled in views and not views[titled].needs:
        return Asked(reading, views[titled], {}, expressed=True, after=after)
    ordered = sorted(views.values(), key=lambda view: view.name != reading.table.name)
    fit = next(((view, given) for view in ordered if (given := _expressed(reading, view)) is not None), None)
    view, given = fit or _of_table(reading, views, base_iri)
    return Asked(reading, _showing(view, reading), given, expressed=bool(fit), after=after)


def _showing(view: View, reading: Reading) -> View:
    """Return a view with the columns shown that a reading names."""
    shown = (
        replace(each, more=each.more and (each.of or each.name) not in reading.shape.shown) for each in view.columns
    )
    return replace(view, columns=tuple(shown))


def _of_table(reading: Reading, views: Mapping[str, View], base_iri: str) -> tuple[View, Given]:
    """Return the view of a reading's address, with those columns that the view of the table's name shows."""
    given, columns, shape = reading.given, "", reading.shape
    if reading.table.name in views and not (shape.group or shape.measure):
        names = [each.of or each.name for each in views[reading.table.name].columns if not each.more]
        known = table_address.places(reading.table)
        columns = ",".join(name for name in dict.fromkeys((*names, *shape.shown)) if name in known)
    view = table_address.read(reading.table, {**given, "columns": columns}, base_iri)
    groups = [*(each.values[0] for each in reading.said if each.kind == "level"), *shape.group]
    noun = words()["rows"].get(groups[0]) if len(shape.group) == 1 else None
    return replace(view, noun=noun or view.noun), given


def _expressed(reading: Reading, view: View) -> Given | None:
    """Return the parameters by which a view gives what a reading asks for, None if the view cannot."""
    tabled, shape = view.tabled, reading.shape
    if tabled is None or tabled.among is not reading.table or not _of_shape(reading, view, tabled):
        return None
    columns = {**{column.of or column.name: column.name for column in view.columns}, **tabled.measured}
    names = {**tabled.conditioned, "sort": "sort", "limit": "limit", "offset": "offset"}
    conditions = {slot: typed for slot, typed in reading.given.items() if slot not in ("group", "measure")}
    ordered = columns.get(shape.sort.removeprefix("-"))
    has_columns = bool(shape.group or shape.measure) or columns.keys() >= {*shape.shown}
    if not (has_columns and names.keys() >= conditions.keys() and (not shape.sort or ordered in view.sortable())):
        return None
    taken = {names[slot]: typed for slot, typed in conditions.items()}
    if ordered and shape.sort:
        taken["sort"] = f"-{ordered}" if shape.sort.startswith("-") else ordered
    if not all(parameter.name in taken for parameter in view.needs):
        return None
    return (
        taken
        if all(_takes(parameter, taken.get(parameter.name, ""), view.base_iri) for parameter in view.params)
        else None
    )


def _takes(parameter: Parameter, typed: str | Sequence[str], base_iri: str) -> bool:
    """Return True if a parameter takes what a reading gives."""
    values = several(typed)
    try:
        for value in values:
            parameter.terms(value, base_iri)
    except ParameterError:
        return False
    return parameter.repeats or len(values) < 2


def _of_shape(reading: Reading, view: View, tabled: Tabled) -> bool:
    """Return True if the rows of a view are those that a reading asks for: the table's, or its groups."""
    shape = reading.shape
    if not (shape.group or shape.measure):
        return not tabled.measured and (bool(view.needs) or view.name == reading.table.name)
    groups = {each.of or each.name for each in view.columns if not each.how and each.type != "text"}
    return groups == {*shape.group} and tabled.measured.keys() >= {*shape.measure}


def told(reading: Reading, view: View, answer: Answer) -> Answer:
    """Return an answer whose head is the sentence that answers a reading; for rows, their number follows.

    Money is told if it is asked for, or if all rows have one sum, and each of a few groups if these are compared or in
    no order.
    """
    shape, measured = reading.shape, view.tabled.measured if view.tabled else {}
    is_in_order = bool(shape.sort) and shape.sort.removeprefix("-") != "year"
    tells_groups = bool(shape.group) and not shape.figure and (reading.compares or not is_in_order)
    names = {measured.get(name, name) for name in shape.measure} if tells_groups else ()
    stated = answer_sentence.stated(view, answer, answer_sentence.Wanted(reading.asks_money, names))
    if answer.message or answer.whole is None or stated.sentence is None:
        return stated
    parts = [_without_rows(reading), _of_rows(reading, view, stated)]
    if stated.mentioned or (shape.measure and not shape.group):
        parts.append(stated.head.said if stated.mentioned else stated.sentence)
    else:
        tells_sentence = bool(shape.sort) or (bool(names) and answer_sentence.is_of_few(answer))
        has_money = reading.asks_money or [part.rows for part in answer.whole.parts] == [answer.whole.rows]
        parts.append(stated.sentence if tells_sentence else _EMPTY)
        parts.append(answer.head.said if has_money else heads.numbered(view, answer.whole))
    return replace(stated, head=answer.head._replace(said=reduce(_followed, parts)))


def _of_rows(reading: Reading, view: View, answer: Answer) -> Bilingual:
    """Return what a few rows have in the columns that answer a text: the unit for who, dates for when, money for spent.

    Of rows in the order of words, those with all words are told.
    """
    shape, rows = reading.shape, answer.rows
    if shape.group or shape.measure or shape.sort:
        return _EMPTY
    if answer.mentioned is not None:
        rows = rows[: answer.mentioned.rows]
    names = [name for name in shape.shown if name in words()["stated"]]
    return answer_sentence.of_rows(view, replace(answer, rows=rows), names) or _EMPTY


def _followed(first: Bilingual, then: Bilingual) -> Bilingual:
    """Return two sentences as one text; a sentence that the other begins with, or an empty one, is not repeated."""
    if then.zh.startswith(first.zh) or not then.zh:
        return then if then.zh else first
    return Bilingual(f"{first.zh}。{then.zh}", f"{first.en}. {then.en}")


def _without_rows(reading: Reading) -> Bilingual:
    """Return the sentence on compared places from which there are no rows."""
    missing = reading.missing
    if not missing:
        return _EMPTY
    zh, en = "、".join(name.zh for name in missing), ", ".join(name.en for name in missing)
    return Bilingual(f"{zh}：没有", f"{en}: none")


def said(reading: Reading) -> Bilingual:
    """Return the table and the conditions of a reading in words."""
    view = table_address.read(reading.table, reading.given, "")
    labels = {each.name: each.label for each in view.params}
    # An operator without a test, such as absent, says all.
    alone = {name for name, operator in OPERATORS.items() if operator.test is None}
    typed = {name: alone.isdisjoint(name.split(".")) for name in labels}
    zh = [f"{labels[each.slot].zh} {each.words.zh * typed[each.slot]}".strip() for each in reading.said]
    en = [f"{labels[each.slot].en} {each.words.en * typed[each.slot]}".strip() for each in reading.said]
    return Bilingual("；".join([view.title.zh, *zh]), "; ".join([view.title.en, *en]))
