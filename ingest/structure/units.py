"""Infer the unit of amounts without one, if another sum with a stated unit agrees in exactly one unit.

Such a sum, called a witness, comes from the form itself, its narrative, its indicators of costs, the notice above it,
the cover, or the file's other forms. Without a witness, an amount has no value.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from jixiao.ingest.model import Amount, Claim, Form, Project
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.values import amounts
from jixiao.ingest.values.amounts import UNITS, WORDING

UNSTATED = (
    "未注明金额单位，也无从核实，不给出数值，各金额是否相符也没有核对；请写明元或万元 · "
    "no unit of money is stated, nor to be verified: no value is given, nor are sums checked; state 元 or 万元"
)
"""The reason given for an amount without a value."""
_WHY = "表中未注明金额单位，按{zh}计：{witness[0]} · no unit of money is stated, taken as {en}: {witness[1]}"
_TOTAL = ("与写明单位的总额相等", "it equals the total, whose unit is stated")
_NARRATIVE = ("与项目说明的金额一致", "the narrative claims the same sum")
_INDICATOR = ("与成本指标的金额一致", "an indicator of costs has the same sum")
_TOO_MUCH = ("否则有项目超过一千亿元", "a project of the file would exceed 100 billion yuan otherwise")
_TOO_FINE = ("金额精确到分以下", "an amount of the file is finer than a hundredth")
_NOTICE = ("与下达文件的金额一致", "the notice that hands the money down has the same sum")
_COVER = ("各项目合计与封面一致", "the projects add up to what the cover declares")
_OTHERS = ("与文件中单位可以核实的项目相同", "the unit of other projects of the file is verified")
_CANDIDATES = _WAN, _YUAN = WORDING.words("unstated")
# No project of one body gets 100 billion yuan; figures in yuan have at most two decimals, except for rounding errors.
_LARGEST = Decimal(100_000_000_000)
_SMALLEST = Decimal(1_000)  # yuan: a smaller total has another unit than the other forms of the file
_FINEST, _TAIL = -2, -7
_TOTALS = ("annualRequest", "totalAmount", "fiscalFunds")

Witness = tuple[str, str]
"""The description of a witness in Chinese and English."""


@dataclass(frozen=True)
class Unstated(Amount):
    """An amount without a stated unit: it has no `value`, but a `number` as printed."""

    number: Decimal = Decimal(0)


@dataclass(frozen=True)
class Inferred:
    """The unit of amounts without one: its value in yuan, and the reason why it can be no other."""

    unit: Decimal
    why: str


def of_file(rows: Iterable[Row]) -> Inferred | None:
    """Return the unit of a file's totals without one if their size or precision excludes the other unit, or None."""
    numbers = list(_bare_totals(cell for row in rows for cell in row.filled))
    large = any(number * UNITS[_WAN] >= _LARGEST for number in numbers)
    fine = any(_TAIL < int(number.normalize().as_tuple().exponent) < _FINEST for number in numbers)
    if large == fine or (large and _too_small(numbers, _YUAN)):
        return None
    unit, witness = (_YUAN, _TOO_MUCH) if large else (_WAN, _TOO_FINE)
    return Inferred(UNITS[unit], _why(unit, witness))


def _too_small(numbers: Iterable[Decimal], unit: str) -> bool:
    """Return whether a number other than 0 is less than any project gets if it had a unit."""
    return any(0 < number * UNITS[unit] < _SMALLEST for number in numbers)


def _bare_totals(cells: Iterable[Cell]) -> Iterator[Decimal]:
    """Yield the figures directly behind the labels of totals if neither label nor figure states a unit."""
    for label, beside in pairwise(cells):
        if labels().amounts.get(bare(label.text)) in _TOTALS and not amounts.unit(label.text):
            found = amounts.quantity(beside.text)
            if found and not found[1]:
                yield found[0]


