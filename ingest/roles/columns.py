"""Read the header of a table of indicators, and fit rows to its columns, checked by the words of their cells.

Headers differ most between forms: two tables side by side, targets divided by year or place, further columns of all
kinds.

Operator, value, unit and weight are read from their columns, and in self-evaluations the value reached, its score and
the reason of a deviation; standards, remarks and other years are not kept. A row that fits the header in no way, or in
several, is not read, so that no remark becomes a target.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property, lru_cache

from jixiao.ingest.rendition import Cell, Place, Row
from jixiao.ingest.roles.labels import CELLS, bare, column_meaning, labels
from jixiao.ingest.values.amounts import decimal, ends_in_figure, figured
from jixiao.ingest.values.plain import folded
from jixiao.ingest.values.targets import is_sign, parse
from jixiao.ontology import terms
from jixiao.ontology.schemes import indicator_type, level1_labels, level2_labels, level_labels
from jixiao.ontology.text.wording import Wording

WORDING = Wording("jixiao.ingest.roles", "columns.toml")
_SHARE = WORDING.pattern("share")
_KIND, _DIRECTION, _NOT_SIGNS, _WEIGHT, _NO_UNIT, _LEVEL_LIKE, _LEVEL_END, _SATISFACTION = (
    WORDING.pattern(name)
    for name in ("kind", "direction", "not_signs", "weight", "no_unit", "level_like", "level_end", "satisfaction")
)
_KIND_OF_LEVEL = WORDING.pattern("kind_of_level")
_UNIT = CELLS.pattern("units")
_LIKE_NAME = re.compile(rf".+{CELLS.text('names')}")
LEVELS = frozenset({"level1", "level2"})
FURTHER = frozenset({"weight", "direction", "further"})
"""Meanings of columns besides name, level, target, operator and unit."""
RESULTS = frozenset({"achieved", "score", "reason"})
"""Meanings of columns with the results of a self-evaluation."""
FREE = frozenset({"further", "longTerm", "reason", None})
"""Meanings of columns that may hold any text."""
_EQUALS = frozenset(WORDING.words("equals"))
_NOTHING = frozenset(WORDING.words("nothing"))
_LONGEST_UNIT, _SHORTEST_NAME = 12, 3
_LONGEST_LEVEL = 16
_FEWEST_DIGITS = 7  # of a telephone, or the number of a page
_SHORTEST_LEVEL = 4  # characters; a page break leaves shorter ends: 度指标

Weight = tuple[Decimal, tuple[Place, ...]]
"""A weight as printed, in per cent or points, and its places."""


@dataclass(frozen=True)
class Columns:
    """The meaning of each column of a header, by its number; None for a column with an unknown heading.

    `other` are the meanings of the columns for several years: of their values alone or, in a double table, of all
    columns on that side.
    """

    meanings: dict[int, str | None]
    other: dict[int, str] = field(default_factory=dict)

    @cached_property
    def named(self) -> dict[str, int]:
        """Return the numbers of the columns by their meanings, without columns of unknown meaning."""
        return {meaning: column for column, meaning in self.meanings.items() if meaning}

    @cached_property
    def order(self) -> list[int]:
        """Return the numbers of the columns, from left to right."""
        return [*self.meanings]

    @cached_property
    def of_sides(self) -> list[str | None]:
        """Return the meanings of the columns in order, with those of the other side of a double table."""
        return [meaning or self.other.get(n) for n, meaning in self.meanings.items()]

    @property
    def sides(self) -> int:
        """Return the number of columns of names: 2 for two tables side by side."""
        return [*self.named, *self.other.values()].count("name")

    @cached_property
    def beside(self) -> frozenset[str]:
        """Return which of `level2`, `operator` and `direction` are columns: they change what suits other columns."""
        return frozenset(self.named.keys() & {"level2", "operator", "direction", "score", "unit"})


def share(level: str) -> Decimal | None:
    """Return the weight printed with a level, such as 50 for `产出指标（50分）`, or None."""
    found = _SHARE.search(folded(level))
    return decimal(found[1]) if found else None


@dataclass(frozen=True)
class Parts:
    """The cells of one row by their meanings; `further` are weights, remarks and other cells beside an indicator.

    `is_open` is true if its value reached, its weight or its score may be another one of them; then `further` has no
    weight.
    """

    cells: dict[str, Cell]
    further: tuple[Cell, ...]
    is_open: bool = False

    def text(self, meaning: str) -> str:
        """Return the text of the cell with a meaning, in one line; empty without such a cell."""
        cell = self.cells.get(meaning)
        return cell.in_one_line if cell else ""

    @property
    def unkept(self) -> tuple[Cell, ...]:
        """Return the cells that are understood but not kept on their own: signs, units, weights, remarks."""
        return (*(self.cells[name] for name in ("operator", "unit") if name in self.cells), *self.further)

    @property
    def weight(self) -> Weight | None:
        """Return the number in the column of weights, and the places of its cell; None without a number."""
        return self._points("weight")

    @property
    def score(self) -> Weight | None:
        """Return the number in the column of scores, and the places of its cell; None without a number."""
        return self._points("score")

    def _points(self, meaning: str) -> Weight | None:
        cell = self.cells.get(meaning)
        found = _WEIGHT.fullmatch(folded(cell.text)) if cell else None
        return (decimal(found["number"]), cell.places) if cell and found and found["number"] else None

    @property
    def direction(self) -> Cell | None:
        """Return the cell that says if larger or smaller values are better, 正向指标 or 反向指标; None without one."""
        cells = (self.cells.get("direction"), self.cells.get("operator"), *self.further)
        return next((cell for cell in cells if cell and _DIRECTION.fullmatch(folded(cell.text))), None)

    @property
    def target(self) -> tuple[str, tuple[Cell, ...]] | None:
        """Return the target as printed, with its sign and unit, and its cells, the value first.

        None without a value.
        """
        value = self.cells.get("target")
        if not value:
            return None
        unit = self.cells.get("unit")
        signs = (cell for cell in (self.cells.get("operator"), *self.further) if cell and is_sign(cell.text))
        text, kept = value.in_one_line, [value]
        if sign := next(signs, None):
            meant = (
                ends_in_figure(text) or re.search(r"\d", figured(text)) or folded(sign.text) not in _EQUALS
            )  # 优 needs no sign
            text = f"{figured(sign.text)}{text}" if meant and not is_sign(text[:1]) else text
            kept.append(sign)
        if unit and not _NO_UNIT.fullmatch(folded(unit.text)):
            if ends_in_figure(text):
                text += unit.text.strip()
            kept.append(unit)
        return text, tuple(kept)


def parts(columns: Columns, placed: Sequence[tuple[int, Cell]]) -> Parts | None:
    """Return the cells of a row by the meanings of their columns; None if no cell is in the column of names.

    `placed` are the cells, each with the number of its column.
    """
    cells = _bordered({meaning: cell for column, cell in placed if (meaning := columns.meanings[column])})
    further = [cell for column, cell in placed if columns.meanings[column] in FURTHER]
    further += [cell for column, cell in placed if columns.meanings[column] is None and is_sign(cell.text)]
    return Parts(cells, tuple(further)) if "name" in cells else None


def _bordered(cells: dict[str, Cell]) -> dict[str, Cell]:
    """Return the cells with one apart that lost its border to the name: a sign behind it, or a level before it."""
    name = cells.get("name")
    if not name or len(name.parts) > 1 or " " not in name.text:
        return cells
    first, _, rest = name.text.partition(" ")
    begin, _, last = name.text.rpartition(" ")
    if is_sign(last):
        pieces = {"name": begin, "operator": last}
    elif first in level_labels():
        pieces = {"name": rest, "level1" if first in level1_labels() else "level2": first}
    else:
        return cells
    if pieces.keys() & cells.keys() != {"name"}:
        return cells
    return cells | {meaning: replace(name, parts=((name.line, text),)) for meaning, text in pieces.items()}


@lru_cache(maxsize=8192)  # the same cells are tried in several columns
def suits(meaning: str, printed: str, beside: frozenset[str], *, below: bool = False) -> bool:
    """Return whether a text may stand in a column with this meaning.

    `beside` are meanings of the other columns; `below` is true if a known first level stands before the text in its
    row.
    """
    word, text = bare(printed), folded(printed)
    is_word_of_level = word in level_labels()
    is_figure = parse(printed).value is not None and not reads_as_name(behind_figure(printed))
    is_first = is_first_level(word) if "level2" in beside else word in level1_labels()
    is_like_level = (len(word) >= _SHORTEST_LEVEL and bool(_LEVEL_LIKE.fullmatch(word))) or word in labels().levels
    is_sign_or_kind = is_sign(text) or bool(_NOT_SIGNS.fullmatch(text))
    is_apart = bool({"operator", "direction"} & beside) and (is_sign(text) or bool(_KIND.fullmatch(text)))
    if meaning in {"target", "achieved"}:
        is_other = is_word_of_level or is_apart or _KIND.fullmatch(text) or CELLS.pattern("fills_row").fullmatch(text)
        return not is_other and text != "%"

    is_second = is_word_of_level and bool(_LEVEL_END.fullmatch(word))
    known = {
        "group": False,  # its word spans all rows
        "level1": is_word_of_level or is_like_level,
        "level2": not (is_first and below) and (is_word_of_level or is_like_level),
        "name": not (is_first or is_second or is_sign_or_kind or is_figure or word in labels().levels)
        and not CELLS.pattern("words").fullmatch(text)
        and not CELLS.pattern("further").fullmatch(text),
        "weight": bool(_WEIGHT.fullmatch(text)),
        "score": bool(_WEIGHT.fullmatch(text)),
        "operator": is_sign_or_kind,
        "direction": is_sign_or_kind,
        "unit": len(text) <= _LONGEST_UNIT and not (is_figure or is_word_of_level or is_apart),
        "further": not is_word_of_level,
        "reason": not is_word_of_level and (not _WEIGHT.fullmatch(text) or text in _NOTHING),
    }
    return known.get(meaning, True)


def is_nothing(reason: str) -> bool:
    """Return whether a text in a column of reasons gives no reason."""
    return not reason or folded(reason) in _NOTHING


def is_first_level(word: str) -> bool:
    """Return whether a word is a first level (产出指标) that cannot stand below another one, as 满意度指标 can."""
    return word in level1_labels() and word not in level2_labels() and not _SATISFACTION.fullmatch(word)


def is_second_level(word: str) -> bool:
    """Return whether a word is a second level (数量指标) and never a first one."""
    return word in level2_labels() and word not in level1_labels()


_OF_CONTENTMENT = f"{terms.VOCAB}indicator-type/satisfaction"


def belongs(level1: str, level2: str) -> bool:
    """Return whether a second level may belong to a first one, by the known types of indicators.

    True if one is unknown.
    """
    first, both = indicator_type(level1, None), indicator_type(level1, level2)
    return first is None or both is None or both.startswith(first)


def contradicts(level1: str, level2: str) -> bool:
    """Return whether a second level surely belongs to another first one.

    Forms print those of satisfaction below other first levels, too.
    """
    kind = indicator_type(level1, level2)
    return not (kind is None or belongs(level1, level2) or kind.startswith(_OF_CONTENTMENT))


def reads_as_level(text: str) -> bool:
    """Return whether a text is a level (产出指标), or a short text with an ending like that of levels."""
    word = bare(text)
    known = word in level_labels() or word in labels().levels
    return known or (len(word) <= _LONGEST_LEVEL and bool(_LEVEL_LIKE.fullmatch(word)))


def reads_as_name(text: str) -> bool:
    """Return whether a text ends as names of indicators do: 率, 数量, 满意度."""
    return _LIKE_NAME.fullmatch(folded(text)) is not None


def behind_figure(text: str) -> str:
    """Return the words behind the figure with which a text begins: 热线接听数量; empty behind a sign, or if a unit."""
    target = parse(text)
    behind = target.unit or ""
    is_quantity = target.operator not in {None, "between"} or behind.startswith("%") or _UNIT.fullmatch(behind)
    return "" if is_quantity else behind


def is_level(cell: Cell) -> bool:
    """Return whether a cell is a first or second level (产出指标, 数量指标) and nothing else."""
    return bare(cell.text) in level_labels()


def names_level(cell: Cell) -> bool:
    """Return whether a cell is a level of indicators, or of a framework for evaluations: 决策, 项目立项."""
    return is_level(cell) or bare(cell.text) in labels().levels


def ungrouped(row: Row) -> list[Cell]:
    """Return the filled cells of a row without group words (绩效指标), which belong to several rows."""
    return [cell for cell in row.filled if bare(cell.text) not in labels().groups]


def meanings(row: Row) -> list[tuple[int, str | None]]:
    """Return the columns of a header, each with its meaning (a key of [column] in labels.toml) or None."""
    return [(cell.column, column_meaning(cell.text)) for cell in row.filled]


@lru_cache(maxsize=16384)
def likeness(meaning: str, text: str) -> float:
    """Score how well a text suits a column of names or of targets, as `meaning` says; higher is better.

    The likeness of a target in a usual form is positive. It is -10 for a sign or a level.
    """
    word = folded(text)
    figure, in_words = parse(word).value is not None, bool(CELLS.pattern("words").fullmatch(word))
    like_name = float(reads_as_name(text))
    if is_sign(word) or (word in level_labels() and _LEVEL_END.fullmatch(word)):
        return -10.0
    if meaning == "target":
        without_figure = 1.2 if in_words else -0.3 - like_name
        return 1.5 if figure else without_figure
    if figure or CELLS.pattern("direction").fullmatch(word):
        return -10.0
    remark = 2.5 if CELLS.pattern("further").fullmatch(word) else 0.0
    return like_name + (0.3 if len(word) > _SHORTEST_NAME else -0.5) - (1.5 if in_words else 0.0) - remark


def is_doubtful(name: str, target: str) -> bool:
    """Return whether a text in the column of names and its target are probably no indicator, but a menu or a label.

    True if `name` does not read as a name, and `target` has no usual form or is a long number without a unit.
    """
    is_number = sum(map(str.isdigit, target)) >= _FEWEST_DIGITS and parse(target).unit is None
    return (is_number or likeness("target", target) < 0) and not reads_as_name(name)


@dataclass(frozen=True)
class Head:
    """The columns of a table header, and the number of its line.

    `long_term` is true if the indicators are for several years.
    """

    columns: Columns
    line: int
    long_term: bool = False

    @property
    def name(self) -> int:
        """Return the number of the column of names."""
        return self.columns.named["name"]

    @property
    def target(self) -> int:
        """Return the number of the column of targets, or of the one after the last known column.

        The latter is returned if the targets have no heading.
        """
        return self.columns.named.get("target", max(self.columns.named.values()) + 1)


def head(row: Row, yearly_last: bool = True) -> Head | None:
    """Return the header of a table of indicators, or None if the row is no header.

    Of two tables side by side, for several years (中期) and for the year (年度), the year's table counts: the right one
    if `yearly_last`, otherwise the left one.
    """
    if len(row.filled) < _FEWEST or len([cell for cell in row.filled if column_meaning(cell.text)]) < _FEWEST:
        return None
    found = _with_results(row, _named_once([(column, meaning) for column, meaning in meanings(row) if meaning]))
    words = {meaning for _, meaning in found}
    if not any(least <= words for least in _LEAST):
        return None
    kept = _one_side(found, yearly_last)
    at = {meaning: column for column, meaning in kept}
    name = at.get("name", at.get("level2", 0))  # a table of two levels names its indicators in the second
    first = min(column for column, _ in found)
    by_column: dict[int, str | None] = {cell.column: None for cell in row.filled if cell.column > first}
    by_column |= {column: None for column, _ in found} | dict(kept) | {name: "name"}
    if "target" not in at:
        unknown = [cell.column for cell in row.filled if cell.column > name and by_column[cell.column] is None]
        by_column[unknown[0] if len(unknown) == 1 else max(by_column) + 1] = "target"
    other = {column: meaning for column, meaning in found if (column, meaning) not in kept or meaning == "longTerm"}
    known = Columns(dict(sorted(by_column.items())), other)
    long_term = any(bare(cell.text) in labels().long_term for cell in row.filled if cell.column <= first)
    return Head(known, row.last_line, long_term)


def year_is_last(row: Row, otherwise: bool | None) -> bool | None:
    """Return whether a double table has the year's side at the right, by the words of a row; else `otherwise`.

    `otherwise` is returned if the row does not name both sides.
    """
    at = {side: [cell.column for cell in row.filled if labels().line(side, cell.text)] for side in _SIDES}
    return min(at["year_side"]) > min(at["long_side"]) if all(at.values()) else otherwise


_SIDES = ("long_side", "year_side")


# A head has at least one of these sets of columns; the last two occur only in lists of indicators without levels.
_LEAST = (
    {"level1", "name"},
    {"level1", "level2", "target"},
    {"level2", "name", "target"},
    {"name", "target", "operator", "unit"},
    {"name", "target", "unit", "weight"},
)

_FEWEST = min(map(len, _LEAST))


def _named_once(found: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return the columns with their meanings, of which at most one is the column of names.

    Of two columns of names (三级指标, 指标内容), the second becomes a remark.
    """
    named = [meaning for _, meaning in found]
    if named.count("name") != 2 or named.count("target") > 1 or named.count("level2") > 1:
        return found
    second = max(n for n, meaning in enumerate(named) if meaning == "name")
    return [(column, "further" if n == second else meaning) for n, (column, meaning) in enumerate(found)]


