"""Findings as a report shows them: one `Reported` per result, in its document and filing, with its excerpt and key.

This module is separate from `documents`, which orders them by filing, and from `groups`, which folds them.
"""

import base64
import hashlib
from dataclasses import dataclass, field
from functools import cached_property

from jixiao.ontology.text.bilingual import Bilingual
from jixiao.shapes.catalogue import Fault
from jixiao.shapes.findings.excerpt import Shown
from jixiao.shapes.results import Result


@dataclass(frozen=True)
class Filed:
    """A filing body and the fiscal year; each is None if the document does not state it."""

    department: str | None = None
    year: int | None = None


@dataclass(frozen=True)
class ProjectHead:
    """A project of a document: its name, the line of its name, and the filing of the document that it belongs to."""

    name: str
    line: int | None = None
    filed: Filed = field(default_factory=Filed)


@dataclass(frozen=True)
class Reported:
    """One result in its document.

    `node` is the local name of its node (`r1` …). `accepted` is the reason for which a steward accepts the finding, or
    None. `key` does not change when the surrounding lines move (see the function `key`).
    """

    node: str
    result: Result
    filed: Filed
    excerpt: tuple[Shown, ...] = ()
    accepted: str | None = None

    @cached_property
    def key(self) -> str:
        """Identifier of the finding across checks."""
        return key(self.result, self.filed)

    @property
    def group(self) -> str:
        """Key of the group that the finding belongs to."""
        return self.result.group

    @property
    def fault(self) -> Fault:
        """The rule that the result belongs to."""
        return self.result.fault

    @property
    def rule(self) -> Fault | None:
        """The rule again, as findings of a store have it, which may be of an older version."""
        return self.fault

    @property
    def name(self) -> str:
        """Name of the rule."""
        return self.fault.name

    @property
    def level(self) -> str:
        """The last part of the severity's IRI."""
        return self.fault.level

    @property
    def message(self) -> Bilingual:
        """The sentence."""
        return self.result.message

    @property
    def lines(self) -> tuple[int, ...]:
        """The line numbers, in order."""
        return self.result.lines

    @property
    def whole(self) -> str | None:
        """IRI of the project that the finding is about, or None."""
        return self.result.project

    @property
    def fact(self) -> tuple[str, Filed]:
        """Key of the fact that the finding states."""
        return self.group, self.filed

    @property
    def is_accepted(self) -> bool:
        """True if a steward accepts the finding."""
        return self.accepted is not None

    @property
    def project(self) -> str | None:
        """Name of the project that the finding is about, or None if it is about the filing."""
        return (self.result.about or "") if self.result.project else None

    @cached_property
    def accepted_under(self) -> tuple[str, ...]:
        """The keys by which a list of accepted findings may name this one.

        These are its own key, the keys that it had under rules that its rule took the place of, and its group's.
        """
        former = (key(self.result, self.filed, name, zh) for name, zh in self.result.formerly)
        return (self.key, *former, self.group)


def key(result: Result, filed: Filed, fault: str | None = None, sentence: str | None = None) -> str:
    """Return the identifier of a finding that stays the same from one check to the next: `f-` and 16 characters.

    It is a digest of fault, filing body and year, project, part, property, value and sentence; it does not depend on
    line, file or order. A steward who accepts one of several findings with the same key accepts all of them. Another
    name of the fault, and its sentence, give the key that the finding would have had under that name.
    """
    parts = (
        fault or result.fault.name,
        filed.department or "",
        str(filed.year or ""),
        result.about or "",
        result.part or "",
        result.path or "",
        result.value or "",
        sentence or result.lasting or result.message.zh,
    )
    digest = hashlib.sha256("\n".join(parts).encode()).digest()
    return "f-" + base64.b32encode(digest).decode("ascii").lower()[:16]
