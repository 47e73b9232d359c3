"""Fold texts for search: one form for upper and lower case, full and half width, traditional and simplified.

`identity.key` decides which names are one thing; folding only decides what a search finds, so it goes further. Each
character is folded by itself, so that places in a folded text can be mapped to places in the text.

Letters may also spell characters in pinyin. The readings in pinyin.txt are those of the Unicode Unihan database.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import islice

_RUN = re.compile(r"[^\W_]+")
_MOST_CHARACTERS = 50_000  # that a table keeps: more than any language writes


class Characters(dict[int, str | None]):
    """A table for `str.translate` that is filled by a function, called once for each character.

    The function `becomes` returns what replaces a character, or None to drop it.
    """

    def __init__(self, becomes: Callable[[str], str | None]) -> None:
        super().__init__()
        self._becomes = becomes

    def __missing__(self, code: int) -> str | None:
        after = self._becomes(chr(code))
        if len(self) < _MOST_CHARACTERS:
            self[code] = after
        return after


@cache
def _simplified() -> dict[str, str]:
    """Return the simplified form of each traditional character."""
    lines = files("jixiao.ontology").joinpath("traditional.txt").read_text(encoding="utf-8").splitlines()
    return {line[0]: line[1] for line in lines if not line.startswith("#")}


def _folded(char: str) -> str:
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", char).casefold())
    return "".join(_simplified().get(each, each) for each in plain)


_FOLDED = Characters(_folded)


def simplified(text: str) -> str:
    """Return a text with each traditional character in its simplified form."""
    return "".join(_simplified().get(char, char) for char in text)


def fold(text: str) -> str:
    """Return a text in the form for search: lower case, half width, simplified characters."""
    return text.translate(_FOLDED)


def runs(text: str) -> list[str]:
    """Return the folded runs of letters and digits; spaces and all other signs only separate them."""
    return _RUN.findall(fold(text))


def bare(text: str) -> str:
    """Return the folded letters and digits alone, for comparing names without their signs."""
    return "".join(runs(text))


def folded_places(text: str) -> tuple[str, list[int]]:
    """Return a folded text, and for each of its characters the position in the original text."""
    parts = [fold(char) for char in text]
    return "".join(parts), [place for place, part in enumerate(parts) for _ in part]


_LONGEST_SYLLABLE = 6  # letters: zhuang, shuang
_MOST_WAYS = 100  # xian may be one syllable or two; more ways would only take time


def pinyin(letters: str, most: int) -> str:
    """Return a regular expression for the Chinese texts of at most `most` characters that `letters` spell in pinyin.

    The letters have neither tones nor spaces: songjiang spells 松江. Shorter texts come first. The result is "" if the
    letters spell no text.
    """
    spelt = sorted(islice(_spellings(letters, most), _MOST_WAYS), key=len)
    return "|".join("".join(f"[{chars}]" for chars in spelling) for spelling in spelt)


def _spellings(letters: str, most: int) -> Iterator[tuple[str, ...]]:
    """Yield each way to divide letters into at most `most` syllables, each as the characters with its reading."""
    if not letters:
        yield ()
    for length in range(1, _LONGEST_SYLLABLE + 1) if most else ():
        chars = readings().get(letters[:length]) if length <= len(letters) else None
        if chars:
            yield from ((chars, *others) for others in _spellings(letters[length:], most - 1))


@cache
def readings() -> Mapping[str, str]:
    """Return the Chinese characters with each reading, in pinyin without tones."""
    lines = files("jixiao.ontology").joinpath("pinyin.txt").read_text(encoding="utf-8").splitlines()
    return {syllable: chars for syllable, _, chars in (line.partition(" ") for line in lines) if syllable != "#"}
