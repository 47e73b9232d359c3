"""Read the head of a table of indicators: find the meanings of its columns.

Heads differ most between forms: two tables side by side, targets divided by year or place, further columns of all
kinds.
"""

from dataclasses import dataclass, replace

from jixiao.ingest.rendition import Row
from jixiao.ingest.roles import columns
from jixiao.ingest.roles.columns import Columns
from jixiao.ingest.roles.labels import bare, column_meaning, labels
from jixiao.ingest.values.targets import is_sign, parse

_TARGET_END = columns.WORDING.pattern("target_end")


@dataclass(frozen=True)
class Head:
    """The columns of a head, by number, and its line.

    `wide` holds all columns if the head has more than levels, name and target; `long_term` is true if the indicators
    are for several years.
    """

    level1: int
    level2: int
    name: int
    target: int
    line: int
    wide: Columns | None = None
    long_term: bool = False

    @property
    def columns(self) -> Columns:
        """The meanings of all columns."""
        if self.wide:
            return self.wide
        plain: dict[int, str | None] = {self.level1: "level1", self.level2: "level2", self.target: "target"}
        return Columns(dict(sorted((plain | {self.name: "name"}).items())))


_FEWEST = 2  # least number of known words in any head


def head(row: Row, yearly_last: bool = True) -> Head | None:
    """Return the head of a table of indicators, or None if the row is no head.

    Of two tables side by side (中期 and 年度) the year's counts: the right one if `yearly_last`, otherwise the left
    one.
    """
    if len(row.filled) < _FEWEST or len([cell for cell in row.filled if column_meaning(cell.text)]) < _FEWEST:
        return None
    known = columns.meanings(row)
    found = _named_once([(column, meaning) for column, meaning in known if meaning])
    words = {meaning for _, meaning in found}
    if not any(least <= words for least in _LEAST):
        return None
    kept = _one_side(found, yearly_last)
    at = {meaning: column for column, meaning in kept}
    if len(at) < len([meaning for _, meaning in kept if meaning not in _MANY]) + len(at.keys() & _MANY):
        return None
    name = at.get("name", at.get("level2", 0))  # a table of two levels names its indicators in the second
    target = at.get("target", max(at.values()) + 1)
    first = min(column for column, _ in found)
    long_term = any(bare(cell.text) in labels().long_term for cell in row.filled if cell.column <= first)
    unknown = [
        (cell.column, bare(cell.text))
        for cell in row.filled
        if (cell.column, None) in known and cell.column > first and cell.column != name
    ]
    if "target" not in at and len(values := [column for column, word in unknown if _TARGET_END.fullmatch(word)]) == 1:
        kept, target = [*kept, (values[0], "target")], values[0]
    usual = [meaning for meaning in _USUAL if meaning in at]
    plain = len(kept) == len(found) and sorted(at, key=at.__getitem__) == usual
    wide = None if plain and not unknown else _wide(row, kept, found, name)
    level1 = at.get("level1", first)
    return Head(level1, at.get("level2", name), name, target, row.last_line, wide, long_term)


def year_is_last(row: Row, otherwise: bool | None) -> bool | None:
    """Return whether the year's side is at the right, as the words of a row say; `otherwise` if they do not say."""
    at = {side: [cell.column for cell in row.filled if labels().line(side, cell.text)] for side in _SIDES}
    return min(at["year_side"]) > min(at["long_side"]) if all(at.values()) else otherwise


_SIDES = ("long_side", "year_side")


# A head has at least one of these sets of columns; the last two occur only in lists of indicators without levels.
_LEAST = (
    {"level1", "name"},
    {"level1", "level2", "target"},
    {"name", "target", "operator", "unit"},
    {"name", "target", "unit", "weight"},
)

_FEWEST = min(map(len, _LEAST))


def _named_once(found: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return the columns; of two names in one table (三级指标, 指标内容), the second is a remark."""
    meanings = [meaning for _, meaning in found]
    if meanings.count("name") != 2 or meanings.count("target") > 1 or meanings.count("level2") > 1:
        return found
    second = max(n for n, meaning in enumerate(meanings) if meaning == "name")
    return [(column, "further" if n == second else meaning) for n, (column, meaning) in enumerate(found)]


_MANY = frozenset({*columns.FURTHER, "longTerm"})
_USUAL = ("level1", "level2", "name", "target")


def _wide(row: Row, kept: list[tuple[int, str]], found: list[tuple[int, str]], name: int) -> Columns:
    """Return every column of the head; the meaning is None for the other side's columns and for unknown words."""
    meanings: dict[int, str | None] = {cell.column: None for cell in row.cells}
    meanings |= {column: None for column, _ in found} | dict(kept) | {name: "name"}
    names = [column for column, meaning in found if meaning == "name"]
    other = frozenset(column for column, meaning in found if (column, meaning) not in kept or meaning == "longTerm")
    return Columns(meanings, min(names) if len(names) > 1 else None, other)


def _one_side(found: list[tuple[int, str]], yearly_last: bool) -> list[tuple[int, str]]:
    """Return the year's side of a head that repeats its words, and the columns that both sides share."""
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
    """Return the head with its target divided by the row below, by year, place or part; None if it is not divided.

    Of places, the total counts.
    """
    if len(row.filled) < 2:
        return None
    if by_parts := _parted_by_parts(table_head, row):
        return by_parts
    if row.filled[0].column < table_head.target:
        return _parted_by_words(table_head, row)
    if any(parse(cell.text).value is not None or is_sign(cell.text) for cell in row.filled):
        return None
    words = {bare(cell.text): cell.column for cell in row.filled}
    found = next((words[w] for kind in (labels().yearly, labels().whole) for w in words if w in kind), None)
    kept = {table_head.level1: "level1", table_head.level2: "level2", table_head.name: "name"}
    known = table_head.wide.meanings if table_head.wide else {}
    meanings: dict[int, str | None] = known | dict.fromkeys(words.values()) | {table_head.target: None} | kept
    if found is not None:
        meanings[found] = "target"
    return replace(table_head, target=table_head.target if found is None else found, wide=Columns(meanings))


def _parted_by_parts(table_head: Head, row: Row) -> Head | None:
    """Return the head whose target is divided into sign, value and unit by the row below, or None."""
    parts = ["target" if bare(cell.text) in labels().values else column_meaning(cell.text) for cell in row.filled]
    if "target" not in parts or len(set(parts)) < len(parts) or not set(parts) <= {"operator", "target", "unit"}:
        return None
    at, first = table_head.target, row.filled[0].column
    more = 0 if first >= at else len(parts) - 1  # the row lacks the cells at its left, and the head lacks spanned ones
    meanings = {n + more * (n > at): meaning for n, meaning in table_head.columns.meanings.items()}
    columns_of = [at + n if more else cell.column for n, cell in enumerate(row.filled)]
    meanings |= dict(zip(columns_of, parts, strict=True))
    return replace(table_head, target=columns_of[parts.index("target")], wide=Columns(dict(sorted(meanings.items()))))


def _parted_by_words(table_head: Head, row: Row) -> Head | None:
    """Return the head divided by a row that has words for several years, and lacks the cells at its left, or None."""
    years = [meaning for _, meaning in columns.meanings(row)]
    if years.count("target") != 1 or set(years) != {"target", "longTerm"}:
        return None
    at, more = table_head.target, len(years) - 1
    meanings = {n + more * (n > at): meaning for n, meaning in table_head.columns.meanings.items()}
    meanings |= dict(enumerate(years, at))
    return replace(table_head, target=at + years.index("target"), wide=Columns(dict(sorted(meanings.items()))))
