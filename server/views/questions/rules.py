"""Find the rules that the words of a question describe, by the likeness of the words to the rules' labels."""

import re
from dataclasses import replace
from functools import cache

from rapidfuzz import fuzz

from jixiao.ontology.text import folding, wording
from jixiao.server.views.questions.lexicon import words
from jixiao.server.views.questions.question import Item, Question, Sense
from jixiao.shapes import catalogue

_KEPT = ("org", "region", "county", "prefecture", "province")
"""Roles of the values of a question by which findings are chosen."""
_PLAIN = {*_KEPT, "name", "text", "subject", "basis", "topic", "indicator", "project"}
"""Roles of the values of questions that describe rules: besides these, texts that are taken for words."""
_NOUNS = frozenset(("project", "body", "document", "indicator", "finding"))
_ALIKE, _CLOSE = 148, 0.95
"""Least sum of two likenesses in percent, and the share of the best one at which further rules are taken."""
_WORD = re.compile(r"(?P<latin>[a-z]+?)(?:ies|es|s|ed|ing)?(?![a-z])|(?=(?P<pair>[\u4e00-\u9fff]{2}))")


def described(question: Question) -> Question | None:
    """Return a question as one for findings of the rules that its words describe, or None if they describe none.

    A question without unknown words means what these say, and describes none.
    """
    if not question.unknown or question.blocked or not {each.senses[0].role for each in question.items} <= _PLAIN:
        return None
    kept = tuple(item for item in question.items if item.senses[0].role in _KEPT)
    bare = re.sub(wording.alternatives([item.text for item in kept] or ["\n"]), " ", question.text)
    said, heard = _plain(bare), set(_plain(" ".join(question.unknown)).split())
    alike = [
        (fuzz.token_set_ratio(said, label) + fuzz.token_sort_ratio(said, label), name)
        for name, label in _labels()
        if heard & set(label.split())
    ]
    least = max(_ALIKE, max(alike, default=(0, ""))[0] * _CLOSE)
    named = ",".join(name for likeness, name in alike if likeness >= least)
    if not named:
        return None
    fault = Item(0, 0, bare.strip(), (Sense("fault", named, 2.0),))
    meanings = [frozenset((noun,)) for noun in (*(question.asked & _NOUNS), "finding")]
    return replace(question, items=(*kept, fault), meanings=tuple(meanings), unknown=())


def _plain(text: str) -> str:
    """Return the pairs of characters of a Chinese text, or the stems of English words, without words of no meaning."""
    table, text = words()["rules"], folding.fold(text)
    for word, others in table["alike"].items():
        text = re.sub(wording.alternatives(others), word, text)
    text = re.sub(wording.alternatives(table["without"]), " ", text)
    found = [match["latin"] or match["pair"] for match in _WORD.finditer(text)]
    return " ".join(word for word in found if word not in (*table["without_en"], *words()["stop"]["en"]))


@cache
def _labels() -> list[tuple[str, str]]:
    """Return the names of the rules on documents and stores, each with its plain label in Chinese and in English."""
    rules = [each for each in catalogue.faults() if each.bundle]
    return [(each.name, _plain(label)) for each in rules for label in (each.label.zh, each.label.en)]
