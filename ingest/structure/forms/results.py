"""Read the statements of a self-evaluation on the whole form: total score, grade, and reason of deviations.

Labels stand above the table of indicators or below it (总分, 自评等级, 存在问题); a value follows its label. Beside the
total of the scores stands that of the weights, which is none: of two figures the second counts, and one alone only if
the table has no weights, or if it is the sum of the scores.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from jixiao.ingest.model import Execution, Indicator, Printed
from jixiao.ingest.rendition import Cell, Place, Row
from jixiao.ingest.roles import executions
from jixiao.ingest.roles.columns import Columns, is_level
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.roles.role import Kind, role
from jixiao.ingest.structure.forms.goals import FORM
from jixiao.ingest.values import amounts
from jixiao.ingest.values.plain import folded

_GRADE, _SCORE = FORM.pattern("grade"), FORM.pattern("word_of_score")
_PAIR = 2  # the sum of the weights, and that of the scores
_BELOW = frozenset({"totalScore", "grade", "deviation"})
Scored = tuple[Decimal, Cell]
"""A total score and its cell."""


def are_of(columns: Columns) -> bool:
    """Return whether the columns of a table are those of results."""
    return "achieved" in columns.named


def states(row: Row) -> bool:
    """Return whether a row below the indicators states a result of the whole form, or the sums of the columns."""
    if not row.filled or any(map(is_level, row.filled)):
        return False
    told = any(role(cell).kind is Kind.RESULT and role(cell).meaning in _BELOW for cell in row.filled)
    return told or (bare(row.filled[0].text) in labels().sums and len(row.filled) > 1)


def of_form(rows: Iterable[Row]) -> dict[str, list[Cell]]:
    """Return the cells behind each label of a result, the label first; the first label of a meaning counts."""
    found: dict[str, list[Cell]] = {}
    current: list[Cell] | None = None
    for cell in (cell for row in rows for cell in row.filled):
        told = role(cell)
        if told.kind is Kind.RESULT or bare(cell.text) in labels().sums:
            current = [cell]
            found.setdefault(told.meaning or "totalScore", current)
        elif told.is_label or told.kind is Kind.COLUMN:  # 改进措施
            current = None
        elif current is not None:
            current.append(cell)
    return found


def total(
    cells: Sequence[Cell], columns: Columns | None, indicators: Sequence[Indicator], own: Decimal
) -> Scored | None:
    """Return the total of the scores behind its label; `own` is the score of the rate of execution."""
    if not cells:
        return None
    label, *behind = cells
    words = ((cell, text) for cell in behind[:_PAIR] for text in cell.text.split())
    figures = [(number, cell) for cell, text in words if (number := executions.number_in(text)) is not None]
    if len(figures) >= _PAIR and not _SCORE.search(folded(label.text)):
        return figures[1]
    if not figures:
        return None
    number, _cell = figures[0]
    weights = columns is not None and "weight" in columns.named
    sure = not weights or _SCORE.search(folded(label.text)) or sum_of_scores(indicators, own) == number
    return figures[0] if sure else None


def sum_of_scores(indicators: Sequence[Indicator], own: Decimal) -> Decimal:
    """Return the sum of the scores of a table and of the score of the rate of execution (`own`)."""
    return sum((each.result.score for each in indicators if each.result and each.result.score is not None), own)


def score_of_rate(executions: Iterable[Execution]) -> Decimal:
    """Return the score of the rate of execution, which is in the first row of money with a score; 0 without one."""
    return next((each.score for each in executions if each.score is not None), Decimal(0))


def unread(cells: Sequence[Cell], indicators: Sequence[Indicator], rows: Iterable[Row]) -> tuple[Place, ...]:
    """Return the places of a total of which no score was read, with its label; none if it has no figure.

    One figure below weights without any score is their sum. The figure of a label that is all of one of the `rows` may
    stand elsewhere.
    """
    if any(row.cells == tuple(cells) for row in rows if len(row.cells) == 1):
        return cells[0].places
    firsts = (text for cell in cells[1:] for text in cell.text.split()[:1])
    figures = [number for text in firsts if (number := executions.number_in(text)) is not None]
    unscored = all(each.weight is not None and not (each.result and each.result.score_places) for each in indicators)
    printed = len(figures) > (unscored and len(indicators) > 0)
    return tuple(place for cell in cells[: 1 + _PAIR] for place in cell.places) if printed else ()


def grade(found: dict[str, list[Cell]]) -> Printed | None:
    """Return the grade behind its label, or behind the total."""
    cells = (*found.get("grade", ())[1:], *found.get("totalScore", ())[1:])
    return next((Printed.of(cell) for cell in cells if _GRADE.fullmatch(folded(cell.text))), None)


def reason(found: dict[str, list[Cell]]) -> Printed | None:
    """Return the text behind the label of deviations, or None if it is blank or tells how to fill it in."""
    for cell in found.get("deviation", ())[1:2]:
        if not (amounts.is_blank(cell.text) or labels().line("placeholder", cell.text) or says_nothing(cell.text)):
            return Printed.of(cell)
    return None


def says_nothing(text: str) -> bool:
    """Return whether a text says that there is nothing to say: 无."""
    return folded(text) in FORM.words("nothing")
