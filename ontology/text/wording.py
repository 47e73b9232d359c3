"""Read the Chinese words and patterns that a module knows from the TOML file beside it.

Such a file has four tables: `words` (lists), `meanings` (lists of words that mean the same, by their meaning),
`characters` (strings of single characters) and `patterns` (regular expressions). In a pattern, `$name` is replaced by
the entry `name` of the other tables, or by an earlier pattern: a list by its words as alternatives, longest first;
strings and patterns by themselves. `$name_chars` is replaced by all characters of the list `name`. Every file may use
`$figures` (一 to 九), `$zeros`, and `$dashes` (the characters between the ends of a range).
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cached_property
from importlib.resources import files
from itertools import chain

from jixiao.ontology.numerals import FIGURES, ZEROS
from jixiao.ontology.text import folding

_NAME = re.compile(r"\$([a-z][a-z0-9_]*)")


class Wording:
    """The words and patterns of one TOML file.

    `given` are further texts that its patterns may use, by name.
    """

    def __init__(self, package: str, file: str, given: Mapping[str, str] | None = None) -> None:
        """Read the TOML file `file` in the folder of a package. Raises KeyError if a pattern uses an undefined name.

        `given` are further texts that the patterns may use, by name.
        """
        self.tables = tomllib.loads(files(package).joinpath(file).read_text(encoding="utf-8"))
        lists: dict[str, list[str]] = self.tables.get("words", {}) | {
            name: list(chain(*meanings.values())) for name, meanings in self.tables.get("meanings", {}).items()
        }
        self._parts: dict[str, str] = {
            "figures": FIGURES,
            "zeros": ZEROS,
            "dashes": r"\-‐‑‒–—―−－~～〜∼",  # the inside of a class
            **{name: alternatives(words) for name, words in lists.items()},
            **{f"{name}_chars": "".join(sorted(set("".join(words)))) for name, words in lists.items()},
            **self.tables.get("characters", {}),
            **(given or {}),
        }
        for name, pattern in self.tables.get("patterns", {}).items():
            self._parts[name] = _NAME.sub(lambda match: self._parts[match[1]], pattern)
        self._compiled: dict[tuple[str, int], re.Pattern[str]] = {}

    def words(self, name: str) -> tuple[str, ...]:
        """Return the words of a list, in the order of the file."""
        return tuple(self.tables["words"][name])

    def meanings(self, name: str) -> dict[str, str]:
        """Map each word of a table of `meanings` to its meaning."""
        return {word: meaning for meaning, words in self.tables["meanings"][name].items() for word in words}

    def text(self, name: str) -> str:
        """Return a string of characters, or a pattern in which all names are replaced."""
        return self._parts[name]

    @cached_property
    def patterns(self) -> "Patterns":
        """The patterns by name, as attributes."""
        return Patterns(self)

    def pattern(self, name: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
        """Return the pattern with a name, compiled with `flags`; each is compiled once."""
        # The cache of `re` is smaller than the number of patterns by which a file is read.
        key = (name, flags)
        if key not in self._compiled:
            self._compiled[key] = re.compile(self._parts[name], flags)
        return self._compiled[key]


class Patterns:
    """The patterns of a `Wording` as attributes: `patterns.kind.search(text)`. A list is a pattern of its words, too.

    Patterns that no other one uses are compiled at once, so that forked processes share them. Raises AttributeError for
    an unknown name.
    """

    def __init__(self, wording: Wording) -> None:
        self._pattern = wording.pattern
        patterns = wording.tables.get("patterns", {})
        parts = {name for pattern in patterns.values() for name in _NAME.findall(pattern)}
        for name in patterns.keys() - parts:
            getattr(self, name)

    def __getattr__(self, name: str) -> re.Pattern[str]:
        try:
            found = self.__dict__[name] = self._pattern(name)
        except KeyError:
            raise AttributeError(name) from None
        return found


def alternatives(words: Iterable[str]) -> str:
    """Return a pattern that matches any of the words and prefers longer words to shorter ones."""
    return "(?:" + "|".join(map(re.escape, sorted(set(words), key=lambda word: (-len(word), word)))) + ")"


def any_of(texts: Iterable[str]) -> str:
    """Return a regular expression that finds any of the given texts in a folded text.

    A text that ends with a Latin letter is not found at the beginning of a longer word.
    """
    folded = [folding.fold(text) for text in texts]
    latin = [text for text in folded if "a" <= text[-1] <= "z"]
    others = [text for text in folded if text not in latin]
    parts = ([f"{alternatives(latin)}(?![a-z])"] if latin else []) + ([alternatives(others)] if others else [])
    return f"(?:{'|'.join(parts)})"
