"""Read a text: its conditions, the table and the shape that it asks for, as an address of a table."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any

from jixiao.ontology.text import wording
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.folding import fold
from jixiao.server.box import english, labels, topics, values, words
from jixiao.server.box.choosing import Chosen, Said, Shape
from jixiao.server.box.names import NAMES, VALUES, Finder, divided
from jixiao.server.box.spelling import Suggestion, suggested_names
from jixiao.server.box.words import Piece
from jixiao.server.http import requests
from jixiao.server.runtime.turns import look
from jixiao.store.index.index import Index
from jixiao.store.tables.table import Table

Rows = Callable[[str, Mapping[str, Any]], int]
"""A function that returns how many rows of a table meet the conditions of an address."""
_LITERAL = ("named", "aimed", "bodied", "measured")
_AIMED = ("goal",)
"""The kind of texts that sections may be about as well."""
_FIGURE = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_Text = tuple[str, Sequence[Piece]]
"""A folded text with its pieces."""
_REPLACED = (
    *(frozenset(("year",)), frozenset(("number", "document")), frozenset(("type",)), frozenset(("topic", "project"))),
    *(frozenset(("money", "percent", "points", "figure")), frozenset(("operation", "group", "top", "rank"))),
    *(frozenset(("noun", "doing", "outcome")),),
)
"""Kinds of pieces of which those of one text replace all of the text before."""
_WHERE = {"place": ("place", "body"), "body": ("place", "body", "organ"), "organ": ("body", "organ")}
"""Kinds of pieces that a place, a body or a kind of bodies replaces."""


@dataclass(frozen=True)
class Reading:
    """The reading of the text `q`: conditions (`said`) on a table, and the shape of the answer.

    `searched` are the words that are searched for, `unused` those used for nothing, `near` what these may be mistyped
    for, and `notes` sentences on what rows do not tell. `withheld` is True if an unused word decides what is asked, so
    that rows would answer another question.
    """

    q: str
    table: Table
    said: tuple[Said, ...] = ()
    shape: Shape = field(default_factory=Shape)
    searched: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    notes: tuple[Bilingual, ...] = ()
    recognised: bool = False
    withheld: bool = False
    near: tuple[Suggestion, ...] = ()

    @property
    def given(self) -> dict[str, str | Sequence[str]]:
        """The parameters of the address, as table_address.read takes them."""
        shaped = {
            "group": ",".join(self.shape.group),
            "measure": ",".join(self.shape.measure),
            "figure": self.shape.figure,
            "sort": self.shape.sort,
            "limit": self.shape.limit,
            "offset": self.shape.offset,
        }
        return {**given(self.said), **{name: typed for name, typed in shaped.items() if typed}}

    @property
    def address(self) -> str:
        """The address of the table with the conditions."""
        return requests.address(f"/tables/{self.table.name}", self.given)

    @property
    def understood(self) -> bool:
        """True if the text states conditions (a value, an operation, or words that occur) and is no noun alone."""
        return not self.withheld and (self.recognised or bool(self.searched))

    def without(self, condition: Said) -> "Reading":
        """Return the reading without one of its conditions, and without the number of rows that meet this one."""
        return replace(
            self,
            said=tuple(
                each
                for each in self.said
                if each is not condition and (each.kind != "none" or not condition.slot.startswith("one."))
            ),
        )

    @property
    def unplaced(self) -> "Reading | None":
        """The rows of unknown place that meet the conditions on other things; None without a condition on a place."""
        placed = [each for each in self.said if each.kind in ("place", "level")]
        if not placed:
            return None
        unknown = replace(placed[0], slot=f"{placed[0].slot.partition('.')[0]}.place.absent", values=("1",))
        others = (each for each in self.said if each not in placed and each.kind not in ("top", "none", "rows", "sums"))
        return replace(self, said=(*others, unknown), shape=Shape())

    def to_dict(self) -> dict[str, Any]:
        """Return the reading as JSON has it, without rows."""
        return {
            "q": self.q,
            "understood": self.understood,
            "table": self.address,
            "slots": [asdict(each) for each in self.said],
            "searched": [*self.searched],
            "unused": [*self.unused],
            "near": [asdict(each) for each in self.near],
            "notes": [asdict(each) for each in self.notes],
        }


class Reader:
    """Reads texts by the names and texts of one version of the dataset."""

    def __init__(self, index: Index, rows: Rows) -> None:
        self._index, self._rows = index, rows
        self._finder = Finder(index)

    def read(self, q: str, after: str = "", table: str = "") -> Reading:
        """Return the reading of a text, which may follow another one (`after`), on a table if one is named."""
        look()
        text, pieces, lost = self._pieces(q)
        if after and _follows(text, pieces):
            text, pieces = _joined(self._pieces(after, titled=False)[:2], (text, pieces))
        reading = self._of(q, text, pieces, lost, table)
        # A name that no row has may hold names: 上海甲建设集团有限公司.
        if self._index.occurs(text) and (
            reading.withheld or (reading.said and not self._rows(reading.table.name, given(reading.said)))
        ):
            whole = Piece(0, len(text), "topic", (text,), "contains")
            return self._of(q, text, [whole], [], table)
        return replace(reading, near=tuple(suggested_names(self._index, q, reading.unused)))

    def _of(self, q: str, text: str, pieces: Sequence[Piece], lost: Sequence[Piece], table: str) -> Reading:
        """Return the reading of a folded text with its pieces, of which those in `lost` occur nowhere."""
        chosen = Chosen(text, pieces, table)
        said, unused = chosen.conditions()
        said, vain = self._met(chosen, said)
        shape = chosen.shape(said)
        said += chosen.first(said, shape)
        searched = tuple(each.text for each in said if each.kind == "topic")
        idle = [text[each.start : each.end] for each in (*unused, *chosen.idle(said, shape))]
        # A single character is seldom a word, and what stands before a document number may belong to that.
        missed = [
            each
            for each in lost
            if (each.end > each.start + 1 or each.kind == "figure" or fold(q)[each.start] in words.table()["ranks"])
            and all(chosen.between(each, number) for number in chosen.has("number"))
        ]
        return Reading(
            q,
            chosen.table,
            tuple(said),
            shape,
            searched,
            (*(fold(q)[each.start : each.end] for each in lost), *dict.fromkeys(idle), *vain),
            tuple(Bilingual(each["zh"], each["en"]) for each in chosen.left_open(said, shape)),
            bool(
                [each for each in said if each.kind != "topic"]
                or chosen.doing
                or chosen.has("outcome")
                or chosen.operations
                or chosen.has("view")
                or replace(shape, shown=()) != Shape()
            ),
            withheld=bool(idle or ((missed or vain) and not searched)),
        )

    def _pieces(self, q: str, *, titled: bool = True) -> tuple[str, list[Piece], list[Piece]]:
        """Return a text, folded, with its pieces in order and the pieces of it that occur nowhere.

        The title of a view is one piece if `titled`; what follows on it needs the words in it.
        """
        text = fold(q)
        found = [*values.find(text, self._index), *words.find(text), *self._finder.find(text)]
        found += english.names(text, self._finder.has)
        found += labels.find(text, partial(self._finder.has, "project"))
        views = [piece for piece in found if piece.kind == "view"]
        if views and titled:
            return text, views[:1], []
        found = [piece for piece in found if piece.kind != "view"]
        starts = {each.start for each in found if each.kind in (*NAMES, *VALUES, "category")}
        found = [each for each in found if each.values != ("joined",) or each.end in starts]
        pieces = divided(text, found)
        occurs = self._index.occurs
        sought = [*topics.find(text, pieces, occurs), *english.topics(text, pieces, occurs)]
        known = {at for each in pieces for at in range(each.start, each.end)}
        figures = (Piece(*each.span(), "figure", (each[0].replace(",", ""),)) for each in _FIGURE.finditer(text))
        scored = {each.end for each in pieces if each.kind == "doing" and each.value in ("score", "rate")}
        sought += [(each, len(text[: each.start].rstrip()) in scored) for each in figures if each.start not in known]
        splits = rf"{wording.any_of(words.table()['splitting'])} ?$"
        sought = [
            (replace(each, kind="deciding"), True) if re.search(splits, text[: each.start]) else (each, is_there)
            for each, is_there in sought
        ]
        pieces += [each for each, is_there in sought if is_there]
        # Behind a word such as 名称含, any name is a text, and words with unknown characters are one.
        said = wording.any_of(words.flat(words.table()["doing"][each] for each in _LITERAL))
        literal = rf"{said}\W*$"
        for each in re.finditer(rf"{said}\W*([\u4e00-\u9fff]{{2,20}}?)(?=的|\W|$)", text):
            if any(not is_there and piece.within(*each.span(1)) for piece, is_there in sought):
                pieces = [piece for piece in pieces if not piece.within(*each.span(1))]
                sought = [(piece, is_there) for piece, is_there in sought if not piece.within(*each.span(1))]
                pieces.append(Piece(*each.span(1), "topic", (each[1],), "contains"))
        pieces = [
            replace(each, kind="topic", values=(text[each.start : each.end],), operator="contains", words=None)
            if each.kind != "soft" and re.search(literal, text[: each.start])
            else each
            for each in pieces
        ]
        return (
            text,
            sorted(pieces, key=lambda each: (each.start, each.end)),
            [each for each, there in sought if not there],
        )

    def _met(self, chosen: Chosen, said: Sequence[Said]) -> tuple[list[Said], list[str]]:
        """Return the conditions with those topics that rows meet beside the others, and the parts that none do."""
        kept = [each for each in said if each.kind != "topic"]
        sought = [each for each in said if each.kind == "topic"]
        vain: list[str] = []
        for each in sorted(sought, key=lambda each: (each.partial, -len(each.text))):
            look()
            ways = [*_ways(chosen, each, several=len(sought) > 1)]
            met = (way for way in ways if self._rows(chosen.table.name, given([*kept, *way])))
            found = next(met, [] if each.partial else [way for way in ways if len(way) == 1][-1])
            kept += found
            vain += [] if found else [each.text]
        return sorted(kept, key=lambda each: each.start), vain


def _ways(chosen: Chosen, topic: Said, *, several: bool) -> Iterator[list[Said]]:
    """Yield conditions for a topic, the narrowest first: in what the rows are about, and then in all their texts.

    `several` topics are first sought in names together, and last the words of a topic, as 办案 and 经费 of 办案经费.
    """
    asked = next((each for each in chosen.doing if each in words.table()["about"]), "")
    if column := words.table()["nearest"].get(asked, {}).get(chosen.table.name):
        yield [replace(topic, slot=f"{column}.{topic.slot.rpartition('.')[2]}")]
    about = words.table()["about"][asked] if "." in chosen.slot("topic") else [[]]
    kinds = [] if column and asked else about
    is_free = len(kinds) > 1
    tried = kinds if several or not is_free else kinds[1:]
    yield from ([replace(topic, kinds=tuple(each))] for each in tried)
    parts = topics.words_of(topic.values[0]) if is_free and topic.values == (topic.text,) else []
    if len(parts) > 1:
        yield [
            replace(topic, values=(each,), words=Bilingual(each, each), text=each, kinds=tuple(kinds[0]))
            for each in parts
        ]


def given(said: Iterable[Said]) -> dict[str, str | Sequence[str]]:
    """Return conditions as the parameters of an address; those that further rows meet are numbered."""
    parameters: dict[str, str | Sequence[str]] = {}
    numbers: Counter[str] = Counter()
    for condition in said:
        slot = re.sub(r"\.\d+$", "", condition.slot)
        numbers[slot] += 1
        number = f".{numbers[slot]}" if numbers[slot] > 1 and slot == condition.slot else ""
        parameters[f"{condition.slot}{number}"] = condition.values if len(condition.values) > 1 else condition.values[0]
        if condition.kinds:
            column = "about" if condition.kinds == _AIMED else "kind"
            parameters[f"{condition.slot.partition('.')[0]}.{column}.is{number}"] = condition.kinds
    return parameters


def _follows(text: str, pieces: Sequence[Piece]) -> bool:
    """Return True if a text asks on: it opens with a word such as 那 or “and”, or says no more than values."""
    return not {"noun", "operation", "view"} & {each.kind for each in pieces} or any(
        text.startswith(word) and words.is_whole(text, 0, len(word)) for word in words.flat(words.table()["follow"])
    )


def _joined(before: _Text, now: _Text) -> tuple[str, list[Piece]]:
    """Return both texts as one, without the pieces of the first that pieces of the second replace."""
    kinds = {each.kind for each in now[1]}
    families = [*(family for family in _REPLACED if family & kinds), *(_WHERE.get(kind, ()) for kind in kinds)]
    replaced = {kind for family in families for kind in family}
    shift = len(before[0]) + 1
    kept = [each for each in before[1] if each.kind not in replaced]
    return (
        f"{before[0]}\n{now[0]}",
        [*kept, *(replace(each, start=each.start + shift, end=each.end + shift) for each in now[1])],
    )
