"""Bring each figure of a table of money beside its label, where figures stand below the labels or one cell per line.

Position suggests which figure belongs to a label, and arithmetic confirms it: a total is the sum of its parts. Money
whose labels all stand before their figures, one cell per line, is withheld: nothing says which figure is whose, since a
blank cell may have left no line, and the figures below a single label may be those of several years.

The header of the money of a self-evaluation is recognised by its words (`roles/executions.py`), perhaps each on a line
or broken over two. Below it, a label and the figures after it are a row; another label of the form ends the money.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import takewhile
from operator import itemgetter

from jixiao.ingest.rendition import Cell, Row, joined
from jixiao.ingest.roles import executions
from jixiao.ingest.roles.labels import CELLS, bare, column_meaning, execution_meaning, labels
from jixiao.ingest.roles.role import Kind, of_text, role
from jixiao.ingest.values import amounts
from jixiao.ingest.values.plain import folded

TOTALS = frozenset({"annualRequest", "totalAmount"})
"""Names of the amounts that are the money of a whole project."""
_GROUPS = frozenset({Kind.GROUP, Kind.MONEY})
_MOST_HEADS = 2  # most rows below the labels of a table of money, up to its figures
_MOST_LABELS = 60  # most consecutive labels, and most figures below them


def with_figures(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows; below a table of money, the label of the total and its figure get a row of their own.

    The figure is the first one in a row of figures below the labels. This figure must be the sum of the others, or of
    all others but a subtotal, which comes second: then no cell was lost.
    """
    for n, row in enumerate(rows, 1):
        total = _label_of_total(row)
        for below in rows[n : n + _MOST_HEADS] if total else ():
            figures = [figure for cell in below.filled if (figure := amounts.money(cell.text)) is not None]
            if (
                total
                and len(figures) == len(below.filled) > 1
                and figures[0] in _sums(figures[1:])
                and not any(amounts.money(cell.text) for cell in row.filled)
            ):
                yield Row((total.moved(0), below.filled[0].moved(1)))
        yield row


def _label_of_total(row: Row) -> Cell | None:
    """Return the label of the total in a row that holds labels of money, or None for any other row.

    Another label or a figure must stand beside the label.
    """
    words = [cell for cell in row.filled if role(cell).kind not in _GROUPS] if not executions.head(row) else []
    return words[0] if len(words) > 1 and role(words[0]).meaning in TOTALS else None


def _sums(parts: Sequence[Decimal]) -> set[Decimal]:
    return {sum(parts, Decimal(0)), sum(parts[1:], Decimal(0))}


def unpaired(rows: Sequence[Row], at: int) -> tuple[Iterable[Row], int]:
    """Withhold labels of money, one cell per row from row `at` on, with the figures in the rows after the labels.

    Returns one row that holds all of them, and the number of rows that this row replaces. The number is 0 without such
    labels and figures, and for two labels, the first of which often has no figure.
    """
    if len(rows[at].cells) != 1 or _amount(rows[at].cells[0]) not in TOTALS:
        return [], 0
    others = labels().others
    asked = _cells_alone(rows[at : at + _MOST_LABELS], lambda cell: bool(_amount(cell)) or bare(cell.text) in others)
    below = rows[at + len(asked) : at + len(asked) + _MOST_LABELS]
    figures = _cells_alone(below, lambda cell: amounts.names_figure(cell.text) and not _amount(cell))
    names = frozenset(name for cell in asked if (name := _amount(cell)))
    several = len(asked) > 2 or sum(map(bool, figures)) > 1
    are_unpaired = len(asked) != 2 and several and any(figures)
    taken = len(asked) + len(figures) if are_unpaired else 0
    return [Row((*asked, *figures), withheld=names)], taken


def _cells_alone(rows: Sequence[Row], belongs: Callable[[Cell], bool]) -> list[Cell]:
    """Return the cells of the first rows, as long as a row is one cell for which `belongs` is true."""
    return [row.cells[0] for row in takewhile(lambda row: len(row.cells) == 1 and belongs(row.cells[0]), rows)]


def _amount(cell: Cell) -> str | None:
    return labels().amounts.get(bare(cell.text))


_MOST_LINES, _MOST_CELLS, _MOST_PARTS = 24, 90, 3
_LONGEST_WORD, _LONGEST_LABEL = 24, 40
_WORD = re.compile(r"[^\s(（]+(?:\s*[(（][^()（）]*[)）])*")
_OVER_MONEY = CELLS.pattern("over_money")
_FEWEST = 2  # words of a head
_MOST_TOTALS = 4  # rows with the sums of weights and scores, and the grade
_TOTAL, _MAY_HOLD = map(executions.WORDING.pattern, ("total", "may_hold"))
_BUDGETS = ("adjustedBudget", "initialBudget")
_ENDS = frozenset({Kind.GOAL, Kind.COLUMN, Kind.LEVEL, Kind.SECTION, Kind.TITLE, Kind.PERSON, Kind.SEVERAL_YEARS})


