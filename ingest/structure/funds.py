"""Read the money of one form: turn labels and the cells beside them into Amounts in yuan.

The unit of amounts without one is inferred if another sum with a stated unit agrees in exactly one unit. Such a sum,
called a witness, comes from the form itself, its cost items, its narrative, the notice above it, or the cover.
A target of an indicator is no witness: a misprint in one cell would set the scale of the whole
file. Without a witness, an amount has no value.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from jixiao.ingest.model import NOT_UNDERSTOOD, Amount, Claim, Form, Project
from jixiao.ingest.rendition import Cell, Place, Row, places_of
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.values import amounts
from jixiao.ontology.reasons import Reason, reason

UNSTATED = reason("no-unit")
"""The reason given for an amount without a value."""
_TOTAL, _NARRATIVE = map(reason, ("equals-total", "equals-narrative"))
_ITEMS, _NOTICE, _COVER = map(reason, ("equals-items", "equals-notice", "equals-cover"))
_TOO_MUCH, _TOO_FINE = reason("too-large"), reason("too-fine")
_CANDIDATES = _WAN, _YUAN = amounts.WORDING.words("unstated")
_CODES = {_WAN: "taken-as-wan", _YUAN: "taken-as-yuan"}
# No project of one body gets 100 billion yuan; figures in yuan have at most two decimals, except for rounding errors.
_LARGEST = Decimal(100_000_000_000)
_SMALLEST = Decimal(1_000)  # yuan: a smaller total has another unit than the other forms of the file
_FINEST, _TAIL = -2, -7
_FEWEST = 2  # amounts that tell a unit by their size or precision: one may be misprinted
_TOTALS = ("annualRequest", "totalAmount", "fiscalFunds")
UNTOLD = reason("several-figures")
"""The reason given for an amount beside whose label several figures stand."""
_OF_PARTS = reason("total-of-fiscal-funds")
PARTS_OF_A_TOTAL = frozenset(
    {"fiscalFunds", "currentYearAppropriation", "carriedOver", "otherFunds", "annualOtherFunds"}
)

_SOURCES = {
    "totalAmount": ("fiscalFunds", "otherFunds"),
    "annualRequest": ("currentYearAppropriation", "carriedOver", "annualOtherFunds"),
}
"""The parts of each total, the last of which are those of other sources."""


@dataclass(frozen=True)
class Unstated(Amount):
    """An amount whose unit is not stated: `number` is its figure as printed, and `value` is not known yet."""

    number: Decimal = Decimal(0)


@dataclass(frozen=True)
class Inferred:
    """The unit of amounts without one: its value in yuan, and the reason, which excludes other units."""

    unit: Decimal
    why: Reason


def unit_of_file(rows: Iterable[Row]) -> Inferred | None:
    """Return the unit of totals that print none, or None.

    It is the unit that is left if the size or precision of two totals, sums of groups among them, excludes the other.
    """
    of_totals = (
        amounts.quantity(beside.text)
        for label, beside in pairwise(cell for row in rows for cell in row.filled)
        if (labels().amounts.get(bare(label.text)) in _TOTALS and not amounts.unit(label.text))
        or label.text in labels().sums
    )
    numbers = [found[0] for found in of_totals if found and not found[1]]
    large = sum(number * amounts.UNITS[_WAN] >= _LARGEST for number in numbers) >= _FEWEST
    fine = sum(_TAIL < int(number.normalize().as_tuple().exponent) < _FINEST for number in numbers) >= _FEWEST
    if large == fine or (large and any(0 < number < _SMALLEST for number in numbers)):
        return None
    unit, witness = (_YUAN, _TOO_MUCH) if large else (_WAN, _TOO_FINE)
    return Inferred(amounts.UNITS[unit], reason(_CODES[unit], witness=witness))


def settled(
    projects: Iterable[Project], declared: Claim | None, handed_down: Collection[Decimal] = ()
) -> tuple[Project, ...]:
    """Return the projects, with amounts in yuan where their unit could be inferred.

    A unit is inferred if it is the only one in which an amount equals a witness, another sum with a stated unit.
    `declared` is the total on the cover; `handed_down` are the sums (yuan) in the notice above the only form of a file.
    """
    kept = tuple(projects)
    totals = [next(_totals(project.form), None) for project in kept]
    whole = Decimal(0) if None in totals else sum(filter(None, totals), Decimal(0))
    common = {unit for unit in _CANDIDATES if whole and declared and whole * amounts.UNITS[unit] == declared.value}
    known = zip(kept, [_proven(project, next(iter(common), None), handed_down) for project in kept], strict=True)
    return tuple(replace(each, form=_in_yuan(each.form, *found)) if found else each for each, found in known)


def _proven(project: Project, common: str | None, handed_down: Collection[Decimal]) -> tuple[str, Reason] | None:
    """Return the unit of a project's amounts and its witness (what proves the unit); None if no witness agrees.

    `common` is the unit that the cover proves for all; `handed_down` are the sums (yuan) in the notice.
    """
    form = project.form
    claim = project.narrative.amount if project.narrative else None
    totals = (each for each in form.amounts if each.name in _TOTALS and each.why is None)
    stated = (each.value for each in totals if isinstance(each.value, Decimal))
    found = (
        (_agreeing(form, stated), _TOTAL),
        (_agreeing(form, [claim.value] if claim else []), _NARRATIVE),
        (_agreeing(form, [sum((each.amount or Decimal(0) for each in form.cost_items), Decimal(0))]), _ITEMS),
        (_agreeing(form, handed_down), _NOTICE),
        (common, _COVER),
    )
    return next(((unit, witness) for unit, witness in found if unit), None)


def _agreeing(form: Form, sums: Iterable[Decimal]) -> str | None:
    """Return the only unit in which a total of the form equals one of the sums (yuan), or None."""
    wanted = set(sums)
    units = {
        unit for unit in _CANDIDATES for number in _totals(form) if number and number * amounts.UNITS[unit] in wanted
    }
    return units.pop() if len(units) == 1 else None


def _totals(form: Form) -> Iterator[Decimal]:
    """Return the figures, as printed, of those totals of a form whose unit is not stated."""
    return (each.number for each in form.amounts if isinstance(each, Unstated) and each.name in _TOTALS)


def sums(projects: Iterable[Project]) -> set[Decimal]:
    """Return the sums (yuan) of the projects' totals, one for each kind of total."""
    money = [each for project in projects for each in project.form.amounts]
    return {
        sum((each.value for each in money if each.name == name and isinstance(each.value, Decimal)), Decimal(0))
        for name in _TOTALS
    }


