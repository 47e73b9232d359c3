"""Divide the lines of tables that separate their cells with blanks only into rows of cells.

Only in a file whose table head is written so are the lines below the head divided into rows, and the other lines of
all of its forms into labels and values. A value may contain blanks, a label may not.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.labels import CELLS, bare, column_meaning, labels, names_projects
from jixiao.ingest.roles.role import of_text

_LONGEST_LINE = 400  # characters of a line that may be a row
_LONGEST_LABEL = 8
_LEAST_KNOWN = 3  # at least one of so many words of a head is known; among words read out of order fewer are
_WORD = re.compile(r"(?:[^\s()（）|│┃｜]|[(（][^()（）]{0,60}[)）]|[()（）])+")  # brackets keep their blanks


def apart(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, with each line of a table divided into cells at its blanks, or each label from its value."""
    found = with_heads(rows)
    return list(_apart(found)) if any(is_head for _, is_head in found) else list(rows)


def with_heads(rows: Sequence[Row]) -> list[tuple[Row, bool]]:
    """Return the rows with the heads of tables divided, and whether each is one; a head may begin a line earlier."""
    found: list[tuple[Row, bool]] = []
    for row in rows:
        words = _words(row) if len(row.cells) == 1 else []
        before = found[-1][0].cells if found and len(found[-1][0].cells) == 1 else ()
        if (
            len(words) > 1
            and before
            and bare(before[0].text) in labels().columns
            and columns.head(both := Row(tuple(cell.moved(n) for n, cell in enumerate((*before, *words)))))
        ):
            found[-1] = (both, True)
        elif len(words) > 2 and (
            (
                _LEAST_KNOWN * sum(column_meaning(word.text) is not None for word in words) >= len(words)
                and columns.head(Row(tuple(words)))
            )
            or (bare(words[0].text) in labels().numbering and any(names_projects(word.text) for word in words))
        ):
            found.append((Row(tuple(words)), True))
        else:
            found.append((row, False))
    return found


def _apart(rows: Sequence[tuple[Row, bool]]) -> Iterator[Row]:
    width = 0  # the number of columns of the table; 0 outside of tables
    found: list[Row] = []  # rows of the table that are not yielded yet: the last one may continue
    goes_on = False  # True if the last line was the rest of a row
    for row, is_head in rows:
        words = _words(row)
        if width and len(words) == 1 and found and (goes_on := _is_rest(found[-1], words[0], width, goes_on)):
            found[-1] = Row((*found[-1].cells, words[0].moved(len(found[-1].cells))))
            continue
        yield from found
        found = []
        if is_head:
            width = len(row.cells)
        elif not words or labels().is_title(row.text):
            width, words = 0 if words else width, []
        elif (
            width
            and (columns.is_level(words[0]) or 1 < len(words) <= width)
            and (not of_text(words[0].text).is_label or bare(words[0].text) in labels().groups)
        ):
            found = [Row((*words, *([Cell(((words[0].line, ""),), 1)] if len(words) == 1 else [])))]
            continue
        yield _labelled(row, words) if words and not is_head else row
    yield from found


def _is_rest(row: Row, word: Cell, width: int, goes_on: bool) -> bool:
    """Return whether a word alone on its line is the target that a row lacks, or with `goes_on`, a figure behind it."""
    lacks = (goes_on or columns.likeness("target", row.cells[-1].text) < 0) and 1 < len(row.filled) < width
    return lacks and (columns.likeness("target", word.text) > 0 or any(map(str.isdigit, word.text)))


def _words(row: Row) -> list[Cell]:
    """Return the words of a row that is one line of text, as cells; empty for any other row."""
    if len({line for cell in row.cells for line, _ in cell.parts}) != 1 or len(row.text) > _LONGEST_LINE:
        return []
    words = ((word, cell.column) for cell in row.cells for word in _WORD.findall(cell.text))
    return [Cell(((row.first_line, word),), column, printed) for column, (word, printed) in enumerate(words)]


def _labelled(row: Row, words: Sequence[Cell]) -> Row:
    """Divide a line of labels and values into a cell for each; a bracket or 和某某 behind a label belongs to the label.

    The first word of such a line is taken for a label, even if it is unknown.
    """
    known = [n for n, word in enumerate(words) if of_text(word.text).is_label]
    if len(words) == 1 or not known or (known[0] > 0 and len(words[0].text) > _LONGEST_LABEL):
        return row
    cells: list[list[Cell]] = []
    is_label = False
    for n, word in enumerate(words):
        if n in {0, *known} or (is_label and not CELLS.pattern("of_label").match(word.text)):
            cells.append([word])
            is_label = n in {0, *known}
        else:
            cells[-1].append(word)
    joined = (replace(cell[0], parts=((cell[0].line, " ".join(word.text for word in cell)),)) for cell in cells)
    return Row(tuple(replace(cell, column=column) for column, cell in enumerate(joined)))
