"""Read the facts about two bodies, or one body in two years, for a comparison, and find what limits it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from jixiao.ontology.identity import label, plain_body
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.apps.compare.facts import Facts, decimal
from jixiao.server.apps.compare.result import Side
from jixiao.server.apps.compare.verdicts import TOTALS, Said, Sum, listed, note, reason
from jixiao.server.pages import completeness
from jixiao.server.views import answers, names

MOST_PROJECTS = 3000
_MOST_COVERS = 12
_AGAINST_SUMS = ("many", "cover", "contained", "scopes-differ", "shared")
"""Codes (reasons.toml) of the limits of a comparison because of which no sums are compared."""


@dataclass(frozen=True)
class Body:
    """The projects and filings of a body and its related bodies, in one year or in all.

    `bodies` maps the IRIs of these bodies to their names. `covers` is the number of filings whose cover contradicts the
    data read from them; `many` is True if there are more than MOST_PROJECTS projects, of which the others are missing.
    """

    side: Side
    bodies: Mapping[str, str]
    projects: Sequence[answers.Row]
    filings: Sequence[answers.Row]
    covers: int
    many: bool

    @cached_property
    def names(self) -> list[str]:
        """Names of the body and its related bodies that projects and filings have, sorted."""
        iris = dict.fromkeys(iri for row in self.projects for iri in str(row["bodies"] or "").split())
        of_projects = [self.bodies.get(iri, iri) for iri in iris]
        return sorted({*of_projects, *(str(row["body"]) for row in self.filings if row["body"])})

    @property
    def totals(self) -> set[bool]:
        """A set with True if a name includes subordinate bodies （汇总）, and with False if a name does not."""
        scopes = [label(name).removeprefix(plain_body(name)) for name in self.names]
        return {any(word in scope for word in TOTALS) for scope in scopes}

    def sum(self, kind: str) -> Sum:
        """Return the sum of a kind of amount, a property's local name, over the projects."""
        stated = [value for row in self.projects if (value := decimal(row[kind])) is not None]
        return Sum(len(self.projects), len(stated), sum(stated, Decimal(0)))

    def partial(self, rows: Sequence[answers.Row]) -> int:
        """Return the number of projects or filings (`rows`) that were read in part."""
        return sum(row["readingStatus"] == "partial" for row in rows)


def load(facts: Facts, side: Side) -> Body:
    """Return the facts of a side. Raises what Pool.run does."""
    iris = [side.iri, *names.kindred([side.iri], facts.run)]
    asked: dict[str, list[str] | list[int]] = {"department": iris, "year": [side.year] if side.year else []}
    projects, filings = facts.rows("projects", asked), facts.rows("filings", asked)
    covers = [completeness.cover(facts.service, str(row["filing"])) for row in filings[:_MOST_COVERS]]
    return Body(
        side,
        names.labels(facts.run, iris),
        projects[:MOST_PROJECTS],
        filings,
        covers=sum(cover is not None for cover in covers),
        many=len(projects) > MOST_PROJECTS,
    )


def notes(sides: Sequence[Body]) -> list[Said]:
    """Return a note for each limit of the comparison."""
    return [note(code, **parts) for code, parts in _limits(*sides)]


def against(sides: Sequence[Body]) -> list[Said]:
    """Return the reasons why no sum of the sides can be compared."""
    return [reason(code, **parts) for code, parts in _limits(*sides) if code in _AGAINST_SUMS]


def _limits(first: Body, second: Body) -> Iterator[tuple[str, dict[str, Bilingual | int]]]:
    """Yield the limits of a comparison, each as a code in reasons.toml and the values for the sentence's braces."""
    for body in (first, second):
        numbers: dict[str, int] = {
            "no-filing": not body.filings,
            "no-projects": not body.projects,
            "many": MOST_PROJECTS if body.many else 0,
            "partial-projects": body.partial(body.projects),
            "partial-filings": body.partial(body.filings),
            "cover": body.covers,
            "many-filings": _MOST_COVERS if len(body.filings) > _MOST_COVERS else 0,
            "contained": len(body.totals) > 1,
        }
        for code, number in numbers.items():
            if number:
                yield code, {"side": body.side.label, "number": number}
    for body in (second, first):
        if len(body.names) > 1 and (body is first or body.names != first.names):
            yield "names", {"side": body.side.label, "names": listed(body.names)}
    same_body = plain_body(first.side.name) == plain_body(second.side.name)
    if same_body and first.names and second.names and first.names != second.names:
        yield "names-differ", {"names": listed(sorted({*first.names, *second.names}))}
    if first.projects and second.projects and first.totals != second.totals:
        yield "scopes-differ", {}
    if shared := {row["project"] for row in first.projects} & {row["project"] for row in second.projects}:
        yield "shared", {"number": len(shared)}
