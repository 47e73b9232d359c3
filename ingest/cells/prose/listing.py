"""Turn indicators in sentences or lists into rows of a table, and rows of several indicators into a row for each.

Outside of tables, only text after a project's name is read, and only if no header of a table comes before the form's
next part. A row of a table that surely holds several indicators, but cannot be divided, is withheld. Each row repeats
its levels, so that no row depends on another one that may be withheld.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise, repeat

from jixiao.ingest.cells.prose.sentences import (
    WORDING,
    NameTarget,
    Span,
    are_akin,
    divided,
    even,
    is_nothing,
    is_numbered,
    is_sure_level,
    is_target,
    is_value,
    level_at_start,
    levels,
    trimmed,
    whole_level,
)
from jixiao.ingest.rendition import Cell, Row
from jixiao.ingest.roles import columns, role
from jixiao.ingest.roles.labels import asks_for_name, bare, labels

NOT_READ = frozenset({"hasIndicator"})
_LONGEST_WHOLE = 14  # characters of a line that certainly did not wrap
_FEWEST_SHAPED = 2
_WEIGHT = WORDING.pattern("weight")
_LONGEST_LINE = 5_000
_SENTENCE_ENDS = (";", "。")
_CLAUSE_ENDS = frozenset({*_SENTENCE_ENDS, ","})
_FEWEST_LEVELS = 2  # least number of levels in a list of indicators if each of them may be a name
_LONGEST_BETWEEN = 100  # characters of a paragraph that does not begin with a level
_LONGEST_LABEL = 30
_COLUMNS = re.compile("vv|nnv")  # two values, or two names, one below the other
_MOST_ROWS = 300  # most rows of a list of indicators


@dataclass(frozen=True)
class Text:
    """A passage of a line that holds indicators; `span` is its start and end in `text`, the whole line.

    `alone` is true if its cell is the only one of its row. `shape` is "bracket" or "apart" if all targets of the list
    are written in brackets, or after a space; otherwise None.
    """

    cell: Cell
    line: int
    text: str
    span: Span
    alone: bool = False
    shape: str | None = None

    def part(self, span: Span) -> Cell:
        """Return the text between the offsets of `span` in the line as a cell of its own."""
        text = self.text[slice(*span)].strip()
        return Cell(((self.line, text),), self.cell.column, self.cell.printed_column)

    @property
    def trimmed(self) -> Cell:
        """The passage as a cell, without its leading number and surrounding punctuation."""
        return self.part(trimmed(even(self.text), *self.span))

    @property
    def indicators(self) -> list[NameTarget | None]:
        """The indicators of the passage, with None for each whose name and target cannot be distinguished."""
        return divided(even(self.text), *self.span, shape=self.shape)

    @property
    def is_target(self) -> bool:
        """Return whether the passage is a target with a figure and nothing else."""
        return is_target(self.text[slice(*trimmed(even(self.text), *self.span))])

    @property
    def is_value(self) -> bool:
        """Return whether the passage is a target and nothing else, in figures or words."""
        return self.is_target or is_value(self.text[slice(*self.span)].strip())

    @property
    def is_open(self) -> bool:
        """Return whether the sentence of this line may continue on the next line.

        The next line may if this line ends no sentence, and is long or has several clauses.
        """
        shown = even(self.text[slice(*self.span)].strip())
        line = even(self.text.strip())
        is_short = self.alone and len(line) < _LONGEST_WHOLE and not _CLAUSE_ENDS & set(line[:-1])
        return not shown.endswith(_SENTENCE_ENDS) and not is_short

    def follows(self, other: "Text") -> bool:
        """Return whether this passage may be the rest of another one: it is on a line below and has no number.

        Both passages are in one cell, or each is the only cell of its row.
        """
        together = self.cell is other.cell or (self.alone and other.alone)
        return together and self.line != other.line and not is_numbered(even(self.text), *self.span)


@dataclass(frozen=True)
class Words:
    """Levels under which the texts that follow are listed; None for a level that the words do not give.

    `of_two` is true if the word may be a first or a second level (成本指标).
    """

    level1: Cell | None
    level2: Cell | None
    of_two: bool = False


@dataclass
class Listing:
    """The entries of a list of indicators in prose, in reading order, from which rows of a table are made.

    An entry is the words for a level, a text, or a row with a name and its target. `level1` and `level2` are the levels
    that hold for the entries to come.
    """

    entries: list[Words | Text | Row] = field(default_factory=list)
    level1: Cell | None = None
    level2: Cell | None = None

    @property
    def words(self) -> set[str]:
        """Return the texts of all levels in the listing."""
        found = (each for each in self.entries if isinstance(each, Words))
        return {cell.text for each in found for cell in (each.level1, each.level2) if cell}

    def take(self, cells: Sequence[Cell], *, alone: bool) -> None:
        """Add the cells of a row to the entries: first its levels, then a text, or a name with its target.

        `alone` is true for the only cell of a row. Cells that are neither a text nor a name with its target are added
        as a withheld row.
        """
        rest = list(cells)
        while rest and (found := of_cell(rest[0])):
            self.entries.append(found)
            rest.pop(0)
        if len(rest) == 1:
            for line, text in rest[0].parts:
                self._line(Text(rest[0], line, text, (0, len(text)), alone))
        elif len(rest) == 2 and len(rest[1].parts) == 1 and _WEIGHT.fullmatch(even(rest[1].text)) is None:
            self.entries.append(Row(tuple(rest)))
        elif rest:
            self.entries.append(Row(tuple(rest), withheld=NOT_READ))

    def _line(self, text: Text) -> None:
        """Add the levels and texts of a line to the entries; a very long line is added as a withheld row."""
        if len(text.text) > _LONGEST_LINE:
            self.entries.append(Row((text.part(text.span),), withheld=NOT_READ))
            return
        shown, at = even(text.text), 0
        for level in levels(shown):
            self._text(text, (at, level.start))
            first, second = (text.part(span) if span else None for span in (level.level1, level.level2))
            self.entries.append(Words(first, second, level.of_two))
            at = level.end
        self._text(text, (at, len(shown)))

    def _text(self, text: Text, span: Span) -> None:
        start, end = trimmed(even(text.text), *span)
        if start < end and not is_nothing(text.text[start:end]):
            self.entries.append(replace(text, span=span))

    @cached_property
    def has_columns(self) -> bool:
        """Return whether the lines are the cells of a table that has further columns beside names and targets.

        The value is computed once, so that all lines must have been taken before.
        """
        return _COLUMNS.search("".join(map(_kind_of_cell, self.entries))) is not None

    def rows(self) -> Iterator[Row]:
        """Yield the rows; a text that cannot be divided into name and target becomes a withheld row."""
        broken = False  # True if this text may continue the previous one
        taken: Text | None = None  # the target of the previous text
        unsure = self.has_columns
        for entry, following in pairwise([*self._marked(), None]):
            if unsure and isinstance(entry, Text):
                yield Row((entry.part(entry.span),), withheld=NOT_READ)
            elif isinstance(entry, Words) and isinstance(following, Text) and _is_indicator(entry, following):
                taken = following
                yield self._row(entry.level2 or entry.level1 or following.trimmed, following.trimmed)
            elif isinstance(entry, Words | Row):
                yield self._written(entry)
                broken = False
            elif entry and entry is not taken:
                taken = _target_of(entry, following)
                goes_on = not taken and _goes_on(entry, following)
                for n, single in enumerate(several := entry.indicators):
                    sure = None if (broken and n == 0) or (goes_on and n == len(several) - 1) else single
                    yield (
                        self._indicator(entry, sure, taken)
                        if sure
                        else Row((entry.part(entry.span),), withheld=NOT_READ)
                    )
                broken = goes_on

    def _marked(self) -> list[Words | Text | Row]:
        """Return the entries, with the `shape` set in all texts if every text writes its target in the same way.

        The shape is "bracket" if all texts end with a bracket, and "apart" if a space separates name and target in all.
        """
        texts = [each for each in self.entries if isinstance(each, Text)]
        between = [
            text.text[one.name[1] : one.target[0]] for text in texts for one in text.indicators if one and one.target
        ]
        in_brackets = all(even(text.text).rstrip().endswith(")") for text in texts)
        alike = len(between) >= _FEWEST_SHAPED and (in_brackets or all(map(str.isspace, between)))
        shape = "bracket" if in_brackets else "apart"
        return [replace(each, shape=shape) if alike and isinstance(each, Text) else each for each in self.entries]

    def _written(self, each: Words | Row) -> Row:
        if isinstance(each, Words):
            return self._entered(each)
        return self._row(*each.cells) if len(each.cells) > 1 and not each.withheld else each

    def _indicator(self, text: Text, single: NameTarget, below: Text | None) -> Row:
        following = below.trimmed if below else None
        return self._row(text.part(single.name), text.part(single.target) if single.target else following)

    def _entered(self, words: Words) -> Row:
        """Set the current levels to those of `words`, and return a row of these levels without an indicator.

        The row is kept even if the texts below are withheld.
        """
        first, second = words.level1, words.level2
        if words.of_two:  # 成本指标 is a second level below 产出指标, as in older forms, if it may be
            first, second = None, first
        if first:
            self.level1, self.level2 = first, second
        elif second:
            known = self.level1 is None or columns.belongs(self.level1.text, second.text)
            self.level1, self.level2 = self.level1 if known else None, second
        beside = words.level1 or words.level2
        return Row((*self._levels(beside), *self._blanks(2, beside)))

    def _levels(self, beside: Cell | None, apart: Words | None = None) -> tuple[Cell, ...]:
        """Return two cells, the first level in column 0 and the second in column 1.

        They are the levels of `apart` if given, or else the current ones. A missing level is an empty cell on the line
        of `beside`.
        """
        blank = self._blanks(1, beside)[0]
        first, second = (apart.level1, apart.level2) if apart else (self.level1, self.level2)
        return (first or blank).moved(0), (second or blank).moved(1)

    def _blanks(self, count: int, beside: Cell | None) -> tuple[Cell, ...]:
        line = beside.line if beside else 1
        return tuple(Cell(((line, ""),)).moved(4 - count + n) for n in range(count))

    def _row(self, name: Cell, target: Cell | None = None) -> Row:
        own = of_cell(name)  # 满意度 is also a level, unless it belongs to the one above
        above = [cell.text for cell in (self.level2, self.level1) if cell]
        apart = own if own and above and not are_akin(above[0], name.text) else None
        end = target.moved(3) if target else self._blanks(1, name)[0].moved(3)
        return Row((*self._levels(name, apart), name.moved(2), end))


def _is_indicator(words: Words, below: Text) -> bool:
    """Return whether a word taken for a level is really an indicator's name.

    True if the word may be a name, and the text on a line below is a target alone.
    """
    (name, *more) = (cell for cell in (words.level1, words.level2) if cell)
    is_below = below.alone and below.line != name.line
    return not more and below.is_target and is_below and not is_sure_level(bare(name.text))


def _kind_of_cell(entry: object) -> str:
    """Return `v` for a line that is the only cell of its row and holds a target, `n` if it holds a name, else `-`."""
    if not isinstance(entry, Text) or not entry.alone:
        return "-"
    if entry.is_value:
        return "v"
    return "n" if [each is not None and each.target is None for each in entry.indicators] == [True] else "-"


def of_cell(cell: Cell) -> Words | None:
    """Return the levels in a cell that holds nothing else but their numbers and weights; otherwise None."""
    parts = [(line, text) for line, text in cell.parts if text.strip()]
    if not parts:
        return None
    text = Text(cell, parts[0][0], "".join("".join(text.split()) for _, text in parts), (0, 0))
    level = whole_level(even(text.text))
    if level is None:
        return None
    spans = (level.level1, level.level2)
    first, second = (text.part(span) if span else None for span in spans)
    return Words(first, second, level.of_two)


def begins_with_level(cell: Cell) -> bool:
    """Return whether a cell is a level or begins with one."""
    return level_at_start(even(cell.text)) is not None or of_cell(cell) is not None


def _target_of(text: Text, following: object) -> Text | None:
    """Return the line below a name if it holds the name's target and nothing else; otherwise None."""
    is_below = isinstance(following, Text) and following.follows(text) and following.is_value
    single = text.indicators[0] if len(text.indicators) == 1 else None
    is_name = single is not None and single.target is None
    return following if is_below and is_name and isinstance(following, Text) else None


