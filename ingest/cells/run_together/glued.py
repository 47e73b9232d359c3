"""Divide forms whose cells run together, or are on lines with spaces between them only, into rows of cells.

Lines are divided at their spaces only in a file in which the words of a table's header stand on one line with spaces
between them: the lines below the header into rows, and the other lines of all forms into labels and values. A value may
contain spaces, a label may not.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise, takewhile

from jixiao.ingest.cells import table_heads
from jixiao.ingest.cells.run_together import glued_form, glued_table, heads
from jixiao.ingest.cells.run_together.lattice import NOT_READ, Stream
from jixiao.ingest.cells.unlabelled_projects import names_project
from jixiao.ingest.model import BODIES
from jixiao.ingest.rendition import Cell, Row, joined
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.labels import CELLS, OF_NAMES, bare, column_meaning, labels, names_projects
from jixiao.ingest.roles.role import of_text
from jixiao.ingest.values import amounts
from jixiao.ingest.values.plain import folded

_HEAD, _LABEL = CELLS.pattern("head_together"), CELLS.pattern("label_together")
_NAMES = tuple(word for word, meaning in labels().fields.items() if meaning == "name")
_EVALUATION, _RESULTS = "evaluation", CELLS.pattern("head_of_results")
_SHORT = frozenset({"name", *BODIES, "category", "nature"})
_LONGEST_HEAD = 90  # most rows from the name of a project to its table, with one cell a line
_FEWEST_LABELS = 3  # least number of lines that begin with a label, in a form with blanks between cells
_FEWEST_ROWS = 4  # rows of a form that is more than its name and one further label or two
_SHORTEST_LINE = 30  # characters of a line broken off by a narrow cell
_SHORTEST_LABEL, _LONGEST_LABEL = 4, 12
_SHORTEST, _LONGEST = 20, 20_000  # characters of text that is divided at once
_LONGEST_LINE = 400  # characters of a line that may be a row
_LONGEST_FIRST = 8  # characters of an unknown word before the first label of its line
_LEAST_KNOWN = 3  # at least one of so many words of a head is known; among words read out of order fewer are
_WORD = re.compile(r"(?:[^\s()（）|│┃｜]|[(（][^()（）]{0,60}[)）]|[()（）])+")  # brackets keep their blanks


def apart(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, with forms whose cells run together, or stand on a line between spaces, divided into cells.

    Where a sum of money has figures for two years, only the one for the filing's year is kept.
    """
    divided: list[Row] = []
    for may_run, group in groupby(_with_sum_of_the_year(rows), lambda row: len(row.filled) <= 1 and not row.closed):
        run = list(group)
        if may_run and _is_glued(run):
            divided += _divided(run)
        else:
            divided += joined(run, _head_divided) if may_run else run
    return list(_blanks_divided(divided))


def at_once(rows: Sequence[Row], *, whole: bool) -> Iterator[Row]:
    """Yield the rows of a form divided at once, from the row of its title or name on; none without such a row.

    None, too, for a text of another kind of document, and for one that is too short or long. The value at the end of
    the text may be cut off unless the text is `whole`.
    """
    begins = (at for at, row in enumerate(rows) if _begins_form("".join(row.text.split())))
    first = next(begins, len(rows))
    stream = Stream.of(rows[first:])
    if _SHORTEST <= len(stream.text) <= _LONGEST and not _is_of_another_kind("".join(row.text for row in rows)):
        yield from rows[:first]
        yield from glued_form.rows(stream, whole=whole)


def _begins_form(line: str) -> bool:
    """Return whether a line holds the title of a form, or begins with the label of a project's name."""
    return line.startswith(_NAMES) or CELLS.pattern("title").search(line) is not None


