"""Select the source lines around a finding and mark the words or cell at fault.

The lines come from the rendition, the text of a file with names of persons masked. Reports show one excerpt as text, as
a page and as data, so this module knows no layout. An excerpt has a bounded size, however long its lines are.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from jixiao.ontology.grouping import by_key
from jixiao.ontology.text.marks import Span, cut, pieces

BLANK = "（空白 blank）"
"""Text shown for a cell at fault that is empty."""

_BETWEEN = " │ "
_EDGE = re.compile(r"\t|[|│┃｜]")
_FIGURE_BEFORE, _FIGURE_BEHIND = re.compile(r"\d[.,]?$"), re.compile(r"[.,]?\d")
Cell = tuple[int, int | None]
"""A line of the rendition (from 1) and the column of a cell in its row (from 0), or None if it is not known."""

# Characters and marks shown per line of an excerpt: a file may be one line with a thousand findings.
_LONGEST, _MOST_MARKS = 4_000, 50


@dataclass(frozen=True)
class SourceLine:
    """One line of a rendition: number (from 1), text (cells separated by tabs), and its place in the file, in words."""

    number: int
    text: str
    place: str = ""


@dataclass(frozen=True)
class Shown:
    """One line of an excerpt: its cells side by side, and the marked spans of this text (from 0).

    A line of more than 4,000 characters is cut to the part around the first mark, with `…` at each cut. `at_fault` is
    true for the finding's own lines and false for the lines around them.
    """

    number: int
    place: str
    text: str
    at_fault: bool
    marks: tuple[Span, ...] = ()

    def pieces(self, most: int | None = None) -> Iterator[tuple[str, bool]]:
        """Split the text into (piece, marked); a text of more than `most` characters is cut around its first mark."""
        text, marks = cut(self.text, self.marks, most, most // 3) if most else (self.text, self.marks)
        return pieces(text, marks)


def excerpt(
    lines: Mapping[int, SourceLine], numbers: Sequence[int], cells: Iterable[Cell] = (), quote: str | None = None
) -> tuple[Shown, ...]:
    """Select the lines of a finding, each with the nearest line of text on either side; missing lines are left out.

    `numbers` are the lines at fault. On them the words of `quote` are marked or, if these are not there, the `cells`.
    """
    at_fault = [number for number in numbers if number in lines]
    around = [near for number in at_fault for step in (-1, 1) for near in _near(lines, number, step)]
    columns = by_key((number, column) for number, column in cells if column is not None)
    shown: list[Shown] = []
    for line in (lines[number] for number in sorted({*at_fault, *around})):
        faulty = line.number in numbers
        text, marks = _marked(line.text, set(columns.get(line.number, ())), quote) if faulty else _marked(line.text)
        clipped, inside = cut(text or BLANK, marks, _LONGEST, _LONGEST // 3)
        shown.append(Shown(line.number, line.place, clipped, faulty, inside))
    return tuple(shown)


def merged(excerpts: Iterable[Sequence[Shown]]) -> tuple[Shown, ...]:
    """Merge excerpts of one document: each line once, at fault if it is in any excerpt, with the marks of all."""
    lines: dict[int, Shown] = {}
    for line in (line for each in excerpts for line in each):
        known = lines.get(line.number)
        if known is None or (line.at_fault and not known.at_fault):
            lines[line.number] = line
        elif line.text == known.text:
            lines[line.number] = replace(known, marks=tuple(sorted({*known.marks, *line.marks})))
    return tuple(lines[number] for number in sorted(lines))


def by_number(lines: Iterable[SourceLine]) -> dict[int, SourceLine]:
    """Index lines by number, for `excerpt`."""
    return {line.number: line for line in lines}


def _near(lines: Mapping[int, SourceLine], number: int, step: int) -> Iterator[int]:
    """Find the nearest line with text in the direction `step`, at most three lines away."""
    for distance in range(1, 4):
        line = lines.get(number + distance * step)
        if line and line.text.strip():
            yield line.number
            return


def _marked(text: str, columns: Set[int] = frozenset(), quote: str | None = None) -> tuple[str, tuple[Span, ...]]:
    """Put the cells of a line side by side, without blank ones; return the text and its marked spans.

    The marks are the quoted words within the cells at fault; if there are none, the quoted words anywhere in the line;
    if there are none either, the cells at fault.
    """
    cells = _cells(text)
    filled = [number for number, cell in enumerate(cells) if cell]
    # A row may be spread over several lines, each holding one cell; the column then counts cells of the row.
    faulty = (set(filled) or {0}) if columns and len(filled) <= 1 else columns
    shown = ""
    spans: list[Span] = []
    quoted: list[tuple[int, int, bool]] = []
    for number, cell in enumerate(cells):
        if not cell and number not in faulty:
            continue
        shown += _BETWEEN if shown else ""
        begin = len(shown)
        shown += cell or BLANK
        words = islice(occurrences(cell, quote or ""), _MOST_MARKS)
        quoted += ((begin + first, begin + last, number in faulty) for first, last in words)
        if number in faulty:
            spans.append((begin, len(shown)))
    inside = [(first, last) for first, last, within in quoted if within]
    return shown, tuple(inside or [(first, last) for first, last, _ in quoted] or spans)


def _cells(text: str) -> list[str]:
    """Split a line into cells at tabs or bars; a line that begins with a tab has an empty first cell."""
    if "\t" in text:
        return [cell.strip() for cell in text.split("\t")]
    cells = [cell.strip() for cell in _EDGE.split(text.strip())]
    return cells if len(cells) == 1 else cells[not cells[0] : len(cells) - (not cells[-1])]


def occurrences(text: str, words: str) -> Iterator[Span]:
    """Find the spans of words in a text, regardless of character width, case and white space.

    Figures match as a whole: 80 is not found in 1,800.
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


@lru_cache(maxsize=64)  # texts cached in folded form, since several findings in turn search the same text
def _folded(text: str) -> tuple[str, Sequence[int]]:
    """Return a text without white space and differences of width and case.

    Also return the position in the original of each of its characters.
    """
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for each in unicodedata.normalize("NFKC", character).casefold():
            if not each.isspace():
                folded.append(each)
                places.append(place)
    return "".join(folded), places
