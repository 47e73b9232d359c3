"""Name the properties that unread lines may hold.

Those of a self-evaluation are told by the facts above and below each line, fiscal funds of a project by their label.
"""

import re
from bisect import bisect
from collections.abc import Iterable, Sequence

from jixiao.ingest.facts import LEFT_BLANK, Fact
from jixiao.ingest.formats.text_tables import BARS
from jixiao.ingest.roles.labels import labels
from jixiao.ontology import properties, terms

_MONEY, _GOALS, _RESULTS, _SUMS = range(4)
_OF_PARTS = {
    properties.parts()[kind].letter: stage
    for kind, stage in ((terms.Execution, _MONEY), (terms.Goal, _GOALS), (terms.Result, _RESULTS))
}
_OF_MONEY = (terms.initialBudget, terms.adjustedBudget, terms.received, terms.executed, terms.executionRateText)
_STAGES = dict.fromkeys(_OF_MONEY, _MONEY) | {
    terms.doneText: _GOALS,
    terms.hasGoal: _GOALS,
    terms.hasResult: _RESULTS,
    terms.totalScore: _SUMS,
    terms.grade: _SUMS,
    terms.reasonText: _SUMS,
}

_APART = re.compile(r"[|\t]")


def may_hold(own: Sequence[Fact], unread: Iterable[int]) -> set[str]:
    """Return the properties that unread lines may hold; `own` are the facts of one self-evaluation and its parts.

    An unread line from the first row of results on may hold a further row, unless it is below the total; a line between
    two rows of money may hold a further row of money. Other lines, except those above all facts, may hold money, goals
    and what was done, each only if nothing of it was read.
    """
    told = sorted((place.line, stage) for fact in own if (stage := _stage(fact)) is not None for place in fact.places)
    known = {fact.property for fact in own if fact.places or fact.value is not None}
    missing = {terms.hasGoal, terms.doneText} - known
    missing |= (
        set()
        if any(stage == _MONEY for _, stage in told)
        else {terms.adjustedBudget, terms.executed, terms.executionRate, terms.executionScore}
    )
    named = {place.line for fact in own if fact.value is None and fact.why != LEFT_BLANK for place in fact.places}
    rows = [each for each in told if each[1] != _SUMS]
    held: set[str] = set()
    for line in (line for line in unread if line not in named):
        last, next_row = bisect(told, (line, _SUMS)) - 1, bisect(rows, (line, _SUMS))
        before = rows[next_row - 1][1] if next_row else None
        after = rows[next_row][1] if next_row < len(rows) else None
        if (last >= 0 and told[last][1] == _RESULTS) or ((before, after) == (_GOALS, _RESULTS) and not missing):
            held.add(terms.hasResult)
        elif before == after == _MONEY:
            held.add(terms.hasExecution)
        elif before != _RESULTS and (before is not None or after != _MONEY):
            held |= missing
    return held


def print_fiscal_funds(lines: Iterable[str]) -> bool:
    """Return whether an unread line has a figure, and a label of fiscal funds on the line itself or on the one above.

    `lines` are the texts of the unread line and of those above, the nearest first; blank lines and bars are skipped.
    """
    filled = [text for text in lines if text.strip() and not BARS.fullmatch(text.strip())]
    cells = [[cell.strip() for cell in _APART.split(text)] for text in filled[:2]]
    is_named = any(labels().line("fiscal_funds", cell) for row in cells for cell in row)
    return is_named and any(cell[:1].isdigit() for cell in cells[0])


def _stage(fact: Fact) -> int | None:
    part = fact.subject.partition("#")[2]
    return _OF_PARTS.get(part[:1]) if part else _STAGES.get(fact.property)
