"""Read two bodies, or one body in two years, for a comparison, with notes on what limits it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from jixiao.ontology.identity import label, plain_body
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.compare import facts
from jixiao.server.apps.compare.result import Side
from jixiao.server.apps.compare.verdicts import TOTALS, Said, Sum, listed, note, reason
from jixiao.server.editions.protocols import Edition
from jixiao.server.pages import completeness
from jixiao.server.runtime.service import Service
from jixiao.server.views import columns, names

MOST_PROJECTS = 3000
_MOST_COVERS = 12
CLAIMED = note("claimed")
"""The note that holds for every comparison of amounts."""


@dataclass(frozen=True)
class Body:
    """A body with related bodies, in one year or all, with its filings and projects.

    `covers` is the number of filings whose covers state other numbers or totals than were read; `many` is true if
    there were too many projects to read all.
    """

    side: Side
    bodies: dict[str, str]
    projects: tuple[columns.Row, ...]
    filings: tuple[columns.Row, ...]
    covers: int
    many: bool

    @property
    def label(self) -> Bilingual:
        """The side's label."""
        return self.side.label

    @property
    def names(self) -> list[str]:
        """The names under which the projects and filings have the body."""
        iris = dict.fromkeys(iri for row in self.projects for iri in str(row["bodies"] or "").split())
        borne = [self.bodies.get(iri, iri) for iri in iris]
        return sorted({*borne, *(str(row["body"]) for row in self.filings if row["body"])})

    @property
    def totals(self) -> set[bool]:
        """{True} if all names include subordinate bodies, {False} if none does, both values if only some do."""
        return {_is_totals(name) for name in self.names}

    def sum(self, kind: str) -> Sum:
        """Return the sum of a kind of amount."""
        stated = [value for row in self.projects if isinstance(value := row[kind], Decimal)]
        return Sum(len(self.projects), len(stated), sum(stated, Decimal(0)))

    def partial(self, rows: Sequence[columns.Row]) -> int:
        """Count the projects or filings that were read in part."""
        return sum(row["readingStatus"] == "partial" for row in rows)


def load(service: Service, now: Edition, side: Side) -> Body:
    """Return the facts of a side. Raises what Pool.run does."""

    def run(sparql: str) -> bytes:
        return service.run(now, sparql)

    iris = [side.iri, *names.kindred([side.iri], run)]
    asked = {"department": facts.nodes(iris), "year": facts.years(side.year)}
    projects = facts.rows(service, now, "projects", asked)
    filings = facts.rows(service, now, "filings", asked)
    covers = sum(completeness.cover(service, str(row["filing"])) is not None for row in filings[:_MOST_COVERS])
    many = len(projects) > MOST_PROJECTS
    named = names.labels(run, iris)
    return Body(side, named, tuple(projects[:MOST_PROJECTS]), tuple(filings), covers, many)


def notes(sides: Sequence[Body]) -> list[Said]:
    """Return what limits the comparison."""
    first, second = sides
    found: list[Said] = []
    for side in sides:
        for number, code, holds in (
            (0, "no-filing", not side.filings),
            (0, "no-projects", not side.projects),
            (MOST_PROJECTS, "many", side.many),
            (side.partial(side.projects), "partial-projects", True),
            (side.partial(side.filings), "partial-filings", True),
            (side.covers, "cover", True),
            (_MOST_COVERS, "many-filings", len(side.filings) > _MOST_COVERS),
            (0, "contained", len(side.totals) > 1),
        ):
            if holds and (number or code in ("no-filing", "no-projects", "contained")):
                found.append(note(code, side=side.label, number=number))
        if len(side.names) > 1 and side.names != first.names:
            found.append(note("names", side=side.label, names=_names(side.names)))
    if len(first.names) > 1:
        found.append(note("names", side=first.label, names=_names(first.names)))
    same_body = plain_body(first.side.name) == plain_body(second.side.name)
    if same_body and first.names and second.names and first.names != second.names:
        found.append(note("names-differ", names=_names(sorted({*first.names, *second.names}))))
    if first.projects and second.projects and first.totals != second.totals:
        found.append(note("scopes-differ"))
    if shared := len(_shared(first, second)):
        found.append(note("shared", number=shared))
    return found


def against(sides: Sequence[Body]) -> list[Said]:
    """Return the reasons why no sum of the sides can be compared."""
    first, second = sides
    found = []
    for side in sides:
        if side.many:
            found.append(reason("many", side=side.label))
        if side.covers:
            found.append(reason("cover", side=side.label))
        if len(side.totals) > 1:
            found.append(reason("contained", side=side.label))
    if first.projects and second.projects and first.totals != second.totals:
        found.append(reason("scopes-differ"))
    if _shared(first, second):
        found.append(reason("shared"))
    return found


def _names(names_: Sequence[str]) -> Bilingual:
    return listed([Bilingual(each, each) for each in names_])


def _shared(first: Body, second: Body) -> set[str]:
    """Return the projects that both sides have, unless they are one body in different years."""
    return {str(row["project"]) for row in first.projects} & {str(row["project"]) for row in second.projects}


def _is_totals(name: str) -> bool:
    return any(word in label(name).removeprefix(plain_body(name)) for word in TOTALS)
