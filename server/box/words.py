"""Find the words of words.yaml in a text, each with what it means.

A text is folded before: simplified characters, half width, lower case. English words are found as whole words alone.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any, TypeVar

from jixiao.ontology.text import yaml_text
from jixiao.ontology.text.bilingual import Bilingual

_MEANING = (
    "noun",
    "operation",
    "group",
    "doing",
    "outcome",
    "amount",
    "kind",
    "years",
    "running",
    "type",
    "part",
    "status",
    "category",
    "fund",
    "role",
    "fault",
    "mismatch",
    "rule",
    "severity",
    "denying",
    "issued",
    "order",
    "deciding",
)
"""Tables of words.yaml with the words of each meaning."""
_BOUNDS = ("least", "above", "most", "below")
_LISTS = ("asking", "soft", "turn", "follow")
LATIN = re.compile(r"[a-z0-9]")
Entry = TypeVar("Entry")


@dataclass(frozen=True)
class Piece:
    """A stretch of a text with a meaning: its kind, its values, and an operator if it is a condition.

    `words` names the values for readers, None if the text itself does.
    """

    start: int
    end: int
    kind: str
    values: tuple[str, ...] = ()
    operator: str = "is"
    words: Bilingual | None = None

    @property
    def value(self) -> str:
        """The only value, or the first one."""
        return self.values[0]

    def within(self, start: int, end: int) -> bool:
        """Return True if the piece lies between two positions."""
        return start <= self.start and self.end <= end


@cache
def table() -> Mapping[str, Any]:
    """Return the tables of words.yaml."""
    return yaml_text.load(files("jixiao.server.box").joinpath("words.yaml").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def flat(words: Iterable[Any]) -> Iterator[str]:
    """Yield the words of a list, some of which may be lists themselves, or have alternatives: (每|各)(省|市)."""
    for word in words:
        yield from flat(word) if isinstance(word, list) else _spelled(str(word))


def _spelled(word: str) -> Iterator[str]:
    """Yield each word that a word with alternatives in brackets stands for."""
    alternatives = [part.split("|") for part in re.split(r"[()]", word)]
    yield from ("".join(parts) for parts in product(*alternatives))


@cache
def lexicon() -> Mapping[str, Sequence[Piece]]:
    """Map each word to its meanings, as pieces without a place."""
    listed = [
        *((kind, name, words) for kind in _MEANING for name, words in table()[kind].items()),
        *((kind, kind, table()[kind]) for kind in _LISTS),
        ("soft", "soft", table()["particles"]),
        # A matter that filings do not state is refused, or told beside the rows alone.
        *(
            ("matter" if entry.get("refused", True) else "untold", name, entry["words"])
            for name, entry in table()["matter"].items()
        ),
    ]
    found: defaultdict[str, list[Piece]] = defaultdict(list)
    for kind, name, words in listed:
        piece = Piece(0, 0, kind, tuple(str(name).split(",")), table()["operator"].get(kind, "is"))
        for word in flat(words):
            found[word].append(piece)
    # Words of bounds decide, unless they have another meaning; beside a figure they belong to that.
    for name in _BOUNDS:
        for word in table()["bound"][name]["before"]:
            found[word] = found[word] or [Piece(0, 0, "deciding", (name,))]
    for name, entry in table()["organ"].items():
        piece = Piece(0, 0, "organ", tuple(entry["names"]), "contains", Bilingual(name, name))
        for word in flat(entry["words"]):
            found[word].append(piece)
    for word, pieces in [*found.items()]:
        found[_plural(word)] += [piece for piece in pieces if piece not in found[_plural(word)]]
    for meaning, words in table()["figure"].items():
        kind, operator, value = meaning.split()
        for word in flat(words):
            found[word].append(Piece(0, 0, kind, (value,), operator))
    return found


def _plural(word: str) -> str:
    """Return the plural of an English word, or the form of a verb behind one thing; other words as they are."""
    if not word.isascii() or not word[-1:].isalpha():
        return word
    return f"{word[:-1]}ies" if re.search("[^aeiou]y$", word) else f"{word}s"


def is_whole(text: str, start: int, end: int) -> bool:
    """Return True if a stretch of a text does not begin or end inside a word or number in Latin letters or digits."""
    inside = (LATIN.match(text, at - 1) and LATIN.match(text, at) for at in (start, end) if 0 < at < len(text))
    return not any(inside)


def stretches(text: str, entries: Mapping[str, Sequence[Entry]]) -> Iterator[tuple[int, int, Entry]]:
    """Yield each stretch of a text that has entries, with each of these; stretches may overlap."""
    longest = max(map(len, entries))
    for start in range(len(text)):
        for end in range(start + 1, min(len(text), start + longest) + 1):
            values = entries.get(text[start:end])
            if values and is_whole(text, start, end):
                yield from ((start, end, entry) for entry in values)


def find(text: str) -> Iterator[Piece]:
    """Yield all words of the table in a folded text, a piece for each meaning; words may overlap."""
    of_findings = any(word in text for word in flat(table()["noun"]["findings"]))
    for start, end, piece in stretches(text, lexicon()):
        # The town of inter-town is a part of a word.
        is_part = piece.kind == "soft" and "-" in (text[start - 1 : start], text[end : end + 1])
        if not is_part and (of_findings or piece.kind != "fault"):
            yield replace(piece, start=start, end=end)
    for apart in table()["apart"]:
        for match in re.finditer(apart["pattern"], text):
            meanings = enumerate(apart["meanings"], 1)
            for at, (kind, names, *operator) in meanings:
                yield Piece(*match.span(at), kind, tuple(names.split(",")), *operator)
