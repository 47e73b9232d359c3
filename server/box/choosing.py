"""Choose the table that a text asks for and the shape of its answer, and give each recognised value its column."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from jixiao.ontology import terms
from jixiao.ontology.places import division, lineage, places, within
from jixiao.ontology.reference import below, reference
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.units import spellings
from jixiao.server.box.words import Piece, table as words
from jixiao.server.views import table_address
from jixiao.server.views.conditions import OPPOSITE
from jixiao.shapes import catalogue
from jixiao.store.tables.table import Table, tables

LEVELS = ("province", "prefecture", "county")
"""Levels of places that groups can be made of."""
_QUANTITIES = {"rate": "rate", "score": "score", "spent": "money"}
_CONDITIONS: Sequence[str] = (
    *("place", "year", "body", "organ", "document", "number", "project", "money", "percent", "points", "figure"),
    *("months", "ends", "starts", "type", "indicator", "category", "fund", "role", "topic", "years", "running"),
    *("status", "outcome"),
)
"""Kinds of pieces that become conditions."""
_TARGETS = ("type", "indicator")
_FIGURES = ("money", "percent", "points", "figure", "months")
_COMPARED = ("place", "body", "year", "document", "organ")
_RANKING = frozenset(("most", "least", "count", "compare"))
"""Operations beside which a word such as 哪里 or 谁 asks for groups."""
_SKIPPED = ("soft", "asking")
_WORD = re.compile("[A-Z][a-z]*")


@dataclass(frozen=True)
class Said:
    """A condition as it was said: its kind, its slot (the name in addresses), and its values as addresses have them.

    `words` are the values for readers, `text` what was typed, from `start` to `end`. A `partial` condition is on a part
    of the words that are searched for. `kinds` are the texts in which words are searched for, () for all.
    """

    kind: str
    slot: str
    values: tuple[str, ...]
    words: Bilingual
    text: str
    start: int
    end: int
    partial: bool = False
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shape:
    """The shape of an answer: groups, measures, order and the number of first rows; "" and () for what is not asked.

    `shown` are columns that are shown although few readers look for them. `figure` is what is made of two sides, and
    `ranks` is True for an order by amounts, which may be of several kinds.
    """

    group: tuple[str, ...] = ()
    measure: tuple[str, ...] = ()
    sort: str = ""
    limit: str = ""
    offset: str = ""
    shown: tuple[str, ...] = ()
    figure: str = ""
    ranks: bool = False


class Chosen:
    """The table and the shape that the pieces of a text ask for."""

    def __init__(self, text: str, pieces: Sequence[Piece], table: str = "") -> None:
        """Choose the table, unless one is given by name."""
        self.text, self.pieces = text, _levelled(pieces)
        self.operations = frozenset(each.value for each in pieces if each.kind == "operation")
        if "difference" in self.operations and not self.pair:
            self.operations |= {"compare"}
        missing = {(each.start, each.end) for each in self.has("part") if self.denied(each)}
        self.pieces = [each for each in self.pieces if each.kind != "group" or (each.start, each.end) not in missing]
        self.groups = {each.value for each in self.has("group")}
        self.doing = [each.value for each in pieces if each.kind == "doing"]
        self.things: dict[str, str] = {}
        self.table = tables()[table] if table in tables() else self._table()
        self.known = table_address.places(self.table)
        self.measures = table_address.measures(self.table)

    @cached_property
    def compared(self) -> Mapping[str, Mapping[tuple[str, ...], Bilingual]]:
        """The values of each kind of which several are named, with words for them; a kind of bodies has several."""
        said = {kind: dict(named for each in self.has(kind) for named in _named(each)) for kind in _COMPARED}
        return {kind: values for kind, values in said.items() if len(values) > 1}

    @property
    def pair(self) -> str:
        """The kind of the two values between which a difference is asked for, "" if there are no such two.

        Kinds of bodies are compared in this way alone, as no column has them.
        """
        two = [kind for kind, values in self.compared.items() if len(values) == 2]
        asked = {"difference", *["compare"] * (two == ["organ"])} & self.operations
        return two[0] if asked and len(two) == len(self.compared) == 1 else ""

    @cached_property
    def money(self) -> str:
        """The column of the kind of amounts that is named, or else of any amounts; "" if the table has none.

        English says “total amount” for sums as well: this names a kind where single rows are ranked.
        """
        sums = {(each.start, each.end) for each in self.has("operation")}
        ranks = self.superlatives and not self.has("group")
        named = [each.value for each in self.has("amount") if ranks or (each.start, each.end) not in sums]
        return next((each for each in named if each in self.known), self.slot("money"))

    @property
    def others(self) -> Sequence[str]:
        """The tables to look at if this one has no rows, as filings have what no self-evaluation states."""
        asked = {*self.doing} & {"rate", "score"} or self.has("outcome")
        named = any(each.value == "evaluations" for each in self.has("noun"))
        return () if asked or named else words()["instead"].get(self.table.name, ())

    def has(self, kind: str) -> list[Piece]:
        """Return the pieces of a kind."""
        return [each for each in self.pieces if each.kind == kind]

    def _table(self) -> Table:
        denied = {(each.start, each.end) for each in self.pieces if each.kind == "part" and self.denied(each)}
        denied |= {(each.start, each.end) for each in self.has("fault")}
        cited = ("documents", "citations") if self._is_cited() else ()
        nouns = [each for each in self.has("noun") if (each.start, each.end) not in denied and each.value not in cited]
        nouns += [replace(each, values=("indicators",)) for each in self._types()]
        name = self._asked(sorted(nouns, key=lambda each: each.start))
        self.things = words()["things"].get(name, {})
        name = self.things.get("table", name)
        said = {*self.operations, *self.doing, *(each.value for each in (*nouns, *self.has("outcome")))}
        said |= {each.kind for each in self.pieces if each.kind == "points"}
        for table, entry in words()["turning"].items():
            name = table if name in entry["from"] and said & {*entry["said"]} else name
        return tables().get(name) or tables()["projects"]

    def _types(self) -> list[Piece]:
        """Return the types of indicators whose names say that these are indicators."""
        said = {each: self.text[each.start : each.end] for each in self.has("type")}
        return [each for each, text in said.items() if re.search("指标|目标|indicator|target", text)]

    def _is_cited(self) -> bool:
        """Return True if documents are a condition: by a number or title, or by words between 引用 and 文件."""
        ends = [each for each in self.pieces if each.value in ("cited", "documents")]
        cited = any(
            (one.value, other.value) == ("cited", "documents")
            and any(each.kind == "topic" and each.within(one.end, other.start) for each in self.pieces)
            for one, other in pairwise(ends)
        )
        return cited or bool(self.has("number") or self.has("document"))

    def _asked(self, nouns: Sequence[Piece]) -> str:
        """Return the table of the noun that is asked for: beside a word that asks, or else the head of the phrase."""
        asking = [each for each in self.pieces if each.kind == "asking" or each.value in ("count", "who")]
        before = [noun for noun in nouns if any(not self._between(each, noun) for each in asking)]
        behind = [noun for noun in nouns if any(not self._between(noun, each) for each in asking)]
        if before or behind:
            return (before or behind)[0].value
        latin = self.text.isascii()
        return (nouns[0] if latin else nouns[-1]).value if nouns else ""

    def _between(self, one: Piece, other: Piece) -> bool:
        """Return True unless nothing but words without meaning stands between two pieces in this order."""
        if one.end > other.start:
            return True
        skipped = [each for each in self.pieces if each.kind in _SKIPPED and each.within(one.end, other.start)]
        covered = {at for each in skipped for at in range(each.start, each.end)}
        return any(self.text[at].isalnum() and at not in covered for at in range(one.end, other.start))

    def denied(self, piece: Piece) -> bool:
        """Return True if a word denies a piece, or one that it is listed with, as in 除了上海和安徽."""
        return any(self._is_denied(each) for each in self.has(piece.kind) if each is piece or self._listed(each, piece))

    def _listed(self, one: Piece, other: Piece) -> bool:
        """Return True if nothing stands between two pieces of a kind but words that join, and others of the kind."""
        covered = {at for each in self.has(one.kind) for at in range(each.start, each.end)}
        between = range(min(one.end, other.end), max(one.start, other.start))
        text = "".join("," if at in covered else self.text[at] for at in between)
        return bool(re.fullmatch(rf"(?:[ ,]|{'|'.join(words()['joining'])})+", text))

    def _is_denied(self, piece: Piece) -> bool:
        """Return True if a word before a piece, or right behind it, denies it."""
        skipped = (*_SKIPPED, "doing", "noun", *["part"] * (piece.kind != "part"))
        before = [each for each in self.pieces if each.end <= piece.start and each.kind not in skipped]
        behind = [each for each in self.pieces if each.start >= piece.end and each.kind not in _SKIPPED]
        near = {each.value for each in before if each.end == before[-1].end and each.kind == "denying"}
        follows = {each.value for each in behind if each.start == behind[0].start and each.kind == "denying"}
        return bool(near & {"before", "joined"} or follows & {"behind", *["empty"] * (piece.kind == "part")})

    def slot(self, kind: str) -> str:
        """Return the column of the table that takes values of a kind, "" if none does."""
        return next((name for name in words()["slot"].get(kind, ()) if name in {**self.known, **self.measures}), "")

    def conditions(self) -> tuple[list[Said], list[Piece]]:
        """Return the conditions, those of one slot joined, and the pieces that the table has no column for."""
        said: dict[tuple[str, int], Said] = {}
        unused = []
        for piece in self._kept():
            found = list(self._of(piece))
            unused += [] if found or piece.kind in ("role", "outcome", "level", "part", "fault") else [piece]
            for each in found:
                joins = each.kind in ("topic", "document", "number", "part") and not self._is_other(each)
                key = (each.slot, each.start if joins else 0)
                said[key] = _joined(said[key], each) if key in said else each
        return [side for each in said.values() for side in self._sides(each)], unused

    def _sides(self, said: Said) -> list[Said]:
        """Return a condition, and for the two values of a difference one for each side."""
        if said.kind != self.pair:
            return [said]
        return [said] + [
            replace(
                said,
                slot=f"{side}.{said.slot}",
                values=values,
                words=spoken,
            )
            for side, (values, spoken) in zip(table_address.SIDES, self.compared[said.kind].items(), strict=True)
        ]

    def _is_other(self, said: Said) -> bool:
        """Return True if a document stands beside another one that will do as well: behind 或 or the like."""
        return said.kind != "topic" and bool(re.search(r"(?:或者?|、|,| or) ?$", self.text[: said.start]))

    def _kept(self) -> list[Piece]:
        """Return the pieces that are conditions, without places around a smaller one.

        Words such as 中学 beside 学校 are among the kinds of bodies that it stands for.
        """
        organs = {name for each in self.has("organ") for name in each.values}
        kept = [each for each in self.pieces if each.kind in _CONDITIONS or (each.kind == "part" and self.denied(each))]
        kept += [
            replace(each, kind="level", operator="contains", words=Bilingual(**words()["levels"][each.value]))
            for each in self.has("group")
            if each.value in LEVELS and not self._is_of_kind(each)
        ]
        if self.table.name == "texts":
            kept += [replace(each, kind="section", values=("section",)) for each in self.has("operation")[:1]]
        kept += [each for each in self.has("fault") if not self.denied(each)]
        kept += [each for each in self.has("kind") if each.value != "annualRequest"]
        inner = [each for each in kept if each.kind == "place" and not self.denied(each)]
        kept = [each for each in kept if each.kind != "topic" or each.value not in organs]
        return [each for each in kept if each.kind != "place" or not any(self._narrows(each, of) for of in inner)]

    def _narrows(self, outer: Piece, inner: Piece) -> bool:
        """Return True if a place lies in another one, as in 安徽宁国, unless words between them join both."""
        between = self.text[min(outer.end, inner.end) : max(outer.start, inner.start)]
        joined = re.search("|".join(rf"(?<![a-z]){word}(?![a-z])" for word in words()["joining"]), between)
        parts = ((code, own) for code in inner.values for own in outer.values)
        return not joined and any(code != own and within(code, own) for code, own in parts)

    def _of(self, piece: Piece) -> Iterator[Said]:
        """Yield the conditions of a piece: two for a range, none if the table has no column for it."""
        kind = self._quantity(piece) if piece.kind in _FIGURES else piece.kind
        slot = self.money if kind == "money" else self.slot(kind)
        part = words()["column"].get(self.table.name, {}).get(piece.value, piece.value)
        values, operator = piece.values, piece.operator
        if not slot or (kind == "role" and not self._has_body(piece)):
            return
        if kind in ("type", "fault"):
            values = tuple((_concepts if kind == "type" else _rules)(piece.value))
        elif kind == "part" and part in words()["slot"]:  # a column, which no list of absent parts has
            slot, values, operator = self.slot(part), ("1",), "absent"
        plain = "contains" if operator == "partly" else operator
        bounds = {"least": values[:1], "most": values[1:]} if operator == "between" else {plain: values}
        inverted = kind not in ("part", "fault") and self.denied(piece)
        text = self.text[piece.start : piece.end]
        for stated, of in bounds.items():
            name = f"{slot}.{_denial(kind, stated) if inverted else stated}"
            name += ".2" * (kind == "place" and name.startswith("locations") and bool({*LEVELS} & self.groups))
            yield Said(kind, name, of, _spoken(piece, of, text), text, piece.start, piece.end, operator == "partly")
        if piece.kind == "percent" and kind == "target":
            # Figures of other units, such as 1种, are no percentages.
            name, spoken = f"{slot.removesuffix('target')}unit.is", Bilingual("%", "%")
            yield Said("unit", name, tuple(sorted(spellings("%"))), spoken, text, piece.start, piece.end)

    def _number_of(self, piece: Piece) -> str:
        """Return the column with the number of the things named beside a figure or superlative, "" if none is."""
        nouns = (noun for noun in self.has("noun") if not (self._between(piece, noun) and self._between(noun, piece)))
        return next((words()["number_of"][noun.value] for noun in nouns if noun.value in words()["number_of"]), "")

    def _has_body(self, role: Piece) -> bool:
        """Return True if a body stands right before the word for its role, or right behind it."""
        bodies = [*self.has("body"), *self.has("organ")]
        return any(not self._between(each, role) or not self._between(role, each) for each in bodies)

    def _quantity(self, piece: Piece) -> str:
        """Return what a figure is of: the quantity that is named nearest before it, or else that of its unit."""
        named = [
            (abs(piece.start - each.end), "target" if each.kind in _TARGETS else _QUANTITIES[each.value])
            for each in self.pieces
            if each.kind in _TARGETS or (each.kind == "doing" and each.value in _QUANTITIES)
        ]
        if piece.kind == "points":
            return "score"
        if piece.kind in ("money", "months"):
            return piece.kind
        if piece.kind == "percent" and (not named or min(named)[1] == "money"):
            return "target" if not named and self.slot("target") else "rate"
        if piece.kind == "figure" and (not named or self._number_of(piece)):
            return self._number_of(piece)
        return min(named)[1]

    def shape(self) -> Shape:
        """Return the shape that the operations ask for."""
        group = self._groups()
        counted = "distinct_project" if self.table.name == "citations" else "rows"
        money, number = self.money, self._number()
        summed = (f"sum_{number or money}",) if number or money else ()
        is_count = self.pair and "count" in self.operations and "sum" not in self.operations
        measure = (counted, *summed[: not is_count]) if group or self.pair else ()
        if group and self.has("years"):
            measure = (self.slot("years"),)
        elif group == ("series",):
            measure = ()
        if not group and (beside := self._counted()):
            measure = (counted, *(f"sum_{money}",) * bool(money), *beside.values())
        if "mean" in self.operations and f"mean_{money}" in self.measures and not self._scored():
            # One or two amounts have no mean; the least and the most are these.
            measure = (counted, *(f"{how}_{money}" for how in ("with", "mean", "least", "most")))
        elif group and self._of_each() and (within := self._within(group, counted, money, number)):
            return within
        top, rank = (next(iter(self.has(kind)), None) for kind in ("top", "rank"))
        limit = top.value if top else "1" if rank else ""
        offset = str(int(rank.value) - 1) if rank else ""
        sort = "" if self.pair or measure == (self.slot("years"),) else self._sort(group, counted, money, number)
        shown = [name for each in self.doing for name in words()["shown"].get(each, ())]
        shown += [sort.removeprefix("-")] if sort and not group else []
        return Shape(
            *(group, measure, sort, limit, offset, tuple(shown)),
            figure="difference" if self.pair else "",
            ranks=money == "amount" and (bool(self.pair and measure[1:]) or sort.endswith("amount")),
        )

    def _within(self, group: tuple[str, ...], counted: str, money: str, number: str) -> Shape | None:
        """Return the shape of the first rows, or groups by a second column, within each group; None without order."""
        are_rows = len(group) == 1
        order = self._sort(() if are_rows else group, counted, money, number)
        of = order.removeprefix("-")
        names = [name for name in (f"sum_{of}", f"most_{of}", of)[2 * (not are_rows) :] if name in self.measures]
        figure = "rank" if order != of else "rankUp"
        by = (*group, self.table.key[0])[: table_address.MOST_GROUPS]
        if not names or not all(self.known[name].group for name in by):
            return None
        return Shape(by, (names[0],), figure=figure, ranks=names[0].endswith("_amount"))

    def first(self, shape: Shape) -> Iterator[Said]:
        """Yield the condition for the first within each group, if the shape has ranks."""
        if not shape.figure.startswith("rank"):
            return
        numbered = [*self.has("top"), *self.has("rank")]
        piece = (*numbered, *self.superlatives)[0]
        number = piece.value if numbered else "1"
        name = f"{shape.figure}_{shape.measure[0]}.{'is' if piece.kind == 'rank' else 'most'}"
        text = self.text[piece.start : piece.end]
        yield Said("top", name, (number,), Bilingual(number, number), text, piece.start, piece.end)

    def _of_each(self) -> bool:
        """Return True if a superlative is asked for in each group: 每年最大的, and not 哪年最多."""
        said = " ".join(self.text[each.start : each.end] for each in self.has("group"))
        nouns = [each for each in self.has("noun") if each.value == self.table.name]
        # 排名前三的项目 are rows, but 排名 alone is an order of the groups.
        ranked = (
            not re.search("[排从]|rank", self.text[each.start : each.end])
            or (each.kind == "top" and any(not self._between(each, noun) for noun in nouns))
            for each in self.superlatives
        )
        is_each = re.search("[每各逐按分历]|each|every|per|by", said) and not re.search("哪|which|with", said)
        return bool(is_each) and any(ranked)

    def _scored(self) -> str:
        """Return the column of the score or rate that is named, "" if none is."""
        return next((self.slot(each) for each in ("score", "rate") if each in self.doing and self.slot(each)), "")

    def _groups(self) -> tuple[str, ...]:
        """Return the columns that groups are made by: for words such as 每年, things asked for, and compared ones."""
        groups = [each.value for each in self.has("group") if not self._is_of_kind(each)]
        groups += [self.things["group"]] if self.things else []
        if "who" in self.operations and _RANKING & self.operations:
            groups.append("body")
        if self.has("years") or self.has("running"):
            groups += [] if groups else ["series"]
        if "compare" in self.operations and not self.pair:
            groups += self.compared
        columns = (
            next(
                (name for name in words()["grouping"].get(each, ()) if name in self.known and self.known[name].group),
                "",
            )
            for each in groups
        )
        return tuple(dict.fromkeys(filter(None, columns)))[: table_address.MOST_GROUPS]

    @cached_property
    def superlatives(self) -> Sequence[Piece]:
        """The words that ask for the most or the least, and the numbers of first rows."""
        most = [each for each in self.has("operation") if each.value in ("most", "least")]
        return (*most, *self.has("top"), *self.has("rank"))

    def _number(self) -> str:
        """Return the column with the number of what a superlative is about, as in 指标最多, "" if it has none."""
        number = self._number_of(self.superlatives[0]) if self.superlatives else ""
        return number if number in self.known else ""

    def _of_type(self) -> bool:
        """Return True if a superlative is about the number of indicators of a type, which no column has."""
        return any(not self._between(each, most) for each in self._types() for most in self.superlatives)

    def _sort(self, group: Sequence[str], counted: str, money: str, number: str) -> str:
        """Return the order that superlatives ask for: of groups by number or sum, of rows by money, rate or score."""
        tops = [self.text[each.start : each.end] for each in self.superlatives if each.kind != "operation"]
        is_least = any(each.value == "least" for each in self.superlatives[:1])
        is_least |= any(re.search("少|小|低|便宜|small|low|cheap", each) for each in tops)
        named = number or self._scored() or money * (not self._of_type())
        if group:
            most = " ".join(self.text[each.start : each.end] for each in self.superlatives)
            is_dear = "count" not in self.operations and re.search(
                "[高贵]|金额|钱|便宜|highest|expens|costl|pric|cheap", most
            )
            is_asked = self.has("kind") and not any(each.value == "projects" for each in self.has("noun"))
            of_money = self.has("amount") or is_asked or "spent" in self.doing
            is_sum = money and ("sum" in self.operations or of_money or is_dear)
            named = f"sum_{number or money}" if number or is_sum else counted
        if named and (tops or self.operations & {"most", "least", "compare"}):
            return f"{'' if is_least else '-'}{named}" if group or "compare" not in self.operations else ""
        if "year" in self.known and not group:
            return next(
                (sort for word, sort in (("newest", "-year"), ("oldest", "year")) if word in self.operations), ""
            )
        return "year" if group[:1] == ("year",) else ""

    def idle(self, said: Sequence[Said], shape: Shape) -> Iterator[Piece]:
        """Yield the words with a meaning that neither a condition nor the table nor the shape stands for."""
        covered = {at for each in said for at in range(each.start, each.end)}
        named = {each.kind for each in said}
        told = {(each.start, each.end) for each in self.pieces if each.kind in (*_SKIPPED, "part", "doing", "matter")}
        how = {measure.partition("_")[0] for measure in shape.measure}
        order = (
            {"least", "oldest"} if shape.sort and shape.sort[0] != "-" else {"most", "newest"} if shape.sort else set()
        )
        used = {*words()["always"], *how, *order, *(["compare", "difference"] if shape.group or shape.figure else [])}
        things = [name for name, entry in words()["things"].items() if entry == self.things]
        denies = any(self.denied(each) for each in self._kept() if each.start in covered)
        for each in self.pieces:
            is_used = {
                "operation": each.value in used,
                "group": bool(shape.group),
                "noun": each.value in (self.table.name, "projects", *things, *self._counted())
                or words()["number_of"].get(each.value, "-") == shape.sort.removeprefix("-")
                or bool(named & {*words()["with"].get(each.value, ())}),
                "role": False,
                "denying": denies,
            }.get(each.kind, True)
            if not is_used and each.start not in covered and (each.start, each.end) not in told:
                yield each

    def _counted(self) -> dict[str, str]:
        """Return the measures of things whose number is asked for beside the rows, by their nouns."""
        asking = [each for each in self.has("operation") if each.value in ("count", "sum")]
        nouns = (noun for noun in self.has("noun") if any(not self._between(each, noun) for each in asking))
        counted = {noun.value: words()["counted"].get(noun.value, "") for noun in nouns}
        return {} if self.things else {noun: measure for noun, measure in counted.items() if measure in self.measures}

    def _is_of_kind(self, group: Piece) -> bool:
        """Return True if a word such as 各地 only says all of a kind of bodies: 各地林业局."""
        return any(each.kind == "organ" and each.start == group.end for each in self.pieces)


def _levelled(pieces: Sequence[Piece]) -> list[Piece]:
    """Return pieces with a level for words such as 各地: the one below the place that is named.

    A word such as 哪里 asks for groups beside a superlative or a number alone.
    """
    codes = [code for each in pieces if each.kind == "place" for code in each.values]
    ranked = {each.value for each in pieces if each.kind == "operation"} & _RANKING
    return [
        replace(each, values=(_below(codes),)) if each.kind == "group" and each.value in ("place", "where") else each
        for each in pieces
        if each.value != "where" or ranked
    ]


def _below(codes: Sequence[str]) -> str:
    """Return the level below the first of some places, or that of provinces without any."""
    inner = (each for each in places().values() if not codes or codes[0] in {of.code for of in lineage(each.code)[1:]})
    return min((each.level for each in inner), key=LEVELS.index, default="county")


def _denial(kind: str, operator: str) -> str:
    """Return the opposite of an operator; rows of unknown place or year are not among those of others."""
    return "other" if kind in ("place", "year") and operator == "is" else OPPOSITE[operator]


def _spoken(piece: Piece, values: Sequence[str], text: str) -> Bilingual:
    """Return the values of a condition for readers: names of concepts, figures, other words, or what was typed."""
    if piece.kind == "type":
        return reference()[f"{terms.VOCAB}indicator-type/{piece.value}"].label
    said = values[0] if piece.kind in (*_FIGURES, "years", "running") else text
    return piece.words or Bilingual(said, said)


def _named(piece: Piece) -> Iterator[tuple[tuple[str, ...], Bilingual]]:
    """Yield each value that a piece names, with words for it; the values of a kind of bodies together."""
    if piece.kind == "organ":
        yield piece.values, piece.words or Bilingual(piece.value, piece.value)
    else:
        yield from (((value,), division(value) or Bilingual(value, value)) for value in piece.values)


def _joined(one: Said, other: Said) -> Said:
    values = tuple(dict.fromkeys((*one.values, *other.values)))
    if one.words == other.words:
        return replace(one, values=values)
    spoken = Bilingual(f"{one.words.zh}、{other.words.zh}", f"{one.words.en}, {other.words.en}")
    return replace(one, values=values, words=spoken, text=f"{one.text} {other.text}", end=other.end)


def _rules(words: str) -> list[str]:
    """Return the rules that have one of some words in their names, as BasisWithoutNumber has Basis."""
    return [f"jxs:{each.name}" for each in catalogue.faults() if {*_WORD.findall(each.name)} & {*words.split()}]


def _concepts(name: str) -> list[str]:
    """Return a type of indicators and the narrower ones, by prefixed names."""
    iri = f"{terms.VOCAB}indicator-type/{name}"
    among = [each for each in reference().values() if each.kind == "concept"]
    return [f"jxi:{name}", *(each.iri.replace(f"{terms.VOCAB}indicator-type/", "jxi:") for each in below(iri, among))]
