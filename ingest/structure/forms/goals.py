"""Read the goals of a form: labels above or at the left of texts."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from jixiao.ingest.model import Printed
from jixiao.ingest.rendition import Cell, Marks, Place, Row
from jixiao.ingest.roles.labels import CELLS, labels
from jixiao.ingest.roles.role import Kind, role
from jixiao.ingest.values.plain import folded
from jixiao.ontology.schemes import level_labels
from jixiao.ontology.text.wording import Wording, alternatives

FORM = Wording("jixiao.ingest.structure.forms", "form.toml", {"body_end": CELLS.text("body_end")})
"""The words and patterns above the table of indicators."""
_PERIOD, _ITEM, _PHRASE = (FORM.pattern(name) for name in ("period", "item_of_goal", "label_of_goal"))
_RATE_HEAD, _RATE_BEHIND = FORM.pattern("head_of_rate"), FORM.pattern("rate_behind")
# Words of a table's head that ran into the label of a goal are no goal.
_OF_HEAD = re.compile(alternatives([*labels().columns, *level_labels()]))
DONE = "done"
"""The name, among those of goals, of what was done for them (实际完成情况)."""
_SENTENCES = re.compile(r"(?<=[。！；])\s+(?=\S)")
_OPENING = 2  # characters with which lines of two goals begin alike
_SHORTEST = 5  # characters of a goal's text
_SHORTEST_BESIDE = 15  # characters beside a torn label of a goal: fewer may be the rest of the label, not the goal
_OF_TABLES = frozenset({Kind.COLUMN, Kind.LEVEL})  # below goals, in a table without a head
_LINES = ("period", "form_year", "ruler")  # patterns in labels.toml of lines among the labels of goals


@dataclass
class Goals:
    """The goals of one form: the columns of their labels by local name, cells with text, and empty cells."""

    marks: Marks
    columns: dict[str, int] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)
    blanks: list[Cell] = field(default_factory=list)
    period: Printed | None = None  # the period in brackets after a label
    are_open: bool = False  # True after a text on a line of its own, which the next row may continue
    labels: dict[Cell, str] = field(default_factory=dict)  # with the local name of the goal
    says_done: bool = False  # True if a row has labels of both a goal and of what was done for it

    def labelled(self, row: Row) -> bool:
        """Note the labels of goals in a row, and return whether the row has any."""
        found = {cell: meaning for cell in row.filled if (meaning := _meaning(cell))}
        if {*found.values()} == {DONE} and not self.columns:
            return False  # a heading
        torn = len(row.filled) == 2 and role(row.filled[0]).word in FORM.words("torn_goals")
        if not found and torn and len(folded(row.filled[1].text)) >= _SHORTEST_BESIDE:
            found = {row.filled[0]: "annualGoal"}
        last, goals = role(row.filled[-1]) if row.filled else None, [role(cell).word for cell in (*self.labels, *found)]
        if last and goals and last.word in FORM.words("done_behind_goals") and last.word.startswith(goals[-1]):
            found[row.filled[-1]] = DONE
        self.labels |= found
        self.says_done |= DONE in found.values() and len({*found.values()}) > 1
        self.columns.update({meaning: cell.column for cell, meaning in found.items()})
        return bool(found)

    def row(self, row: Row) -> None:
        """Read a row of labels or texts of goals."""
        if not any(map(_meaning, row.filled)):
            self.blanks += (cell for cell in row.cells if not cell)
        self.are_open = len(row.cells) == 1 and not _is_label(row.cells[0])
        self.take_period(row)
        for cell in row.filled:
            if cell in self.labels or _is_label(cell):
                self.marks.known([cell])
            else:
                self.cells += self._halves(cell)

    def _halves(self, cell: Cell) -> list[Cell]:
        """Return a cell alone, or its two halves if it is one line with a goal and the work done for it.

        The halves are two sentences, or one text twice. A rate behind them is left out; a line with a rate that cannot
        be halved is not read.
        """
        if DONE not in self.columns or len(cell.parts) != 1 or cell.closed:
            return [cell]
        text = _RATE_BEHIND.sub("", cell.text)
        words = text.split()
        first, second = words[: len(words) // 2], words[len(words) // 2 :]
        halves = [" ".join(first), " ".join(second)] if first == second else _SENTENCES.split(text)
        if len(halves) == 2:
            return [replace(cell, parts=((cell.line, half),)) for half in halves]
        return [cell] if text == cell.text else []

    def take_period(self, row: Row) -> None:
        """Keep the first period in brackets that a row prints, unless a period is kept already.

        Its position is certain even if the division of the row into cells is not.
        """
        for cell in row.filled:
            if self.period is None and (found := _PERIOD.search(cell.text)):
                lines = (cell.place(line) for line, text in cell.parts if found.group().strip() in text)
                self.period = Printed(((next(lines, cell.places[0]), found.group()),))

    def beside_group(self, cell: Cell) -> None:
        """Read a cell beside the group word 绩效目标: it is the overall goal if no label of a goal was found."""
        if _is_label(cell):
            self.marks.known([cell])
        elif len(_OF_HEAD.sub("", folded(cell.text))) >= _SHORTEST and not self.columns and cell.text[-1] not in ":：":
            self.columns["overallGoal"] = cell.column
            self.cells.append(cell)

    def goes_on(self, cell: Cell) -> None:
        """Add a line to the text beside 绩效目标 if the line is numbered as the items of goals are."""
        if self.cells and _ITEM.match(cell.text):
            self.cells.append(cell)

    @staticmethod
    def above(texts: Mapping[str, Printed]) -> dict[str, Printed]:
        """Return the goals in `texts` that are complete because a text on the work done follows; empty without one.

        Empty, too, if a goal ends with a numbered item: items of goals and of the work done may take turns.
        """
        goals = {name: text for name, text in texts.items() if name != DONE}
        return {} if DONE not in texts or any(_ITEM.match(text.parts[-1][1]) for text in goals.values()) else goals

    def texts(self) -> dict[str, Printed]:
        """Return the goals by local name: one text for each label, otherwise by the columns of the labels.

        Texts are left out if their columns do not show to which of two goals they belong.
        """
        if DONE in self.columns:
            return self._with_done()
        names = sorted(self.columns, key=lambda name: self.columns[name])
        places = {cell.column for cell in self.cells}
        first, last = (self.columns[names[0]], self.columns[names[-1]]) if names else (0, 0)
        if len(names) > 1 and places == {first} != {last} and self._over:
            # The first label spans the rows of the other one, whose text has lost the column at its left.
            return {names[1]: Printed.of(*self.cells)} if self._labels_are_above(names) else {}
        if len(self.cells) == len(names) and (first == last or places != {last}):
            return {name: Printed.of(cell) for name, cell in zip(names, self.cells, strict=True)}
        if len(names) > 1 and first == last:
            return {name: Printed.of(*cells) for name, cells in self._in_order(names).items()}
        found: dict[str, list[Cell]] = {}
        for cell in self.cells:
            left = [name for name in names if self.columns[name] <= cell.column]
            found.setdefault((left or names[:1])[-1], []).append(cell)
        return {name: Printed.of(*cells) for name, cells in found.items()}

    def _with_done(self) -> dict[str, Printed]:
        """Return the goal and what was done for it: by their columns, otherwise the two halves of the texts.

        In one column, two goals may take turns with what was done for them, line by line. Empty if one column has an
        odd number of texts.
        """
        at = self.columns[DONE]
        goal = "overallGoal" if self.columns.keys() == {"overallGoal", DONE} else "annualGoal"
        columns, (half, odd) = {cell.column for cell in self.cells}, divmod(len(self.cells), 2)
        if len(columns) > 1:
            at = at if at in columns else max(columns)  # the rows below may lack the cells at their left
            sides = (
                [cell for cell in self.cells if cell.column < at],
                [cell for cell in self.cells if cell.column >= at],
            )
        elif odd or not half:
            return {}
        else:
            openings = [folded(cell.text)[:_OPENING] for cell in self.cells]
            turns = half == 1 or openings[::2] == openings[1::2]
            sides = (self.cells[::2], self.cells[1::2]) if turns else (self.cells[:half], self.cells[half:])
        return {name: Printed.of(*cells) for name, cells in zip((goal, DONE), sides, strict=True) if cells}

    def _in_order(self, names: list[str]) -> dict[str, list[Cell]]:
        """Return the texts of two labels in one column, by goal; empty if nothing shows which text is for which label.

        If the first label may span the second one, all texts are for the second; otherwise, each label has half of the
        texts if both halves begin alike.
        """
        if self._over and self._labels_are_above(names):
            return {names[1]: self.cells}
        half, openings = len(self.cells) // 2, [folded(cell.text)[:_OPENING] for cell in self.cells]
        alike = half and openings[:half] == openings[half:] and self._labels_are_above(self.labels)
        return {names[0]: self.cells[:half], names[1]: self.cells[half:]} if alike else {}

    def _labels_are_above(self, names: Collection[object]) -> bool:
        """Return whether the form has as many goal labels as `names`, and all of them are above the texts."""
        above = bool(self.cells) and all(label.line < self.cells[0].line for label in self.labels)
        return above and len(self.labels) == len(names)

    def left_blank(self, told: Collection[str]) -> Iterator[tuple[str, Place]]:
        """Yield the goals, with a place, that have only empty cells beside their labels.

        `told` names the goals that have a text.
        """
        if self.cells and not told:
            return  # it is unknown to which goal the text belongs
        spanning = [*self.labels.values()][:1] if self.cells and self._over else []
        bounds = [*sorted(self.columns.values()), 1 + max((cell.column for cell in self.blanks), default=0)]
        for name, column in self.columns.items():
            after = next((bound for bound in bounds if bound > column), column)
            blank = [cell for cell in self.blanks if column <= cell.column < after]
            filled = any(column <= cell.column < after for cell in self.cells)
            if name not in {*told, *spanning} and blank and not filled:
                yield name, blank[0].places[0]

    @property
    def _over(self) -> bool:
        """Return whether the first goal label may span the rows of the other labels."""
        return bool(self.labels) and role(next(iter(self.labels))).word in labels().over_goals

    @property
    def year_is_last(self) -> bool:
        """Return whether the label of the year's goal is at the right of the one for several years."""
        return self.columns.get("annualGoal", 1) >= self.columns.get("overallGoal", 0)


