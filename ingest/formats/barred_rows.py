"""Read tables of plain text whose rows are divided by bars (`|`) and may run over several lines.

All rows of a table have equally many bars, so that counting the bars shows on which line each row ends. That number is
called the table's width here.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

from jixiao.ingest.rendition import Cell, Line, Row
from jixiao.ingest.roles.labels import labels

BARS = re.compile(r"[|│┃｜]")
RULER = re.compile(r"(?!.*(?<!=)=(?!=))[-—–_=|│┃｜+:·.─━┌┐└┘├┤┬┴┼ \u3000]*")
FEWEST_ROWS = 3
"""Least number of lines that look like rows before bars or gaps in a file count as edges of cells."""
_PADDED = re.compile(r"[|│┃｜]{2}$")  # two bars at the end of a line: blank cells that fill up a short row
_LONGEST_ROW, _LONGEST_TABLE = 200, 20_000  # most lines of a row and of a table
# A search for a table that begins at a line may find none. After so many such lines no more are searched, to save time.
_MOST_MISSED = 1_000
_MOST_WIDTHS = 8  # different widths that are tried in one file
_MOST_BEGUN, _LONGEST_BEGUN = 12, 60  # most lines without a bar at the start of a row, and most characters of each
_SHORTEST_BEGUN = 2  # most characters of a line without a bar that begins a table's first row: 项目 above 名称 |


def over_lines(lines: Sequence[Line]) -> Iterator[Row]:
    """Yield the rows of lines whose tables may have rows over several lines.

    A line outside of any table is a row of its own. If the file ends within a row, that row is yielded with its facts
    withheld.
    """
    return (row for part in _divided(lines, BARS.search, _ends_of_rows) for row in between_bars_of(part))


def padded(lines: Sequence[Line]) -> list[Row] | None:
    """Return the rows of tables in which adjacent bars (`||`) fill up short rows to the table's width.

    Returns None if no such table has a row of several lines. The last row of the file may be cut off within a cell; its
    facts are then withheld.
    """
    widths = _padded_widths(lines)
    divided = _divided(
        lines,
        lambda text: BARS.search(text) or _begins(text, first=True),
        lambda table: max((_ends_of_padded(table, width) for width in widths), key=sum, default=[]),
    )
    parts = list(divided)
    return [row for part in parts for row in between_bars_of(part)] if len(parts) < len(lines) else None


def _divided(
    lines: Sequence[Line], may_begin: Callable[[str], object], ends_of: Callable[[Sequence[Line]], list[int]]
) -> Iterator[Sequence[Line]]:
    """Yield the lines of each row of a table, and each line outside of tables.

    `may_begin` returns whether a table may begin with a text, and `ends_of` the number of lines of each row of the
    table that begins at the first of some lines, or an empty list.
    """
    start = missed = 0
    while start < len(lines):
        ends: list[int] = []
        if missed < _MOST_MISSED and may_begin(lines[start].text.strip()):
            ends = ends_of(lines[start : start + _LONGEST_TABLE])
            missed += not ends
        for end in ends or [1]:
            yield lines[start : start + end]
            start += end


def _padded_widths(lines: Sequence[Line]) -> list[int]:
    """Return the possible widths (numbers of bars) of tables with padded rows, the commonest first.

    They are the widths of at least three lines that end in a bar. Returns an empty list unless three lines of one such
    width end in two adjacent bars.
    """
    texts = [text for line in lines if BARS.search(text := line.text.strip()) and not RULER.fullmatch(text)]
    ended = [text for text in texts if BARS.match(text[-1])]
    counts = Counter(len(BARS.findall(text)) for text in ended)
    widths = [width for width, often in counts.most_common(_MOST_WIDTHS) if often >= FEWEST_ROWS]
    filled = Counter(len(BARS.findall(text)) for text in ended if _PADDED.search(text))
    return widths if any(filled[width] >= FEWEST_ROWS for width in widths) else []


def _ends_of_padded(lines: Sequence[Line], width: int) -> list[int]:
    """Return the number of lines of each row of the table that begins at the first line.

    Each row has `width` bars. Returns an empty list for fewer than three rows.
    """
    ends: list[int] = []
    start = 0
    while end := _end_of_padded(lines[start : start + _LONGEST_ROW], width, first=not ends):
        ends.append(end)
        start += end
    return ends if len(ends) >= FEWEST_ROWS else []


def _end_of_padded(lines: Sequence[Line], width: int, *, first: bool) -> int:
    """Return the number of lines of the row that begins at the first line; 0 if no row begins there.

    `first` is true if the row would be the first of its table.
    """
    bars = 0
    for taken, line in enumerate(lines, 1):
        text = line.text.strip()
        bars += len(BARS.findall(text))
        if bars == width and BARS.match(text[-1:]):
            return taken
        if bars > width or (bars < width and _PADDED.search(text)):
            return 0
        if not bars and (taken > _MOST_BEGUN or not _begins(text, first=first)):
            return 0
    return 0


def _begins(text: str, *, first: bool) -> bool:
    """Return whether a line without a bar may be the beginning of a row.

    Within a table, each short line may be one, except a title. Above the first row of a table (`first` is true), only a
    line of one or two characters may be one, because a longer line there may be a title.
    """
    if first:
        return 0 < len(text) <= _SHORTEST_BEGUN
    return len(text) <= _LONGEST_BEGUN and not (labels().is_title(text) or labels().line("table_end", text))


def _ends_of_rows(lines: Sequence[Line]) -> list[int]:
    """Return the number of lines of each row of the table that begins at the first line.

    The table's width is found by trying: of several widths that fit, the one with the most rows is taken. Returns an
    empty list if no width gives at least three rows.
    """
    bars = list(accumulate(len(BARS.findall(line.text)) for line in lines[:_LONGEST_ROW]))
    # A row ends at the end of a line, so its number of bars equals the count up to a line that ends in a bar.
    ended = (count for count, line in zip(bars, lines, strict=False) if BARS.search(line.text.rstrip()[-1:]))
    widths = sorted({count for count in ended if count > FEWEST_ROWS}) if bars[0] else []
    ends = max((_ends_of_width(lines, width) for width in widths), key=len, default=[])
    return ends if len(ends) >= FEWEST_ROWS else []


def _ends_of_width(lines: Sequence[Line], width: int) -> list[int]:
    """Return the number of lines of each row with `width` bars, up to the first row that has more bars.

    A line without a bar cannot begin a row.
    """
    ends: list[int] = []
    taken = bars = 0
    for line in lines:
        text = line.text.strip()
        if not taken and not BARS.search(text):
            break
        taken, bars = taken + 1, bars + len(BARS.findall(text))
        if bars > width or (bars < width and _PADDED.search(text)):
            break
        if bars == width and BARS.search(text[-1:]):
            ends.append(taken)
            taken = bars = 0
    return ends


def between_bars_of(lines: Sequence[Line]) -> Iterator[Row]:
    """Yield one row made of these lines, or no row if all of its cells are blank."""
    cells: list[list[tuple[int, str]]] = [[]]
    for line in lines:
        first, *others = BARS.split(line.text)
        cells[-1].append((line.number, first))
        cells += [[(line.number, text)] for text in others]
    if any(text.strip() for cell in cells for _, text in cell):
        begins = BARS.match(lines[0].text.strip()) is not None
        closed = len(cells) > 2 and not any(text.strip() for _, text in cells[-1])
        yield row_of(cells[begins : -1 if closed else None])


def row_of(cells: Sequence[Sequence[tuple[int, str]]]) -> Row:
    """Return a row of cells in columns 0, 1, 2 …; a cell is given as pieces of text with their line numbers."""
    return Row(tuple(Cell(tuple(parts), column) for column, parts in enumerate(cells)))
