"""Divide the text below the header of an indicator table into cells, whatever parts its cells, along the best path.

A border between two cells may stand where a line, a cell or a word begins or, in a text whose cells run together, where
a level, a value or another known text begins or ends. How likely a border is at each kind of break is estimated for
each text, from the words that are surely cells of their own, levels such as 产出指标. A path goes through the columns
of the header, row after row; a cell costs what its text says (contents.py), and so does what a row lacks.

A row counts only if every division that reads one of its cells otherwise costs clearly more; other rows are withheld.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, pairwise
from math import inf, log
from typing import NamedTuple

from jixiao.ingest.cells.run_together.contents import (
    COSTS,
    KNOWN,
    LONGEST,
    LONGEST_FREE,
    NESTED,
    VALUE,
    WORDING,
    beside,
    cost,
    may_stand_over,
)
from jixiao.ingest.cells.run_together.lattice import BLANK, LINE, NOT_READ, Paths, Stream
from jixiao.ingest.rendition import Cell, Division, Piece, Row
from jixiao.ingest.roles.columns import LEVELS, RESULTS, Columns, is_first_level, is_nothing, reads_as_level
from jixiao.ingest.roles.labels import CELLS, bare, labels
from jixiao.ingest.roles.role import of_text
from jixiao.ingest.values.targets import parse
from jixiao.ontology.schemes import level2_labels, level_labels

LONGEST_TEXT = 60_000
"""Most characters of a table that is divided."""
MARGIN: float = WORDING.tables["least"]["margin"]
"""How much more every division must cost that reads a cell otherwise, so that the cell is sure."""
_LONGEST_LEVEL, _SHORTEST_LEVEL = 16, 4
_LONGEST_UNIT = 4
_LONGEST_REST = 20  # characters of the rest of a cell on the line below
_SUPPOSED = (0.02, 0.08, 0.2)  # borders without a break, at a blank and at a line, that each text is supposed to have
_GLUED = 2.5  # cells run together in a text where a border without a break costs less
_FEWEST_LEVELS = 3  # that show if lines are rows
_BEGUN, _ENDED = 0.35, 0.5  # least share of levels that begin lines, and most share of these that end them
_MORE_BLANK = 3  # lines from a row to the next, for one line from a cell to the next
_FEWEST_PARTS, _EQUAL = 3, 0.75  # rows between blank lines, and the share of them with equally many cells
_WHOLE = f"%‰)。{BLANK}"  # characters after which a cell at the end of a text is complete
_MOST_INSIDE = 6.0  # cost of the breaks within a cell
_USUAL = 1.5  # cells end at a break where a border costs less
_NEAR = 6.0  # more than a margin that is looked at
_BEHIND = 12.0  # more than the best division of a text is ever behind another one at a border
_FILLED, _START, _ENTERED = range(3)
_BESIDE = {"target": "achieved", "weight": "score"}  # columns whose cells are held against each other
_HALF = 0.5  # the share of rows that fill a column, before it is known
_RARE, _OFTEN = 0.03, 0.98  # the bounds of that share
_FIGURES = re.compile(r"[\d.]+")
_WORDS_AND_FIGURE = re.compile(r".*[\u4e00-\u9fff][\d.]+")
# A place where a figure may begin behind another one, or behind a word; 0 begins none but 0 itself, a score.
_MAY_PART = re.compile(r"(?<=\d)(?:[1-9]|0(?![\d.]))|(?<=[^\d.])\d|(?<=\d)(?=[<>≥≤=])")
_WITHIN = re.compile(r"[\d.,<>≥≤=][\d.<>≥≤=]")
_OPTIONAL = frozenset({"weight", None})  # meanings of columns whose figures may follow a figure
_POINTS = frozenset({"weight", "score", None})
_READ = frozenset({*LEVELS, "name", "target", "unit", "operator", "weight"})


Kept = tuple[str, str]
"""A text of a row against which the texts of further columns are held, behind the meaning of its own column."""


class Node(NamedTuple):
    """A point of a division: at a border, a row starts, a cell of a column begins, or one has ended (`kind`).

    `at` is the position of the column in the header. Edges lead to nodes that come later in order.
    """

    border: int
    kind: int
    at: int = 0
    kept: tuple[Kept, ...] = ()


class Way(NamedTuple):
    """A possible cell: the position of its column in the header, and the indexes of the borders around it."""

    at: int
    start: int
    end: int


_END = Node(LONGEST_TEXT + 1, _START)


def rows(stream: Stream, known: Columns, table: tuple[int, int], *, behind: frozenset[str] = NOT_READ) -> Iterator[Row]:
    """Yield the rows of the text between two offsets, below a header with the columns `known`.

    A row that is not divided surely is withheld, with its levels alone. Each line of the text behind the last row is a
    row; `behind` are the properties withheld there.
    """
    first, last = table
    if first == last:
        return
    if last - first > LONGEST_TEXT:
        yield Row((stream.cell(first, last, 0),), withheld=NOT_READ)
        return
    lattice = Lattice(stream, known, first, last)
    divided, end = lattice.divided()
    if lattice.weigh(divided):
        divided, end = lattice.divided()
    if divided and lattice.is_torn(divided[-1]):
        end = divided.pop()[0].start
    elif divided:
        end = divided[-1][-1].end
    levels: tuple[Cell, ...] = ()
    above = first
    for pieces, is_sure in zip(divided, lattice.sure(divided), strict=True):
        yield from _lines(stream, above, pieces[0].start)
        above = pieces[-1].end
        cells = {known.order[each.at]: stream.cell(each.start, each.end, known.order[each.at]) for each in pieces}
        levels = tuple(cell for n, cell in cells.items() if cell and known.meanings[n] in LEVELS) or levels
        division = Division(stream.printed, known.of_sides, pieces)
        if is_sure:
            blank = next(iter(cells.values())).line
            whole = tuple(cells[n] if n in cells else Cell(((blank, ""),), n) for n in known.order)
            yield Row(whole, division=division)
        else:
            yield Row(levels or (*cells.values(),)[:1], NOT_READ, division)
    yield from _lines(stream, end, last, behind)


def _lines(stream: Stream, start: int, end: int, withheld: frozenset[str] = frozenset()) -> Iterator[Row]:
    """Yield each line of the text between two offsets as a row, without blank ones."""
    edges = [start, *(at for at in range(start + 1, end) if stream.breaks.get(at) == LINE), end]
    cells = (stream.cell(*line, 0) for line in pairwise(edges))
    yield from (Row((cell,), withheld=withheld) for cell in cells if cell)


@dataclass
class _Reached:
    """The nodes that are reached, by border, with their scores, and the edges between them."""

    scores: defaultdict[int, dict[Node, float]] = field(default_factory=lambda: defaultdict(dict))
    edges: defaultdict[Node, dict[Node, float]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, node: Node, following: Node, cost: float) -> None:
        """Add an edge between two nodes, unless its cost is infinite."""
        if cost < inf:
            self.edges[node][following] = -cost
            known, score = self.scores[following.border], self.scores[node.border][node] - cost
            known[following] = max(known.get(following, -inf), score)

    def leading(self, border: int, kind: int) -> list[Node]:
        """Return the nodes of a kind at a border, without those that lie far behind."""
        least = max(self.scores[border].values(), default=0.0) - _BEHIND
        return [node for node, score in self.scores[border].items() if node.kind == kind and score > least]


def _near(paths: Paths, behind: float) -> Iterator[tuple[Way, float]]:
    """Yield each cell of a division that is not so far behind the best one, with the score of this division."""
    for node, following in paths.edges.items():
        for other in following if node.kind == _ENTERED else ():
            if (score := paths.through(node, other)) > paths.best - behind:
                yield Way(node.at, node.border, other.border), score


@dataclass
class Lattice:
    """All divisions of the text between two offsets of a stream into cells of the columns `known`.

    `share` is the share of rows that fill a column, by its position in `order`, and `inner` what a break within a cell
    costs, by its strength. `owns` has the ends of the cells that may begin at a border in a column, with what each
    costs by itself.
    """

    stream: Stream
    known: Columns
    first: int
    last: int
    share: Mapping[int, float] = field(default_factory=dict)
    inner: Mapping[int, float] = field(default_factory=dict)
    owns: dict[tuple[int, int], list[tuple[int, float]]] = field(default_factory=dict)

    def weigh(self, divided: Sequence[Sequence[Piece]]) -> bool:
        """Take the share of rows that fill each column, and the cost of breaks within cells, from a first division.

        Return whether there is any such column.

        Levels, names and targets are no such columns, nor are those of the other side of a double table, but for
        targets of other years.
        """
        counted = Counter(each.at for pieces in divided for each in pieces)
        named = sum(any(self.known.of_sides[each.at] == "name" for each in pieces) for pieces in divided) or 1
        self.share = {
            at: min(max(counted[at] / named, _RARE), _OFTEN)
            for at, n in enumerate(self.known.order)
            if self.known.meanings[n] not in {*LEVELS, "name", "target", "achieved"}
            and self.known.other.get(n, "longTerm") == "longTerm"
        }
        inner = Counter(
            self._break(at) for pieces in divided for each in pieces for at in range(each.start + 1, each.end)
        )
        every = Counter(self._break(at) for pieces in divided for each in pieces for at in range(each.start, each.end))
        self.inner = {kind: -log((inner[kind] + _HALF) / (every[kind] + 1)) for kind in (1, LINE)}
        return bool(self.share)

    def is_torn(self, pieces: Sequence[Piece]) -> bool:
        """Return whether the last row of the text may lack a cell or the end of one."""
        end = pieces[-1].end
        filled = {self.known.of_sides[each.at] for each in pieces}
        asked = {"target", "achieved", "score"} & self.known.named.keys()
        lacks = not asked <= filled
        of_lines = pieces if self._key[0] < _GLUED else pieces[:1]
        by_line = all(self._break(each.start) == LINE for each in of_lines)
        if by_line and end < len(self.stream.text) and any(self._break(each.start) == 1 for each in pieces):
            return False  # a line of cells between blanks, with another line behind it
        by_line &= not RESULTS & self.known.named.keys()
        is_whole = self.stream.text[end - 1] in _WHOLE or end in self.stream.closed
        is_open = end == len(self.stream.text) and not is_whole and not by_line
        return end == self.last and (lacks or is_open)

    def sure(self, divided: Sequence[Sequence[Piece]]) -> list[bool]:
        """Return for each row whether its cells are divided surely.

        Where cells run together, a row that does not begin with a level may be the rest of the row above: neither is
        sure without the other. Above all levels, a row may be the rest of the header. No row of results is
        sure if several columns with unknown headings seem blank in all rows: their texts may stand in others. A level
        that is in no row leaves the row below it unsure, and the end of a cell or a value in no row the row above it.
        """
        filled = {each.at for pieces in divided for each in pieces if self.stream.text[each.start] != BLANK}
        blank = [at for at, meaning in enumerate(self.known.of_sides) if meaning is None and at not in filled]
        if len(blank) > 1 and RESULTS & self.known.named.keys():
            return [False] * len(divided)
        are_numbered = any(map(self._is_numbered, divided))
        alone = [self.is_sure(pieces, are_numbered=are_numbered) for pieces in divided]
        above = [self.known.named.keys().isdisjoint(LEVELS), *alone]
        begun = [
            (self._break(row[0].start) > 0 and not self._may_be_rest(row[0].start, row[-1].end))
            or self.known.of_sides[row[0].at] in LEVELS
            or (before and own)
            for row, before, own in zip(divided, above, alone, strict=False)
        ]
        ends = [self.first, *(row[-1].end for row in divided)]
        starts = [*(row[0].start for row in divided), self.last]
        gaps = [self.stream.text[end:start] for end, start in zip(ends, starts, strict=True)]
        begun = [is_begun and gap not in level_labels() for is_begun, gap in zip(begun, gaps, strict=False)]
        ended = [end in starts[:-1] or not self._is_scrap(end) for end in ends[1:]]
        end = divided[-1][-1].end if divided else self.last
        line = next((at for at in range(end + 1, self.last) if self._break(at) == LINE), self.last)
        begun.append(line == end or not (self._may_be_rest(end, line) or self._is_value(end, line)))
        return list(map(all, zip(alone, ended, begun, begun[1:], strict=False)))

    def _is_value(self, start: int, end: int) -> bool:
        """Return whether a line that is in no row is a value, which may be the target of the row above."""
        text = self.stream.text[start:end]
        return VALUE.fullmatch(text) is not None and not text.isdigit()

    def _may_be_rest(self, start: int, end: int) -> bool:
        """Return whether a line of a table of results may be the rest of a cell of the row above."""
        text = self.stream.text[start:end]
        is_line = self._break(start) == self._break(end) == LINE and len(text) <= _LONGEST_REST
        is_other = CELLS.pattern("not_rest").search(text) or of_text(text).is_label or text in level_labels()
        is_row = not self._by_line and start in self._row_starts
        return is_line and bool(RESULTS & self.known.named.keys()) and BLANK not in text and not (is_other or is_row)

    def _holds_level(self, piece: Piece) -> bool:
        """Return whether a known level stands at the end of a level's cell, behind other words or figures."""
        return any(piece.start < start and end == piece.end for start, end in self._levels)

    def _is_numbered(self, pieces: Sequence[Piece]) -> bool:
        """Return whether the name in a row begins with a number."""
        names = (each.start for each in pieces if self.known.of_sides[each.at] == "name")
        return any(WORDING.pattern("row_number").match(self.stream.text, start) for start in names)

    def is_sure(self, pieces: Sequence[Piece], *, are_numbered: bool) -> bool:
        """Return whether the cells of a row are divided surely, as far as they are read.

        Both sides of a double table have equal levels, and a name and a target each, or may be two rows of one side.
        Where cells run together, a row needs a target, one of results all cells, a name has no figure but its number if
        names are numbered, and a figure at the end of the target may be that of a column that seems blank. What stands
        before the word of a level in its cell may be the heading or, in the row above, the cell of a further column.
        """
        filled = Counter(self.known.of_sides[each.at] for each in pieces)
        pieces = [each for each in pieces if self.stream.text[each.start] != BLANK]
        of = {self.known.of_sides[each.at]: each for each in pieces}
        of_levels = [each for each in pieces if self.known.of_sides[each.at] in LEVELS]
        words = {(self.known.of_sides[each.at], self.stream.text[each.start : each.end]) for each in of_levels}
        several = len(words) > len({meaning for meaning, _ in words})
        several |= any(0 < filled[each] < self.known.of_sides.count(each) for each in ("name", "target"))
        weakest = min((self._break(at) for each in pieces for at in (each.start, each.end)), default=0)
        if several or any(each.margin < MARGIN for meaning, each in of.items() if not weakest or meaning in _READ):
            return False
        if not weakest and any(map(self._holds_level, of_levels)):
            return False
        if "name" not in of or weakest:
            holds_blank = "name" in of and any(
                self._break(at) == 1 for at in range(of["name"].start + 1, of["name"].end)
            )
            if holds_blank and RESULTS & self.known.named.keys() and of.keys().isdisjoint({"target", "achieved"}):
                return False  # a word of the name may be the target
            is_whole = not of.keys().isdisjoint({"target", "score"}) or "name" not in of
            return is_whole or (bool(of_levels) if self._by_line else weakest == LINE)
        results = RESULTS & self.known.named.keys()
        if results and not {*self.known.named} - {*LEVELS, "group", "reason"} <= of.keys():
            return False
        name = self.stream.text[of["name"].start : of["name"].end]
        figured = any(map(str.isdigit, CELLS.pattern("figure_of_name").sub("", name)))
        figured |= are_numbered and not self._is_numbered(pieces)
        blank = {*range(len(self.known.order))} - {each.at for each in pieces}
        is_open = any(self.known.of_sides[n] not in {*LEVELS, "group"} for n in blank)
        return "target" in of and not figured and not (is_open and self.stream.text[of["target"].end - 1].isdigit())

    @cached_property
    def _levels(self) -> list[tuple[int, int]]:
        """Return the start and end of each known level in the text, with the weight behind it; they do not overlap."""
        text, found = self.stream.text, list[tuple[int, int]]()
        for start in range(self.first, self.last):
            longest = range(min(self.last, start + _LONGEST_LEVEL), start + _SHORTEST_LEVEL - 1, -1)
            end = next((end for end in longest if text[start:end] in level_labels()), 0)
            if end and (not found or start >= found[-1][1]):
                weight = CELLS.pattern("weight_of_level").match(text, end, self.last)
                found.append((start, weight.end() if weight else end))
        return found

    @cached_property
    def _sure(self) -> list[tuple[int, int]]:
        """Return the start and end of each level that is surely a cell of its own."""
        return [each for each in self._levels if CELLS.pattern("level_end").match(self.stream.text[slice(*each)])]

    @cached_property
    def _second_levels(self) -> frozenset[int]:
        """Return the offsets at which lines or cells begin that are second levels."""
        text = self.stream.text
        seconds = (
            start for start, end in self._levels if text[start:end] in level2_labels() and end in self.stream.breaks
        )
        return frozenset(start for start in seconds if self._break(start) == LINE)

    @cached_property
    def _beside_columns(self) -> frozenset[str]:
        """Return the meanings of the columns, with NESTED if known first levels stand below levels that no list has."""
        lines = [at for at in self.stream.breaks if at < self.last]
        for start, end in self._levels:
            words = self.stream.text[max(lines[max(bisect_left(lines, start) - 1, 0)], self.first) : start]
            level = bare(self.stream.text[start:end])
            if is_first_level(level) and reads_as_level(words) and words not in level_labels():
                return self.known.beside | {NESTED}
        return self.known.beside

    def _surely_begins(self, at: int) -> bool:
        """Return whether a row surely begins at an offset: that of the table, or behind a blank cell."""
        return at == self.first or self.stream.text[at - 1] == BLANK

    @cached_property
    def _key(self) -> list[float]:
        """Return the cost of a border where there is no break, a blank, and where a line or cell begins."""
        counted = Counter(self._break(at) for level in self._sure for at in level)
        return [-log((counted[kind] + few) / (counted.total() + sum(_SUPPOSED))) for kind, few in enumerate(_SUPPOSED)]

    @cached_property
    def _by_line(self) -> bool:
        """Return whether lines are rows: levels begin lines, and do not end them."""
        begun, ended = (sum(self._break(level[side]) == LINE for level in self._levels) for side in (0, 1))
        enough = len(self._levels) >= _FEWEST_LEVELS
        return enough and begun >= _BEGUN * len(self._levels) and ended < _ENDED * begun

    @cached_property
    def _row_starts(self) -> frozenset[int]:
        """Return the offsets at which rows begin and end: all lines if lines are rows, or those behind blank lines.

        Empty if nothing shows where rows begin.
        """
        lines = [at for at in self._borders if self._break(at) == LINE]
        if self._by_line:
            return frozenset(lines)
        return frozenset(self._behind_blank_lines(lines))

    def _behind_blank_lines(self, lines: Sequence[int]) -> Iterator[int]:
        """Yield the offsets, of those at which `lines` begin, that stand behind more blank lines than others do.

        None if the cells between them are not mostly equally many besides levels, or if one is alone.
        """
        gaps = {at: self.stream.lines[at] - self.stream.lines[at - 1] for at in lines if self.first < at < self.last}
        least = _MORE_BLANK * min(gaps.values(), default=0)
        starts = [at for at, gap in gaps.items() if gap >= least]
        levels = {start for start, _ in self._levels}
        cells = [at for at in lines if at not in levels and at < self.last]
        edges = [bisect_left(cells, at) for at in (self.first, *starts)]
        numbers = [end - start for start, end in pairwise(edges)]
        [(_, most)] = Counter(numbers).most_common(1) or [(0, 0)]
        if len(numbers) >= _FEWEST_PARTS and min(numbers) > 1 and most >= _EQUAL * len(numbers):
            yield from (self.first, *starts, self.last)

    def _break(self, at: int) -> int:
        return self.stream.breaks.get(at, 0)

    @cached_property
    def _borders(self) -> list[int]:
        """Return the offsets at which cells may begin or end: all breaks and, if cells run together, known texts."""
        found = {self.first, self.last, *(at for at in self.stream.breaks if self.first < at < self.last)}
        if self._key[0] < _GLUED:
            found.update(chain(*self._levels))
            for at in range(self.first, self.last):
                if not _WITHIN.match(self.stream.text, max(at - 1, self.first)):
                    found.update(self._edges_of_known(at))
        return sorted(at for at in found if self.first <= at <= self.last)

    def _edges_of_known(self, at: int) -> Iterator[int]:
        """Yield the offsets at which the known texts that may begin at an offset begin and end."""
        text, meanings = self.stream.text, {*self.known.of_sides}
        value = VALUE.match(text, at, self.last)
        of_columns = [KNOWN[each] for each in ("operator", "direction", "further") if each in meanings]
        asked = meanings | {"weight" for _ in _POINTS & meanings}
        for pattern in of_columns:
            if found := pattern.match(text, at, self.last):
                yield from (at, found.end())
        if not value:
            return
        yield from (at, value.end())
        for pattern in (KNOWN[each] for each in KNOWN.keys() & asked):
            if found := pattern.match(text, value.end(), self.last):
                yield found.end()
        if "unit" in meanings:
            yield from (at - n for n in range(1, _LONGEST_UNIT + 1) if KNOWN["unit"].fullmatch(text, at - n, at))
        if _OPTIONAL & meanings:
            end = _FIGURES.match(text, value.end(), self.last)
            last = (end or value).end()
            yield from (n for n in range(at + 1, last) if _MAY_PART.match(text, n))
            yield last

    def divided(self) -> tuple[list[list[Piece]], int]:
        """Return the cells of each row of the best division, and the offset at which its last row ends."""
        paths = Paths.of(self._edges(None))
        if any(_BESIDE.get(meaning or "") in self.known.of_sides for meaning in self.known.of_sides):
            paths = Paths.of(self._edges({way for way, _ in _near(paths, _BEHIND)}))
        rivals = self._rivals(paths)
        found: list[dict[Way, float]] = []
        end = 0
        for node, following in pairwise(paths.path()):
            if node.kind == _START:
                end = node.border
                found.append({})
            elif node.kind == _ENTERED:
                found[-1][Way(node.at, node.border, following.border)] = -paths.edges[node][following]
        return [
            [
                Piece(*self._span(way), price, paths.best - score, rival and self._span(rival))
                for way, price in row.items()
                for score, rival in [max(rivals(way, [*row]), default=(-inf, None))]
            ]
            for row in found
            if row
        ], self._borders[end]

    def _span(self, way: Way) -> tuple[int, int, int]:
        """Return the position of a cell's column, and the offsets of its text."""
        return way.at, self._borders[way.start], self._borders[way.end]

    def _edges(self, near: Container[Way] | None) -> dict[Node, dict[Node, float]]:
        """Return the edges of all divisions: the nodes that follow each node, with the score, a cost below zero.

        Only the cells in `near` are possible. Without `near` no texts are kept: each cell costs what it may at least.
        """
        width = len(self.known.order)
        skipped = [[self._lacking(before, at) for at in range(width + 1)] for before in range(-1, width)]
        inside = [self._inside(at) for at in self._borders]
        reached = _Reached()
        reached.scores[0][Node(0, _START)] = 0.0
        for border in range(len(self._borders)):
            begun = Node(border, _START)
            for node in reached.leading(border, _FILLED):
                reached.add(node, begun, skipped[node.at + 1][width] + self._begins(border))
            for node in [*reached.leading(border, _FILLED), *reached.leading(border, _START)]:
                before = node.at if node.kind == _FILLED else -1
                further = self._goes_below(border) if self.known.of_sides[before] not in LEVELS and before >= 0 else 0.0
                for at in range(before + 1, width):
                    entered = Node(border, _ENTERED, at, self._kept(node.kept, at))
                    reached.add(node, entered, skipped[before + 1][at] + further)
                first = self._borders[border]  # within a row, a blank cell that a bar ends is no blank line
                is_line = self.stream.text[first : first + 1] == BLANK and first + 1 not in self.stream.closed
                if border in self._spare and (node == begun or is_line):
                    reached.add(node, node._replace(border=self._spare[border]), COSTS["empty"])
                if node == begun:
                    reached.add(node, _END, self._rest(border))
            nodes = reached.leading(border, _ENTERED)
            ways = {at: [*self._ways(border, at, inside)] for at in {node.at for node in nodes}}
            for node in nodes:
                for way, price in ways[node.at]:
                    if near is None:
                        reached.add(node, Node(way.end, _FILLED, node.at), price + self._least_beside(node.at))
                    elif way in near:
                        text = self._text(way)
                        filled = Node(way.end, _FILLED, node.at, self._with(node, text))
                        reached.add(node, filled, price + self._beside(node, text))
        return {node: reached.edges.get(node, {}) for nodes in reached.scores.values() for node in (*nodes, _END)}

    @cached_property
    def _spare(self) -> Mapping[int, int]:
        """Return where texts begin and end that are no cells: words for the table itself, and lines of several kinds.

        These are blank lines, lines that are not filled in (……), and weights of levels whose words were lost: (50分).
        """
        text, fills = self.stream.text, CELLS.pattern("fills_row")
        weight, behind = CELLS.pattern("weight_of_level"), {at for level in self._levels for at in range(*level)}
        number = {at: n for n, at in enumerate(self._borders)}
        whole = (
            (n, number.get(at + len(word)))
            for word in labels().groups - labels().levels
            for n, at in enumerate(self._borders)
            if self._break(at) and text.startswith(word, at)
        )
        return {n: end for n, end in whole if end} | {
            n: n + 1
            for n, (at, end) in enumerate(pairwise(self._borders))
            if text[at] == BLANK
            or (
                self._break(at) == self._break(end) == LINE
                and (
                    fills.fullmatch(text, at, end)
                    or (weight.fullmatch(text, at, end) and at not in behind)
                    or self._is_scrap(at)
                )
            )
        }

    def _is_scrap(self, start: int) -> bool:
        """Return whether a line is one ideograph, with which a broken cell of the line above ends."""
        is_line = start < self.last and self._break(start) == self._break(start + 1) == LINE
        char = self.stream.text[start : start + 1]
        return is_line and char.isalpha() and not is_nothing(char)

    def _kept(self, kept: Sequence[Kept], at: int) -> tuple[Kept, ...]:
        """Return the kept texts against which cells of the columns from position `at` on may be held."""
        return tuple(each for each in kept if _BESIDE[each[0]] in self.known.of_sides[at:])

    def _with(self, node: Node, text: str) -> tuple[Kept, ...]:
        """Return the texts kept behind a cell that begins at a node."""
        meaning = self.known.of_sides[node.at] or ""
        return self._kept((*node.kept, (meaning, text)) if meaning in _BESIDE else node.kept, node.at + 1)

    def _beside(self, node: Node, text: str) -> float:
        """Return the cost of a text beside the texts of its row against which it is held."""
        of = self.known.of_sides[node.at]
        return sum(beside(meaning, kept, text) for meaning, kept in node.kept if _BESIDE[meaning] == of)

    def _least_beside(self, at: int) -> float:
        """Return the least that a cell in a column may cost beside the texts of its row against which it is held."""
        return 2 * COSTS["unit"] if self.known.of_sides[at] in _BESIDE.values() else 0

    def _text(self, way: Way) -> str:
        return self.stream.text[self._borders[way.start] : self._borders[way.end]]

    def _ways(self, border: int, at: int, inside: Sequence[float]) -> Iterator[tuple[Way, float]]:
        """Yield the cells of a column that may begin at a border, with their costs; `inside` has those of breaks."""
        if (border, at) not in self.owns:
            self.owns[border, at] = [*self._cells(border, at, inside)]
        used = -log(self.share[at]) if at in self.share else 0.0
        for other, own in self.owns[border, at]:
            way = Way(at, border, other)
            within = 0.0 if self._is_level(way) else sum(inside[border + 1 : other])
            if within <= _MOST_INSIDE:
                yield way, own + used + within

    def _is_level(self, way: Way) -> bool:
        """Return whether a cell is a known level, perhaps with its weight, so that line ends within it cost nothing."""
        span = (self._borders[way.start], self._borders[way.end])
        return self.known.of_sides[way.at] in LEVELS and (self._text(way) in level_labels() or span in self._levels)

    def _cells(self, border: int, at: int, inside: Sequence[float]) -> Iterator[tuple[int, float]]:
        """Yield the borders at which a cell in a column may end that begins at a border, with its own cost."""
        meaning, start = self.known.of_sides[at], self._borders[border]
        longest = start + LONGEST.get(meaning or "", LONGEST_FREE)
        if meaning not in LEVELS:
            longest = min(
                [longest, *(end - 1 for first, end in self._sure if first >= start and self._holds_none(first))]
            )
        within = 0.0
        for other in range(border + 1, len(self._borders)):
            end = self._borders[other]
            if end > longest or (within > _MOST_INSIDE and meaning not in LEVELS):
                return
            text = self.stream.text[start:end]
            if meaning == "name" and other > border + 1 and self._is_figure(self._borders[other - 1], end):
                return
            own = cost(meaning, text, self._beside_columns)
            if own == inf and meaning == "level1" and end in self._second_levels and self._surely_begins(start):
                own = COSTS["level_unsure"] if may_stand_over(text) else inf
            if own < inf and not self._goes_on(meaning, text, start, end):
                yield other, own + self._border(end) + self._unbounded(meaning, text, start, end)
            within += inside[other]

    def _holds_none(self, level: int) -> bool:
        """Return whether only a cell of its own holds a sure level: the level begins a line, or cells run together."""
        return self._key[0] < _GLUED or self._break(level) == LINE

    def _is_figure(self, start: int, end: int) -> bool:
        """Return whether a word between two breaks is a figure; a name holds none behind its first word."""
        alone = self._break(start) and self._break(end)
        return bool(alone) and parse(self.stream.text[start:end]).value is not None

    def _goes_on(self, meaning: str | None, text: str, start: int, end: int) -> bool:
        """Return whether a cell does not end at an offset: the text there belongs to its last word.

        Where cells run together, words are no target and no remark unless a level or nothing follows.
        """
        if meaning in LEVELS:
            inside = [first for first, _ in self._sure if start <= first < end]
            are_several = any(self._break(first) == 1 for first in inside[1:])
            return are_several or WORDING.pattern("rest_of_level").match(self.stream.text, end) is not None
        if meaning not in {"target", "further", "reason"} or self._break(end):
            return False
        if meaning == "target" and WORDING.pattern("goes_on").match(self.stream.text, end):
            return True
        if "achieved" in self.known.named and self.stream.text.startswith(text, end):
            return False
        return not (
            any(map(str.isdigit, text))
            or end in self._anchors
            or (KNOWN["further"].fullmatch(text) and len(text) >= _SHORTEST_LEVEL)
        )

    @cached_property
    def _anchors(self) -> frozenset[int]:
        return frozenset({start for start, _ in self._levels} | {self.last})

    def _unbounded(self, meaning: str | None, text: str, start: int, end: int) -> float:
        """Return what unknown words cost as a target, for each side without a break.

        Where cells run together, a figure behind them may be of another column.
        """
        if meaning not in {"target", "achieved"} or VALUE.fullmatch(text):
            return 0.0
        if self._key[0] < _GLUED and _WORDS_AND_FIGURE.fullmatch(text):
            return inf
        if meaning == "achieved":
            return 0.0
        return COSTS["words_unbounded"] * sum([not self._break(start), not self._break(end) and end != self.last])

    def _border(self, at: int) -> float:
        if at == self.last:
            return 0.0
        parts = not self._break(at) and self.stream.text[at - 1].isdigit() and self.stream.text[at].isdigit()
        return self._key[self._break(at)] + COSTS["figures_apart"] * parts

    def _inside(self, at: int) -> float:
        """Return the cost of a break within a cell."""
        kind = self._break(at)
        before, behind = self.stream.text[at - 1], self.stream.text[at : at + 1]
        is_apart = before == "。" or (before.isdigit() and behind.isdigit())
        if kind and (is_apart or at in self._row_starts):
            return COSTS["within_line"]
        usual = (0.0, COSTS["blank"], COSTS["line"])[kind]
        usual = max(usual, min(self.inner.get(kind, 0), 5))
        return usual if self._key[kind] < _USUAL else usual / 2

    def _begins(self, border: int) -> float:
        """Return the cost of a row that begins at a border, where it is known at which offsets rows begin."""
        return COSTS["within_line"] if self._row_starts and self._borders[border] not in self._row_starts else 0

    def _goes_below(self, border: int) -> float:
        """Return the cost of a row that goes on at a border at which a row is known to begin."""
        return COSTS["within_line"] if self._borders[border] in self._row_starts else 0

    def _rest(self, border: int) -> float:
        """Return the cost of the text behind a border that is in no row."""
        start = self._borders[border]
        levels = sum(at >= start for at, _ in self._sure)  # surely belong to rows
        figures = sum(at >= start for at in self._lone_figures)
        rest = COSTS["rest"] + COSTS["rest_character"] * (self.last - start) - COSTS["level"] * levels
        rest += COSTS["rest_figure"] * figures
        return rest if start < self.last else 0.0

    @cached_property
    def _lone_figures(self) -> list[int]:
        """Return where figures that stand alone on a line begin in a table of results, whose rows have several."""
        if not RESULTS & self.known.named.keys():
            return []
        lines = [at for at in self._borders if self._break(at) == LINE]
        return [start for start, end in pairwise(lines) if _FIGURES.fullmatch(self.stream.text, start, end)]

    def _lacking(self, last: int, at: int) -> float:
        """Return the cost of the columns between two, given by their positions, that a row does not fill.

        `last` is -1 before the first cell of a row, and `at` the number of columns behind the last one.
        """
        after_level = last >= 0 and self.known.of_sides[last] in LEVELS
        behind = {self.known.meanings[n] for n in self.known.order[at:]}
        cost = 0.0
        for n in range(last + 1, at):
            meaning = self.known.meanings[self.known.order[n]]
            if meaning == "level2":
                cost += COSTS["no_level2"] if after_level and at < len(self.known.order) else 0
            elif meaning == "name":
                cost += COSTS["no_name"] if after_level and not {"name", "target"} & behind else inf
            elif meaning in {"target", "achieved"}:
                both = {"target", "achieved"} <= {self.known.of_sides[each] for each in range(last + 1, at)}
                cost += 0 if after_level and at == len(self.known.order) else COSTS["empty" if both else "no_target"]
            elif meaning not in {"level1", "group"} and not (after_level and at == len(self.known.order)):
                alone = (
                    self.known.of_sides[n] == "name"
                    and at < len(self.known.order)
                    and self.known.of_sides[at] == "target"
                )
                cost += -log(max(1 - self.share.get(n, _HALF), _RARE)) + (COSTS["odd"] if alone else 0)
        return cost

    def _rivals(self, paths: Paths) -> Callable[[Way, Sequence[Way]], Iterator[tuple[float, Way]]]:
        """Return a function from a cell, and the cells of its row, to the scores of divisions without this cell.

        These have another cell at its first character, which comes with the score. The column does not count where both
        sides of a double table have the same text.
        """
        covering = defaultdict[int, list[tuple[float, Way]]](list)
        for way, score in _near(paths, _NEAR):
            for n in range(way.start, way.end):
                covering[n].append((score, way))

        def text(way: Way) -> tuple[str | None, str]:
            return self.known.of_sides[way.at], self._text(way)

        def scores(way: Way, row: Sequence[Way]) -> Iterator[tuple[float, Way]]:
            both = any(text(each) == text(way) for each in row if each != way)
            for score, other in covering[way.start]:
                alike = both and other[1:] == way[1:] and text(other) == text(way)
                if other != way and not alike:
                    yield score, other

        return scores