def _goes_on(text: Text, following: object) -> bool:
    """Return whether the last sentence of a line may continue on the next line."""
    may_go_on = bool(text.indicators) and text.is_open
    return may_go_on and isinstance(following, Text) and following.follows(text)


def read(rows: Sequence[Row]) -> list[Row]:
    """Return the rows with lists of indicators in prose replaced by tables: a header and a row for each indicator."""
    found: list[Row] = []
    index = 0
    named = False  # True after a project's name, until a table of indicators follows
    while index < len(rows):
        row = rows[index]
        named = (named or _names_project(row)) and not _is_head(row)
        last = _end(rows, index) if named and _begins(row) else None
        table = _table(found, rows[index:last]) if last else []
        found += table or [row]
        if last and table and last < len(rows) and _is_label_beside(rows[index:last], rows[last]):
            below, rows = last, list(rows)
            while below < len(rows) and len(rows[below].filled) == 2:  # no rows of the table
                rows[below : below + 1] = [Row((cell,)) for cell in rows[below].filled]
                below += 2
        index = last if last and table else index + 1
        named = named and not table
    return found


def _is_head(row: Row) -> bool:
    """Return whether a row is a table header, or one word of a header that has one cell per line."""
    alone = len(row.filled) == 1 and labels().columns.get(bare(row.filled[0].text)) == "level1"
    return alone or columns.head(row) is not None


