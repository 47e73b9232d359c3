"""Choose the table that a text asks for and the shape of its answer, and give each recognised value its column."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate

from jixiao.ontology import terms
from jixiao.ontology.places import division, lineage, places, within
from jixiao.ontology.reference import reference
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.units import spellings
from jixiao.server.box.words import Piece, table as words
from jixiao.server.views import table_address
from jixiao.server.views.conditions import OPERATORS, OPPOSITE
from jixiao.shapes import catalogue
from jixiao.store.tables.table import Table, tables

LEVELS = ("province", "prefecture", "county")
"""Levels of places that groups can be made of."""
_CONDITIONS: Sequence[str] = (
    *("place", "year", "body", "organ", "document", "number", "project", "money", "percent", "points", "figure"),
    *("counted", "months", "ends", "starts", "type", "indicator", "category", "fund", "role", "topic", "years"),
    *("running", "status", "outcome", "rows", "kind", "issuer", "period", "documentKind", "sectionKind", "function"),
    *("severity", "placeLevel"),
)
"""Kinds of pieces that become conditions."""
_FIGURES = ("money", "percent", "points", "figure", "counted", "months")
_TYPES = ("type", "indicator")
_NOUNS = ("noun", "operation", "deciding")
"""Kinds of pieces that name what a figure measures only right beside it."""
_OF_SIDES = ("mean", "compare", "difference")
_DEAR = re.compile("[高贵]|金额|钱|便宜|highest|expens|costl|pric|cheap")
_SAYS_INDICATOR = re.compile("指标|目标|indicator|target")
_CLAUSE = re.compile("[,;?\n，；。？]| and (?=which|what|who|how)")
_COMPARED = ("place", "body", "year", "document", "organ", "fund")
_RANKING = frozenset(("most", "least", "count", "compare"))
"""Operations beside which a word such as 哪里 or 谁 asks for groups."""
_ALONE = ("topic", "document", "number", "part")
"""Kinds of conditions of which a row meets several."""
_SKIPPED = ("soft", "asking")
_JOINS = re.compile(r"(?:或者?|、|,| or) ?$")
_WORD = re.compile("[A-Z][a-z]*")
_NOTHING = Bilingual("0", "0")
_MANY = (".least", ".above")
_INVERTED = (".blank", *(f".{name}" for name, each in OPERATORS.items() if each.inverted and name != "other"))
"""Operators of conditions that rows may meet because something was not read."""
_UNTURNED = frozenset(("topic", "jx:evaluates", "category"))
"""Conditions that groups cannot be asked to lack: words are met in several ways, and others are often not known."""


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

    `shown` are columns that are shown although few readers look for them. `figure` is what is made of two sides.
    """

    group: tuple[str, ...] = ()
    measure: tuple[str, ...] = ()
    sort: str = ""
    limit: str = ""
    offset: str = ""
    shown: tuple[str, ...] = ()
    figure: str = ""


