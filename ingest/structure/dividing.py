"""Divide paragraphs and cells that hold several parts of a filing.

Divided are paragraphs that contain titles and headings of narratives, cells that hold `label: value`, and cells with a
title or heading on a line of its own. No character of a paragraph is lost:
`1.“某”项目。(1)项目概述。…(2)立项依据。… 2.“某”项目。…`
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles.headings import (
    HEADINGS,
    OVERVIEW_SECTION,
    TARGET_SECTION,
    Heading,
    Number,
    heading,
    is_titled,
    number_of,
)
from jixiao.ingest.roles.labels import CELLS, bare, labels
from jixiao.ingest.values import amounts

_LONGEST = 200  # characters of a heading: a number, a word of labels.toml, and the beginning of its text
_FEWEST = 3  # least number of headings in a paragraph without numbers or marks after them
_NUMBER, _WITH_COLON, _LAST_SENTENCE = map(HEADINGS.pattern, ("number", "with_colon", "last_sentence"))
_CLAUSES, _ENDS = re.compile("[,，。;；]"), re.compile("[。;；]")
_COLON_OR_UNIT = CELLS.pattern("colon_or_unit")


def divided(rows: Iterable[Row]) -> list[Row]:
    """Return the rows with their cells and paragraphs divided; withheld rows stay as they are."""
    return list(divided_paragraphs(part for row in rows for part in ([row] if row.withheld else _divided(row))))


def _divided(row: Row) -> Iterator[Row]:
    return _divided_at_markers(divided_labels(row) if len(row.filled) > 1 else row)


@dataclass(frozen=True)
class _Found:
    """A heading in a text, and its position."""

    at: int
    heading: Heading


def divided_paragraphs(rows: Iterable[Row]) -> Iterator[Row]:
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
            before = None if start else last
            found = _headings(piece, before)
            last = found[-1].heading.number if found else before
            inner = {single.at for single in found}
            inner |= _closing_title(piece) if found else set()
            edges |= {start, *(start + place for place in inner)}
        if text and len(edges) == 2 and row.cells[0].printed is None:
            yield row
            continue
        for start, end in pairwise(sorted(edges)):
            yield Row((Cell(((line, text[start:end]),), row.cells[0].column),))


def _titles(text: str) -> list[int]:
    """Return the offsets before and after each title that is followed directly by a narrative's first heading."""
    places: set[int] = set()
    for title in labels().lines["title_within"].finditer(text):
        begun = _found(text, title.end())
        number = begun.heading.number if begun else None
        if begun and begun.heading.meaning == OVERVIEW_SECTION and (number is None or number.value == 1):
            places |= {title.start(), title.end()}
    return sorted(places - {0, len(text)})


def _headings(text: str, last: Number | None) -> list[_Found]:
    """Return the headings in a text: the numbered ones, or at least three without numbers.

    `last` is the number of the heading before the text.
    """
    worded = _worded(text)
    return _numbered(text, last) or (worded if len(worded) >= _FEWEST else [])


def _numbered(text: str, last: Number | None) -> list[_Found]:
    """Return the headings with consecutive numbers: from the text's first one, or from the number after `last` on.

    An unknown title between two of them has its number, too (（三）项目主管。), and is a heading without a meaning.
    """
    first = _found(text, 0)
    found = [first] if first and first.heading.number else []
    last = found[0].heading.number if found else last
    for number in _NUMBER.finditer(text) if last else ():
        begun = _found(text, number.start()) if number.start() else None
        if begun and begun.heading.number and begun.heading.number.follows(last):
            found.append(begun)
            last = begun.heading.number
        elif (own := number_of(text[number.start() :])) and own.follows(last) and _ENDS.match(text, number.start() - 1):
            titled = is_titled(text[number.start() : number.start() + _LONGEST], alone=False)
            found += [_Found(number.start(), Heading("", "", own, ""))] if titled else []
            last = own if titled else last
    return found


def _found(text: str, at: int) -> _Found | None:
    """Return the heading that begins at offset `at`, or None."""
    begun = heading(text[at : at + _LONGEST], within=True)
    return _Found(at, begun) if begun and (begun.rest or begun.canonical) else None


