"""Rows between bars that run over lines: equal numbers of bars in all rows of a table tell where its rows end."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from jixiao.ingest.rendition import Cell, Line, Row
from jixiao.ingest.roles.labels import bare, labels

BARS = re.compile(r"[|│┃｜]")
RULER = re.compile(r"[-—–_=|│┃｜+:·.─━┌┐└┘├┤┬┴┼ \u3000]*")
FEWEST_ROWS = 3
"""Lines of a file that must look like rows before bars or blanks count as edges of cells."""
_PADDED = re.compile(r"[|│┃｜]{2}$")  # adjacent bars pad a row to its end
_FIGURES = re.compile(r"[\d.,%]+")
_LONGEST_ROW, _LONGEST_TABLE = 200, 20_000  # in lines
_MOST_MISSED = 1_000  # lines at which no rows begin, in a file with rows over lines
_MOSTLY = 0.7  # share of lines with bars that padded rows must explain
_MOST_WIDTHS = 8  # of the tables of one file
_MOST_BEGUN, _LONGEST_BEGUN = 12, 60  # lines without a bar that may begin a row, and their characters
_SHORTEST_BEGUN = 2  # characters of lines that begin the first row of a table: 项目 before 名称 |


def over_lines(lines: Sequence[Line], width: int | None = None) -> Iterator[Row]:
    """Yield rows between bars that run over lines; `width` is their number of bars, if it is known."""
    start = missed = 0
    while start < len(lines):
        ends: list[int] = []
        if missed < _MOST_MISSED and BARS.search(lines[start].text):
            table = lines[start : start + _LONGEST_TABLE]
            ends = _ends_of_width(table, width) if width else _ends_of_rows(table)
            missed += not ends
        for end in ends or [1]:
            yield from _between_bars_of(lines[start : start + end])
            start += end
        if ends and _is_begun_row(lines[start:]):
            yield from (_withheld(row) for row in _between_bars_of(lines[start:]))
            return


def padded(lines: Sequence[Line]) -> list[Row] | None:
    """Return the rows of tables that adjacent bars pad to one width; None if most lines with bars are no part of them.

    The last row of the file may be torn.
    """
    widths = _padded_widths(lines)
    if not widths:
        return None
    rows: list[Row] = []
    start = explained = several = missed = 0
    while start < len(lines):
        ends: list[int] = []
        text = lines[start].text.strip()
        if missed < _MOST_MISSED and (BARS.search(text) or _begins(text, first=True)):
            table = lines[start : start + _LONGEST_TABLE]
            ends = max((_ends_of_padded(table, width) for width in widths), key=sum)
            missed += not ends
        for end in ends:
            row = lines[start : start + end]
            explained += sum(bool(BARS.search(line.text)) for line in row)
            several += end > 1
            rows += _between_bars_of(row)
            start += end
        if ends and _is_torn_row(lines[start:]):
            explained += sum(bool(BARS.search(line.text)) for line in lines[start:])
            rows += (_withheld(row) for row in _between_bars_of(lines[start:]))
            start = len(lines)
        elif not ends:
            rows += _between_bars_of(lines[start : start + 1])
            start += 1
    barred = sum(bool(BARS.search(line.text)) for line in lines)
    return rows if several and explained >= _MOSTLY * barred else None


def _padded_widths(lines: Sequence[Line]) -> list[int]:
    """Return the numbers of bars of rows on one line, the commonest first, if adjacent bars pad some rows."""
    texts = [text for line in lines if BARS.search(text := line.text.strip()) and not RULER.fullmatch(text)]
    ended = [text for text in texts if BARS.match(text[-1])]
    counts = Counter(len(BARS.findall(text)) for text in ended)
    widths = [width for width, often in counts.most_common(_MOST_WIDTHS) if often >= FEWEST_ROWS]
    filled = Counter(len(BARS.findall(text)) for text in ended if _PADDED.search(text))
    return widths if any(filled[width] >= FEWEST_ROWS for width in widths) else []


def _ends_of_padded(lines: Sequence[Line], width: int) -> list[int]:
    """Return the number of lines of each row with `width` bars, empty ones below it included; none for under three."""
    ends: list[int] = []
    start = 0
    while end := _end_of_padded(lines[start : start + _LONGEST_ROW], width, first=not ends):
        while start + end < len(lines) and not lines[start + end].text.strip():
            end += 1
        ends.append(end)
        start += end
    return ends if len(ends) >= FEWEST_ROWS else []


def _end_of_padded(lines: Sequence[Line], width: int, *, first: bool) -> int:
    """Return how many lines the row at the first line has; 0 if none begins there."""
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
    """Return whether a line without a bar may begin a row: in a table all but a title, above it a syllable or two."""
    if first:
        return 0 < len(text) <= _SHORTEST_BEGUN
    return len(text) <= _LONGEST_BEGUN and not _is_title(text)


def _is_title(text: str) -> bool:
    return labels().is_title(text) or labels().line("table_end", text) is not None


def _is_torn_row(lines: Sequence[Line]) -> bool:
    """Return whether the last lines of a file are a row that ends within a cell: few lines, and bars among them."""
    within = bool(lines) and len(lines) <= _MOST_BEGUN and not BARS.match(lines[-1].text.rstrip()[-1:])
    few = within and not any(_is_title(line.text) for line in lines)
    return few and any(BARS.search(line.text) for line in lines)


def _is_begun_row(lines: Sequence[Line]) -> bool:
    """Return whether the last lines of a file, a cell each, begin a row of a table over lines, and the row goes on."""
    filled = [sum(map(bool, map(str.strip, BARS.split(line.text)))) for line in lines]
    few = sum(filled) > 1 and max(filled) == 1 and len(lines) <= _MOST_BEGUN
    return few and BARS.search(lines[0].text) is not None and not any(_is_title(line.text) for line in lines)


def _withheld(row: Row) -> Row:
    """Return a row that ends within a cell without its facts: nobody can tell how the last value goes on."""
    words = [bare(cell.text) for cell in row.filled]
    if any(word in labels().goals for word in words):
        return replace(row, withheld=frozenset({"hasGoal"}))
    money = {labels().amounts[word] for word in words if word in labels().amounts}
    return replace(row, withheld=frozenset(money or {"hasIndicator"}))


def _ends_of_rows(lines: Sequence[Line]) -> list[int]:
    """Return the number of lines of each row in the table at the first line; empty if fewer than three rows fit.

    Of several widths that fit, the one with the most even columns is taken.
    """
    bars = list(accumulate(len(BARS.findall(line.text)) for line in lines[:_LONGEST_ROW]))
    # A row ends at the end of a line, so its number of bars equals the count up to a line that ends in a bar.
    ended = (count for count, line in zip(bars, lines, strict=False) if BARS.search(line.text.rstrip()[-1:]))
    widths = sorted({count for count in ended if count > FEWEST_ROWS}) if bars[0] else []
    found: dict[int, list[int]] = {}
    for width in widths:
        if any(width % narrower == 0 for narrower in found):
            continue  # two rows would count as one
        if len(ends := _ends_of_width(lines, width)) >= FEWEST_ROWS:
            found[width] = ends
    return max(found.values(), key=lambda ends: _evenness(lines, ends), default=[])


def _ends_of_width(lines: Sequence[Line], width: int) -> list[int]:
    """Return the number of lines of each row with `width` bars, up to the first row with more bars.

    A bar begins each row, or none. If none does, a line without a bar continues a cell and begins no row.
    """
    ends: list[int] = []
    taken = bars = 0
    begins, open_cell = BARS.match(lines[0].text.strip()) is not None, False
    for line in lines:
        text = line.text.strip()
        if not BARS.search(text) and (not taken or not (begins or open_cell)):
            break
        if not taken and begins and not BARS.match(text):
            break
        open_cell = not BARS.search(text[-1:])
        taken, bars = taken + 1, bars + len(BARS.findall(text))
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
        first, *others = BARS.split(line.text)
        cells[-1].append((line.number, first))
        cells += [[(line.number, text)] for text in others]
    begins = BARS.match(lines[0].text.strip()) is not None
    if len(cells) == 1:
        if lines[0].text.strip():
            yield row_of([[(lines[0].number, lines[0].text)]])
    elif any(text.strip() for cell in cells for _, text in cell):
        closed = len(cells) > 2 and not any(text.strip() for _, text in cells[-1])
        yield row_of(cells[begins : -1 if closed else None])


def row_of(cells: Sequence[Sequence[tuple[int, str]]]) -> Row:
    """Return the row of these cells, each the parts of its text with their lines."""
    return Row(tuple(Cell(tuple(parts), column) for column, parts in enumerate(cells)))
