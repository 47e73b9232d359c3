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


@dataclass(frozen=True)
class Head:
    """The columns of a head, and its line; `long_term` is true if the indicators are for several years."""

    columns: Columns
    line: int
    long_term: bool = False

    @property
    def name(self) -> int:
        """The column of names."""
        return self.columns.named["name"]

    @property
    def level1(self) -> int:
        """The column of first levels, or the first column."""
        return self.columns.named.get("level1", min(self.columns.meanings))

    @property
    def level2(self) -> int:
        """The column of second levels; that of names if the table has one level, or names indicators in the second."""
        return self.columns.named.get("level2", self.name)

    @property
    def target(self) -> int:
        """The column of targets, or the one behind the last known column if no word is over the targets."""
        return self.columns.named.get("target", max(self.columns.named.values()) + 1)

    @property
    def is_plain(self) -> bool:
        """True if the head has levels, name and target only, in this order."""
        return list(self.columns.meanings.values()) == [name for name in _USUAL if name in self.columns.named]


_FEWEST = 2  # least number of known words in any head


def head(row: Row, yearly_last: bool = True) -> Head | None:
    """Return the head of a table of indicators, or None if the row is no head.

    Of two tables side by side (中期 and 年度) the year's counts: the right one if `yearly_last`, otherwise the left
    one.
    """
    if len(row.filled) < _FEWEST or len([cell for cell in row.filled if column_meaning(cell.text)]) < _FEWEST:
        return None
    found = _named_once([(column, meaning) for column, meaning in columns.meanings(row) if meaning])
    words = {meaning for _, meaning in found}
    if not any(least <= words for least in _LEAST):
        return None
    kept = _one_side(found, yearly_last)
    at = {meaning: column for column, meaning in kept}
    name = at.get("name", at.get("level2", 0))  # a table of two levels names its indicators in the second
    first, names = min(column for column, _ in found), [column for column, meaning in found if meaning == "name"]
    meanings: dict[int, str | None] = {cell.column: None for cell in row.filled if cell.column > first}
    meanings |= {column: None for column, _ in found} | dict(kept) | {name: "name"}
    if "target" not in at:
        unknown = [cell.column for cell in row.filled if cell.column > name and meanings[cell.column] is None]
        meanings[unknown[0] if len(unknown) == 1 else max(meanings) + 1] = "target"
    other = frozenset(column for column, meaning in found if (column, meaning) not in kept or meaning == "longTerm")
    known = Columns(dict(sorted(meanings.items())), min(names) if len(names) > 1 else None, other)
    long_term = any(bare(cell.text) in labels().long_term for cell in row.filled if cell.column <= first)
    return Head(known, row.last_line, long_term)


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

    The row below may lack the cells at its left. Of places, the total counts.
    """
    if len(row.filled) < 2:
        return None
    at, is_moved = table_head.target, row.filled[0].column < table_head.target
    words = [bare(cell.text) for cell in row.filled]
    targets = next(
        (kind for kind in (labels().yearly, labels().whole, labels().values) if kind & {*words}), frozenset()
    )
    parts = ["target" if word in targets else column_meaning(word) for word in words]
    is_known = parts.count("target") == 1 and set(parts) <= {"operator", "target", "unit", "longTerm"}
    if not is_known and (is_moved or any(parse(word).value is not None or is_sign(word) for word in words)):
        return None
    others = {n for meaning, n in table_head.columns.named.items() if meaning in {*columns.LEVELS, "name"}}
    if not is_moved and others & {cell.column for cell in row.filled}:
        return None  # a word below that of levels or names divides no target
    more = len(parts) - 1 if is_moved else 0
    meanings = {n + more * (n > at): meaning for n, meaning in table_head.columns.meanings.items()} | {at: None}
    at_columns = range(at, at + len(parts)) if is_moved else [cell.column for cell in row.filled]
    meanings |= dict(zip(at_columns, parts, strict=True))
    return replace(table_head, columns=Columns(dict(sorted(meanings.items()))))
