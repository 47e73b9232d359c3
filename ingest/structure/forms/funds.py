"""Read the money of one form: turn labels and the cells beside them into Amounts in yuan.

units.py settles amounts without a unit.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from jixiao.ingest.model import Amount
from jixiao.ingest.rendition import Cell, Place
from jixiao.ingest.structure.units import UNSTATED, Inferred, Unstated
from jixiao.ingest.values import amounts

UNTOLD = "印有几个数，不能确定哪个是金额，未收 · several figures are printed, and none is surely the amount: withheld"
"""The reason given for an amount beside whose label several figures stand."""
_OF_PARTS = "总额没有数，其他各数都是零，取财政资金 · no total, and only 0 beside the fiscal funds, which are taken"
_MIDDLE = "midTerm"
_OF_LEVEL = "ofLevel "
_PARTS_OF_A_TOTAL = frozenset(
    {"fiscalFunds", "currentYearAppropriation", "carriedOver", "otherFunds", "annualOtherFunds"}
)


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
            of_years = {name: name.removeprefix(f"{_MIDDLE} ") for name in cells.keys() - names.keys()}
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
