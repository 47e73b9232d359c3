"""The layout of an invented filing: its carrier, and how its figures are printed."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plan:
    """A layout of one form: tabs between cells, a cell a line (marked cells) or Word, and a way to print figures."""

    carrier: str = "tabs"
    figures: str = "plain"  # plain, thousands, cents

    @property
    def ending(self) -> str:
        """Extension of the file name."""
        return "docx" if self.carrier == "docx" else "txt"
