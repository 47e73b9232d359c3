"""Count findings, and the filings that they are in, by selections of the tables."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pyoxigraph import Literal

from jixiao.ontology import identity
from jixiao.server.editions.protocols import Edition
from jixiao.server.runtime.service import Service, version
from jixiao.server.views import published, view_files
from jixiao.server.views.answers import Row
from jixiao.shapes.findings.groups import Count, counts, grave
from jixiao.store import Refusal

DIRECTORY = Path(__file__).parent


class Body(NamedTuple):
    """A filing body, by IRI and name (both None if the body is not known), and the findings in its filings.

    `partial_filings` and `partial_projects` count those read in part, `refused` the body's refused documents.
    """

    iri: str | None
    name: str | None
    findings: Count
    filings: int
    partial_filings: int
    partial_projects: int
    refused: int


def view(service: Service, name: str) -> view_files.View:
    """Return the view of this folder with a name."""
    return view_files.load(service.store.base_iri, DIRECTORY)[name]


def rows(service: Service, now: Edition, name: str, *flags: str) -> list[Row]:
    """Return the rows of a view of this folder, with some of its flags set. Raises as published.rows does.

    They are kept, as counting takes a pass over all findings.
    """
    asked = {flag: [Literal("1")] for flag in flags}
    state = version(now), name, flags
    return service.kept("counts", state, lambda: published.rows(service, now, view(service, name), asked))


def added(counted: Iterable[Row], key: str | None = None) -> dict[Any, Count]:
    """Return the counts by the column `key` of rows of the view `counts`, in the order of groups.counts().

    Without a key, those of all rows are under None.
    """
    keyed: Iterable[Any] = ((key and row[key], row) for row in counted)
    return counts(
        (each, row["severity"], row["status"] == "accepted", row["findings"], row["groups"]) for each, row in keyed
    )


def bodies(service: Service, now: Edition, counted: Sequence[Row], refusals: Iterable[Refusal]) -> list[Body]:
    """Return all filing bodies: most warnings first, then most findings, most refused, most partial, by name.

    A body that is not stated comes last. `counted` are rows of the view `counts` by department. A refused document
    counts for each body that it prints, even if that body has been merged into another.
    """
    iris, names, refused = identity.Iris(service.store.base_iri), dict[Any, Any](), Counter[Any]()
    for refusal in refusals:
        printed = {iris.org(each): each for each in refusal.bodies}
        names |= printed
        refused.update(printed.keys() or {None})
    filings: dict[Any, Any] = {row["departmentIri"]: row for row in rows(service, now, "filings")}
    partial: dict[Any, Any] = {row["departmentIri"]: row["partial"] for row in rows(service, now, "projects")}
    names |= {row["departmentIri"]: row["department"] for row in (*counted, *filings.values())}
    by_body, none = added(counted, "departmentIri"), {"filings": 0, "partial": 0}
    every = (
        Body(
            iri,
            names.get(iri),
            by_body.get(iri, Count()),
            filings.get(iri, none)["filings"],
            filings.get(iri, none)["partial"],
            partial.get(iri, 0),
            refused[iri],
        )
        for iri in {*names, *refused}
    )
    return sorted(every, key=_rank)


def _rank(body: Body) -> tuple[int | str, ...]:
    less = body.refused, body.partial_filings, body.partial_projects
    return (body.name is None, *grave(body.findings), *(-each for each in less), body.name or "")
