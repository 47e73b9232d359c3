"""The content of a filing before it has IRIs, as frozen values with the places they were read from.

Money is in yuan. A field that the form leaves blank is None (or absent from a tuple), never 0 or empty text.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from jixiao.ingest.rendition import Cell, Place, Row
from jixiao.ingest.values.plain import plain
from jixiao.ingest.values.targets import Target
from jixiao.ontology import properties, terms
from jixiao.ontology.identity import DocumentNumber, key
from jixiao.ontology.reasons import Reason, reason

BODIES = tuple(name.removeprefix(terms.JX) for name in properties.bodies())
"""Local names of the fields with a project's bodies; the first one with a value files the project."""
STATED = {
    **{"filingUnit": "filedBy", "localDepartment": "competentDepartment", "functionCode": "function"},
    **{"startYear": "startDate", "endYear": "endDate"},
}
"""The local names of the properties that state a field of another name."""


@dataclass(frozen=True)
class Printed:
    """Text as printed, without mark-up: its parts, one per line, with their places."""

    parts: tuple[tuple[Place, str], ...]

    @classmethod
    def of(cls, *cells: Cell) -> "Printed":
        """Return the text of one or more cells, without empty lines."""
        parts = ((cell.place(line), plain(text)) for cell in cells for line, text in cell.parts)
        return cls(tuple((place, text) for place, text in parts if text))

    @property
    def text(self) -> str:
        """The parts, one per line."""
        return "\n".join(text for _, text in self.parts)

    @property
    def places(self) -> tuple[Place, ...]:
        """The places of the parts, in order."""
        return tuple(place for place, _ in self.parts)

    @property
    def line(self) -> int:
        """The line of the first part."""
        return self.parts[0][0].line


@dataclass(frozen=True)
class Amount:
    """One amount of the form: the local name of its property, its value in yuan, and the reason if it was inferred.

    `value` is None for a blank cell, and the printed text if the text is no number; `step` is the value of the last
    digit, in yuan; `empty` is true if the cell does not even have a dash. `printed` is the text of the label and of the
    cell, for money of one level of government (central, provincial …). `label` is the label as printed, and `group`
    that of the group of money above or before the label, if there are such labels.
    """

    name: str
    value: Decimal | str | None
    places: tuple[Place, ...]
    why: Reason | None = None
    step: Decimal | None = None
    empty: bool = False
    printed: str = ""
    label: str = ""
    group: str = ""


@dataclass(frozen=True)
class Result:
    """The result of an indicator, as a self-evaluation prints it; any part may be missing (None), and 0 is a value.

    `achieved` is the value reached, read like a target; `reason` explains a deviation, and `blank_reason` is the
    place of its blank cell. The weight is the indicator's.
    `unread` is true if the row prints a target or a value reached that is not read: below an unknown heading, or as one
    of several figures that cannot be told apart.
    """

    achieved: Target | None = None
    achieved_places: tuple[Place, ...] = ()
    score: Decimal | None = None
    score_places: tuple[Place, ...] = ()
    reason: Printed | None = None
    blank_reason: Place | None = None
    unread: bool = False


@dataclass(frozen=True)
class Indicator:
    """One row of the indicator table; levels are as printed, and a row without levels has those of the row above.

    `weight` is the weight of the row, `share` the weight printed with its first level, both in per cent or points.
    `adrift` is true if the row prints no level and begins further left than the rows above, so that it may have lost
    its levels. `blank_target` is the place of a blank target; `target_unread` is true if the row may print the target
    elsewhere; `direction` is 正向指标 or 反向指标, if a column prints that. `result` is the result that a row of a
    self-evaluation states; `is_open` is true if a figure of the row may be its value reached, its weight or its score.
    """

    name: Printed
    level1: str | None
    level2: str | None
    levels: tuple[Place, ...]
    target: Target | None
    target_places: tuple[Place, ...]
    weight: Decimal | None = None
    weight_places: tuple[Place, ...] = ()
    share: Decimal | None = None
    adrift: bool = False
    blank_target: Place | None = None
    target_unread: bool = False
    direction: Printed | None = None
    result: Result | None = None
    is_open: bool = False


