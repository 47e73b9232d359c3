"""The shapes of answers, a closed list: for each of them the words that ask for it, and what it adds.

The first shape of the list that a text asks for is that of the answer. Words for another one are not applied.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from jixiao.ontology.text import wording
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.box.conditions import Said
from jixiao.server.box.subject import Subject
from jixiao.server.box.words import Piece, table as words
from jixiao.server.views import table_address

_ORDERS = ("most", "least", "newest", "oldest", "top", "rank")
_DECIDING = ("most", "least", "mean", "difference", "compare", "share", "newest", "oldest", "against")
"""Operations that decide what is asked; sums, counts and columns are in most answers."""
_MEANINGLESS = ("soft", "asking", "doing", "deciding", "denying")
_MEAN = ("with", "mean", "least", "most")
"""The measures beside a mean: one or two amounts have none, and the least and the most are then these."""


@dataclass(frozen=True)
class Shape:
    """The shape of an answer: groups, measures, order and the number of first rows; "" and () for what is not asked.

    `shown` are columns that are shown although few readers look for them, `figure` is what is made of measures, and
    `conditions` are those that the shape adds, as that for the first within each group.
    """

    group: tuple[str, ...] = ()
    measure: tuple[str, ...] = ()
    sort: str = ""
    limit: str = ""
    offset: str = ""
    shown: tuple[str, ...] = ()
    figure: str = ""
    name: str = "rows"
    conditions: tuple[Said, ...] = ()


def shape(subject: Subject, said: Sequence[Said]) -> Shape:
    """Return the shape that a text asks for: the first of the list that it can be."""
    shapes = ((name, make(subject, said)) for name, (_, make) in FORMS.items())
    name, made = next((name, made) for name, made in shapes if made is not None)
    measure = made.measure
    if made.group or measure:
        sums = (condition.slot.partition(".")[0] for condition in said if condition.slot.startswith("sum_"))
        bounds = (name.removesuffix("_other") for name in sums)
        measure = tuple(dict.fromkeys((*measure, *bounds)))
    return replace(made, name=name, measure=measure, shown=_shown(subject, made))


def _shown(subject: Subject, made: Shape) -> tuple[str, ...]:
    """Return the columns that a text asks for, which are always shown."""
    named: list[str] = []
    for piece in subject.question.pieces:
        if piece.kind != "noun":
            named += words()["shown"].get(piece.value, ())
        if piece.kind in ("amount", "column"):
            named += piece.values
    named += words()["shown"]["where"] if subject.lists_rows else ()
    columns = [name for name in named if name in subject.columns]
    ordered = [made.sort.removeprefix("-")] if made.sort and not made.group else []
    return tuple(dict.fromkeys((*columns, *ordered)))


def _difference(subject: Subject, _: Sequence[Said]) -> Shape | None:
    """Return the measures of two sides, and what one has more than the other."""
    measured = (subject.rows,) if subject.ordered == "rows" else _counted_and_summed(subject)
    return Shape(measure=measured, figure="difference") if subject.pair else None


def _share(subject: Subject, said: Sequence[Said]) -> Shape | None:
    """Return both a part and the whole, and the share of the part, whose conditions are those of one side."""
    parts = [condition.kind for condition in said if condition.slot.startswith("one.")]
    if subject.lacks or not (parts and subject.question.asks("share")):
        return None
    # Money of several phases has no sum.
    is_by_phase = parts == ["kind"] and not subject.question.asks("sum")
    is_of_rows = subject.names_rows and (is_by_phase or not subject.asks_money)
    measured = subject.rows if is_of_rows or subject.is_share_of_rows or not subject.sum else subject.sum
    return Shape(measure=(measured,), figure="ratio")


def _lacking(subject: Subject, _: Sequence[Said]) -> Shape | None:
    """Return the groups that have no rows of a kind."""
    return Shape(group=subject.groups, measure=(subject.rows,)) if subject.lacks else None


def _within(subject: Subject, _: Sequence[Said]) -> Shape | None:
    """Return the first rows, or groups by a second column, within each group: 每年最大的, and not 哪年最多."""
    if not (subject.groups and subject.is_each) or subject.question.asks("mean") or _orders_groups(subject):
        return None
    of_rows = len(subject.groups) == 1
    name = _order(subject, () if of_rows else subject.groups).removeprefix("-")
    by = (*subject.groups, subject.table.key[0])[: table_address.MOST_GROUPS]
    candidates = (f"most_{name}", f"sum_{name}", name) if of_rows else (name,)
    measure = next((measure for measure in candidates if measure in subject.measures), "")
    if not measure or not all(subject.columns[column].group for column in by):
        return None
    ranked = Shape(by, (measure,), figure="rankUp" if subject.is_least else "rank")
    return replace(ranked, conditions=(_first(subject, ranked),))


def _orders_groups(subject: Subject) -> bool:
    """Return True if all superlatives order the groups: 排名, and not 排名前三的项目, which are rows."""
    question = subject.question
    nouns = [noun for noun in question.having("noun") if noun.value == subject.table.name]
    return all(
        re.search("[排从]|rank", question.typed(word))
        and not (word.kind == "top" and any(not question.is_apart(word, noun) for noun in nouns))
        for word in subject.superlatives
    )


def _first(subject: Subject, ranked: Shape) -> Said:
    """Return the condition for the first few within each group."""
    question = subject.question
    word = (*question.having("top"), *question.having("rank"), *subject.superlatives)[0]
    number = "1" if word.kind == "operation" else word.value
    name = f"{ranked.figure}_{ranked.measure[0]}.{'is' if word.kind == 'rank' else 'most'}"
    return Said("top", name, (number,), Bilingual(number, number), question.typed(word), word.start, word.end)


def _mean(subject: Subject, _: Sequence[Said]) -> Shape | None:
    mean = f"mean_{subject.measure}"
    if not {*subject.question.operations("mean")} - {*subject.question.of_meaning}:
        return None
    if subject.ordered == "rows" or mean not in subject.measures:
        return None
    measure = (subject.rows, *(f"{function}_{subject.measure}" for function in _MEAN))
    sort = ""
    if subject.groups and (subject.superlatives or subject.compares):
        years = [len(piece.values) for piece in subject.question.having("year")]
        # Amounts of several years have no mean.
        sort = f"{_sign(subject)}{mean}" if subject.groups[0] == "year" or years == [1] else ""
    usual = "year" if subject.groups[:1] == ("year",) else ""
    return Shape(subject.groups, measure, sort or usual, limit=_limit(subject) if sort else "")


def _groups(subject: Subject, _: Sequence[Said]) -> Shape | None:
    """Return groups: one for each year, place or body, or for each of those compared."""
    if not subject.groups:
        return None
    measure = (*_counted_and_summed(subject), *_counted_beside(subject))
    if subject.question.having("years"):
        measure = (subject.column("years"),)
    elif subject.groups == ("series",):
        measure = ()
    order = _order(subject, subject.groups)
    return Shape(subject.groups, measure, order, limit=_limit(subject), offset=_offset(subject))


def _figures(subject: Subject, _: Sequence[Said]) -> Shape | None:
    """Return the number of rows and the sums of a kind of money, where these are no usual figures of the table.

    What was spent in several years is not added up.
    """
    question = subject.question
    sums = [f"{function}_{name}" for name in subject.sums for function in ("with", "sum")]
    if (
        subject.spends_in_all
        and not subject.superlatives
        and [len(piece.values) for piece in question.having("year")] != [1]
    ):
        return Shape(("year",), (subject.rows, *sums[1::2]), "year")
    measure: tuple[str, ...] = ()
    if beside := _counted_beside(subject):
        measure = (*_counted_and_summed(subject), *beside)
    elif sums and (subject.measured or subject.spends_in_all):
        measure = (subject.rows, *sums)
    elif subject.rows != "rows" and question.asks("count"):
        measure = (subject.rows,)
    return Shape(measure=measure) if measure and not subject.superlatives else None


def _counted_beside(subject: Subject) -> list[str]:
    """Return the measures of things whose number is asked for beside the rows: 几个项目，几家单位."""
    question = subject.question
    counting = question.operations("count", "sum")
    counted = [
        words()["counted"].get(noun.value, "")
        for noun in question.having("noun")
        if (not subject.things or subject.counts_things) and any(not question.is_apart(word, noun) for word in counting)
    ]
    return [measure for measure in dict.fromkeys(counted) if measure in subject.measures]


def _rows(subject: Subject, _: Sequence[Said]) -> Shape | None:
    """Return rows, all of them or the first few in an order."""
    return Shape(sort=_order(subject, ()), limit=_limit(subject), offset=_offset(subject))


FORMS: Mapping[str, tuple[Sequence[str], Callable[[Subject, Sequence[Said]], Shape | None]]] = {
    "difference": (("difference", "compare"), _difference),
    "share": (("share",), _share),
    "lacking": ((), _lacking),
    "within": (("most", "least", "top", "rank"), _within),
    "mean": (("mean", "compare", "most", "least", "top", "rank"), _mean),
    "groups": (("compare", "difference", *_ORDERS), _groups),
    "figures": ((), _figures),
    "rows": (_ORDERS, _rows),
}
"""The closed list of shapes, those that say more before others, each with the operations that it uses."""


def _counted_and_summed(subject: Subject) -> tuple[str, ...]:
    return (subject.rows, subject.sum) if subject.sum else (subject.rows,)


def _sign(subject: Subject) -> str:
    return "" if subject.is_least else "-"


def _limit(subject: Subject) -> str:
    """Return the number of first rows that are asked for, "" if none is."""
    question = subject.question
    tops = [piece.value for piece in question.having("top")]
    return [*tops, *("1" for _ in question.having("rank")), ""][0]


def _offset(subject: Subject) -> str:
    ranks = subject.question.having("rank")
    return str(int(ranks[0].value) - 1) if ranks else ""


def _order(subject: Subject, group: Sequence[str]) -> str:
    """Return the order that superlatives ask for: of groups by number or sum, of rows by what is measured."""
    question = subject.question
    measure = _ordering_measure(subject) if group else subject.measure
    if measure and (subject.superlatives or (group and subject.compares)):
        return f"{_sign(subject)}{measure}"
    if "year" in subject.columns and not group and question.asks("newest", "oldest"):
        return "-year" if question.asks("newest") else "year"
    return "year" if group[:1] == ("year",) else ""


def _ordering_measure(subject: Subject) -> str:
    """Return the measure by which groups are ordered, "" if nobody knows that few were printed of a group."""
    if subject.is_least and subject.measure in words()["counts"]:
        return ""
    is_of_sum = subject.ordered not in ("", "rows") or (subject.is_dear and not subject.ordered)
    return subject.sum if is_of_sum else subject.rows


def whole(subject: Subject, said: Sequence[Said]) -> Iterator[Said]:
    """Yield the condition that rows were read whole, where the least numbers are asked for."""
    counts = words()["counts"]
    few = [said for said in said if said.kind in counts and not said.slot.endswith((".least", ".above"))]
    if (few or (subject.is_least and subject.measure in counts)) and not subject.question.having("status"):
        yield Said("least", "readingStatus.is", ("whole",), Bilingual(**words()["whole"]), "", 0, 0)


def unapplied(subject: Subject, made: Shape, said: Sequence[Said]) -> list[Piece]:
    """Return the words that decide what is asked and that no shape or condition uses.

    A word with another meaning, that of a value or of a quantity, is used for that.
    """
    question = subject.question
    spans = [(condition.start, condition.end) for condition in said if condition.text]
    stated = {piece for piece in question.pieces if any(start <= piece.start < end for start, end in spans)}
    denying = {(word.start, word.end) for word in question.denying(stated)}
    used = {*(piece for piece in question.pieces if piece in stated or (piece.start, piece.end) in denying)}
    if {condition.kind for condition in said} & {"issued", "issuer"}:
        used |= {*question.having("issued")}
    return [
        piece
        for piece in question.pieces
        if not (_is_applied(subject, made, piece, used) or _means_more(question.pieces, piece))
    ]


def _is_applied(subject: Subject, made: Shape, piece: Piece, used: set[Piece]) -> bool:
    """Return True for a word that the shape or a condition uses, or that decides nothing."""
    match piece.kind:
        case "operation" | "top" | "rank":
            return _is_of_shape(subject, made, piece)
        case "group":
            return subject.lists_rows or subject.grouping(piece.value) in made.group
        case "part":
            return piece in used or not _is_ranked_part(subject, piece)
        case "noun" | "column":
            before = subject.question.text[: piece.start]
            is_asked = piece.value in (subject.asked, subject.table.name, "projects")
            return is_asked or not re.search(rf"{wording.any_of(words()['splitting'])} ?$", before)
    return piece.kind not in ("denying", "issued", "deciding") or piece in used


def _is_of_shape(subject: Subject, made: Shape, piece: Piece) -> bool:
    """Return True for an operation that the shape uses, or that decides nothing."""
    operation = piece.value if piece.kind == "operation" else piece.kind
    is_used = operation in FORMS[made.name][0]
    if operation in ("most", "least", "top", "rank"):
        return is_used and not _is_second(subject, made, piece)
    # Each row has what is asked of each: 各多少钱.
    if operation == "compare" and made.name == "rows":
        return bool(re.match("[各分]", subject.question.typed(piece)))
    if operation in ("against", "difference"):
        return bool(subject.compared) and made.name in ("difference", "groups")
    return is_used or operation not in _DECIDING


def _means_more(pieces: Sequence[Piece], piece: Piece) -> bool:
    """Return True if a word has another meaning; one such as 最便宜 names money by its order."""
    meaningless = (*_MEANINGLESS, "amount") if piece.kind == "operation" else _MEANINGLESS
    others = (other for other in pieces if other.start <= piece.start and piece.end <= other.end and other != piece)
    return piece.kind not in ("issued", "group", "part") and any(other.kind not in meaningless for other in others)


def _is_ranked_part(subject: Subject, part: Piece) -> bool:
    """Return True for a part beside a superlative that is not about the part: 目标最多的项目."""
    others = [piece for piece in subject.question.pieces if part.start < piece.end and piece.start < part.end]
    named = {"operation", "amount", "group", "doing"} & {piece.kind for piece in others}
    is_asked = bool({subject.asked, subject.table.name} & {piece.value for piece in others})
    if named or is_asked or any(subject.quantities.get(piece) for piece in others):
        return False
    return any(subject.question.are_neighbours(part, word) for word in subject.superlatives)


def _is_second(subject: Subject, made: Shape, piece: Piece) -> bool:
    """Return True for a superlative that orders nothing: there is no order, or another one orders the rows.

    A number that is asked for in another clause is of all rows.
    """
    if not (made.sort or made.figure.startswith("rank") or (piece.kind == "top" and made.limit)):
        return True
    first = next(iter(subject.question.operations("most", "least")), piece)
    is_other = piece.value != first.value or subject.quantity(piece) != subject.ordered
    return piece.kind == "operation" and piece.start != first.start and is_other
