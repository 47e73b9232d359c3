"""Find the words of forms in a text without separators, and the best path through a lattice of such words.

The difference between the scores of two paths shows how certain the better one is.
"""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from math import log
from typing import Any

from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles.labels import CELLS, bare, labels
from jixiao.ingest.roles.role import of_text
from jixiao.ingest.values.plain import narrow
from jixiao.ontology.schemes import level_labels
from jixiao.ontology.text.wording import alternatives

Edges = Mapping[Any, Mapping[Any, float]]
"""The edges of each node: the node at the other end, which is always a higher one, and the edge's score."""

_NONE = float("-inf")
BLANK = "\ue000"
"""A character of a stream in place of an empty cell."""
LINE = 2
"""The strength of the break where a line or cell begins."""
NOT_READ = frozenset({"hasIndicator"})
"""Names of properties withheld in rows of a table that are not divided surely."""


@dataclass(frozen=True)
class Paths:
    """All paths from the first node to the last, as the best score up to each node and from each node to the end.

    Nodes are of any kind that has an order.
    """

    edges: Edges
    before: Mapping[Any, float]
    after: Mapping[Any, float]
    best: float
    """The score of the best path, or minus infinity if no path leads to the end."""

    @classmethod
    def of(cls, edges: Edges) -> "Paths":
        """Compute the scores of all paths of a lattice; `edges` has for each node the next nodes with their scores."""
        nodes = sorted(edges)
        before, after = dict.fromkeys(nodes, _NONE), dict.fromkeys(nodes, _NONE)
        before[nodes[0]] = after[nodes[-1]] = 0.0
        for node in nodes:
            for following, score in edges[node].items():
                before[following] = max(before[following], before[node] + score)
        for node in reversed(nodes):
            for following, score in edges[node].items():
                after[node] = max(after[node], score + after[following])
        return cls(edges, before, after, after[nodes[0]])

    def through(self, node: Any, following: Any) -> float:
        """Return the score of the best path that contains the edge from `node` to `following`."""
        return self.before[node] + self.edges[node].get(following, _NONE) + self.after[following]

    def path(self) -> tuple[Any, ...]:
        """Return the nodes of the best path, the first of equal ones; empty if no path leads to the end."""
        if self.best == _NONE:
            return ()
        nodes, last = [min(self.edges)], max(self.edges)
        while nodes[-1] != last:
            options = self.edges[nodes[-1]]
            best = max(options[node] + self.after[node] for node in options)
            nodes.append(min(node for node in options if options[node] + self.after[node] == best))
        return tuple(nodes)


_LEVEL = re.compile(alternatives(filter(CELLS.pattern("level_end").fullmatch, level_labels())))
_FIELD = re.compile(alternatives(labels().fields))
_IDEOGRAPHS = re.compile(r"[\u4e00-\u9fff]{2}")


