"""Find the characters that letters of pinyin, without tones and blanks, may spell: 松江 for songjiang.

The readings in pinyin.txt are those of the Unicode Unihan database.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from itertools import islice

_LONGEST_SYLLABLE = 6  # letters: zhuang, shuang
_MOST_WAYS = 100  # xian may be one syllable or two; more ways would only take time


def pattern(letters: str, most: int) -> str:
    """Return a regular expression for the texts of at most `most` characters that letters spell; "" if none do.

    Shorter texts come first.
    """
    spelt = sorted(islice(_spellings(letters, most), _MOST_WAYS), key=len)
    return "|".join("".join(f"[{chars}]" for chars in spelling) for spelling in spelt)


def _spellings(letters: str, most: int) -> Iterator[tuple[str, ...]]:
    """Yield the ways to divide letters into syllables, each as the characters that are read as its syllables."""
    if not letters:
        yield ()
    for length in range(1, _LONGEST_SYLLABLE + 1) if most else ():
        chars = _characters().get(letters[:length]) if length <= len(letters) else None
        if chars:
            yield from ((chars, *others) for others in _spellings(letters[length:], most - 1))


@cache
def _characters() -> Mapping[str, str]:
    lines = files("jixiao.ontology").joinpath("pinyin.txt").read_text(encoding="utf-8").splitlines()
    return {syllable: chars for syllable, _, chars in (line.partition(" ") for line in lines) if syllable != "#"}
