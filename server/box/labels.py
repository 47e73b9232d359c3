"""Find the labels that the site prints in a folded text: concepts, phases, statuses, tables, columns and views.

Labels come from the ontology, the tables and the views themselves, in both languages, so that what a page prints can be
typed. A label of everyday words, such as 法律 for a kind of documents, is one only beside the label of its column.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from jixiao.ontology.reference import Term, concepts, reference
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.folding import fold
from jixiao.server.box import words
from jixiao.server.box.words import Piece, stretches
from jixiao.server.views import view_files
from jixiao.server.words import WORDS
from jixiao.shapes import catalogue
from jixiao.store.tables.table import tables

IsName = Callable[[str], bool]
"""A function that returns True for a text in the name of some project, which stays a text to search for."""

_SCHEMES = {
    "indicator-type": "type",
    "reading-status": "status",
    "funding-decision": "kind",
    "fund": "fund",
    "project-category": "category",
    "project-nature": "category",
    "amount-period": "period",
    "document-kind": "documentKind",
    "section-kind": "sectionKind",
    "function": "function",
    "place-level": "placeLevel",
}
"""Kinds of pieces by the scheme whose concepts they are."""
_WORDED = {"outcome": "outcome", "severity": "severity"}
"""Kinds of pieces for codes without concepts, by the type of their columns."""
_ROLES = ("department", "filedBy", "implementingUnit")
"""The roles of bodies; what else is printed in a column of roles are parts of a form."""
_BY_NAME = ("fund", "period", "documentKind", "sectionKind", "placeLevel")
"""Kinds whose columns take the names of concepts."""
_EVERYDAY = ("documentKind", "sectionKind", "function", "placeLevel", "severity", "role")
"""Kinds whose labels are everyday words."""
_SHORT = 2  # characters of a Chinese label that may be a part of any word
_CHINESE = re.compile("[㐀-鿿]")
_BEFORE, _BEHIND = re.compile(r"(?:^|[^㐀-鿿]|[的和])$"), re.compile(r"$|[^㐀-鿿]|[是和有]")
"""Signs between which a short label stands."""
_UNSPOKEN = re.compile(r"\biris?\b|\(%\)$|, %$")
"""Parts of labels of columns that people do not say."""
_REMARK = re.compile(r"\([^()]*\)$")


@dataclass(frozen=True)
class Label:
    """One label, folded, with the piece that it is; `beside` are folded labels of columns, one of which it needs."""

    folded: str
    piece: Piece
    beside: tuple[str, ...] = ()


def find(text: str, is_name: IsName = lambda _: False) -> Iterator[Piece]:
    """Yield the labels in a folded text as pieces, which may overlap."""
    for start, end, label in stretches(text, _by_text()):
        if _counts(label, text, start, end, is_name):
            yield replace(label.piece, start=start, end=end)


def definitions(text: str) -> Iterator[Bilingual]:
    """Yield the definition of each term of the vocabulary in a folded text, with its label; the longest one counts."""
    terms_named = [*stretches(text, _defined())]
    for start, end, term in terms_named:
        if not any(first <= start and end <= last and last - first > end - start for first, last, _ in terms_named):
            zh, en = term.label.zh, term.label.en
            yield Bilingual(f"{zh}：{term.definition.zh}", f"{en}: {term.definition.en}")


def view_titled(text: str, table: str) -> str:
    """Return the name of the view of a table whose title a text is, "" if it is none."""
    titled = (piece.values for piece in find(fold(text).strip()) if piece.kind == "view")
    return next((name for name, of in titled if of == table), "")


def _counts(label: Label, text: str, start: int, end: int, is_name: IsName) -> bool:
    """Return True if a label in a text is one, and no word like others."""
    meanings = words.lexicon().get(label.folded, ())
    if label.piece.kind == "view":
        return text == label.folded and not meanings
    # The meaning in words.yaml is of the same kind.
    if any(piece.kind == label.piece.kind for piece in meanings):
        return False
    if any(column in text and column != label.folded for column in label.beside):
        return True
    if label.piece.kind in _EVERYDAY or is_said_otherwise(label):
        return False
    # A short Chinese label may be a part of any word.
    if _CHINESE.match(label.folded) and len(label.folded) <= _SHORT:
        return bool(_BEFORE.search(text[:start]) and _BEHIND.match(text, end))
    return text == label.folded or not is_name(label.folded)


@cache
def _defined() -> Mapping[str, list[Term]]:
    """Return the first term of the vocabulary that bears each folded label of more than one character."""
    terms_of: dict[str, list[Term]] = {}
    for term in reference().values():
        for label in (fold(term.label.zh), fold(term.label.en)):
            if len(label) > 1:
                terms_of.setdefault(label, [term])
    return terms_of


@cache
def is_said_otherwise(label: Label) -> bool:
    """Return True if the box knows a label by another meaning, or a column's label by its words: 平均金额 is a mean."""
    is_asked = any(word.kind in ("operation", "group", "denying") for word in words.find(label.folded))
    return bool(words.lexicon().get(label.folded)) or (label.piece.kind == "column" and is_asked)


