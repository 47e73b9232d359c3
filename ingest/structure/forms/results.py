"""Read what a self-evaluation states besides its rows: the money spent, total score, grade and reason of deviations.

Money has a header (年初预算数, 全年执行数, 执行率 …), and below it a row for each source. Amounts are in yuan; their
unit is printed in the label, in the header, in the form, or beside another figure of the table. A row whose figures
cannot be assigned to the columns is left out.

Other labels stand above the table of indicators or below it (总分, 自评等级, 存在问题); a value follows its label.
Beside the total of the scores stands the total of the weights, which is no score: of two figures the second counts, and
a single figure only if the table has no weights, or if the figure is the sum of the scores.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from jixiao.ingest.model import Amount, Execution, Indicator, Printed
from jixiao.ingest.rendition import Cell, Marks, Place, Row, places_of
from jixiao.ingest.roles import executions
from jixiao.ingest.roles.columns import Columns, is_level
from jixiao.ingest.roles.executions import MONEY, ByMeaning
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
    """Return whether the columns of a table are those of a self-evaluation: one is for the value reached."""
    return "achieved" in columns.named


def states(row: Row, columns: Columns) -> bool:
    """Return whether a row below the indicators states a result of the whole form, or the sums of the columns.

    Below `columns` that are not those of a self-evaluation, only the label of a total with bare figures does.
    """
    if not row.filled or any(map(is_level, row.filled)):
        return False
    if not are_of(columns):
        label, *behind = row.filled
        figures = [executions.number(cell) for cell in behind]
        return role(label).meaning == "totalScore" and bool(figures) and None not in figures
    told = any(role(cell).kind is Kind.RESULT and role(cell).meaning in _BELOW for cell in row.filled)
    return told or (bare(row.filled[0].text) in labels().sums and len(row.filled) > 1)


def of_form(rows: Iterable[Row]) -> dict[str, list[Cell]]:
    """Return, by meaning, the first label of each result of the whole form, followed by the cells after it.

    Results are the total score, the grade, the reason of deviations and so on.
    """
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
    """Return the total of the scores after its label, with its places; None if no figure is surely the total.

    `cells` are the label and the cells after it, `columns` those of the table with `indicators`, if there is one; `own`
    is the score of the rate of execution.
    """
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
    """Return the places of a printed total score that was not read, with its label; empty without a figure beside it.

    `cells` are the label and the cells after it. One figure below weights without any score is the sum of the weights,
    and so no total score. The figure of a label that fills one of the `rows` alone may stand elsewhere: then the place
    of the label is returned.
    """
    if any(row.cells == tuple(cells) for row in rows if len(row.cells) == 1):
        return cells[0].places
    firsts = (text for cell in cells[1:] for text in cell.text.split()[:1])
    figures = [number for text in firsts if (number := executions.number_in(text)) is not None]
    unscored = all(each.weight is not None and not (each.result and each.result.score_places) for each in indicators)
    printed = len(figures) > (unscored and len(indicators) > 0)
    return places_of(cells[: 1 + _PAIR]) if printed else ()


def grade(found: dict[str, list[Cell]]) -> Printed | None:
    """Return the grade (优, 良 …) after its label, or after the total score; None without one."""
    cells = (*found.get("grade", ())[1:], *found.get("totalScore", ())[1:])
    return next((Printed.of(cell) for cell in cells if _GRADE.fullmatch(folded(cell.text))), None)


def reason(found: dict[str, list[Cell]]) -> Printed | None:
    """Return the text after the label of deviations, or None if it is empty, says 无, or says how to fill it in."""
    for cell in found.get("deviation", ())[1:2]:
        if not (amounts.is_blank(cell.text) or labels().line("placeholder", cell.text) or says_nothing(cell.text)):
            return Printed.of(cell)
    return None


def says_nothing(text: str) -> bool:
    """Return whether a text says that there is nothing to say: 无."""
    return folded(text) in FORM.words("nothing")


_OF_MONEY = frozenset({Kind.AMOUNT, Kind.MONEY, Kind.OTHER, Kind.VALUE, Kind.GROUP, Kind.BLANK})
_TEXTS = frozenset({"reason"})
_PART = FORM.pattern("part_of_money")
_LONGEST_LABEL = 40


@dataclass
class Spending:
    """The reader of the rows of money of a self-evaluation.

    `columns` are those of the header while its rows are read.
    """

    marks: Marks
    columns: dict[int, str] = field(default_factory=dict)
    unit: Decimal | None = None  # the yuan in the unit of the table
    weight: Decimal | None = None  # the points of the rate
    rows: list[tuple[Cell | None, ByMeaning]] = field(default_factory=list)
    found: bool = False

    def row(self, row: Row) -> bool:
        """Read a row if it is the header of the money or below one, and return whether it is."""
        if head := executions.head(row):
            self.columns, self.found = head, True
            self.marks.known(row.filled)
            for cell in row.filled:
                self._take(cell)
            return True
        if self.columns and self._reads(row):
            return True
        self.columns = {}
        return False

    def _take(self, cell: Cell) -> None:
        """Keep the unit of money, and the points of the rate of execution, if a label or header prints them."""
        self.unit = self.unit or amounts.unit(cell.text)
        scale = executions.scale(cell.text)
        self.weight = self.weight if scale is None else scale

    def _reads(self, row: Row) -> bool:
        first = min(self.columns)
        words = [cell for cell in row.filled if not executions.is_value(cell.text) and cell.column < first]
        label = words[-1] if words else None
        at = label.column if label else -1
        texts = [cell for cell in row.filled if self.columns.get(cell.column) in _TEXTS]
        last = row.filled[-1] if row.filled else None
        if (
            _TEXTS & {*self.columns.values()}
            and last
            and last not in (*words, *texts)
            and not executions.is_value(last.text)
        ):
            texts.append(last)  # in its column, if the cells that its row spans had not vanished
        cells = [cell for cell in row.cells if cell.column > at and cell not in texts]
        if not executions.fits(self.columns, cells) or not (label or any(cells)):
            return False
        told = role(label) if label else None
        if label and told and (told.kind not in _OF_MONEY or len(label.text) > _LONGEST_LABEL):
            return False
        self.marks.known((*words, *(cell for cell in cells if amounts.is_blank(cell.text))))
        self.marks.set_aside(texts)
        for cell in (*words, *cells):
            self.unit = self.unit or amounts.unit(cell.text) or _printed_unit(cell)
        if assigned := executions.assign(self.columns, cells, self._weight if self.rows else None):
            self.rows.append((label, assigned))
            for points in filter(None, map(assigned.get, ("weight", "rate", "score"))):
                self.marks.figure(points)
        return True

    @property
    def _weight(self) -> Decimal | None:
        """Return the weight of the rate of execution: that of the first row, or else of the header.

        None without one.
        """
        cell = self.rows[0][1].get("weight") if self.rows else None
        own = executions.number(cell) if cell else None
        return self.weight if own is None else own

    def executions(self, unit: Decimal | None) -> tuple[Execution, ...]:
        """Return the rows that have a figure; `unit` is the unit of the form, in yuan, for a table that states none."""
        told = [self._execution(n, label, assigned, self.unit or unit) for n, (label, assigned) in enumerate(self.rows)]
        return tuple(each for each in told if each.amounts or each.rate or each.score is not None)

    def _execution(self, n: int, label: Cell | None, assigned: ByMeaning, unit: Decimal | None) -> Execution:
        money = (_amount(name, assigned[name], unit) for name in MONEY if name in assigned)
        rate, weight, score = (
            cell if (cell := assigned.get(name)) and executions.number(cell) is not None else None
            for name in ("rate", "weight", "score")
        )
        is_total = _is_total(label) if n else not (label and _PART.match(label.text.strip()))
        of_total = self.weight if is_total and (rate or score) else None
        return Execution(
            Printed.of(label) if label else None,
            is_total,
            tuple(each for each in money if each),
            Printed.of(rate) if rate else None,
            executions.number(weight) if weight else of_total,
            executions.number(score) if score else None,
            score.places if score else (),
            role(label).meaning if label else None,
        )


def _is_total(label: Cell | None) -> bool:
    told = role(label) if label else None
    of_total = told is not None and told.kind is Kind.AMOUNT and told.meaning in {"annualRequest", "totalAmount"}
    return label is not None and not _PART.match(label.text.strip()) and (of_total or bare(label.text) in labels().sums)


def _printed_unit(cell: Cell) -> Decimal | None:
    found = amounts.quantity(cell.text)
    return amounts.UNITS.get(found[1]) if found else None


def _amount(name: str, cell: Cell, unit: Decimal | None) -> Amount | None:
    """Return an amount in yuan, with its text as the value if it is no figure (约118.5).

    None for a dash, and for a figure without a known unit unless it is 0.
    """
    if not executions.is_value(cell.text):
        return Amount(name, cell.text, cell.places)
    try:
        stated = amounts.stated(cell.text, unit or amounts.YUAN)
    except ValueError:
        return None
    if stated is None or (stated[0] and not unit and not amounts.names_unit(cell.text)):
        return None
    return Amount(name, stated[0], cell.places, step=stated[1])
