"""Fold texts for search: one form for upper and lower case, full and half width, traditional and simplified.

`identity.key` decides which names are one thing; folding only decides what a search finds, so it goes further. Each
character is folded by itself, so that places in a folded text can be mapped to places in the text.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib.resources import files

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


def fold(text: str) -> str:
    """Fold each character of a text."""
    return text.translate(_FOLDED)


def runs(text: str) -> list[str]:
    """Return the folded runs of letters and digits; blanks and all other signs only separate them."""
    return _RUN.findall(fold(text))


def bare(text: str) -> str:
    """Return the folded letters and digits alone, for comparing names without their signs."""
    return "".join(runs(text))


def folded_places(text: str) -> tuple[str, list[int]]:
    """Return a folded text, and for each of its characters the position in the original text."""
    parts = [fold(char) for char in text]
    return "".join(parts), [place for place, part in enumerate(parts) for _ in part]
