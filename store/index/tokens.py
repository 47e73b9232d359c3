"""Divide texts into the tokens of the full-text index, and queries into phrases of such tokens.

Every two adjacent characters are a token, and the last character of a run is one by itself, so that a phrase of tokens
matches exactly the texts that have its characters side by side. Texts of one row are kept apart by a token that no
query has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jixiao.ontology.text import folding

_APART = "\ue000"  # for private use: no letter, so that folding keeps it out of queries
LONGEST = 200
"""Characters of a query that count; more make no sense, and each costs time."""
_MOST_TERMS = 12


def of_texts(texts: Iterable[str]) -> str:
    """Return the tokens of a row's texts, separated by blanks."""
    return f" {_APART} ".join(" ".join(_of_text(text)) for text in texts)


def _of_text(text: str) -> Iterator[str]:
    for run in folding.runs(text):
        yield from (run[at : at + 2] for at in range(len(run)))


@dataclass(frozen=True)
class Query:
    """A query's terms: words between blanks, each a list of folded runs, all of which a row must have.

    Within a term other signs than letters and digits are ignored, as they are in texts.
    """

    terms: tuple[tuple[str, ...], ...]

    @staticmethod
    def of(text: str) -> Query:
        """Read what was typed."""
        terms = (tuple(folding.runs(word)) for word in text[:LONGEST].split())
        return Query(tuple(dict.fromkeys(term for term in terms if term))[:_MOST_TERMS])

    @property
    def bare(self) -> str:
        """The letters and digits of the query."""
        return "".join(run for term in self.terms for run in term)

    @property
    def short(self) -> bool:
        """True if no term has two characters side by side: almost every text would match."""
        return all(len(run) < 2 for term in self.terms for run in term)

    def match(self) -> str:
        """Return the query in FTS5's syntax: every term in a row's texts, and one of them in its own."""
        phrases = [_phrase(term) for term in self.terms]
        own = f"{{own}} : ({' OR '.join(phrases)})"
        return own if len(phrases) == 1 else f"({' AND '.join(phrases)}) AND {own}"


def _phrase(term: tuple[str, ...]) -> str:
    """Return a term as a phrase; tokens have letters and digits alone, so none needs escaping."""
    tokens = list(_of_text(" ".join(term)))
    if len(term[-1]) > 1:
        return f'"{" ".join(tokens[:-1])}"'
    return f'"{" ".join(tokens)}" *'