@dataclass(frozen=True)
class Stream:
    """The text of several rows without white space, in NFKC form unless that changes the number of characters.

    `printed` holds the characters as printed; `lines` and `columns` hold the line and column of each. `breaks` maps
    offsets to 2 where a line or cell begins, and to 1 where a space was removed; `closed` has the ends of closed cells.
    Lines of `wrapped` cells (see Cell) begin without a break.
    """

    text: str
    printed: str
    lines: tuple[int, ...]
    columns: tuple[int, ...]
    breaks: dict[int, int]
    closed: frozenset[int] = frozenset()
    wrapped: bool = False

    @classmethod
    def of(cls, rows: Iterable[Row], *, blank: str = "") -> "Stream":
        """Return the stream of the texts of all cells of the rows.

        With `blank`, which then stands in place of empty cells, each cell is whole, and its lines are no lines.
        """
        text: list[str] = []
        printed: list[str] = []
        lines: list[int] = []
        columns: list[int] = []
        breaks: dict[int, int] = {}
        closed: set[int] = set()
        wrapped = False
        for row in rows:
            for cell in row.cells:
                wrapped |= cell.wrapped
                breaks[len(text)] = 2
                for line, part in cell.parts if cell else [(cell.line, blank)]:
                    if not cell.wrapped:
                        breaks.setdefault(len(text), 1 if blank else 2)
                    for char in part:
                        if not char.strip():
                            breaks.setdefault(len(text), 1)
                            continue
                        text.append(narrow(char))
                        printed.append(char)
                        lines.append(line)
                        columns.append(cell.printed_column)
                if cell.closed:
                    closed.add(len(text))
        breaks[len(text)] = 2
        return cls("".join(text), "".join(printed), tuple(lines), tuple(columns), breaks, frozenset(closed), wrapped)

    @cached_property
    def unbounded(self) -> float:
        """Return the cost of a word of the form that begins or ends without a break, from how often others do so.

        These are the levels, or the labels of fields in a text without levels.
        """
        known = _LEVEL if _LEVEL.search(self.text) else _FIELD
        edges = [at for found in known.finditer(self.text) for at in found.span()]
        return -log((sum(at not in self.breaks for at in edges) + 1) / (len(edges) + 1))

    def until(self, end: int) -> "Stream":
        """Return the part of the stream before offset `end`."""
        breaks = {at: kind for at, kind in self.breaks.items() if at < end} | {end: 2}
        return replace(
            self,
            text=self.text[:end],
            printed=self.printed[:end],
            lines=self.lines[:end],
            columns=self.columns[:end],
            breaks=breaks,
        )

    def cell(self, start: int, end: int, column: int) -> Cell:
        """Return the passage from `start` to `end` as a cell in a column; spaces within a line are restored."""
        parts: list[tuple[int, str]] = []
        for at in range(start, end):
            is_apart = self.breaks.get(at) == 1 and at > start and not _IDEOGRAPHS.fullmatch(self.text, at - 1, at + 1)
            text = (" " if is_apart else "") + self.printed[at].replace(BLANK, "")
            if parts and parts[-1][0] == self.lines[at]:
                parts[-1] = (parts[-1][0], parts[-1][1] + text)
            else:
                parts.append((self.lines[at], text))
        if not parts:
            at = min(start, len(self.lines) - 1)
            return Cell(((self.lines[at], ""),), column, self.columns[at])
        return Cell(tuple(parts), column, self.columns[start], end in self.closed, self.wrapped)


_LONGEST_WORD = 18
_LONGEST_BRACKET = 26
_SHORTEST_ALONE = 4  # a shorter word counts only where a line, a blank or a colon bounds it
_DONE = alternatives(word for word, meaning in labels().results.items() if meaning == "done")
# A label of goals that is followed by a label of the work done.
_GOAL_AND_DONE = re.compile(rf"(?P<goal>{alternatives(labels().goals)})(?P<done>{_DONE}):?")
_LONGEST_TORN = 60  # characters of the head of a table at the end of a text
_IN_MARKS = re.compile(r"《[^《》]{1,100}》")


@dataclass(frozen=True)
class Word:
    """A known word in a stream: its start and end, its kind (a key of [order]), and its text without brackets.

    `cells` are the starts and ends of the words of a header. A whole table of money (kind "execution") and the whole
    goals (kind "done") of a self-evaluation count as one word.
    """

    start: int
    end: int
    kind: str
    word: str
    cells: tuple[tuple[int, int], ...] = ()

    @property
    def rank(self) -> int:
        """The position of the word's kind in the usual order of a form."""
        order: int = CELLS.tables["order"][self.kind]
        return order


@cache
def _kinds() -> Mapping[str, str]:
    known = labels()
    kinds = dict.fromkeys(known.others - known.functions.keys(), "other") | dict.fromkeys(
        known.groups | known.long_term, "group"
    )
    kinds |= dict.fromkeys(known.persons, "person") | dict.fromkeys(known.form_sections, "section")
    return kinds | known.goals | known.amounts | known.fields


def words(stream: Stream, heads: Iterable[Word], tables: Sequence[Word] = ()) -> tuple[Word, ...]:
    """Return every word of the form that the stream may hold, sorted by start and end; words may overlap.

    `heads` are the headers of tables, and `tables` are those of money, each of them one word; no other word is within
    the latter.
    """
    undivided = _undivided(stream, _labels(stream))
    blocks = [*tables, *_goals(stream)]
    inside = frozenset(at for block in blocks for at in range(block.start, block.end))
    found = {*undivided, *_lines(stream), *heads, *_ends(stream)}
    found = {word for word in found if inside.isdisjoint((word.start, word.end - 1))} | {*blocks}
    return tuple(sorted(found, key=lambda word: (word.start, word.end, word.kind)))


