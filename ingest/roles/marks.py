"""Note the places of cells that hold no facts: words of the form, persons, and values that are not kept."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from jixiao.ingest.rendition import Cell, Place
from jixiao.ingest.roles.columns import Parts
from jixiao.ingest.values.amounts import names_figure


@dataclass
class Marks:
    """Sets of places, filled while a rendition is read; places of facts are kept with the facts.

    `aside` are values of known labels that are not kept: they do not make the reading incomplete. `figures` are numbers
    that belong to the form: weights and page numbers.
    """

    boilerplate: set[Place] = field(default_factory=set)
    aside: set[Place] = field(default_factory=set)
    figures: set[Place] = field(default_factory=set)
    persons: set[Place] = field(default_factory=set)

    def known(self, cells: Iterable[Cell]) -> None:
        """Note cells as words of the form: labels, headings, rulers."""
        self.boilerplate.update(place for cell in cells for place in cell.places)

    def figure(self, cell: Cell) -> None:
        """Note a cell as a number that belongs to the form."""
        self.known([cell])
        self.figures.update(cell.places)

    def unkept(self, parts: Parts) -> None:
        """Note signs, units and weights of a row of indicators as words of the form, and its remarks as not kept."""
        self.known(parts.unkept)
        for cell in parts.unkept:
            if names_figure(cell.text):
                self.figure(cell)
        self.set_aside(parts.further)

    def set_aside(self, cells: Iterable[Cell]) -> None:
        """Note cells as values that are not kept."""
        self.aside.update(place for cell in cells for place in cell.places)

    def person(self, *cells: Cell) -> None:
        """Note cells that name a contact person, or label one."""
        self.persons.update(place for cell in cells for place in cell.places)
