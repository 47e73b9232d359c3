"""Hold the content of a filing, before it has IRIs, as frozen values with the places they were read from.

Money is in yuan. A field that the form leaves blank is None (or absent from a tuple), never 0 or empty text.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from jixiao.ingest.rendition import Cell, Place
from jixiao.ingest.values.plain import plain
from jixiao.ingest.values.targets import Target
from jixiao.ontology import properties, terms
from jixiao.ontology.identity import key
from jixiao.ontology.numbers import DocumentNumber

BODIES = tuple(name.removeprefix(terms.JX) for name in properties.bodies())
"""Local names of the fields that name a body of a project, in the order in which they answer for it."""


@dataclass(frozen=True)
class Printed:
    """Text as printed, without mark-up: its parts, one per line, with their places."""

    parts: tuple[tuple[Place, str], ...]

    @classmethod
    def of(cls, *cells: Cell) -> "Printed":
        """Take the text of one or more cells."""
        parts = ((cell.place(line), plain(text)) for cell in cells for line, text in cell.parts)
        return cls(tuple((place, text) for place, text in parts if text))

    @property
    def text(self) -> str:
        """The parts, a line each."""
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
    """One amount of the form: the property's local name, yuan, and the reason if the value was inferred.

    `value` is None for a blank cell, and the printed text if that is not a number; `step` is the place of the last
    digit, in yuan; `empty` is true if the cell holds not even a stroke.
    """

    name: str
    value: Decimal | str | None
    places: tuple[Place, ...]
    why: str | None = None
    step: Decimal | None = None
    empty: bool = False


@dataclass(frozen=True)
class Indicator:
    """One row of the indicator table; the levels are as printed and inherited by continuation rows.

    `weight` is the row's own, `share` that printed with its first level, in per cent or points. `adrift` is true if
    the row stands to the left of those above and prints no level, which may have been lost. `blank_target` is the place
    of a target's cell that was left blank; `direction` is what a column of its own prints, 正向指标 or 反向指标.
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
    direction: Printed | None = None


@dataclass(frozen=True)
class Doubt:
    """An indicator whose name may go on in the row below: its place among those of its form, and what it is then."""

    at: int
    whole: Indicator


@dataclass(frozen=True)
class Citation:
    """A document that a filing names: title without its 《》, number as printed and as parsed, and places.

    `malformed` is text in the place of a document number that is not well-formed.
    """

    title: str | None
    printed_number: str | None
    number: DocumentNumber | None
    section: str
    places: tuple[Place, ...]
    malformed: str | None = None

    @property
    def identity(self) -> str:
        """The key by which two citations within a section name one document.

        An order's number restarts with each issuer's year, so its title belongs to its identity.
        """
        named = key(self.title or "")
        if self.number is None:
            return named
        return f"{self.number.canonical}|{named if self.number.year is None else ''}"

    def repeats(self, other: "Citation") -> bool:
        """Tell if another citation of this identity has the title, or a longer or shorter form of it, or none."""
        mine, theirs = key(self.title or ""), key(other.title or "")
        return mine in theirs or theirs in mine


@dataclass(frozen=True)
class Section:
    """One part of a narrative or form: the heading without its number, its meaning, and the text below it.

    `running` is the text outside of tables if the section has tables; `number` is printed in the heading; `blank` are
    the lines from the heading to the next, if all below it are blank.
    """

    label: str
    meaning: str
    heading: Place
    text: Printed
    running: Printed | None = None
    number: int | None = None
    blank: tuple[Place, ...] = ()

    @property
    def prose(self) -> Printed:
        """The running text."""
        return self.text if self.running is None else self.running


@dataclass(frozen=True)
class CostItem:
    """One line of a budget table, with money in yuan; `why` is the reason if the unit was inferred.

    `step` is the place of the last digit of the amount (of the price if there is no amount), in yuan; `times` is a
    further factor; `number` is printed before the item; `group` counts the tables of the section from 1; `unit` is
    that of the quantity.
    """

    label: str
    quantity: Decimal | None
    unit_price: Decimal | None
    amount: Decimal | None
    places: tuple[Place, ...]
    why: str | None = None
    step: Decimal | None = None
    times: Decimal | None = None
    number: int | None = None
    group: int = 1
    unit: str | None = None


@dataclass(frozen=True)
class CostSubtotal:
    """A printed total of a budget table, in yuan; `items` are the indices, from 0, of the items that it covers."""

    label: str
    amount: Decimal
    step: Decimal | None
    items: tuple[int, ...]
    places: tuple[Place, ...]
    group: int = 1
    why: str | None = None


@dataclass(frozen=True)
class Claim:
    """A sum of money stated in running text, in yuan; `step` is the place of its last digit."""

    value: Decimal
    places: tuple[Place, ...]
    step: Decimal | None = None


@dataclass(frozen=True)
class Figure:
    """A figure stated in running text, with a `target` of the kind that indicators have.

    `holder` is the local name of a goal, or the index of a section in Project.sections.
    """

    label: str
    target: Target
    holder: str | int
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Calculation:
    """An expression printed with its result in running text.

    `computed` and `result` are in yuan, as is `step`, the place of the result's last digit.
    """

    text: str
    computed: Decimal
    result: Decimal
    step: Decimal
    holder: str | int
    places: tuple[Place, ...]


