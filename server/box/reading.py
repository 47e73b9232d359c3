"""Read a text: its conditions, the table and the shape that it asks for, as an address of a table."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache, partial
from typing import Any

from jixiao.ontology.places import division
from jixiao.ontology.text import wording
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.folding import fold
from jixiao.server.box import english, labels, other_words, shapes, values, words
from jixiao.server.box.conditions import INVERTED, Said, conditions
from jixiao.server.box.names import NAMES, VALUES, Finder, divided
from jixiao.server.box.question import Question
from jixiao.server.box.shapes import Shape
from jixiao.server.box.spelling import Suggestion, suggested_names
from jixiao.server.box.subject import Subject, levelled
from jixiao.server.box.words import Piece
from jixiao.server.http import requests
from jixiao.server.runtime.turns import look
from jixiao.server.views import table_address, word_order
from jixiao.server.views.table_address import MOST_CONDITIONS
from jixiao.store.index.index import Index
from jixiao.store.tables.table import Table

Rows = Callable[[str, Mapping[str, Any]], int]
"""A function that returns how many rows of a table meet the conditions of an address."""
_LITERAL = ("named", "aimed", "bodied", "measured")
_CONTAINING = (*_LITERAL, "mention", "targeted")
"""Words behind or before which a text asks for words that stand somewhere."""
_GOAL = ("goal",)
"""The kind of texts that sections may be about as well."""
_FIGURE = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
_NO_VALUE = ("text", "level", "least", "top", "section")
"""Kinds of conditions that name no value."""
_OF_SHAPES = ("level", "least", "top")
"""Kinds of conditions that belong to shapes."""
_REPLACED = (
    *(frozenset(("year",)), frozenset(("number", "document")), frozenset(("type",)), frozenset(("word", "project"))),
    *(frozenset(("money", "percent", "points", "figure")), frozenset(("operation", "group", "top", "rank"))),
    *(frozenset(("noun", "doing", "outcome")),),
)
"""Kinds of pieces of which those of one text replace all of the text before."""
_WHERE = {"place": ("place", "body"), "body": ("place", "body", "organ"), "organ": ("body", "organ")}
"""Kinds of pieces that a place, a body or a kind of bodies replaces."""


@dataclass(frozen=True)
class Reading:
    """The reading of the text `q`: conditions (`said`) on a table, and the shape of the answer.

    `words` put the rows in order, an English one with what it means behind a colon; `unused` are words that were not
    applied, and `notes` sentences on what rows do not tell. `refused` is True if the text asks for a matter that
    filings do not state, `asks_money` if it asks for money, `compares` if it compares several values, and `missing`
    are the places among these from which there is no filing. `is_vain` is True for words that occur nowhere, beside
    which nothing was recognised, and `near` is what words that were not applied may be mistyped for.
    """

    q: str
    table: Table
    said: tuple[Said, ...] = ()
    shape: Shape = field(default_factory=Shape)
    words: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    notes: tuple[Bilingual, ...] = ()
    recognised: bool = False
    refused: bool = False
    asks_money: bool = False
    missing: tuple[Bilingual, ...] = ()
    is_vain: bool = False
    compares: bool = False
    near: tuple[Suggestion, ...] = ()

    @property
    def given(self) -> dict[str, str | Sequence[str]]:
        """The parameters of the address, as table_address.read takes them."""
        shaped: dict[str, str | Sequence[str]] = {
            "group": ",".join(self.shape.group),
            "measure": ",".join(self.shape.measure),
            "figure": self.shape.figure,
            "sort": self.shape.sort,
            "limit": self.shape.limit,
            "offset": self.shape.offset,
        }
        if self.words:
            shaped[word_order.WORDS] = self.words if len(self.words) > 1 else self.words[0]
        return {**given(self.said), **{name: typed for name, typed in shaped.items() if typed}}

    @property
    def address(self) -> str:
        """The address of the table with the conditions."""
        return requests.address(f"/tables/{self.table.name}", self.given)

    @property
    def searched(self) -> tuple[str, ...]:
        """The words as typed: those that put rows in order, and those that rows must have."""
        typed = (word.partition(":")[0] for word in self.words)
        return (*typed, *(each.text for each in self.said if each.kind == "text"))

    @property
    def is_search(self) -> bool:
        """True if no value was recognised: rows must then have the words."""
        return bool(self.searched) and all(condition.kind in _NO_VALUE for condition in self.said)

    @property
    def understood(self) -> bool:
        """True if the text states conditions (a value, an operation, or words that occur) and is no noun alone."""
        return not (self.refused or self.is_vain) and (self.recognised or bool(self.searched))

    @property
    def stated(self) -> Mapping[str, Said]:
        """The conditions by their names in the address."""
        return dict(_numbered(self.said))

    def without(self, names: Collection[str]) -> "Reading":
        """Return the reading without the parameters of some names: conditions, or parts of the shape of the answer."""
        if not names:
            return self
        stated = {name: condition for name, condition in self.stated.items() if name not in names}
        shape = self.shape
        if "group" in names:  # no row has sides, or a measure of groups
            rows = table_address.places(self.table)
            stated = {name: said for name, said in stated.items() if table_address.column_of(name) in rows}
            shape = Shape(shown=shape.shown)
        if "sort" in names:
            shape = replace(shape, sort="")
        if "limit" in names:
            shape = replace(shape, limit="", offset="")
        # The number of rows that groups lack goes with the condition on these rows.
        lacks = any(name.startswith("one.") for name in stated)
        kept = (condition for condition in stated.values() if lacks or condition.kind != "none")
        return replace(self, said=tuple(kept), shape=shape)

    def to_dict(self) -> dict[str, Any]:
        """Return the reading as JSON has it, without rows."""
        return {
            "q": self.q,
            "understood": self.understood,
            "table": self.address,
            "slots": [asdict(condition) | {"partial": False} for condition in self.said],
            "searched": [*self.searched],
            "unused": [*self.unused],
            "near": [asdict(suggestion) for suggestion in self.near],
            "notes": [asdict(note) for note in self.notes],
        }


class Reader:
    """Reads texts by the names and texts of one version of the dataset."""

    def __init__(self, index: Index, rows: Rows) -> None:
        self._index, self._rows = index, rows
        self._finder = Finder(index)

    def read(self, q: str, after: str = "", table: str = "") -> Reading:
        """Return the reading of a text, which may follow another one (`after`), on a table if one is named."""
        look()
        question = self._question(q)
        if after and _follows(question):
            question = _joined(self._question(after, titled=False), question)
        reading = self._of_question(q, question, table)
        unknown = (*reading.unused, *map(question.typed, question.having("lost")))
        return replace(reading, near=tuple(suggested_names(self._index, q, [*dict.fromkeys(unknown)])))

    def _of_question(self, q: str, question: Question, table: str) -> Reading:
        """Return the reading of a text; without a self-evaluation, what was spent is read as what was asked for."""
        reading = self._of_values(q, question, table)
        is_spent = any(piece.value == "spent" for piece in question.having("doing"))
        if not is_spent or table or reading.table.name != "evaluations" or not reading.said or self._has_rows(reading):
            return reading
        filed = self._of_values(q, question, "projects")
        note = Bilingual(**words.table()["left"]["spent"])
        is_there = bool(filed.said) and self._has_rows(filed)
        return replace(filed, notes=(*filed.notes, note)) if is_there else reading

    def _of_values(self, q: str, question: Question, table: str) -> Reading:
        """Return the reading of a text on a table: of values, of words alone, or of a name."""
        reading = self._reading(q, question, table)
        if reading.words and reading.is_search:
            return self._search(q, question, table)
        # The name of a project elsewhere is a word like others.
        if question.having("project") and len(reading.said) > 1 and not self._has_rows(reading):
            pieces = [replace(piece, kind="word") if piece.kind == "project" else piece for piece in question.pieces]
            return self._reading(q, Question(question.text, pieces), table)
        # A name that no row has may hold names: 上海甲建设集团有限公司.
        is_name = bool(reading.said) and self._index.occurs(question.text) and not reading.shape.measure
        if is_name and not self._has_rows(reading):
            whole = Piece(0, len(question.text), "text", (question.text,), "contains")
            return self._reading(q, Question(question.text, [whole]), table)
        return reading

    def _has_rows(self, reading: Reading) -> bool:
        """Return True if rows of the table meet the conditions of a reading."""
        return bool(self._rows(reading.table.name, given(reading.said)))

    def _search(self, q: str, question: Question, table: str) -> Reading:
        """Return the reading of words alone: rows must have all of them, or else any; those with most come first."""
        ordering = self._reading(q, question, table).words
        pieces = [_text(piece) if piece.kind == "word" else piece for piece in question.pieces]
        reading = self._reading(q, Question(question.text, pieces), table)
        texts = [condition for condition in reading.said if condition.kind == "text"]
        if len(texts) < 2 or self._has_rows(reading):
            return reading
        every = tuple(dict.fromkeys(value for condition in texts for value in condition.values))
        spoken = Bilingual("、".join(every), ", ".join(every))
        anyone = replace(texts[0], values=every, words=spoken, text=" ".join(each.text for each in texts))
        others = (condition for condition in reading.said if condition not in texts)
        return replace(reading, said=(*others, anyone), words=ordering)

    def _reading(self, q: str, question: Question, table: str) -> Reading:
        """Return the reading of the pieces of a text as conditions, a shape, and words that order rows."""
        question = Question(question.text, _containing(levelled(question)))
        subject = Subject(question, table)
        if subject.table.name == "results" and not subject.asked:
            question = Question(question.text, [self._indicator(piece) for piece in question.pieces])
            subject = Subject(question, table)
        said, impossible = conditions(subject)
        missing: Sequence[str] = ()
        if subject.compares:
            missing, said = self._compared(said)
        said += shapes.whole(subject, said)
        shape = shapes.shape(subject, said)
        said += shape.conditions
        ordering = {piece.values: piece for piece in reversed(question.having("word"))}
        words_typed = [_word(question, piece) for piece in reversed(ordering.values())]
        has_texts = any(name in subject.columns for name in word_order.SLOTS)
        most = max(0, min(word_order.MOST, MOST_CONDITIONS - len(given(said)))) if has_texts else 0
        defined = [*dict.fromkeys(labels.definitions(question.text))] if question.of_meaning else []
        unapplied = [*impossible, *shapes.unapplied(subject, shape, said)]
        unapplied = [piece for piece in unapplied if not (defined and piece in question.of_meaning)]
        unused = [question.text[start:end] for start, end in sorted({(each.start, each.end) for each in unapplied})]
        lost = [question.typed(piece) for piece in question.having("lost")]
        unused += [typed for typed in lost if len(typed) > 1 or typed.isdecimal() or typed in words.table()["telling"]]
        is_of_value = any(condition.kind not in _NO_VALUE for condition in said)
        is_of_shape = replace(shape, conditions=(), shown=()) != Shape()
        asking = [piece for piece in question.having("doing", "outcome", "operation", "view") if piece.value != "cited"]
        is_vain = len(unused) > len(unapplied) and not ordering
        return Reading(
            q,
            subject.table,
            tuple(said),
            shape,
            tuple(words_typed[:most]),
            (*dict.fromkeys(unused), *(word.partition(":")[0] for word in words_typed[most:])),
            (*defined, *_left_open(subject, said, shape)),
            is_of_value or is_of_shape or subject.lists_rows or bool(asking),
            refused=bool(question.having("matter")),
            asks_money=subject.asks_money,
            missing=tuple(filter(None, map(division, missing))),
            compares=bool(subject.compared) and subject.compares,
            is_vain=is_vain and all(condition.kind in _OF_SHAPES for condition in said),
        )

    def _indicator(self, piece: Piece) -> Piece:
        """Return a word in the name of an indicator as that: 新增就业完成了多少 asks for no texts."""
        is_name = piece.kind == "word" and len(piece.values) == 1 and self._finder.has("indicator", piece.value)
        return replace(piece, kind="indicator", operator="contains") if is_name else piece

    def _compared(self, conditions: Sequence[Said]) -> tuple[Sequence[str], list[Said]]:
        """Return the places of several from which there is no filing, and conditions without these, unless all are."""
        compared = [condition for condition in conditions if condition.kind == "place"]
        codes = [code for condition in compared for code in condition.values]
        missing = [code for code in codes if code not in self._finder.used] if len(codes) > 1 else []
        values = {
            condition: tuple(code for code in condition.values if code not in missing) or condition.values
            for condition in compared
        }
        return missing, [replace(condition, values=values.get(condition, condition.values)) for condition in conditions]

    def _question(self, q: str, *, titled: bool = True) -> Question:
        """Return a text, folded, with its pieces in order; words that occur nowhere are `lost`.

        The title of a view is one piece if `titled`; what follows on it needs the words in it.
        """
        text = fold(q)
        named = self._named(text)
        views = [piece for piece in named if piece.kind == "view"]
        if views and titled:
            return Question(text, views[:1])
        pieces = divided(text, [piece for piece in named if piece.kind != "view"])
        pieces += [*other_words.find(text, pieces, self._index.occurs), *_bare_figures(text, pieces)]
        pieces = [_literal(text, _splitting(text, piece)) for piece in pieces]
        return Question(text, sorted(pieces, key=lambda piece: (piece.start, piece.end)))

    def _named(self, text: str) -> list[Piece]:
        """Return all values, words and names in a text; they may overlap."""
        spoken = [*words.find(text)]
        printed = labels.find(text, partial(self._finder.has, "project"))
        named = [*values.find(text, self._index), *spoken, *self._finder.find(text)]
        named += english.names(text, self._finder.has)
        named += [label for label in printed if not _is_phrase(text, label, spoken)]
        starts = {piece.start for piece in named if piece.kind in (*NAMES, *VALUES, "category")}
        return [piece for piece in named if piece.values != ("joined",) or piece.end in starts]


def _numbered(said: Iterable[Said]) -> Iterator[tuple[str, Said]]:
    """Yield conditions with their names in an address; those that further rows meet are numbered."""
    numbers: Counter[str] = Counter()
    for condition in said:
        slot = re.sub(r"\.\d+$", "", condition.slot)
        numbers[slot] += 1
        number = f".{numbers[slot]}" if numbers[slot] > 1 and slot == condition.slot else ""
        yield f"{condition.slot}{number}", condition


def given(said: Iterable[Said]) -> dict[str, str | Sequence[str]]:
    """Return conditions as the parameters of an address."""
    parameters: dict[str, str | Sequence[str]] = {}
    for name, condition in _numbered(said):
        number = name.removeprefix(condition.slot)
        parameters[name] = condition.values if len(condition.values) > 1 else condition.values[0]
        if condition.kinds:
            column = "about" if condition.kinds == _GOAL else "kind"
            table = condition.slot.rpartition(".text.")[0]
            parameters[f"{table}.{column}.is{number}"] = condition.kinds
    return parameters


def _bare_figures(text: str, pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Yield the figures that no piece explains; only one behind a score or a rate is about something."""
    covered = {at for piece in pieces for at in range(piece.start, piece.end)}
    scored = {piece.end for piece in pieces if piece.kind == "doing" and piece.value in ("score", "rate")}
    for match in _FIGURE.finditer(text):
        if match.start() not in covered:
            kind = "figure" if len(text[: match.start()].rstrip()) in scored else "lost"
            yield Piece(*match.span(), kind, (match[0].replace(",", ""),))


