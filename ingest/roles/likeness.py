"""Find the known word that an unknown word of a form surely stands for.

Labels are made of few parts, listed in parts.toml: 本年 + 资金 + 总额 says the same as 年度 + 资金 + 总额. A word is
like a known one if it consists of such parts alone, ends in the same sense and has the same senses; parts of no weight
(项目, 绩效) may be more or fewer if two senses remain. A damaged word lacks a character before its last, has one twice,
or has question marks in it: without its end it is no damaged word, but the first line of a broken one.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping
from typing import NamedTuple

from jixiao.ontology.text.wording import Wording, alternatives

_SHORTEST, _LONGEST = 3, 20  # characters of a word that may be like another
_SHORTEST_DAMAGED = 4  # characters of a known word that may be damaged
_FEWEST_SENSES = 2
_LOST = "?\ufffd"  # stand for characters that a page could not show
_MOST_OF_KNOWN = 2 / 3  # share of the known words with the same senses that must have the same role

Key = tuple[str, frozenset[str]]
"""The last sense of a word, which says what the word is about, and all its senses."""


class Likeness(NamedTuple):
    """The known word that an unknown one stands for, and how much of them is the same, from 0 to 1."""

    word: str
    score: float


class Known:
    """Known words by their senses, and by what remains of them without one character."""

    def __init__(self, roles: Mapping[str, Hashable]) -> None:
        """Take the roles of the known words; only words of one role may stand for each other."""
        wording = Wording("jixiao.ingest.roles", "parts.toml").tables
        self._senses = {part: sense for sense, parts in wording["senses"].items() for part in parts}
        self._optional = frozenset(wording["optional"])
        self._part = re.compile(alternatives([*self._senses, *wording["joints"]]))
        self._roles = roles
        self._several = re.compile(f"{alternatives(roles)}{{2,}}")
        alike: defaultdict[Key, list[str]] = defaultdict(list)
        damaged: defaultdict[str, list[str]] = defaultdict(list)
        for word in sorted(roles, key=lambda word: (len(word), word)):
            for key in self._keys(word):
                alike[key].append(word)
            for rest in _without_one(word[:-1]) if len(word) >= _SHORTEST_DAMAGED else ():
                damaged[rest + word[-1]].append(word)
        self._alike = {key: known for key, words in alike.items() if (known := self._one_role(words))}
        self._damaged = {rest: known for rest, words in damaged.items() if (known := self._one_role(words))}

    def _keys(self, word: str) -> tuple[Key, ...]:
        """Return the last sense of a word with all senses, and with those of weight; nothing for other texts."""
        parts = [] if self._part.sub("", word) else self._part.findall(word)
        senses = [self._senses[part] for part in parts if part in self._senses]
        kinds = (frozenset(senses), frozenset(senses) - self._optional)
        return tuple((senses[-1], kind) for kind in dict.fromkeys(kinds) if len(kind) >= _FEWEST_SENSES)

    def find(self, word: str) -> Likeness | None:
        """Return the known word that an unknown one stands for, or None.

        A text of several known words, which stood in cells of their own, is like none.
        """
        if not _SHORTEST <= len(word) <= _LONGEST or self._several.fullmatch(word):
            return None
        keys = self._keys(word)
        if found := next((self._alike[key] for key in keys if key in self._alike), None):
            (_, own), (_, other) = keys[0], self._keys(found)[0]
            return Likeness(found, len(own & other) / len(own | other))
        return self._mended(word) if self._part.sub("", word) else None

    def _mended(self, word: str) -> Likeness | None:
        """Return the known word of which a word is a damaged form, or None."""
        shown = re.sub(f"[{_LOST}]", "", word)
        if shown != word and shown in self._roles:
            return Likeness(shown, len(shown) / len(word))
        doubled = (rest for rest in _without_one(shown, twice=True) if rest in self._roles)
        found = next(doubled, None) or self._damaged.get(shown)
        return Likeness(found, 1 - 1 / len(found)) if found else None

    def _one_role(self, words: list[str]) -> str | None:
        """Return the first of the words that has the role of most of them; None if their roles differ too much."""
        (role, count), *_ = Counter(self._roles[word] for word in words).most_common(1)
        return (
            next(word for word in words if self._roles[word] == role) if count >= len(words) * _MOST_OF_KNOWN else None
        )


def _without_one(word: str, *, twice: bool = False) -> Iterator[str]:
    """Yield the word without each of its characters; with `twice`, only of those that repeat the one before."""
    return (
        word[:at] + word[at + 1 :] for at in range(len(word)) if not twice or word[at : at + 1] == word[at - 1 : at]
    )
