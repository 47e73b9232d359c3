"""Fold texts for search: one form for upper and lower case, full and half width, traditional and simplified.

`identity.key` decides which names are one thing; folding only decides what a search finds, so it goes further. Each
character is folded by itself, so that places in a folded text can be mapped to places in the text.
"""

import re
import unicodedata
from functools import cache
from importlib.resources import files

_RUN = re.compile(r"[^\W_]+")
_HELD = 50_000  # characters with a folded form in memory; others are folded each time


class _Folds(dict[int, str]):
    """A table for str.translate that is filled as characters are met."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", chr(code)).casefold())
        folded = "".join(_simplified().get(char, char) for char in plain)
        if len(self) < _HELD:
            self[code] = folded
        return folded


_FOLDS = _Folds()


@cache
def _simplified() -> dict[str, str]:
    lines = files("jixiao.ontology").joinpath("traditional.txt").read_text(encoding="utf-8").splitlines()
    return {line[0]: line[1] for line in lines if not line.startswith("#")}


def fold(text: str) -> str:
    """Fold each character of a text."""
    return text.translate(_FOLDS)


def runs(text: str) -> list[str]:
    """Return the folded runs of letters and digits; blanks and all other signs only separate them."""
    return _RUN.findall(fold(text))


def bare(text: str) -> str:
    """Return the folded letters and digits alone, for comparing names without their signs."""
    return "".join(runs(text))


def folded_places(text: str) -> tuple[str, list[int]]:
    """Fold a text, and return also the place in the text of each character of the folded one."""
    parts = [fold(char) for char in text]
    return "".join(parts), [place for place, part in enumerate(parts) for _ in part]
