"""Read the lines above a form: its title with number and year, the year alone, the unit of money."""

from dataclasses import dataclass, field

from jixiao.ingest.model import Printed
from jixiao.ingest.rendition import Cell, Place
from jixiao.ingest.roles.marks import Marks
from jixiao.ingest.roles.role import Kind, line
from jixiao.ingest.structure.forms.funds import Funds
from jixiao.ingest.structure.forms.wording import FORM
from jixiao.ingest.values import amounts
from jixiao.ingest.values.plain import folded

_YEAR = FORM.pattern("year")


@dataclass
class Titles:
    """The lines above one form; `number` is printed in the title at `place`, the unit of money is set in `funds`."""

    marks: Marks
    funds: Funds
    printed: list[Printed] = field(default_factory=list)
    number: int | None = None
    place: Place | None = None
    year: int | None = None
    year_place: Place | None = None
    said: bool = False  # True after the first line of a year alone; later ones are heads of columns

    def line(self, cell: Cell) -> bool:
        """Read a cell if it is a title, a year or a unit, and return whether it is."""
        told = line(cell)
        if told is None:
            return False
        self.marks.known([cell])
        if told.kind is Kind.TITLE:
            self._title(cell, told.meaning)
        elif told.kind is Kind.YEAR:
            if not self.said:
                self.year, self.year_place = int(told.meaning or 0), cell.places[0]
            self.said = True
        else:
            self.funds.unit = amounts.unit(cell.text)
        return True

    def _title(self, cell: Cell, number: str | None) -> None:
        self.printed.append(Printed.of(cell))
        self.number = int(number) if number else None
        self.place = cell.places[0] if self.number is not None else None
        stated = _YEAR.search(folded(cell.text))
        if stated:
            self.year, self.year_place = int(stated[1]), cell.places[0]
