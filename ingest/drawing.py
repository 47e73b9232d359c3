"""Draw the cells of a file with their roles, or what its texts state, as lines; names of persons are masked."""

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence

from pyoxigraph import RdfFormat, parse

from jixiao.ingest.cells.repair import cells
from jixiao.ingest.document import mentioned
from jixiao.ingest.errors import IngestError
from jixiao.ingest.readers import read
from jixiao.ingest.rendition import Cell, Marks, Row
from jixiao.ingest.result import Document, Reading, refused
from jixiao.ingest.roles.role import line, role
from jixiao.ingest.structure import gate
from jixiao.ingest.structure.dividing import divided
from jixiao.ingest.text.mentions.subject import Graph
from jixiao.ontology import terms
from jixiao.ontology.reference import labels
from jixiao.shapes.engine.data import text

_EVIDENCE = {"word": "●", "likeness": "≈", "line": "◐", "place": "○"}
_LEGEND = "● 词 word　≈ 近似的词和程度 likeness to a word　◐ 句式 pattern of a line　○ 位置 place　⊘ 未收录 withheld"


def read_roles(documents: Sequence[Document]) -> list[Reading]:
    """Return a drawing of the cells of each file, or the reasons why the file cannot be read."""
    return [_shown(document, lambda rows: (_LEGEND, *map(_row, rows))) for document in documents]


def read_evidence(documents: Sequence[Document]) -> list[Reading]:
    """Return as lines, for each place of a file where a form may begin, the evidence for and against a form.

    Each file has one reading; that of a file that cannot be read has the reasons.
    """
    return [_shown(document, lambda rows: gate.explained(divided(rows))) for document in documents]


def read_mentions(documents: Sequence[Document]) -> list[Reading]:
    """Return the mentions in the texts of each file as lines; for a file that cannot be read, the reasons."""
    return list(map(_mentioned, documents))


def _mentioned(document: Document) -> Reading:
    found = mentioned(document)
    if isinstance(found, Reading):
        return found
    graph = Graph((text(each.subject), each.predicate.value, each.object) for each in parse(found, RdfFormat.N_TRIPLES))
    known = {node: values for node, values in graph.nodes.items() if terms.inSentence in values}
    ordered = sorted((int(values.get(terms.sourceLine, ["0"])[0]), node) for node, values in known.items())
    lines = tuple(f"{at:>5}  {_stated(known[node])}" for at, node in ordered)
    return Reading(document.name, hashlib.sha256(document.content).hexdigest(), drawing=lines)


def _stated(values: dict[str, list[str]]) -> str:
    """Return a mention as one line: its classes, its words, and its other properties and values by local names.

    `values` has the values of each property of the mention, by IRI.
    """
    facts = {name: " ".join(dict.fromkeys(map(_local, each))) for name, each in values.items()}
    del facts[terms.sourceLine]
    kinds, words = facts.pop(terms.RDF_type), facts.pop(terms.targetText)
    return f"{kinds} “{words}” {' '.join(f'{_local(name)}={value}' for name, value in facts.items())}"


def _local(value: str) -> str:
    """Return the last part of an IRI; other values unchanged."""
    return re.split("[#/]", value)[-1] if value.startswith("http") else value


def _shown(document: Document, draw: Callable[[Sequence[Row]], Iterable[str]]) -> Reading:
    """Return the lines that `draw` makes of a file's repaired rows, or the reasons why it cannot be read."""
    try:
        rows = cells(read(document.content), Marks())[0]
    except IngestError as error:
        return refused(document.name, error.zh, error.en)
    return Reading(document.name, hashlib.sha256(document.content).hexdigest(), drawing=tuple(draw(rows)))


def _row(row: Row) -> str:
    shown = " │ ".join(_cell(cell, alone=len(row.filled) == 1) if cell else "·" for cell in row.cells)
    return f"{row.first_line:>5}  {shown}{'  ⊘ ' if row.withheld else ''}{'、'.join(sorted(map(_named, row.withheld)))}"


def _cell(cell: Cell, *, alone: bool) -> str:
    known = (line(cell) if alone else None) or role(cell)
    meaning = f":{_named(known.meaning)}" if known.meaning else ""
    likeness = f"={known.word}({known.score:.2f})" if known.score is not None else ""
    return f"{_EVIDENCE[known.evidence]}{known.kind}{meaning}{likeness} {' '.join(cell.text.split())}"


def _named(meaning: str) -> str:
    """Return both labels of the property with a local name (中文/English); a text that is no such name unchanged."""
    own = [label for tag in ("zh", "en") if (label := labels().get((terms.JX + meaning, tag)))]
    return "/".join(own) or meaning
