"""The text of rows as one stream of characters, with the positions of lines and cell borders."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from jixiao.ingest.rendition import Cell, Row

_IDEOGRAPHS = re.compile(r"[\u4e00-\u9fff]{2}")


@dataclass(frozen=True)
class Stream:
    """Characters without white space, in NFKC unless that changes their number; `printed` holds the original ones.

    `lines` and `columns` are the place of each character; `breaks` are the positions at which a line or cell begins (2)
    or a blank was removed (1).
    """

    text: str
    printed: str
    lines: tuple[int, ...]
    columns: tuple[int, ...]
    breaks: dict[int, int]

    @classmethod
    def of(cls, rows: Iterable[Row]) -> "Stream":
        """Return the stream of the texts of all cells."""
        text: list[str] = []
        printed: list[str] = []
        lines: list[int] = []
        columns: list[int] = []
        breaks: dict[int, int] = {}
        for row in rows:
            for cell in row.cells:
                for line, part in cell.parts:
                    breaks[len(text)] = 2
                    for char in part:
                        folded = unicodedata.normalize("NFKC", char)
                        if not folded.strip():
                            breaks.setdefault(len(text), 1)
                            continue
                        text.append(folded if len(folded) == 1 else char)
                        printed.append(char)
                        lines.append(line)
                        columns.append(cell.column if cell.printed is None else cell.printed)
        breaks[len(text)] = 2
        return cls("".join(text), "".join(printed), tuple(lines), tuple(columns), breaks)

    def cell(self, start: int, end: int, column: int) -> Cell:
        """Return a passage as a cell of a row; blanks within a line are restored."""
        parts: list[tuple[int, str]] = []
        for at in range(start, end):
            char = self.printed[at]
            if parts and parts[-1][0] == self.lines[at]:
                blank = " " if self.breaks.get(at) == 1 and at > start and not _closes_up(self.text, at) else ""
                parts[-1] = (parts[-1][0], parts[-1][1] + blank + char)
            else:
                parts.append((self.lines[at], char))
        if not parts:
            at = min(start, len(self.lines) - 1)
            return Cell(((self.lines[at], ""),), column, self.columns[at])
        return Cell(tuple(parts), column, self.columns[start])


def _closes_up(text: str, at: int) -> bool:
    """Return whether a blank is between two ideographs, where it is layout and not part of the words."""
    return _IDEOGRAPHS.fullmatch(text, at - 1, at + 1) is not None
