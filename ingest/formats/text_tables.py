"""Divide lines of plain text into rows of cells.

Four ways of writing a table are read. Tab-separated: a line is a row. One cell per line: a leading tab opens a cell, a
line without one continues it, an empty line ends the row. In a file without tabs also: cells between bars, whose rows
may run over several lines, and cells separated by two or more blanks, with their distances from the left edge as
columns. Anything else is a paragraph.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise

from jixiao.ingest.formats.rendering import printed_width
from jixiao.ingest.rendition import Cell, Line, Row

_BARS = re.compile(r"[|│┃｜]")
_GAP = re.compile(r"[ \u3000\xa0]{2,}")
_ALONE = re.compile(r"[|│┃｜]{1,2}")
_PADDED = re.compile(r"[|│┃｜]{2}$")  # adjacent bars pad a row to its end
_FIGURES = re.compile(r"[\d.,%]+")
_RULER = re.compile(r"[-—–_=|│┃｜+:·.─━┌┐└┘├┤┬┴┼ \u3000]*")
# Lines of a file that must look like rows before bars or blanks count as edges of cells.
_FEWEST_ROWS = 3
_LONGEST_ROW, _LONGEST_TABLE, _LONGEST_CELL = 200, 20_000, 12  # in lines
_MOST_MISSED = 1_000  # lines with bars at which no rows begin, in a file with rows over lines
_MOSTLY = 0.7  # share of lines that decides how a file is written
_LONGEST_PARAGRAPH = 60  # in characters, of a line that continues a cell


def rows(lines: tuple[Line, ...]) -> Iterator[Row]:
    """Yield the rows in reading order, a paragraph as a row of one cell."""
    if any("\t" in line.text for line in lines):
        return _tabbed(lines)
    if _are_bars_alone([line.text.strip() for line in lines]):
        return (_row([[(line.number, line.text)]]) for line in lines if not _RULER.fullmatch(line.text))
    counts = [count for line in lines if (count := len(_BARS.findall(line.text)))]
    if _is_over_lines([line.text.strip() for line in lines]):
        # If no line has two bars, no blank cells pad rows, so that a bar ends a cell and nothing marks a row's end.
        return _over_lines(lines) if max(counts) > 1 else _cells(lines)
    width, often = Counter(counts).most_common(1)[0] if counts else (0, 0)
    if _FEWEST_ROWS <= often < len(counts) and often >= _MOSTLY * len(counts):
        return _over_lines(lines, width)
    for pieces in (_between_bars, _between_gaps):
        found = [pieces(line.text) for line in lines]
        if sum(len(row) > 1 for row in found) >= _FEWEST_ROWS and any(len(row) > 2 for row in found):
            return _aligned(lines, found)
    return _spaced(lines) if _is_spaced([line.text for line in lines]) else _tabbed(lines)


def _are_bars_alone(texts: Sequence[str]) -> bool:
    """Return whether bars stand alone on lines between cells and rows, which leaves no sign of blank cells."""
    bars = sum(bool(_ALONE.fullmatch(text)) for text in texts)
    return bars >= _FEWEST_ROWS and not any(_BARS.search(text) for text in texts if not _ALONE.fullmatch(text))


def _is_over_lines(texts: Sequence[str]) -> bool:
    """Return whether bars end cells that mostly have one line each, rather than lines with several cells."""
    barred = [_BARS.split(text) for text in texts if _BARS.search(text) and not _RULER.fullmatch(text)]
    single = sum(sum(map(bool, map(str.strip, cells))) == 1 for cells in barred)
    return any(cells[0] and not cells[-1] for cells in barred) and 2 * single > len(barred)


def _is_spaced(texts: Sequence[str]) -> bool:
    """Return whether an empty line separates all cells and paragraphs, so that a line of blanks is a blank cell."""
    filled = [before for before, text in pairwise(texts) if text.strip()]
    return len(filled) >= _FEWEST_ROWS and filled.count("") >= _MOSTLY * len(filled)


def _spaced(lines: Sequence[Line]) -> Iterator[Row]:
    """Yield each line that is not empty as a row of one cell."""
    return (_row([[(line.number, line.text)]]) for line in lines if line.text)


def _over_lines(lines: Sequence[Line], width: int | None = None) -> Iterator[Row]:
    """Yield rows between bars that run over lines; equal numbers of bars per row tell where a table's rows end.

    `width` is that number, if it is known.
    """
    start = missed = 0
    while start < len(lines):
        ends: list[int] = []
        if missed < _MOST_MISSED and _BARS.search(lines[start].text):
            table = lines[start : start + _LONGEST_TABLE]
            ends = _ends_of_width(table, width) if width else _ends_of_rows(table)
            missed += not (ends or width)
        for end in ends or [1]:
            yield from _between_bars_of(lines[start : start + end])
            start += end


def _cells(lines: Sequence[Line]) -> Iterator[Row]:
    """Yield each cell before a bar as a row; short lines without a bar continue in the cell that the next bar ends."""
    cell: list[tuple[int, str]] = []
    for line in lines:
        *ended, rest = _BARS.split(line.text.rstrip())
        for text in ended:
            yield _row([[*cell, (line.number, text)]])
            cell = []
        if rest.strip():
            if len(cell) >= _LONGEST_CELL or len(rest) > _LONGEST_PARAGRAPH:
                yield from (_row([[part]]) for part in cell)
                cell = []
            cell.append((line.number, rest))
    yield from (_row([[part]]) for part in cell)


def _ends_of_rows(lines: Sequence[Line]) -> list[int]:
    """Return the number of lines of each row in the table at the first line; empty if fewer than three rows fit.

    Of several widths that fit, the one with the most even columns is taken.
    """
    bars = list(accumulate(len(_BARS.findall(line.text)) for line in lines[:_LONGEST_ROW]))
    # A row ends at the end of a line, so its number of bars equals the count up to a line that ends in a bar.
    ended = (count for count, line in zip(bars, lines, strict=False) if _BARS.search(line.text.rstrip()[-1:]))
    widths = sorted({count for count in ended if count > _FEWEST_ROWS}) if bars[0] else []
    found: dict[int, list[int]] = {}
    for width in widths:
        if any(width % narrower == 0 for narrower in found):
            continue  # two rows would count as one
        if len(ends := _ends_of_width(lines, width)) >= _FEWEST_ROWS:
            found[width] = ends
    return max(found.values(), key=lambda ends: _evenness(lines, ends), default=[])


def _ends_of_width(lines: Sequence[Line], width: int) -> list[int]:
    """Return the number of lines of each row with `width` bars, up to the first row with more bars.

    A bar begins each row, or none. If none does, a line without a bar continues a cell and begins no row.
    """
    ends: list[int] = []
    taken = bars = 0
    begins, open_cell = _BARS.match(lines[0].text.strip()) is not None, False
    for line in lines:
        text = line.text.strip()
        if not _BARS.search(text) and (not taken or not (begins or open_cell)):
            break
        if not taken and begins and not _BARS.match(text):
            break
        open_cell = not _BARS.search(text[-1:])
        taken, bars = taken + 1, bars + len(_BARS.findall(text))
        if bars > width or (bars < width and _PADDED.search(text)):
            break
        if bars == width and not open_cell:
            ends.append(taken)
            taken = bars = 0
    return ends


def _evenness(lines: Sequence[Line], ends: Sequence[int]) -> float:
    """Return the share of cells, up to 1, that are of the commonest kind in their column: blank, figures or words."""
    kinds: dict[int, Counter[str]] = {}
    start = 0
    for end in ends[:_LONGEST_ROW]:
        for row in _between_bars_of(lines[start : start + end]):
            for cell in row.cells:
                kind = "figures" if _FIGURES.fullmatch(cell.text) else "words" if cell else "blank"
                kinds.setdefault(cell.column, Counter())[kind] += 1
        start += end
    return sum(max(kind.values()) for kind in kinds.values()) / max(1, sum(kind.total() for kind in kinds.values()))


def _between_bars_of(lines: Sequence[Line]) -> Iterator[Row]:
    """Yield the one row that stands on these lines."""
    cells: list[list[tuple[int, str]]] = [[]]
    for line in lines:
        first, *others = _BARS.split(line.text)
        cells[-1].append((line.number, first))
        cells += [[(line.number, text)] for text in others]
    begins = _BARS.match(lines[0].text.strip()) is not None
    if len(cells) == 1:
        if lines[0].text.strip():
            yield _row([[(lines[0].number, lines[0].text)]])
    elif any(text.strip() for cell in cells for _, text in cell):
        yield _row(cells[begins : -1 if len(cells) > 2 else None])


def _between_bars(text: str) -> list[tuple[int, str]]:
    """Return the cells between bars with their columns; empty for a line without bars and for a ruler."""
    cells = _BARS.split(text.strip())
    if len(cells) < 2 or _RULER.fullmatch(text):
        return []
    first = 0 if cells[0].strip() else 1
    last = len(cells) if cells[-1].strip() or len(cells) - first < 2 else len(cells) - 1
    return [(column, cell.strip()) for column, cell in enumerate(cells[first:last])]


def _between_gaps(text: str) -> list[tuple[int, str]]:
    """Return the cells between gaps with their distances from the left edge; a wide character counts twice."""
    body = text.rstrip()
    if _RULER.fullmatch(body):
        return []
    start = len(body) - len(body.lstrip())
    column = printed_width(body[:start])
    cells: list[tuple[int, str]] = []
    for gap in _GAP.finditer(body, start):
        cells.append((column, body[start : gap.start()]))
        column += printed_width(body[start : gap.end()])
        start = gap.end()
    cells.append((column, body[start:]))
    # Spaced characters are one word: 项  目  名  称.
    return cells if any(len(cell) > 1 for _, cell in cells) else []


def _aligned(lines: tuple[Line, ...], found: list[list[tuple[int, str]]]) -> Iterator[Row]:
    """Yield rows of cells whose columns are known; a lone cell below another continues it."""
    row: dict[int, list[tuple[int, str]]] = {}
    for line, pieces in zip(lines, found, strict=True):
        if len(pieces) == 1 and len(row) > 1 and _goes_on(row.get(pieces[0][0], []), *pieces[0]):
            row[pieces[0][0]].append((line.number, pieces[0][1]))
            continue
        if row:
            yield _placed(row)
        row = {column: [(line.number, cell)] for column, cell in pieces} if len(pieces) > 1 else {}
        if not row and pieces and pieces[0][0] > 0:
            yield _placed({0: [(line.number, "")], pieces[0][0]: [(line.number, pieces[0][1])]})
        elif not row and line.text.strip():
            yield _row([[(line.number, line.text)]])
    if row:
        yield _placed(row)


def _goes_on(above: Sequence[tuple[int, str]], column: int, text: str) -> bool:
    """Return whether a lone cell continues the cell above, which is then as wide as its column allows."""
    return bool(above) and column > 0 and printed_width(above[-1][1]) >= printed_width(text) - 2


def _placed(row: dict[int, list[tuple[int, str]]]) -> Row:
    return Row(tuple(Cell(tuple(parts), column) for column, parts in row.items()))


def _tabbed(lines: tuple[Line, ...]) -> Iterator[Row]:
    cells: list[list[tuple[int, str]]] = []  # the cells of a row written one cell per line
    for line in lines:
        text = line.text.replace("\f", "")
        blank, inner_tab = not text.strip(" \u3000\xa0"), "\t" in text[1:]
        if cells and (blank or inner_tab):
            yield _row(cells)
            cells = []
        if blank:
            continue
        if inner_tab:
            yield _row([[(line.number, cell)] for cell in text.split("\t")])
        elif text.startswith("\t"):
            cells.append([(line.number, text[1:])])
        elif cells:
            cells[-1].append((line.number, text))
        else:
            yield _row([[(line.number, text)]])
    if cells:
        yield _row(cells)


def _row(cells: list[list[tuple[int, str]]]) -> Row:
    return Row(tuple(Cell(tuple(parts), column) for column, parts in enumerate(cells)))
