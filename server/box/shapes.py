"""The shapes of answers, a closed list: for each of them the words that ask for it, its test, and what it adds.

The first shape of the list that a text asks for is that of the answer. Words for another one are not applied.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from jixiao.ontology.text import wording
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.box.conditions import Said
from jixiao.server.box.subject import Subject
from jixiao.server.box.words import Piece, table as words
from jixiao.server.views import table_address

_CLAUSE = re.compile("[,;?\n，；。？]| and (?=which|what|who|how)")
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


@dataclass(frozen=True)
class Asked:
    """A subject with the conditions that were made of a text."""

    subject: Subject
    said: Sequence[Said] = field(default=())

    @property
    def bounds(self) -> tuple[str, ...]:
        """The measures of groups on which there are conditions."""
        return tuple(condition.slot.partition(".")[0] for condition in self.said if condition.slot.startswith("sum_"))


@dataclass(frozen=True)
class Form:
    """A shape of the list: its name, the operations (words of words.yaml) that it uses, its test, and its maker."""

    name: str
    uses: tuple[str, ...]
    fits: Callable[[Asked], bool]
    make: Callable[[Asked], Shape]


def shape(subject: Subject, said: Sequence[Said]) -> Shape:
    """Return the shape that a text asks for: the first of the list that fits."""
    asked = Asked(subject, said)
    form = next(form for form in FORMS if form.fits(asked))
    made = form.make(asked)
    measure = made.measure
    if made.group or made.measure:
        measure = tuple(dict.fromkeys((*made.measure, *asked.bounds)))
    return replace(made, name=form.name, measure=measure, shown=_shown(subject, made))


def _shown(subject: Subject, made: Shape) -> tuple[str, ...]:
    """Return the columns that a text asks for, which are always shown."""
    question = subject.question
    asking = (piece for piece in question.pieces if piece.kind != "noun")
    named = [column for piece in asking for column in words()["shown"].get(piece.value, ())]
    named += [piece.value for piece in question.having("amount") if piece.value in subject.columns]
    named += [name for piece in question.having("column") for name in piece.values]
    ordered = [made.sort.removeprefix("-")] if made.sort and not made.group else []
    return tuple(dict.fromkeys(name for name in (*named, *ordered) if name in subject.columns or name in ordered))


# Two sides, and the difference between them.


def _has_two_sides(asked: Asked) -> bool:
    return bool(asked.subject.pair)


def _difference(asked: Asked) -> Shape:
    """Return the measures of two sides, and what one has more than the other."""
    subject = asked.subject
    measured = (subject.rows,) if subject.ordered == "rows" else _counted_and_summed(subject)
    return Shape(measure=measured, figure="difference")


# The share of a part in the whole: its conditions become those of one side.


def _has_part(asked: Asked) -> bool:
    has_part = any(condition.slot.startswith("one.") for condition in asked.said)
    return asked.subject.question.asks("share") and has_part and not asked.subject.lacks


def _share(asked: Asked) -> Shape:
    """Return both the part and the whole, and the share of the part."""
    subject = asked.subject
    of_money = subject.asks_money and not subject.is_share_of_rows
    measured = subject.sum if subject.sum and (of_money or not _counts(subject)) else subject.rows
    return Shape(measure=(measured,), figure="ratio")


def _counts(subject: Subject) -> bool:
    question = subject.question
    return any(noun.value == subject.table.name for noun in question.having("noun"))


# Groups that have no rows of a kind.


def _lacks(asked: Asked) -> bool:
    return asked.subject.lacks


def _lacking(asked: Asked) -> Shape:
    return Shape(group=asked.subject.groups, measure=(asked.subject.rows,))


# The first rows, or groups by a second column, within each group.


def _ranks_within(asked: Asked) -> bool:
    return asked.subject.is_each and _is_of_each(asked.subject) and _ranked(asked.subject) is not None


def _is_of_each(subject: Subject) -> bool:
    """Return True if a superlative is asked for in each group: 每年最大的, and not 哪年最多."""
    question = subject.question
    nouns = [noun for noun in question.having("noun") if noun.value == subject.table.name]
    for word in subject.superlatives:
        # 排名前三的项目 are rows, but 排名 alone is an order of the groups.
        is_order = re.search("[排从]|rank", question.typed(word))
        if not is_order or (word.kind == "top" and any(not question.is_apart(word, noun) for noun in nouns)):
            return True
    return False


def _ranked(subject: Subject) -> Shape | None:
    """Return the ranks of groups by a second column within those by the first; None if nothing can be ranked."""
    if not subject.groups or subject.question.asks("mean"):
        return None
    order = _order(subject, subject.groups if len(subject.groups) > 1 else ())
    name = order.removeprefix("-")
    by = (*subject.groups, subject.table.key[0])[: table_address.MOST_GROUPS]
    candidates = (name,) if len(subject.groups) > 1 else (f"most_{name}", f"sum_{name}", name)
    measures = [measure for measure in candidates if measure in subject.measures]
    if not measures or not all(subject.columns[column].group for column in by):
        return None
    return Shape(by, (measures[0],), figure="rankUp" if subject.is_least else "rank")


def _within(asked: Asked) -> Shape:
    ranked = _ranked(asked.subject)
    assert ranked is not None  # noqa: S101 - tested before
    return replace(ranked, conditions=(_first(asked.subject, ranked),))


def _first(subject: Subject, ranked: Shape) -> Said:
    """Return the condition for the first few within each group."""
    question = subject.question
    word = (*question.having("top"), *question.having("rank"), *subject.superlatives)[0]
    number = "1" if word.kind == "operation" else word.value
    operator = "is" if word.kind == "rank" else "most"
    name = f"{ranked.figure}_{ranked.measure[0]}.{operator}"
    return Said("top", name, (number,), Bilingual(number, number), question.typed(word), word.start, word.end)


# Means.


def _asks_mean(asked: Asked) -> bool:
    subject = asked.subject
    has_mean = f"mean_{subject.measure}" in subject.measures
    return subject.question.asks("mean") and subject.ordered != "rows" and has_mean


def _mean(asked: Asked) -> Shape:
    subject = asked.subject
    measure = (subject.rows, *(f"{function}_{subject.measure}" for function in _MEAN))
    sort = ""
    if subject.groups and (subject.superlatives or subject.compares):
        years = [len(piece.values) for piece in subject.question.having("year")]
        # Amounts of several years have no mean.
        sort = f"{_sign(subject)}mean_{subject.measure}" if subject.groups[0] == "year" or years == [1] else ""
    usual = "year" if subject.groups[:1] == ("year",) else ""
    return Shape(subject.groups, measure, sort or usual, limit=_limit(subject) if sort else "")


# Groups: one for each year, place or body, or for each of those compared.


def _asks_groups(asked: Asked) -> bool:
    return bool(asked.subject.groups)


def _groups(asked: Asked) -> Shape:
    subject, question = asked.subject, asked.subject.question
    measure = _counted_and_summed(subject)
    if subject.groups == ("series",) or question.having("years"):
        measure = (subject.column("years"),) if question.having("years") else ()
    return Shape(
        subject.groups,
        measure,
        _order(subject, subject.groups),
        limit=_limit(subject),
        offset=_offset(subject),
    )


# The number of rows and the sums of a kind of money, where these are no usual figures of the table.


def _asks_figures(asked: Asked) -> bool:
    return bool(_figures(asked.subject)) and not asked.subject.superlatives


def _figures(subject: Subject) -> tuple[str, ...]:
    question = subject.question
    beside = counted_beside(subject)
    if beside:
        return (*_counted_and_summed(subject), *beside.values())
    kinds = (f"with_{subject.measure}", subject.sum) if subject.measured and subject.sum else ()
    if kinds:
        return (subject.rows, *kinds)
    return (subject.rows,) if subject.rows != "rows" and question.asks("count") else ()


def _totals(asked: Asked) -> Shape:
    return Shape(measure=_figures(asked.subject))


def counted_beside(subject: Subject) -> dict[str, str]:
    """Return the measures of things whose number is asked for beside the rows, by their nouns."""
    question = subject.question
    if subject.things:
        return {}
    counting = question.operations("count", "sum")
    counted: dict[str, str] = {}
    for noun in question.having("noun"):
        measure = words()["counted"].get(noun.value, "")
        if measure in subject.measures and any(not question.is_apart(word, noun) for word in counting):
            counted[noun.value] = measure
    return counted


# Rows, all of them or the first few in an order.


def _always(_: Asked) -> bool:
    return True


def _rows(asked: Asked) -> Shape:
    subject = asked.subject
    return Shape(sort=_order(subject, ()), limit=_limit(subject), offset=_offset(subject))


FORMS: Sequence[Form] = (
    Form("difference", ("difference", "compare"), _has_two_sides, _difference),
    Form("share", ("share",), _has_part, _share),
    Form("lacking", (), _lacks, _lacking),
    Form("within", ("most", "least", "top", "rank"), _ranks_within, _within),
    Form("mean", ("mean", "compare", "most", "least", "top", "rank"), _asks_mean, _mean),
    Form("groups", ("compare", "difference", *_ORDERS), _asks_groups, _groups),
    Form("figures", (), _asks_figures, _totals),
    Form("rows", _ORDERS, _always, _rows),
)
"""The closed list of shapes, those that say more before others."""


def _counted_and_summed(subject: Subject) -> tuple[str, ...]:
    return (subject.rows, subject.sum) if subject.sum else (subject.rows,)


def _sign(subject: Subject) -> str:
    return "" if subject.is_least else "-"


def _limit(subject: Subject) -> str:
    """Return the number of first rows that are asked for, "" if none is."""
    question = subject.question
    tops = question.having("top")
    if tops:
        return tops[0].value
    return "1" if question.having("rank") else ""


def _offset(subject: Subject) -> str:
    ranks = subject.question.having("rank")
    return str(int(ranks[0].value) - 1) if ranks else ""


def _order(subject: Subject, group: Sequence[str]) -> str:
    """Return the order that superlatives ask for: of groups by number or sum, of rows by what is measured."""
    question = subject.question
    measure = _ordering_measure(subject) if group else subject.measure
    if measure and (subject.superlatives or (group and subject.compares)):
        return f"{_sign(subject)}{measure}"
    if "year" in subject.columns and not group:
        for operation, order in (("newest", "-year"), ("oldest", "year")):
            if question.asks(operation):
                return order
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
    """Return the words that decide what is asked and that no shape or condition uses."""
    question = subject.question
    spans = [(condition.start, condition.end) for condition in said if condition.text]
    stated = {piece for piece in question.pieces if any(start <= piece.start < end for start, end in spans)}
    applied = _Applied(subject, made, {condition.kind for condition in said}, stated)
    return [piece for piece in question.pieces if not applied.has(piece)]


class _Applied:
    """The words of a text that an answer uses: those of its shape, and those that state or deny conditions."""

    def __init__(self, subject: Subject, made: Shape, kinds: set[str], stated: set[Piece]) -> None:
        self._subject, self._made, self._kinds, self._stated = subject, made, kinds, stated
        self._form = next(form for form in FORMS if form.name == made.name)
        self._denying = {(word.start, word.end) for word in subject.question.denying(stated)}
        self._tests: Mapping[str, Callable[[Piece], bool]] = {
            "operation": self._has_operation,
            "top": self._has_order,
            "rank": self._has_order,
            "deciding": self._has_limit,
            "denying": self._denies,
            "issued": self._is_issued,
            "group": self._groups,
            "part": self._is_of_part,
            "noun": self._is_of_rows,
            "column": self._is_of_rows,
        }

    def has(self, piece: Piece) -> bool:
        """Return True for a word that is used, or that decides nothing."""
        test = self._tests.get(piece.kind)
        return test is None or test(piece)

    def _has_operation(self, piece: Piece) -> bool:
        if piece.value not in _DECIDING:
            return True
        if piece.value in ("most", "least"):
            return self._has_order(piece)
        return self._is_of_form(piece.value) or self._means_more(piece)

    def _has_order(self, piece: Piece) -> bool:
        name = piece.value if piece.kind == "operation" else piece.kind
        is_used = self._is_of_form(name) and not _is_second(self._subject, self._made, piece)
        return is_used or self._means_more(piece)

    def _is_of_form(self, operation: str) -> bool:
        """Return True for an operation of the shape; those on two sides need values that are compared."""
        if operation in ("against", "difference"):
            return bool(self._subject.compared) and self._form.name in ("difference", "groups")
        return operation in self._form.uses

    def _has_limit(self, piece: Piece) -> bool:
        return self._means_more(piece) or _is_limit(self._subject, self._made, piece)

    def _denies(self, piece: Piece) -> bool:
        return (piece.start, piece.end) in self._denying or self._means_more(piece)

    def _is_issued(self, _: Piece) -> bool:
        return bool(self._kinds & {"issued", "issuer"})

    def _groups(self, piece: Piece) -> bool:
        return self._subject.grouping(piece.value) in self._made.group

    def _is_of_part(self, piece: Piece) -> bool:
        return piece in self._stated or not _is_ranked_part(self._subject, piece)

    def _is_of_rows(self, piece: Piece) -> bool:
        """Return True unless a thing stands behind a word such as “by”, and no groups are made by it."""
        if piece.value in (self._subject.asked, self._subject.table.name, "projects"):
            return True
        before = self._subject.question.text[: piece.start]
        return not re.search(rf"{wording.any_of(words()['splitting'])} ?$", before) or self._means_more(piece)

    def _means_more(self, piece: Piece) -> bool:
        """Return True if a word has another meaning, that of a value or of a quantity."""
        pieces = self._subject.question.pieces
        others = (other for other in pieces if other.start <= piece.start and piece.end <= other.end and other != piece)
        # A word such as 最便宜 names money by its order.
        named = ("amount",) if piece.kind == "operation" else ()
        return any(other.kind not in (*_MEANINGLESS, *named) for other in others)


def _is_ranked_part(subject: Subject, part: Piece) -> bool:
    """Return True for a part beside a superlative that is not about the part: 目标最多的项目."""
    others = [piece for piece in subject.question.pieces if part.start < piece.end and piece.start < part.end]
    named = {"operation", "amount", "group", "doing"} & {piece.kind for piece in others}
    is_asked = bool({subject.asked, subject.table.name} & {piece.value for piece in others})
    if named or is_asked or any(subject.quantities.get(piece) for piece in others):
        return False
    return any(subject.question.are_neighbours(part, word) for word in subject.superlatives)


def _is_limit(subject: Subject, made: Shape, word: Piece) -> bool:
    """Return True for a word such as “only” beside the value of a condition, which rows without groups all meet."""
    question = subject.question
    if word.value != "only" or made.group:
        return False
    nouns = [noun for noun in question.having("noun") if noun.value == "projects"]
    beside = question.neighbours(word, "place", "body", "year", "organ")
    return bool(beside) or any(not question.is_apart(word, noun) for noun in nouns)


def _is_second(subject: Subject, made: Shape, piece: Piece) -> bool:
    """Return True for a superlative that orders nothing: there is no order, or another one orders the rows.

    A number that is asked for in another clause is of all rows.
    """
    if not (made.sort or made.figure.startswith("rank") or (piece.kind == "top" and made.limit)):
        return True
    if piece.kind != "operation":
        return False
    first = subject.question.operations("most", "least")[0]
    is_other = piece.value != first.value or subject.quantity(piece) != subject.ordered
    return piece.start != first.start and is_other
