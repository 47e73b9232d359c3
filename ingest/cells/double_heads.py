"""Join heads of indicator tables that take two rows, with levels above and the columns of two sides below, into one."""

from collections.abc import Iterator, Sequence

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import heads
from jixiao.ingest.roles.labels import bare, column_meaning, labels

_FEWEST = 2  # least number of words of columns in the lower row of a head


def joined(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows; a head on two rows becomes a row of its spanning words and a row of all words of columns."""
    index = 0
    while index < len(rows):
        pair = _pair(*rows[index : index + 2]) if index + 1 < len(rows) else None
        yield from pair or [rows[index]]
        index += 2 if pair else 1


def _pair(upper: Row, lower: Row) -> list[Row] | None:
    """Return the row of spanning words and the joined head, if two rows are one head; None otherwise."""
    kept = [cell for cell in upper.filled if _meaning(cell) not in (None, "longTerm")]
    spanning = [cell for cell in upper.filled if cell not in kept and cell.column > kept[0].column] if kept else []
    groups = [cell for cell in upper.filled if cell not in kept and cell not in spanning]
    if not spanning or not all(map(_spans, (*groups, *spanning))) or any(_meaning(cell) == "target" for cell in kept):
        return None
    if len(lower.filled) < _FEWEST or not all(map(_meaning, lower.filled)) or heads.head(lower):
        return None
    if all(_meaning(cell) == "target" for cell in lower.filled):
        whole = _with_years(upper, lower, spanning)
    else:
        whole = _whole(kept, lower, min(cell.column for cell in spanning), groups)
    if not whole or not heads.head(Row(tuple(whole))):
        return None
    printed = {place for cell in whole for place in cell.places}
    return [Row(tuple(cell for cell in upper.filled if not printed & set(cell.places))), Row(tuple(whole))]


def _with_years(upper: Row, lower: Row, spanning: Sequence[Cell]) -> list[Cell]:
    """Return the upper row with the year's word in place of the spanning target; empty if their numbers differ."""
    if len(spanning) != len(lower.filled):
        return []
    years = {cell.column: n for n, cell in enumerate(spanning) if bare(cell.text) in labels().yearly}
    return [
        lower.filled[years[cell.column]].moved(cell.column) if cell.column in years else cell for cell in upper.filled
    ]


def _whole(kept: Sequence[Cell], lower: Row, first: int, groups: Sequence[Cell]) -> list[Cell]:
    """Return the words of columns of both rows, in order.

    A lower row that has lost its blank cells begins below the first spanning word.
    """
    if lower.filled[0].column >= first and not {cell.column for cell in kept} & {cell.column for cell in lower.filled}:
        return sorted((*kept, *lower.filled), key=lambda cell: cell.column)
    before = [cell for cell in kept if cell.column < first]
    after = [cell for cell in kept if cell not in before]
    return [cell.moved(n) for n, cell in enumerate((*groups, *before, *lower.filled, *after))]


def _meaning(cell: Cell) -> str | None:
    return column_meaning(cell.text)


def _spans(cell: Cell) -> bool:
    """Return whether a cell is a word above several columns, such as 绩效指标, and no column itself."""
    word = bare(cell.text)
    sided = any(labels().line(side, cell.text) for side in ("long_side", "year_side"))
    return sided or _meaning(cell) == "longTerm" or word in labels().groups | labels().long_term | labels().yearly
