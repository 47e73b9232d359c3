"""What a filing says, before it has IRIs: frozen values, each with the places it was read from.

Money is in yuan. A field that the form leaves blank is None (or absent from a tuple), never 0 or empty text.
"""

from dataclasses import dataclass
from decimal import Decimal

from jixiao.ingest.rendition import Cell, Place
from jixiao.ingest.values.plain import plain
from jixiao.ingest.values.targets import Target
from jixiao.ontology.identity import key
from jixiao.ontology.numbers import DocumentNumber


@dataclass(frozen=True)
class Printed:
    """Text as printed, without mark-up: its parts, a line each, with their places."""

    parts: tuple[tuple[Place, str], ...]

    @classmethod
    def of(cls, *cells: Cell) -> "Printed":
        """The text of one or more cells."""
        parts = ((cell.place(line), plain(text)) for cell in cells for line, text in cell.parts)
        return cls(tuple((place, text) for place, text in parts if text))

    @property
    def text(self) -> str:
        return "\n".join(text for _, text in self.parts)

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(place for place, _ in self.parts)

    @property
    def line(self) -> int:
        return self.parts[0][0].line


@dataclass(frozen=True)
class Amount:
    """One amount of the form: the property's local name, yuan, and why, where inferred.

    `value` is None for a blank cell, and the text as printed where that is no number; `step` is the place of its last
    digit, in yuan; `empty` is whether the cell holds not even a stroke.
    """

    name: str
    value: Decimal | str | None
    places: tuple[Place, ...]
    why: str | None = None
    step: Decimal | None = None
    empty: bool = False


@dataclass(frozen=True)
class Indicator:
    """One row of the indicator table; levels as printed, inherited on continuation rows."""

    name: Printed
    level1: str | None
    level2: str | None
    levels: tuple[Place, ...]
    target: Target | None
    target_places: tuple[Place, ...]


@dataclass(frozen=True)
class Citation:
    """A document that a filing names: title without its 《》, number as printed and as parsed, where it is named.

    `malformed` is what means to be its number and is not well-formed.
    """

    title: str | None
    printed_number: str | None
    number: DocumentNumber | None
    section: str
    places: tuple[Place, ...]
    malformed: str | None = None

    @property
    def identity(self) -> str:
        """What tells one document of a section from another.

        An order's number restarts with each issuer's year, so its title belongs to its identity.
        """
        named = key(self.title or "")
        if self.number is None:
            return named
        return f"{self.number.canonical}|{named if self.number.year is None else ''}"


@dataclass(frozen=True)
class Section:
    """One part of a narrative or form: the heading without its numbering, what it means, and the text below it.

    `running` is what of the text stands in no table, where that is not all of it; `number` is the heading's.
    """

    label: str
    meaning: str
    heading: Place
    text: Printed
    running: Printed | None = None
    number: int | None = None

    @property
    def prose(self) -> Printed:
        """Its running text."""
        return self.text if self.running is None else self.running


@dataclass(frozen=True)
class CostItem:
    """One line of a budget table: decimals, yuan where money; `why` where the unit was inferred.

    `step` is the place of the amount's last digit, in yuan, or of the price's where there is no amount; `times` is a
    further factor; `number` is printed before it; `group` counts the tables of the section from 1.
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


@dataclass(frozen=True)
class CostSubtotal:
    """A printed total of a budget table, in yuan, with the items that it covers by their places in the list, from 0."""

    label: str
    amount: Decimal
    step: Decimal | None
    items: tuple[int, ...]
    places: tuple[Place, ...]
    group: int = 1
    why: str | None = None


@dataclass(frozen=True)
class Claim:
    """A sum of money that running text claims, in yuan; `step` is the place of its last digit."""

    value: Decimal
    places: tuple[Place, ...]
    step: Decimal | None = None


@dataclass(frozen=True)
class Figure:
    """A figure that running text states for something, its `target` as indicators have theirs.

    `holder` says where it stands: the local name of a goal, or the place of a section in Project.sections.
    """

    label: str
    target: Target
    holder: str | int
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Calculation:
    """An expression that running text prints with its result: both in yuan, the place of the result's last digit."""

    text: str
    computed: Decimal
    result: Decimal
    step: Decimal
    holder: str | int
    places: tuple[Place, ...]


@dataclass(frozen=True)
class Form:
    """One 绩效目标申报表. `breaks_off` is the last line of a form that is not whole, with the reason.

    `left_blank` are the fields, amounts and goals that it asks for in cells that hold nothing; `goal_period` is the
    period in brackets in the head of its goals.
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
    title: Place | None = None  # where its number stands


@dataclass(frozen=True)
class Narrative:
    """The 项目经费情况说明 of one project."""

    number: int | None
    name: Printed | None
    sections: tuple[Section, ...]
    cost_items: tuple[CostItem, ...] = ()
    amount: Claim | None = None
    year: int | None = None  # of the title, where it names one
    subtotals: tuple[CostSubtotal, ...] = ()
    title: Place | None = None  # where its number stands

    def section(self, meaning: str) -> Section | None:
        return next((section for section in self.sections if section.meaning == meaning), None)


@dataclass(frozen=True)
class Project:
    """A form with the narrative that explains it, and what both cite and state; `number` is printed before them."""

    ordinal: int
    form: Form
    narrative: Narrative | None
    citations: tuple[Citation, ...]
    stated_bases: tuple[Printed, ...]
    figures: tuple[Figure, ...] = ()
    calculations: tuple[Calculation, ...] = ()
    number: int | None = None

    @property
    def sections(self) -> tuple[Section, ...]:
        """What the narrative says, then what rows of the form say."""
        return (*(self.narrative.sections if self.narrative else ()), *self.form.sections)

    @property
    def name(self) -> Printed | None:
        return self.form.fields.get("name") or (self.narrative.name if self.narrative else None)


@dataclass(frozen=True)
class Cover:
    """What a file says before its first project: the body, the fiscal year, how many projects and how much (yuan)."""

    body: Printed | None = None
    year: int | None = None
    count: Claim | None = None
    total: Claim | None = None


@dataclass(frozen=True)
class Extraction:
    """All that was read from one rendition.

    `boilerplate` and `persons` are places that carry no fact; `hidden` are the texts that name persons, by line.
    """

    cover: Cover
    projects: tuple[Project, ...]
    boilerplate: frozenset[Place]
    persons: frozenset[Place]
    hidden: dict[int, tuple[str, ...]]