@cache
def labels() -> Sequence[Label]:
    """Return all labels that the site prints, each once for each of its meanings."""
    printed = [*_of_concepts(), *_of_codes(), *_of_rules(), *_of_tables(), *_of_columns(), *_of_views()]
    return list(dict.fromkeys(label for label in printed if label.folded))


@cache
def _by_text() -> Mapping[str, Sequence[Label]]:
    named: defaultdict[str, list[Label]] = defaultdict(list)
    for label in labels():
        named[label.folded].append(label)
    return named


def _both(label: Bilingual, piece: Piece, beside: Sequence[str] = ()) -> Iterator[Label]:
    """Yield a label in Chinese and in English."""
    for text in (label.zh, label.en):
        yield Label(fold(text).strip(), piece, tuple(beside))


def _of_concepts() -> Iterator[Label]:
    """Yield the names of the concepts of the schemes that columns have."""
    for scheme, kind in _SCHEMES.items():
        operator = words.table()["operator"].get(kind, "is")
        for concept in concepts(scheme):
            piece = Piece(0, 0, kind, _values(concept, kind), operator, concept.label)
            yield from _both(concept.label, piece, _columns_of(kind))


def _values(concept: Term, kind: str) -> tuple[str, ...]:
    """Return the values of a condition on a concept; columns of some kinds have the printed name instead."""
    if kind == "function":
        return (concept.iri, concept.label.zh)
    if kind == "category":
        return (concept.name, concept.label.zh)
    return (concept.label.zh,) if kind in _BY_NAME else (concept.name,)


def _of_codes() -> Iterator[Label]:
    """Yield the words that pages show for codes: outcomes, severities, and the roles of bodies."""
    for type_, kind in _WORDED.items():
        for code, label in WORDS[type_].items():
            yield from _both(label, Piece(0, 0, kind, (code,), words=label), _columns_of(kind))
    for role in _ROLES:
        label = WORDS["roles"][role]
        yield from _both(label, Piece(0, 0, "role", (role,), words=label), _columns_of("role"))


def _of_rules() -> Iterator[Label]:
    """Yield the titles of rules, by which findings are shown."""
    for fault in catalogue.faults():
        yield from _both(fault.label, Piece(0, 0, "rule", (f"jxs:{fault.name}",), words=fault.label))


@cache
def _columns_of(kind: str) -> tuple[str, ...]:
    """Return the folded labels, in both languages, of the columns that have values of a kind."""
    slots = [slot.rpartition(".") for slot in words.table()["slot"].get(kind, ())]
    columns = [
        column.label
        for name, table in tables().items()
        for of, _, slot in slots
        for column in table.columns
        if column.label and column.name == slot and of in ("", name) and (of or column.type in (kind, "concept"))
    ]
    return tuple(dict.fromkeys(_plain(text) for label in columns for text in (label.zh, label.en)))


def _plain(label: str) -> str:
    """Return a column's label, folded, without the unit or the word that says that it is an IRI."""
    return _UNSPOKEN.sub("", fold(label)).strip()


def _of_tables() -> Iterator[Label]:
    """Yield the names of tables and of their rows, as nouns."""
    for table in tables().values():
        piece = Piece(0, 0, "noun", (table.name,))
        if table.row:
            yield from _both(table.label, piece)
            yield from _both(Bilingual(table.row["zh"][1:], table.row["one"]), piece)
            yield Label(fold(table.row["many"]), piece)


def _of_columns() -> Iterator[Label]:
    """Yield the labels of the columns of views and tables, with the names of the tables' columns of that label."""
    named: defaultdict[str, list[str]] = defaultdict(list)
    for view in view_files.load().values():
        for shown in view.columns:
            for text in (shown.label.zh, shown.label.en):
                named[_plain(text)].append(str(shown.of or shown.name))
    for table in tables().values():
        for column in table.columns:
            for text in (column.label.zh, column.label.en) if column.label else ():
                named[_plain(text)].append(column.name)
    for text in [*named]:  # 偏差原因 is asked for without its remark （读到的）
        named[_REMARK.sub("", text).strip()] += named[text]
    for text, names in named.items():
        yield Label(text, Piece(0, 0, "column", tuple(dict.fromkeys(names))))


def _of_views() -> Iterator[Label]:
    """Yield the titles of views, which are recognised where they are the whole text."""
    for view in view_files.load().values():
        table = view.tabled.among.name if view.tabled and view.tabled.among else "projects"
        yield from _both(view.title, Piece(0, 0, "view", (view.name, table), words=view.title))
