"""Write questions to suggest in place of one that was not understood, and example questions.

Suggestions are the question without its unknown words, the question with a year of the graph in place of “last year”,
and the examples in the views' headers, filled in with values of the question or of the graph.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.views.questions.patterns import Pattern
from jixiao.server.views.questions.question import Question
from jixiao.store import Index

_YEARS = 3  # latest years that are tried in place of “last year”
_FILLED = {"org": "department", "year": "year", "number": "number", "name": "text"}
"""Placeholders of examples, such as {department}, by the role of the question's values that can fill them."""
_PLACE = re.compile(r"\{(\w+)\}")


def similar(question: Question, patterns: Sequence[Pattern], graph: Index) -> Iterator[Bilingual]:
    """Yield questions to suggest in place of one, the most similar first; some of them may have no rows."""
    relative = [word for word, tag in question.blocked.items() if tag == "relative"]
    for word in relative[:1]:
        for year in _years(graph)[:_YEARS]:
            text = question.text.replace(word, year if word.isascii() else f"{year}年")
            yield Bilingual(text, text)
    if question.unknown and not question.blocked and question.without:
        yield Bilingual(question.without, question.without)
    known = values(graph)
    for item in reversed(question.items):
        known |= {_FILLED[sense.role]: sense.text for sense in item.senses if sense.role in _FILLED and sense.text}
    for pattern in sorted(patterns, key=lambda pattern: -_nearness(question, pattern)):
        yield from examples(pattern, known)


def values(graph: Index) -> dict[str, str]:
    """Return a dict from the placeholders of examples to values of the graph; without a value there is no entry."""
    known = dict(zip(("later", "earlier"), _years(graph), strict=False)) if len(_years(graph)) > 1 else {}
    for name, kind in (("department", "org"), ("year", "year"), ("text", "series"), ("number", "basis")):
        fitting = [
            choice.value for choice in graph.choices(kind, limit=20) if name != "number" or choice.value.endswith("号")
        ]
        if fitting:
            known[name] = fitting[0]
    return known


def examples(pattern: Pattern, known: Mapping[str, str]) -> Iterator[Bilingual]:
    """Yield a view's example questions filled in with known values; skip those that need other values."""
    for example in pattern.questions:
        if all(name in known for name in _PLACE.findall(example.zh + example.en)):
            yield Bilingual(example.zh.format_map(known), example.en.format_map(known))


def _years(graph: Index) -> list[str]:
    """Return the years of the graph, newest first."""
    return sorted((choice.value for choice in graph.choices("year")), reverse=True)


def _nearness(question: Question, pattern: Pattern) -> float:
    """Return how much of a question a view would explain: the weights of its words, and 1 for each item it can take."""
    roles = {role for taken in pattern.takes.values() for role in taken}
    explained = sum(max((pattern.weights.get(word, 0.0) for word in words), default=0.0) for words in question.meanings)
    return explained + sum(any(sense.role in roles for sense in item.senses) for item in question.items)
