"""Read the rows of labels and values above the table of indicators: fields, money, and sections."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, takewhile

from jixiao.ingest.model import BODIES, MASKED, NOT_UNDERSTOOD, Printed, Section
from jixiao.ingest.recognition import UNREAD
from jixiao.ingest.rendition import Cell, Marks, Place, Row, places_of
from jixiao.ingest.roles.labels import CELLS, bare, begins_label, labels
from jixiao.ingest.roles.naming import may_name
from jixiao.ingest.roles.role import Kind, chosen, labels_of, role
from jixiao.ingest.structure.forms.goals import FORM, Goals
from jixiao.ingest.structure.funds import Asked, Funds
from jixiao.ingest.text.altered import ALTERED, is_altered, is_masked
from jixiao.ingest.values import amounts, dates
from jixiao.ingest.values.plain import folded
from jixiao.ontology.identity import key
from jixiao.ontology.places import opening
from jixiao.ontology.reasons import Reason
from jixiao.ontology.schemes import function, names_several_kinds
from jixiao.ontology.text.display import MASK

FIELDS = frozenset({"name", "category", "nature", *BODIES, "startDate", "endDate"})
"""Fields that a form may leave blank, besides money and goals."""
_TERM_ENDS = ("startDate", "endDate")
_DATES, _NAMED = frozenset(_TERM_ENDS), frozenset({Kind.FIELD, Kind.OTHER})
_BODIES, _CHOICES = frozenset({*BODIES, "filingUnit", "localDepartment"}), frozenset({"category", "nature"})
_FUND_NAMES = FORM.words("fund_names")
_RE = FORM.patterns
# The amounts in a form with one column of money: a total, fiscal funds, and other funds.
_ONE_COLUMN = tuple(
    frozenset(map(Asked, names))
    for names in (
        ("totalAmount", "fiscalFunds", "otherFunds"),
        ("annualRequest", "fiscalFunds", "annualOtherFunds"),
        ("annualRequest", "currentYearAppropriation", "annualOtherFunds"),
    )
)
_OF_MONEY = frozenset({Kind.AMOUNT, Kind.MONEY, Kind.GROUP, Kind.BLANK, Kind.UNIT, Kind.YEAR})
_NO_MONEY = frozenset({Kind.FIELD, Kind.PERSON, Kind.GOAL, Kind.SECTION})
_LEVELS = frozenset(word for name in ("higher_and_own", "each_level", "of_budgets") for word in FORM.words(name))
_GOAL_GROUPS = frozenset(FORM.words("goal_groups"))
_BODY_END = re.compile(rf"{CELLS.text('body_end')}$")
_GROUP, _GOAL, _TERM = "group of money", "goal", "term"  # meanings that are not local names
_DAY = re.compile(r"\s*(?!\d{1,2}\s*[.、]\s*[^\d\s])[^\d]*\d")  # a figure, but not the number of a list's item
_LONGEST_DATE = 16  # characters; longer text below the head of dates belongs to a plan
_SHORTEST_LINE = 20  # characters of a text that the next row may continue

Meaning = str | Asked
"""Meaning of a label: the local name of a property, the word of a section, or money."""
_Runs = list[tuple[Meaning | None, list[Cell]]]


@dataclass(frozen=True)
class _Money:
    """The amounts for which the labels in one row ask, and the kind of row.

    `only` is true for a row of labels and figures only, `figures` for a row with a figure; `sums` are the cells of the
    row that may be money, unless the row is about a field such as a period.
    """

    asked: frozenset[Asked]
    only: bool
    figures: bool
    sums: tuple[Cell, ...] = ()


@dataclass
class Labelled:
    """The reader of one form's labels and of the values beside them.

    `fields` and `blanks` are keyed by local name, `labels` and `texts` by the word of a section's label.
    """

    marks: Marks
    funds: Funds
    goals: Goals
    reads_line: Callable[[Cell], bool]
    fields: dict[str, Printed] = field(default_factory=dict)
    blanks: dict[Meaning, Place] = field(default_factory=dict)
    # By meaning, the places of a printed value that is not taken in, and the reason.
    withheld: dict[str, tuple[tuple[Place, ...], Reason]] = field(default_factory=dict)
    results: dict[str, list[Cell]] = field(default_factory=dict)  # by meaning, the label and the cells behind it
    labels: dict[str, Cell] = field(default_factory=dict)
    texts: dict[str, list[Cell]] = field(default_factory=dict)
    last: dict[int, tuple[Meaning, Cell]] = field(default_factory=dict)  # values of the row above, by column
    latest: str = ""  # the word of the last label
    of_bodies: dict[str, str] = field(default_factory=dict)  # the word of the last label of a body, by local name
    group: Cell | None = None  # the label above the labels of money
    local: Cell | None = None  # the nearest local department so far
    fund: Cell | None = None  # the name of the fund or policy, below which 项目名称 may follow
    open_aside: int = 0  # number of rows above with one label only, from the first whose value is not kept
    awaited: Meaning | None = None  # meaning of the label at the end of the row above; its value begins the next row
    alone: Meaning | None = None  # the meaning of the row above if that row is a single value
    below: Place | None = None  # the label of the row above, if it is alone below such a value
    open: set[Meaning] = field(default_factory=set)  # meanings of values that the text below them may continue
    term: dict[str, Printed] = field(default_factory=dict)  # first and last day, if one cell holds both
    money: list[_Money] = field(default_factory=list)  # the money of each row
    choices: list[Cell] = field(default_factory=list)  # what kind of project it is; self-evaluations do not keep that

    def row(self, row: Row) -> None:
        """Read a row of labels, each followed by its values, or a row of values below labels."""
        awaited, self.awaited = self.awaited, None
        alone, self.alone = self.alone, None
        named = row.filled[:-1] if row.filled and labels().line("form_unit", row.filled[-1].text) else ()
        # The filing unit, with its number.
        if _RE.numbered_body.fullmatch("".join(cell.text for cell in named)) and _ends_as_a_body(named[-1]):
            self.fields.setdefault("filingUnit", _without_code(Printed.of(named[-1])))
        self._without_fund(row)
        runs = _without_heads(self._runs(row))
        # A label directly below another one, where values stand below their labels.
        self.blanks |= {awaited: self.below} if awaited and self.below and len(runs) > 1 and not runs[0][1] else {}
        self._of_money(row)
        before = [cell for cell in runs[0][1] if cell]
        self.funds.take_unit(*before)
        self.open |= {alone} if alone and before and not begins_label(before[0].text) else set()
        if len(runs) == 1 and (self._goes_on(row, before) or self._rest(before)):
            return
        self.last = {}
        is_taken = self._before(awaited, before, alone=len(runs) == 1)
        for meaning, cells in runs:
            if meaning and cells:
                self._run(meaning, cells)
        for label, (meaning, cells) in zip(labels_of(row), runs[1:], strict=True):
            if meaning is None:
                self._without_meaning(label, cells)
        self._aside(runs, [] if is_taken else before)
        if any(role(cell).word in labels().uses for cell in row.filled):
            self.open_aside = 1
        self.awaited = runs[-1][0] if not runs[-1][1] and runs[-1][0] != _GROUP else None
        self.below = row.cells[0].places[0] if alone and self.awaited and len(row.cells) == 1 else None

    def _without_fund(self, row: Row) -> None:
        """Set the name of a fund aside if a row with the label 项目名称 follows, as in forms that have both names."""
        told = role(row.filled[0]) if len(row.filled) > 1 else None
        if told is None or told.meaning != "name":
            return
        of_fund = told.word in _FUND_NAMES
        if self.fund and not of_fund:
            self.fields.pop("name", None)
            self.marks.set_aside([self.fund])
        self.fund = row.filled[1] if of_fund else None

    def _without_meaning(self, label: Cell, cells: Sequence[Cell]) -> None:
        """Set aside the cells after a label whose value is not kept; a text that cites documents becomes a section.

        The cells after a label of results are kept, too.
        """
        told = role(label)
        if told.kind is Kind.RESULT and told.meaning:
            self.results.setdefault(told.meaning, [label, *filter(None, cells)])
        citing = next((cell for cell in cells if "《" in cell.text), None)
        if citing and role(label).kind is Kind.OTHER:
            self.labels.setdefault(role(label).word, label)
            self.texts.setdefault(role(label).word, [citing])
            cells = [cell for cell in cells if cell is not citing]
        self.marks.set_aside(cells)
        self.marks.boilerplate.difference_update(places_of(cells))  # of a label that its value runs into

    def _aside(self, runs: _Runs, before: Sequence[Cell]) -> None:
        """Set aside the value of a label whose value is not kept, if it stands below the label.

        This holds for several such values below as many labels, too. `runs` are the labels of a row with their cells,
        and `before` the cells before any label, except for one that is the value of a label.
        """
        if self.open_aside and len(runs) == 1 and len(before) == 1:
            self.marks.set_aside(before)
            self.open_aside -= 1
        elif len(runs) > 1 and not runs[-1][1]:
            self.open_aside = self.open_aside + 1 if self.open_aside and len(runs) == 2 else int(runs[-1][0] is None)
        else:
            self.open_aside = 0

    def sections(self) -> tuple[Section, ...]:
        """Return the sections (labelled texts) in rows of the form, in the order of their labels."""
        return tuple(
            Section(word, labels().form_sections.get(word, word), label.places[0], _joined(self.texts[word]))
            for word, label in self.labels.items()
            if word in self.texts
        )

    def left_blank(self) -> Iterator[tuple[str, Place]]:
        """Yield each field that is left empty beside its label, with the place of the empty cell."""
        for name, place in self.blanks.items():
            if isinstance(name, str) and name in FIELDS - self.fields.keys():
                yield name, place

    def all_sources(self) -> bool:
        """Return whether a form's only column of money has fiscal and other funds, and surely no other source.

        From the label of the total to the last of these labels, rows hold labels and figures only, and the row below
        holds no figure.
        """
        if frozenset().union(*(row.asked for row in self.money)) not in _ONE_COLUMN:
            return False
        at = [number for number, row in enumerate(self.money) if row.asked]
        below = self.money[at[-1] + 1 : at[-1] + 2]
        return all(row.only for row in self.money[at[0] : at[-1] + 1]) and not any(row.figures for row in below)

    def open_sums(self) -> list[Cell]:
        """Return the money from the first to the last row of amounts, and in the row below, that no amount has."""
        at = [number for number, row in enumerate(self.money) if row.asked]
        rows = self.money[at[0] : at[-1] + 2] if at else []
        return self.funds.apart_from_amounts(cell for row in rows for cell in row.sums)

    def _of_money(self, row: Row) -> None:
        asked = frozenset(found for cell in row.filled if (found := self.funds.asked.get(cell.places[0])))
        values = [cell for cell in row.filled if role(cell).kind not in _OF_MONEY]
        figures = [amounts.names_figure(cell.text) and not amounts.is_blank(cell.text) for cell in values]
        only = all(is_figure or amounts.is_blank(cell.text) for cell, is_figure in zip(values, figures, strict=True))
        is_of_field = role(row.filled[0]).kind in _NO_MONEY if row.filled else True
        sums = () if is_of_field else tuple(cell for cell in values if amounts.money(cell.text))
        self.money.append(_Money(asked, only, any(figures), sums))
        self.funds.take_figures(values)

    def _runs(self, row: Row) -> _Runs:
        """Divide a row at its labels; return each label's meaning with the cells up to the next label.

        The first item is None with the cells before any label. Years, titles and units are read here, and are not
        returned.
        """
        years = [cell for cell in row.filled if labels().line("form_year", cell.text)]  # columns of money
        runs: _Runs = [(None, [])]
        of_row = labels_of(row)
        for cell in row.cells:
            if cell in of_row:
                runs.append((self._label(cell), []))
            elif (
                (runs[-1][0] not in {None, _TERM} and not labels().line("form_unit", cell.text))
                or len(years) > 1
                or not self.reads_line(cell)
            ):
                runs[-1][1].append(cell)
        return runs

    def _label(self, cell: Cell) -> Meaning | None:
        """Note a label, and return its meaning; None if its value is not kept."""
        told = role(cell)
        self.latest = told.word
        self.marks.known([cell])
        if told.kind is Kind.PERSON:
            return None
        if told.meaning in BODIES:
            self._of_filer(told.meaning, told.word)
        if told.kind in {Kind.MONEY, Kind.GROUP, Kind.OTHER}:
            self.funds.take_unit(cell)
        if told.kind in {Kind.MONEY, Kind.GROUP}:
            self.funds.group = cell.in_one_line
        of_level = Asked(told.word, of_level=True) if told.kind is Kind.OTHER and told.word in _LEVELS else None
        if asked := Asked(told.meaning) if told.kind is Kind.AMOUNT and told.meaning else of_level:
            return self.funds.label(asked, cell, len(self.money))
        if told.kind is Kind.MONEY:
            self.group = cell
            return _GROUP
        if told.kind is Kind.SECTION:
            self.labels[told.word] = cell
            return told.word
        named = told.meaning if told.kind in _NAMED else None
        goal = _GOAL if told.word in _GOAL_GROUPS else named
        return _TERM if told.word in labels().terms else goal

    def _of_filer(self, meaning: str, word: str) -> None:
        """Correct the form's bodies if 部门 precedes the label 主管部门, or 单位名称 the label 项目实施单位.

        The value of the first label then is the unit that fills in the form. `word` is the second label, and `meaning`
        the local name of the body that both ask for.
        """
        last, self.of_bodies[meaning] = self.of_bodies.get(meaning, word), word
        certain = [any(part in label for part in FORM.words(meaning)) for label in (last, word)]
        if certain == [False, True] and (other := self.fields.pop(meaning, None)):
            self.fields.setdefault("filingUnit", other)

    def _goes_on(self, row: Row, cells: list[Cell]) -> bool:
        """Add cells to the values above them, and return True, if all of them stand below such values.

        Otherwise nothing is added. False also for a row with one cell, and if `cells` is empty.
        """
        if not cells or len(row.cells) < 2 or any(cell.column not in self.last for cell in cells):
            return False
        for cell in cells:
            meaning, value = self.last[cell.column]
            if isinstance(meaning, Asked):
                self.funds.cells.pop(meaning, None)
            else:
                self.fields.pop(meaning, None)
            self._value(meaning, replace(value, parts=(*value.parts, *cell.parts)))
        return True

    def _rest(self, cells: list[Cell]) -> bool:
        """Complete the names of bodies that end abruptly in the row above; return True if all were completed.

        `cells` are the rests. A body whose rest cannot be assigned is removed, so that no half of a name is kept. If
        a cell is a figure or begins with a label, nothing changes, and the answer is False.
        """
        values = (self.last[column] for column in sorted(self.last))
        bodies = [(meaning, cell) for meaning, cell in values if isinstance(meaning, str) and meaning in _BODIES]
        torn = [(meaning, cell) for meaning, cell in bodies if not _ends_as_a_body(cell)]
        if not torn or not cells or any(_RE.labelled.match(cell.text) or amounts.quantity(cell.text) for cell in cells):
            return False
        one_each = len(cells) == len(torn) and all(map(_ends_as_a_body, cells))
        for number, (meaning, cell) in enumerate(torn):
            self.fields.pop(meaning, None)
            if one_each:
                self._field(meaning, replace(cell, parts=(*cell.parts, *cells[number].parts)))
        self.marks.known(cells if one_each else ())
        return one_each

    def _before(self, awaited: Meaning | None, cells: list[Cell], *, alone: bool) -> bool:
        """Read a cell before any label of its row: a value below a label, or the rest of a section or goal.

        Only a cell that is `alone` in its row may be such a rest; several cells are not read. `awaited` is the meaning
        of the last label if that label has no value so far. Return whether the cell is the value of that label.
        """
        if len(cells) != 1:
            return False
        no_money = isinstance(awaited, Asked) and not amounts.names_figure(cells[0].text)
        if awaited and not no_money and _may_be_value(awaited, cells[0]):
            self._value(awaited, cells[0])
            self.alone = awaited
            return True
        if alone and _is_open(text := self.texts.get(self.latest, [])):
            text.append(cells[0])
        elif alone and self.latest in _GOAL_GROUPS:
            self.goals.goes_on(cells[0])
        return False

    def _run(self, meaning: Meaning, cells: list[Cell]) -> None:
        """Read the value of a label: the cell beside it, or the only filled cell before the next label.

        If the cell beside the label is blank and several follow, the first of them may be an unknown label.
        """
        if isinstance(meaning, Asked):
            cells = list(takewhile(lambda cell: bare(cell.text) not in CELLS.words("other_years"), cells))
            if cells and amounts.quantity(cells[0].text):  # an unknown label beside a figure has a figure of its own
                cells = [cells[0], *takewhile(lambda cell: not cell or amounts.quantity(cell.text), cells[1:])]
        if meaning == _GOAL:
            for cell in filter(None, cells):
                self._value(meaning, cell)
            return
        filled = [cell for cell in cells if cell and bare(cell.text) not in labels().sums]
        if meaning == _GROUP:
            if self.group and len(filled) == 1 and amounts.names_figure(filled[0].text):
                self._value(self.funds.label(Asked("totalAmount"), self.group, len(self.money)), filled[0])
            else:
                printed = [cell for cell in filled if _RE.printed_money.search(cell.text)]
                self.funds.untold[Asked("totalAmount")] += printed
            return
        if isinstance(meaning, Asked) and sum(bool(amounts.quantity(cell.text)) for cell in filled) > 1:
            self.funds.untold[meaning] += filled  # several years or states: it is unknown which one is asked for
            return
        if meaning in _CHOICES and names_several_kinds("".join(cell.text for cell in filled)):
            self.withheld.setdefault(meaning, (places_of(filled), NOT_UNDERSTOOD))  # the mark of the chosen one is lost
        elif cells and (not filled or cells[0] or len(filled) == 1):
            self._value(meaning, filled[0] if filled else cells[0])

    def _value(self, meaning: Meaning, cell: Cell) -> None:
        cell = _behind_mask(cell) if meaning in _BODIES else cell
        if cell and meaning != _GOAL:
            self.last[cell.column] = meaning, cell
        elif not cell:
            self.blanks.setdefault(meaning, cell.places[0])
        if isinstance(meaning, Asked):
            self._amount(meaning, cell)
        elif meaning == _GOAL:
            self.goals.beside_group(cell)
        elif meaning == _TERM:
            self._dated(cell)
        elif amounts.is_blank(cell.text):
            self.marks.known([cell])
        elif meaning in self.labels:
            self.texts.setdefault(meaning, [cell])
        elif MASK in cell.text or (meaning != "name" and is_masked(cell.text)):
            self.withheld.setdefault(meaning, (cell.places, MASKED))
        elif meaning in _BODIES and len(_bodies(cell)) > 1:
            self.withheld.setdefault(meaning, (cell.places, NOT_UNDERSTOOD))
        elif meaning in _BODIES and is_altered(cell.text):
            self.withheld.setdefault(meaning, (cell.places, ALTERED))
        elif meaning == "functionCode" and function(cell.text) is None:
            self.marks.set_aside([cell])  # of another classification
        elif key(cell.text):
            self._field(meaning, cell)

    def _amount(self, asked: Asked, cell: Cell) -> None:
        """Read a cell beside a label of money; a cell of words is an unknown label, not an amount.

        A place that text recognition could not read is kept as an amount without a value.
        """
        self.marks.set_aside([cell] if asked.of_years or asked.of_level else ())
        if amounts.names_figure(cell.text) or _RE.figure.search(cell.text) or UNREAD in cell.text:
            self.funds.take(asked, cell)

    def _dated(self, cell: Cell) -> None:
        """Read a cell as the term of the project: its first and last month, or its length (3年)."""
        told = None if _RE.length.fullmatch(folded(cell.text)) else dates.term(cell.text)
        if told and not self.term:
            self.term = {name: Printed(((cell.places[0], text),)) for name, text in zip(_TERM_ENDS, told, strict=True)}
        elif cell and not told and _RE.length.fullmatch(folded(cell.text)):
            self.fields.setdefault("projectTerm", Printed.of(cell))
        elif not told and _RE.days.fullmatch(folded(cell.text)):
            self.withheld |= dict.fromkeys(_TERM_ENDS, (cell.places, NOT_UNDERSTOOD))
        else:
            self.marks.set_aside([cell] if cell and not told else ())

    def _field(self, meaning: str, cell: Cell) -> None:
        printed = Printed.of(cell)
        self.marks.set_aside([cell] if meaning.endswith("Year") else ())
        names = meaning in {*_BODIES, "name"}
        if names and (role(cell).kind in {Kind.LEVEL, Kind.COLUMN} or amounts.labelled_unit(cell.text)):
            if meaning != "name":
                self.funds.take_unit(cell)  # 单位: 万元
            return  # a word of the head of a table, or a row of sums or figures
        if meaning == "name" and not may_name(cell.text, "label"):
            return
        if names:
            printed = Printed(tuple((place, amounts.named(text)) for place, text in printed.parts))
        if meaning in _BODIES:
            printed = Printed(tuple((place, _RE.label_behind.sub("", text)) for place, text in printed.parts))
            printed = _without_code(printed)
        elif meaning == "name":
            printed = Printed(tuple((place, _RE.name_code.sub("", text)) for place, text in printed.parts))
        elif meaning in _CHOICES:
            self.choices.append(cell)
            if (choice := chosen(printed.text)) is not None:
                printed = Printed(((cell.places[0], choice),) if choice else ())
        if meaning == "localDepartment" and printed.parts:  # the nearest is last: province, then county
            self.marks.set_aside([self.local] if self.local else ())
            self.fields[meaning], self.local = printed, cell
        elif printed.parts and self.fields.setdefault(meaning, printed).text == printed.text:
            self.marks.set_aside([cell])  # said once more, if not now for the first time


def _without_heads(runs: _Runs) -> _Runs:
    """Return the labels and cells of a row, without the meanings of labels that only head columns of a schedule.

    Such labels ask for a first and a last day: the second directly follows the first, and no day follows.
    """
    meanings = [meaning for meaning, _ in runs]
    for at, ((first, between), (last, behind)) in enumerate(pairwise(runs)):
        days = between or any(re.search(r"\d", cell.text) for cell in behind)
        if at and (first, last) == ("startDate", "endDate") and not days:
            meanings[at : at + 2] = (None, None)
    return [(meaning, cells) for meaning, (_, cells) in zip(meanings, runs, strict=True)]


def _ends_as_a_body(cell: Cell) -> bool:
    """Return whether a text ends as names of bodies do: 局, 委员会."""
    return _BODY_END.search(folded(cell.text)) is not None


def _bodies(cell: Cell) -> list[str]:
    """Return the words of a cell if each of them is the name of a body with its place; otherwise nothing."""
    words = [*dict.fromkeys(cell.text.split())]
    return words if all(opening(word)[0] and _BODY_END.search(folded(word)) for word in words) else []


def _is_open(cells: list[Cell]) -> bool:
    """Return whether a section's text ends within a sentence, so that it continues in the paragraph below."""
    text = folded(cells[-1].text) if cells else ""
    return len(text) > _SHORTEST_LINE and not _RE.sentence_end.search(text)