def _with_results(row: Row, found: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return the columns of a header with their meanings, completed if it is a header of results.

    A kind of indicator (指标类型) before the names is a level if there is no other. A number over the last column makes
    that the column of scores.
    """
    words = {meaning for _, meaning in found}
    if "achieved" not in words:
        return found
    last = row.filled[-1]
    if "score" not in words and _WEIGHT.fullmatch(folded(last.text)) and last.text[:1].isdigit():
        found = [*found, (last.column, "score")]
    if not LEVELS & words and found[0][1] == "further" and _KIND_OF_LEVEL.fullmatch(bare(row.filled[0].text)):
        found = [(found[0][0], "level1"), *found[1:]]
    return found


_MANY = frozenset({*FURTHER, "longTerm"})


def _one_side(found: list[tuple[int, str]], yearly_last: bool) -> list[tuple[int, str]]:
    """Return the columns for the year in a double table's header, and those that both sides share.

    `yearly_last` is true if the year's side is at the right. A header without repeated words is returned unchanged.
    """
    twice = [meaning for _, meaning in found if meaning not in _MANY]
    repeated = {meaning for meaning in twice if twice.count(meaning) > 1}
    if not repeated:
        return found
    kept: dict[str, tuple[int, str]] = {}
    for column, meaning in found if yearly_last else reversed(found):
        if meaning in repeated or meaning not in kept:
            kept[meaning] = (column, meaning)
    return sorted(kept.values())


def parted(table_head: Head, row: Row) -> Head | None:
    """Return the header with its column of targets replaced by the columns into which the row below divides it.

    The row divides by year, place or part, and may lack the cells at its left. If it divides by places, the column of
    the total has the targets. None if the row does not divide the column of targets.
    """
    if len(row.filled) < 2:
        return None
    at, is_moved = table_head.target, row.filled[0].column < table_head.target
    words = [bare(cell.text) for cell in row.filled]
    targets = next(
        (kind for kind in (labels().yearly, labels().whole, labels().values) if kind & {*words}), frozenset()
    )
    below = ["target" if word in targets else column_meaning(word) for word in words]
    is_known = below.count("target") == 1 and set(below) <= {"operator", "target", "unit", "longTerm"}
    # A word below that of levels or names divides no target.
    others = {n for meaning, n in table_head.columns.named.items() if meaning in {*LEVELS, "name"} and not is_moved}
    if others & {cell.column for cell in row.filled} or (
        not is_known and (is_moved or any(parse(word).value is not None or is_sign(word) for word in words))
    ):
        return None
    more = len(below) - 1 if is_moved else 0
    divided = {n + more if n > at else n: meaning for n, meaning in table_head.columns.meanings.items()} | {at: None}
    at_columns = range(at, at + len(below)) if is_moved else [cell.column for cell in row.filled]
    divided |= dict(zip(at_columns, below, strict=True))
    return replace(table_head, columns=Columns(dict(sorted(divided.items()))))
