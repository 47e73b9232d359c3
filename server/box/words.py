"""Find the words of words.yaml in a text, each with what it means.

A text is folded before: simplified characters, half width, lower case. English words are found as whole words alone.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any

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
    "denying",
    "issued",
    "order",
    "deciding",
)
"""Tables of words.yaml with the words of each meaning."""
_BOUNDS = ("least", "above", "most", "below")
_LISTS = ("asking", "soft", "turn", "follow")
LATIN = re.compile(r"[a-z0-9]")


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
def _lexicon() -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Map each word to its meanings, as pairs of a kind and a name."""
    listed = [
        *((kind, name, words) for kind in _MEANING for name, words in table()[kind].items()),
        *((kind, kind, table()[kind]) for kind in _LISTS),
        ("soft", "soft", table()["particles"]),
        *((_matter(entry), name, entry["words"]) for name, entry in table()["matter"].items()),
        # Words of bounds decide, unless they have another meaning; beside a figure they belong to that.
        *(("deciding", name, table()["bound"][name]["before"]) for name in _BOUNDS),
    ]
    found: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for kind, name, words in listed:
        for word in flat(words):
            if name not in _BOUNDS or kind != "deciding" or not found[word]:
                found[word].append((kind, str(name)))
    for word, meanings in [*found.items()]:
        found[_plural(word)] += [meaning for meaning in meanings if meaning not in found[_plural(word)]]
    return {word: tuple(meanings) for word, meanings in found.items()}


def known() -> Iterable[str]:
    """Return all words of the table."""
    return (*_lexicon(), *_fixed())


def senses(word: str) -> tuple[tuple[str, str], ...]:
    """Return the senses of a word of the table, as pairs of a kind and a name."""
    fixed = _fixed().get(word)
    return (*_lexicon().get(word, ()), *([(fixed.kind, fixed.value)] if fixed else ()))


def _plural(word: str) -> str:
    """Return the plural of an English word, or the form of a verb behind one thing; other words as they are."""
    if not word.isascii() or not word[-1:].isalpha():
        return word
    return f"{word[:-1]}ies" if re.search("[^aeiou]y$", word) else f"{word}s"


def _matter(entry: Mapping[str, Any]) -> str:
    """Return the kind of words for a matter that filings do not state, or that is told beside the rows alone."""
    return "matter" if entry.get("refused", True) else "untold"


@cache
def _longest() -> int:
    return max(map(len, (*_lexicon(), *_fixed())))


def is_whole(text: str, start: int, end: int) -> bool:
    """Return True if a stretch of a text does not begin or end inside a word or number in Latin letters or digits."""
    inside = (LATIN.match(text, at - 1) and LATIN.match(text, at) for at in (start, end) if 0 < at < len(text))
    return not any(inside)


def find(text: str) -> Iterator[Piece]:
    """Yield all words of the table in a folded text, a piece for each meaning; words may overlap."""
    of_findings = any(word in text for word in flat(table()["noun"]["findings"]))
    for start in range(len(text)):
        for end in range(start + 1, min(len(text), start + _longest()) + 1):
            for kind, name in _lexicon().get(text[start:end], ()):
                if (
                    is_whole(text, start, end)
                    and (of_findings or kind != "fault")
                    # The town of inter-town is a part of a word.
                    and not (kind == "soft" and "-" in (text[start - 1 : start], text[end : end + 1]))
                ):
                    yield Piece(start, end, kind, tuple(name.split(",")), table()["operator"].get(kind, "is"))
            if (piece := _fixed().get(text[start:end])) and is_whole(text, start, end):
                yield replace(piece, start=start, end=end)
    for apart in table()["apart"]:
        for match in re.finditer(apart["pattern"], text):
            meanings = enumerate(apart["meanings"], 1)
            yield from (Piece(*match.span(at), kind, (name,)) for at, (kind, name) in meanings)


@cache
def _fixed() -> Mapping[str, Piece]:
    """Map the words that are values to pieces: kinds of bodies, with texts of their names, and figures in words."""
    fixed: dict[str, Piece] = {}
    for name, entry in table()["organ"].items():
        piece = Piece(0, 0, "organ", tuple(entry["names"]), "contains", Bilingual(name, name))
        fixed |= {form: piece for word in flat(entry["words"]) for form in (word, _plural(word))}
    for meaning, said in table()["figure"].items():
        kind, operator, value = meaning.split()
        fixed |= dict.fromkeys(flat(said), Piece(0, 0, kind, (value,), operator))
    return fixed