def _meaning(cell: Cell) -> str | None:
    """Return the local name of the goal that a cell labels, DONE for the label of what was done, or None.

    A label is a known word, or a phrase that ends with 目标.
    """
    told = role(cell)
    if told.kind is Kind.GOAL or (told.kind is Kind.RESULT and told.meaning == DONE):
        return told.meaning
    phrase = _PHRASE.fullmatch(folded(cell.text)) if not told.is_label else None
    of_term = "overallGoal" if phrase and phrase["term"] else None
    return "annualGoal" if phrase and phrase["year"] else of_term


def _is_label(cell: Cell) -> bool:
    """Return whether a cell is no text of a goal: a label, a word of a table, a line above forms, or a part of a label.

    A page break may leave such a part: 绩效目标 or 目标 of 项目绩效目标.
    """
    told = role(cell)
    word = told.word
    known = told.is_label or told.kind in _OF_TABLES or any(labels().line(name, cell.text) for name in _LINES)
    if known or any(each.fullmatch(folded(cell.text)) for each in (_PHRASE, _RATE_HEAD)):
        return True
    is_result = CELLS.pattern("achieved").fullmatch(word) is not None  # 完成, below 目标完成情况
    words = {*labels().groups, *labels().goals, *labels().columns}
    return not is_result and any(word in label for label in words)