def _word(question: Question, piece: Piece) -> str:
    """Return a word that puts rows in order, as addresses have it: an English one is followed by its meanings."""
    typed = question.typed(piece)
    return typed if piece.values == (typed,) else f"{typed}:{'|'.join(piece.values)}"


def _text(piece: Piece) -> Piece:
    """Return a piece as words that a text must have."""
    return replace(piece, kind="text", operator="contains")


def _is_phrase(text: str, label: Piece, spoken: Sequence[Piece]) -> bool:
    """Return True for a label of a table or column that a longer text has as a phrase: 部分读取的, 项目的依据."""
    if label.kind not in ("noun", "column") or label.end - label.start == len(text):
        return False
    inner = [word for word in spoken if word.within(label.start, label.end) and word.kind in ("noun", "status")]
    return any(word.end - word.start < label.end - label.start for word in inner)


def _splitting(text: str, piece: Piece) -> Piece:
    """Return a word or a column; behind a word such as “by”, it says what groups are made by, which is not known."""
    is_group = re.search(rf"{wording.any_of(words.table()['splitting'])} ?$", text[: piece.start])
    return replace(piece, kind="deciding") if is_group and piece.kind in ("word", "lost", "column") else piece


@cache
def _literally() -> re.Pattern[str]:
    """Return the pattern of the words behind which any name stands for itself, as 名称含."""
    said = wording.any_of(words.flat(words.table()["doing"][name] for name in _LITERAL))
    return re.compile(rf"{said}\W*$")


