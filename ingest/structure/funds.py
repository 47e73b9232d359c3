"""Read the money of one form: turn labels and the cells beside them into Amounts in yuan.

The unit of amounts without one is inferred if another sum with a stated unit agrees in exactly one unit. Such a sum,
called a witness, comes from the form itself, its narrative, its indicators of costs, the notice above it, the cover, or
the file's other forms. Without a witness, an amount has no value.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

from jixiao.ingest.model import Amount, Claim, Form, Project
from jixiao.ingest.rendition import Cell, Place, Row
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.values import amounts
from jixiao.ingest.values.amounts import UNITS, WORDING
from jixiao.ontology.reasons import Reason, reason

UNSTATED = reason("no-unit")
"""The reason given for an amount without a value."""
_TOTAL, _NARRATIVE, _INDICATOR = map(reason, ("equals-total", "equals-narrative", "equals-costs"))
_NOTICE, _COVER, _OTHERS = map(reason, ("equals-notice", "equals-cover", "as-others"))
_TOO_MUCH, _TOO_FINE = reason("too-large"), reason("too-fine")
_CANDIDATES = _WAN, _YUAN = WORDING.words("unstated")
_CODES = {_WAN: "taken-as-wan", _YUAN: "taken-as-yuan"}
# No project of one body gets 100 billion yuan; figures in yuan have at most two decimals, except for rounding errors.
_LARGEST = Decimal(100_000_000_000)
_SMALLEST = Decimal(1_000)  # yuan: a smaller total has another unit than the other forms of the file
_FINEST, _TAIL = -2, -7
_TOTALS = ("annualRequest", "totalAmount", "fiscalFunds")
UNTOLD = reason("several-figures")
"""The reason given for an amount beside whose label several figures stand."""
_OF_PARTS = reason("total-of-fiscal-funds")
_MIDDLE = "midTerm"
_OF_LEVEL = "ofLevel "
_PARTS_OF_A_TOTAL = frozenset(
    {"fiscalFunds", "currentYearAppropriation", "carriedOver", "otherFunds", "annualOtherFunds"}
)


@dataclass(frozen=True)
class Unstated(Amount):
    """An amount without a stated unit: it has no `value`, but a `number` as printed."""

    number: Decimal = Decimal(0)


@dataclass(frozen=True)
class Inferred:
    """The unit of amounts without one: its value in yuan, and the reason why it can be no other."""

    unit: Decimal
    why: Reason


def unit_of_file(rows: Iterable[Row]) -> Inferred | None:
    """Return the unit of a file's totals without one if their size or precision excludes the other unit, or None."""
    numbers = list(_bare_totals(cell for row in rows for cell in row.filled))
    large = any(number * UNITS[_WAN] >= _LARGEST for number in numbers)
    fine = any(_TAIL < int(number.normalize().as_tuple().exponent) < _FINEST for number in numbers)
    if large == fine or (large and _too_small(numbers, _YUAN)):
        return None
    unit, witness = (_YUAN, _TOO_MUCH) if large else (_WAN, _TOO_FINE)
    return Inferred(UNITS[unit], reason(_CODES[unit], witness=witness))


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


def _proven(project: Project, common: str | None, handed_down: Collection[Decimal]) -> tuple[str, Reason] | None:
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


def _in_yuan(form: Form, unit: str, witness: Reason) -> Form:
    """Return a form with the values of amounts without a unit, and the reason for the unit."""
    yuan, why = UNITS[unit], reason(_CODES[unit], witness=witness)
    money = (
        Amount(each.name, each.number * yuan, each.places, why, each.step and each.step * yuan)
        if isinstance(each, Unstated)
        else each
        for each in form.amounts
    )
    return replace(form, amounts=tuple(money))


