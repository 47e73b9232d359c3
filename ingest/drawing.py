"""Draw the cells of a file with their roles, or what its texts state, as lines; names of persons are masked."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from pyoxigraph import RdfFormat, parse

from jixiao.ingest.cells.run_together.contents import WORDING
from jixiao.ingest.cells.run_together.decoding import MARGIN
from jixiao.ingest.cells.run_together.lattice import BLANK
from jixiao.ingest.choosing import cells
from jixiao.ingest.document import mentioned
from jixiao.ingest.errors import IngestError
from jixiao.ingest.readers import read
from jixiao.ingest.rendition import Cell, Division, Marks, Row
from jixiao.ingest.result import Document, Reading, refused
from jixiao.ingest.roles.role import line, role
from jixiao.ingest.structure import gate
from jixiao.ingest.structure.dividing import divided
from jixiao.ingest.text.mentions.subject import Graph
from jixiao.ontology import terms
from jixiao.ontology.reference import labels
from jixiao.shapes.engine.data import text

Hidden = Mapping[int, Sequence[str]]
"""The texts to mask on lines, by the line's number."""
_EVIDENCE = {"word": "●", "likeness": "≈", "line": "◐", "place": "○"}
_DIVIDED = (
    "表格各行怎样分格：每格的代价、栏目和文字；其下是最不确定的一格的另一种分法，和它多出的代价，不到 {} 的扣下 · "
    "How lines of tables are divided: cost, column and text of each cell; below, what else the least sure cell may be, "
    "and how much more it costs: below {} the line is withheld"
)
_AT_ONCE = (
    "第 {0}–{1} 行：整张表一起分格，比逐步分格读到的多，没有少读的 · "
    "lines {0} to {1}: the form was divided at once, by which more is read than step by step, and nothing less"
)
_LEGEND = (
    "● 词 word　≈ 近似的词和程度 likeness to a word　◐ 句式 pattern of a line　○ 位置 place　"
    "→ 当作（前面是所印的）taken for, behind what is printed　⊘ 未收录 withheld"
)


def read_roles(documents: Sequence[Document]) -> list[Reading]:
    """Return a drawing of the cells of each file, or the reasons why the file cannot be read."""
    return [_shown(document, _roles) for document in documents]


def read_evidence(documents: Sequence[Document]) -> list[Reading]:
    """Return as lines the evidence for and against a form at each place of a file, and how its tables were divided.

    Each file has one reading; that of a file that cannot be read has the reasons.
    """
    return [_shown(document, _evidence) for document in documents]


def read_mentions(documents: Sequence[Document]) -> list[Reading]:
    """Return the mentions in the texts of each file as lines; for a file that cannot be read, the reasons."""
    return list(map(_mentioned, documents))


def _evidence(rows: Sequence[Row], hidden: Hidden, marks: Marks) -> Iterator[str]:
    """Yield the evidence for each form, the forms that were divided at once, and how lines of tables were divided."""
    yield from gate.explained(divided(rows))
    yield from (_AT_ONCE.format(*lines) for lines in marks.at_once)
    yield from _divided(rows, hidden)


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


def _shown(document: Document, draw: Callable[[Sequence[Row], Hidden, Marks], Iterable[str]]) -> Reading:
    """Return the lines that `draw` makes of a file, or the reasons why the file cannot be read.

    `draw` takes the repaired rows, the texts to mask, and what was noted of cells.
    """
    marks = Marks()
    try:
        rows, hidden = cells(read(document.content), marks)
    except IngestError as error:
        return refused(document.name, error.zh, error.en)
    return Reading(
        document.name, hashlib.sha256(document.content).hexdigest(), drawing=tuple(draw(rows, hidden, marks))
    )


def _roles(rows: Sequence[Row], *_: object) -> Iterator[str]:
    """Yield the legend, then the cells of each row with their roles."""
    yield _LEGEND
    for row in rows:
        shown = " │ ".join(_cell(cell, alone=len(row.filled) == 1) if cell else "·" for cell in row.cells)
        withheld = "、".join(sorted(map(_named, row.withheld)))
        yield f"{row.first_line:>5}  {shown}{'  ⊘ ' if row.withheld else ''}{withheld}"


def _divided(rows: Sequence[Row], hidden: Hidden) -> Iterator[str]:
    """Yield for each row that was divided its cells with their costs, and the nearest rival of the least sure cell."""
    told = [(row, row.division) for row in rows if row.division]
    persons = {"".join(each.split()) for texts in hidden.values() for each in texts} - {""}
    if told:
        yield _DIVIDED.format(MARGIN, MARGIN)
    for row, known in told:
        shown = known.text
        for person in persons:
            shown = shown.replace(person, "■" * len(person))
        division = known._replace(text=shown)
        yield f"第 {row.first_line} 行 line: {'扣下 withheld' if row.withheld else '收录 stated'}"
        yield from (f"  {each.cost:+6.2f}  {_piece(division, *each[:3])}" for each in division.pieces)
        least = min(division.pieces, key=lambda each: (known.text[each.start] == BLANK, each.margin))
        rival = f"{least.margin:+.2f}  {_piece(division, *least.rival)}" if least.rival else "没有相近的 none near"
        yield f"          {_piece(division, *least[:3])} → {rival}"


def _piece(division: Division, at: int, start: int, end: int) -> str:
    column = WORDING.tables["columns"][division.meanings[at] or "other"]
    return f"{column} │ {division.text[start:end].replace(BLANK, '·')}"


def _cell(cell: Cell, *, alone: bool) -> str:
    """Return a cell's text and role, and the word that it is taken for."""
    known = (line(cell) if alone else None) or role(cell)
    meaning = f":{_named(known.meaning)}" if known.meaning else ""
    likeness = f"={known.word}({known.score:.2f})" if known.score is not None else ""
    shown = " ".join(cell.printed_text.split())
    if not cell.taken_for:
        return f"{_EVIDENCE[known.evidence]}{known.kind}{meaning}{likeness} {shown}"
    return f"{_EVIDENCE['place']}{known.kind}{meaning} {' '.join(filter(None, (shown, '→', cell.taken_for)))}"


def _named(meaning: str) -> str:
    """Return both labels of the property with a local name (中文/English); a text that is no such name unchanged."""
    own = [label for tag in ("zh", "en") if (label := labels().get((terms.JX + meaning, tag)))]
    return "/".join(own) or meaning
