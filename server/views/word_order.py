"""Order the rows of a table by words: rows with all of them come first, then rows with some, and none is left out.

A word of an address is a text, or a name and the texts that mean it: `library:图书馆|图书室`. A word stands in a row
where the condition on texts would be met. What is told of rows is told for those with all words, and then for all.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.http.requests import several
from jixiao.server.views.answers import UNLABELLED, Answer, Column, Mentioned, Whole, Word
from jixiao.server.views.parameters import Given, Parameter
from jixiao.server.views.sentences import refusal

WORDS = "words"
"""The parameter with words, and the column with those that stand in a row."""
EVERY, SOME = "words_all", "words_some"
"""The marks of rows with all words, and of rows with one at least."""
SLOTS = ("texts.text", "text", "name")
"""The columns that words are looked for in: the first that a table has, or that belongs to its rows."""
OPERATOR = "contains"
MOST = 10
LABEL = Bilingual("所含的字", "Words found")


def asked(given: Given) -> list[Word]:
    """Return the words of an address, each once. Raises ParameterError for too many, and for one without a text."""
    words = dict[str, Word]()
    for typed in several(given.get(WORDS, "")):
        name, colon, alternatives = typed.replace("：", ":").partition(":")
        texts = tuple(dict.fromkeys(filter(None, map(str.strip, (alternatives if colon else name).split("|")))))
        name = name.strip() if colon else "、".join(texts)
        if not (name and texts):
            raise refusal("word-wrong", name=WORDS, typed=typed)
        words.setdefault(name, Word(name, texts))
    if len(words) > MOST:
        raise refusal("words-many", name=WORDS, most=MOST)
    return [*words.values()]


def column(places: Iterable[str]) -> str:
    """Return the column of a table that words are looked for in. Raises ParameterError if there is none."""
    there = {*places}
    if slot := next((name for name in SLOTS if name in there), ""):
        return slot
    raise refusal("no-texts", name=WORDS)


def conditions(given: Given, slot: str, words: Sequence[Word]) -> dict[str, str | Sequence[str]]:
    """Return the parameters of an address with some of its words as conditions, each met by a row of its own."""
    names = {word.name for word in words}
    kept = [
        typed for typed in several(given.get(WORDS, "")) if not names & {word.name for word in asked({WORDS: typed})}
    ]
    changed = {**given, WORDS: kept}
    for word in words:
        first = f"{slot}.{OPERATOR}"
        numbered = (name for n in range(1, len(changed) + 2) if (name := f"{first}.{n}" if n > 1 else first))
        changed[next(name for name in numbered if not several(changed.get(name, "")))] = list(word.texts)
    return changed


def mark(n: int) -> str:
    """Return the name of the column that marks rows with the n-th word."""
    return f"word_{n}"


def marking(words: Sequence[Word], slot: str, base_iri: str) -> Iterator[dict[str, Any]]:
    """Yield the entries that mark rows with each word in a column for Tabled. Raises ParameterError."""
    parameter = Parameter(WORDS, "text", required=False, example="", label=LABEL)
    for n, word in enumerate(words):
        values = [term.value for text in word.texts for term in parameter.terms(text, base_iri)]
        where = {"column": slot, "operator": OPERATOR, "values": values, "apart": f"words{n}"}
        yield {"name": mark(n), "where": where}


def columns(words: Sequence[Word]) -> list[Column]:
    """Return the columns of marks, whose sums are the numbers of rows."""
    return [Column(name, "integer", UNLABELLED, sum=True) for name in (*map(mark, range(len(words))), EVERY)]


def marked(answer: Answer, listed: Answer, first: Answer, every: Answer, words: Sequence[Word], slot: str) -> Answer:  # noqa: PLR0913, PLR0917 - three answers
    """Return an answer that tells of words, with one column of those in a row in place of the marks.

    `listed` is the answer whose rows are marked, `first` that for the rows with all words, and `every` for all rows.
    `slot` is the column that the words were looked for in.
    """
    whole = listed.whole or Whole(len(listed.rows))
    marks = {mark(n): word for n, word in enumerate(words)}
    numbers = tuple((word, int(whole.sums.get(name, 0))) for name, word in marks.items())
    mentioned = Mentioned(numbers, int(whole.sums.get(EVERY, 0)), whole.rows, first, every, slot)
    if listed is not answer:
        return replace(answer, mentioned=mentioned)
    kept = [each for each in answer.columns if each.name not in (*marks, EVERY)]
    place = next((n for n, each in enumerate(kept, 1) if each.type != "iri"), 0)
    kept.insert(place, Column(WORDS, "text", LABEL))
    there = [
        {**row, WORDS: "、".join(word.name for name, word in marks.items() if row[name]) or None} for row in answer.rows
    ]
    sums = {name: number for name, number in whole.sums.items() if name not in (*marks, EVERY)}
    return replace(
        answer,
        mentioned=mentioned,
        columns=tuple(kept),
        rows=tuple({each.name: row[each.name] for each in kept} for row in there),
        whole=replace(whole, sums=sums),
    )
