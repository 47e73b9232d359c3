"""Note places without facts: the form's own words, persons, and values that the project does not keep."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from jixiao.ingest.rendition import Cell, Place, Row
from jixiao.ingest.roles.columns import Parts
from jixiao.ingest.values.amounts import names_figure


@dataclass
class Marks:
    """Sets of places that fill while a rendition is read; facts have their own places.

    `aside` are values of known labels that the project does not keep: unread, but no sign of an incomplete reading.
    `figures` are numbers that the form's own words may be: weights, and the numbers of pages.
    """

    boilerplate: set[Place] = field(default_factory=set)
    aside: set[Place] = field(default_factory=set)
    figures: set[Place] = field(default_factory=set)
    persons: set[Place] = field(default_factory=set)

    def known(self, cells: Iterable[Cell]) -> None:
        """Note cells as the form's own words: labels, headings, rulers."""
        for cell in cells:
            self.boilerplate.update(cell.places)

    def known_row(self, row: Row) -> None:
        """Note the cells of a row as the form's own words."""
        self.known(row.filled)

    def figure(self, cell: Cell) -> None:
        """Note a number that belongs to the form itself."""
        self.known([cell])
        self.figures.update(cell.places)

    def unkept(self, parts: Parts) -> None:
        """Note signs, units and weights of a row of indicators as the form's own, remarks as values not kept."""
        self.known(parts.unkept)
        for cell in parts.unkept:
            if names_figure(cell.text):
                self.figure(cell)
        self.set_aside(parts.further)

    def set_aside(self, cells: Iterable[Cell]) -> None:
        """Note cells as values that the project does not keep."""
        for cell in cells:
            self.aside.update(cell.places)

    def unread(self, places: Iterable[Place]) -> None:
        """Take marks back from places of which nothing is kept."""
        self.boilerplate.difference_update(places)

    def person(self, *cells: Cell) -> None:
        """Note cells that name a contact person, or say that one follows."""
        for cell in cells:
            self.persons.update(cell.places)
