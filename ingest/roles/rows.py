"""Find the roles of the cells of a row, by their words or by the label or head beside or above them."""

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import heads
from jixiao.ingest.roles.headings import heading
from jixiao.ingest.roles.labels import labels
from jixiao.ingest.roles.role import Kind, Role, line, role


def roles(row: Row) -> tuple[tuple[Cell, Role], ...]:
    """Return the cells of a row with their roles; a value takes the meaning of the label before it.

    In the head of a table of indicators every word is the head of a column, even if it is a label elsewhere.
    """
    if found := heads.head(row):
        at = found.columns.meanings
        return tuple(
            (cell, Role(Kind.COLUMN, role(cell).word, at.get(cell.column)) if cell else role(cell))
            for cell in row.cells
        )
    if len(row.filled) == 1:
        (cell,) = row.filled
        return ((cell, line(cell) or _of_narrative(cell) or role(cell)),)
    told, before = [], None
    for cell in row.cells:
        own = role(cell)
        if own.is_label:
            before = own
        elif own.kind is Kind.VALUE and before:
            own = Role(Kind.VALUE, own.word, before.meaning or before.word)
        told.append((cell, own))
    return tuple(told)


def _of_narrative(cell: Cell) -> Role | None:
    """Return the role of a narrative's title or a section's heading, or None, as for a label without a number."""
    if labels().line("narrative_title", cell.text):
        return Role(Kind.TITLE, role(cell).word)
    found = heading(cell.text)
    if found is None or (role(cell).is_label and not found.number):
        return None
    return Role(Kind.HEADING, found.word, found.meaning)
