"""Look up the words of questions, from words.toml, the views' headers, and the concept schemes.

A word has tags: `stop`, `relative`, `meaning:cite`, `outside:person`, or a value that it stands for, such as
`type:满意度指标`.
"""

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.ontology.text.folding import fold
from jixiao.ontology.text.wording import alternatives

LATIN = re.compile(r"[a-z]+(?:['’][a-z]+)*")
_LETTER = re.compile(r"[a-z0-9]")


@cache
def words() -> Mapping[str, Any]:
    """Return the tables of words.toml."""
    text = files("jixiao.server.views.questions").joinpath("words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@dataclass(frozen=True)
class Word:
    """A known word at a place of a text, with its tags."""

    start: int
    end: int
    tags: frozenset[str]


class Lexicon:
    """Known words with their tags; a phrase is a regular expression with one tag."""

    def __init__(self) -> None:
        self._tags: defaultdict[str, set[str]] = defaultdict(set)
        self._by_first: defaultdict[str, set[int]] = defaultdict(set)
        self._phrases: list[tuple[re.Pattern[str], str]] = []
        self.reasons: dict[str, Bilingual] = {}
        tables = words()
        for tag in ("stop", "relative"):
            self._add_both(tables[tag], tag)
        self.add_phrases(tables["counted"]["patterns"], "stop")
        for group in ("meaning", "outside"):
            for name, table in tables[group].items():
                self._add_both(table, f"{group}:{name}")
                self.add_phrases(table.get("patterns", ()), f"{group}:{name}")
                if "reason" in table:
                    self.reasons[name] = Bilingual(**table["reason"])

    def add(self, texts: Iterable[str], tag: str) -> None:
        """Add words that have one tag."""
        for text in texts:
            folded = fold(text)
            self._tags[folded].add(tag)
            self._by_first[folded[0]].add(len(folded))

    def add_phrases(self, patterns: Iterable[str], tag: str) -> None:
        """Add regular expressions over folded text, all with one tag."""
        self._phrases += [(re.compile(fold(pattern)), tag) for pattern in patterns]

    def __contains__(self, text: str) -> bool:
        return text in self._tags

    def at(self, text: str, start: int) -> Iterator[Word]:
        """Yield the known words that begin at a position of a folded text."""
        for length in self._by_first.get(text[start : start + 1], ()):
            end = start + length
            tags = self._tags.get(text[start:end])
            if tags and end <= len(text) and whole(text, start, end):
                yield Word(start, end, frozenset(tags))

    def find(self, text: str) -> Iterator[Word]:
        """Yield every known word at every position of a folded text, overlapping ones too."""
        for start in range(len(text)):
            yield from self.at(text, start)
        for pattern, tag in self._phrases:
            for found in pattern.finditer(text):
                if found.end() > found.start() and whole(text, found.start(), found.end()):
                    yield Word(found.start(), found.end(), frozenset((tag,)))

    def _add_both(self, table: Mapping[str, Any], tag: str) -> None:
        self.add([*table["zh"], *table["en"]], tag)


def any_of(texts: Iterable[str]) -> str:
    """Return a pattern of folded words; one that ends in a Latin letter matches no part of a longer word."""
    folded = [fold(text) for text in texts]
    latin = [text for text in folded if _LETTER.match(text[-1]) and not text[-1].isdigit()]
    others = [text for text in folded if text not in latin]
    parts = [f"{alternatives(latin)}(?![a-z])"] * bool(latin) + [alternatives(others)] * bool(others)
    return f"(?:{'|'.join(parts)})"


def whole(text: str, start: int, end: int) -> bool:
    """Tell if a stretch cuts no Latin word or figure in two."""
    opens = start == 0 or not (_LETTER.match(text[start]) and _LETTER.match(text[start - 1]))
    return opens and (end == len(text) or not (_LETTER.match(text[end - 1]) and _LETTER.match(text[end])))