@dataclass
class Funds:
    """The labels of money in a form.

    `inferred` is the unit of the file's amounts without a unit, `unit` the one that the form states. `labels` and
    `cells` are the label and cell of each amount by local name, `names` the local names by the place of their label,
    and `totals` the labels of totals.
    """

    inferred: Inferred | None
    labels: dict[str, Cell] = field(default_factory=dict)
    cells: dict[str, Cell] = field(default_factory=dict)
    unit: Decimal | None = None
    names: dict[Place, str] = field(default_factory=dict)
    totals: dict[str, Cell] = field(default_factory=dict)
    row: int = 0  # number of the current row
    rows: dict[str, int] = field(default_factory=dict)  # row numbers of the labels of totals
    figures: set[Decimal] = field(default_factory=set)  # figures other than 0 in the rows from the first label on
    untold: defaultdict[str, list[Cell]] = field(default_factory=lambda: defaultdict(list))  # cells with other figures

    def label(self, name: str, cell: Cell) -> str:
        """Return the local name of the amount that a label asks for.

        Beside 中期 (several years) the same labels are repeated for the year. 其他资金 belongs to the year if it is
        repeated, or if the year's total is the only one.
        """
        if name not in _PARTS_OF_A_TOTAL and not name.startswith(_OF_LEVEL):
            self.totals.setdefault(name, cell)
            self.rows.setdefault(name, self.row)
        elif self._is_mid_term(name, cell):
            name = f"{_MIDDLE} {name}"
        elif name == "otherFunds" and (name in self.labels or "totalAmount" not in self.totals) and self.totals:
            name = "annualOtherFunds"
        self.labels[name] = cell
        self.names[cell.places[0]] = name
        return name

    def is_of_years(self, name: str) -> bool:
        """Return whether an amount is one for several years, which is not kept."""
        return name.startswith(_MIDDLE)

    def is_of_level(self, name: str) -> bool:
        """Return whether an amount is the money of a level of government."""
        return name.startswith(_OF_LEVEL)

    def _is_mid_term(self, name: str, cell: Cell) -> bool:
        middle, year = self.totals.get(_MIDDLE), self.totals.get("annualRequest")
        if not middle or not year:
            return bool(middle)
        beside = self.rows[_MIDDLE] == self.rows["annualRequest"]
        if middle.column == year.column or not beside:  # a label a row: their order decides
            return f"{_MIDDLE} {name}" not in self.labels
        return abs(cell.column - middle.column) < abs(cell.column - year.column)

    def amounts(self) -> tuple[Amount, ...]:
        """Return the amounts, in yuan if the label, form or cell states a unit or the file's unit is inferred.

        Money of the middle term is that of the project, also where no other total is asked for; beside it, fiscal
        funds are the year's.
        """
        cells = {name: cell for name, cell in self.cells.items() if not self.is_of_level(name)}
        names = {name: name for name in cells if not self.is_of_years(name)}
        of_the_year = cells.get("annualRequest") or "annualRequest" not in self.totals
        if cells.get(_MIDDLE) and of_the_year and "totalAmount" not in names:
            of_years = {name: name.removeprefix(f"{_MIDDLE} ") for name in cells if name not in names}
            names |= of_years | {_MIDDLE: "totalAmount"}
            if "annualRequest" in cells and "fiscalFunds" in cells and "currentYearAppropriation" not in cells:
                names["fiscalFunds"] = "currentYearAppropriation"
        known = {given: replace(self._amount(name, cells[name]), name=given) for name, given in names.items()}
        known |= self._whole(known)
        return tuple((known | ({} if known else self._untold())).values())

    def _untold(self) -> dict[str, Amount]:
        """Return amounts without a value for labels beside which no figure is surely the amount."""
        return {
            name: Amount(name, None, tuple(place for cell in cells for place in cell.places), UNTOLD)
            for name, cells in self.untold.items()
            if cells and not self.is_of_years(name) and not self.is_of_level(name)
        }

    def _whole(self, known: Mapping[str, Amount]) -> dict[str, Amount]:
        """Return the total that a form asks for and leaves blank, if its only figure besides 0 is its fiscal funds."""
        fiscal = known.get("fiscalFunds")
        asked = next(iter(self.totals), _MIDDLE)
        found = amounts.quantity(self.cells["fiscalFunds"].text) if "fiscalFunds" in self.cells else None
        if not (fiscal and fiscal.value and found and self.figures == {found[0]}) or asked == _MIDDLE:
            return {}
        return {} if any(map(self.cells.get, self.totals)) else {asked: replace(fiscal, name=asked, why=_OF_PARTS)}

    def of_levels(self) -> tuple[Amount, ...]:
        """Return the money of levels of government that is a number, in yuan, from its label and cell.

        Its name is the word of its label, and `printed` the text of both. Money is left out if the form has a figure
        that belongs to no known label, unless the levels add up to another amount: they may not be all.
        """
        told = ((name, amounts.quantity(cell.text)) for name, cell in self.cells.items())
        known = {name: quantity[0] for name, quantity in told if quantity}
        levels = sum((figure for name, figure in known.items() if self.is_of_level(name)), Decimal(0))
        wholes = [figure for name, figure in known.items() if not self.is_of_level(name)]
        if self.figures - {*known.values()} and levels not in wholes:
            return ()
        found = ((self._amount(name, cell), self.labels[name], cell) for name, cell in self.cells.items())
        return tuple(
            replace(
                each,
                name=each.name.removeprefix(_OF_LEVEL),
                places=(*label.places, *each.places),
                printed=f"{label.text} {cell.text}",
            )
            for each, label, cell in found
            if self.is_of_level(each.name) and isinstance(each.value, Decimal)
        )

    def _amount(self, name: str, cell: Cell) -> Amount:
        unit = amounts.unit(self.labels[name].text) or self.unit
        try:
            stated = amounts.stated(cell.text, unit or amounts.YUAN)
        except ValueError:
            return Amount(name, cell.text, cell.places)
        if stated is None:
            return Amount(name, None, cell.places, empty=not cell)
        value, step = stated
        if not value or unit or amounts.names_unit(cell.text):
            return Amount(name, value, cell.places, step=step)
        if self.inferred:
            yuan = self.inferred.unit
            return Amount(name, value * yuan, cell.places, self.inferred.why, step * yuan)
        return Unstated(name, None, cell.places, UNSTATED, step, number=value)


def of_level_of_government(word: str) -> str:
    """Return the name under which the money of a level of government is kept, from the word of its label."""
    return f"{_OF_LEVEL}{word}"