def is_total(value: Decimal, projects: Iterable[Project]) -> bool:
    """Return whether a sum (yuan) is the projects' total, or would be if one of the two were in another unit."""
    return any(value in {each, each * amounts.UNITS[_WAN], each / amounts.UNITS[_WAN]} for each in sums(projects))


def fall_short(projects: Sequence[Project], total: Claim | None) -> bool:
    """Return whether the amounts of projects add up to less than a declared total, by more than rounding explains.

    False if there is no total, or if a project has no amount.
    """
    money = [
        [each for each in project.form.amounts if each.name in _TOTALS and isinstance(each.value, Decimal)]
        for project in projects
    ]
    if total is None or not all(money):
        return False
    rounding = sum((max(each.step or Decimal(0) for each in own) for own in money), total.step or Decimal(0))
    return max(sums(projects)) + rounding < total.value


def _in_yuan(form: Form, unit: str, witness: Reason) -> Form:
    """Return a form with all amounts in yuan: those without a stated unit are in `unit`, for the reason `witness`."""
    yuan, why = amounts.UNITS[unit], reason(_CODES[unit], witness=witness)
    money = (
        Amount(
            each.name,
            each.number * yuan,
            each.places,
            why,
            each.step and each.step * yuan,
            label=each.label,
            group=each.group,
        )
        if isinstance(each, Unstated)
        else each
        for each in form.amounts
    )
    return replace(form, amounts=tuple(money))