@dataclass(frozen=True)
class Citation:
    """A cited document: its title without 《》, its number as printed and as parsed, and its places.

    `malformed` is the text of a number that is not well-formed.
    """

    title: str | None
    printed_number: str | None
    number: DocumentNumber | None
    section: str
    places: tuple[Place, ...]
    malformed: str | None = None

    @property
    def identity(self) -> str:
        """The key of the document; two citations in a section with one key name one document.

        The numbers of orders restart with each issuer, so that the title of an order is part of its key.
        """
        named = key(self.title or "")
        if self.number is None:
            return named
        return f"{self.number.canonical}|{named if self.number.year is None else ''}"

    def repeats(self, other: "Citation") -> bool:
        """Return whether the title of this citation contains that of another one, or the other way round.

        Both citations must have one `identity`.
        """
        mine, theirs = key(self.title or ""), key(other.title or "")
        return mine in theirs or theirs in mine


@dataclass(frozen=True)
class Section:
    """One section of a narrative or form: its heading without number, its meaning, and its text.

    `running` is the text outside of tables if the section has tables; `number` is printed in the heading.
    """

    label: str
    meaning: str
    heading: Place
    text: Printed
    running: Printed | None = None
    number: int | None = None

    @property
    def prose(self) -> Printed:
        """Return the text of the section outside of tables."""
        return self.text if self.running is None else self.running


@dataclass(frozen=True)
class CostItem:
    """One item of a budget table, with money in yuan; `why` is the reason if its unit was inferred.

    `step` is the value of the last digit of the amount, or of the price without an amount, in yuan; `times` is a
    further factor; `number` is printed before the item; `group` counts the tables of the section from 1; `unit` is the
    quantity's.
    """

    label: str
    quantity: Decimal | None
    unit_price: Decimal | None
    amount: Decimal | None
    places: tuple[Place, ...]
    why: Reason | None = None
    step: Decimal | None = None
    times: Decimal | None = None
    number: int | None = None
    group: int = 1
    unit: str | None = None


@dataclass(frozen=True)
class CostSubtotal:
    """A printed total of a budget table, in yuan; `items` are the indices, from 0, of the items it covers.

    `number` is printed before it.
    """

    label: str
    amount: Decimal
    step: Decimal | None
    items: tuple[int, ...]
    places: tuple[Place, ...]
    group: int = 1
    why: Reason | None = None
    number: int | None = None


@dataclass(frozen=True)
class Claim:
    """A sum of money stated in running text, in yuan; `step` is the value of its last digit."""

    value: Decimal
    places: tuple[Place, ...]
    step: Decimal | None = None


@dataclass(frozen=True)
class Figure:
    """A figure in running text: the name of what it measures (`label`), and its value as an indicator's target.

    `holder` is the local name of a goal, or the index of a section in Project.sections.
    """

    label: str
    target: Target
    holder: str | int
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Calculation:
    """A calculation printed with its result, or sums of money listed as parts of a total, in running text or the form.

    `computed`, `result` and `step` are in yuan: `result` is as printed, or None for a list without a total, and `step`
    is the precision to which the two are compared. `holder` is as in Figure, or None if the parts are amounts of the
    form.
    """

    text: str
    computed: Decimal
    result: Decimal | None
    step: Decimal
    holder: str | int | None
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Variant:
    """A clause that is printed elsewhere in the filing with one or two other characters.

    `other` is the other clause; `there` is the index of its project and its holder (see Figure).
    """

    text: str
    other: str
    holder: str | int
    there: tuple[int, str | int]
    places: tuple[Place, ...]


RUN_TOGETHER, NOT_UNDERSTOOD, MASKED, END_NOT_SEEN = map(
    reason, ("run-together", "not-understood", "masked", "end-not-seen")
)
"""Reasons for which a printed property was not completely read."""


