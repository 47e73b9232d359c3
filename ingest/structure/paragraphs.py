"""Divide paragraphs that contain titles and headings of narratives, so that each has a row of its own.

No character is lost: `1.“某”项目。(1)项目概述。…(2)立项依据。… 2.“某”项目。…`
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles.headings import HEADINGS, OVERVIEW_SECTION, Heading, Number, heading
from jixiao.ingest.roles.labels import labels

_LONGEST = 200  # characters of a heading: a number, a word of labels.toml, and the beginning of its text
_FEWEST = 3  # least number of headings in a paragraph without numbers or marks after them
_NUMBER, _ENDED_BY_BLANK, _WITH_COLON, _LAST_SENTENCE = (
    HEADINGS.pattern(name) for name in ("number", "ended_by_blank", "with_colon", "last_sentence")
)


@dataclass(frozen=True)
class _Found:
    """A heading in a text: its position, and the position of the text after it if only a blank separates them."""

    at: int
    heading: Heading
    behind: int | None = None

    @property
    def places(self) -> tuple[int, ...]:
        """The positions at which the text is divided."""
        return (self.at,) if self.behind is None else (self.at, self.behind)


def parted(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows, with each paragraph divided before its titles and headings.

    A heading within a line needs a number that follows the number of the heading before it, here or in a paragraph
    above.
    """
    last: Number | None = None
    for row in rows:
        shown = row.cells[0].parts if len(row.cells) == 1 and not row.withheld else ()
        if len(shown) != 1:
            last = None if len(row.cells) > 1 else last
            yield row
            continue
        ((line, text),) = shown
        edges = {0, len(text)}
        for start, end in pairwise([0, *_titles(text), len(text)]):
            piece = text[start:end]
            found = _headings(piece, None if start else last)
            last = found[-1].heading.number if found else None if start else last
            inner = {place for single in found for place in single.places}
            inner |= _closing_title(piece) if found else set()
            edges |= {start, *(start + place for place in inner)}
        if text and len(edges) == 2 and row.cells[0].printed is None:
            yield row
            continue
        for start, end in pairwise(sorted(edges)):
            yield Row((Cell(((line, text[start:end]),), row.cells[0].column),))


def _titles(text: str) -> list[int]:
    """Return the positions before and after the titles directly before a narrative's first heading."""
    places: set[int] = set()
    for title in labels().lines["title_within"].finditer(text):
        begun = _found(text, title.end(), blank=True)
        number = begun.heading.number if begun else None
        if begun and begun.heading.meaning == OVERVIEW_SECTION and (number is None or number.value == 1):
            places |= {title.start(), title.end()}
    return sorted(places - {0, len(text)})


def _headings(text: str, last: Number | None) -> list[_Found]:
    """Return the headings in a text; those ended by blanks or without numbers count if there are at least three."""
    for found, fewest in (
        (_numbered(text, last, blank=True), _FEWEST),
        (_numbered(text, last, blank=False), 1),
        (_worded(text), _FEWEST),
    ):
        if len(found) >= fewest:
            return found
    return []


def _numbered(text: str, last: Number | None, *, blank: bool) -> list[_Found]:
    """Return the headings with consecutive numbers; with `blank`, a blank may end a heading."""
    first = _found(text, 0, blank=blank)
    found = [first] if first and first.heading.number else []
    last = found[0].heading.number if found else last
    for number in _NUMBER.finditer(text) if last else ():
        begun = _found(text, number.start(), blank=blank) if number.start() else None
        if begun and begun.heading.number and begun.heading.number.follows(last):
            found.append(begun)
            last = begun.heading.number
    return found


def _found(text: str, at: int, *, blank: bool) -> _Found | None:
    """Return the heading at a position, or None."""
    shown = text[at : at + _LONGEST]
    begun = heading(shown, within=True)
    if begun and (begun.rest or begun.canonical):
        return _Found(at, begun)
    if blank and (ended := _ENDED_BY_BLANK.match(shown)) and (begun := heading(ended["heading"])):
        return _Found(at, begun, at + ended.end())
    return None


def _worded(text: str) -> list[_Found]:
    """Return the headings without numbers, each with a colon, if the text begins with one."""
    found = [_found(text, single.start("label"), blank=False) for single in _WITH_COLON.finditer(text)]
    kept = [single for single in found if single]
    return kept if kept and kept[0].at == 0 else []


def _closing_title(text: str) -> set[int]:
    """Return the positions before and after a form's title at the end of a paragraph, after its last sentence."""
    found = _LAST_SENTENCE.search(text, max(0, len(text) - _LONGEST))
    return {found.start("text"), found.end("text")} if found and labels().line("form_title", found["text"]) else set()
