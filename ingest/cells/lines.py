"""Join cells that each stand on a line of their own into rows of a table, although no line says where a row ends.

Only the words show such a table: the words of its header on consecutive lines, then levels, then the cells of row after
row, which run_together/decoding.py divides. Labels above the table need no rows: a value follows its label.

The header of a list of projects begins with 序号, with a word that forms know, or directly below the unit of money, and
has one word for names. Below 序号, the numbers from 1 on begin the rows, which have about as many cells as the header:
a row may lack a cell that the row above spans, or have a figure more, as the subtotal of several rows. Without numbers,
the rows have the number of cells at which figures stand below words of money, and names below the word for names. The
last row of the file may be shorter. Below words for first levels, with which the header ends, a cell has a line for
each indicator; the line begins with a second level, which shows the column. A sum above the numbers has a figure for
each word of money.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby, islice, pairwise, takewhile

from jixiao.ingest.cells.run_together import decoding, heads
from jixiao.ingest.cells.run_together.lattice import BLANK, LINE, Stream
from jixiao.ingest.model import BODIES
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.labels import CELLS, bare, column_meaning, labels, names_money, names_projects
from jixiao.ingest.roles.naming import may_name
from jixiao.ingest.roles.role import chosen, is_word, of_text
from jixiao.ingest.values import amounts
from jixiao.ingest.values.plain import folded
from jixiao.ingest.values.targets import is_sign
from jixiao.ontology.schemes import level1_labels, level_labels
from jixiao.ontology.text.display import MASK

_LONGEST_NAME = 120
_LONGEST_WORD = 15
_LEVEL_ENDS = frozenset(level[at:] for level in level_labels() for at in range(len(level) + 1))
_MOST_COLUMNS = 16  # most columns of a head on lines of their own
_WORDS = re.compile(r"[^\d=<>≥≤%,，。;；]+")
_SHORTEST_WORD = 2  # 指标 or 单位, which end longer words as often as they stand alone
_BESIDE_TARGET = columns.FURTHER | {"unit", "operator"}  # meanings of words that end longer ones, as in 指标值说明
_MOST_PARTS = 6  # most lines over which a word of the form may be broken
_BEGINNINGS = frozenset({"name", *BODIES})  # labels with which another form begins
_LONGEST_OF_LIST = 20  # characters of a word in the head of a list of projects
_FEWEST = 3  # least number of words of a head, and of rows with it that has neither 序号 nor a unit above it


def rejoined(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, with the cells of tables that are written one cell a line joined into rows."""
    found_rows: list[Row] = []
    words: list[str] = []  # words of the last head, which a new page may repeat
    bodies = {row.text for above, row in pairwise(rows) if labels().fields.get(bare(above.text)) in BODIES}
    index = 0
    while index < len(rows):
        found = _head(rows, index, words)
        if not found:
            found_rows.append(rows[index])
            index += 1
            continue
        head, table_columns, taken = found
        words = [row.text for row in rows[index : index + taken]]
        index += taken
        last = index
        while last < len(rows) and _belongs(rows, last, bodies, table_columns) and not _begins(rows, last, words):
            last += 1
        cells = [Row(row.cells[:1]) for row in rows[index : last + 1]]
        stream = Stream.of(cells, blank=BLANK)
        table = (0, len(stream.text) - len(Stream.of(cells[last - index :], blank=BLANK).text))
        found_rows += [head, *decoding.rows(stream, table_columns, table, behind=frozenset())]
        index = last
    return found_rows


def whole_word(rows: Sequence[Row], at: int) -> tuple[Iterable[Row], int]:
    """Join the lines over which a label or column heading is broken, from row `at` on.

    Returns one row with the joined word, and the number of rows that this row replaces; 0 if the word has one line
    only.
    """
    taken = _taken_by_word(rows[at : at + _MOST_PARTS])
    cell = rows[at].cells[0]
    parts = tuple(part for row in rows[at : at + taken] for part in row.cells[0].parts)
    return [Row((Cell(parts, cell.column),))], taken if taken > 1 else 0


