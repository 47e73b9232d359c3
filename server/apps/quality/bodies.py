"""Count by filing body: what was read in part, what was refused, and the findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from jixiao.ontology.identity import Iris
from jixiao.server.apps.quality.counting import Count, Read, Tally
from jixiao.store import Refusal


@dataclass(frozen=True)
class Body:
    """A filing body: IRI and name, both None if no body is known; its filings, refused documents and findings.

    `filed` is true if the dataset holds a filing of the body.
    """

    iri: str | None
    name: str | None
    filed: bool
    read: Read
    refused: int
    findings: Count


def bodies(tally: Tally, by_body: Iterable[Count], refusals: Iterable[Refusal], base_iri: str) -> list[Body]:
    """Return all filing bodies: gravest findings first, then most refused, most partial, by name.

    A refused document counts for each of its bodies. Its body is the one that the document prints, be it merged.
    """
    iris = Iris(base_iri)
    found = {count.key: count for count in by_body}
    printed: dict[str, str] = {}
    refused: Counter[str | None] = Counter()
    for refusal in refusals:
        named = {iris.org(name): name for name in refusal.bodies}
        printed |= named
        concerned: list[str | None] = [*named] or [None]
        refused.update(concerned)
    nothing = Read(0, 0, 0)
    known = tally.read.keys() | found.keys()
    every = [
        Body(
            iri,
            iri and (tally.name(iri) if iri in known else printed.get(iri)),
            iri in tally.read,
            tally.read.get(iri, nothing),
            refused[iri],
            found.get(iri, Count(iri, {}, 0, {}, 0)),
        )
        for iri in {*known, *refused}
    ]
    return sorted(every, key=_rank)


def _rank(body: Body) -> tuple[int | str, ...]:
    grave = tuple(-body.findings.open.get(level, 0) for level in ("Violation", "Warning"))
    torn = (-body.refused, -body.read.partial_filings, -body.read.partial_projects)
    return *grave, *torn, -body.findings.all_open, -body.findings.accepted, body.name or "\uffff"
