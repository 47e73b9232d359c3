"""Levels and texts in reading order -> rows of level, level, name and target.

Each row repeats its levels, so that none is inherited from a row that is withheld.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from jixiao.ingest.cells.told import levels
from jixiao.ingest.cells.told.sentences import Span, Told, divided, even, is_numbered, is_target, numbered, trimmed
from jixiao.ingest.rendition import Cell, Row

NOT_READ = frozenset({"hasIndicator"})
_LONGEST_WHOLE = 14  # characters of a line that is surely not broken off by its width
_SENTENCE_ENDS = (";", "。")


@dataclass(frozen=True)
class Text:
    """A passage of a line that tells indicators; `alone` is true if no other cell stands beside it."""

    cell: Cell
    line: int
    text: str
    span: Span
    alone: bool = False

    def part(self, span: Span) -> Cell:
        """Return a passage of the line as a cell."""
        printed = self.cell.column if self.cell.printed is None else self.cell.printed
        return Cell(((self.line, self.text[slice(*span)].strip()),), self.cell.column, printed)

    @property
    def trimmed(self) -> Cell:
        """The passage as a cell, without its number and the marks around it."""
        return self.part(trimmed(even(self.text), *self.span))

    @property
    def told(self) -> list[Told | None]:
        """The indicators of the passage, None for each that nobody can tell from the words around it."""
        return divided(even(self.text), *self.span)

    @property
    def is_target(self) -> bool:
        """True if the passage is a target and nothing else."""
        return is_target(self.text[slice(*trimmed(even(self.text), *self.span))])

    @property
    def is_open(self) -> bool:
        """True if the line may be broken off: of clauses, or long, and without the end of a sentence."""
        shown = even(self.text[slice(*self.span)].strip())
        is_short = self.alone and len(self.text.strip()) < _LONGEST_WHOLE and "," not in shown
        return not shown.endswith(_SENTENCE_ENDS) and not is_short

    def follows(self, other: "Text") -> bool:
        """Return whether this passage may be the rest of another: a line below it without a number."""
        together = self.cell is other.cell or (self.alone and other.alone)
        return together and self.line != other.line and not is_numbered(even(self.text), *self.span)


@dataclass(frozen=True)
class Words:
    """The levels of what follows; `number` tells the rank of a word that may be a first or a second level."""

    level1: Cell | None
    level2: Cell | None
    number: str = ""
    of_two: bool = False


@dataclass(frozen=True)
class Pair:
    """A name and its target, in cells of their own."""

    name: Cell
    target: Cell


@dataclass
class Listing:
    """Levels and texts in reading order, written as rows."""

    told: list[Words | Text | Pair | Row] = field(default_factory=list)
    level1: Cell | None = None
    level2: Cell | None = None
    _numbers: dict[int, str] = field(default_factory=dict)  # of the last first and second level

    @property
    def words(self) -> set[str]:
        """The words of all levels."""
        found = (each for each in self.told if isinstance(each, Words))
        return {cell.text for each in found for cell in (each.level1, each.level2) if cell}

    @property
    def texts(self) -> int:
        """The number of texts and pairs."""
        return sum(isinstance(each, Text | Pair) for each in self.told)

    def take(self, cells: Sequence[Cell], *, alone: bool) -> None:
        """Take the cells of a row: its levels, and a text, or a name and its target."""
        rest = list(cells)
        while rest and (found := of_cell(rest[0])):
            self.told.append(found)
            rest.pop(0)
        if len(rest) == 1:
            for line, text in rest[0].parts:
                self._line(Text(rest[0], line, text, (0, len(text)), alone))
        elif len(rest) == 2:
            self._pairs(*rest)
        elif rest:
            self.told.append(Row(tuple(rest), withheld=NOT_READ))

    def _line(self, text: Text) -> None:
        """Take a line with the levels in it."""
        shown, at = even(text.text), 0
        for level in levels.levels(shown):
            self._text(text, (at, level.start))
            first, second = (text.part(span) if span else None for span in (level.level1, level.level2))
            self.told.append(Words(first, second, level.number, level.of_two))
            at = level.end
        self._text(text, (at, len(shown)))

    def _text(self, text: Text, span: Span) -> None:
        start, end = trimmed(even(text.text), *span)
        if start < end:
            self.told.append(replace(text, span=span))

    def _pairs(self, name: Cell, target: Cell) -> None:
        """Take a name and its target, or as many targets as there are numbered names."""
        names, targets = pieces(name), pieces(target)
        level = next(levels.levels(even(name.parts[0][1])), None)
        if level and level.start == 0 and len(names) == 1:
            self._line(names[0])
            if isinstance(last := self.told.pop(), Text):
                name = last.trimmed
            self.told.append(Pair(name, target))
        elif len(names) == 1 or not are_items(names, targets):
            self.told.append(Pair(name, target))
        elif len(names) == len(targets):
            self.told += (Pair(a.trimmed, b.trimmed) for a, b in zip(names, targets, strict=True))
        else:
            self.told.append(Row((name, target), withheld=NOT_READ))

    def rows(self) -> Iterator[Row]:
        """Yield the rows, and those withheld of which nobody can tell names and targets."""
        waiting: Text | None = None  # told without a target, which may stand on the next line
        for n, each in enumerate(self.told):
            if waiting:
                joined = self._joined(waiting, each)
                yield from joined or [self._named(waiting)]
                waiting = None
                if joined:
                    continue
            if isinstance(each, Text) and _is_name(each):
                waiting = each
            else:
                yield from self._written(each, self.told[n + 1] if n + 1 < len(self.told) else None)
        if waiting:  # a text that is cut off may end here
            yield _withheld(waiting) if waiting.alone and waiting.is_open else self._named(waiting)

    def _joined(self, waiting: Text, following: object) -> list[Row]:
        """Return the rows of a name and the line below it, if that holds its target or may be its rest."""
        if not isinstance(following, Text) or not following.follows(waiting):
            return []
        if following.is_target:
            return [self._named(waiting, following.trimmed)]
        return [_withheld(waiting), _withheld(following)] if waiting.is_open else []

    def _written(self, each: Words | Text | Pair | Row, following: object) -> Iterator[Row]:
        if isinstance(each, Row):
            yield each
        elif isinstance(each, Pair):
            yield self._row(each.name, each.target)
        elif isinstance(each, Words):
            yield self._entered(each, following)
        else:
            for single in each.told:
                yield self._indicator(each, single) if single else _withheld(each)

    def _indicator(self, text: Text, single: Told) -> Row:
        return self._row(text.part(single.name), text.part(single.target) if single.target else None)

    def _entered(self, words: Words, following: object) -> Row:
        """Go on below other levels, which make a row of their own: what they hold may be withheld."""
        first, second = words.level1, words.level2
        if words.of_two and self._is_second(words, following):
            first, second = None, first
        if first:
            self.level1, self.level2 = first, second
            self._numbers[1] = _style(words.number)
        elif second:
            known = self.level1 is None or levels.belongs(self.level1.text, second.text)
            self.level1, self.level2 = self.level1 if known else None, second
            self._numbers[2] = _style(words.number)
        beside = words.level1 or words.level2
        return Row((*self._levels(beside), *self._blanks(2, beside)))

    def _is_second(self, words: Words, following: object) -> bool:
        """Return whether 成本指标 stands below outputs, as in older forms, and is no first level beside them."""
        if isinstance(following, Words) and following.level2 and words.level1:
            return not levels.is_below(words.level1.text, following.level2.text)
        first, second = (self._numbers.get(rank) for rank in (1, 2))
        style = _style(words.number)
        if self.level1 is None or style == second != first:
            return True
        below = levels.is_below(self.level1.text, words.level1.text) if words.level1 else False
        return below and self.level2 is not None and not (style == first != second)

    def _levels(self, beside: Cell | None) -> tuple[Cell, ...]:
        """Return the cells of the levels; a known second one alone stands in the first column, as no first is known."""
        blank = self._blanks(1, beside)[0]
        first, second = self.level1, self.level2
        if first is None and second is not None and levels.is_second_only(second.text):
            first, second = second, None
        return (first or blank).moved(0), (second or blank).moved(1)

    def _blanks(self, count: int, beside: Cell | None) -> tuple[Cell, ...]:
        line = beside.line if beside else 1
        return tuple(Cell(((line, ""),)).moved(4 - count + n) for n in range(count))

    def _named(self, text: Text, target: Cell | None = None) -> Row:
        return self._row(text.trimmed, target)

    def _row(self, name: Cell, target: Cell | None = None) -> Row:
        end = target.moved(3) if target else self._blanks(1, name)[0].moved(3)
        return Row((*self._levels(name), name.moved(2), end))


def of_cell(cell: Cell) -> Words | None:
    """Return the levels that a cell is, numbered or weighted, and nothing else."""
    parts = [(line, text) for line, text in cell.parts if text.strip()]
    if not parts:
        return None
    text = Text(cell, parts[0][0], "".join("".join(text.split()) for _, text in parts), (0, 0))
    level = levels.whole(even(text.text))
    if level is None:
        return None
    spans = (level.level1, level.level2)
    first, second = (text.part(span) if span else None for span in spans)
    if len(parts) > 1 and None in spans:  # a word over several lines
        whole = replace(cell, parts=tuple(parts))
        first, second = whole if first else None, whole if second else None
    return Words(first, second, level.number, level.of_two)


def pieces(cell: Cell) -> list[Text]:
    """Return the lines of a cell, each divided where an indicator's number stands."""
    lines = (Text(cell, line, text, (0, len(text))) for line, text in cell.parts if text.strip())
    return [replace(text, span=span) for text in lines for span in numbered(even(text.text), *text.span)]


def are_items(names: Sequence[Text], targets: Sequence[Text]) -> bool:
    """Return whether several lines are indicators of their own, and not one broken over lines."""
    if all(is_numbered(even(text.text), *text.span) for text in names):
        return True
    return len(names) == len(targets) and all(text.is_target for text in targets)


def _is_name(text: Text) -> bool:
    """Return whether a text tells one indicator, without a target."""
    found = text.told
    return len(found) == 1 and found[0] is not None and found[0].target is None


def _withheld(text: Text) -> Row:
    return Row((text.part(text.span),), withheld=NOT_READ)


def _style(number: str) -> str:
    """Return the way in which a number is written: the number without its figures."""
    shown = even(number)
    if not shown:
        return ""
    return "".join("1" if char.isdigit() else char if not char.isalpha() else "a" for char in shown[:1] + shown[-1:])