def _names_project(row: Row) -> bool:
    if not row.filled:
        return False
    before = even(row.filled[0].text[:_LONGEST_LABEL]).partition(":")[0]
    return any(map(asks_for_name, (before, *(cell.text for cell in row.filled))))


def _ungrouped(row: Row) -> list[Cell]:
    """Return a row's filled cells without group words (绩效指标), and without a goal's label before a level."""
    cells = columns.ungrouped(row)
    grouped = len(cells) > 2 and bare(cells[0].text) in labels().goals and of_cell(cells[1])
    return cells[1:] if grouped else cells


def _begins(row: Row) -> bool:
    cells = _ungrouped(row)
    return bool(cells) and not row.withheld and begins_with_level(cells[0])


def _end(rows: Sequence[Row], start: int) -> int:
    """Return the index after the last row, from `start` on, that may belong to a list of indicators.

    At most 300 rows may belong to one list.
    """
    last = start
    while last < min(len(rows), start + _MOST_ROWS) and not _is_other(rows[last]):
        signed = WORDING.pattern("signature").fullmatch("\t".join(even(row.text) for row in rows[last : last + 2]))
        above = rows[start:last]
        if signed or (above and (_is_label_beside(above, rows[last]) or _is_sentence_below(above, rows[last]))):
            break
        last += 1
    return last