def spending_restored(rows: Sequence[Row]) -> list[Row]:
    """Return the rows of a self-evaluation with its money as a header row and rows of a label and figures.

    Rows whose cells have borders in the file stay as they are.
    """
    return joined(rows, _restored) if any(_MAY_HOLD.search(folded(row.text)) for row in rows) else list(rows)


def _restored(rows: Sequence[Row], at: int) -> tuple[Iterable[Row], int]:
    if rows[at].closed and len(rows[at].cells) > 1:
        return (), 0
    found = next(filter(itemgetter(1), (told(rows, at) for told in (_pairs, _total))), None)
    if found:
        return found
    (group, *words), taken = _words(rows, at)
    meanings = [execution_meaning(word.text) for word in words]
    if meanings and meanings[0] in meanings[1:]:  # 年度预算数 over the labels
        group, words, meanings = words[0], words[1:], meanings[1:]
    head = _sized(group, words)
    below, more = _below(rows, at + taken, len(words), explains="reason" in meanings) if taken else ([], 0)
    return [head, *below], taken + more if below else 0


def _words(rows: Sequence[Row], at: int) -> tuple[list[Cell], int]:
    """Return the words of a money header that begins at row `at`, and the number of rows that they take.

    The first cell returned is the group word, empty if none is printed. The number is 0 if the words are no header.
    """
    blank = Cell(((rows[at].first_line, ""),))
    pieces = [piece for cell in rows[at].filled for piece in _pieces(cell)]
    if len(pieces) > 1:
        words = pieces if execution_meaning(pieces[0].text) else pieces[1:]
        return [*([blank] if words is pieces else pieces[:1]), *words], int(_is_head(words))
    words = [blank]
    taken = 0
    first = rows[at].text if len(rows[at].text) <= _LONGEST_WORD else ""
    while first and (n := at + taken) < len(rows) and taken < _MOST_LINES and len(rows[n].cells) == 1:
        found = next(filter(None, (_word(rows[n : n + count]) for count in range(1, 2 * _MOST_PARTS))), None)
        if not found:
            break
        words.append(found[0])
        taken += found[1]
    return words, taken if _is_head(words[1:]) else 0


def _word(rows: Sequence[Row]) -> tuple[Cell, int] | None:
    """Join rows of one cell each into one cell that is a word of a money header.

    Returns the cell and the number of rows; None if the joined text is no such word.
    """
    if not rows or not (rows[0].filled and rows[-1].filled) or any(len(row.cells) != 1 for row in rows):
        return None
    text = "".join(row.text for row in rows)
    parts = tuple(part for row in rows for part in row.cells[0].parts)
    return (Cell(parts), len(rows)) if len(text) <= _LONGEST_WORD and execution_meaning(text) else None


def _pieces(cell: Cell) -> list[Cell]:
    """Return the words of a cell divided at single spaces, or the whole cell if a word does not suit a money header.

    Brackets after a space belong to the word before them: 得分 (20分*执行率).
    """
    texts = _WORD.findall(cell.text) if len(cell.parts) == 1 else []
    pieces = [replace(cell, parts=((cell.line, text),)) for text in texts]
    known = [
        execution_meaning(each.text)
        or of_text(each.text).kind in {Kind.MONEY, Kind.GROUP}
        or _OVER_MONEY.fullmatch(folded(each.text))
        for each in pieces
    ]
    return pieces if pieces and all(known) else [cell]


def _is_head(words: Sequence[Cell]) -> bool:
    is_known = len(words) >= _FEWEST and all(execution_meaning(word.text) for word in words)
    return is_known and executions.head(Row(tuple(word.moved(n) for n, word in enumerate(words)))) is not None


def _sized(label: Cell, cells: Sequence[Cell]) -> Row:
    """Return a row with `label` in the first column, and `cells` in the columns after the label.

    The cells of the row are marked as whole cells (`closed`).
    """
    return Row(tuple(replace(cell.moved(n), closed=True) for n, cell in enumerate((label, *cells))))


def _below(rows: Sequence[Row], first: int, width: int, *, explains: bool) -> tuple[list[Row], int]:
    """Return rows of a label and its figures, made from row `first` on, and the number of rows that they replace.

    `width` is the number of columns with figures. With `explains`, the header has a last column of reasons, which may
    hold long texts. If no row has a figure, the number is 0.
    """
    found: list[tuple[Cell | None, list[Cell]]] = []
    taken = 0
    for row in rows[first : first + _MOST_CELLS]:
        cells = _cells(row)
        if cells is None and explains and len(row.cells) == 1 and found:
            found[-1][1].append(row.cells[0])
            taken += 1
            continue
        if cells is None or any(_ends(word) for cell in row.cells for word in (cell.text, *cell.text.split())):
            break
        for cell in cells:
            if executions.is_value(cell.text):
                found[-1:] = [(found[-1][0], [*found[-1][1], cell])] if found else []
            else:
                found.append((cell, []))
        taken += 1
    shown = [_row_of(label, cells, width) for label, cells in found if label]
    has_total = any(len(row.filled) > 1 for row in shown)
    return (shown, taken) if has_total else ([], 0)


