"""Parts of a file that are documents of another kind (self-evaluations, whole departments, final accounts), by name.

Apart because a file may hold both: targets of projects are read, the rest is left, a file of nothing else is refused.
"""

from collections.abc import Iterable

from jixiao.ingest.errors import NotAFilingError
from jixiao.ingest.rendition import Row
from jixiao.ingest.roles.labels import Kind, labels
from jixiao.ingest.values.plain import folded

# The title of a whole document stands within its first rows.
_FRONT = 12
# Above narratives, the title of the file is no line of a table of contents.
_TOP = 3


def titled(row: Row) -> str | None:
    """The kind that a row's text is the title of: a key of [kind] in labels.toml."""
    if len(row.filled) != 1 or "绩效" not in (text := folded(row.filled[0].text)):
        return None
    return next((name for name, kind in _parts().items() if _bears(kind, text)), None)


def told_by_cells(rows: Iterable[Row]) -> str | None:
    """The kind whose own labels stand in the cells of a table."""
    texts = {folded(cell.text) for row in rows for cell in row.filled}
    return next((n for n, kind in _parts().items() if kind.cell and any(map(kind.cell.fullmatch, texts))), None)


def refusal(rows: Iterable[Row], *, whole_file: bool) -> NotAFilingError | None:
    """Why a file without forms is none of this project's, where it is of a known kind.

    `whole_file` is whether nothing else was found in it. Where narratives were, only a title of the file counts.
    """
    kept = tuple(rows)
    front = [folded(row.filled[0].text) for row in kept[: _FRONT if whole_file else _TOP] if len(row.filled) == 1]
    found = next((name for name, kind in _parts().items() if any(_bears(kind, text) for text in front)), None)
    if whole_file and not found:
        found = next(filter(None, (*map(titled, kept), told_by_cells(kept), _told_by_text(kept, front))), None)
    return named(found) if found else None


def evaluates(rows: Iterable[Row]) -> NotAFilingError | None:
    """The refusal of a report of an evaluation, which quotes the targets that it evaluates: told by its title."""
    top = [folded(row.filled[0].text) for row in tuple(rows)[:_TOP] if len(row.filled) == 1]
    found = any(_bears(labels().kinds["evaluation"], text) and text.endswith("报告") for text in top)
    return named("evaluation") if found else None


def named(kind: str) -> NotAFilingError:
    """The refusal of a file of a kind: a key of [kind] in labels.toml."""
    return NotAFilingError(labels().kinds[kind].zh, labels().kinds[kind].en)


def _told_by_text(rows: tuple[Row, ...], front: list[str]) -> str | None:
    """The kind that words anywhere in the text tell, where cells and lines run together; else the title."""
    text = "\n".join(folded(cell.text) for row in rows for cell in row.filled)
    told = (name for name, kind in labels().kinds.items() if kind.text and kind.text.search(text))
    kinds = {name: kind for name, kind in labels().kinds.items() if not kind.part}
    return next(told, None) or next((n for n, kind in kinds.items() if any(_bears(kind, line) for line in front)), None)


def _bears(kind: Kind, text: str) -> bool:
    return kind.title is not None and kind.title.fullmatch(text) is not None


def _parts() -> dict[str, Kind]:
    """The kinds that may be a part of a file beside targets of projects."""
    return {name: kind for name, kind in labels().kinds.items() if kind.part}