def _literal(text: str, piece: Piece) -> Piece:
    """Return a piece, as a text behind a word such as 名称含: any name stands there for itself."""
    if piece.kind in ("soft", "doing", "denying") or not _literally().search(text[: piece.start]):
        return piece
    return _text(replace(piece, values=(text[piece.start : piece.end],), words=None))


def _containing(pieces: Sequence[Piece]) -> list[Piece]:
    """Return pieces, with the words as texts if the text asks for what mentions them, or for a share of them."""
    kinds = {piece.kind for piece in pieces}
    is_literal = any(piece.kind == "doing" and piece.value in _CONTAINING for piece in pieces)
    shares = any(piece.kind == "operation" and piece.value == "share" for piece in pieces)
    is_part = shares and not kinds & {*words.table()["parting"]}
    return [_text(piece) if piece.kind == "word" and (is_literal or is_part) else piece for piece in pieces]


def _left_open(subject: Subject, said: Sequence[Said], shape: Shape) -> list[Bilingual]:
    """Return sentences on what rows leave open, and on matters that filings do not state."""
    kinds = {condition.kind for condition in said}
    left = {
        "absent": bool(kinds & {"none", "unheld"}) or any(condition.slot.endswith(INVERTED) for condition in said),
        "elsewhere": any(
            condition.slot.endswith(".other") for condition in said if condition.kind in ("place", "year")
        ),
        "mixed": shape.name == "mean" and not shape.sort.endswith("amount"),
        "least": "least" in kinds,
        "unnamed": _is_unnamed(subject.question),
        "levels": "placeLevel" in kinds or "places.level" in shape.group,
        "terms": subject.measure == "months" or any(condition.slot.startswith("months.") for condition in said),
    }
    table = words.table()
    matters = [table["matter"][piece.value] for piece in subject.question.having("matter", "untold")]
    notes = [*matters, *(table["left"][name] for name in left if left[name])]
    return [Bilingual(note["zh"], note["en"]) for note in notes]


