"""Make conditions of the values that a text names, each on the column of the table that takes such values."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from jixiao.ontology import terms
from jixiao.ontology.places import within
from jixiao.ontology.reference import reference
from jixiao.ontology.text import wording
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.units import spellings
from jixiao.server.box.question import Question, joins
from jixiao.server.box.subject import FIGURES, LEVELS, Subject
from jixiao.server.box.words import Piece, table as words
from jixiao.server.views import table_address
from jixiao.server.views.conditions import OPERATORS, OPPOSITE
from jixiao.server.words import WORDS
from jixiao.shapes import catalogue

_ALONE = ("text", "document", "number", "part")
"""Kinds of conditions of which a row meets several."""
_SPOKEN = (*FIGURES, "rate", "years", "running", "rows")
"""Kinds of values that readers are told as figures."""
_WORD = re.compile("[A-Z][a-z]*")
_NOTHING = Bilingual("0", "0")
INVERTED = (".blank", *(f".{name}" for name, operator in OPERATORS.items() if operator.inverted and name != "other"))
"""Operators of conditions that rows may meet because something was not read."""
_CITED = ("citations", "documents")
"""Tables of which all rows are cited."""
_UNTURNED = frozenset(("text", "jx:evaluates", "category"))
"""Conditions that groups cannot be asked to lack: words are met in several ways, and others are often not known."""


@dataclass(frozen=True)
class Said:
    """A condition as it was said: its kind, its slot (the name in addresses), and its values as addresses have them.

    `words` are the values for readers, `text` what was typed, from `start` to `end`. `kinds` are the texts in which
    words are searched for, () for all.
    """

    kind: str
    slot: str
    values: tuple[str, ...]
    words: Bilingual
    text: str
    start: int
    end: int
    kinds: tuple[str, ...] = ()


def conditions(subject: Subject) -> tuple[list[Said], list[Piece]]:
    """Return the conditions, those of one slot joined, and the pieces that the table has no column for."""
    joined: dict[tuple[str, tuple[str, ...]], Said] = {}
    latest: dict[str, tuple[str, ...]] = {}
    unused: list[Piece] = []
    stated = _stated(subject)
    sides = _sides_of_share(subject.question, stated)
    for piece in stated:
        made = _made(subject, piece)
        if piece in sides:
            made = [replace(condition, slot=f"{sides[piece]}.{condition.slot}") for condition in made]
        if not made and piece.kind not in ("role", "level", "part"):
            unused.append(piece)
        for condition in made:
            slot = condition.slot
            alone = condition.values if condition.kind in _ALONE else ()
            # A document behind 或 or the like will do as well as the one before.
            is_alternative = condition.kind != "text" and joins(subject.question.text[: condition.start])
            key = (slot, latest.get(slot, alone) if is_alternative else alone)
            latest[slot] = key[1]
            joined[key] = _joined(joined[key], condition) if key in joined else condition
    return [side for condition in joined.values() for side in _sides(subject, condition)], unused


def _sides(subject: Subject, condition: Said) -> list[Said]:
    """Return a condition; for the two values of a difference, also the condition of each side.

    A condition on what groups lack is returned with a second one: the number of rows that meet it is 0.
    """
    if subject.lacks and condition.slot.startswith("one."):
        none = replace(condition, kind="none", slot=f"{subject.rows}_one.most", values=("0",), words=_NOTHING)
        return [condition, none]
    values = subject.compared[condition.kind].items() if condition.kind == subject.pair else ()
    sides = [
        replace(condition, slot=f"{side}.{condition.slot}", values=own_values, words=spoken)
        for side, (own_values, spoken) in zip(table_address.SIDES, values, strict=False)
    ]
    return [condition, *sides]


def _sides_of_share(question: Question, stated: Sequence[Piece]) -> dict[Piece, str]:
    """Return the sides of the pieces that name the part of which a share is asked for, or another whole than all rows.

    The part is what is narrowest before 占 (松江2024年的钱里东西部扶贫占百分之几); what is like the part behind 占 is
    the whole. Behind a word such as “share”, with nothing before, the part comes last.
    """
    shares = question.operations("share")
    narrowing: Sequence[str] = words()["parting"]
    parting = [piece for piece in stated if piece.kind in narrowing]
    # The phase of money is the part where nothing else is: songjiang's share of the amount requested.
    parting = [piece for piece in parting if piece.kind != "kind"] or parting
    if not shares or not parting:
        return {}
    before = [piece for piece in parting if piece.end <= shares[0].start]
    if not before:
        return {parting[-1]: "one"}
    part = min(reversed(before), key=lambda piece: narrowing.index(piece.kind))
    wholes = [piece for piece in parting if piece.start >= shares[0].end and piece.kind == part.kind]
    return {part: "one"} | dict.fromkeys(wholes, "other")


def _stated(subject: Subject) -> list[Piece]:
    """Return the pieces that are conditions, without places around a smaller one."""
    question = subject.question
    stated = question.having(*words()["conditions"])
    parts = question.having("part")
    if subject.table.name in _CITED:
        parts = [piece for piece in parts if piece.value != "jx:cites"]
    stated += [piece for piece in parts if question.is_denied(piece) or _is_had(question, piece)]
    faults = [piece for piece in question.having("fault") if not question.is_denied(piece)]
    rules = question.having("rule")
    stated += [] if rules else faults
    stated += [piece for piece in question.having("column") if question.is_denied(piece)]
    if subject.table.name != "findings" and not (faults or rules or question.having("severity")):
        stated += [replace(noun, kind="part") for noun in question.having("noun") if noun.value == "findings"]
    for piece in question.having("group"):
        if piece.value in LEVELS:
            spoken = Bilingual(**words()["levels"][piece.value])
            stated.append(replace(piece, kind="level", operator="contains", words=spoken))
    if subject.table.name == "texts":
        asking = question.operations(*words()["sections"])[:1]
        stated += [replace(word, kind="section", values=(words()["sections"][word.value],)) for word in asking]
    inner = [piece for piece in stated if piece.kind == "place" and not question.is_denied(piece)]
    outer = {piece for piece in question.having("place") if any(_narrows(question, piece, place) for place in inner)}
    return [piece for piece in stated if piece not in outer]


def _is_had(question: Question, part: Piece) -> bool:
    """Return True if a text asks for things that have a part: 有引用文件的项目, 引用了文件."""
    before = question.text[: part.start]
    if question.neighbours(part, *FIGURES):
        return False
    if any(piece.start == part.start and piece.kind in ("document", "number") for piece in question.pieces):
        return False
    if _having().search(before):
        return True
    cited = [piece for piece in question.having("doing") if piece.value == "cited" and piece.end <= part.start]
    years = [piece for piece in question.having("year") if any(word.end <= piece.start for word in cited)]
    is_named = bool(years or question.having("document", "number", "issuer", "issued"))
    if part.value != "jx:cites" or is_named or question.neighbours(part, "top") or question.asks("most", "least"):
        return False
    begins = question.typed(part).startswith(tuple(words()["doing"]["cited"]))
    return begins or any(not question.is_apart(piece, part) for piece in cited)


@cache
def _having() -> re.Pattern[str]:
    return re.compile(rf"(?<!没)(?:{wording.any_of(words()['having'])}) ?(?:an? |at least one |any )?$")


def _narrows(question: Question, outer: Piece, inner: Piece) -> bool:
    """Return True if a place lies in another one, as in 安徽宁国, unless words between them join both."""
    if not any(code != around and within(code, around) for code in inner.values for around in outer.values):
        return False
    joining = "|".join(rf"(?<![a-z]){word}(?![a-z])" for word in words()["joining"])
    return not re.search(joining, question.text[min(outer.end, inner.end) : max(outer.start, inner.start)])


def _made(subject: Subject, piece: Piece) -> list[Said]:
    """Return the conditions of a piece: two for a range, none if the table has no column for it."""
    stated = _Stated(subject, piece)
    if not stated.slot or _is_inexpressible(stated):
        return []
    make = _MAKERS.get(stated.kind, _plain)
    return [*make(stated)]


class _Stated:
    """A piece that states a condition: the kind of what it is about, and the column (`slot`) for it."""

    def __init__(self, subject: Subject, piece: Piece) -> None:
        self.subject, self.piece, self.question = subject, piece, subject.question
        is_figure = piece.kind in (*FIGURES, "year")
        self.kind = subject.quantity(piece) if is_figure else piece.kind
        if piece.kind == "year" and subject.is_of_documents(piece):
            self.kind = "issued"
        self.is_denied = self.question.is_denied(piece)
        self.slot = self._slot()

    def _slot(self) -> str:
        subject = self.subject
        if self.kind == "rows":
            return f"{subject.rows}_other" if subject.lacks else subject.rows
        if self.kind == "text":
            return "text"
        if self.kind == "organ" and self.question.asks("who") and "body" in subject.groups:  # departments alone
            return subject.column("bodyName")
        if self.kind == "column":
            return next((name for name in self.piece.values if name in subject.columns and not subject.lacks), "")
        column = subject.column("held" if self.kind == "money" and self.question.having("fund") else self.kind)
        is_of_groups = self.piece.kind in FIGURES and subject.groups and not self._is_of_projects
        if not (is_of_groups and f"sum_{column}" in subject.measures):
            return column
        return f"sum_{column}{'_other' * subject.lacks}"  # of all rows, where one side is of those that groups lack

    @property
    def _is_of_projects(self) -> bool:
        return any(noun.value == "projects" for noun in self.question.having("noun"))

    @property
    def part(self) -> str:
        """The part of projects, or the column of the table that stands for it."""
        return str(words()["column"].get(self.subject.table.name, {}).get(self.piece.value, self.piece.value))

    def condition(self, slot: str, values: Sequence[str], spoken: Bilingual | None = None, kind: str = "") -> Said:
        """Return a condition of the piece."""
        piece = self.piece
        typed = self.question.typed(piece)
        told = spoken or piece.words
        if told is None:
            told = Bilingual(values[0], values[0]) if piece.kind in _SPOKEN else Bilingual(typed, typed)
        return Said(kind or self.kind, slot, tuple(values), told, typed, piece.start, piece.end)

    def operator(self, stated: str) -> str:
        """Return an operator, or its opposite if the piece is denied."""
        if not self.is_denied or self.subject.lacks or self.kind in ("fault", "category"):
            return stated
        # Rows of unknown place or year are not among those of others.
        return "other" if self.kind in ("place", "year") and stated == "is" else OPPOSITE.get(stated, "")

    @property
    def prefix(self) -> str:
        """The side of a condition on what groups lack."""
        return "one." if self.subject.lacks and self.is_denied else ""


def _plain(stated: _Stated) -> Iterator[Said]:
    """Yield the conditions of a value as it stands: two for a range."""
    piece, slot = stated.piece, f"{stated.prefix}{stated.slot}"
    values = _values(stated)
    # A place beside a level is that of a further row.
    number = ".2" if stated.kind == "place" and _names_level(stated.question) else ""
    if piece.operator == "between":
        yield stated.condition(f"{slot}.{stated.operator('least')}", values[:1])
        yield stated.condition(f"{slot}.{stated.operator('most')}", values[1:])
    else:
        spoken = _label(piece)
        if stated.kind == "category" and stated.is_denied:
            spoken = Bilingual("、".join(values[1:]), values[0])
        yield stated.condition(f"{slot}.{stated.operator(piece.operator)}{number}", values, spoken)
    if piece.kind == "percent" and stated.kind == "target":  # figures of other units, such as 1种, are no percentages
        unit = f"{stated.slot.removesuffix('target')}unit.is"
        yield stated.condition(unit, sorted(spellings("%")), Bilingual("%", "%"), "unit")


def _values(stated: _Stated) -> tuple[str, ...]:
    piece = stated.piece
    if stated.kind == "type":
        # Older forms print the type in another place.
        return tuple(filter(None, (piece.value, words()["twins"].get(piece.value))))
    if stated.kind == "category" and stated.is_denied:  # what is not of one nature is of the other
        return tuple(words()["opposite"].get(piece.value, piece.values))
    if stated.kind != "fault":
        return piece.values
    rules = _rules(piece.value)
    differing = [rule for word in stated.question.having("mismatch") for rule in _rules(word.value) if rule in rules]
    return tuple(differing or rules)


def _names_level(question: Question) -> bool:
    return any(group.value in LEVELS for group in question.having("group"))


def _label(piece: Piece) -> Bilingual | None:
    """Return the label of a type, a severity or a rule, None for other pieces."""
    match piece.kind:
        case "type":
            return reference()[f"{terms.VOCAB}indicator-type/{piece.value}"].label
        case "severity":
            return WORDS["severity"][piece.value]
        case "rule":
            return next(rule.label for rule in catalogue.faults() if f"jxs:{rule.name}" == piece.value)
    return None


def _part(stated: _Stated) -> Iterator[Said]:
    """Yield the condition for a part that things lack or have: a column without a value, or a part that is absent."""
    part, subject = stated.part, stated.subject
    is_wanted = not stated.is_denied
    if is_wanted:
        name, _, value = str(words()["present"].get(part, "")).partition(" ")
        if name and name.rpartition(".")[0] in subject.columns:
            yield stated.condition(name, (value,))
        elif part not in words()["slot"]:
            yield stated.condition(f"{stated.slot}.isNot", (part,))
        return
    slot = subject.column(part) if part in words()["slot"] else stated.slot
    if not slot:
        return
    if part not in words()["slot"]:
        operator, values = "is", (part,)
    else:
        operator = "blank" if slot in words()["blank"] and not subject.lacks else "absent"
        values = ("1",)
    if subject.lacks:
        yield stated.condition(f"one.{slot}.{OPPOSITE[operator]}", values)
    else:
        yield stated.condition(f"{slot}.{operator}", values)


def _column(stated: _Stated) -> Iterator[Said]:
    """Yield the condition that a column has no value, whose label a word denies."""
    yield stated.condition(f"{stated.slot}.absent", ("1",), stated.piece.words)


def _fund(stated: _Stated) -> Iterator[Said]:
    """Yield the condition on a fund, and that a fund has or lacks money unless its money is asked for: 0 is none."""
    subject, question = stated.subject, stated.question
    yield stated.condition(f"{stated.slot}.is", stated.piece.values)
    operations = ("mean", "compare", "difference", *(() if question.asks("count") else ("sum",)))
    is_bounded = any(subject.quantity(piece) == "money" for piece in question.having(*FIGURES))
    asks_money = subject.is_each or subject.superlatives or question.asks(*operations) or is_bounded
    held = subject.column("held")
    if stated.is_denied:
        yield stated.condition(f"{held}.is", ("0",), _NOTHING, "unheld")
    elif not asks_money:
        yield stated.condition(f"{held}.above", ("0",), _NOTHING, "held")


def _text(stated: _Stated) -> Iterator[Said]:
    """Yield the condition for words that a text must have: names, goals, or any text."""
    question, table = stated.question, stated.subject.table.name
    asked = next((word.value for word in question.having("doing") if word.value in words()["about"]), "mention")
    column = words()["nearest"].get(asked, {}).get(table, "")
    slot = column or stated.subject.column("text")
    kinds = () if column or "." not in slot else tuple(words()["about"][asked])
    yield replace(stated.condition(f"{slot}.{stated.operator('contains')}", stated.piece.values), kinds=kinds)


_MAKERS: Mapping[str, Callable[[_Stated], Iterator[Said]]] = {
    "part": _part,
    "column": _column,
    "fund": _fund,
    "text": _text,
}
"""The functions that make conditions of kinds with conditions of their own."""


def _is_inexpressible(stated: _Stated) -> bool:
    """Return True for what no condition says."""
    subject, question, piece = stated.subject, stated.question, stated.piece
    # The second of two bounds of which either will do.
    is_second = piece.kind in FIGURES and joins(question.text[: piece.start])
    # A small number in a group, of which only few may have been read.
    summed = {f"sum_{name}" for name in words()["counts"]}
    is_few = stated.slot.removesuffix("_other") in summed and piece.operator not in ("least", "above")
    if is_second or is_few or _is_denied_in_vain(stated):
        return True
    match stated.kind:
        case "rows":
            return not subject.groups
        case "role":
            return not question.neighbours(piece, "body", "organ")
        case "kind":
            # A phase of money beside a fund, or beside another column of money.
            amounts = [other.value for other in question.having("amount") if other.value != piece.value]
            is_summed = f"sum_{piece.value}" in subject.measures
            return bool(question.having("fund")) or (is_summed and any(map(subject.columns.get, amounts)))
    return False


def _is_denied_in_vain(stated: _Stated) -> bool:
    """Return True for what is denied where no condition says so."""
    subject, question = stated.subject, stated.question
    match stated.kind if stated.is_denied else "":
        # Texts of one kind cannot be said to have no word, as any text would meet that.
        case "text" if {word.value for word in question.having("doing")} & {"aimed", "bodied", "measured"}:
            return True
        # Groups alone can be of one year and not of another, as no row is of two.
        case "year" if not all(map(question.is_denied, question.having("year"))):
            return True
        case "fund" if subject.groups:
            return True
    return stated.is_denied and subject.lacks and bool({stated.kind, stated.part} & _UNTURNED)


def _joined(one: Said, other: Said) -> Said:
    values = tuple(dict.fromkeys((*one.values, *other.values)))
    if one.words == other.words:
        return replace(one, values=values)
    spoken = Bilingual(f"{one.words.zh}、{other.words.zh}", f"{one.words.en}, {other.words.en}")
    return replace(one, values=values, words=spoken, text=f"{one.text} {other.text}", end=other.end)


def _rules(fault: str) -> list[str]:
    """Return the rules that have one of some words in their names, as BasisWithoutNumber has Basis."""
    wanted = {*fault.split()}
    return [f"jxs:{rule.name}" for rule in catalogue.faults() if wanted & {*_WORD.findall(rule.name)}]