def _row_of(label: Cell, cells: list[Cell], width: int) -> Row:
    """Return a row of a label, the figures of `cells` in the columns of the header, and any texts after them.

    `width` is the number of columns with figures. Empty cells keep their columns only if there are as many cells as
    columns.
    """
    kept = cells if len(cells) == width else [cell for cell in cells if executions.is_value(cell.text) and cell]
    row = _sized(label, kept or [Cell(((label.line, ""),))])
    texts = (cell.moved(width) for cell in cells if not executions.is_value(cell.text) and cell not in kept)
    return Row((*row.cells, *texts))


def _cells(row: Row) -> Sequence[Cell] | None:
    """Return a row's label and figures as cells, divided at spaces; None if the row is no label with figures."""
    if len(row.filled) > 1 and row.closed:
        return None
    pieces = [
        replace(cell, parts=((line, text),)) for cell in row.cells for line, part in cell.parts for text in part.split()
    ]
    if len(pieces) < 2:
        return row.cells if len(row.text) <= _LONGEST_LABEL else None
    values = next((n for n, piece in enumerate(reversed(pieces)) if not executions.is_value(piece.text)), len(pieces))
    words = pieces[: len(pieces) - values]
    label = [replace(words[0], parts=((words[0].line, "".join(word.text for word in words)),))] if words else []
    if label and len(label[0].text) > _LONGEST_LABEL:
        return None
    return [*label, *pieces[len(pieces) - values :]]


def _ends(word: str) -> bool:
    """Return whether a word shows that a table of money has ended, such as the label of a field or of a result."""
    told = of_text(word)
    return told.kind in _ENDS or told.kind in {Kind.FIELD, Kind.RESULT} or told.word in labels().long_term


def _pairs(rows: Sequence[Row], at: int) -> tuple[Iterable[Row], int]:
    """Make a table of a budget and a sum spent, each with its figure below its label, from row `at` on.

    Returns a header and rows, and the number of rows that they replace, 0 if no such labels are found. The labels and
    figures of sources of money follow, each twice (中央补助 2.38, 中央补助 2.38). Scores may stand between.
    """
    found = list(_labelled(rows[at : at + _MOST_LINES]))
    budget, spent = (execution_meaning(label.text) for label, *_ in found[:2]) if len(found) > 1 else ("", "")
    if (budget not in _BUDGETS) or spent != "executed" or not all(amounts.money(each[1].text) for each in found[:2]):
        return (), 0
    twos = list(zip(found[::2], found[1::2], strict=False))
    kept = [twos[0], *takewhile(lambda two: bare(two[0][0].text) == bare(two[1][0].text), twos[1:])]
    blank = Cell(((rows[at].first_line, ""),))
    names = [blank, *(two[0][0] for two in kept[1:])]
    below = (_sized(name, [figure for _, figure, _ in two]) for name, two in zip(names, kept, strict=True))
    return [_sized(blank, [label for label, *_ in kept[0]]), *below], 1 + kept[-1][1][2]


def _total(rows: Sequence[Row], at: int) -> tuple[Iterable[Row], int]:
    """Return a row of the total score's label and figures, and the number of rows that this row replaces.

    The label is row `at`; the figures and the grade stand in the rows below, one cell per row. The number is 0, and the
    returned rows are to be ignored, without such a label or without a figure below it.
    """
    words = [cell for cell in rows[at].cells if cell]
    told = of_text(words[0].text) if len(words) == 1 else None
    # A word for sums (合计) counts below a header's word for results, such as 完成值.
    is_sum = bool(words) and bare(words[0].text) in labels().sums
    below = is_sum and any(column_meaning(row.text) == "achieved" for row in rows[:at])
    if not told or not (told.meaning == "totalScore" or below):
        return (), 0
    cells = [words[0]]
    taken = 1
    for row in rows[at + 1 : at + 1 + _MOST_TOTALS]:
        if len(row.cells) != 1 or (row.filled and not _TOTAL.fullmatch(folded(row.text))):
            break
        cells += row.filled
        taken += 1
    return [Row(tuple(replace(cell.moved(n), closed=True) for n, cell in enumerate(cells)))], taken if len(
        cells
    ) > 1 else 0


def _labelled(rows: Sequence[Row]) -> Iterator[tuple[Cell, Cell, int]]:
    """Yield each label that is alone on its row, the next figure below it, and the index of the figure's row.

    The search ends at a row of several cells, or at a label that ends a table of money.
    """
    label: Cell | None = None
    for n, row in enumerate(rows):
        cell = row.cells[0]
        if len(row.cells) > 1 or _ends(cell.text):
            return
        if cell and not executions.is_value(cell.text):
            label = cell
        elif cell and label:
            yield label, cell, n
            label = None