class Withheld(NamedTuple):
    """A printed property of a form that was not completely read: its local name, its places, and the reason."""

    name: str
    places: tuple[Place, ...]
    why: Reason


@dataclass(frozen=True)
class Execution:
    """One row of money of a self-evaluation: the total, or one source of money (其中：财政拨款).

    `amounts` are in yuan, by the names initialBudget, adjustedBudget, executed and received. `rate` is the share spent,
    as printed; `weight` and `score` are the points at most and the points given for the rate. `fund` is the property of
    projects with the name of the row, such as fiscalFunds.
    """

    label: Printed | None
    is_total: bool
    amounts: tuple[Amount, ...]
    rate: Printed | None = None
    weight: Decimal | None = None
    score: Decimal | None = None
    score_places: tuple[Place, ...] = ()
    fund: str | None = None


@dataclass(frozen=True)
class Evaluated:
    """Statements of a self-evaluation (自评表) on its project as a whole, besides fields, goals and indicators.

    `done` is what was done for the goal (实际完成情况), `grade` is 优 or the like, and `reason` that of deviations.
    `unread_total` are the places of a printed total of which no score was read.
    """

    executions: tuple[Execution, ...] = ()
    done: Printed | None = None
    total_score: Decimal | None = None
    total_score_places: tuple[Place, ...] = ()
    grade: Printed | None = None
    reason: Printed | None = None
    unread_total: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Form:
    """A 绩效目标申报表, or a 绩效自评表 if `evaluated` is set.

    `breaks_off` is the last line of a form whose end was not seen; `left_blank` are the fields, amounts and goals with
    blank cells; `goal_period` is the period in brackets in the header of the goals; `title` is the place of the form's
    number; `withheld` are the printed properties that were not completely read; `first` is the place at which the form
    begins, or None; `titles` are the lines above its labels, and `above` is the line before these; `closed` is true if
    something that belongs below the table of indicators follows it; `all_sources` is true if the form has one column of
    money with fiscal funds, other funds and no other source; `year_place` is the place of `year`; `of_levels` is the
    money of levels of government, by the words of their labels; `amount_cells` are the cells with amounts, which may
    state the parts of these amounts; `cost_items` and `subtotals` are the rows of a table of expenditure in the form.
    """

    fields: dict[str, Printed]
    amounts: tuple[Amount, ...]
    goals: dict[str, Printed]
    indicators: tuple[Indicator, ...]
    number: int | None = None
    year: int | None = None
    breaks_off: int | None = None
    sections: tuple[Section, ...] = ()
    left_blank: tuple[tuple[str, Place], ...] = ()
    goal_period: Printed | None = None
    title: Place | None = None
    withheld: tuple[Withheld, ...] = ()
    first: Place | None = None
    titles: tuple[Printed, ...] = ()
    above: Printed | None = None
    closed: bool = False
    all_sources: bool = False
    year_place: Place | None = None
    of_levels: tuple[Amount, ...] = ()
    amount_cells: tuple[Printed, ...] = ()
    cost_items: tuple[CostItem, ...] = ()
    subtotals: tuple[CostSubtotal, ...] = ()
    evaluated: Evaluated | None = None


@dataclass(frozen=True)
class Term:
    """The first and last day of a project in ISO 8601, and their places in the text."""

    first: str
    last: str
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Narrative:
    """The 项目经费情况说明 of one project; its title names `year`, and `title` is the place of its number.

    Its text states `amount` and `term`. `implementer` is the only body that the section 实施主体 names as responsible,
    `body` the one whose name is all of that section. `withheld` is as in Form.
    """

    number: int | None
    name: Printed | None
    sections: tuple[Section, ...]
    cost_items: tuple[CostItem, ...] = ()
    amount: Claim | None = None
    year: int | None = None
    subtotals: tuple[CostSubtotal, ...] = ()
    title: Place | None = None
    term: Term | None = None
    implementer: Printed | None = None
    body: Printed | None = None
    withheld: tuple[Withheld, ...] = ()

    def section(self, meaning: str) -> Section | None:
        """Return the first section with a meaning, or None."""
        return next((section for section in self.sections if section.meaning == meaning), None)


