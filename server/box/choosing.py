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
from jixiao.server.views.conditions import OPERATORS, OPPOSITE
from jixiao.shapes import catalogue
from jixiao.store.tables.table import Table, tables

LEVELS = ("province", "prefecture", "county")
"""Levels of places that groups can be made of."""
_QUANTITIES = {"rate": "rate", "score": "score", "spent": "money"}
_CONDITIONS: Sequence[str] = (
    *("place", "year", "body", "organ", "document", "number", "project", "money", "percent", "points", "figure"),
    *("months", "ends", "starts", "type", "indicator", "category", "fund", "role", "topic", "years", "running"),
    *("status", "outcome", "rows"),
)
"""Kinds of pieces that become conditions."""
_TARGETS = ("type", "indicator")
_FIGURES = ("money", "percent", "points", "figure", "months")
_COMPARED = ("place", "body", "year", "document", "organ")
_RANKING = frozenset(("most", "least", "count", "compare"))
"""Operations beside which a word such as 哪里 or 谁 asks for groups."""
_SKIPPED = ("soft", "asking")
_WORD = re.compile("[A-Z][a-z]*")
_INVERTED = tuple(f".{name}" for name, operator in OPERATORS.items() if operator.inverted and name != "other")
"""Operators of conditions that rows may meet because something was not read."""
_UNTURNED = frozenset(("topic", "jx:evaluates"))
"""Conditions that groups cannot be asked to lack: words are met in several ways, and not all evaluations are paired."""


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
        self.doing = [each.value for each in pieces if each.kind == "doing"]
        self.projects = [each for each in self.has("noun") if each.value == "projects"]
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
    def is_each(self) -> bool:
        """True if something is asked for in each group: 每年, and not 哪年."""
        said = " ".join(self.text[each.start : each.end] for each in self.has("group"))
        return bool(re.search("[每各逐按分历]|each|every|per|by", said)) and not re.search("哪|which|with", said)

    @cached_property
    def is_of_groups(self) -> bool:
        """True if groups are asked for by themselves, and no rows in each of them."""
        return bool(self._groups()) and not (self.is_each or self.superlatives)

    @cached_property
    def lacking(self) -> bool:
        """True if groups are asked for that have no rows of a kind: 哪些机构没有2022年的项目."""
        denials = [each for each in self.has("denying") if each.value == "without"]
        return self.is_of_groups and any(all(self.between(of, each) for of in self.projects) for each in denials)

    @property
    def counted(self) -> str:
        """The measure that counts the rows of groups."""
        return "distinct_project" if self.table.name == "citations" else "rows"

    @cached_property
    def money(self) -> str:
        """The column of the kind of amounts that is named, or else of any amounts; "" if the table has none.

        English says “total amount” for sums as well: this names a kind where single rows are ranked.
        """
        sums = {(each.start, each.end) for each in self.has("operation")}
        ranks = self.superlatives and not self.has("group")
        named = [each.value for each in self.has("amount") if ranks or (each.start, each.end) not in sums]
        return next((each for each in named if each in self.known), self.slot("money"))

    def has(self, kind: str) -> list[Piece]:
        """Return the pieces of a kind."""
        return [each for each in self.pieces if each.kind == kind]

    def _table(self) -> Table:
        parts = (*self.has("fault"), *self.has("part"))
        denied = {(each.start, each.end) for each in parts if each.kind == "fault" or self.denied(each)}
        cited = ("documents", "citations") if self._is_cited() else ()
        nouns = [each for each in self.has("noun") if (each.start, each.end) not in denied and each.value not in cited]
        nouns += [replace(each, values=("indicators",)) for each in self._types()]
        name = self._asked(sorted(nouns, key=lambda each: each.start))
        self.things = words()["things"].get(name, {})
        name = self.things.get("table", name)
        named = (*nouns, *self.has("outcome"), *self.has("deciding"))
        said = {*self.operations, *self.doing, *(each.value for each in named), *["points"] * bool(self.has("points"))}
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
        return cited or any(each.operator != "absent" for each in (*self.has("number"), *self.has("document")))

    def _asked(self, nouns: Sequence[Piece]) -> str:
        """Return the table of the noun that is asked for: beside a word that asks, or else the head of the phrase."""
        asking = [each for each in self.pieces if each.kind == "asking" or each.value in ("count", "who")]
        before = [noun for noun in nouns if any(not self.between(each, noun) for each in asking)]
        behind = [noun for noun in nouns if any(not self.between(noun, each) for each in asking)]
        if before or behind:
            return (before or behind)[0].value
        return nouns[0 if self.text.isascii() else -1].value if nouns else ""

    def between(self, one: Piece, other: Piece) -> bool:
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
        skipped = (*_SKIPPED, "doing", "role", *["noun"] * (piece.value != "body"), *["part"] * (piece.kind != "part"))
        before = [each for each in self.pieces if each.end <= piece.start and each.kind not in skipped]
        behind = [each for each in self.pieces if each.start >= piece.end and each.kind not in _SKIPPED]
        near = {each.value for each in before if each.end == before[-1].end and each.kind == "denying"}
        follows = {each.value for each in behind if each.start == behind[0].start and each.kind == "denying"}
        # 单位没有写明金额 is about amounts.
        is_last = piece.kind == "part" and all(each.kind != "part" or each.start > behind[0].end for each in behind)
        return bool(near & {"before", "joined", "without"} or follows & {"behind", *["empty"] * is_last})

    def slot(self, kind: str) -> str:
        """Return the column of the table that takes values of a kind, "" if none does."""
        return next((name for name in words()["slot"].get(kind, ()) if name in {**self.known, **self.measures}), "")

    def conditions(self) -> tuple[list[Said], list[Piece]]:
        """Return the conditions, those of one slot joined, and the pieces that the table has no column for."""
        said: dict[tuple[str, int], Said] = {}
        unused = []
        for piece in self._kept():
            found = list(self._of(piece))
            unused += [] if found or piece.kind in ("role", "level", "part") else [piece]
            for each in found:
                # A document behind 或 or the like will do as well as the one before.
                is_other = each.kind != "topic" and re.search(r"(?:或者?|、|,| or) ?$", self.text[: each.start])
                is_alone = each.kind in ("topic", "document", "number", "part") and not is_other
                key = (each.slot, each.start * is_alone)
                said[key] = _joined(said[key], each) if key in said else each
        return [side for each in said.values() for side in self._sides(each)], unused

    def _sides(self, said: Said) -> list[Said]:
        """Return a condition, and for the two values of a difference one for each side.

        For groups that lack something, those of the rows that have it are counted, and there are none.
        """
        if said.slot.startswith("one."):
            words = Bilingual("0", "0")
            return [said, replace(said, kind="none", slot=f"{self.counted}_one.most", values=("0",), words=words)]
        two = self.compared[said.kind].items() if said.kind == self.pair else ()
        return [said] + [
            replace(said, slot=f"{side}.{said.slot}", values=values, words=spoken)
            for side, (values, spoken) in zip(table_address.SIDES, two, strict=False)
        ]

    def _kept(self) -> list[Piece]:
        """Return the pieces that are conditions, without places around a smaller one.

        Words such as 中学 beside 学校 are among the kinds of bodies that it stands for.
        """
        organs = {name for each in self.has("organ") for name in each.values}
        levels = [each for each in self.has("group") if each.value in LEVELS and not self._is_of_kind(each)]
        sections = self.has("operation")[: self.table.name == "texts"]
        kept = [
            *(each for each in self.pieces if each.kind in _CONDITIONS),
            *(each for each in self.has("part") if self.denied(each)),
            *(each for each in self.has("fault") if not self.denied(each)),
            *(each for each in self.has("kind") if each.value != "annualRequest"),
            *(replace(each, kind="section", values=("section",)) for each in sections),
            *(
                replace(each, kind="level", operator="contains", words=Bilingual(**words()["levels"][each.value]))
                for each in levels
            ),
        ]
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
        kind = self._quantity(piece) if piece.kind in (*_FIGURES, "year") else piece.kind
        slot = self.money if kind == "money" else self.slot(kind)
        slot = self.counted + "_other" * self.lacking if kind == "rows" else slot
        part = words()["column"].get(self.table.name, {}).get(piece.value, piece.value)
        values, operator = piece.values, piece.operator
        unsaid = self.denied(piece) and (
            (self.lacking and bool({kind, part} & _UNTURNED))
            # Texts of one kind cannot be said to have no word, as any text would meet that.
            or (kind == "topic" and bool({*self.doing} & {"aimed", "bodied", "measured"}))
        )
        unsaid |= kind == "role" and not any(self._beside(piece, "body", "organ"))
        # No condition is met by either of two bounds.
        unsaid |= piece.kind in _FIGURES and bool(re.search("(?:或|或者|or) ?$", self.text[: piece.start]))
        # Groups alone can be of one year and not of another, as no row is of two.
        unsaid |= kind == "year" and self.denied(piece) and any(not self.denied(each) for each in self.has("year"))
        if unsaid or not slot or (kind == "rows" and not self._groups()):
            return
        if kind in ("type", "fault"):
            values = tuple((_concepts if kind == "type" else _rules)(piece.value))
        elif kind == "part" and part in words()["slot"]:  # a column, which no list of absent parts has
            slot, values, operator = self.slot(part), ("1",), "absent"
        plain = "contains" if operator == "partly" else operator
        bounds = {"least": values[:1], "most": values[1:]} if operator == "between" else {plain: values}
        inverted = kind not in ("part", "fault") and self.denied(piece)
        if self.lacking and (inverted or kind == "part"):
            inverted, slot = not inverted, f"one.{slot}"
        text = self.text[piece.start : piece.end]
        for stated, of in bounds.items():
            # Rows of unknown place or year are not among those of others.
            opposite = "other" if kind in ("place", "year") and stated == "is" else OPPOSITE.get(stated, "")
            is_further = slot.startswith("locations") and any(each.value in LEVELS for each in self.has("group"))
            name = f"{slot}.{opposite if inverted else stated}{'.2' * (kind == 'place' and is_further)}"
            yield Said(kind, name, of, _spoken(piece, of, text), text, piece.start, piece.end, operator == "partly")
        if piece.kind == "percent" and kind == "target":
            # Figures of other units, such as 1种, are no percentages.
            name, spoken = f"{slot.removesuffix('target')}unit.is", Bilingual("%", "%")
            yield Said("unit", name, tuple(sorted(spellings("%"))), spoken, text, piece.start, piece.end)

    def _number_of(self, piece: Piece, table: str = "number_of") -> str:
        """Return the column with the number of the things named beside a figure or superlative, "" if none is.

        The columns are those of a table of words, by nouns and operations.
        """
        beside = self._beside(piece, "noun", "operation", "deciding")
        return next(filter(None, (words()[table].get(each.value) for each in beside)), "")

    def _beside(self, piece: Piece, *kinds: str) -> Iterator[Piece]:
        """Yield the pieces of some kinds that stand right before a piece, or right behind it."""
        return (
            each
            for each in self.pieces
            if each.kind in kinds and not (self.between(piece, each) and self.between(each, piece))
        )

    def _quantity(self, piece: Piece) -> str:
        """Return what a figure is of: the quantity that is named nearest before it, or else that of its unit.

        Years are those of rows, or of what stands beside them.
        """
        named = [
            (abs(piece.start - each.end), "target" if each.kind in _TARGETS else _QUANTITIES[each.value])
            for each in self.pieces
            if each.kind in _TARGETS or (each.kind == "doing" and each.value in _QUANTITIES)
        ]
        alone = {
            "points": "score",
            "months": "months",
            "money": "sums" if self.is_of_sums else "money",
            "year": self._number_of(piece, "year_of") or "year",
        }
        if piece.kind in alone:
            return alone[piece.kind]
        if piece.kind == "percent" and (not named or min(named)[1] == "money"):
            return "target" if not named and self.slot("target") else "rate"
        if piece.kind == "figure" and (not named or self._number_of(piece)):
            return self._number_of(piece) or self._number_of(piece, "figure_of")
        return min(named)[1]

    def shape(self) -> Shape:
        """Return the shape that the operations ask for."""
        group, money, counted = self._groups(), self.money, self.counted
        are_rows = self.lacking or (self.pair and (self.is_count or (self.projects and not self.asks_money)))
        summed = (f"sum_{self.number or money}",) if (self.number or money) and not are_rows else ()
        measure = (counted, *summed) if group or self.pair else ()
        if group and self.has("years"):
            measure = (self.slot("years"),)
        elif group == ("series",):
            measure = ()
        if not group and (beside := self._counted()):
            measure = (counted, *(f"sum_{money}",) * bool(money), *beside.values())
        if self.is_mean:
            # One or two amounts have no mean; the least and the most are these.
            measure = (counted, *(f"{how}_{money}" for how in ("with", "mean", "least", "most")))
        elif group and self._of_each() and (within := self._within(group)):
            return within
        top, rank = (next(iter(self.has(kind)), None) for kind in ("top", "rank"))
        sort = "" if self.pair or self.lacking or measure == (self.slot("years"),) else self._sort(group)
        named = [name for each in self.doing for name in words()["shown"].get(each, ())]
        return Shape(
            *(group, measure, sort),
            limit=top.value if top else "1" if rank else "",
            offset=str(int(rank.value) - 1) if rank else "",
            shown=(*named, *[sort.removeprefix("-")] * bool(sort and not group)),
            figure="difference" if self.pair else "",
            ranks=money == "amount"
            and (bool((self.pair or self.is_of_sums) and measure[1:]) or sort.endswith("amount")),
        )

    def _within(self, group: tuple[str, ...]) -> Shape | None:
        """Return the shape of the first rows, or groups by a second column, within each group; None without order."""
        are_rows = len(group) == 1
        order = self._sort(() if are_rows else group)
        of = order.removeprefix("-")
        names = [name for name in (f"sum_{of}", f"most_{of}", of)[2 * (not are_rows) :] if name in self.measures]
        by = (*group, self.table.key[0])[: table_address.MOST_GROUPS]
        if not names or not all(self.known[name].group for name in by):
            return None
        return Shape(by, (names[0],), figure="rank" if order != of else "rankUp", ranks=names[0].endswith("_amount"))

    def first(self, shape: Shape) -> Iterator[Said]:
        """Yield the condition for the first within each group, and that for the least numbers: those read whole."""
        if shape.sort in words()["number_of"].values() and not self.has("status"):
            yield Said(
                "least", "readingStatus.is", ("whole",), Bilingual(**words()["whole"]), "", *(len(self.text),) * 2
            )
        if not shape.figure.startswith("rank"):
            return
        numbered = [*self.has("top"), *self.has("rank")]
        piece = (*numbered, *self.superlatives)[0]
        number = piece.value if numbered else "1"
        name = f"{shape.figure}_{shape.measure[0]}.{'is' if piece.kind == 'rank' else 'most'}"
        text = self.text[piece.start : piece.end]
        yield Said("top", name, (number,), Bilingual(number, number), text, piece.start, piece.end)

    def left_open(self, said: Sequence[Said], shape: Shape) -> Sequence[Mapping[str, str]]:
        """Return sentences on what rows leave open: what is not there, means of money, and the least numbers."""
        left = {
            "absent": any(each.kind == "none" or each.slot.endswith(_INVERTED) for each in said),
            "mixed": self.is_mean and not shape.sort.endswith("amount"),
            "least": any(each.kind == "least" for each in said),
        }
        return [words()["left"][name] for name in left if left[name]]

    def _of_each(self) -> bool:
        """Return True if a superlative is asked for in each group: 每年最大的, and not 哪年最多."""
        nouns = [each for each in self.has("noun") if each.value == self.table.name]
        # 排名前三的项目 are rows, but 排名 alone is an order of the groups.
        ranked = (
            not re.search("[排从]|rank", self.text[each.start : each.end])
            or (each.kind == "top" and any(not self.between(each, noun) for noun in nouns))
            for each in self.superlatives
        )
        return self.is_each and any(ranked)

    @property
    def asks_money(self) -> bool:
        """True if amounts are asked for; “requested” beside projects says which ones."""
        return bool(
            {"sum", "spent"} & {*self.operations, *self.doing}
            or self.has("amount")
            or (self.has("kind") and not self.projects)
        )

    @property
    def is_count(self) -> bool:
        """True if a number is asked for, and no money."""
        return "count" in self.operations and "sum" not in self.operations

    @property
    def is_mean(self) -> bool:
        """True if the mean of amounts is asked for."""
        is_of_money = "mean" in self.operations and not (self.is_count or self._scored())
        return is_of_money and f"mean_{self.money}" in self.measures

    @property
    def is_of_sums(self) -> bool:
        """True if a bound of money is one of the sums of groups: 哪些机构申请超过500万."""
        return self.is_of_groups and bool(self.has("money")) and not self.projects

    def _scored(self) -> str:
        """Return the column of the score or rate that is named, "" if none is."""
        return next((self.slot(each) for each in ("score", "rate") if each in self.doing and self.slot(each)), "")

    def _groups(self) -> tuple[str, ...]:
        """Return the columns that groups are made by: for words such as 每年, things asked for, and compared ones."""
        groups = [each.value for each in self.has("group") if not self._is_of_kind(each)]
        groups += [self.things["group"]] if self.things else []
        # The highest score is one row's, which has its body and year.
        groups = [] if self._scored() and self.superlatives and not self.is_each else groups
        ranked = (
            _RANKING & self.operations
            or self.has("money")
            or [each for each in self.has("denying") if each.value == "without"]
        )
        groups += ["body"] * bool("who" in self.operations and ranked)
        groups += ["series"] * bool((self.has("years") or self.has("running")) and not groups)
        groups += [*self.compared] * ("compare" in self.operations and not self.pair)
        columns = (
            next(
                (
                    name
                    for name in words()["grouping"].get(each, ())
                    if name in self.known and self.known[name].group and self.table.key != (name,)
                ),
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

    @cached_property
    def number(self) -> str:
        """The column with the number of what a superlative is about, as in 指标最多, "" if it has none."""
        number = self._number_of(self.superlatives[0]) if self.superlatives else ""
        return number if number in self.known else ""

    def _sort(self, group: Sequence[str]) -> str:
        """Return the order that superlatives ask for: of groups by number or sum, of rows by money, rate or score."""
        tops = [self.text[each.start : each.end] for each in self.superlatives if each.kind != "operation"]
        is_least = any(each.value == "least" for each in self.superlatives[:1]) or any(
            re.search("少|小|低|便宜|small|low|cheap", each) for each in tops
        )
        # No column has the number of indicators of a type.
        of_type = any(not self.between(each, most) for each in self._types() for most in self.superlatives)
        named = self.number or self._scored() or self.money * (not of_type)
        if group:
            most = " ".join(self.text[each.start : each.end] for each in self.superlatives)
            is_dear = "count" not in self.operations and re.search(
                "[高贵]|金额|钱|便宜|highest|expens|costl|pric|cheap", most
            )
            is_sum = self.money and (is_dear or self.asks_money)
            named = f"sum_{self.number or self.money}" if self.number or is_sum else self.counted
            if self.is_mean:  # amounts of several years have none
                years = [len(each.values) for each in self.has("year")]
                named = f"mean_{self.money}" * (group[0] == "year" or years == [1])
        if named and (tops or self.operations & {"most", "least", "compare"}):
            return f"{'' if is_least else '-'}{named}" if group or "compare" not in self.operations else ""
        if "year" in self.known and not group:
            return "-year" if "newest" in self.operations else "year" if "oldest" in self.operations else ""
        return "year" if group[:1] == ("year",) else ""

    def idle(self, said: Sequence[Said], shape: Shape) -> Iterator[Piece]:
        """Yield the words with a meaning that neither a condition nor the table nor the shape stands for."""
        covered = {at for each in self._kept() if any(self._of(each)) for at in range(each.start, each.end)}
        named = {each.kind for each in said}
        told = {(each.start, each.end) for each in self.pieces if each.kind in (*_SKIPPED, "doing", "matter")}
        # Groups are not ordered by the least and the most of each.
        how = {measure.partition("_")[0] for measure in shape.measure} - ({"least", "most"} if shape.group else set())
        order = (
            {"least", "oldest"} if shape.sort and shape.sort[0] != "-" else {"most", "newest"} if shape.sort else set()
        )
        ranked = ["most", "least"] * shape.figure.startswith("rank")
        used = {*words()["always"], *how, *order, *ranked, *["difference"] * bool(self.compared)}
        nouns = (self.table.name, *(name for name, entry in words()["things"].items() if entry == self.things))
        parts = [each for each in self.has("part") if any(map(self.denied, self.has("part")))]
        columns = {each.rpartition("_")[2].removeprefix("-") for each in (shape.sort, *shape.measure)}
        denies = any(self.denied(each) for each in self._kept() if each.start in covered)
        for each in self.pieces:
            is_used = {
                "operation": each.value in used or (each.value == "compare" and bool(shape.group or self.pair)),
                "group": bool(shape.group) or self._is_of_kind(each),
                "noun": each.value in (*nouns, "projects", *self._counted())
                or words()["number_of"].get(each.value) in columns
                or bool(named & {*words()["with"].get(each.value, ())}),
                "role": False,
                # Beside a part that is not there, another one is there, unless its words have another meaning.
                "part": each not in parts or any(each.start == other.start for other in self.pieces if other != each),
                "top": bool(shape.sort or ranked),
                "rank": bool(shape.sort or ranked),
                "denying": denies,
                "deciding": each.value in named or (each.value == "only" and not shape.group),
            }.get(each.kind, True)
            # Words without a meaning of their own have one in an operation of two words, as 比 and 多.
            if not (is_used or each.start in covered or (each.kind != "operation" and (each.start, each.end) in told)):
                yield each

    def _counted(self) -> dict[str, str]:
        """Return the measures of things whose number is asked for beside the rows, by their nouns."""
        asking = [each for each in self.has("operation") if each.value in ("count", "sum")]
        nouns = (noun for noun in self.has("noun") if any(not self.between(each, noun) for each in asking))
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
    is_ranked = any(each.kind == "operation" and each.value in _RANKING for each in pieces)
    return [
        replace(each, values=(_below(codes),)) if each.kind == "group" and each.value in ("place", "where") else each
        for each in pieces
        if each.value != "where" or is_ranked
    ]


def _below(codes: Sequence[str]) -> str:
    """Return the level below the first of some places, or that of provinces without any."""
    inner = (each for each in places().values() if not codes or codes[0] in {of.code for of in lineage(each.code)[1:]})
    return min((each.level for each in inner), key=LEVELS.index, default="county")


def _spoken(piece: Piece, values: Sequence[str], text: str) -> Bilingual:
    """Return the values of a condition for readers: names of concepts, figures, other words, or what was typed."""
    if piece.kind == "type":
        return reference()[f"{terms.VOCAB}indicator-type/{piece.value}"].label
    return piece.words or Bilingual(*[values[0] if piece.kind in (*_FIGURES, "years", "running", "rows") else text] * 2)


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
    types, among = f"{terms.VOCAB}indicator-type/", [each for each in reference().values() if each.kind == "concept"]
    return [f"jxi:{name}", *(each.iri.replace(types, "jxi:") for each in below(f"{types}{name}", among))]
