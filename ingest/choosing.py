"""Choose between two divisions of a form into cells, by the facts that each of them states.

Lines without sure borders between their cells are divided step by step (cells/repair.py), and all at once, along the
best path through the words of the form (cells/run_together/glued_form.py). The second division counts only if it keeps
every name, amount and indicator of the first and adds facts, so that nothing is read by preference.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from jixiao.ingest.cells import repair
from jixiao.ingest.errors import IngestError, NotAFilingError
from jixiao.ingest.model import Project
from jixiao.ingest.rendition import Marks, Rendition, Row
from jixiao.ingest.roles import columns
from jixiao.ingest.structure import filing, gate
from jixiao.ingest.structure.dividing import divided

_NOT_UNDERSTOOD = frozenset({None, "unread", "notice"})  # kinds of refusals of rows in which no form was understood
_FEWEST = 3  # facts besides the name, an amount among them, of a form that was not understood otherwise
_FEWEST_OTHERS = 8  # such facts without an amount among them


@dataclass(frozen=True)
class _Facts:
    """The facts that the rows of a form state: `main` ones with the project's name, and the numbers of others.

    `withheld` counts the amounts that are not stated, and `kind` is the kind of the refusal of rows without facts.
    `narrated` is true if a project is told in prose, which has no cells.
    """

    main: frozenset[tuple[str, ...]] = frozenset()
    others: int = 0
    withheld: int = 0
    kind: str | None = None
    refused: bool = False
    narrated: bool = False


def cells(rendition: Rendition, marks: Marks) -> tuple[tuple[Row, ...], dict[int, tuple[str, ...]]]:
    """Return the rows of a rendition in the better of two divisions of each form, and the texts to mask on each line.

    The keys of the mapping are line numbers. The cells of persons and page numbers are noted in `marks`.
    """
    return repair.cells(rendition, marks, repair.Choice(_is_lacking, partial(_is_better, rendition)))


def _is_lacking(rows: Sequence[Row]) -> bool:
    """Return whether something of a form is withheld, no table is recognised in it, or no form at all."""
    is_whole = any(map(columns.head, rows)) and not any(row.withheld for row in rows[:-1])
    return not is_whole or all(place.sum < gate.LEAST for place in gate.forms(divided(rows)))


def _is_better(rendition: Rendition, usual: Sequence[Row], other: Sequence[Row]) -> bool:
    """Return whether the rows of a form in another division state all main facts of the usual one, and more facts."""
    told = _facts(other, rendition)
    if told.refused or not any(kind == "name" for kind, *_ in told.main):
        return False
    before = _facts(usual, rendition)
    if before.refused:
        has_amount = any(kind == "amount" for kind, *_ in told.main)
        return before.kind in _NOT_UNDERSTOOD and len(told.main) > (_FEWEST if has_amount else _FEWEST_OTHERS)
    kept = before.main <= told.main and before.others <= told.others and told.withheld <= before.withheld
    return not before.narrated and kept and (before.main < told.main or before.others < told.others)


def _facts(rows: Sequence[Row], rendition: Rendition) -> _Facts:
    try:
        _, projects = filing.read(tuple(rows), rendition, Marks())
    except IngestError as error:
        return _Facts(kind=error.kind if isinstance(error, NotAFilingError) else "unreadable", refused=True)
    forms = [project.form for project in projects]
    others = sum(len(form.goals) + len(form.fields) for form in forms)
    withheld = sum(amount.value is None for form in forms for amount in form.amounts)
    return _Facts(frozenset(_main(projects)), others, withheld, narrated=any(project.narrative for project in projects))


def _main(projects: Sequence[Project]) -> Iterator[tuple[str, ...]]:
    """Yield the names of projects, and their amounts, lines of sections and indicators with a value, without blanks."""
    for project in projects:
        name = _even(project.name.text) if project.name else ""
        if name:
            yield "name", name
        for amount in project.form.amounts:
            if amount.value is not None:
                yield "amount", name, amount.name, str(amount.value)
        for section in project.sections:
            for _, text in section.text.parts:
                yield "section", name, _even(text)
        for indicator in project.form.indicators:
            if indicator.target:
                yield "indicator", name, _even(indicator.name.text), _even(indicator.target.text)


def _even(text: str) -> str:
    return "".join(text.split())
