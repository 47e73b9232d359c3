"""Divide the lines of plain text into rows of cells.

Four ways to write a table are read. With tabs between cells, a line is a row. With one cell per line, a leading tab
begins a cell, a line without one continues it, and an empty line ends the row. In a file without tabs, cells may also
stand between bars, in rows that may run over several lines, or be separated by two or more spaces; then the distance
from the left edge determines the column, unless all gaps are of one width. Any other line is a paragraph. Tabs between
cells and bars close a cell, spaces and line ends do not.

All rows of a table between bars have equally many, so that counting the bars shows on which line each row ends. That
number is called the table's width here.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import accumulate, chain, groupby, pairwise

from jixiao.ingest.formats.rendering import printed_width
from jixiao.ingest.rendition import Cell, Line, Row
from jixiao.ingest.roles.labels import asks_for_name, forms, labels
from jixiao.ingest.roles.role import is_word
from jixiao.ingest.values.targets import parse

BARS = re.compile(r"[|│┃｜]")
_GAP = re.compile(r"[ \u3000\xa0]{2,}")
_EDGE = re.compile(rf"\t|{BARS.pattern}|{_GAP.pattern}")  # between the cells of a line that holds a whole form
_ALONE = re.compile(r"[|│┃｜]{1,2}")  # a line that consists of one or two bars
_ONLY = re.compile(r"[|│┃｜]+")  # a line that consists of bars
_MOST_GAPS = 24  # most gaps in a row
_LONGEST_CELL = 12  # most lines of a cell
_FEWEST_SPACED = 8  # least number of filled lines to conclude that empty lines separate cells
_MOSTLY = 0.7  # least share of lines that must agree before a way of writing is taken for that of the file
_WRAPPED = 0.9  # least share of equally long lines of a text that was broken at a fixed width
_LONGEST_LABEL = 20  # characters of a line that may be part of a label
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


def rows(lines: tuple[Line, ...]) -> Iterator[Row]:
    """Yield the rows of a plain text in reading order; a paragraph is a row of one cell."""
    lines = tuple(chain.from_iterable(map(_unfolded, lines)))
    parts = forms(
        [(line.number, BARS.sub(" ", line.text)) for line in lines],
        # A page's own data may stand between bars above the form.
        below_another=sum(bool(BARS.search(line.text.rstrip()[-1:])) for line in lines[:_LONGEST_CELL]) >= FEWEST_ROWS,
    )
    if len(parts) > 1 and len(lines[parts[-1]]) < _FEWEST_SPACED:  # too short to show how it is written
        parts[-2:] = [slice(parts[-2].start, parts[-1].stop)]
    return chain.from_iterable(_plain(lines[part]) for part in parts)


def _unfolded(line: Line) -> Sequence[Line]:
    """Return the parts of a line that holds a whole form (with the label of a name and a value), each as a line.

    Any other line is returned alone. The parts are the words above the form, and the cells between bars, tabs or gaps.
    """
    first, *cells = map(str.strip, _EDGE.split(line.text.strip()))
    is_form = len(cells) >= _MOST_GAPS and any(map(asks_for_name, cells))
    is_form = is_form and any(parse(cell).value is not None for cell in cells)  # a head of a list holds no value
    return [line._replace(text=text) for text in (*first.split(), *filter(None, cells))] if is_form else [line]


def _plain(lines: tuple[Line, ...]) -> Iterable[Row]:
    """Yield the rows of lines: divided by tabs, bars or gaps of spaces, or as paragraphs."""
    if any("\t" in line.text for line in lines):
        return _tabbed(lines)
    if (wrapped := _wrapped(lines)) is not None:
        return wrapped
    if _is_spaced(lines):  # each line with characters is a row of one cell, blank if the line is
        return (row_of([[(line.number, line.text)]]) for line in lines if line.text)
    if (barred := _barred(lines)) is not None:
        return barred
    begun = [BARS.match(line.text.strip()) is not None for line in lines if _between_bars(line.text)]
    between_bars = partial(_between_bars, edged=sum(begun) >= _MOSTLY * len(begun))
    for pieces, closed in ((between_bars, True), (_between_gaps, False)):
        found = [pieces(line.text) for line in lines]
        if sum(len(row) > 1 for row in found) >= FEWEST_ROWS and any(len(row) > 2 for row in found):
            gaps = Counter(gap for line in lines for gap in _GAP.findall(line.text.rstrip()))
            is_even = 0 < _MOSTLY * gaps.total() <= max(gaps.values(), default=0)
            # Gaps of one width align no columns, nor do gaps of mostly one width, if no line is indented.
            if len(gaps) == 1 or (is_even and not any(row and row[0][0] for row in found)):
                found = [[(n, cell) for n, (_, cell) in enumerate(row, bool(row and row[0][0]))] for row in found]
            return _aligned(lines, found, closed=closed)
    return _tabbed(lines)


def _wrapped(lines: Sequence[Line]) -> list[Row] | None:
    """Return a row for each paragraph of a text whose lines were broken at a fixed width, wherever words end.

    None for any other text: its lines are not all equally long, besides the last of each paragraph.
    """
    widths = [len(line.text) for line in lines]
    full = widths.count(max(widths, default=0))
    if full < _FEWEST_SPACED or full < _WRAPPED * len(widths):
        return None
    ends = [0, *(n for n, width in enumerate(widths, 1) if width < max(widths)), len(lines)]
    return [
        Row((Cell(tuple((line.number, line.text) for line in lines[start:end]), wrapped=True),))
        for start, end in pairwise(ends)
        if any(line.text.strip() for line in lines[start:end])
    ]


def _barred(lines: tuple[Line, ...]) -> Iterable[Row] | None:
    """Return the rows of lines with bars, if each bar ends or begins a cell, or if rows run over several lines.

    None for lines without bars, and for lines of which each is one row that its bars divide.
    """
    barred = [text for line in lines if BARS.search(text := line.text.strip())]
    # With bars on lines of their own, the ends of rows cannot be found: two may be the end of a row, or a blank cell.
    if len(barred) >= FEWEST_ROWS and all(map(_ALONE.fullmatch, barred)):
        return (
            row_of([[(line.number, line.text) for line in cell]], closed=True)
            for (is_ruler, _), cell in groupby(
                lines,
                lambda line: (RULER.fullmatch(line.text) is not None, labels().is_title(line.text) and line.number),
            )
            if not is_ruler
        )
    if len(barred) >= FEWEST_ROWS and all(_ONLY.fullmatch(text) for text in barred):
        return _ended_by_padding(lines)
    if _leave_blanks_open(barred):
        return (row_of([[(line.number, text)]]) for line in lines for text in _pieces(line.text.strip()))
    if len(barred) >= FEWEST_ROWS and all(BARS.match(text) and len(BARS.findall(text)) == 1 for text in barred):
        return _cells(lines)
    if _are_cells(barred):
        # If no line that ends in a bar has two, the ends of rows are unmarked. A page's menu says nothing of the cells.
        ended = [len(BARS.findall(text)) for text in barred if BARS.search(text[-1:])]
        parts = [*_divided(lines, BARS.search, _ends_of_rows)]
        # Without any table, a bar at the end of a line ends the cell there, and no blank cell follows.
        is_cells = max(ended, default=2) == 1 or len(parts) == len(lines)
        return _cells(lines) if is_cells else chain.from_iterable(map(between_bars_of, parts))
    return padded(lines)


def _leave_blanks_open(texts: Sequence[str]) -> bool:
    """Return whether lines break at empty cells instead of at the ends of rows.

    The cells of a row then cannot be counted. All lines begin and end with a bar (the first may begin without one), and
    several are a bar alone.
    """
    alone = sum(_ALONE.fullmatch(text) is not None for text in texts)
    edged = all(BARS.match(text) for text in texts[1:]) and all(BARS.match(text[-1]) for text in texts[:-1])
    widths = Counter(len(BARS.findall(text)) for text in texts if not _ALONE.fullmatch(text))
    return alone >= FEWEST_ROWS and edged and len(widths) >= min(FEWEST_ROWS, widths.total())


def _pieces(text: str) -> Iterator[str]:
    """Yield the cells of a line that breaks off at empty cells: the text before its first bar, and those between bars.

    After the last bar of a text, the beginning of a cell may follow.
    """
    first, *cells = BARS.split(text)
    yield first.strip()
    yield from map(str.strip, cells if cells[-1:] != [""] else cells[:-1])


def _ended_by_padding(lines: Sequence[Line]) -> Iterable[Row] | None:
    """Return the rows of a table whose bars stand on lines of their own, if several bars on one line end each row.

    Such bars fill up a row to the width of the table. Returns None unless nearly all rows have equally many bars.
    """
    first = next(n for n, line in enumerate(lines) if BARS.search(line.text)) - 1
    parts: list[list[Line]] = [[]]
    for line in lines[max(0, first) :]:
        parts[-1].append(line)
        if len(BARS.findall(line.text)) > 1:
            parts.append([])
    *table, rest = parts
    widths = Counter(sum(len(BARS.findall(line.text)) for line in part) for part in table)
    if len(table) < FEWEST_ROWS or widths.most_common(1)[0][1] < _MOSTLY * len(table):
        return None
    begun = max((n for n, line in enumerate(rest, 1) if BARS.search(line.text)), default=0)  # a row that breaks off
    if begun and not any(re.search(r"[:：]", line.text) for line in rest[begun:]):
        begun = len(rest)  # within its last cell, no note follows
    above, below = (
        [row_of([[(line.number, line.text)]]) for line in part if line.text.strip()]
        for part in (lines[: max(0, first)], rest[begun:])
    )
    return [*above, *chain.from_iterable(map(between_bars_of, [*table, rest[:begun]] if begun else table)), *below]


def _are_cells(texts: Sequence[str]) -> bool:
    """Return whether most of the lines with bars hold a single cell each, which a bar ends."""
    barred = [BARS.split(text) for text in texts if not RULER.fullmatch(text)]
    single = sum(sum(map(bool, map(str.strip, cells))) == 1 for cells in barred)
    ended = any(cells[0] and not cells[-1] for cells in barred)
    return ended and len(barred) >= FEWEST_ROWS and 2 * single > len(barred)


def _is_spaced(lines: Sequence[Line]) -> bool:
    """Return whether an empty line follows each cell and paragraph.

    In such text, a line of spaces alone is a blank cell, while a line without any character only separates.
    """
    filled = [(before, after) for before, after in pairwise([line.text for line in lines]) if before.strip()]
    alone = sum(not after and not (_between_bars(before) or _GAP.search(before.strip())) for before, after in filled)
    return len(filled) >= _FEWEST_SPACED and alone >= _MOSTLY * len(filled)


def _cells(lines: Sequence[Line]) -> Iterator[Row]:
    """Yield a row for each cell that a bar ends.

    Lines without a bar are the beginning of the cell that the next bar ends; long lines above a label are paragraphs
    instead. A title needs no bar to end.
    """
    cell: list[tuple[int, str]] = []
    for line in lines:
        *ended, rest = BARS.split(line.text.rstrip())
        if labels().is_title(rest):
            ended, rest = [*ended, rest], ""
        for text in ended:
            if (is_word(text) or labels().is_title(text)) and any(len(above) > _LONGEST_LABEL for _, above in cell):
                yield from (row_of([[part]]) for part in cell)
                cell = []
            yield row_of([[*cell, (line.number, text)]], closed=True)
            cell = []
        if rest.strip():
            cell.append((line.number, rest))
    yield from (row_of([[part]]) for part in cell)


def ends_in_a_row(lines: Sequence[Line]) -> bool:
    """Return whether a text is cut off within a row.

    This is so if of all lines with bars only the last one does not end in a bar, and the text ends with that line.
    """
    barred = [line.text.rstrip() for line in lines if BARS.search(line.text)]
    last = next((line.text.rstrip() for line in reversed(lines) if line.text.strip()), "")
    if len(barred) <= FEWEST_ROWS or last != barred[-1]:
        return False
    *before, torn = (not BARS.split(text)[-1] for text in barred)
    return all(before) and not torn


def _between_bars(text: str, *, edged: bool = True) -> list[tuple[int, str]]:
    """Return the cells of a line between bars, as pairs of column and text; empty for a ruler or a line without bars.

    If the line begins with a bar, this is the left edge of an `edged` table; otherwise a blank cell is before the bar.
    """
    cells = BARS.split(text.strip())
    if len(cells) < 2 or RULER.fullmatch(text):
        return []
    first = int(edged and not cells[0].strip())
    last = len(cells) if cells[-1].strip() or len(cells) - first < 2 else len(cells) - 1
    return [(column, cell.strip()) for column, cell in enumerate(cells[first:last])]


def _between_gaps(text: str) -> list[tuple[int, str]]:
    """Return the cells of a line between gaps, with their distances from the left edge in printed columns."""
    body = text.rstrip()
    if RULER.fullmatch(body):
        return []
    start = len(body) - len(body.lstrip())
    column = printed_width(body[:start])
    cells: list[tuple[int, str]] = []
    for gap in _GAP.finditer(body, start):
        cells.append((column, body[start : gap.start()]))
        column += printed_width(body[start : gap.end()])
        start = gap.end()
    cells.append((column, body[start:]))
    # Single characters between gaps are one word that was spaced out: 项  目  名  称.
    return cells if any(len(cell) > 1 for _, cell in cells) else []


def _aligned(lines: tuple[Line, ...], found: list[list[tuple[int, str]]], *, closed: bool) -> Iterator[Row]:
    """Yield a row for each line with text; before a single cell away from the left edge, a blank cell is added.

    `found` has the cells of each line, as pairs of column and text; `closed` is true if bars end the cells. A ruler
    between bars (`| --- | --- |`) is no row.
    """
    for line, pieces in zip(lines, found, strict=True):
        if BARS.search(line.text) and RULER.fullmatch(line.text):
            continue
        placed = pieces if len(pieces) != 1 or pieces[0][0] == 0 else [(0, ""), *pieces]
        if len(placed) > 1:
            yield Row(tuple(Cell(((line.number, text),), column, closed=closed) for column, text in placed))
        elif line.text.strip():
            yield row_of([[(line.number, pieces[0][1] if pieces else line.text)]])


def _tabbed(lines: tuple[Line, ...]) -> Iterator[Row]:
    cells: list[list[tuple[int, str]]] = []  # the cells of a row written one cell per line
    for line in lines:
        text = line.text.replace("\f", "")
        blank, inner_tab = not text.strip(" \u3000\xa0"), "\t" in text[1:]
        if cells and (blank or inner_tab):
            yield row_of(cells)
            cells = []
        if blank:
            continue
        if inner_tab:
            yield row_of([[(line.number, cell)] for cell in text.split("\t")], closed=True)
        elif text.startswith("\t"):
            cells.append([(line.number, text[1:])])
        elif cells:
            cells[-1].append((line.number, text))
        else:
            yield row_of([[(line.number, text)]])
    if cells:
        yield row_of(cells)


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

    `may_begin` is a function from a text to whether a table may begin with it. `ends_of` is a function from lines to
    the number of lines in each row of the table that begins at the first line; its result is empty without a table.
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

    `width` is the number of bars that a row must have; `first` is true if the row would be the first of its table.
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
    return max((_ends_of_padded(lines, width) for width in widths), key=len, default=[])


def between_bars_of(lines: Sequence[Line]) -> Iterator[Row]:
    """Yield one row made of these lines, or no row if all of its cells are blank."""
    cells: list[list[tuple[int, str]]] = [[]]
    for line in lines:
        first, *others = BARS.split(line.text)
        cells[-1].append((line.number, first))
        cells += [[(line.number, text)] for text in others]
    if any(text.strip() for cell in cells for _, text in cell):
        first = 1 if BARS.match(lines[0].text.strip()) else 0
        is_closed = len(cells) > 2 and not any(text.strip() for _, text in cells[-1])
        yield row_of(cells[first:-1] if is_closed else cells[first:], closed=len(cells) > 1)


def row_of(cells: Sequence[Sequence[tuple[int, str]]], *, closed: bool = False) -> Row:
    """Return a row of cells in columns 0, 1, 2 …; a cell is given as pieces of text with their line numbers.

    With `closed`, the cells are marked as whole: a border or bar ends each of them.
    """
    return Row(tuple(Cell(tuple(parts), column, closed=closed) for column, parts in enumerate(cells)))
