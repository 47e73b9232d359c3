"""Convert a spreadsheet that a clerk filled in to facts in the terms of the ontology.

The steps are: table, columns, rows grouped by project, values, facts. A spreadsheet with problems gives no facts; all
problems are reported together, so that the clerk can correct them at once.
"""

import hashlib
from dataclasses import dataclass

from jixiao.ingest.emit import Source, emit
from jixiao.ingest.model import Extraction
from jixiao.ingest.sheets import columns, projects, rows, table
from jixiao.ingest.sheets.cells import Cells
from jixiao.ingest.sheets.problems import Problem, SheetError
from jixiao.ontology.identity import Iris

MEDIA_TYPE = "text/csv"


@dataclass(frozen=True)
class Converted:
    """The facts of a spreadsheet as N-Triples, the number of its projects, and the headings of unknown columns."""

    triples: bytes
    projects: int
    unknown: tuple[str, ...]


def convert(content: bytes, file_name: str, iris: Iris) -> Converted:
    """Convert the bytes of a CSV spreadsheet. Raises SheetError with all problems."""
    head, *below = table.read(content, columns.is_heading)
    known, unknown, problems = columns.read(head)
    if problems:
        raise SheetError(problems)
    once, found, problems = rows.gathered(known, below)
    cells = Cells(problems)
    cover = projects.cover(once, cells)
    made = projects.projects(found, known, cover.year, cells)
    if not found:
        cells.problems.append(Problem(None, None, "没有一个项目", "there is no project"))
    if cells.problems:
        raise SheetError(sorted(cells.problems, key=lambda each: each.row or 0))
    extraction = Extraction(cover, made, frozenset(), frozenset(), {})
    source = Source(hashlib.sha256(content).hexdigest(), file_name, MEDIA_TYPE, len(content))
    emitted = emit(extraction, source, iris)
    return Converted(emitted.facts.n_triples(), len(emitted.projects), tuple(unknown))
