"""Divide the lines of tables that separate their cells with blanks only into rows of cells.

Only in a file whose table head is written so are the lines below the head divided into rows, and the lines above it
into labels and values. A file that breaks off above its table shows by 项目名称 and a name on one line that blanks
separate labels from values. A value may contain blanks, a label may not.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.columns import Head
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.roles.role import Kind, of_text
from jixiao.ingest.roles.wording import pattern

_LONGEST_LINE = 400  # characters of a line that may be a row
_LONGEST_LABEL = 8
_WORD = re.compile(r"(?:[^\s()（）]|[(（][^()（）]{0,60}[)）]|[()（）])+")  # brackets keep their blanks


def apart(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, with each line of a table divided into cells at its blanks, or each label from its value."""
    found = _with_heads(rows)
    if any(is_head for _, is_head in found):
        return list(_apart(found))
    parted = [_parted(row) for row in rows]
    named = any(_names(old, new) for old, new in zip(rows, parted, strict=True))
    return parted if named else list(rows)


def _parted(row: Row) -> Row:
    """Return a row with a cell for each label and for its value, or the row itself if a label has no value in it."""
    cells = [part for cell in row.cells for part in _label_and_value(cell)]
    return row if len(cells) == len(row.cells) else Row(tuple(cell.moved(n) for n, cell in enumerate(cells)))


def _label_and_value(cell: Cell) -> list[Cell]:
    """Return a cell's first word and the rest of the cell, if the word is the label of a value that follows a blank."""
    word = _WORD.match(cell.text) if len(cell.parts) == 1 else None
    value = cell.text[word.end() :].strip() if word else ""
    kind = of_text(word.group()).kind if word and value else None
    if word is None or kind not in {Kind.FIELD, Kind.AMOUNT} or of_text(value.split()[0]).is_label:
        return [cell]
    return [replace(cell, parts=((cell.line, text),)) for text in (word.group(), value)]


def _names(row: Row, parted: Row) -> bool:
    """Return whether a line of one cell turned out to be 项目名称 and a name."""
    return len(row.filled) == 1 and len(parted.filled) > 1 and of_text(parted.filled[0].text).meaning == "name"


def _with_heads(rows: Sequence[Row]) -> list[tuple[Row, bool]]:
    """Return the rows with the heads of tables divided, and whether each is one; a head may begin a line earlier."""
    found: list[tuple[Row, bool]] = []
    for row in rows:
        words = _words(row) if len(row.cells) == 1 else []
        before = found[-1][0].cells if found and len(found[-1][0].cells) == 1 else ()
        if len(words) > 2 and columns.head(whole := Row(tuple(words))):
            found.append((whole, True))
        elif (
            len(words) > 1
            and before
            and bare(before[0].text) in labels().columns
            and columns.head(both := Row(tuple(cell.moved(n) for n, cell in enumerate((*before, *words)))))
        ):
            found[-1] = (both, True)
        else:
            found.append((row, False))
    return found


def _apart(rows: Sequence[tuple[Row, bool]]) -> Iterator[Row]:
    table: Head | None = None  # the table whose rows are being read
    width = 0
    begun: list[Cell] = []  # words of a row that the next line may continue
    for row, is_head in rows:
        words = _words(row)
        if begun and table and len(words) == 1 and _goes_on(begun, table, width):
            begun = [*begun, words[0].moved(len(begun))]
            continue
        if begun:
            yield Row((*begun, Cell(((begun[0].line, ""),), 1))) if len(begun) == 1 else Row(tuple(begun))
            begun = []
        if is_head:
            table, width = columns.head(row), len(row.cells)
        elif not words or labels().is_title(row.text):
            table, words = None if words else table, []
        elif (
            table
            and (columns.is_level(words[0]) or 1 < len(words) <= width)
            and (not of_text(words[0].text).is_label or bare(words[0].text) in labels().groups)
        ):
            begun = words
            continue
        yield _labelled(row, words) if words and not is_head else row
    if begun:
        yield Row(tuple(begun))


def _goes_on(words: Sequence[Cell], table: Head, width: int) -> bool:
    """Return whether a row lacks a target or weight that may be written on the line below it."""
    if table.is_plain or not 1 < len(words) < width:
        return False
    parts = columns.fit(table.columns, Row(tuple(words)))
    return parts is None or parts.target is None or parts.weight is None


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
        if n in {0, *known} or (is_label and not pattern("of_label").match(word.text)):
            cells.append([word])
            is_label = n in {0, *known}
        else:
            cells[-1].append(word)
    return Row(tuple(_joined(cell, column) for column, cell in enumerate(cells)))


def _joined(words: Sequence[Cell], column: int) -> Cell:
    return replace(words[0], parts=((words[0].line, " ".join(word.text for word in words)),), column=column)
