"""Take contact persons and telephones out of the rows before anything else reads them, and list what to mask."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from operator import is_

from jixiao.ingest.rendition import MASK, Cell, Row
from jixiao.ingest.roles.labels import bare, labels
from jixiao.ingest.roles.marks import Marks
from jixiao.ingest.roles.role import of_text
from jixiao.ontology.wording import Wording

_LONGEST_NAME = 20
_LABELS = "|".join([*sorted(labels().persons, key=len, reverse=True), labels().person_ends.pattern])
_WORDING = Wording("jixiao.ingest.roles", "persons.toml", {"labels": f"(?:{_LABELS})"})
_MAY_NAME = _WORDING.pattern("may_name")
_INLINE = tuple(_WORDING.pattern(name) for name in ("behind_colon", "behind_blank", "telephone", "number"))


def without_persons(rows: Iterable[Row], marks: Marks) -> tuple[tuple[Row, ...], dict[int, tuple[str, ...]]]:
    """Return the rows without what names a person, and for each line of one the texts to mask."""
    reader = _Reader(marks)
    shown = tuple(reader.row(row) for row in rows)
    return shown, {line: tuple(texts) for line, texts in reader.hidden.items()}


@dataclass
class _Reader:
    """The state between rows: the texts to mask, by line, and whether a label of a person waits for its name."""

    marks: Marks
    hidden: defaultdict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    named: bool = False  # True behind a label of a person, until a name follows

    def row(self, row: Row) -> Row:
        """Return a row without names and telephones."""
        alone, cells = len(row.cells) == 1, []
        for cell in row.cells:
            word = bare(cell.text) if cell else ""
            if self.named and cell and not of_text(word).is_label and (not alone or len(word) <= _LONGEST_NAME):
                cells.append(self._hide(cell))
                self.named = False
                continue
            self.named = labels().is_person(word) or (self.named and not cell)
            cells.append(self._masked(cell))
        # A label at the end of its row may have its name in the next.
        self.named = self.named and labels().is_person(bare(row.cells[-1].text))
        same = all(map(is_, cells, row.cells))
        return row if same else replace(row, cells=tuple(cells))

    def _hide(self, cell: Cell) -> Cell:
        """Return a cell that names a person without its text."""
        self.marks.person(cell)
        for line, text in cell.parts:
            if text.strip():
                self.hidden[line].append(text.strip())
        return replace(cell, parts=tuple((line, "") for line, _ in cell.parts))

    def _masked(self, cell: Cell) -> Cell:
        """Mask each `联系人：…` in running text."""
        if not _MAY_NAME.search(cell.text):
            return cell
        parts = []
        for line, text in cell.parts:
            shown = text
            for pattern in _INLINE:
                shown = pattern.sub(partial(self._mask, line=line, text=text), shown)
            parts.append((line, shown))
            if shown != text:
                self.marks.person(replace(cell, parts=((line, text),)))
        return replace(cell, parts=tuple(parts))

    def _mask(self, match: re.Match[str], *, line: int, text: str) -> str:
        """Return a match with its person masked; a cell of digits alone is an amount, no telephone."""
        person = match["person"].strip()
        if not person or person == text.strip() or MASK in person:
            return match[0]
        self.hidden[line].append(person)
        return match[0].replace(person, MASK)
