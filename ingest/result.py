"""The result of reading one file: a deposit or a refusal, with the account of its projects.

Processes that only distribute files and collect readings import this module alone, and so start faster.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from jixiao.ingest.rendition import LeftOut, Where
from jixiao.ontology.reasons import Reason
from jixiao.shapes.findings.finding import Report
from jixiao.store import Deposit, Pictured, Refusal

Lack = Literal["name", "body", "year", "amount", "goals", "indicators", "targets"]


@dataclass(frozen=True)
class Document:
    """A file to read: its bytes and its name, and what is known of the text in its pictures."""

    content: bytes = field(repr=False)
    name: str
    pictured: Pictured = field(default_factory=Pictured)


@dataclass(frozen=True)
class Money:
    """A project's amount in yuan, None if none is published; `term` is the IRI of the property that states the amount.

    `why` is the reason for an inferred unit, or for a missing value; None if the value is stated with its unit.
    """

    term: str | None = None
    value: Decimal | None = None
    why: Reason | None = None

    @property
    def certainty(self) -> Literal["stated", "inferred", "none"]:
        """Return "stated", "inferred" (if its unit was inferred, for example), or "none" without a value."""
        if self.value is None:
            return "none"
        return "inferred" if self.why else "stated"


@dataclass(frozen=True)
class ProjectAccount:
    """One project: IRI, name, line at which it begins, year, amount, and the number of its parts of each kind.

    `lacks` names the kinds of parts that it does not have; `targets` there means that some indicators have no target.
    `left_blank` has the IRIs of the properties and classes of goals that the form asks for and leaves blank.
    """

    iri: str
    name: str
    line: int | None
    year: int | None
    amount: Money
    indicators: int
    goals: int
    citations: int
    stated_bases: int
    lacks: tuple[Lack, ...]
    left_blank: tuple[str, ...] = ()


@dataclass(frozen=True)
class EvaluationAccount:
    """One self-evaluation: IRI, name, line, year, what was spent in yuan, and the numbers of its results.

    `results` counts its rows of indicators, `reached` those with a value reached, and `scored` those with a score.
    """

    iri: str
    name: str
    line: int | None
    year: int | None
    spent: Decimal | None
    results: int
    reached: int
    scored: int


@dataclass(frozen=True)
class Unread:
    """A line that was not understood: its number, its text with persons masked, and its position in the file.

    `in_form` is true for a line of a form or narrative.
    """

    line: int
    text: str
    where: Where | None
    in_form: bool


@dataclass(frozen=True)
class Account:
    """The account of one document: of its projects, and of its self-evaluations.

    `declared` is the number of projects that the cover gives; `stated` is the number of facts that the source states.
    `inferred` has the reasons of inferred facts, each with the number of these, the most frequent first; `withheld` has
    those of cells without a published value. `unread_within` are the projects with an unread line between their first
    and last fact, and `partial` those not completely read. `dropped` has the line of each project that was left out,
    and a sentence with the reason and what else was read of it. `alone` are the lines that no field of a form
    claims, and whose sums, lists, dates, documents and words were read by themselves. `hidden` has the IRIs of the
    properties that unread lines of each evaluation and result may hold.
    """

    projects: tuple[ProjectAccount, ...]
    declared: int | None
    stated: int
    inferred: tuple[tuple[Reason, int], ...]
    withheld: tuple[tuple[Reason, int], ...]
    unread: tuple[Unread, ...]
    left_out: tuple[LeftOut, ...]
    unread_within: frozenset[str] = frozenset()
    partial: frozenset[str] = frozenset()
    dropped: tuple[tuple[int | None, str], ...] = ()
    alone: frozenset[int] = frozenset()
    evaluations: tuple[EvaluationAccount, ...] = ()
    hidden: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def forms(self) -> tuple[ProjectAccount | EvaluationAccount, ...]:
        """The projects, then the self-evaluations."""
        return (*self.projects, *self.evaluations)

    @property
    def unread_in_forms(self) -> tuple[Unread, ...]:
        """The unread lines of forms and narratives, which may hold facts."""
        return tuple(unread for unread in self.unread if unread.in_form)

    def lacking(self, lack: str) -> int:
        """Return the number of projects that have the kind `lack` among their missing parts (see ProjectAccount)."""
        return sum(1 for project in self.projects if lack in project.lacks)

    def counted(self, certainty: str) -> int:
        """Return the number of projects whose amount has a certainty: stated, inferred or none (see Money)."""
        return sum(1 for project in self.projects if project.amount.certainty == certainty)


@dataclass(frozen=True)
class Reading:
    """The result of reading one file: a deposit or a refusal, never both.

    `share` (0 to 1) is the part of the lines of forms that were understood; `warnings` counts the findings of that
    severity, `warning_groups` their groups; `rendition`, `ledger` and `account` exist for every readable file, even a
    refused one; `bodies` are the names of the filing bodies; `stages` has the name, begin and end (in nanoseconds) of
    each stage of the reading; `drawing` are the lines of the drawn cells, if requested; `recognition` is the JSON of
    the text recognised in the file's pictures; `is_filing` is false for a readable file of another kind.
    """

    file_name: str
    sha256: str
    deposit: Deposit | None = None
    refusal: Refusal | None = None
    report: Report | None = None
    projects: int = 0
    evaluations: int = 0
    indicators: int = 0
    citations: int = 0
    warnings: int = 0
    warning_groups: int = 0
    share: float = 0.0
    rendition: dict[str, Any] | None = None
    ledger: dict[str, Any] | None = None
    account: Account | None = None
    bodies: tuple[str, ...] = ()
    drawing: tuple[str, ...] = ()
    recognition: bytes | None = field(default=None, repr=False)
    is_filing: bool = True


def refused(file_name: str, zh: str, en: str, sha256: str = "") -> Reading:
    """Return the reading of an unreadable file, refused for the reason `zh` (in Chinese) and `en` (in English).

    `sha256` is empty if the file's bytes could not be read.
    """
    return Reading(file_name, sha256, refusal=Refusal(sha256, file_name, (f"{zh} · {en}",), ""))
