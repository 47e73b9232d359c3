"""Problems of a spreadsheet, as messages in Chinese and English that name the row and column."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """A problem of a spreadsheet; row number and column heading are None if it concerns the whole sheet or row."""

    row: int | None
    column: str | None
    zh: str
    en: str

    def __str__(self) -> str:
        where = "" if self.row is None else f"第 {self.row} 行 row {self.row}"
        at = where + (f"“{self.column}”" if self.column else "")
        return f"{at}{'：' if at else ''}{self.zh} · {self.en}"


class SheetError(Exception):
    """An error: the spreadsheet cannot be converted. `problems` has all of its problems."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))