@dataclass(frozen=True)
class Project:
    """A form with its narrative, citations, bases and figures.

    `ordinal` is the project's place in the file, from 1, and `number` the number printed before the form and narrative.
    `borrowed` is, for a project without a name, a name found elsewhere with its source. `body` is a body recognised
    with more certainty than the one in the form. `variants` are its clauses that the filing prints a little differently
    elsewhere. `decision` is the phase of its money, a concept of `vocab/funding-decision`, or None if none is told;
    `phases` are the properties of amounts in another phase, each with this phase.
    """

    ordinal: int
    form: Form
    narrative: Narrative | None
    citations: tuple[Citation, ...]
    stated_bases: tuple[Printed, ...]
    figures: tuple[Figure, ...] = ()
    calculations: tuple[Calculation, ...] = ()
    sums: tuple[Calculation, ...] = ()
    number: int | None = None
    borrowed: tuple[Printed, Reason] | None = None
    variants: tuple[Variant, ...] = ()
    body: Printed | None = None
    decision: str | None = None
    phases: tuple[tuple[str, str], ...] = ()

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections of the narrative, then those in rows of the form."""
        return (*(self.narrative.sections if self.narrative else ()), *self.form.sections)

    @property
    def name(self) -> Printed | None:
        """The name in the form, otherwise the borrowed one, otherwise the narrative's; None without any."""
        stated = self.form.fields.get("name") or (self.borrowed[0] if self.borrowed else None)
        return stated or (self.narrative.name if self.narrative else None)

    @property
    def first(self) -> Place | None:
        """Return the place at which the form begins, else that of the narrative's title; None without either."""
        return self.form.first or (self.narrative.title if self.narrative else None)


@dataclass(frozen=True)
class Cover:
    """The part of a file before its first project: body, fiscal year, number of projects and their total (yuan).

    `titles` are its short lines, in which the place of the filing may be named; `year_places` are the places of titles
    with the year, `year_why` the reason for an inferred year. `signed` is the body that signed a notice or published
    the page; `of_finance` is true for a list that a finance department publishes of the projects of others.
    """

    body: Printed | None = None
    year: int | None = None
    count: Claim | None = None
    total: Claim | None = None
    titles: tuple[Printed, ...] = ()
    year_places: tuple[Place, ...] = ()
    year_why: Reason | None = None
    signed: Printed | None = None
    of_finance: bool = False


@dataclass(frozen=True)
class Misprint:
    """A misprint: its words, the correct words (None if uncertain), its places, and its property (`kind`, an IRI).

    `in_any` is true if no reader of a field's text seeks it.
    """

    text: str
    prescribed: str | None
    places: tuple[Place, ...]
    kind: str
    in_any: bool = False


@dataclass(frozen=True)
class Extraction:
    """Everything that was read from one rendition.

    `boilerplate` are places of the form's own words, `persons` of persons; `hidden` are the texts that name persons, by
    line; `aside` are places of values that are not kept; `telling` are cells with more than the form's own words;
    `divided` are cells that the rendition shows as part of another; `breaks_off` is the last line of a text that ends
    where a further project begins; `markup` is mark-up left in the text, each kind with its first occurrence and all
    places; `misprints` are those of all cells, even unread ones; `text` is that of all cells without white space, a
    line each; `rows` are the repaired rows, without persons.
    """

    cover: Cover
    projects: tuple[Project, ...]
    boilerplate: frozenset[Place]
    persons: frozenset[Place]
    hidden: dict[int, tuple[str, ...]]
    aside: frozenset[Place] = frozenset()
    telling: frozenset[Place] = frozenset()
    divided: frozenset[Place] = frozenset()
    breaks_off: int | None = None
    markup: tuple[tuple[str, tuple[Place, ...]], ...] = ()
    misprints: tuple[Misprint, ...] = ()
    text: str = ""
    rows: tuple[Row, ...] = ()
