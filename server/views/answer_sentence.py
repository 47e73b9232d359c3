"""State the answer in one sentence from its rows: the first row of an order, both sides, a share, a figure or a count.

With words by which rows are ordered, the sentence is told of the rows with all words first, and then of all rows.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import NamedTuple, cast

from jixiao.ontology.reference import reference
from jixiao.ontology.text.bilingual import Bilingual, listed
from jixiao.server.http.requests import several
from jixiao.server.views import figures, heads
from jixiao.server.views.answers import Answer, Column, Row, Value, Whole, year_words
from jixiao.server.views.sentences import number_of, sentence
from jixiao.server.views.view_files import View

_OF_TWO = ("difference", "ratio", "share")
"""Functions of two measures, of which nothing is said where there is no result."""
_MOST_TIED, _MOST_GROUPS = 3, 6
_OF_ROWS = ("rows", "with_")
"""Beginnings of the names of numbers of a table's rows, whose labels do not tell the rows' noun."""
_LATEST = ("year", "date")
_ORDERED = (*_LATEST, "yuan", "integer", "decimal")
"""Types of columns with a first value in an order."""


class Wanted(NamedTuple):
    """Figures that a list was asked for: the sum of its `money`, and `measures` of each of a few groups, by name."""

    money: bool = False
    measures: Collection[str] = ()


_ROWS = Wanted()


def stated(view: View, answer: Answer, wanted: Wanted = _ROWS) -> Answer:
    """Return an answer with its sentence.

    An answer that tells of words has in its head what the sentence or, for rows, the head tells of both.
    """
    sentence = said(view, answer, wanted)
    if answer.mentioned is None or answer.message:
        return replace(answer, sentence=sentence)
    head = sentence if _measured(answer) else _of_both(view, answer, wanted._replace(money=True))
    return replace(answer, sentence=sentence, head=answer.head._replace(said=head))


def said(view: View, answer: Answer, wanted: Wanted = _ROWS) -> Bilingual:
    """Return the sentence for an answer; that for an answer without rows says so."""
    if answer.message:
        return Bilingual(**answer.message)
    if answer.mentioned is not None:
        return _of_both(view, answer, wanted)
    figure = heads.phrased(view, answer) or _figure(view, answer, None, wanted)
    return figure if figure is not None else heads.numbered(view, answer.whole or Whole(len(answer.rows)))


def of_rows(view: View, answer: Answer, names: Collection[str]) -> Bilingual | None:
    """Return each of a few rows with its values in columns of some names; None for more rows, and without a value."""
    if len(answer.rows) > _MOST_TIED:
        return None
    asked = [column for column in answer.columns if column.name in names or column.of in names]
    sentences = []
    for row in answer.rows if asked else ():
        columns = [column for column in asked if row[column.name] is not None]
        missing = sentence("labelled", label=asked[0].label, value=heads.NOT_READ)
        unread = sentence("labelled", label=_name(answer, row), value=missing)
        sentences.append(_group(view, answer, row, columns) if columns else unread)
    return listed(sentences, "；", "; ") if sentences else None


def _compared(view: View, answer: Answer, wanted: Wanted) -> Bilingual:
    """Return each of a few groups with the measures that are wanted, those of money if it is asked for."""
    names = wanted.measures
    measured = [
        column
        for column in _measured(answer)
        if (column.name in names or figures.column_stem(column) in names) and (wanted.money or column.type != "yuan")
    ]
    groups = []
    for row in answer.rows:
        columns = [column for column in measured if not column.phase or row.get(column.name) is not None]
        groups.append(_group(view, answer, row, columns))
    return listed(groups, "；", "; ")


def _of_both(view: View, answer: Answer, wanted: Wanted) -> Bilingual:
    """Return what is told of the rows with all words, and of all rows."""
    mentioned = answer.mentioned
    assert mentioned is not None  # noqa: S101 - callers have tested this
    is_count = [column.name for column in _measured(answer)] == ["rows"] and len(answer.columns) == 1
    of_all = None if is_count else _figure(view, mentioned.every, mentioned.of, wanted)
    return mentioned.stated(_figure(view, mentioned.first, mentioned.rows, wanted) or sentence("none"), of_all)


def _figure(view: View, answer: Answer, every: int | None, wanted: Wanted) -> Bilingual | None:
    """Return what an answer says beyond the number of its rows; None if it says nothing more, or has no rows.

    `every` is the number of the table's rows, if it is known.
    """
    if not answer.rows:
        return None
    measured = _measured(answer)
    ordered = heads.ordering(view, answer)
    if not measured:
        of_money = heads.money(view, answer, every) if wanted.money else None
        return _first(view, answer, *ordered) if ordered else of_money
    if all(column.how for column in answer.columns):
        return _whole(view, answer, measured, every)
    if wanted.measures and is_of_few(answer):
        return _compared(view, answer, wanted)
    return _of_groups(view, answer, measured, ordered, every)


def is_of_few(answer: Answer) -> bool:
    """Return True for an answer of few rows, of which each can be told."""
    return not answer.truncated and 0 < len(answer.rows) <= _MOST_GROUPS


def _of_groups(
    view: View, answer: Answer, measured: Sequence[Column], ordered: tuple[Column, bool] | None, every: int | None
) -> Bilingual | None:
    """Return the first group of an order, or all of a few groups, of which those of the first rank count alone."""
    ranks = [column for column in measured if column.how == "rank"]
    rows = [row for row in answer.rows if all(row[column.name] == 1 for column in ranks[:1])]
    if ordered and ordered[0].how and not ranks and (answer.truncated or len(rows) > 1):
        return _first(view, answer, *ordered) or heads.money(view, answer, every or 0)
    if answer.truncated or not 0 < len(rows) <= _MOST_GROUPS:
        return None
    named = [column for column in measured if column not in ranks]
    return listed((_group(view, answer, row, named) for row in rows), "；", "; ")


def _measured(answer: Answer) -> list[Column]:
    """Return the measures of an answer, without the numbers of rows that have money."""
    return [column for column in answer.columns if column.how and not (column.how == "with" and column.more)]


def _first(view: View, answer: Answer, column: Column, down: bool) -> Bilingual | None:
    """Return the names of the first row and of those tied with it, and their value; None for texts and no value."""
    if down and (apart := _largest_apart(answer, column)):
        return apart
    row = answer.rows[0]
    value = row[column.name]
    if value is None or column.type not in _ORDERED:
        return None
    order = "largest" if down else "least"
    if column.how in ("rows", "distinct", "with"):
        order = "most" if down else "fewest"
    elif column.type in _LATEST:
        order = "latest" if down else "earliest"
    tied = [_name(answer, candidate) for candidate in (*answer.rows, *answer.beyond) if candidate[column.name] == value]
    names = listed(tied[:_MOST_TIED])
    if len(tied) > _MOST_TIED:
        names = sentence("many-tied", names=names, number=len(tied))
    shares = [measure for measure in _measured(answer) if measure.how == "share" and column.name in measure.figures]
    [worded, *_] = _values(view, answer, row, shares) or [_value(view, answer, column, row)]
    place, passed = sentence(order), int("".join(several(answer.params.get("offset", ""))) or 0)
    if passed:
        place = Bilingual(f"第 {passed + 1} {place.zh.removeprefix('最')}", f"No. {passed + 1} from {place.en.lower()}")
    first = sentence("first", order=place, label=column.label, names=names, value=worded)
    for words, number in answer.whole.unranked if answer.whole else ():
        rows = number_of(number, view.tabled.noun if view.tabled else heads.ROWS)
        first += sentence("not-ranked", rows=rows, column=words)
    return _of_comparable(answer, column, first)


def _largest_apart(answer: Answer, column: Column) -> Bilingual | None:
    """Return the group with the largest sum of one year and period, if some groups have money of several.

    None if all groups have a sum, or if the answer begins with a later place.
    """
    largest = answer.whole.largest.get(column.name) if answer.whole else None
    if largest is None or answer.params.get("offset"):
        return None
    row, part = largest
    is_of_year = any(key.type == "year" for key in answer.columns if not key.how)
    code = "largest-of-period" if is_of_year else "largest-of-year"
    name = _name(answer, row)
    return sentence(code, label=column.label, name=name, year=year_words(part.year), sum=part.words)


def _of_comparable(answer: Answer, column: Column, first: Bilingual) -> Bilingual:
    """Return the sentence on the first group, behind the groups whose money is not added up and has no place."""
    number = answer.whole.mixed.get(column.name, 0) if answer.whole else 0
    if not number:
        return first
    mixed = [_name(answer, row) for row in answer.rows if figures.is_mixed(row, column)][:_MOST_TIED]
    names = listed(mixed) if mixed else sentence("number", number=number)
    if mixed and number > len(mixed):
        names = sentence("many-tied", names=names, number=number)
    return sentence("not-compared", names=names) + first


def _whole(view: View, answer: Answer, measured: Sequence[Column], every: int | None) -> Bilingual | None:
    """Return the measures of all rows: sums of money by phase and year, a share with both figures, or both sides."""
    [row] = answer.rows
    if view.tabled is not None and view.tabled.two_sided:
        # An answer leaves out a side without money, which is none.
        likes = {(column.how, column.of, column.phase) for column in measured if column.phase}
        there = {column.name for column in measured}
        measured = [
            column for column in view.columns if column.name in there or (column.how, column.of, column.phase) in likes
        ]
    sums = {column.name for column in measured if column.how == "sum" and column.money == figures.USUAL}
    money = heads.money(view, answer, every or 0) if sums and not any(column.whole for column in measured) else None
    others = [column for column in measured if money is None or column.name not in sums]
    parts = [money] if money else []
    parts += _values(view, answer, row, others)
    return listed(parts, "，", ", ") if parts else None


def _group(view: View, answer: Answer, row: Row, measured: Sequence[Column]) -> Bilingual:
    """Return the name of a group, and its measures."""
    name, values = _name(answer, row), _values(view, answer, row, measured)
    return sentence("labelled", label=name, value=listed(values, "，", ", ")) if values else name


def _values(view: View, answer: Answer, row: Row, measured: Sequence[Column]) -> list[Bilingual]:
    """Return the measures of a row in words; those of a part and of the whole are told with the share."""
    columns = {column.name: column for column in answer.columns}
    parts = {name for column in measured if column.how == "share" for name in column.figures}
    plain = [column.name for column in measured if column.how == "rows"]
    values = []
    for column in measured:
        is_of_phase = column.how == "mean" and bool(column.phase)
        is_nothing = (column.how in _OF_TWO or is_of_phase) and row.get(column.name) is None
        if is_nothing or column.name in parts:
            continue
        value = _value(view, answer, column, row)
        if column.how == "share":
            part, whole = (_value(view, answer, columns[name], row) for name in column.figures)
            values.append(sentence("share", part=part, whole=whole, share=value))
        elif plain == [column.name]:
            values.append(value)
        else:
            values.append(sentence("labelled", label=column.label, value=value))
    return values


def _value(view: View, answer: Answer, column: Column, row: Row) -> Bilingual:
    """Return the value of a column in a row: numbers of rows with their noun, and money with its phase."""
    value: Value = row.get(column.name)
    note = next((beside for beside in answer.columns if beside.name == column.note), column)
    number = row.get(note.name)
    is_number = column.how in ("rows", "with")
    if is_number and column.name.startswith(_OF_ROWS) and view.tabled is not None and value:
        return number_of(int(cast("int", value)), view.tabled.noun or heads.ROWS)
    if value is None and column.how == "sum":
        number = number or row.get(f"with_{column.of or column.name.removeprefix('sum_')}")
    if value is None and number:
        return sentence("not-added", number=number)
    if value is None or (is_number and not value):
        # Only a sum of no amounts is none; without their number, there may be some.
        is_open = column.how == "mean" or (column.how == "sum" and not column.phase and number is None)
        return sentence("not-computed" if is_open else "none")
    worded = column.worded(value)
    if note == column or number is None or column.how:
        return worded
    return sentence("noted", value=worded, note=note.worded(number))


def _name(answer: Answer, row: Row) -> Bilingual:
    """Return the name of a row: of a group the names of all things that make it, or else the first text or IRI."""
    plain = {column.name: column for column in answer.columns if not column.how}
    if not _measured(answer):
        linked = {column.link for column in plain.values()}
        names = [column for column in plain.values() if column.name not in linked]
        first = min(names, key=lambda column: (column.name != "name", column.link is None, column.type == "iri"))
        return _called(first, row)
    names = [column for column in answer.columns if column.name in plain or column.link in plain]
    linked = {column.link for column in names}
    names = [column for column in names if column.name not in linked and not column.more]
    called = dict.fromkeys(_called(column, row) for column in names if row[column.name] != "")
    return listed(list(called))


def _called(column: Column, row: Row) -> Bilingual:
    """Return the words for a value of a row: the name of a concept, or the value itself."""
    term = reference().get(str(row[column.name]))
    return column.words_in(row) or (term.label if term else column.worded(row[column.name]))