def whole_levels(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with the two halves of each broken level (such as 产出 and 指标) joined.

    The second half stands alone on a row. The first half is the last cell of the row above or, with one cell per line,
    up to a few rows higher. The joined cell takes the place of the first half.
    """
    whole: list[Row] = []
    for row in rows:
        may_end = len(row.filled) == 1 and bare(row.text) in _LEVEL_ENDS
        reach = range(len(whole) - 1, max(-1, len(whole) - _MOST_PARTS), -1) if may_end else range(0)
        above = (
            (at, whole[at].filled[-1])
            for at in reach
            if whole[at].filled and (at == reach[0] or len(whole[at].cells) == 1)
        )
        at, begun = next(
            (
                (at, cell)
                for at, cell in above
                if (level := bare(cell.text + row.text)) in level_labels()
                and level not in {bare(cell.text), bare(row.text)}
            ),
            (-1, None),
        )
        if begun:
            joint = replace(begun, parts=(*begun.parts, *row.filled[0].parts))
            whole[at] = replace(whole[at], cells=tuple(joint if cell is begun else cell for cell in whole[at].cells))
        else:
            whole.append(row)
    return whole


def _taken_by_word(rows: Sequence[Row]) -> int:
    """Return over how many of the first `rows` one label or column heading is broken; 1 if it is not broken."""
    if rows[0].closed or len(rows[0].filled) != 1 or len(rows[0].cells) != 1 or len(rows[0].text) > _LONGEST_WORD:
        return 1
    text, best = rows[0].text, 1
    for count, row in enumerate(rows[1:], 2):
        if not _WORDS.fullmatch(text) or len(row.filled) != 1 or len(row.cells) != 1 or len(row.text) > _LONGEST_WORD:
            break
        if _is_word(text + row.text) and not _are_two_words(text, row.text):
            best = count
        text += row.text
    return best


def _are_two_words(text: str, below: str) -> bool:
    """Return whether two lines are a label or column heading each, and not two halves of one.

    A person's label below is always a word of its own. Any other known word of two characters below is one only if the
    line above heads a column of targets.
    """
    beside_target = column_meaning(text) == "target" and column_meaning(below) in _BESIDE_TARGET
    two_words = _is_word(text) and _is_word(below) and (len(below) > _SHORTEST_WORD or beside_target)
    return two_words or labels().is_person(bare(below))  # 某局, then 联系人


def _is_word(text: str) -> bool:
    told = of_text(text)
    known = told.is_label or told.word in labels().columns or told.word in level_labels()
    return known or labels().line("annualRequest", told.word) is not None


def _head(rows: Sequence[Row], index: int, above: Sequence[str]) -> tuple[Row, columns.Columns, int] | None:
    """Return the table header that begins at row `index` with one cell per line; None if none begins there.

    Returns the header as one row, its columns, and its number of lines. `above` holds the words of the previous header:
    a header that repeats them ends after as many lines.
    """
    if len(rows[index].cells) != 1 or bare(rows[index].text) not in labels().columns:
        return None
    repeated = len(above) and [row.text for row in rows[index : index + len(above)]] == above
    behind = rows[index : index + (len(above) if repeated else 2 * _MOST_COLUMNS)]
    stream = Stream.of(takewhile(lambda row: len(row.cells) == len(row.filled) == 1, behind), blank=BLANK)
    words = heads.header(stream, 0)
    lines = sorted(at for at, kind in stream.breaks.items() if kind == LINE)
    if not words or words[-1][1] not in lines:
        return None
    row = heads.row(stream, words)
    found = columns.head(row)
    return (row, found.columns, lines.index(words[-1][1])) if found else None


def _begins(rows: Sequence[Row], index: int, above: Sequence[str]) -> bool:
    """Return whether a table header begins at row `index`, or at the next row if this row is a group word (绩效指标).

    `above` holds the words of the previous header, which this header may repeat.
    """
    over = bare(rows[index].text) in labels().groups and index + 1 < len(rows)
    return _head(rows, index + over, above) is not None


def _is_cell(row: Row) -> bool:
    """Return whether a row may be a cell of a table: one cell that is no label, title, long sentence or check box."""
    if len(row.cells) != 1:
        return False
    text = row.cells[0].text
    word, known = bare(text), labels()
    return not (
        len(text) > _LONGEST_NAME
        or (text.endswith((":", "：")) and not CELLS.pattern("fills_row").fullmatch(folded(text)))
        or MASK in text
        or chosen(text) is not None
        or word in known.others
        or word in known.form_sections
        or known.is_person(word)
        or known.fields.get(word) in _BEGINNINGS
        or bare(folded(text).partition(":")[0]) in known.sections
        or known.is_title(text)
        or any(known.line(name, text) for name in ("heading_name", "foot_of_page"))
    )


def _belongs(rows: Sequence[Row], index: int, bodies: Collection[str], head: columns.Columns) -> bool:
    """Return whether a row may be a cell of the table, and not the value of a label below the table.

    `bodies` are the texts of such values: names of bodies. A known word of the form, such as a label, is the name of an
    indicator if it stands below a level or above a sign, and a remark if it stands below a target in a table with
    remarks.
    """
    (above, *_), word = rows[index - 1].cells, bare(rows[index].text)
    named = (word in labels().sections or word in labels().others) and len(rows[index - 1].cells) == 1
    return (
        (_is_cell(rows[index]) and rows[index].text not in bodies)
        or (named and (columns.names_level(above) or any(is_sign(row.text) for row in rows[index + 1 : index + 2])))
        or (
            named
            and head.meanings[max(head.meanings)] in columns.FREE
            and (columns.likeness("target", above.text) > 0 or any(map(str.isdigit, above.text)))
        )
        or columns.names_level(rows[index].cells[0])
    )


def list_joined(rows: Sequence[Row], at: int) -> tuple[Iterable[Row], int]:
    """Join a list of projects that begins at row `at` with one cell per line.

    Returns its header and rows, and the number of lines that these replace; no row and 0 if no such list begins there.
    """
    table = _table(rows, at)
    return map(_side_by_side, table), sum(len(row.cells) for cells in table for row in cells) if len(table) > 1 else 0


def _table(rows: Sequence[Row], at: int) -> list[Sequence[Row]]:
    """Return the rows of a list of projects whose header begins at row `at` with one cell per line.

    Each item holds the lines of one row; the first item is the header. Empty without such a header; the header alone if
    no row follows.
    """
    if not _may_be_word(rows[at]):
        return []
    numbered = bare(rows[at].text) in labels().numbering
    below_unit = any(labels().line("form_unit", row.text) for row in rows[max(0, at - 1) : at])
    if not (numbered or below_unit or is_word(rows[at].text)):
        return []
    words = list(takewhile(_may_be_word, islice(rows, at, at + _MOST_COLUMNS + 1)))
    names = [n for n, row in enumerate(words) if names_projects(row.text)]
    money = [n for n, row in enumerate(words) if names_money(row.text)]
    if len(words) < _FEWEST or len(names) != 1 or not (money or numbered) or columns.head(_side_by_side(words)):
        return []  # of a table of indicators, merged cells left no line
    if not numbered:
        widths = range(max(_FEWEST - 1, *names, *money) + 1, len(words) + 1)
        table = max(([words[:n], *_alike(rows, at + n, n, names[0], money)] for n in widths), key=len)
        return table if below_unit or len(table) >= _FEWEST else []
    below_head = (rows[n] for n in range(at + len(words), len(rows)))
    alone = takewhile(lambda row: len(row.cells) == 1 and bare(row.text) not in labels().numbering, below_head)
    runs = groupby(alone, lambda row: id(row) if (column := _of_level(words, row)) is None else column)
    lines = [Row(tuple(row.cells[0] for row in run)) for _, run in runs]
    counted = list(_counted(lines, len(words)))
    rest = lines[sum(map(len, counted)) :]
    counted[-1:] = [[*cells, *takewhile(partial(_of_level, words), rest)] for cells in counted[-1:]]
    return [words, *(_below_levels(cells, words) for cells in counted)]


def _may_be_word(row: Row) -> bool:
    is_short = len(row.text) <= _LONGEST_OF_LIST and not any(map(str.isdigit, row.text))
    return is_short and len(row.cells) == len(row.filled) == 1


def _counted(rows: Sequence[Row], width: int) -> Iterator[Sequence[Row]]:
    """Yield the lines of each row of a list whose rows begin with the serial numbers 1, 2, 3 and so on.

    `rows` has one cell per line. A row has as many cells as the header (`width`), or one more or less; the last row has
    as many as the shortest row.
    """
    lengths: list[int] = []
    start = 0
    while start < len(rows) and rows[start].text == str(len(lengths) + 1):
        near = sorted(range(width - 1, width + 2), key=lambda n: abs(n - (lengths or [width])[-1]))
        further = (n for n in near if start + n < len(rows) and rows[start + n].text == str(len(lengths) + 2))
        lengths.append(next(further, min(lengths, default=width)))
        yield rows[start : start + lengths[-1]]
        start += lengths[-1]


def _of_level(words: Sequence[Row], row: Row) -> int | None:
    """Return the index in `words` of the first level to which the second level at the start of a line belongs.

    `words` are the header's words. None if the line begins with no second level, or no word is its first level.
    """
    level = bare(folded(row.text).partition(":")[0])
    firsts = [n for n, word in enumerate(words) if level in level_labels() and bare(word.text) in level1_labels()]
    return next((n for n in firsts if columns.belongs(words[n].text, level)), None)


def _below_levels(cells: Sequence[Row], words: Sequence[Row]) -> Sequence[Row]:
    """Return the cells of a row with each cell that begins with a second level below its first level.

    `words` are the header's words, among them first levels. The cells are returned unchanged if two of them would have
    one column.
    """
    at = {n if (column := _of_level(words, cell)) is None else column: cell for n, cell in enumerate(cells)}
    return [at.get(n, Row(())) for n in range(max(at) + 1)] if len(at) == len(cells) else cells


def _alike(rows: Sequence[Row], at: int, width: int, name: int, money: Sequence[int]) -> Iterator[Sequence[Row]]:
    """Yield the cells of each row from index `at` on, `width` lines a row, until a row does not suit the header.

    `name` is the column of names, and `money` are the columns of money.
    """
    cut = (rows[first : first + width] for first in range(at, len(rows), width))
    return takewhile(lambda cells: _suits(cells, name, money) and all(len(row.cells) == 1 for row in cells), cut)


def _suits(cells: Sequence[Row], name: int, money: Sequence[int]) -> bool:
    """Return whether a row has a project's name in column `name`, and no words in the columns of `money`.

    A row with a word for sums needs no name.
    """
    texts = [row.text for row in cells]
    named = any(bare(text) in labels().sums for text in texts) or any(
        may_name(text, "column") and amounts.quantity(text) is None for text in texts[name : name + 1]
    )
    return named and all(amounts.names_figure(text) for n, text in enumerate(texts) if n in money)


def _side_by_side(rows: Sequence[Row]) -> Row:
    filled = (
        replace(row.cells[0].moved(column), parts=tuple(part for cell in row.cells for part in cell.parts))
        for column, row in enumerate(rows)
        if row.cells
    )
    return Row(tuple(filled))
