"""Contact persons and telephones: out of the rows before anything else reads them, and masked in the rendition."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache

from jixiao.ingest.rendition import MASK, Cell, Row
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.roles.marks import Marks

_LONGEST_NAME = 20


@cache
def _inline() -> tuple[re.Pattern[str], ...]:
    """Names behind a label and a colon, behind a blank where a cell begins with the label, and telephone numbers."""
    words = "|".join([*sorted(labels().persons, key=len, reverse=True), labels().person_ends.pattern])
    stamp = r"(?:\s*[（(][^（）()]{1,6}[）)])?"
    person = r"(?P<person>[^，,。；;\t\n（）()]{2,80})"
    return (
        re.compile(rf"(?:{words}){stamp}\s*[:：]\s*{person}"),
        re.compile(rf"^\s*(?:联系|填报|填表|经办|审核)(?:人|电话|方式){stamp}\s+{person}"),
        re.compile(r"电话\s*[:：]?\s*(?P<person>\d{7,12})(?![\d.元万])"),
        re.compile(r"(?<![\d.])(?P<person>1[3-9]\d{9}|0\d{2,3}[-—－]\d{7,8})(?![\d.元万])"),
    )


def without_persons(rows: Iterable[Row], marks: Marks) -> tuple[tuple[Row, ...], dict[int, tuple[str, ...]]]:
    """Return the rows without what names a person, and for each line of one the texts to mask."""
    reader = _Reader(marks)
    shown = tuple(reader.row(row) for row in rows)
    return shown, {line: tuple(texts) for line, texts in reader.hidden.items()}


@dataclass
class _Reader:
    marks: Marks
    hidden: defaultdict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    named: bool = False  # a label of a person stood before, and nobody yet behind it

    def row(self, row: Row) -> Row:
        alone, cells = len(row.cells) == 1, []
        for cell in row.cells:
            word = bare(cell.text) if cell else ""
            if self.named and cell and not labels().is_label(word) and (not alone or len(word) <= _LONGEST_NAME):
                cells.append(self._hide(cell))
                self.named = False
                continue
            self.named = labels().is_person(word) or (self.named and not cell)
            cells.append(self._masked(cell))
        # Below a label at the end of its row, the name may stand in the next.
        self.named = self.named and labels().is_person(bare(row.cells[-1].text))
        return replace(row, cells=tuple(cells))

    def _hide(self, cell: Cell) -> Cell:
        self.marks.person(cell)
        for line, text in cell.parts:
            if text.strip():
                self.hidden[line].append(text.strip())
        return replace(cell, parts=tuple((line, "") for line, _ in cell.parts))

    def _masked(self, cell: Cell) -> Cell:
        """Mask each `联系人：…` in running text; a cell of digits alone is an amount, no telephone."""
        parts = []
        for line, text in cell.parts:
            shown = text
            for pattern in _inline():
                shown = pattern.sub(lambda match, line=line, text=text: self._mask(match, line, text), shown)  # type: ignore[misc]
            parts.append((line, shown))
            if shown != text:
                self.marks.person(replace(cell, parts=((line, text),)))
        return replace(cell, parts=tuple(parts))

    def _mask(self, match: re.Match[str], line: int, text: str) -> str:
        person = match["person"].strip()
        if not person or person == text.strip() or MASK in person:
            return match[0]
        self.hidden[line].append(person)
        return match[0].replace(person, MASK)