def _labels(stream: Stream) -> Iterator[Word]:
    text, kinds = stream.text, _kinds()
    titled = {at for found in _IN_MARKS.finditer(text) for at in range(*found.span())}
    for start in range(len(text)):
        if start in titled:
            continue
        for end in range(start + 2, min(len(text), start + _LONGEST_WORD) + 1):
            word = text[start:end]
            kind = kinds.get(word) or (
                _shaped(word) if stream.breaks.get(start) == LINE or text[end : end + 1] == ":" else None
            )
            if kind is None or CELLS.pattern("part_of_word").match(text, start - 1):
                continue
            if start not in stream.breaks and any(_begins(stream, at, end, kinds) for at in range(start + 1, end)):
                continue  # the word would join the end of one line or name and the start of the next
            tail = _tail(text, start, end, word)
            bounded = start in stream.breaks and (tail in stream.breaks or text[end:tail].endswith(":"))
            figure = kind in labels().amounts.values() and text[tail : tail + 1].isdigit()
            begun = start in stream.breaks or text[start - 1] == ":"
            follows = any(stream.text[tail:other] in kinds for other in range(tail + 2, tail + _LONGEST_WORD))
            if kind == "other" and not begun and follows and stream.breaks.get(tail) == 1:
                continue  # the end of a name before a blank: 某工程省级资金 项目编码:
            if len(word) >= _SHORTEST_ALONE or bounded or figure:
                yield Word(start, tail, kind, word)


def _shaped(word: str) -> str | None:
    """Return the kind of a word that no list has, and that is put together as labels are; None for other words."""
    told = of_text(word) if len(word) >= _SHORTEST_ALONE and word.isalnum() else None
    if not told or not told.is_label or told.score != 1:
        return None
    kind = told.meaning if told.meaning in CELLS.tables["order"] else told.kind.value
    return kind if kind in CELLS.tables["order"] else None


def _begins(stream: Stream, at: int, end: int, kinds: Container[str]) -> bool:
    """Return whether a line begins at `at`, or a space was removed there before one of the words `kinds`.

    Such a word must be the text from `at` to `end`.
    """
    return stream.breaks.get(at) == 2 or (at in stream.breaks and stream.text[at:end] in kinds)


def _undivided(stream: Stream, found: Iterable[Word]) -> Iterator[Word]:
    """Yield the words that are not part of a longer word, unless a line or cell begins inside the longer word."""
    reach = -1
    for word in sorted(found, key=lambda word: (word.start, -word.end)):
        if word.end > reach:
            yield word
            inner = range(word.start + 1, word.end)
            reach = reach if any(stream.breaks.get(at) == 2 for at in inner) else word.end


def _tail(text: str, start: int, end: int, word: str) -> int:
    """Return the end of a label with the colon after it, and with a bracket that belongs to the label.

    `word` is the label's text without punctuation, which brackets do not change.
    """
    close = text.find(")", end, end + _LONGEST_BRACKET) if text[end : end + 1] in "([" else -1
    if close > 0 and bare(text[start : close + 1]) == word:
        end = close + 1
    return end + 1 if text.startswith(":", end) else end


def _lines(stream: Stream) -> Iterator[Word]:
    """Yield the titles of forms, and the statements of the unit of money (单位：万元) that fill a line or cell."""
    for kind, name in (("title", "title"), ("unit", "unit_of_form")):
        for found in CELLS.pattern(name).finditer(stream.text):
            if kind == "title" or stream.breaks.keys() >= {found.start(), found.end()}:
                yield Word(*found.span(), kind, found[0])


def longest(text: str, at: int, is_word: Callable[[str], bool]) -> int:
    """Return the end of the longest text at a position for which `is_word` is true, or 0."""
    ends = range(min(len(text), at + _LONGEST_WORD), at + 1, -1) if at < len(text) and text[at] not in "(:" else ()
    return next((end for end in ends if is_word(text[at:end])), 0)


def _goals(stream: Stream) -> Iterator[Word]:
    """Yield one word for each goal of a self-evaluation whose label is directly before a label of the work done.

    The word reaches from the labels to the end of the texts below; its `cells` are the spans of the two labels.
    """
    text = stream.text
    for found in _GOAL_AND_DONE.finditer(text):
        if _GOAL_AND_DONE.match(text, found.end()):
            continue  # a word over both labels: 总体目标完成情况
        cells = [found.span(part) for part in ("goal", "done")]
        below = CELLS.pattern("below_goals").search(text, found.end())
        below = below if below and len(text) - below.start() > _LONGEST_TORN else None  # the head below may be torn
        yield Word(*(found.start(), below.start() if below else len(text)), "done", found[0], tuple(cells))


def _ends(stream: Stream) -> Iterator[Word]:
    for word in CELLS.words("end"):
        for found in re.finditer(f"{re.escape(word)}:?", stream.text):
            yield Word(found.start(), found.end(), "end", word)