@dataclass(frozen=True)
class StatedSum:
    """Sums of money that running text or the form lists as parts of a total, in yuan.

    `result` is the total as printed, or None; `step` is the yuan to which the two can be compared; `holder` is that of
    a Figure, or None if the parts are amounts of the form.
    """

    text: str
    computed: Decimal
    result: Decimal | None
    step: Decimal
    holder: str | int | None
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Variant:
    """A clause that stands elsewhere in the filing with one or two other characters.

    `other` are the words there; `there` is that project, by its index, and its holder (see Figure).
    """

    text: str
    other: str
    holder: str | int
    there: tuple[int, str | int]
    places: tuple[Place, ...]


INDICATORS_LOST: tuple[str, tuple[Place, ...]] = ("hasIndicator", ())
"""Entry of `Form.withheld` for a table of which a row was not understood."""


@dataclass(frozen=True)
class Form:
    """One 绩效目标申报表. `breaks_off` is the last line of an incomplete form.

    `left_blank` are the fields, amounts and goals whose cells hold nothing; `goal_period` is the period in brackets in
    the head of the goals; `title` is the place of the form's number; `withheld` are the local names of properties that
    the form prints but that are not, or not wholly, read, with their places; `first` is where the form begins, None if
    there is none; `titles` are the lines above its labels, `above` is the line before these; `table_ends` is the place
    of the last row of the table of indicators; `rests` counts cells that surely go on in the row below, `doubts` are
    those that may; `lost` is true if rows of the table were not understood; `all_sources` is true if the form has one
    column of money, and in it fiscal and other funds and no other source; `year_place` is where `year` stands;
    `of_levels` is the money of levels of government, by the words of their labels.
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
    withheld: tuple[tuple[str, tuple[Place, ...]], ...] = ()
    first: Place | None = None
    titles: tuple[Printed, ...] = ()
    above: Printed | None = None
    table_ends: Place | None = None
    rests: int = 0
    doubts: tuple[Doubt, ...] = ()
    lost: bool = False
    all_sources: bool = False
    year_place: Place | None = None
    of_levels: tuple[Amount, ...] = ()


@dataclass(frozen=True)
class Narrative:
    """The 项目经费情况说明 of one project; `year` is named in its title, and `title` is the place of its number."""

    number: int | None
    name: Printed | None
    sections: tuple[Section, ...]
    cost_items: tuple[CostItem, ...] = ()
    amount: Claim | None = None
    year: int | None = None
    subtotals: tuple[CostSubtotal, ...] = ()
    title: Place | None = None

    def section(self, meaning: str) -> Section | None:
        """Return the first section of a meaning, or None if there is none."""
        return next((section for section in self.sections if section.meaning == meaning), None)


@dataclass(frozen=True)
class Project:
    """A form with its narrative, citations, bases and figures; `number` is printed before them.

    `borrowed` is a name that another place gives to a project without one, and the reason. `body` is a surer name of
    the body that the project is filed by than the one in its form.
    """

    ordinal: int
    form: Form
    narrative: Narrative | None
    citations: tuple[Citation, ...]
    stated_bases: tuple[Printed, ...]
    figures: tuple[Figure, ...] = ()
    calculations: tuple[Calculation, ...] = ()
    sums: tuple[StatedSum, ...] = ()
    number: int | None = None
    borrowed: tuple[Printed, str] | None = None
    variants: tuple[Variant, ...] = ()
    body: Printed | None = None

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections of the narrative, followed by the rows of the form that hold sections."""
        return (*(self.narrative.sections if self.narrative else ()), *self.form.sections)

    @property
    def name(self) -> Printed | None:
        """The name in the form, otherwise one that is borrowed, otherwise that of the narrative."""
        stated = self.form.fields.get("name") or (self.borrowed[0] if self.borrowed else None)
        return stated or (self.narrative.name if self.narrative else None)

    @property
    def first(self) -> Place | None:
        """The place at which the form begins, otherwise the narrative."""
        return self.form.first or (self.narrative.title if self.narrative else None)


@dataclass(frozen=True)
class Cover:
    """The part of a file before its first project: body, fiscal year, number of projects and their total (yuan)."""

    body: Printed | None = None
    year: int | None = None
    count: Claim | None = None
    total: Claim | None = None


Where = Literal["anywhere", "within", "outside"]


@dataclass(frozen=True)
class Misprint:
    """Words that are printed wrong, what they should be if that is sure, and the property that tells of them.

    `where` tells if words are wrong only within goals, sections and targets, or only outside of them.
    """

    text: str
    prescribed: str | None
    places: tuple[Place, ...]
    kind: str
    where: Where = "anywhere"


@dataclass(frozen=True)
class Extraction:
    """Everything that was read from one rendition.

    `boilerplate` and `persons` are places without facts; `hidden` are the texts that name persons, by line; `aside` are
    values of known labels that the project does not keep; `telling` are cells that hold more than the form's own words;
    `divided` are cells that the rendition shows as a part of another; `markup` are remains of mark-up, the first of
    each kind with the places of all; `misprints` are those of all cells, read or not.
    """

    cover: Cover
    projects: tuple[Project, ...]
    boilerplate: frozenset[Place]
    persons: frozenset[Place]
    hidden: dict[int, tuple[str, ...]]
    aside: frozenset[Place] = frozenset()
    telling: frozenset[Place] = frozenset()
    divided: frozenset[Place] = frozenset()
    markup: tuple[tuple[str, str, tuple[Place, ...]], ...] = ()
    misprints: tuple[Misprint, ...] = ()
