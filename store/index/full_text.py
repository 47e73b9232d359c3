"""Divide texts into the tokens of the full-text index, and queries into phrases of them; number the index's rows.

Every two adjacent characters are a token, and so is the last character of a run (预算法 has tokens 预算, 算法, 法). A
phrase of tokens therefore matches exactly the texts that contain its characters side by side. A token that no query can
have separates the texts of one row, so that no phrase matches across two of them.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jixiao.ontology.text import folding
from jixiao.store.index.entries import NUMBERS, IndexRow

_APART = "\ue000"  # a character for private use, which folding removes from queries, as it is no letter
LONGEST = 200
"""The most characters of a query that are used; more would only take time."""
_MOST_TERMS = 12

KIND_BIT = 59
"""The bit of a row's number from which it has the number of its kind."""
RANK_BIT = 32
"""The bit from which it has its kind and its rank; the lower bits are a digest."""
_YEAR_BITS = 8
_LENGTH_BITS = KIND_BIT - RANK_BIT - _YEAR_BITS
_FIRST_YEAR = 1900  # earlier years are ranked as unknown ones


def tokens_of(texts: Iterable[str]) -> str:
    """Return the tokens of a row's texts, separated by spaces."""
    return f" {_APART} ".join(" ".join(_of_text(text)) for text in texts)


def _of_text(text: str) -> Iterator[str]:
    """Yield the tokens of a text: every two adjacent characters of a run, and its last character."""
    for run in folding.runs(text):
        yield from (run[at : at + 2] for at in range(len(run)))


@dataclass(frozen=True)
class Query:
    """A search query: terms, each a tuple of runs of letters and digits; a row must have all terms.

    Other characters only separate the runs of a term, as they do in the indexed texts.
    """

    terms: tuple[tuple[str, ...], ...]

    @staticmethod
    def of(text: str) -> "Query":
        """Parse the text that was typed into a search box."""
        terms = (tuple(folding.runs(word)) for word in text[:LONGEST].split())
        return Query(tuple(dict.fromkeys(term for term in terms if term))[:_MOST_TERMS])

    @property
    def bare(self) -> str:
        """The query's letters and digits, joined without spaces."""
        return "".join(run for term in self.terms for run in term)

    @property
    def short(self) -> bool:
        """Return whether no term has two characters side by side: almost every text would match."""
        return all(len(run) < 2 for term in self.terms for run in term)

    def match(self) -> str:
        """Return the query in FTS5's syntax: all terms must occur in a row, and at least one in the row's own texts."""
        phrases = [_phrase(term) for term in self.terms]
        own = f"{{own}} : ({' OR '.join(phrases)})"
        return own if len(phrases) == 1 else f"({' AND '.join(phrases)}) AND {own}"


def _phrase(term: tuple[str, ...]) -> str:
    """Return a term as a phrase in FTS5's syntax.

    In a text, further characters may follow the term's last one. The token of this character alone is therefore left
    out or, if its run has no other token, matches as the beginning of a token. Tokens have letters and digits alone, so
    none needs escaping.
    """
    tokens = list(_of_text(" ".join(term)))
    return f'"{" ".join(tokens[:-1])}"' if len(term[-1]) > 1 else f'"{" ".join(tokens)}" *'


def number_range(kind: str) -> tuple[int, int]:
    """Return the range of row numbers that a kind has: the smallest and the largest."""
    first = NUMBERS[kind] << KIND_BIT
    return first, first + (1 << KIND_BIT) - 1


def number_of(row: IndexRow, unit: str) -> int:
    """Return the number of a row in the index, which sorts rows by kind, by rank, and by a digest of unit and part.

    Shorter texts rank first, and of equal length later years, so that a search can stop after the best rows.
    """
    length = min(sum(map(len, row.own)), (1 << _LENGTH_BITS) - 1)
    year = min(max(row.year - _FIRST_YEAR, 0), (1 << _YEAR_BITS) - 1)
    rank = (NUMBERS[row.kind] << _LENGTH_BITS | length) << _YEAR_BITS | (1 << _YEAR_BITS) - 1 - year
    digest = hashlib.blake2b(f"{unit}#{row.part}".encode(), digest_size=RANK_BIT // 8).digest()
    return rank << RANK_BIT | int.from_bytes(digest)
