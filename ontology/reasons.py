"""Give the reasons for inferred, doubtful and withheld values, and the confirmations of amounts: codes with sentences.

The sentences stand in reasons.toml, each under its code. Programs look at the codes alone.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path
from typing import Any

from jixiao.ontology.text.bilingual import Bilingual

_TABLE: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Reason(Bilingual):
    """A sentence in both languages with its codes: its own, then those of reasons inserted or appended."""

    codes: tuple[str, ...]

    def followed_by(self, other: "Reason | None") -> "Reason":
        """Return the reason with the sentence and codes of `other` appended, or unchanged if `other` is None."""
        if other is None:
            return self
        return Reason(f"{self.zh}；{other.zh}", f"{self.en}; {other.en}", (*self.codes, *other.codes))


def reason(code: str, **words: Bilingual | str | int) -> Reason:
    """Return the reason with a code, its braces filled with `words`. Raises KeyError for a code or word not known."""
    sentence = Bilingual(**_TABLE[code]).filled(**words)
    within = (word.codes for word in words.values() if isinstance(word, Reason))
    return Reason(sentence.zh, sentence.en, (code, *chain(*within)))


DOUBTED = reason("doubtful")
"""The reason given for a value that is stated although some of its characters were recognised with low certainty."""
BLANK = frozenset({reason("no-value"), reason("left-blank")})
"""The reasons given for a cell without a value in which nothing is printed, so that nothing is withheld."""


def is_doubted(why: Reason | None) -> bool:
    """Return whether a fact was recognised with low certainty, by the reason `why` given with it."""
    return why is not None and not {*DOUBTED.codes}.isdisjoint(why.codes)


def kept(written: Mapping[str, Any] | str | None) -> Reason | None:
    """Return the reason that a ledger states as JSON in `written`; None if the ledger states none.

    Ledgers made before reasons had codes state a sentence instead, whose codes are looked up in the table.
    """
    if isinstance(written, str):
        return _of_sentence(written)
    return Reason(written["zh"], written["en"], tuple(written["codes"])) if written else None


@lru_cache(maxsize=1024)  # a ledger has a few sentences many times
def _of_sentence(written: str) -> Reason:
    zh, _, en = written.partition(" · ")
    return Reason(zh, en or zh, tuple(code for code, sentence in _sentences().items() if sentence.search(zh)))


@cache
def _sentences() -> dict[str, re.Pattern[str]]:
    return {code: re.compile(re.sub(r"\\{\w+\\}", ".*", re.escape(said["zh"]))) for code, said in _TABLE.items()}