def _is_label_beside(above: Sequence[Row], row: Row) -> bool:
    """Return whether a row of two cells is an unknown label with its value, after rows of a level and a text each."""
    cells = _ungrouped(row)
    in_order = all(_begins(other) and len(_ungrouped(other)) > 1 for other in above)
    return in_order and len(cells) == 2 and not _begins(row) and not is_value(cells[1].text)


def _is_sentence_below(above: Sequence[Row], row: Row) -> bool:
    """Return whether a row is a sentence after the list: it begins with no number and no level.

    True only if all rows `above` begin with a number or level, and their texts end with a mark that ends sentences.
    """
    if len(row.cells) > 1 or _is_marked(row) or not all(map(_is_marked, above)):
        return False
    told = [other for other in above if not of_cell(other.filled[0])]
    return bool(told) and all(even(other.text).rstrip().endswith(_SENTENCE_ENDS) for other in told)


def _is_marked(row: Row) -> bool:
    """Return whether a row begins with a level or a number."""
    return _begins(row) or is_numbered(even(row.text), 0, len(row.text))


def _is_other(row: Row) -> bool:
    """Return whether a row ends a list of indicators: a label, title or signature, or a withheld row.

    A row of one cell also does if the cell is a long paragraph, or a word that stands below tables or in menus.
    """
    cells = _ungrouped(row)
    if row.withheld or not cells:
        return bool(row.withheld)
    if begins_with_level(cells[0]):
        return False
    text = cells[0].text
    word = bare(even(text).partition(":")[0])
    if role.of_text(word).is_label or labels().is_title(text) or labels().line("signature", text):
        return True
    ends = (
        any(labels().line(name, text) for name in ("table_end", "foot_of_page", "menu")) or len(text) > _LONGEST_BETWEEN
    )
    return len(row.cells) == 1 and ends


def _table(above: list[Row], rows: Sequence[Row]) -> list[Row]:
    """Return the header and rows of a list of indicators; empty if the rows have too few levels to be one.

    A header in unknown words at the end of `above` (one row, or a row per word) is removed from `above`, and the header
    that is returned takes the positions of its cells.
    """
    listing = Listing()
    for row in rows:
        cells = _ungrouped(row)
        listing.entries += (Row((cell,)) for cell in row.filled if cell not in cells)
        listing.take(cells, alone=len(row.cells) == 1)
    if len(listing.words) < _FEWEST_LEVELS and not any(map(is_sure_level, listing.words)):
        return []
    head = above.pop().filled if above and _is_unknown_head(above[-1]) else ()
    while listing.has_columns and above and _is_word_of_head(above[-1]):
        head = (*above.pop().filled, *head)
    return [_head(head or [_blank(_ungrouped(rows[0])[0])]), *listing.rows()]


def _head(cells: Sequence[Cell]) -> Row:
    """Return a header of the `cells`, each taken for a usual word.

    Further words are printed nowhere, and take the place of the last cell.
    """
    words = WORDING.words("head")
    whole = [*cells, *repeat(_blank(cells[-1]), len(words))]
    return Row(tuple(replace(whole[n].moved(n), taken_for=word) for n, word in enumerate(words)))


def _blank(cell: Cell) -> Cell:
    return replace(cell, parts=((cell.line, ""),))


def _is_word_of_head(row: Row) -> bool:
    """Return whether a row is one cell of plain words, without punctuation and figures, and no label of the form."""
    word = bare(row.text)
    is_plain = len(row.cells) == 1 and WORDING.pattern("word_of_head").fullmatch(word) is not None
    return is_plain and not role.of_text(word).is_label


def _is_unknown_head(row: Row) -> bool:
    """Return whether at least half of a row's cells are known column headings, and none is a label of the form."""
    words = [bare(cell.text) for cell in _ungrouped(row)]
    known = [word in labels().columns or word in WORDING.words("columns") for word in words]
    return len(words) > 1 and 2 * sum(known) >= len(known) and not any(role.of_text(word).is_label for word in words)
