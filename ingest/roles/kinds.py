"""Tell documents of other kinds: self-evaluations, targets of whole departments, final accounts.

A file may hold one beside targets of projects: then these are read, and the rest is left out. A file of nothing else is
refused. Kinds are in [kind] of labels.toml.
"""

from collections.abc import Iterable, Mapping

from jixiao.ingest.errors import NotAFilingError
from jixiao.ingest.rendition import Row
from jixiao.ingest.roles.labels import Kind, labels
from jixiao.ingest.settings import SETTINGS
from jixiao.ingest.values.plain import folded
from jixiao.ontology.text.wording import Wording

_WORDING = Wording("jixiao.ingest.roles", "kinds.toml")
_OF_TARGETS, _REPORT = (_WORDING.pattern(name) for name in ("of_targets", "report"))
_FRONT = SETTINGS.reach.document_title
_TOP = SETTINGS.reach.narrative_title


def titled(row: Row) -> str | None:
    """Return the kind whose title a row is: a key of [kind] in labels.toml."""
    text = folded(row.filled[0].text) if len(row.filled) == 1 else ""
    return _titled(_parts(), [text]) if _OF_TARGETS.search(text) else None


def told_by_cells(rows: Iterable[Row]) -> str | None:
    """Return the kind whose own labels stand in the cells of a table."""
    texts = {folded(cell.text) for row in rows for cell in row.filled}
    return next((n for n, kind in _parts().items() if kind.cell and any(map(kind.cell.fullmatch, texts))), None)


def refusal(rows: Iterable[Row], *, whole_file: bool) -> NotAFilingError | None:
    """Return the refusal of a file without forms that is of a known kind.

    `whole_file` is true if nothing else was found in it. In a file with narratives, only a title of the file counts.
    """
    kept = tuple(rows)
    front = _lines(kept[: _FRONT if whole_file else _TOP])
    found = _titled(_parts(), front)
    if whole_file and not found:
        found = next(filter(None, (*map(titled, kept), told_by_cells(kept), _told_by_text(kept, front))), None)
    return named(found) if found else None


def evaluates(rows: Iterable[Row]) -> NotAFilingError | None:
    """Return the refusal of a report of an evaluation, told by its title."""
    reports = filter(_REPORT.search, _lines(tuple(rows)[:_TOP]))
    evaluation = {"evaluation": labels().kinds["evaluation"]}
    return named("evaluation") if _titled(evaluation, reports) else None


def named(kind: str) -> NotAFilingError:
    """Return the refusal of a file of a kind: a key of [kind] in labels.toml."""
    return NotAFilingError(labels().kinds[kind].zh, labels().kinds[kind].en)


def _told_by_text(rows: Iterable[Row], front: Iterable[str]) -> str | None:
    """Return the kind that words anywhere in the text tell, where cells and lines run together; else the title."""
    text = "\n".join(folded(cell.text) for row in rows for cell in row.filled)
    told = (name for name, kind in labels().kinds.items() if kind.text and kind.text.search(text))
    return next(told, None) or _titled({name: kind for name, kind in labels().kinds.items() if not kind.part}, front)


def _titled(kinds: Mapping[str, Kind], texts: Iterable[str]) -> str | None:
    """Return the first kind of which one of the texts is a title."""
    lines = tuple(texts)
    return next((name for name, kind in kinds.items() if kind.title and any(map(kind.title.fullmatch, lines))), None)


def _lines(rows: Iterable[Row]) -> list[str]:
    """Return the folded texts of the rows of a single cell."""
    return [folded(row.filled[0].text) for row in rows if len(row.filled) == 1]


def _parts() -> dict[str, Kind]:
    """Return the kinds that may be a part of a file beside targets of projects."""
    return {name: kind for name, kind in labels().kinds.items() if kind.part}
