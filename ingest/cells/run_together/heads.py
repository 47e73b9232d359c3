"""Find the headers of tables of indicators in a text, whatever parts the cells: lines, blanks or nothing.

A header is a succession of known headings, and of other short words that stand alone between two breaks. It ends where
its score is highest: a known heading adds to the score, another word takes away, and a level behind it shows its end.
"""

from collections.abc import Iterator
from itertools import islice, pairwise, takewhile

from jixiao.ingest.cells.run_together.lattice import LINE, Stream, Word, longest
from jixiao.ingest.rendition import Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.labels import CELLS, bare, column_meaning, labels, like
from jixiao.ingest.roles.role import of_text
from jixiao.ingest.values.targets import parse

Spans = tuple[tuple[int, int], ...]
"""The starts and ends of the words of a header in a stream."""

_OF_HEAD = columns.WORDING.pattern("of_head")
_BEGINS = CELLS.pattern("head_begins")
_NUMBER = CELLS.pattern("number_of_row")
_OF_RESULTS = columns.RESULTS | {"weight"}
_LONGEST_WORD = 15
_MOST_COLUMNS = 16
_UNKNOWN = -0.6  # score of a word that is no known heading; that of a heading is 1
_ENDED = 1.0  # added to the score if a level is behind the words


def words(stream: Stream) -> Iterator[Word]:
    """Yield each header in a stream as one word; of headers that overlap, the first."""
    last = 0
    for start in range(len(stream.text)):
        begins = _BEGINS.match(stream.text, start)
        may_begin = start >= last and (start in stream.breaks or (begins and begins["level"]))
        if may_begin and (cells := header(stream, start)):
            last = cells[-1][1]
            yield Word(cells[0][0], last, "head", "", cells)


def header(stream: Stream, start: int) -> Spans:
    """Return the words of the header that begins at an offset of a stream; empty if none begins there.

    Of the words before the first level, only those for results count.
    """
    text, cells = stream.text, list[tuple[int, int]]()
    score = best = 0.0
    whole: Spans = ()
    unknown, end = 0, start
    while end < len(text) and len(cells) < _MOST_COLUMNS:
        begin, (end, is_known) = end, _heading(stream, end)
        torn = (
            columns.reads_as_level(text[cells[-1][0] : end]) if unknown else not cells and _has_level(text[begin:end])
        )
        unknown = 0 if is_known else unknown + stream.breaks.get(begin, LINE)
        if unknown > LINE and _goes_on(stream, begin):
            return ()
        if torn or not end or unknown > LINE or not (cells or is_known):
            break
        if column_meaning(text[begin:end]) == "level1":
            cells = [cell for cell in cells if column_meaning(text[slice(*cell)]) in _OF_RESULTS]
        cells.append((begin, end))
        score += 1 if is_known else _UNKNOWN
        if score + _ENDED * _is_level(stream, end) >= best:
            best, whole = score + _ENDED * _is_level(stream, end), tuple(cells)
    words_in_row = row(stream, whole)
    found = columns.head(words_in_row)
    # One of several targets beside one name is meant, and the words do not say which.
    targets = [meaning for _, meaning in columns.meanings(words_in_row)].count("target")
    return whole if found and targets <= found.columns.sides else ()


def row(stream: Stream, cells: Spans) -> Row:
    """Return the words of a header as a row, those for results that stand before the levels at the end."""
    meanings = [column_meaning(stream.text[slice(*cell)]) for cell in cells]
    first = meanings.index("level1") if "level1" in meanings else 0
    return Row(tuple(stream.cell(*cell, n) for n, cell in enumerate((*cells[first:], *cells[:first]))))


def _has_level(word: str) -> bool:
    """Return whether a word for a level begins within a word."""
    return any(begins["level"] for begins in _BEGINS.finditer(word, 1))


def _is_level(stream: Stream, start: int) -> bool:
    """Return whether a level is at an offset, or a word over levels (绩效指标)."""
    texts = (stream.text[start:end] for end in _ends(stream, start))
    return any(columns.reads_as_level(text) and not column_meaning(text) for text in texts)


def _goes_on(stream: Stream, start: int) -> bool:
    """Return whether a header goes on with words for results behind words that are not known."""
    edges = islice((edge for edge in sorted(stream.breaks) if edge >= start), _MOST_COLUMNS)
    until = takewhile(lambda edge: not _is_level(stream, edge[0]), pairwise(edges))
    return any(column_meaning(stream.text[slice(*edge)]) in _OF_RESULTS for edge in until)


def _ends(stream: Stream, start: int) -> list[int]:
    """Return the ends of the line and of the word that begin at an offset; empty if none begins there."""
    if start not in stream.breaks:
        return []
    behind = range(start + 1, min(start + _LONGEST_WORD, len(stream.text)) + 1)
    line = next((end for end in behind if stream.breaks.get(end) == LINE), 0)
    word = next((end for end in behind if end in stream.breaks), 0)
    return [end for end in (line, word) if end]


def _heading(stream: Stream, start: int) -> tuple[int, bool]:
    """Return the end of the heading at an offset, and whether it is known; the end is 0 without a heading."""
    text, ends = stream.text, _ends(stream, start)
    if _NUMBER.match(text, start):
        return 0, False
    known = ((end, text[start:end]) for end in ends if not text[start].isdigit())
    whole = next((end for end, word in known if column_meaning(word) and not _is_two(word)), 0)
    joint = longest(text, start, _is_heading)
    is_same = (
        whole and joint in stream.breaks and column_meaning(text[start:whole]) == column_meaning(text[start:joint])
    )
    end = max(whole, joint) if is_same else whole or joint
    if (end and end in stream.breaks) or not ends or _is_divided(text, start, ends[-1]):
        return end, end > 0
    word = text[start : ends[-1]]
    return (ends[-1], _OF_HEAD.search(word) is not None) if _may_head(word) else (end, end > 0)


def _is_heading(word: str) -> bool:
    return not word[0].isdigit() and bare(word) in labels().columns and not _is_two(word)


def _is_divided(text: str, start: int, last: int) -> bool:
    """Return whether the text from `start` to `last` is several headings and nothing else."""
    while start < last and (end := longest(text, start, _is_heading)):
        start = end
    return start == last


def _may_head(word: str) -> bool:
    """Return whether an unknown word may be a heading: no level, label or target; the points of all rows may."""
    is_cell = columns.reads_as_level(word) or of_text(word).is_label or any(map(str.isdigit, word))
    return not (is_cell or parse(word).value is not None) or (word.isdigit() and len(word) > 1)


def _is_two(word: str) -> bool:
    """Return whether a word that is only like the header of a column is in fact two headers: 三级指标年初目标值."""
    known = labels().columns
    halves = ((word[:n], word[n:]) for n in range(2, len(word) - 1)) if like(word) else ()
    return any(first in known and bare(rest) in known for first, rest in halves)
