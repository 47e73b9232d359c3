"""Combine a question with the one that it follows: by values in place of those before, or by a word that points back.

The two are joined by their parts, and not by their texts: the slots of the question before are kept, unless the one
that follows has some of their kind.
"""

import re
from collections.abc import Iterable, Set as AbstractSet
from dataclasses import replace

from jixiao.server.views.questions.covering import Fit, kind
from jixiao.server.views.questions.lexicon import group, words
from jixiao.server.views.questions.question import POINTING, Question
from jixiao.server.views.questions.senses import Item

THEN = "→"
"""Sign between a question and one that follows it, in the text of both."""
_RELATIVE = "relative"


def with_values(question: Question, before: Question) -> Question | None:
    """Return the question `before` with the values of the question that follows it (那2023年呢).

    Each value replaces the values of its kind in `before`, or is added. None if the following question says more than
    values; a word of `before` said again, as in “and the second largest?”, is no more.
    """
    table, further = words()["further"], zip(question.said, question.meanings, strict=True)
    again = before.meant | {"stop"} if re.match(table["begins"], question.text) else frozenset()
    says = any(word.strip() not in table["words"] and not meanings <= again for word, meanings in further)
    if says or question.unknown or question.blocked or not question.items:
        return None
    kept, places = _kept(before.items, question), {kind(item): item for item in reversed(before.items)}
    end = Item(len(before.text), len(before.text), "", ())
    set_in = [(item, places.get(kind(item), end)) for item in question.items]
    moved = [replace(item, start=place.start, end=place.end) for item, place in set_in]
    return replace(before, items=tuple(sorted((*kept, *moved), key=lambda item: item.start)))


def with_slots(question: Question, first: Fit, meant: AbstractSet[str]) -> Question:
    """Return a question with the values in the slots of `first`, the fit of the question before, as added items.

    Values of a kind that the question has itself are not added. `meant` are the meanings of the question before. If the
    question asks for no noun and `first` lists projects, projects are asked for, and their money if `meant` has it.
    """
    slots = (replace(slot.item, senses=(slot.sense,)) for slot in first.slots)
    kept = _kept(slots, question)
    names, text = "，".join(item.text for item in kept), question.text
    starts = [sum(len(item.text) + 1 for item in kept[:at]) for at in range(len(kept))]
    placed = [replace(item, start=start, end=start + len(item.text)) for item, start in zip(kept, starts, strict=True)]
    shift = len(names) + 1
    pieces = [replace(each, start=each.start + shift, end=each.end + shift) for each in question.pieces]
    items = [replace(each, start=each.start + shift, end=each.end + shift) for each in question.items]
    rows = frozenset(("project",)) if first.pattern.rows == "project" and not question.asked else frozenset()
    more = [each for each in (rows, frozenset(meant & {"money"} if rows else ())) if each]
    return replace(
        question,
        text=f"{names}；{text}",
        items=(*placed, *items),
        pieces=tuple(pieces),
        meanings=(*more, *question.meanings),
        said=(*[""] * len(more), *question.said),
        asked=question.asked or rows,
        blocked={word: tag for word, tag in question.blocked.items() if tag != POINTING},
    )


def points(question: Question, by: str) -> bool:
    """Return True if a question points back to another with a word: for `by` "share" 占, for "one" 它 or “it”."""
    return any(tag == POINTING and re.match(words()["further"][by], word) for word, tag in question.blocked.items())


def of_page(question: Question) -> Question | None:
    """Return a question without the words that point back, so that it can be asked about one project's page.

    “This year” is such a word, since the page is of one year. None if the question asks what no page states.
    """
    rest = {word: tag for word, tag in question.blocked.items() if tag not in (POINTING, _RELATIVE)}
    return None if group("refused") & {*rest.values()} else replace(question, blocked=rest)


def _kept(items: Iterable[Item], question: Question) -> list[Item]:
    return [item for item in items if kind(item) not in {kind(changed) for changed in question.items}]