def _with_sum_of_the_year(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows; of a sum with figures for two years, only the figure of the filing's year is kept.

    The labels of the years stand above: `上年度安排资金 本年度申请资金` above `合计 130 300` asks for 300 this year. A
    lone `金额：300元` becomes the year's money, too.
    """
    above: list[str] = []
    for row in rows:
        words = row.filled[0].text.split() if len(row.filled) == 1 and len(row.filled[0].parts) == 1 else []
        label, _, sum_alone = folded(row.text).partition(":")
        figures = list(takewhile(amounts.names_figure, reversed(words)))[::-1]
        asked = above[-len(figures) :] if len(figures) > 1 else []
        years = [labels().amounts.get(bare(word)) for word in asked]
        for_the_year = years.count("annualRequest") == 1 and all(of_text(word).is_label for word in asked)
        if for_the_year and bare("".join(words[: len(words) - len(figures)])) in labels().sums:
            (cell,) = row.filled
            yield Row((replace(cell, parts=((cell.line, figures[years.index("annualRequest")]),)),))
        elif words and (meant := labels().meant.get(label)) and amounts.names_unit(sum_alone):
            yield Row((replace(row.filled[0], parts=((row.first_line, f"{meant}:{sum_alone}"),)),))
        else:
            yield row
        above = row.text.split()


def _head_divided(run: Sequence[Row], at: int) -> tuple[Iterable[Row], int]:
    """Divide the part of a form above its indicator table, which begins at row `at`, into rows of cells.

    Returns the rows and the number of rows replaced. The number is 0 if row `at` is not the label of the project's
    name, or if no value in the part is broken over lines.
    """
    end = _end_of_head(run, at) if _field(run[at]) == "name" else None
    if end is None or not _is_broken(run[at:end]):
        return [], 0
    return glued_form.rows(Stream.of(run[at:end]), whole=True), end - at


def _field(row: Row) -> str | None:
    """Return the name of the field or amount (such as "name") of a row that is only its label; otherwise None."""
    word = bare(row.text) if len(row.filled) == 1 else ""
    return labels().fields.get(word) or labels().amounts.get(word)


def _end_of_head(run: Sequence[Row], start: int) -> int | None:
    """Return the index of the row below `start`, the label of a name, before which all values are surely whole.

    That is the word of the first-level column, where the table of indicators begins, or else the next label. None
    without such a row. Only the next rows are searched.
    """
    below = range(start + 1, min(len(run), start + _LONGEST_HEAD))
    head = (at for at in below if labels().columns.get(bare(run[at].text)) == "level1")
    labelled = (at for at in below if len(run[at].filled) == 1 and of_text(run[at].text).is_label)
    return next(head, next(labelled, None))


def _is_broken(rows: Sequence[Row]) -> bool:
    """Return whether a value is broken over two rows, or a figure shares its row with the next label."""
    known = [of_text(row.text).is_label for row in rows]
    values = zip(rows, known[1:], known[2:], strict=False)
    return any(
        _field(row) in _SHORT and not first and not second and len(rows[n + 2].text) <= _SHORTEST_LINE
        for n, (row, first, second) in enumerate(values)
    ) or any(
        CELLS.pattern("figure_and_label").match(row.text.strip()) and bare(row.text.split()[-1]) in labels().amounts
        for row in rows
    )


def _blanks_divided(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows, divided into cells if they are a form of labels and values between spaces.

    Rows with the header of an indicator table, or of another kind of document, stay unchanged.
    """
    first = next((n for n, row in enumerate(rows) if CELLS.pattern("name_and_value").search(row.text)), None)
    is_short = first is not None and len(rows) - first < _FEWEST_ROWS
    is_titled = is_short and any(labels().line("form_title", row.text) for row in rows[:first])
    if (
        first is None
        or sum(map(_labels_with_values, rows)) < _FEWEST_LABELS - is_titled
        or any(sum(bare(word) in labels().columns for word in row.text.split()) > 1 for row in rows)
        or _is_of_another_kind("".join(row.text for row in rows))
    ):
        yield from rows
        return
    yield from rows[:first]
    yield from glued_form.rows(Stream.of(rows[first:]))


def _labels_with_values(row: Row) -> int:
    """Count the labels in a row's cells that are followed, after a space, by a word that is no label."""
    words = [[of_text(word).is_label for word in cell.text.split()] for cell in row.filled]
    return sum(label and not following for cell in words for label, following in pairwise(cell))


def _is_glued(run: Sequence[Row]) -> bool:
    """Return whether cells run together in the rows, without spaces: a table header, or labels and a value.

    False for text of another kind of document, and if spaces separate the words of the header of an indicator table,
    unless the header also names projects.
    """
    if not (any(map(_runs_together, run)) or _begins_with_labels(run)):
        return False
    if _is_of_another_kind("".join(row.text for row in run)):
        return False
    return not any(is_head and not names_project([row]) for row, is_head in with_heads(run))


def _runs_together(row: Row) -> bool:
    """Return whether a row holds labels and a value, or the header of a table; in a long line, blanks do not count."""
    text = row.text if len(row.text) <= _LONGEST_LINE else "".join(row.text.split())
    return _LABEL.search(text) is not None or _HEAD.search(text) is not None


def _begins_with_labels(run: Sequence[Row]) -> bool:
    """Return whether lines begin with labels that their values follow directly, the label of the name among them."""
    lines = [row.text.strip() for row in run]
    if not any(line.startswith(_NAMES) for line in lines):
        return False
    begun = {label for line in lines if (label := label_of_line(line))}
    return len(begun) >= _FEWEST_LABELS and not begun.isdisjoint(_NAMES)


def _is_of_another_kind(text: str) -> bool:
    """Return whether a text has words of other documents, which quote forms.

    Words of self-evaluations do not count in a text with the header of a table of results. A text of another kind stays
    undivided, so that these words still exclude the file.
    """
    has_results = _has_results(text)
    kinds = (kind for name, kind in labels().kinds.items() if name != _EVALUATION or not has_results)
    return any(kind.part and kind.text and kind.text.search(text) for kind in kinds)


def _has_results(text: str) -> bool:
    """Return whether a text has the header of a table of results (自评表); spaces within it do not count."""
    return _RESULTS.search("".join(text.split())) is not None


def label_of_line(line: str) -> str:
    """Return the longest label with which a line begins if its value follows without a colon; otherwise ""."""
    if of_text(line).is_label:
        return ""
    ends = range(min(len(line) - 1, _LONGEST_LABEL), _SHORTEST_LABEL - 1, -1)
    # A character behind the label of a name is the first one of the name here, and no stray one.
    found = next(
        (line[:end] for end in ends if not line[: end - 1].endswith(OF_NAMES) and of_text(line[:end]).is_label), ""
    )
    return found if line[len(found) :][:1].isalnum() else ""


def _divided(run: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows with their forms divided into cells.

    Rows above the first form stay unchanged, and so does everything if the text of the forms is very long.
    """
    begins = (n for n, row in enumerate(run) if CELLS.pattern("begins").fullmatch(folded(row.text)))
    together = (n for n, row in enumerate(run) if _LABEL.search(row.text) and _has_results(row.text))
    first = next(begins, next(together, 0))
    stream = Stream.of(run[first:])
    yield from run[:first]
    yield from glued_form.rows(stream) if len(stream.text) <= _LONGEST else run[first:]


def blanks_apart(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, with each line of an indicator table divided into cells at its spaces.

    Lines beside the tables are divided into labels and values. Without the header of a table, the rows are unchanged.
    """
    found = with_heads(rows)
    return list(_apart(found)) if any(is_head for _, is_head in found) else list(rows)


def with_heads(rows: Sequence[Row]) -> list[tuple[Row, bool]]:
    """Divide the headers of tables into cells; return every row, with True for a header and False for all others.

    The words of a header that stand on one or two lines above the other words are joined to the header. A header of
    several cells counts above lines in which blanks divide a level from other words. Other rows are returned unchanged.
    """
    found: list[tuple[Row, bool]] = []
    of_lines = ((n, _words(row)) for n, row in enumerate(rows) if len(row.cells) == 1)
    divided = max((n for n, words in of_lines if len(words) > 1 and columns.names_level(words[0])), default=0)
    for n, row in enumerate(rows):
        words = _words(row) if len(row.cells) == 1 else []
        above = [row_above for row_above, _ in found[-2:]]
        count, whole = next(((n, whole) for n in (2, 1) if (whole := _begun_above(above[-n:], row))), (0, []))
        if whole:
            found[-count:] = whole
            continue
        if words and found and found[-1][1] and (ended := table_heads.ended_below(found[-1][0], words)):
            found[-1] = (ended, True)
            continue
        if len(words) > 2 and (
            (
                _LEAST_KNOWN * sum(column_meaning(word.text) is not None for word in words) >= len(words)
                and columns.head(Row(tuple(words)))
            )
            or (bare(words[0].text) in labels().numbering and any(names_projects(word.text) for word in words))
        ):
            head = Row(tuple(words))
            if of_two := table_heads.with_results(_words(found[-1][0]) if found else (), head):
                found[-1:] = [(above, False) for above in of_two[:-1]]
                head = of_two[-1]
            found.append((head, True))
        else:
            found.append((row, n < divided and len(row.cells) > 1 and columns.head(row) is not None))
    return found


def _begun_above(above: Sequence[Row], row: Row) -> list[tuple[Row, bool]]:
    """Join a header to its first word, which is on the row above, or broken over the two rows above (一级 and 指标).

    Returns the joined header with True, and before it any other words of the first row with False; empty if the rows
    are no such header.
    """
    words = _words(row)
    if len(words) < 2 or not column_meaning(words[0].text) or any(len(row_above.cells) != 1 for row_above in above):
        return []
    stream = Stream.of([*above, row])
    cells = next((word.cells for word in heads.words(stream) if word.end == len(stream.text)), ())
    if not cells or cells[0][0] >= len(Stream.of(above[:1]).text) or cells[0][1] != len(Stream.of(above).text):
        return []
    before = [(Row((stream.cell(0, cells[0][0], 0),)), False)] if cells[0][0] else []
    return [*before, (heads.row(stream, cells), True)]


def _apart(rows: Sequence[tuple[Row, bool]]) -> Iterator[Row]:
    head: columns.Head | None = None  # that of the table of indicators above
    width = at = 0  # the number of columns of a list of projects; 0 outside of lists
    found: list[Row] = []  # the last row of the list, which may continue
    goes_on = False  # True if the last line was the rest of a row
    while at < len(rows):
        row, is_head = rows[at]
        words = _words(row)
        above = rows[at - 1]
        begins = not is_head and (
            above[1] or len(above[0].cells) > 1 or (bool(words) and columns.names_level(words[0]))
        )
        if head and begins and not _ends_table(row):
            printed = next(each.text for each, is_head in reversed(rows[:at]) if is_head)
            ends = (n for n in range(at, len(rows)) if rows[n][0].text != printed and _ends_table(*rows[n]))
            end = next(ends, len(rows))
            lines = [each for each, is_head in rows[at:end] if not is_head]
            yield from (each for each, is_head in rows[at:end] if is_head)  # that a new page repeats
            yield from _below(head, lines, [each for each, _ in rows[end : end + 1]])
            at = end
            continue
        at += 1
        if width and len(words) == 1 and found and (goes_on := _is_rest(found[-1], words[0], width, goes_on)):
            found[-1] = Row((*found[-1].cells, words[0].moved(len(found[-1].cells))))
            continue
        yield from found
        found = []
        if is_head:
            head = None if names_project([row]) else columns.head(row)
            width = 0 if head else len(row.cells)
            known = {n: meaning for n, meaning in head.columns.meanings.items() if n < len(row.cells)} if head else {}
            head = replace(head, columns=replace(head.columns, meanings=known)) if head else None
        elif not words or labels().is_title(row.text):
            head = head if head and len(row.cells) > 1 and not of_text(row.filled[0].text).is_label else None
            width, words = 0 if words else width, []
        elif (
            width
            and (columns.is_level(words[0]) or 1 < len(words) <= width)
            and (not of_text(words[0].text).is_label or bare(words[0].text) in labels().groups)
        ):
            found = [Row((*words, *([Cell(((words[0].line, ""),), 1)] if len(words) == 1 else [])))]
            continue
        yield _labelled(row, words) if words and not is_head else row
    yield from found


def _below(head: columns.Head, lines: Sequence[Row], behind: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows of a table, given as its header and the lines below; `behind` is the line that ends the table.

    Lines that are in no row stay as they are, so that they are known to be unread.
    """
    stream = Stream.of([*lines, *behind])
    printed = {(row.first_line, "".join(row.text.split())): row for row in lines}
    table = (0, len(stream.text) - len(Stream.of(behind).text))
    for row in glued_table.below(stream, head.columns, table):
        is_torn = row.withheld and columns.RESULTS & head.columns.named.keys()
        is_line = len(row.cells) == 1 and row.withheld <= NOT_READ and not is_torn
        whole = printed.get((row.first_line, "".join(row.text.split())), row) if is_line else row
        words = _words(whole) if whole is not row else []
        is_level = len(words) == 1 and columns.is_level(words[0])
        yield Row((*words, Cell(((whole.first_line, ""),), 1))) if is_level else whole


def _ends_table(row: Row, is_head: bool = False) -> bool:
    """Return whether a row is no line below a header: another header, cells, a title, or a line led by a label."""
    words = _words(row)
    first = of_text(words[0].text) if words else None
    is_row = (
        not words or columns.names_level(words[0]) or CELLS.pattern("total_of_points").match("".join(row.text.split()))
    )
    is_label = first and first.is_label and first.word not in labels().groups and not is_row
    return (
        is_head or len(row.cells) > 1 or row.closed or bool(is_label) or (bool(words) and labels().is_title(row.text))
    )


def _is_rest(row: Row, word: Cell, width: int, goes_on: bool) -> bool:
    """Return whether a word alone on its line is a missing cell of the row above, which has fewer cells than `width`.

    The word is the target that the row lacks or, with `goes_on`, a figure after it.
    """
    lacks = (goes_on or columns.likeness("target", row.cells[-1].text) < 0) and 1 < len(row.filled) < width
    return lacks and (columns.likeness("target", word.text) > 0 or any(map(str.isdigit, word.text)))


def _words(row: Row) -> list[Cell]:
    """Return the words of a row that is one line of text, as cells divided at spaces; empty for any other row."""
    if row.closed or len({line for cell in row.cells for line, _ in cell.parts}) != 1 or len(row.text) > _LONGEST_LINE:
        return []
    words = ((word, cell.column) for cell in row.cells for word in _WORD.findall(cell.text))
    return [Cell(((row.first_line, word),), column, printed) for column, (word, printed) in enumerate(words)]


def _labelled(row: Row, words: Sequence[Cell]) -> Row:
    """Divide a line of labels and values, given as its `words`, into a cell for each label and each value.

    A bracket or 和某某 after a label belongs to the label. The first word is taken for a label, even if it is unknown.
    The row is returned unchanged if no word is a label, or a long text comes before the first label.
    """
    known = [n for n, word in enumerate(words) if of_text(word.text).is_label]
    if len(words) == 1 or not known or (known[0] > 0 and len(words[0].text) > _LONGEST_FIRST):
        return row
    cells: list[list[Cell]] = []
    is_label = False
    for n, word in enumerate(words):
        if n in {0, *known} or (is_label and not CELLS.pattern("of_label").match(word.text)):
            cells.append([word])
            is_label = n in {0, *known}
        else:
            cells[-1].append(word)
    joined = (replace(cell[0], parts=((cell[0].line, " ".join(word.text for word in cell)),)) for cell in cells)
    return Row(tuple(replace(cell, column=column) for column, cell in enumerate(joined)))
