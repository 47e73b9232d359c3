"""What extraction notes beside the facts: places that are the form's own words, and places that name persons."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from jixiao.ingest.rendition import Cell, Place, Row


@dataclass
class Marks:
    """Sets of places that fill while a rendition is read; facts carry their own places.

    `aside` are values of known labels that the project does not keep: unread, but no sign of an incomplete reading.
    """

    boilerplate: set[Place] = field(default_factory=set)
    aside: set[Place] = field(default_factory=set)
    persons: set[Place] = field(default_factory=set)

    def known(self, cells: Iterable[Cell]) -> None:
        """These cells are the form's own words: labels, headings, rulers."""
        for cell in cells:
            self.boilerplate.update(cell.places)

    def known_row(self, row: Row) -> None:
        self.known(row.filled)

    def set_aside(self, cells: Iterable[Cell]) -> None:
        """Note cells as values that the project does not keep."""
        for cell in cells:
            self.aside.update(cell.places)

    def unread(self, places: Iterable[Place]) -> None:
        """Take back what was marked, since nothing is kept of what stands there."""
        self.boilerplate.difference_update(places)

    def person(self, *cells: Cell) -> None:
        """These cells name a contact person, or say that one follows."""
        for cell in cells:
            self.persons.update(cell.places)