def _joined(cells: list[Cell]) -> Printed:
    """Return the text of a section; a sentence that continues in the next row is joined."""
    (first, *below) = (Printed.of(cell).parts for cell in cells)
    parts = list(first)
    for (place, text), *rest in below:
        parts[-1] = (parts[-1][0], parts[-1][1] + text)
        parts += [(place, ""), *rest]
    return Printed(tuple(parts))


def _may_be_value(meaning: Meaning, cell: Cell) -> bool:
    """Return whether a cell on the line below a label may be its value, and is not another label with its value.

    The value of a date must be short and have a figure, other than the number of a list's item.
    """
    is_day = _DAY.match(folded(cell.text)) and len(folded(cell.text)) <= _LONGEST_DATE
    return bool(is_day or meaning not in _DATES) and _RE.labelled.match(cell.text) is None


def _behind_mask(cell: Cell) -> Cell:
    """Return a body's cell without a mask in front of a name that begins with its place."""
    rests = ((line, text, _RE.mask_before.sub("", text)) for line, text in cell.parts)
    return replace(cell, parts=tuple((line, rest if opening(rest)[0] else text) for line, text, rest in rests))


def _without_code(printed: Printed) -> Printed:
    """Return a body's name without its number in the budget system; a number alone is kept.

    A second name on the same line, after an unknown label, is left out.
    """
    alone = ((place, _RE.body_alone.sub(r"\g<body>", text)) for place, text in printed.parts)
    named = tuple((place, rest) for place, text in alone if (rest := _RE.code.sub("", text)).strip())
    return Printed(named) if named else printed