def open_parts(known: Mapping[str, Amount]) -> Iterator[str]:
    """Yield the local name of other funds for each total that its parts do not come to.

    `known` are the amounts of a form by local name; further money beside them was not read, and may be such a part.
    """
    printed = {
        name: number
        for name, each in known.items()
        if isinstance(number := each.number if isinstance(each, Unstated) else each.value, Decimal)
    }
    if not {"totalAmount", "currentYearAppropriation"} & printed.keys():
        printed |= {"currentYearAppropriation": printed[_FISCAL.name]} if _FISCAL.name in printed else {}
    for total, parts in _SOURCES.items():
        told = [printed[name] for name in parts if name in printed]
        if told and total in printed and printed[total] != sum(told, Decimal(0)):
            yield parts[-1]


class Asked(NamedTuple):
    """The money for which a label asks: the local name of an amount, or the word for a level of government.

    `of_years` is true for money of several years (中期), `of_level` for that of a level of government.
    """

    name: str
    of_years: bool = False
    of_level: bool = False


_TOTAL_AMOUNT, _REQUEST, _FISCAL, _OF_THE_YEAR, _OTHER = map(
    Asked, ("totalAmount", "annualRequest", "fiscalFunds", "currentYearAppropriation", "otherFunds")
)
_OF_YEARS, _CARRIED_OVER = Asked("totalAmount", of_years=True), Asked("carriedOver")
_OF_EITHER = {_FISCAL: _OF_THE_YEAR, _OTHER: Asked("annualOtherFunds")}
"""Parts that either total may have, with the part of the year's total."""


