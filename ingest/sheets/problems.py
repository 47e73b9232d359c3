"""Problems of a spreadsheet: each says where it is, in Chinese and English."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """A problem, the number of its row and the heading of its column, as far as it has a place."""

    row: int | None
    column: str | None
    zh: str
    en: str

    def __str__(self) -> str:
        where = "" if self.row is None else f"第 {self.row} 行 row {self.row}"
        at = where + (f"“{self.column}”" if self.column else "")
        return f"{at}{'：' if at else ''}{self.zh} · {self.en}"


class SheetError(Exception):
    """A spreadsheet that cannot be converted, with all of its problems."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))
