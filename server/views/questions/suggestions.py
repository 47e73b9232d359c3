"""Offer similar questions for one that was not understood; each is understood and has an answer in this graph.

They are the question itself without its unknown words, or with a year of the graph for “last year”, and the examples of
the views' headers with names from the question or from the graph.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.views.questions.fitting import Fit
from jixiao.server.views.questions.patterns import Pattern
from jixiao.server.views.questions.question import Question

MOST = 5
_MOST_TRIED = 10
_YEARS = 3
_FILLED = {"org": "department", "year": "year", "number": "number", "name": "text"}
"""Places of examples, by the role of the values that can fill them."""
_PLACE = re.compile(r"\{(\w+)\}")

Read = Callable[[str], Fit | None]
"""A function from a question to its fit, or None if it is not understood."""


@dataclass(frozen=True)
class Suggestion:
    """A question to ask instead, and its reading."""

    text: Bilingual
    fit: Fit


@dataclass(frozen=True)
class Nearest:
    """A finder of questions to ask instead of one.

    `values` are values of the graph by parameter, `years` its years, newest first; `answers` tells if a fit has rows.
    """

    patterns: Sequence[Pattern]
    values: Mapping[str, str]
    years: Sequence[str]
    read: Read
    answers: Callable[[Fit], bool]

    def find(self, question: Question) -> tuple[Suggestion, ...]:
        """Return the nearest questions, the nearest first."""
        found: list[Suggestion] = []
        for text in islice(self._texts(question), _MOST_TRIED):
            fit = self.read(text.zh)
            if fit and all(fit.asked != other.fit.asked for other in found) and self.answers(fit):
                found.append(Suggestion(text, fit))
        return tuple(found[:MOST])

    def _texts(self, question: Question) -> Iterator[Bilingual]:
        relative = [word for word, tag in question.blocked.items() if tag == "relative"]
        for word in relative[:1]:
            for year in self.years[:_YEARS]:
                text = question.text.replace(word, year if word.isascii() else f"{year}年")
                yield Bilingual(text, text)
        if question.unknown and not question.blocked and question.without:
            yield Bilingual(question.without, question.without)
        known = dict(self.values)
        for item in reversed(question.items):
            known |= {_FILLED[sense.role]: sense.text for sense in item.senses if sense.role in _FILLED and sense.text}
        for pattern in sorted(self.patterns, key=lambda pattern: -_nearness(question, pattern)):
            yield from examples(pattern, known)


def examples(pattern: Pattern, known: Mapping[str, str]) -> Iterator[Bilingual]:
    """Yield a view's example questions filled in with known values; skip those that need other values."""
    for example in pattern.questions:
        if all(name in known for name in _PLACE.findall(example.zh + example.en)):
            yield Bilingual(example.zh.format_map(known), example.en.format_map(known))


def _nearness(question: Question, pattern: Pattern) -> float:
    """Return how much of a question a view would explain, unknown words left aside."""
    roles = {role for taken in pattern.takes.values() for role in taken}
    explained = sum(max((pattern.weights.get(word, 0.0) for word in words), default=0.0) for words in question.meanings)
    return explained + sum(any(sense.role in roles for sense in item.senses) for item in question.items)
