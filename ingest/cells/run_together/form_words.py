"""Find the words of forms in a stream: labels, titles, heads of indicator tables, and words that end a table."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from jixiao.ingest.cells.run_together.stream import Stream
from jixiao.ingest.rendition import Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.roles.wording import data, pattern

_LONGEST_WORD = 18
_LONGEST_BRACKET = 26
_SHORTEST_ALONE = 4  # a shorter word counts only where a line, a blank or a colon bounds it
_IN_MARKS = re.compile(r"《[^《》]{1,100}》")


@dataclass(frozen=True)
class Word:
    """A word of the form in a stream: its start and end, its kind (a key of [order]), and its text without brackets.

    `cells` are the starts and ends of the words of a head.
    """

    start: int
    end: int
    kind: str
    word: str
    cells: tuple[tuple[int, int], ...] = ()

    @property
    def rank(self) -> int:
        """The place of the word in the usual order of a form."""
        order: int = data()["order"][self.kind]
        return order


@cache
def _kinds() -> Mapping[str, str]:
    known = labels()
    kinds = dict.fromkeys(known.others, "other") | dict.fromkeys(known.groups | known.long_term, "group")
    kinds |= dict.fromkeys(known.persons, "person") | dict.fromkeys(known.form_sections, "section")
    return kinds | known.goals | known.amounts | known.fields


def words(stream: Stream) -> tuple[Word, ...]:
    """Return every word of the form that the stream may hold, sorted by start and end; words may overlap."""
    longest = _undivided(stream, _labels(stream))
    found = {*longest, *_titles(stream), *_heads(stream), *_units(stream), *_ends(stream)}
    return tuple(sorted(found, key=lambda word: (word.start, word.end, word.kind)))


def _labels(stream: Stream) -> Iterator[Word]:
    text, kinds = stream.text, _kinds()
    titled = {at for found in _IN_MARKS.finditer(text) for at in range(*found.span())}
    for start in range(len(text)):
        if start in titled:
            continue
        for end in range(start + 2, min(len(text), start + _LONGEST_WORD) + 1):
            word = text[start:end]
            if word not in kinds or pattern("part_of_word").match(text, start - 1):
                continue
            if start not in stream.breaks and any(stream.breaks.get(at) == 2 for at in range(start + 1, end)):
                continue  # the word would join the end of one line and the start of the next
            tail = _tail(text, start, end, word)
            bounded = start in stream.breaks and (tail in stream.breaks or text[end:tail].endswith(":"))
            figure = kinds[word] in labels().amounts.values() and text[tail : tail + 1].isdigit()
            if len(word) >= _SHORTEST_ALONE or bounded or figure:
                yield Word(start, tail, kinds[word], word)


def _undivided(stream: Stream, found: Iterable[Word]) -> Iterator[Word]:
    """Yield the words that are not part of a longer word, unless a line or cell begins inside the longer word."""
    reach = -1
    for word in sorted(found, key=lambda word: (word.start, -word.end)):
        if word.end > reach:
            yield word
            inner = range(word.start + 1, word.end)
            reach = reach if any(stream.breaks.get(at) == 2 for at in inner) else word.end


def _tail(text: str, start: int, end: int, word: str) -> int:
    """Return the end of a label, including the bracket and the colon after it."""
    close = text.find(")", end, end + _LONGEST_BRACKET) if text[end : end + 1] in "([" else -1
    if close > 0 and bare(text[start : close + 1]) == word:
        end = close + 1
    return end + (text[end : end + 1] == ":")


def _titles(stream: Stream) -> Iterator[Word]:
    for found in pattern("title").finditer(stream.text):
        start, end = found.span()
        yield Word(start, end, "title", stream.text[start:end])


def _units(stream: Stream) -> Iterator[Word]:
    """Yield the statements of the unit of money (单位：万元) that fill a line or cell."""
    for found in pattern("unit_of_form").finditer(stream.text):
        if found.start() in stream.breaks and found.end() in stream.breaks:
            yield Word(*found.span(), "unit", found[0])


def _heads(stream: Stream) -> Iterator[Word]:
    """Yield the heads of tables: consecutive words of columns, the first of them for a level."""
    text = stream.text
    for start in range(len(text)):
        begins = pattern("head_begins").match(text, start)
        if not begins or (not begins["level"] and start not in stream.breaks):
            continue
        cells, at = [], start
        while end := _column(text, at):
            cells.append((at, end))
            at = end
        if len(cells) > 2 and columns.head(Row(tuple(stream.cell(*cell, n) for n, cell in enumerate(cells)))):
            yield Word(start, at, "head", text[start:at], tuple(cells))


def _column(text: str, at: int) -> int:
    """Return the end of the longest word of a column at a position, or 0."""
    for end in range(min(len(text), at + _LONGEST_WORD), at + 1, -1):
        if bare(text[at:end]) in labels().columns and text[at] not in "(:":
            return end
    return 0


def _ends(stream: Stream) -> Iterator[Word]:
    for word in data()["end"]["words"]:
        for found in re.finditer(re.escape(word), stream.text):
            yield Word(found.start(), found.end() + (stream.text[found.end() : found.end() + 1] == ":"), "end", word)
