"""The result of reading one file: a deposit or a refusal, with the account of its projects.

Processes that hand files out and take readings up need these classes alone, and start sooner without the modules that
read.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from jixiao.ingest.left_out import LeftOut
from jixiao.ingest.rendition import Where
from jixiao.shapes.findings.finding import Report
from jixiao.shapes.validate import Engine
from jixiao.store import Deposit, Refusal, Transcription

Pair = tuple[bytes, str] | tuple[bytes, str, bytes | None] | tuple[bytes, str, bytes | None, Sequence[Transcription]]
"""The content of a document and its name, what was recognised in its pictures, if they were read before, and
transcriptions of them."""
Lack = Literal["name", "body", "year", "amount", "goals", "indicators", "targets"]


@dataclass(frozen=True)
class Judging:
    """The choices of a caller: the engine that validates, and if any violation refuses the whole file."""

    engine: Engine = "compiled"
    strict: bool = False


@dataclass(frozen=True)
class Money:
    """A project's amount: the IRI of its property, its value in yuan or None if none is published, and a reason.

    `why` is the ground on which the unit was inferred; without a value, the reason for its absence.
    """

    term: str | None = None
    value: Decimal | None = None
    why: str | None = None

    @property
    def certainty(self) -> Literal["stated", "inferred", "none"]:
        """The certainty of the amount."""
        if self.value is None:
            return "none"
        return "inferred" if self.why else "stated"


@dataclass(frozen=True)
class ProjectAccount:
    """One project: IRI, name, line, year, amount, number of parts of each kind, and missing parts.

    `targets` in `lacks` means that some of its indicators have no target.
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


@dataclass(frozen=True)
class Unread:
    """A line that was not understood: number, text with persons masked, place in the file, and whether in a form."""

    line: int
    text: str
    where: Where | None
    in_form: bool


@dataclass(frozen=True)
class Account:
    """The account of one document.

    `declared` is the number of projects on the cover; `stated` counts the facts that the source states outright,
    `inferred` those published on other grounds, and `withheld` cells without a published value, both by reason.
    `unread_within` are the projects between whose first and last fact a line is unread; `partial` those read in part.
    `dropped` are line and reason of each project that was left out.
    """

    projects: tuple[ProjectAccount, ...]
    declared: int | None
    stated: int
    inferred: Mapping[str, int]
    withheld: Mapping[str, int]
    unread: tuple[Unread, ...]
    left_out: tuple[LeftOut, ...]
    unread_within: frozenset[str] = frozenset()
    partial: frozenset[str] = frozenset()
    dropped: tuple[tuple[int | None, str], ...] = ()

    @property
    def unread_in_forms(self) -> tuple[Unread, ...]:
        """The unread lines of forms and narratives, which may hold facts."""
        return tuple(unread for unread in self.unread if unread.in_form)

    def lacking(self, lack: Lack) -> int:
        """Count the projects that lack a part."""
        return sum(1 for project in self.projects if lack in project.lacks)

    def counted(self, certainty: str) -> int:
        """Count the projects whose amount has this certainty."""
        return sum(1 for project in self.projects if project.amount.certainty == certainty)


@dataclass(frozen=True)
class Reading:
    """The result of reading one file: a deposit or a refusal, never both.

    `unread` are the numbers and texts of lines that were not understood; `share` (0 to 1) is the part of the lines that
    were; `warnings` counts the findings of that severity, `warning_groups` their groups; `rendition`, `ledger` and
    `account` exist for every readable file, refused or not; `bodies` are the names of the filing bodies; `seconds` is
    the CPU time per step; `drawing` are the lines that draw a stage of reading, if one was asked for; `recognition` is
    JSON of what was recognised in the file's pictures.
    """

    file_name: str
    sha256: str
    deposit: Deposit | None = None
    refusal: Refusal | None = None
    report: Report | None = None
    projects: int = 0
    indicators: int = 0
    citations: int = 0
    warnings: int = 0
    warning_groups: int = 0
    share: float = 0.0
    unread: tuple[tuple[int, str], ...] = ()
    rendition: dict[str, Any] | None = None
    ledger: dict[str, Any] | None = None
    account: Account | None = None
    bodies: tuple[str, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    drawing: tuple[str, ...] = ()
    recognition: bytes | None = field(default=None, repr=False)


def refused(file_name: str, zh: str, en: str, sha256: str = "") -> Reading:
    """Return the reading of an unreadable file; `sha256` is empty if its bytes could not be read."""
    return Reading(file_name, sha256, refusal=Refusal(sha256, file_name, (f"{zh} · {en}",), ""))
