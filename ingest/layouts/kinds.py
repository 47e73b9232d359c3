"""Parts of a file that are documents of another kind (self-evaluations, whole departments, final accounts), by name.

Apart because a file may hold both: targets of projects are read, the rest is left, a file of nothing else is refused.
"""

from collections.abc import Iterable

from jixiao.ingest.errors import NotAFilingError
from jixiao.ingest.layouts.labels import labels
from jixiao.ingest.plain import folded
from jixiao.ingest.rendition import Row

# The title of a whole document stands within its first rows.
_FRONT = 12


def titled(row: Row) -> str | None:
    """The kind that a row's text is the title of: a key of [kind] in labels.toml."""
    if len(row.filled) != 1 or "绩效" not in (text := folded(row.filled[0].text)):
        return None
    return next((name for name, kind in labels().kinds.items() if kind.title.fullmatch(text)), None)


def told_by_cells(rows: Iterable[Row]) -> str | None:
    """The kind whose own labels stand in the cells of a table."""
    texts = {folded(cell.text) for row in rows for cell in row.filled}
    return next((name for name, kind in labels().kinds.items() if any(map(kind.cell.fullmatch, texts))), None)


def refusal(rows: Iterable[Row]) -> NotAFilingError | None:
    """Why a file without forms and narratives is none of this project's, where it is of a known kind."""
    kept = tuple(rows)
    front = [folded(row.filled[0].text) for row in kept[:_FRONT] if len(row.filled) == 1]
    names = (
        *(name for name, kind in labels().kinds.items() if any(map(kind.title.fullmatch, front))),
        *map(titled, kept),
        told_by_cells(kept),
    )
    found = next(filter(None, names), None)
    return NotAFilingError(labels().kinds[found].zh, labels().kinds[found].en) if found else None