def _is_unnamed(question: Question) -> bool:
    """Return True if a text has a full name of a body, of its place and more, that no body has: 福建省农业农村厅."""
    name = (
        rf"[省市区县州盟旗][㐀-鿿]{{1,10}}?{wording.any_of(words.table()['organ_endings'])}"
        "(?=$|[^㐀-鿿]|[的有在申报引花被和与等是项哪])"
    )
    return any(re.match(name, question.text[place.end - 1 :]) for place in question.having("place"))


def _follows(question: Question) -> bool:
    """Return True if a text asks on: it opens with a word such as 那 or “and”, or says no more than values."""
    opening = (word for word in words.flat(words.table()["follow"]) if question.text.startswith(word))
    opens = any(words.is_whole(question.text, 0, len(word)) for word in opening)
    return opens or not question.having("noun", "operation", "view")


def _joined(before: Question, now: Question) -> Question:
    """Return both texts as one, without the pieces of the first that pieces of the second replace."""
    kinds = {piece.kind for piece in now.pieces}
    families = [*(family for family in _REPLACED if family & kinds), *(_WHERE.get(kind, ()) for kind in kinds)]
    replaced = {"lost", *(kind for family in families for kind in family)}
    shift = len(before.text) + 1
    kept = [piece for piece in before.pieces if piece.kind not in replaced]
    moved = [replace(piece, start=piece.start + shift, end=piece.end + shift) for piece in now.pieces]
    return Question(f"{before.text}\n{now.text}", [*kept, *moved])
