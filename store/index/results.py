"""Answers of the index, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

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
    """A value that a filter accepts, its words for people, and the number of projects that have the value."""

    value: str
    label: Bilingual | str
    projects: int
    iri: str = ""


@dataclass(frozen=True)
class Snippet:
    """A line, or a part of a long line around the matches; `marks` are the matches' positions (start, end) in it."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()

    @property
    def pieces(self) -> tuple[tuple[str, bool], ...]:
        """The text in pieces, each with a flag that is true for a match."""
        pieces: list[tuple[str, bool]] = []
        place = 0
        for start, end in self.marks:
            pieces += [(self.text[place:start], False), (self.text[start:end], True)]
            place = end
        pieces.append((self.text[place:], False))
        return tuple(piece for piece in pieces if piece[0])


@dataclass(frozen=True)
class Hit:
    """A thing that was found, with the line that matches.

    `matched` is the other name that matches where the label does not. For a project and its parts `project` is its IRI,
    `project_label` its name, and `source`, `line` and `page` tell where it was read. Where the line that matches stands
    below `line`, `quoted` is the whole of it. Bodies and documents have a number of `projects`, and so have
    indicators, of those with one of the same name. Projects have an `amount`. `others` are further names of a body or
    document, such as titles.
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

    `documents` are those whose numbers occur in the text, even amid other words; `near` are names spelt much like the
    text, if nothing was found; `searched` is false if the text has no letter or digit.
    """

    text: str
    total: int
    groups: tuple[Group, ...]
    documents: tuple[Hit, ...] = ()
    near: tuple[Name, ...] = ()
    searched: bool = True
    counts: Mapping[str, int] = field(default_factory=dict)