def settled(
    projects: Iterable[Project], declared: Claim | None, handed_down: Collection[Decimal] = ()
) -> tuple[Project, ...]:
    """Return the projects, with amounts without a unit given in yuan if exactly one unit makes them equal a witness.

    `declared` is the total on the cover; `handed_down` are the sums (yuan) in the notice above the only form of a file.
    """
    kept = tuple(projects)
    totals = [next(_totals(project.form), None) for project in kept]
    whole = Decimal(0) if None in totals else sum(filter(None, totals), Decimal(0))
    common = {unit for unit in _CANDIDATES if whole and declared and whole * UNITS[unit] == declared.value}
    proven = [_proven(project, next(iter(common), None), handed_down) for project in kept]
    numbers = [number for project in kept for number in _totals(project.form)]
    units = {found[0] for found in proven if found and not _too_small(numbers, found[0])}
    others = (units.pop(), _OTHERS) if len(units) == 1 else None
    known = [(project, found or others) for project, found in zip(kept, proven, strict=True)]
    return tuple(replace(each, form=_in_yuan(each.form, *found)) if found else each for each, found in known)


def _proven(project: Project, common: str | None, handed_down: Collection[Decimal]) -> tuple[str, Witness] | None:
    """Return the unit of a project's amounts and its witness; `common` is the unit that the cover proves for all."""
    form = project.form
    claim = project.narrative.amount if project.narrative else None
    found = (
        (_agreeing(form, _stated(form)), _TOTAL),
        (_agreeing(form, [claim.value] if claim else []), _NARRATIVE),
        (_agreeing(form, _costs(form)), _INDICATOR),
        (_agreeing(form, handed_down), _NOTICE),
        (common, _COVER),
    )
    return next(((unit, witness) for unit, witness in found if unit), None)


def _agreeing(form: Form, sums: Iterable[Decimal]) -> str | None:
    """Return the only unit in which a total of the form equals one of the sums (yuan), or None."""
    wanted = set(sums)
    units = {unit for unit in _CANDIDATES for number in _totals(form) if number and number * UNITS[unit] in wanted}
    return units.pop() if len(units) == 1 else None


def _totals(form: Form) -> Iterator[Decimal]:
    """Yield the figures of the totals that have no unit."""
    for amount in form.amounts:
        if isinstance(amount, Unstated) and amount.name in _TOTALS:
            yield amount.number


def sums(projects: Iterable[Project]) -> set[Decimal]:
    """Return the sums (yuan) of the projects' totals, one for each kind of total."""
    amounts = [each for project in projects for each in project.form.amounts]
    return {
        sum((each.value for each in amounts if each.name == name and isinstance(each.value, Decimal)), Decimal(0))
        for name in _TOTALS
    }


def _stated(form: Form) -> Iterator[Decimal]:
    """Yield the totals (yuan) whose unit the form states."""
    for amount in form.amounts:
        if amount.name in _TOTALS and isinstance(amount.value, Decimal) and amount.why is None:
            yield amount.value


def _costs(form: Form) -> Iterator[Decimal]:
    """Yield the targets of indicators that are one sum of money, in yuan."""
    for target in (indicator.target for indicator in form.indicators):
        if target and target.value is not None and target.upper is None and target.unit in UNITS:
            yield target.value * UNITS[target.unit]


def _in_yuan(form: Form, unit: str, witness: Witness) -> Form:
    """Return a form with the values of amounts without a unit, and the reason for the unit."""
    yuan, why = UNITS[unit], _why(unit, witness)
    money = (
        Amount(each.name, each.number * yuan, each.places, why, each.step and each.step * yuan)
        if isinstance(each, Unstated)
        else each
        for each in form.amounts
    )
    return replace(form, amounts=tuple(money))


def _why(unit: str, witness: Witness) -> str:
    """Return the reason for a unit, in Chinese and English."""
    return _WHY.format(zh=unit, en="yuan" if unit == _YUAN else f"{UNITS[unit]:,} yuan", witness=witness)
