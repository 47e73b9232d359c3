"""Correct headers of indicator tables: over years, with words that end on the row below, and in unknown words.

Of several columns for years none is chosen. A header in unknown words, or in words that the cells below contradict,
gets the usual words; if the cells do not distinguish names from targets, the header stays as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import dropwhile, permutations, takewhile
from statistics import fmean

from jixiao.ingest.cells.prose.sentences import WORDING
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.labels import bare, column_meaning, labels
from jixiao.ingest.roles.role import of_text
from jixiao.ingest.values.plain import folded
from jixiao.ontology.schemes import level1_labels

_YEAR = WORDING.pattern("year_of_column")
_FEWEST_YEARS = 2  # side by side


def of_years(rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows, with columns of targets for several years reduced to their years: none is surely the filing's."""
    for row in rows:
        years = {cell: found["year"] for cell in row.filled if (found := _YEAR.fullmatch(folded(cell.text)))}
        if len(years) >= _FEWEST_YEARS and columns.head(row):
            yield _read_as(row, years)
        else:
            yield row


def ended_below(head: Row, below: Sequence[Cell]) -> Row | None:
    """Return a header with the ends of its words that stand in the line below: 年度 and 指标值 make one word.

    None if the words of that line are no such ends.
    """
    from_name = dropwhile(lambda cell: column_meaning(cell.text) != "name", head.filled)
    begun = [cell for cell in from_name if column_meaning(cell.text) is None]
    whole = {cell: replace(cell, parts=(*cell.parts, *end.parts)) for cell, end in zip(begun, below, strict=False)}
    is_whole = begun and len(begun) == len(below) and all(column_meaning(each.text) for each in whole.values())
    return replace(head, cells=tuple(whole.get(cell, cell) for cell in head.cells)) if is_whole else None


_OF_HEAD = columns.WORDING.pattern("of_head")
_USUAL = {meaning: word for word, meaning in columns.WORDING.meanings("usual").items()}
_KEPT = frozenset({"operator", "unit", "weight", "direction"})
"""Meanings that columns keep below a head whose words for names and targets are judged by the cells."""
_RESULTS = columns.RESULTS | {"weight"}
_RANKS = {"level1", "level2"}  # with words for both, a head may have any other words
_FEWEST_FULL = 2  # least number of rows that fill all columns, below a head in unknown words
_REACH = 60  # most rows below a head in unknown words
_MARGIN = 1.0  # least score of the best pair of columns, names and targets, above that of the next pair
_VOICE = 0.5  # added to the score of a column whose head names what the column holds
_MOST = 3  # columns of levels and of units, besides name and target


def of_two_rows(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, with headers joined to the words for results (实际完成值, 得分) in the row above them."""
    joined: list[Row] = []
    for row in rows:
        whole = with_results(joined[-1].filled, row) if joined else []
        joined[len(joined) - len(whole[:1]) :] = whole or [row]
    return joined


def with_results(above: Sequence[Cell], head: Row) -> list[Row]:
    """Return a row of the other words above a header, and the header with the words for results that stand above it.

    Such words stand above where the column of targets is divided into 指标性质, 指标值 and 度量单位. Empty if the words
    above are others than these and 年度指标值, or if the header has results of its own.
    """
    meanings = [(cell, column_meaning(cell.text)) for cell in above if bare(cell.text) not in labels().groups]
    results = [cell for cell, meaning in meanings if meaning in _RESULTS]
    told = {meaning for _, meaning in meanings}
    if "achieved" not in told or not told - _RESULTS <= {"target"}:
        return []
    found = columns.head(head)
    if not found or _RESULTS & found.columns.named.keys():
        return []
    last = max(cell.column for cell in head.filled)
    others = tuple(cell for cell in above if cell not in results)
    if min(cell.column for cell in results) <= last:
        results = [cell.moved(n) for n, cell in enumerate(results, last + 1)]
    return [*([Row(others)] if others else []), Row((*(cell for cell in head.cells if cell.column <= last), *results))]


def worded(rows: Sequence[Row]) -> list[Row]:
    """Return the rows, with the usual words in headers whose own words the cells below contradict."""
    return [_judged_head(row, rows[n : n + _REACH]) for n, row in enumerate(rows, 1)]


def _judged_head(row: Row, following: Sequence[Row]) -> Row:
    cells = columns.ungrouped(row)
    if len(cells) < _MOST or not _may_belong(row) or any(map(columns.names_level, cells)):
        return row
    ranked = {column_meaning(cell.text) for cell in cells} >= _RANKS
    if not ranked and not all(_OF_HEAD.search(cell.text) for cell in cells):
        return row
    meanings = _judged(cells, [each.filled for each in takewhile(_may_belong, following)])
    if meanings is None:
        return row
    judged = zip(cells, meanings, strict=True)
    return _read_as(row, {cell: _USUAL[meaning] for cell, meaning in judged if column_meaning(cell.text) != meaning})


def _read_as(row: Row, words: Mapping[Cell, str]) -> Row:
    """Return a row whose cells are taken for the given words; cells without such a word stay."""
    cells = (replace(cell, taken_for=words[cell]) if cell in words else cell for cell in row.cells)
    return replace(row, cells=tuple(cells))


def _judged(head: Sequence[Cell], below: Sequence[Sequence[Cell]]) -> list[str] | None:
    """Return the meaning of each column as its cells show it, in the rows that fill all columns.

    None if these rows leave a doubt, or if the header already names the same columns of names and targets.
    """
    full = [cells for cells in below if len(cells) == len(head)]
    if len(full) < _FEWEST_FULL:
        return None
    texts = [[cell.text for cell in column] for column in zip(*full, strict=True)]
    levels = [n for n, column in enumerate(texts) if 2 * sum(map(columns.reads_as_level, column)) > len(column)]
    said = [column_meaning(cell.text) for cell in head]
    others = [n for n in range(len(head)) if n not in levels]
    if not 0 < len(levels) < _MOST or len(others) < 2:
        return None
    names, targets = ({n: _score(texts, said, meaning, n) for n in others} for meaning in ("name", "target"))
    pairs = permutations(others, 2)
    ranked = sorted(((names[name] + targets[target], name, target) for name, target in pairs), reverse=True)
    best, name, target = ranked[0]
    if best < 0 or (len(ranked) > 1 and best - ranked[1][0] < _MARGIN):
        return None
    if (said[name], said[target]) == ("name", "target"):
        return None  # the head and the cells agree
    levels.sort(key=lambda n: not any(columns.is_first_level(bare(text)) for text in texts[n]))
    has_first = any(bare(text) in level1_labels() for text in texts[levels[0]])
    ranks = ("level1", "level2") if has_first else ("level2",)
    known = dict(zip(levels, ranks, strict=False)) | {name: "name", target: "target"}
    kept = [meaning if meaning in _KEPT else "further" for meaning in said]
    return [known.get(n, kept[n]) for n in range(len(head))]


def _score(texts: Sequence[Sequence[str]], said: Sequence[str | None], meaning: str, column: int) -> float:
    likeness = fmean(columns.likeness(meaning, text) for text in texts[column])
    return likeness + _VOICE if said[column] == meaning else likeness


def _may_belong(row: Row) -> bool:
    """Return whether a row may belong to a table: it has several cells and does not begin with a label of a form."""
    return (
        len(row.filled) > 1
        and not row.withheld
        and (not of_text(row.filled[0].text).is_label or bare(row.filled[0].text) in labels().groups)
    )
