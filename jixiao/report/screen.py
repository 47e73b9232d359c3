"""Fit sections of text to a terminal: complete headings, entries cut to one row, and the number of entries left out.

This module is about text only, not about readings. Widths are measured by `rich`: a Chinese character counts as two.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.text import Text


@dataclass(frozen=True)
class Section:
    """A heading, which wraps, and entries, each of which takes one row; `labels` are rows between them."""

    heading: Text
    entries: Sequence[Text] = ()
    labels: Sequence[Text] = ()


def fitted(sections: Sequence[Section], footer: Text, screen: Console, height: int) -> list[Text]:
    """Return rows of the screen's width, at most `height` of them; the footer is the last.

    Sections are given in order of importance. As many headings as fit are shown; the remaining rows go to the sections'
    entries in turn, one at a time, so that a long section cannot crowd out a short one.
    """
    last = footer.wrap(screen, screen.width)
    room = max(height - len(last), 1)
    headed = [[*section.heading.wrap(screen, screen.width), *section.labels] for section in sections]
    # A section that loses entries says so in a row of its own.
    least = [len(rows) + bool(section.entries) for rows, section in zip(headed, sections, strict=True)]
    count = _most(least, room)
    if count < len(sections):
        count = _most(least, room - 1)
    room -= sum(least[:count]) + (count < len(sections))
    longest = max((len(section.entries) for section in sections[:count]), default=0)
    # The sections that want a further row, turn by turn; each gets one as long as there is room.
    wanted = [at for turn in range(1, longest) for at in range(count) if turn < len(sections[at].entries)]
    dealt = Counter(wanted[: max(room, 0)])
    rows: list[Text] = []
    for at, section in enumerate(sections[:count]):
        rows += headed[at]
        more = dealt[at]
        fits = more + 1 >= len(section.entries)
        rows += section.entries[: None if fits else more]
        if not fits:
            rows.append(Text(f"      …… 还有 {len(section.entries) - more} 项 more", style="bold"))
    if count < len(sections):
        rows.append(Text(f"…… 还有 {len(sections) - count} 节 more sections", style="bold"))
    shown = [row.copy() for row in (*rows[: height - len(last)], *last)]
    for row in shown:
        row.truncate(screen.width, overflow="ellipsis")
    return shown


def _most(rows: Sequence[int], room: int) -> int:
    """Return how many of the first sections fit into `room` rows, but at least one.

    `rows` are the least numbers of rows that the sections need.
    """
    return min(max(sum(total <= room for total in accumulate(rows)), 1), len(rows))


def aligned(rows: Sequence[Sequence[str]], width: int, *, flexible: int, right: frozenset[int]) -> list[str]:
    """Return rows of cells laid out in columns, with two blanks between columns.

    If the rows would be wider than `width`, the column `flexible` is made narrower; a cell that is cut ends in `…`. The
    columns in `right` are aligned to the right.
    """
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    spare = width - sum(widths) - 2 * (len(widths) - 1)
    widths[flexible] = max(widths[flexible] + min(spare, 0), min(widths[flexible], 8))
    return [
        "  ".join(_padded(cell, widths[n], right=n in right) for n, cell in enumerate(row)).rstrip() for row in rows
    ]


def _padded(cell: str, width: int, *, right: bool) -> str:
    if cell_len(cell) > width:
        return set_cell_size(f"{set_cell_size(cell, width - 1).rstrip()}…", width)
    return " " * (width - cell_len(cell)) + cell if right else set_cell_size(cell, width)
