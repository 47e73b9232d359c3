"""Heads of indicator tables on two rows, levels above and the columns of two sides below -> heads on one."""

from collections.abc import Iterator, Sequence

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import heads
from jixiao.ingest.roles.labels import bare, column_meaning, labels
from jixiao.ingest.settings import SETTINGS

_FEWEST = SETTINGS.fewest.lower_head_words


def joined(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows; of a head on two rows, first what spans its columns, then all words of columns in one row."""
    index = 0
    while index < len(rows):
        pair = _pair(*rows[index : index + 2]) if index + 1 < len(rows) else None
        yield from pair or [rows[index]]
        index += 2 if pair else 1


def _pair(upper: Row, lower: Row) -> list[Row] | None:
    """Return the words over the columns and the whole head, if two rows are one head."""
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
    """Return the upper row with the target of the year in place of its word; empty if the rows do not correspond."""
    if len(spanning) != len(lower.filled):
        return []
    years = {cell.column: n for n, cell in enumerate(spanning) if bare(cell.text) in labels().yearly}
    return [
        lower.filled[years[cell.column]].moved(cell.column) if cell.column in years else cell for cell in upper.filled
    ]


def _whole(kept: Sequence[Cell], lower: Row, first: int, groups: Sequence[Cell]) -> list[Cell]:
    """Return the words of columns of both rows; a lower row that has lost cells begins below the first that spans."""
    if lower.filled[0].column >= first and not {cell.column for cell in kept} & {cell.column for cell in lower.filled}:
        return sorted((*kept, *lower.filled), key=lambda cell: cell.column)
    before = [cell for cell in kept if cell.column < first]
    after = [cell for cell in kept if cell not in before]
    return [cell.moved(n) for n, cell in enumerate((*groups, *before, *lower.filled, *after))]


def _meaning(cell: Cell) -> str | None:
    return column_meaning(cell.text)


def _spans(cell: Cell) -> bool:
    """Return whether a cell only groups the columns below it."""
    word = bare(cell.text)
    sided = any(labels().line(side, cell.text) for side in ("long_side", "year_side"))
    return sided or _meaning(cell) == "longTerm" or word in labels().groups | labels().long_term | labels().yearly
