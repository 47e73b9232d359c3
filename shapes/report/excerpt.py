"""The lines of a source around a finding, with the words or the cell at fault marked.

Comes in: the rendition's lines (persons masked) and a `Result`; goes out: the lines to show. Apart from the reports,
which show them as text, as a page and as data. What is shown of one finding is bounded, however long its line.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from jixiao.shapes.results import Result

BLANK = "（空白 blank）"
"""Stands for a cell without text, where that is the cell at fault."""

_BETWEEN = " │ "
_EDGE = re.compile(r"\t|[|│┃｜]")
_FIGURE_BEFORE, _FIGURE_BEHIND = re.compile(r"\d[.,]?$"), re.compile(r"[.,]?\d")
Span = tuple[int, int]
# A file may be one line with a thousand findings: so many characters and marks of it are shown for each.
_LONGEST, _MOST_MARKS = 4_000, 50
_KEPT = 64  # texts that are searched for one finding after the other


@dataclass(frozen=True)
class SourceLine:
    """One line of a rendition: number (from 1), text (cells between tabs), and its place in the file, in words."""

    number: int
    text: str
    place: str = ""


@dataclass(frozen=True)
class Shown:
    """One line of an excerpt: its cells put side by side, and the spans of them (from 0) that are marked.

    Of a line of more than 4,000 characters it is what stands around the first mark, between `…`. `at_fault` tells the
    finding's own lines from those around them.
    """

    number: int
    place: str
    text: str
    at_fault: bool
    marks: tuple[Span, ...] = ()

    def pieces(self, most: int | None = None) -> Iterator[tuple[str, bool]]:
        """The text in pieces, each marked or not; of more than `most` characters, what is around the first mark."""
        start, end = _window(self.text, self.marks, most)
        if start:
            yield "…", False
        for first, last in self.marks:
            if first >= end or last <= start:
                continue
            if start < first:
                yield self.text[start:first], False
            yield self.text[max(first, start) : min(last, end)], True
            start = min(last, end)
        if start < end:
            yield self.text[start:end], False
        if end < len(self.text):
            yield "…", False


def excerpt(lines: Mapping[int, SourceLine], result: Result) -> tuple[Shown, ...]:
    """The lines of a finding, each with the next line with text on either side; what does not exist is left out."""
    at_fault = [number for number in result.lines if number in lines]
    around = [near for number in at_fault for step in (-1, 1) for near in _near(lines, number, step)]
    columns: dict[int, set[int]] = {}
    for number, column in result.cells:
        if column is not None:
            columns.setdefault(number, set()).add(column)
    shown: list[Shown] = []
    for line in (lines[number] for number in sorted({*at_fault, *around})):
        faulty = line.number in result.lines
        text, marks = (
            _marked(line.text, columns.get(line.number, set()), result.quote) if faulty else _marked(line.text)
        )
        clipped, inside = _clipped(text or BLANK, marks)
        shown.append(Shown(line.number, line.place, clipped, faulty, inside))
    return tuple(shown)


def merged(excerpts: Iterable[Sequence[Shown]]) -> tuple[Shown, ...]:
    """Several excerpts of one document as one: every line once, at fault and marked where it is so in any."""
    lines: dict[int, Shown] = {}
    for line in (line for each in excerpts for line in each):
        known = lines.get(line.number)
        if known is None or (line.at_fault and not known.at_fault):
            lines[line.number] = line
        elif line.text == known.text:
            lines[line.number] = replace(known, marks=tuple(sorted({*known.marks, *line.marks})))
    return tuple(lines[number] for number in sorted(lines))


def by_number(lines: Iterable[SourceLine]) -> dict[int, SourceLine]:
    """The lines by their numbers, as `excerpt` takes them."""
    return {line.number: line for line in lines}


def _near(lines: Mapping[int, SourceLine], number: int, step: int) -> Iterator[int]:
    """The next line with text, where it is at most a blank cell and an empty line away."""
    for distance in range(1, 4):
        line = lines.get(number + distance * step)
        if line and line.text.strip():
            yield line.number
            return


def _marked(text: str, columns: Set[int] = frozenset(), quote: str | None = None) -> tuple[str, tuple[Span, ...]]:
    """The cells of a line side by side, blank ones left out, and what of them is marked.

    The words of the quote are, in the cells at fault where they stand in these; else these cells as a whole.
    """
    cells = _cells(text)
    filled = [number for number, cell in enumerate(cells) if cell]
    # A line may hold one cell of a row that stands on many lines: its column counts cells of the row then.
    faulty = (set(filled) or {0}) if columns and len(filled) <= 1 else columns
    shown = ""
    spans: list[Span] = []
    found: list[tuple[int, int, bool]] = []
    for number, cell in enumerate(cells):
        if not cell and number not in faulty:
            continue
        shown += _BETWEEN if shown else ""
        begin = len(shown)
        shown += cell or BLANK
        words = islice(occurrences(cell, quote or ""), _MOST_MARKS)
        found += ((begin + first, begin + last, number in faulty) for first, last in words)
        if number in faulty:
            spans.append((begin, len(shown)))
    inside = [(first, last) for first, last, within in found if within]
    return shown, tuple(inside or [(first, last) for first, last, _ in found] or spans)


def _clipped(text: str, marks: tuple[Span, ...]) -> tuple[str, tuple[Span, ...]]:
    """The text and its marks; of a very long text what is around the first mark, with the marks there."""
    start, end = _window(text, marks, _LONGEST)
    before, behind = "…" if start else "", "…" if end < len(text) else ""
    by = len(before) - start
    inside = ((max(first, start) + by, min(last, end) + by) for first, last in marks if first < end and last > start)
    return f"{before}{text[start:end]}{behind}", tuple(inside)


def _window(text: str, marks: tuple[Span, ...], most: int | None) -> Span:
    """Where `most` characters of a text begin and end that show its first mark."""
    if most is None or len(text) <= most:
        return 0, len(text)
    first = marks[0][0] if marks else 0
    start = min(max(0, first - most // 3), len(text) - most)
    return start, start + most


def _cells(text: str) -> list[str]:
    """The cells between tabs or bars, the first empty where the line begins with a tab."""
    if "\t" in text:
        return [cell.strip() for cell in text.split("\t")]
    cells = [cell.strip() for cell in _EDGE.split(text.strip())]
    return cells if len(cells) == 1 else cells[not cells[0] : len(cells) - (not cells[-1])]


def occurrences(text: str, words: str) -> Iterator[Span]:
    """Where words stand in a text, whatever the width of characters and the space between them.

    A figure is found whole: 80 does not stand in 1,800.
    """
    folded, places = _folded(text)
    wanted, _ = _folded(words)
    start = folded.find(wanted) if wanted else -1
    while start >= 0:
        end = start + len(wanted)
        goes_on = (wanted[0].isdigit() and _FIGURE_BEFORE.search(folded, max(0, start - 2), start)) or (
            wanted[-1].isdigit() and _FIGURE_BEHIND.match(folded, end)
        )
        if not goes_on:
            yield places[start], places[end - 1] + 1
        start = folded.find(wanted, end)


@lru_cache(maxsize=_KEPT)
def _folded(text: str) -> tuple[str, Sequence[int]]:
    """The text without white space, widths made one; and for each character its place in the text."""
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for each in unicodedata.normalize("NFKC", character).casefold():
            if not each.isspace():
                folded.append(each)
                places.append(place)
    return "".join(folded), places
