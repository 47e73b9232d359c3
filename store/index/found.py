"""Answers of the index, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from jixiao.ontology.text import marks
from jixiao.ontology.text.bilingual import Bilingual

How = Literal["same", "contains", "abbreviates", "near"]
"""How a name matches a text: it equals the text; it contains the text; it has all the text's characters in their order,
with others between; or it is spelt much like the text."""


@dataclass(frozen=True)
class Name:
    """A name that matches a text: the name of a thing with an IRI, or a value without one, such as a unit of measure.

    `label` is the thing's label, and `matched` the name of it that matches; `projects` is the number of projects that
    have the thing or value.
    """

    iri: str
    kind: str
    label: str
    matched: str
    how: How
    projects: int


@dataclass(frozen=True)
class Choice:
    """A value that a filter accepts, its words for people, and the numbers of projects and evaluations that have it."""

    value: str
    label: Bilingual | str
    projects: int
    iri: str = ""
    evaluations: int = 0


@dataclass(frozen=True)
class Snippet:
    """A line, or a part of a long line around the matches; `marks` are the matches' positions (start, end) in it."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()

    @property
    def pieces(self) -> tuple[tuple[str, bool], ...]:
        """Return the text in pieces, each with a flag that is true for a match."""
        return tuple(marks.pieces(self.text, self.marks))


@dataclass(frozen=True)
class Hit:
    """A thing that was found, with the text that matches.

    `label` is its name. If the query does not occur in the label, `matched` is the other name of the thing in which it
    occurs. `others` are further names of a body or document, such as titles.

    For a project or evaluation and its parts, `project` is its IRI, `project_label` its name, and `department` and
    `year` are its own; `source`, `line` and `page` say where the thing was read. If the matching line comes after
    `line`, `quoted` is its text, else empty.

    `projects` is the number of projects of a body or document; for an indicator, the number of projects that have an
    indicator of the same name; `evaluations` is the number of self-evaluations of a body. `amount` is a project's, in
    yuan; `disputed` is the number of self-evaluations that disagree with the one that was found.
    """

    iri: str
    kind: str
    label: str
    snippet: Snippet
    matched: str | None = None
    how: How = "contains"
    project: str | None = None
    project_label: str | None = None
    department: str | None = None
    year: int | None = None
    source: str | None = None
    line: int | None = None
    page: int | None = None
    projects: int | None = None
    evaluations: int = 0
    disputed: int = 0
    amount: Decimal | None = None
    quoted: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """The hits of one kind: their number, and some of them in the order of rank."""

    kind: str
    count: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True)
class Found:
    """The result of a search.

    `total` counts the matches of all kinds, `counts` those of each kind. `documents` are those whose numbers occur in
    the text, even amid other words; `near` are names spelt much like the text, if nothing was found; `searched` is
    false if the text has no letter or digit. `regions` counts the matches in projects by the code of a province or, in
    a search within a region, of a division directly below it; it is empty if too much matches.
    """

    text: str
    total: int
    groups: tuple[Group, ...]
    documents: tuple[Hit, ...] = ()
    near: tuple[Name, ...] = ()
    searched: bool = True
    counts: Mapping[str, int] = field(default_factory=dict)
    regions: Mapping[str, int] = field(default_factory=dict)
