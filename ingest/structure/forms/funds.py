"""Read the money of one form: labels and the cells beside them in, Amounts in yuan out; see units.py for bare ones."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from jixiao.ingest.model import Amount
from jixiao.ingest.rendition import Cell, Place
from jixiao.ingest.structure.units import UNSTATED, Inferred, Unstated
from jixiao.ingest.values import amounts

_NOT_ASKED_FOR = "midTerm"
_OF_LEVEL = "ofLevel "
_PARTS_OF_A_TOTAL = frozenset(
    {"fiscalFunds", "currentYearAppropriation", "carriedOver", "otherFunds", "annualOtherFunds"}
)


@dataclass
class Funds:
    """Labels of money in a form.

    `inferred` is the unit of the file's bare amounts, `unit` that of the form as a whole; `units` and `cells` are those
    of each amount by local name, `names` the local names by the place of their label, `totals` the labels of totals.
    """

    inferred: Inferred | None
    units: dict[str, Decimal | None] = field(default_factory=dict)
    cells: dict[str, Cell] = field(default_factory=dict)
    unit: Decimal | None = None
    names: dict[Place, str] = field(default_factory=dict)
    totals: dict[str, Cell] = field(default_factory=dict)
    row: int = 0  # number of the row whose labels are read
    rows: dict[str, int] = field(default_factory=dict)  # those of the labels of totals

    def label(self, name: str, cell: Cell) -> str:
        """Return the local name of the amount that a label asks for.

        Beside 中期, labels stand again for the year. 其他资金 is the year's if it comes a second time, and if the
        year's is the only total.
        """
        if name not in _PARTS_OF_A_TOTAL and not name.startswith(_OF_LEVEL):
            self.totals.setdefault(name, cell)
            self.rows.setdefault(name, self.row)
        elif self._is_mid_term(name, cell):
            name = f"{_NOT_ASKED_FOR} {name}"
        elif name == "otherFunds" and (name in self.units or "totalAmount" not in self.totals) and self.totals:
            name = "annualOtherFunds"
        self.units[name] = amounts.unit(cell.text)
        self.names[cell.places[0]] = name
        return name

    def name_of(self, cell: Cell) -> str | None:
        """Return the local name of the amount whose label a cell is; None for other cells."""
        return self.names.get(cell.places[0])

    def is_of_years(self, name: str) -> bool:
        """Return whether an amount is asked for over several years, and not kept."""
        return name.startswith(_NOT_ASKED_FOR)

    def is_of_level(self, name: str) -> bool:
        """Return whether an amount is the money of a level of government."""
        return name.startswith(_OF_LEVEL)

    def _is_mid_term(self, name: str, cell: Cell) -> bool:
        middle, year = self.totals.get(_NOT_ASKED_FOR), self.totals.get("annualRequest")
        if not middle or not year:
            return bool(middle)
        beside = self.rows[_NOT_ASKED_FOR] == self.rows["annualRequest"]
        if middle.column == year.column or not beside:  # a label a row: told by their order
            return f"{_NOT_ASKED_FOR} {name}" not in self.units
        return abs(cell.column - middle.column) < abs(cell.column - year.column)

    def amounts(self) -> tuple[Amount, ...]:
        """Return the amounts, in yuan if label, form or cell states a unit."""
        return tuple(
            self._amount(name, cell)
            for name, cell in self.cells.items()
            if not self.is_of_years(name) and not self.is_of_level(name)
        )

    def of_levels(self) -> tuple[Amount, ...]:
        """Return the money of levels of government, by the words of their labels, where it is a number in yuan."""
        found = (self._amount(name, cell) for name, cell in self.cells.items() if self.is_of_level(name))
        known = (each for each in found if isinstance(each.value, Decimal))
        return tuple(replace(each, name=each.name.removeprefix(_OF_LEVEL)) for each in known)

    def _amount(self, name: str, cell: Cell) -> Amount:
        unit = self.units[name] or self.unit
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
    """Return the name of the money of a level of government, by the word of its label."""
    return f"{_OF_LEVEL}{word}"