class Funds:
    """The labels of money in a form, and the cells that answer them.

    `inferred` is the unit of the file's amounts without a unit; `asked` is what labels ask for, by their places;
    `cells` are the cells that were taken, some of them blank, by what is asked for; `untold` are the cells of which any
    may be the amount that is asked for; `unit` is the unit of the form, in yuan.
    """

    def __init__(self, inferred: Inferred | None) -> None:
        self._inferred = inferred
        self.unit: Decimal | None = None  # as the form states it
        self.group = ""
        self._groups: dict[Asked, str] = {}
        self._labels: dict[Asked, Cell] = {}
        self.cells: dict[Asked, Cell] = {}
        self.asked: dict[Place, Asked] = {}
        self._totals: dict[Asked, tuple[Cell, int]] = {}  # the labels of totals, and the numbers of their rows
        self._figures: set[Decimal] = set()  # figures other than 0 in the rows from the first label on
        self.untold: defaultdict[Asked, list[Cell]] = defaultdict(list)

    def label(self, asked: Asked, cell: Cell, row: int) -> Asked:
        """Return the money for which a label asks in this form, and note the label.

        By its words, the label asks for `asked`; it stands in row `row`. Beside 中期 (several years) the same labels
        are repeated for the year. 其他资金 belongs to the year if it is repeated, or if the year's total is the only
        one.
        """
        asked = _OF_YEARS if asked.name == "midTerm" else asked
        if not asked.of_level and asked.name not in PARTS_OF_A_TOTAL:
            self._totals.setdefault(asked, (cell, row))
        elif self._is_of_years(asked, cell):
            asked = asked._replace(of_years=True)
        elif asked == _OTHER and (asked in self._labels or _TOTAL_AMOUNT not in self._totals) and self._totals:
            asked = _OF_EITHER[_OTHER]
        if not self.cells.get(asked):
            self._labels[asked] = cell
            self._groups[asked] = self.group
        self.asked[cell.places[0]] = asked
        return asked

    def _is_of_years(self, asked: Asked, cell: Cell) -> bool:
        if not {_OF_YEARS, _REQUEST} <= self._totals.keys():
            return _OF_YEARS in self._totals
        (middle, row), (year, row_of_year) = self._totals[_OF_YEARS], self._totals[_REQUEST]
        if middle.column == year.column or row != row_of_year:  # a label a row: their order decides
            return asked._replace(of_years=True) not in self._labels
        return abs(cell.column - middle.column) < abs(cell.column - year.column)

    def take_unit(self, *cells: Cell) -> None:
        """Keep the first unit that cells state, for the amounts without one."""
        self.unit = next(filter(None, (amounts.unit(cell.text) for cell in cells)), self.unit)

    def take_figures(self, cells: Iterable[Cell]) -> None:
        """Keep the last figure of each cell of a row, of any label, once the form has a label of money."""
        last = [cell.text.split()[-1] for cell in cells if self._labels and cell]
        found = filter(None, map(amounts.quantity, last))
        self._figures |= {number for number, unit in found if number and unit in {"", *amounts.UNITS}}

    def take(self, asked: Asked, cell: Cell) -> None:
        """Keep a cell as the answer to a label, unless another cell with text is kept already."""
        if not self.cells.get(asked):
            self.cells[asked] = cell

    def amounts(self) -> tuple[Amount, ...]:
        """Return the amounts, in yuan if the label, form or cell states a unit or the file's unit is inferred.

        Money of several years is the total of the project, also where no other total is asked for; beside such money,
        fiscal funds are the year's.
        """
        cells = {asked: cell for asked, cell in self.cells.items() if not asked.of_level}
        names = {asked: asked.name for asked in cells if not asked.of_years}
        of_the_year = cells.get(_REQUEST) or _REQUEST not in self._totals
        if cells.get(_OF_YEARS) and of_the_year and _TOTAL_AMOUNT not in names:
            names |= {asked: asked.name for asked in cells if asked.of_years}
            if _REQUEST in cells and _FISCAL in cells and _OF_THE_YEAR not in cells:
                names[_FISCAL] = _OF_THE_YEAR.name
        elif self._parts_are_of_the_year():
            names |= {part: own.name for part, own in _OF_EITHER.items() if part in names}
        known = {name: replace(self._amount(asked, cells[asked]), name=name) for asked, name in names.items()}
        known |= self._whole(known)
        if self._figures - {*map(self._figure, cells)} and not any(each.value for each in known.values()):
            # A total is not blank beside figures that no amount has, such as those of levels of government.
            known |= {
                name: replace(each, why=NOT_UNDERSTOOD, empty=False)
                for name, each in known.items()
                if each.empty and name in _TOTALS
            }
        return tuple((known | ({} if known else self._amounts_left_open())).values())

    def _parts_are_of_the_year(self) -> bool:
        """Return whether 财政资金 and 其他资金 are parts of the year's total.

        True if they stand below the year's total, which has a row of its own below the whole one, so that 其中 refers
        to the year's, if no label is of a part of the year alone, and if their sum is no larger than the year's total.
        """
        (_, whole), (_, year) = (self._totals.get(total, (None, -1)) for total in (_TOTAL_AMOUNT, _REQUEST))
        parts = sum(filter(None, map(self._figure, _OF_EITHER)), Decimal(0))
        if not 0 <= whole < year or self._labels.keys() & {_CARRIED_OVER, *_OF_EITHER.values()}:
            return False
        labelled = [*self._labels]
        above = labelled[: labelled.index(_REQUEST)]
        return _OF_EITHER.keys().isdisjoint(above) and parts <= (self._figure(_REQUEST) or 0)

    def _figure(self, asked: Asked) -> Decimal | None:
        """Return the figure of a kept cell as printed, in any unit; None if there is no such cell or figure."""
        found = amounts.quantity(self.cells[asked].text) if asked in self.cells else None
        return found[0] if found else None

    def _amounts_left_open(self) -> dict[str, Amount]:
        """Return, by local name, amounts without a value for labels beside which no figure is surely theirs."""
        return {
            asked.name: Amount(asked.name, None, places_of(cells), UNTOLD)
            for asked, cells in self.untold.items()
            if cells and not asked.of_years and not asked.of_level
        }

    def _whole(self, known: Mapping[str, Amount]) -> dict[str, Amount]:
        """Return the total that a form leaves empty, by local name, if its only figure besides 0 is its fiscal funds.

        Empty in any other case.
        """
        fiscal = known.get(_FISCAL.name)
        asked = next(iter(self._totals), _OF_YEARS)
        if not (fiscal and fiscal.value and self._figures == {self._figure(_FISCAL)}) or asked == _OF_YEARS:
            return {}
        blank = not any(map(self.cells.get, self._totals))
        label = self._labels[asked].in_one_line
        whole = replace(fiscal, name=asked.name, why=_OF_PARTS, label=label, group=self._groups[asked])
        return {asked.name: whole} if blank else {}

    def apart_from_amounts(self, cells: Iterable[Cell]) -> list[Cell]:
        """Return the cells that are no amount, also not as the money of governments that adds up to an amount.

        Other funds may come on top of what governments give.
        """
        by_level = {cell: self._figure(asked) or Decimal(0) for asked, cell in self.cells.items() if asked.of_level}
        wholes = {self._figure(asked) or Decimal(0) for asked in self.cells if not asked.of_level}
        others = {self._figure(asked) or Decimal(0) for asked in (_OTHER, _OF_EITHER[_OTHER])}
        is_within = any(sum(by_level.values(), other) in wholes for other in {Decimal(0), *others})
        kept = [cell for cell in self.cells.values() if is_within or cell not in by_level]
        return [cell for cell in cells if cell not in kept]

    def of_levels(self) -> tuple[Amount, ...]:
        """Return the amounts of levels of government (中央, 省 …) that are numbers, in yuan.

        The name of such an amount is the word of its label, and `printed` the text of both. Money is left out if the
        form has a figure that belongs to no known label, unless the levels add up to another amount: that figure may be
        of a further level.
        """
        told = ((asked, amounts.quantity(cell.text)) for asked, cell in self.cells.items())
        known = {asked: quantity[0] for asked, quantity in told if quantity}
        of_level = [asked for asked in self.cells if asked.of_level and not asked.of_years]
        levels = sum((figure for asked, figure in known.items() if asked in of_level), Decimal(0))
        wholes = [figure for asked, figure in known.items() if asked not in of_level]
        if self._figures - {*known.values()} and levels not in wholes:
            return ()
        found = ((self._amount(asked, cell := self.cells[asked]), self._labels[asked], cell) for asked in of_level)
        return tuple(
            replace(each, places=(*label.places, *each.places), printed=f"{label.text} {cell.text}")
            for each, label, cell in found
            if isinstance(each.value, Decimal)
        )

    def _amount(self, asked: Asked, cell: Cell) -> Amount:
        """Return the amount that a cell states for the money of a label, with this label and its group as printed."""
        label = self._labels[asked].in_one_line
        return replace(self._valued(asked, cell), label=label, group=self._groups[asked])

    def _valued(self, asked: Asked, cell: Cell) -> Amount:
        name, unit = asked.name, amounts.unit(self._labels[asked].text) or self.unit
        try:
            stated = amounts.stated(cell.text, unit or amounts.YUAN)
        except ValueError:
            return Amount(name, cell.text, cell.places)
        if stated is None:
            return Amount(name, None, cell.places, empty=not cell)
        value, step = stated
        if not value or unit or amounts.names_unit(cell.text):
            return Amount(name, value, cell.places, step=step)
        if self._inferred:
            yuan = self._inferred.unit
            return Amount(name, value * yuan, cell.places, self._inferred.why, step * yuan)
        return Unstated(name, None, cell.places, UNSTATED, step, number=value)
