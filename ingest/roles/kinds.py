"""Recognize documents of other kinds: self-evaluations, targets of whole departments, final accounts.

In a file that also holds targets of projects, they are left out; a file of nothing else is refused. The kinds are in
[kind] of labels.toml.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from jixiao.ingest.errors import NotAFilingError
from jixiao.ingest.rendition import Row
from jixiao.ingest.roles.labels import Kind, labels
from jixiao.ingest.values.plain import folded
from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ingest.roles", "kinds.toml")
_OF_TARGETS, _REPORT, _HEADS = (_WORDING.pattern(name) for name in ("of_targets", "report", "heads"))
_FRONT = 12  # most rows from the start of a file to the title of the whole document
_TOP = 3  # most rows from the start of a file to a title above narratives


def titled(row: Row) -> str | None:
    """Return the kind (a key of [kind] in labels.toml) of which a row is the title, or None."""
    text = folded(row.filled[0].text) if len(row.filled) == 1 else ""
    return _titled(_parts(), [text]) if _OF_TARGETS.search(text) else None


def told_by_cells(rows: Iterable[Row]) -> str | None:
    """Return the kind whose own labels are among the cells of a table, or None."""
    texts = {folded(cell.text) for row in rows for cell in row.filled}
    return next((n for n, kind in _parts().items() if kind.cell and any(map(kind.cell.fullmatch, texts))), None)


def refusal(rows: Iterable[Row], *, whole_file: bool) -> NotAFilingError | None:
    """Return the refusal of a file without forms that is of a known kind, or None.

    `whole_file` is true if nothing else was found in the file. In a file with narratives, only a title of the file
    counts.
    """
    kept = tuple(rows)
    front = _lines(kept[: _FRONT if whole_file else _TOP])
    found = _titled(_parts(), front)
    if whole_file and not found:
        found = next(filter(None, (*map(titled, kept), told_by_cells(kept), _told_by_text(kept, front))), None)
    return named(found) if found else None


def evaluates(rows: Iterable[Row]) -> NotAFilingError | None:
    """Return the refusal of a report of an evaluation, or None: by its title, which is repeated below the top."""
    told = _lines(kept := tuple(rows))
    repeated = (text for text, count in Counter(told).items() if count > 1)
    reports = filter(_REPORT.search, (*_lines(kept[:_TOP]), *repeated))
    return named("evaluation") if _titled({"evaluation": labels().kinds["evaluation"]}, reports) else None


def named(kind: str) -> NotAFilingError:
    """Return the refusal of a file of a kind (a key of [kind] in labels.toml)."""
    return NotAFilingError(labels().kinds[kind].zh, labels().kinds[kind].en)


def _told_by_text(rows: Iterable[Row], front: Iterable[str]) -> str | None:
    """Return the kind shown by words anywhere in the text, where cells run together, or by the title; or None."""
    text = "\n".join(folded(cell.text) for row in rows for cell in row.filled)
    told = next((name for name, kind in labels().kinds.items() if kind.text and kind.text.search(text)), None)
    by_title = _titled({name: kind for name, kind in labels().kinds.items() if not kind.part}, front)
    return by_title if told is None or (told == "unread" and by_title == "budget" and not _HEADS.search(text)) else told


def _titled(kinds: Mapping[str, Kind], texts: Iterable[str]) -> str | None:
    """Return the first kind that has one of the texts as its title, or None."""
    lines = tuple(texts)
    return next((name for name, kind in kinds.items() if kind.title and any(map(kind.title.fullmatch, lines))), None)


def _lines(rows: Iterable[Row]) -> list[str]:
    """Return the folded texts of rows with one filled cell."""
    return [folded(row.filled[0].text) for row in rows if len(row.filled) == 1]


def _parts() -> dict[str, Kind]:
    """Return the kinds that may share a file with targets of projects."""
    return {name: kind for name, kind in labels().kinds.items() if kind.part}
