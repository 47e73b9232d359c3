"""Turn indicators in sentences or lists into rows of a table, and rows of several indicators into a row for each.

Outside of tables, only text after a project's name is read, and only if no head of a table comes before the form's next
part. A row of a table that surely holds several indicators, but cannot be divided, is withheld.
"""

from collections.abc import Sequence
from dataclasses import replace

from jixiao.ingest.cells.prose import levels
from jixiao.ingest.cells.prose.listing import Listing, begins_with_level, of_cell
from jixiao.ingest.cells.prose.sentences import WORDING, even, is_numbered, is_value
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns, role
from jixiao.ingest.roles.labels import bare, labels

_FEWEST_LEVELS = 2  # least number of levels in a list of indicators if each of them may be a name
_LONGEST_LINE = 100  # characters of a paragraph that does not begin with a level
_LONGEST_LABEL = 30
_MOST_ROWS = 300  # most rows of a list of indicators


def read(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, with indicators that are written in sentences or lists as tables with a head."""
    found: list[Row] = []
    index = 0
    named = False  # True after a project's name, until a table of indicators follows
    while index < len(rows):
        row = rows[index]
        named = (named or _names(row)) and not _is_head(row)
        last = _end(rows, index) if named and _begins(row) else None
        table = _table(found, rows[index:last]) if last else []
        found += table or [row]
        if last and table and last < len(rows) and _is_label_beside(rows[index:last], rows[last]):
            below, rows = last, list(rows)
            while below < len(rows) and len(rows[below].filled) == 2:  # no rows of the table
                rows[below : below + 1] = [Row((cell,)) for cell in rows[below].filled]
                below += 2
        index = last if last and table else index + 1
        named = named and not table
    return found


def _is_head(row: Row) -> bool:
    """Return whether a row is a table's head, or one word of a head whose cells are on lines of their own."""
    alone = len(row.filled) == 1 and labels().columns.get(bare(row.filled[0].text)) == "level1"
    return alone or columns.head(row) is not None


def _names(row: Row) -> bool:
    if not row.filled:
        return False
    before = even(row.filled[0].text[:_LONGEST_LABEL]).partition(":")[0]
    return any(labels().fields.get(bare(text)) == "name" for text in (before, *(cell.text for cell in row.filled)))


def _ungrouped(row: Row) -> list[Cell]:
    """Return the cells of a row without words that group it; a goal's label directly before a level is one, too."""
    cells = [cell for cell in row.filled if bare(cell.text) not in labels().groups]
    grouped = len(cells) > 2 and bare(cells[0].text) in labels().goals and of_cell(cells[1])
    return cells[1:] if grouped else cells


def _begins(row: Row) -> bool:
    cells = _ungrouped(row)
    return bool(cells) and not row.withheld and begins_with_level(cells[0])


def _end(rows: Sequence[Row], start: int) -> int:
    """Return the index after the last row that may hold indicators."""
    last = start
    while last < min(len(rows), start + _MOST_ROWS) and (not _is_other(rows[last]) or _goes_on(rows, last)):
        signed = WORDING.pattern("signature").fullmatch("\t".join(even(row.text) for row in rows[last : last + 2]))
        if signed or (last > start and _is_label_beside(rows[start:last], rows[last])):
            break
        last += 1
    return last


def _is_label_beside(above: Sequence[Row], row: Row) -> bool:
    """Return whether a row of two cells is an unknown label and its value, below rows of a level and a text each."""
    cells = _ungrouped(row)
    in_order = all(_begins(other) and len(_ungrouped(other)) > 1 for other in above)
    return in_order and len(cells) == 2 and not _begins(row) and not is_value(cells[1].text)


def _goes_on(rows: Sequence[Row], index: int) -> bool:
    """Return whether a row is the form's title, repeated on a new page within a list."""
    below = rows[index + 1] if index + 1 < len(rows) else None
    return (
        _is_title(rows[index])
        and below is not None
        and (_begins(below) or is_numbered(even(below.text), 0, len(below.text)))
    )


def _is_title(row: Row) -> bool:
    return len(row.filled) == 1 and labels().is_title(row.filled[0].text)


def _is_other(row: Row) -> bool:
    """Return whether a row ends a list of indicators: a label, a title, a long paragraph."""
    cells = _ungrouped(row)
    if row.withheld or not cells:
        return bool(row.withheld)
    if begins_with_level(cells[0]):
        return False
    text = cells[0].text
    word = bare(even(text).partition(":")[0])
    if role.of_text(word).is_label or labels().is_title(text) or labels().line("signature", text):
        return True
    ends = any(labels().line(name, text) for name in ("table_end", "foot_of_page", "menu")) or len(text) > _LONGEST_LINE
    return len(row.cells) == 1 and ends


def _table(above: list[Row], rows: Sequence[Row]) -> list[Row]:
    """Return the head and rows of a list of indicators; empty if the rows have too few levels to be one.

    If the last row above is a head in unknown words, it is removed from `above` and its places become those of the
    head.
    """
    listing = Listing()
    for row in rows:
        cells = [] if _is_title(row) else _ungrouped(row)
        listing.entries += (Row((cell,)) for cell in row.filled if cell not in cells)
        listing.take(cells, alone=len(row.cells) == 1)
    if len(listing.words) < _FEWEST_LEVELS and not any(map(levels.is_sure, listing.words)):
        return []
    head = above.pop().filled if above and _is_unknown_head(above[-1]) else _ungrouped(rows[0])[:1]
    return [_head(head), *listing.rows()]


def _head(cells: Sequence[Cell]) -> Row:
    """Return a head in the usual words, at the places of the given cells."""
    words = WORDING.words("head")
    places = (cells[min(n, len(cells) - 1)] for n in range(len(words)))
    return Row(tuple(replace(cell.moved(n), parts=((cell.line, words[n]),)) for n, cell in enumerate(places)))


def _is_unknown_head(row: Row) -> bool:
    """Return whether at least half of a row's cells are known words of a head, and none is a label of the form."""
    words = [bare(cell.text) for cell in _ungrouped(row)]
    known = [word in labels().columns or word in WORDING.words("columns") for word in words]
    return len(words) > 1 and 2 * sum(known) >= len(known) and not any(role.of_text(word).is_label for word in words)
