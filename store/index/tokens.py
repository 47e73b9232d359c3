"""Divide texts into the tokens of the full-text index, and queries into phrases of such tokens.

Every two adjacent characters are a token, and so is the last character of a run: 预算法 has tokens 预算, 算法, 法.
A phrase of tokens therefore matches exactly the texts that contain its characters side by side. A token that no query
can have separates the texts of one row, so that no phrase matches across two of them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jixiao.ontology.text import folding

_APART = "\ue000"  # a character for private use, which folding removes from queries, as it is no letter
LONGEST = 200
"""The most characters of a query that are used; more would only take time."""
_MOST_TERMS = 12


def of_texts(texts: Iterable[str]) -> str:
    """Return the tokens of a row's texts, separated by blanks."""
    return f" {_APART} ".join(" ".join(_of_text(text)) for text in texts)


def _of_text(text: str) -> Iterator[str]:
    """Yield the tokens of a text: every two adjacent characters of a run, and its last character."""
    for run in folding.runs(text):
        yield from (run[at : at + 2] for at in range(len(run)))


@dataclass(frozen=True)
class Query:
    """A query's terms: words between blanks, each a list of folded runs, all of which a row must have.

    Within a term other signs than letters and digits are ignored, as they are in texts.
    """

    terms: tuple[tuple[str, ...], ...]

    @staticmethod
    def of(text: str) -> "Query":
        """Parse the text that was typed into a search box."""
        terms = (tuple(folding.runs(word)) for word in text[:LONGEST].split())
        return Query(tuple(dict.fromkeys(term for term in terms if term))[:_MOST_TERMS])

    @property
    def bare(self) -> str:
        """The query's letters and digits, joined without blanks."""
        return "".join(run for term in self.terms for run in term)

    @property
    def short(self) -> bool:
        """True if no term has two characters side by side: almost every text would match."""
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
    if len(term[-1]) > 1:
        return f'"{" ".join(tokens[:-1])}"'
    return f'"{" ".join(tokens)}" *'