def _worded(text: str) -> list[_Found]:
    """Return the headings without numbers, each with a colon; empty unless the text begins with such a heading."""
    found = [_found(text, single.start("label")) for single in _WITH_COLON.finditer(text)]
    kept = [single for single in found if single]
    return kept if kept and kept[0].at == 0 else []


def _closing_title(text: str) -> set[int]:
    """Return the offsets before and after a form's title at the end of a paragraph; empty without one."""
    found = _LAST_SENTENCE.search(text, max(0, len(text) - _LONGEST))
    return {found.start("text"), found.end("text")} if found and labels().line("form_title", found["text"]) else set()


def divided_labels(row: Row) -> Row:
    """Return a row in which each `label: value` is divided into a cell of the label and a cell of the value."""
    cells = tuple(part for cell in row.cells for part in divided_cell(cell))
    return row if cells == row.cells else replace(row, cells=cells)


def divided_cell(cell: Cell) -> Iterable[Cell]:
    """Return the label and the value of each `label: value` in a cell; any other cell is returned alone."""
    return _labels_and_values(cell) if _COLON_OR_UNIT.search(cell.text) else (cell,)


def _labels_and_values(cell: Cell) -> Iterator[Cell]:
    unsealed = ((line, CELLS.pattern("seal").sub(r"\1", text.strip())) for line, text in cell.parts)
    texts = ((line, CELLS.pattern("before_unit").sub("\t", text)) for line, text in unsealed)
    wide = [(line, piece) for line, text in texts for piece in CELLS.pattern("gap").split(text) if piece.strip()]
    pieces = [(line, CELLS.pattern("of_which").sub("", piece)) for line, piece in wide]
    pairs = [(line, *piece.replace("：", ":", 1).partition(":")) for line, piece in pieces]
    known = [bool(colon) and _is_kept(label, value) for _, label, colon, value in pairs]
    unkept = [
        bool(colon) and (bare(label) in labels().others or amounts.quantity(value) is not None)
        for _, label, colon, value in pairs
    ]
    units = [bool(labels().line("form_unit", piece) or labels().line("form_year", piece)) for _, piece in pieces]
    if pairs and (any(known) or all(units)) and all(map(any, zip(known, unkept, units, strict=True))):
        for (line, label, _, value), (_, piece), is_unit in zip(pairs, pieces, units, strict=True):
            yield replace(cell, parts=((line, piece if is_unit else label),))
            if not is_unit and (value.strip() or line != pairs[-1][0]):
                yield replace(cell, parts=((line, value),))
    else:
        yield cell


def _is_kept(label: str, value: str) -> bool:
    """Return whether `label: value` in one cell may be divided, since the label is a known one.

    A label whose value is not kept needs a figure, a group of money a sum with its unit, and a label of targets several
    clauses.
    """
    word, known = bare(label), labels()
    if word in known.others and word not in known.functions:
        return amounts.quantity(value) is not None
    if word in known.money:
        return amounts.names_unit(value) and amounts.names_figure(value)
    # A sentence behind it is a goal, or tells what was done for one; levels of indicators may follow, too.
    if word == TARGET_SECTION or known.results.get(word) == "done":
        return _CLAUSES.search(value) is not None
    return any(
        word in words for words in (known.fields, known.functions, known.amounts, known.goals, known.form_sections)
    )


def _divided_at_markers(row: Row) -> Iterator[Row]:
    """Yield a row, divided at the lines inside its cells that are titles or headings.

    The first row ends before the first such line; this line and each further line of its cell become rows, and the
    cells after it a row again.
    """
    for c, cell in enumerate(row.cells):
        for p in range(1, len(cell.parts)):
            if _is_marker(cell.parts[p][1], alone=len(row.filled) == 1):
                yield Row((*row.cells[:c], Cell(cell.parts[:p], cell.column)))
                yield from (Row((Cell((part,), 0),)) for part in cell.parts[p:])
                if row.cells[c + 1 :]:
                    yield from _divided_at_markers(Row(row.cells[c + 1 :]))
                return
    yield row


def _is_marker(text: str, *, alone: bool) -> bool:
    """Return whether a line of a cell is a title or heading.

    Unless the cell is `alone` in its row, only the usual words of a heading count, not their synonyms.
    """
    found = heading(text)
    return bool(
        (found and (alone or found.canonical))
        or labels().line("form_title", text)
        or labels().line("narrative_title", text)
    )
