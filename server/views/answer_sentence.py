"""State the answer in one sentence from its rows: the first row of an order, both sides, a share, a figure or a count.

With words by which rows are ordered, the sentence is told of the rows with all words first, and then of all rows.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import cast

from jixiao.ontology.reference import reference
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.http.requests import several
from jixiao.server.views import figures, heads
from jixiao.server.views.answers import Answer, Column, Row, Value, Whole
from jixiao.server.views.view_files import View

_NONE, _NOT_COMPUTED = Bilingual("没有", "none"), Bilingual("没有算出", "not computed")
_OF_TWO = ("difference", "ratio", "share")
"""Functions of two measures, of which nothing is said where there is no result."""
_MOST_TIED, MOST_GROUPS = 3, 6
_LARGEST = {
    "year": (Bilingual("最晚", "Latest"), Bilingual("最早", "Earliest")),
    "date": (Bilingual("最晚", "Latest"), Bilingual("最早", "Earliest")),
    **dict.fromkeys(("yuan", "integer", "decimal"), (Bilingual("最大", "Largest"), Bilingual("最小", "Least"))),
}
"""Words for the first value of an order, from the largest and from the least, by type of column."""
_COUNTED = Bilingual("最多", "Most"), Bilingual("最少", "Fewest")


def stated(view: View, answer: Answer, *, money: bool = False) -> Answer:
    """Return an answer with its sentence; `money` is True if a list was asked for the sum of its money.

    An answer that tells of words has in its head what the sentence or, for rows, the head tells of both.
    """
    sentence = said(view, answer, money=money)
    if answer.mentioned is None or answer.message:
        return replace(answer, sentence=sentence)
    head = sentence if _measured(answer) else _of_both(view, answer, money=True)
    return replace(answer, sentence=sentence, head=answer.head._replace(said=head))


def said(view: View, answer: Answer, *, money: bool = False) -> Bilingual:
    """Return the sentence for an answer; that for an answer without rows says so."""
    if answer.message:
        return Bilingual(**answer.message)
    if answer.mentioned is not None:
        return _of_both(view, answer, money=money)
    figure = heads.phrased(view, answer) or _figure(view, answer, None, money=money)
    return figure if figure is not None else heads.numbered(view, answer.whole or Whole(len(answer.rows)))


def compared(view: View, answer: Answer, names: Collection[str], *, money: bool = False) -> Bilingual:
    """Return each of a few groups with its measures of some names, those of money if it is asked for."""
    wanted = [
        column
        for column in _measured(answer)
        if (column.name in names or _unphased(column) in names) and (money or column.type != "yuan")
    ]
    told = []
    for row in answer.rows[:MOST_GROUPS]:
        there = [column for column in wanted if not column.phase or row.get(column.name) is not None]
        told.append(_group(view, answer, row, there))
    return _joined(told, "；", "; ")


def _unphased(column: Column) -> str:
    return column.name.removesuffix(f"_{column.phase}") if column.phase else column.name


def _of_both(view: View, answer: Answer, *, money: bool) -> Bilingual:
    """Return what is told of the rows with all words, and of all rows."""
    mentioned = answer.mentioned
    assert mentioned is not None  # noqa: S101 - callers have tested this
    is_count = [column.name for column in _measured(answer)] == ["rows"] and len(answer.columns) == 1
    of_all = None if is_count else _figure(view, mentioned.every, mentioned.of, money=money)
    return mentioned.stated(_figure(view, mentioned.first, mentioned.rows, money=money) or _NONE, of_all)


def _figure(view: View, answer: Answer, every: int | None, *, money: bool) -> Bilingual | None:
    """Return what an answer says beyond the number of its rows; None if it says nothing more, or has no rows.

    `every` is the number of the table's rows, if it is known.
    """
    if not answer.rows:
        return None
    measured = _measured(answer)
    ordered = _ordered(view, answer, measured)
    if not measured:
        of_money = heads.money(view, answer, every) if money else None
        return _first(view, answer, *ordered) if ordered else of_money
    if all(column.how for column in answer.columns):
        return _whole(view, answer, measured, every)
    return _of_groups(view, answer, measured, ordered, every)


def _of_groups(
    view: View, answer: Answer, measured: Sequence[Column], ordered: tuple[Column, bool] | None, every: int | None
) -> Bilingual | None:
    """Return the first group of an order, or all of a few groups, of which those of the first rank count alone."""
    ranks = [column for column in measured if column.how == "rank"]
    rows = [row for row in answer.rows if all(row[column.name] == 1 for column in ranks[:1])]
    if ordered and ordered[0].how and not ranks and (answer.truncated or len(rows) > 1):
        return _first(view, answer, *ordered) or heads.money(view, answer, every or 0)
    if answer.truncated or not 0 < len(rows) <= MOST_GROUPS:
        return None
    named = [column for column in measured if column not in ranks]
    return _joined((_group(view, answer, row, named) for row in rows), "；", "; ")


def _measured(answer: Answer) -> list[Column]:
    """Return the measures of an answer, without the numbers of rows that have money."""
    return [column for column in answer.columns if column.how and not (column.how == "with" and column.more)]


def _ordered(view: View, answer: Answer, measured: Sequence[Column]) -> tuple[Column, bool] | None:
    """Return the column by which rows were asked to be ordered, and True if the largest is first; None without one.

    Groups without such an order have the one of the table, if its largest value is first.
    """
    typed = "".join(several(answer.params.get("sort", ""))).partition(",")[0]
    order = typed or (view.tabled.own_order if view.tabled and measured else "")
    main = f"_{answer.whole.main}" if answer.whole else ""
    name, down = order.removeprefix("-").removeprefix("sum_"), order.startswith("-")
    named = {each.name.removeprefix("sum_").removesuffix(main): each for each in reversed(answer.columns)}
    column = named.get(name) or named.get(name.removesuffix(main))
    return (column, down) if column and (typed or down) else None


def _first(view: View, answer: Answer, column: Column, down: bool) -> Bilingual | None:
    """Return the names of the first row and of those tied with it, and their value; None for texts and no value."""
    value = answer.rows[0][column.name]
    if value is None or column.type not in _LARGEST:
        return None
    words = _COUNTED if column.how in ("rows", "distinct", "with") else _LARGEST[column.type]
    best, label = words[0 if down else 1], Bilingual(**column.label)
    names = [_name(answer, row) for row in (*answer.rows, *answer.beyond) if row[column.name] == value]
    named = _joined(names[:_MOST_TIED], "、", ", ")
    if len(names) > _MOST_TIED:
        named += Bilingual(f"等 {len(names)} 个", f"and others ({len(names)})")
    shares = [each for each in _measured(answer) if each.how == "share" and column.name in each.figures]
    [worded, *_] = _values(view, answer, answer.rows[0], shares) or [_value(view, answer, column, answer.rows[0])]
    return Bilingual(
        f"{label.zh}{best.zh}的是{named.zh}：{worded.zh}", f"{best.en} ({label.en}): {named.en}, {worded.en}"
    )


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
    told = [money] if money else []
    told += _values(view, answer, row, others)
    return _joined(told, "，", ", ") if told else None


def _group(view: View, answer: Answer, row: Row, measured: Sequence[Column]) -> Bilingual:
    """Return the name of a group, and its measures."""
    return _labelled(_name(answer, row), _joined(_values(view, answer, row, measured), "，", ", "))


def _values(view: View, answer: Answer, row: Row, measured: Sequence[Column]) -> list[Bilingual]:
    """Return the measures of a row in words; those of a part and of the whole are told with the share."""
    columns = {column.name: column for column in answer.columns}
    parts = {name for column in measured if column.how == "share" for name in column.figures}
    plain = [column.name for column in measured if column.how == "rows"]
    told = []
    for column in measured:
        is_of_phase = column.how == "mean" and bool(column.phase)
        if (column.how in _OF_TWO or is_of_phase) and row.get(column.name) is None:
            continue
        worded = _value(view, answer, column, row)
        if column.name in parts:
            continue
        if column.how == "share":
            part, every = (_value(view, answer, columns[name], row) for name in column.figures)
            worded = Bilingual(f"{part.zh}，占全部 {every.zh}的 {worded.zh}%", f"{part.en}, {worded.en}% of {every.en}")
        is_plain = column.how == "share" or plain == [column.name]
        told.append(worded if is_plain else _labelled(Bilingual(**column.label), worded))
    return told


def _value(view: View, answer: Answer, column: Column, row: Row) -> Bilingual:
    """Return the value of a column in a row: numbers of rows with their noun, and money with its phase."""
    value: Value = row.get(column.name)
    noted = next((each for each in answer.columns if each.name == column.note), column)
    number = row.get(noted.name)
    if column.how in ("rows", "with") and view.tabled is not None and value:
        return heads.counted_rows(int(cast("int", value)), view.tabled.noun or heads.ROWS)
    if value is None and number:
        return Bilingual(f"{number} 个，不相加", f"not added up ({number})")
    if not value and (value is None or column.how in ("rows", "with")):
        return _NOT_COMPUTED if column.how == "mean" else _NONE
    worded = column.worded(value)
    if noted == column or number is None or column.how:
        return worded
    phase = noted.worded(number)
    return Bilingual(f"{worded.zh}（{phase.zh}）", f"{worded.en} ({phase.en})")


def _name(answer: Answer, row: Row) -> Bilingual:
    """Return the name of a row: of a group the names of all things that make it, or else the first text or IRI."""
    plain = [column for column in answer.columns if not column.how]
    linked = {column.link for column in plain}
    own = [column for column in plain if column.name not in linked]
    if not _measured(answer):
        own = sorted(own, key=lambda column: (column.name != "name", column.link is None, column.type == "iri"))[:1]
    words = (_called(column, row) for column in own)
    return _joined(words, "、", ", ")


def _labelled(label: Bilingual, worded: Bilingual) -> Bilingual:
    return Bilingual(f"{label.zh}：{worded.zh}", f"{label.en}: {worded.en}")


def _called(column: Column, row: Row) -> Bilingual:
    """Return the words for a value of a row: the name of a concept, or the value itself."""
    term = reference().get(str(row[column.name]))
    return column.words_in(row) or (term.label if term else column.worded(row[column.name]))


def _joined(parts: Iterable[Bilingual], zh: str, en: str) -> Bilingual:
    listed = [*parts]
    return Bilingual(zh.join(each.zh for each in listed), en.join(each.en for each in listed))