class Chosen:
    """The table and the shape that the pieces of a text ask for."""

    def __init__(self, text: str, pieces: Sequence[Piece], table: str = "") -> None:
        """Choose the table, unless one is given by name."""
        self.text, self.pieces = text, _levelled(pieces)
        self.operations = frozenset(each.value for each in pieces if each.kind == "operation")
        if "difference" in self.operations and not self.pair:
            self.operations |= {"compare"}
        missing = {("group", each.start, each.end) for each in self.has("part") if self.denied(each)}
        if missing:
            self.pieces = [each for each in self.pieces if (each.kind, each.start, each.end) not in missing]
            del self._denied
        self.doing = [each.value for each in pieces if each.kind == "doing"]
        self.projects = [each for each in self.has("noun") if each.value == "projects"]
        self.things: dict[str, str] = {}
        self.asked = ""
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

        For two kinds of bodies, a word for a comparison is enough, since no column has kinds of bodies.
        """
        two = [kind for kind, values in self.compared.items() if len(values) == 2]
        asked = ({"difference", "compare"} if two == ["organ"] else {"difference"}) & self.operations
        return two[0] if asked and len(two) == len(self.compared) == 1 else ""

    @cached_property
    def is_each(self) -> bool:
        """True if something is asked for in each group: 每年, and not 哪年."""
        said = " ".join(self.text[each.start : each.end] for each in self.has("group"))
        return bool(re.search("[每各逐按分历]|each|every|per|by", said)) and not re.search("哪|which|with", said)

    @cached_property
    def lacking(self) -> bool:
        """True if groups are asked for that have no rows of a kind: 哪些机构没有2022年的项目."""
        alone = bool(self.groups) and not (self.is_each or self.superlatives)
        return alone and any(all(self.between(of, each) for of in self.projects) for each in self.of_value("without"))

    @property
    def counted(self) -> str:
        """The measure that counts the rows of groups: projects, of which some tables have several rows."""
        return "distinct_project" if self.table.name in words()["several"] else "rows"

    @cached_property
    def named(self) -> Mapping[Piece, str]:
        """Quantities that the text names to be measured, by the pieces that name them.

        English says “total amount” for sums as well: this names a kind where single rows are ranked.
        """
        ranks = self.superlatives and not self.has("group")
        sums = {(each.start, each.end) for each in self.of_value("count", "sum") if each.value == "sum" and not ranks}
        own = {each: each.value for each in self.has("amount") if (each.start, each.end) not in sums}
        of_kind, of_word = words()["measure_of"], words()["measure"]
        named = {each: of_kind.get(each.kind) or of_word.get(each.value) or own.get(each) for each in self.pieces}
        # Beside the number of its own rows, a table has that of a thing in a column.
        return {each: of for each, of in named.items() if of and (each.kind != "noun" or self.slot(of))}

    def quantity(self, piece: Piece) -> str:
        """Return what a figure, or a word such as “most”, is about: what is named beside it, or else nearest to it.

        If nothing is named that it can be of, it is what its unit is of first, and "" without a unit.
        """
        units = words()["unit"].get(piece.kind)
        fits = [each for each in units or () if not each or self.slot(each)]
        found = []
        for each, quantity in self.named.items():
            distance = max(piece.start - each.end, each.start - piece.end)
            is_beside = distance <= 0 or not (self.between(each, piece) and self.between(piece, each))
            is_far = each.kind in _NOUNS and not is_beside and (units or each.kind != "operation")
            # 3 satisfaction indicators are no targets, 低于90的指标 no number, and the mean of projects is of money.
            is_bare = piece.kind == "figure" and each.start >= piece.end
            is_other = (is_bare and (each.kind in _TYPES or self.text[piece.end : each.start].strip())) or (
                piece.value == "mean" and each.value == "projects"
            )
            if not (is_far or is_other) and (units is None or quantity in fits):
                found.append((not is_beside, each.kind in _NOUNS, distance, quantity))
        return min(found)[-1] if found else next(iter(fits), "")

    @cached_property
    def ordered(self) -> str:
        """The quantity that words such as “most”, “mean” and “compared” are about, "" if it is not named."""
        order = [each for each in self.has("deciding") if each.value == "order"]
        return next(map(self.quantity, (*order, *self.superlatives, *self.of_value(*_OF_SIDES))), "")

    @cached_property
    def measured(self) -> str:
        """The quantity that the answer measures, "" for rows and their usual money."""
        kinds = (
            each.value for each in self.has("amount") if each in self.named and f"sum_{each.value}" in self.measures
        )
        is_usual = self.ordered in ("", "money") or (self.ordered == "rows" and not self.superlatives)
        return next(kinds, self.ordered) if is_usual and not any(map(self.has, _FIGURES)) else self.ordered

    @cached_property
    def measure(self) -> str:
        """The column of what the answer measures, "" if the table has none that can be ordered."""
        column = self.slot("money" if self.measured in ("", "rows") else self.measured)
        # Targets are of many units, and a fund is not measured by the amount of its project.
        is_own = self.measured != "target" and ("fund" in self.known or not self.has("fund"))
        return column if is_own and column in self.known and "." not in column else ""

    @property
    def summed(self) -> str:
        """The measure of groups that adds up what the answer measures, "" if this has no sum."""
        return f"sum_{self.measure}" if f"sum_{self.measure}" in self.measures else ""

    @property
    def is_mean(self) -> bool:
        """True if a mean is asked for that the table has."""
        return "mean" in self.operations and self.ordered != "rows" and f"mean_{self.measure}" in self.measures

    def has(self, kind: str) -> list[Piece]:
        """Return the pieces of a kind."""
        return [each for each in self.pieces if each.kind == kind]

    def of_value(self, *values: str) -> list[Piece]:
        """Return the words for some operations or denials."""
        return [each for each in self.pieces if each.kind in ("operation", "denying") and each.value in values]

    def _table(self) -> Table:
        for view in self.has("view"):
            return tables()[view.values[1]]
        absent = (each for each in self.has("part") if self.denied(each))
        denied = {(each.start, each.end) for each in (*self.has("fault"), *absent)}
        # A document that is named is a condition.
        is_named = any(each.operator != "absent" for each in (*self.has("number"), *self.has("document")))
        cited = ("documents", "citations") if is_named else ()
        nouns = [each for each in self.has("noun") if (each.start, each.end) not in denied and each.value not in cited]
        nouns += [
            replace(each, values=("indicators",))
            for each in self.has("type")
            if _SAYS_INDICATOR.search(self.text, each.start, each.end)
        ]
        name = self.asked = self._asked(sorted(nouns, key=lambda each: each.start))
        self.things = words()["things"].get(name, {})
        name = self.things.get("table", name)
        named = (*nouns, *self.has("outcome"), *self.has("deciding"), *self.has("amount"))
        said = {*self.operations, *self.doing, *(each.value for each in named), *(each.kind for each in self.pieces)}
        for table, entry in words()["turning"].items():
            name = table if name in entry["from"] and said & {*entry["said"]} else name
        return tables().get(name) or tables()["projects"]

    def _asked(self, nouns: Sequence[Piece]) -> str:
        """Return the table of the noun that is asked for: beside a word that asks, or else the head of the phrase."""
        asking = [each for each in self.pieces if each.kind == "asking" or each.value in ("count", "who")]
        before = [noun for noun in nouns if any(not self.between(each, noun) for each in asking)]
        behind = [noun for noun in nouns if any(not self.between(noun, each) for each in asking)]
        return next((each.value for each in before or behind or nouns[:: 1 if self.text.isascii() else -1]), "")

    def between(self, one: Piece, other: Piece) -> bool:
        """Return True unless nothing but words without meaning stands between two pieces in this order."""
        if one.end > other.start:
            return True
        return self._meaningful[one.end] != self._meaningful[other.start]

    @cached_property
    def _meaningful(self) -> Sequence[int]:
        """The number of characters before each position of the text that belong to no word without meaning."""
        skipped = {at for piece in self.pieces if piece.kind in _SKIPPED for at in range(piece.start, piece.end)}
        meaningful = (character.isalnum() and at not in skipped for at, character in enumerate(self.text))
        return [*accumulate(meaningful, initial=0)]

    def denied(self, piece: Piece) -> bool:
        """Return True if a word denies a piece, or one that it is listed with, as in 除了上海和安徽."""
        return piece in self._denied

    @cached_property
    def _denied(self) -> frozenset[Piece]:
        """The pieces that a word denies, and those that are listed with them."""
        return frozenset(
            piece
            for kind in {piece.kind for piece in self.pieces}
            for listed in self._lists(kind)
            if any(map(self._is_denied, listed))
            for piece in listed
        )

    def _lists(self, kind: str) -> Iterator[list[Piece]]:
        """Yield lists of the pieces of a kind; only words that join stand between those of a list (上海和安徽)."""
        joining = re.compile(rf"(?:[ ,]|{'|'.join(words()['joining'])})+")
        listed: list[Piece] = []
        for piece in sorted(self.has(kind), key=lambda piece: (piece.start, piece.end)):
            end = max((before.end for before in listed), default=0)
            if listed and piece.start != listed[-1].start and not joining.fullmatch(self.text[end : piece.start]):
                yield listed
                listed = []
            listed.append(piece)
        if listed:
            yield listed

    def _is_denied(self, piece: Piece) -> bool:
        """Return True if a word before a piece, or right behind it, denies it."""
        skipped = {*_SKIPPED, "doing", "role"}
        if piece.value != "body":
            skipped.add("noun")
        if piece.kind != "part":
            skipped.add("part")
        before = [each for each in self.pieces if each.end <= piece.start and each.kind not in skipped]
        behind = [each for each in self.pieces if each.start >= piece.end and each.kind not in _SKIPPED]
        near = {each.value for each in before if each.end == before[-1].end and each.kind == "denying"}
        follows = {each.value for each in behind if each.start == behind[0].start and each.kind == "denying"}
        # 单位没有写明金额 is about amounts.
        is_last = piece.kind == "part" and all(each.kind != "part" or each.start > behind[0].end for each in behind)
        denying = {"behind", "empty"} if is_last else {"behind"}
        return bool(near & {"before", "joined", "without"} or follows & denying)

    def slot(self, kind: str) -> str:
        """Return the column of the table that takes values of a kind, "" if none does."""
        names = words()["slot"].get(kind, (kind,))
        return next((name for name in names if name in {**self.known, **self.measures}), "")

    def conditions(self) -> tuple[list[Said], list[Piece]]:
        """Return the conditions, those of one slot joined, and the pieces that the table has no column for."""
        said: dict[tuple[str, tuple[str, ...]], Said] = {}
        before: dict[str, tuple[str, ...]] = {}
        unused = []
        for piece in self._kept():
            conditions = list(self._of(piece))
            unused += [] if conditions or piece.kind in ("role", "level", "part") else [piece]
            for condition in conditions:
                slot = condition.slot
                apart = condition.values if condition.kind in _ALONE else ()
                # A document behind 或 or the like will do as well as the one before.
                is_joined = condition.kind != "topic" and _JOINS.search(self.text[: condition.start])
                key = (slot, before.get(slot, apart) if is_joined else apart)
                before[slot] = key[1]
                said[key] = _joined(said[key], condition) if key in said else condition
        return [side for each in said.values() for side in self._sides(each)], unused

    def _sides(self, said: Said) -> list[Said]:
        """Return a condition; for the two values of a difference, also the condition of each side.

        A condition on what groups lack is returned with a second one: the number of rows that meet it is 0.
        """
        if said.slot.startswith("one."):
            return [said, replace(said, kind="none", slot=f"{self.counted}_one.most", values=("0",), words=_NOTHING)]
        two = self.compared[said.kind].items() if said.kind == self.pair else ()
        return [said] + [
            replace(said, slot=f"{side}.{said.slot}", values=values, words=spoken)
            for side, (values, spoken) in zip(table_address.SIDES, two, strict=False)
        ]

    def _kept(self) -> list[Piece]:
        """Return the pieces that are conditions, without places around a smaller one.

        A topic that a kind of bodies already stands for, such as 中学 beside 学校, is left out, too.
        """
        organs = {name for each in self.has("organ") for name in each.values}
        levels = [each for each in self.has("group") if each.value in LEVELS]
        kept = [
            *(each for each in self.pieces if each.kind in _CONDITIONS),
            *(each for each in self.has("part") if self.denied(each)),
            *(each for each in self.has("fault") if not self.denied(each)),
            *(
                replace(each, kind="level", operator="contains", words=Bilingual(**words()["levels"][each.value]))
                for each in levels
            ),
        ]
        if self.table.name == "texts":
            kept += [replace(each, kind="section", values=("section",)) for each in self.of_value("why")[:1]]
        inner = [each for each in kept if each.kind == "place" and not self.denied(each)]
        outer = {each for each in self.has("place") if any(self._narrows(each, of) for of in inner)}
        return [each for each in kept if each not in outer and (each.kind != "topic" or each.value not in organs)]

    def _narrows(self, outer: Piece, inner: Piece) -> bool:
        """Return True if a place lies in another one, as in 安徽宁国, unless words between them join both."""
        if not any(code != around and within(code, around) for code in inner.values for around in outer.values):
            return False
        joining = "|".join(rf"(?<![a-z]){word}(?![a-z])" for word in words()["joining"])
        return not re.search(joining, self.text[min(outer.end, inner.end) : max(outer.start, inner.start)])

    def _of(self, piece: Piece) -> Iterator[Said]:
        """Yield the conditions of a piece: two for a range, none if the table has no column for it."""
        kind = self.quantity(piece) if piece.kind in (*_FIGURES, "year") else piece.kind
        values, operator = piece.values, piece.operator
        column = self.slot("held" if kind == "money" and self.has("fund") else kind)
        slot = self.counted + ("_other" if self.lacking else "") if kind == "rows" else column
        if piece.kind in _FIGURES and self.groups and not self.projects and f"sum_{slot}" in self.measures:
            slot = f"sum_{slot}"
        part = words()["column"].get(self.table.name, {}).get(piece.value, piece.value)
        if not slot or self._unsaid(piece, kind, slot, part):
            return
        if kind == "type":
            values = tuple(filter(None, (piece.value, words()["twins"].get(piece.value))))
        elif kind == "fault":
            values = tuple(_rules(piece.value))
        elif kind == "part" and part in words()["slot"]:  # a column, which no list of absent parts has
            slot, values = self.slot(part), ("1",)
            operator = "blank" if slot in words()["blank"] and not self.lacking else "absent"
        ends = operator == "between" and {"least": values[:1], "most": values[1:]}
        inverted = kind not in ("part", "fault", "fund") and self.denied(piece)
        if self.lacking and (inverted or kind == "part"):
            inverted, slot = not inverted, f"one.{slot}"
        span, text = (piece.start, piece.end), self.text[piece.start : piece.end]
        for stated, of in (ends or {operator.replace("partly", "contains"): values}).items():
            # Rows of unknown place or year are not among those of others.
            opposite = "other" if kind in ("place", "year") and stated == "is" else OPPOSITE.get(stated, "")
            further = kind == "place" and any(each.value in LEVELS for each in self.has("group"))
            name = f"{slot}.{opposite if inverted else stated}"
            if further:
                name += ".2"
            yield Said(kind, name, of, _spoken(piece, of, text), text, *span, operator == "partly")
        sums = self.of_value(*_OF_SIDES, *(() if "count" in self.operations else ("sum",)))
        bounds = map(self.quantity, (each for each in self.pieces if each.kind in _FIGURES))
        asks = self.is_each or self.superlatives or sums or "money" in bounds
        if kind == "fund" and (self.denied(piece) or not asks):  # a printed 0 is none
            held, how = ("unheld", "is") if self.denied(piece) else ("held", "above")
            yield Said(held, f"{self.slot('held')}.{how}", ("0",), _NOTHING, text, *span)
        elif kind == "category" and inverted:  # what has no nature is of no other one
            yield Said(
                kind,
                f"{slot}.contains",
                (*words()["opposite"].get(piece.value, values),),
                Bilingual(text, text),
                text,
                *span,
            )
        elif piece.kind == "percent" and kind == "target":  # figures of other units, such as 1种, are no percentages
            name, spoken = f"{slot.removesuffix('target')}unit.is", Bilingual("%", "%")
            yield Said("unit", name, tuple(sorted(spellings("%"))), spoken, text, *span)

    def _unsaid(self, piece: Piece, kind: str, slot: str, part: str) -> bool:
        """Return True for what no condition can say."""
        return any(
            (
                kind == "rows" and not self.groups,
                kind == "kind" and bool(self.has("fund") or self._is_second(piece)),
                kind == "role" and not any(self._beside(piece, "body", "organ")),
                self.denied(piece) and self.lacking and bool({kind, part} & _UNTURNED),
                # Texts of one kind cannot be said to have no word, as any text would meet that.
                self.denied(piece) and kind == "topic" and bool({*self.doing} & {"aimed", "bodied", "measured"}),
                self.denied(piece) and kind == "fund" and bool(self.groups),
                # Groups alone can be of one year and not of another, as no row is of two.
                self.denied(piece) and kind == "year" and not all(map(self.denied, self.has("year"))),
                # No condition is met by either of two bounds.
                piece.kind in _FIGURES and re.search("(?:或|或者|(?<![a-z])or) ?$", self.text[: piece.start]),
                # Few of a group may only be few that were read.
                slot in {f"sum_{each}" for each in words()["counts"]} and piece.operator not in ("least", "above"),
            )
        )

    def _is_second(self, kind: Piece) -> bool:
        """Return True for one of two columns of money that a text names, which is no condition on the other."""
        others = (each.value for each in self.has("amount") if each.value != kind.value)
        return f"sum_{kind.value}" in self.measures and any(each in self.known for each in others)

    def _beside(self, piece: Piece, *kinds: str) -> Iterator[Piece]:
        """Yield the pieces of some kinds that stand right before a piece, or right behind it."""
        return (
            each
            for each in self.pieces
            if each.kind in kinds and not (self.between(piece, each) and self.between(each, piece))
        )

    def shape(self, said: Sequence[Said]) -> Shape:
        """Return the shape that the operations ask for."""
        group = self.groups
        bounds = dict.fromkeys(each.slot.partition(".")[0] for each in said if each.slot.startswith("sum_"))
        if group and not self.is_mean and self._of_each() and (within := self._within(group)):
            return replace(within, measure=tuple(dict.fromkeys(within.measure) | bounds))
        measure = tuple(dict.fromkeys(self._measures()) | bounds)
        top, rank = (next(iter(self.has(kind)), None) for kind in ("top", "rank"))
        one = "1" if rank else ""
        sort = "" if self.pair or self.lacking else self._sort(group)
        named = [
            *(name for each in self.doing for name in words()["shown"].get(each, ())),
            *(each.value for each in self.has("amount") if each.value in self.known),
            *(name for each in self.has("column") for name in each.values if name in self.known),
        ]
        return Shape(
            *(group, measure, sort),
            limit=top.value if top else one,
            offset=str(int(rank.value) - 1) if rank else "",
            shown=(*named, sort.removeprefix("-")) if sort and not group else (*named,),
            figure="difference" if self.pair else "",
        )

    def _measures(self) -> tuple[str, ...]:
        """Return the measures of groups that are asked for, or of all rows, () for the rows themselves."""
        counted, summed = (self.counted,), (self.summed,) if self.summed else ()
        if self.is_mean:  # one or two amounts have no mean; the least and the most are these
            return counted + tuple(f"{how}_{self.measure}" for how in ("with", "mean", "least", "most"))
        if self.groups == ("series",) or (self.groups and self.has("years")):
            return (self.slot("years"),) if self.has("years") else ()
        if self.groups or self.pair:
            return counted if self.lacking or (self.pair and self.ordered == "rows") else counted + summed
        if beside := self._counted():
            return (*counted, *summed, *beside.values())
        kinds = (f"with_{self.measure}", *summed) if self.measured and summed else ()
        asks = kinds or (counted != ("rows",) and self.of_value("count"))
        return counted + kinds if asks and not self.superlatives else ()

    def _within(self, group: tuple[str, ...]) -> Shape | None:
        """Return the shape of the first rows, or groups by a second column, within each group; None without order."""
        order, by = self._sort(group[1:] and group), (*group, self.table.key[0])[: table_address.MOST_GROUPS]
        of = order.removeprefix("-")
        candidates = (of,) if group[1:] else (f"sum_{of}", f"most_{of}", of)
        names = [name for name in candidates if name in self.measures]
        if not names or not all(self.known[name].group for name in by):
            return None
        return Shape(by, (names[0],), figure="rank" if order != of else "rankUp")

    def first(self, said: Sequence[Said], shape: Shape) -> Iterator[Said]:
        """Yield the condition for the first within each group, and that for the least numbers: those read whole."""
        counts = words()["counts"]
        are_few = [each for each in said if each.kind in counts and not each.slot.endswith(_MANY)]
        if (are_few or (self.is_least and self.measure in counts)) and not self.has("status"):
            yield Said("least", "readingStatus.is", ("whole",), Bilingual(**words()["whole"]), "", 0, 0)
        if shape.figure.startswith("rank"):
            piece = (*self.has("top"), *self.has("rank"), *self.superlatives)[0]
            number, text = "1" if piece.kind == "operation" else piece.value, self.text[piece.start : piece.end]
            name = f"{shape.figure}_{shape.measure[0]}.{'is' if piece.kind == 'rank' else 'most'}"
            yield Said("top", name, (number,), Bilingual(number, number), text, piece.start, piece.end)

    def left_open(self, said: Sequence[Said], shape: Shape) -> Sequence[Mapping[str, str]]:
        """Return sentences on what rows leave open, and on matters that filings do not state."""
        left = {
            "absent": any(each.kind in ("none", "unheld") or each.slot.endswith(_INVERTED) for each in said),
            "mixed": self.is_mean and not shape.sort.endswith("amount"),
            "least": any(each.kind == "least" for each in said),
            "terms": self.measure == "months" or any(each.slot.startswith("months.") for each in said),
        }
        matters = (words()["matter"][each.value] for each in self.has("matter"))
        return [*matters, *(words()["left"][name] for name in left if left[name])]

    def _of_each(self) -> bool:
        """Return True if a superlative is asked for in each group: 每年最大的, and not 哪年最多."""
        nouns = [each for each in self.has("noun") if each.value == self.table.name]
        # 排名前三的项目 are rows, but 排名 alone is an order of the groups.
        return self.is_each and any(
            not re.search("[排从]|rank", self.text[each.start : each.end])
            or (each.kind == "top" and any(not self.between(each, noun) for noun in nouns))
            for each in self.superlatives
        )

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """The columns that groups are made by: for words such as 每年, things asked for, and compared ones."""
        column = self.slot(self.ordered)
        # The highest score is one row's, which has its body and year.
        is_of_row = self.superlatives and not self.is_each and column in self.known
        asked = [each.value for each in self.has("group")]
        groups = (
            [*asked, *filter(None, [self.things.get("group")])]
            if not is_of_row or f"sum_{column}" in self.measures
            else []
        )
        is_ranked = bool(_RANKING & self.operations or self.has("money") or self.of_value("without"))
        if "who" in self.operations and is_ranked:
            groups.append("body")
        if not groups and (self.has("years") or self.has("running")):
            groups.append("series")
        # Sums of two places or bodies are those of one year.
        if self.compared and "compare" in self.operations and not self.pair:
            groups += self.compared
            if self.ordered == "money" and sum(len(each.values) for each in self.has("year")) != 1:
                groups.append("year")
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
        return (*self.of_value("most", "least"), *self.has("top"), *self.has("rank"))

    @property
    def is_least(self) -> bool:
        """True if what has the least is asked for."""
        most = next(iter(self.superlatives), Piece(0, 0, "operation", ("",)))
        said = self.text[most.start : most.end] if most.kind != "operation" else most.value
        return bool(re.search("少|小|低|便宜|least|small|low|cheap", said))

    def _sort(self, group: Sequence[str]) -> str:
        """Return the order that superlatives ask for: of groups by number or sum, of rows by what is measured."""
        named = self.measure
        if group:
            is_dear = not self.ordered and any(
                _DEAR.search(self.text, each.start, each.end) for each in self.superlatives
            )
            named = self.summed if is_dear or self.ordered not in ("", "rows") else self.counted
            if self.is_mean:  # amounts of several years have none
                is_of_year = group[0] == "year" or [len(each.values) for each in self.has("year")] == [1]
                named = f"mean_{self.measure}" if is_of_year else ""
            elif self.is_least and self.measure in words()["counts"]:
                named = ""  # nobody knows that few were printed of a group
        ages = {"newest": "-year", "oldest": "year"} if "year" in self.known and not group else {}
        if named and (self.superlatives or "compare" in self.operations):
            return f"{'' if self.is_least else '-'}{named}" if group or "compare" not in self.operations else ""
        usual = "year" if group[:1] == ("year",) else ""
        return next((ages[each] for each in ages if each in self.operations), usual)

    def idle(self, said: Sequence[Said], shape: Shape) -> Iterator[Piece]:
        """Yield the words whose meaning the answer does not use: no condition, table or part of the shape has it."""
        covered = {at for each in self._kept() if any(self._of(each)) for at in range(each.start, each.end)}
        named = {each.kind for each in said}
        told = {(each.start, each.end) for each in self.pieces if each.kind in (*_SKIPPED, "doing", "matter")}
        # Groups are not ordered by the least and the most of each.
        how = {measure.partition("_")[0] for measure in shape.measure} - ({"least", "most"} if shape.group else set())
        order = ("most", "newest") if shape.sort.startswith("-") else ("least", "oldest")
        ranked = ["most", "least"] if shape.figure.startswith("rank") else []
        used = {
            *words()["always"],
            *how,
            *(order if shape.sort else ()),
            *ranked,
            *(["difference"] if self.compared else []),
        }
        nouns = [self.table.name, *(name for name, entry in words()["things"].items() if entry == self.things)]
        turned = words()["turning"].get(self.table.name, {}).get("from", ())
        nouns += [each for each in turned if each != self.asked]
        slots = (each.slot.partition(".")[0] for each in said)
        columns = {
            each.rpartition("_")[2] for each in (shape.sort.removeprefix("-"), *shape.measure, *shape.shown, *slots)
        }
        # No rows answer two superlatives, or one beside which a number is asked for in another clause.
        apart = [each for each in self.of_value("most", "least")[1:] if self.quantity(each) != self.ordered]
        apart += [
            most
            for most in ([] if shape.group else self.superlatives)
            for each in self.of_value("count", "sum")
            if (each.value == "count" or each.end <= most.start)
            and _CLAUSE.search(self.text[min(each.end, most.end) : max(each.start, most.start)])
        ]
        denies = any(self.denied(each) for each in self._kept() if each.start in covered)
        counted = self._counted()
        for each in self.pieces:
            is_used = {
                "operation": (each.value in used and each not in apart)
                or (each.value == "compare" and bool(shape.group or self.pair)),
                "group": bool({*shape.group} & {*words()["grouping"].get(each.value, ())}),
                "noun": each.value in (*nouns, "projects", *counted)
                or words()["measure"].get(each.value) in columns
                or bool(named & {*words()["with"].get(each.value, ())}),
                "role": False,
                # Beside a part that is not there, or behind 有, one is there, unless its words have another meaning.
                "part": any(each.start == other.start for other in self.pieces if other != each)
                or not (
                    any(map(self.denied, self.has("part")))
                    or any(self._beside(each, "operation"))
                    or re.search(rf"(?:{'|'.join(words()['having'])}) ?(?:an? )?$", self.text[: each.start])
                ),
                "top": bool(shape.sort or ranked) and each not in apart,
                "rank": bool(shape.sort or ranked),
                "denying": denies,
                "amount": each.value in columns
                or any(each.start == other.start for other in self.pieces if other != each),
                # Rows of one year are of no other, but one indicator may have others beside it.
                "deciding": each.value in named
                or (each.value == "order" and bool(columns & {self.measure}))
                or (
                    each.value == "only"
                    and not shape.group
                    and (
                        any(self._beside(each, "place", "body", "year", "organ"))
                        or any(not self.between(each, of) for of in self.projects)
                    )
                ),
            }.get(each.kind, True)
            # Words without a meaning of their own have one in an operation of two words, as 比 and 多.
            if not (is_used or each.start in covered or (each.kind != "operation" and (each.start, each.end) in told)):
                yield each

    def _counted(self) -> dict[str, str]:
        """Return the measures of things whose number is asked for beside the rows, by their nouns."""
        counting = self.of_value("count", "sum")
        counted = {
            noun.value: words()["counted"].get(noun.value, "")
            for noun in self.has("noun")
            if any(not self.between(piece, noun) for piece in counting)
        }
        return {} if self.things else {noun: measure for noun, measure in counted.items() if measure in self.measures}


def _levelled(pieces: Sequence[Piece]) -> list[Piece]:
    """Return pieces with a level for words such as 各地: the one below the place that is named.

    A word such as 哪里 asks for groups beside a superlative or a number alone, and 各地林业局 are all bodies of a kind.
    """
    codes = [code for each in pieces if each.kind == "place" for code in each.values]
    idle = {("group", each.start) for each in pieces if each.kind == "organ"}
    is_ranked = any(each.kind == "operation" and each.value in _RANKING for each in pieces)
    return [
        replace(each, values=(_below(codes),)) if each.kind == "group" and each.value in ("place", "where") else each
        for each in pieces
        if (each.value != "where" or is_ranked) and (each.kind, each.end) not in idle
    ]


def _below(codes: Sequence[str]) -> str:
    """Return the level below the first of some places, or that of provinces without any."""
    inner = (each for each in places().values() if not codes or codes[0] in {of.code for of in lineage(each.code)[1:]})
    return min((each.level for each in inner), key=LEVELS.index, default="county")


def _spoken(piece: Piece, values: Sequence[str], text: str) -> Bilingual:
    """Return the values of a condition for readers: names of concepts, figures, other words, or what was typed."""
    said = values[0] if piece.kind in (*_FIGURES, "years", "running", "rows") else text
    named = reference()[f"{terms.VOCAB}indicator-type/{piece.value}"].label if piece.kind == "type" else piece.words
    return named or Bilingual(said, said)


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
