"""Identify projects by filing body, year and name, and give them IRIs. Only identical names are merged."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from jixiao.ingest.model import BODIES, Cover, Extraction, Project
from jixiao.ontology.identity import Iris, h13, key, plain_body


@dataclass(frozen=True)
class Identified:
    """A project with its filing body (without additions, or None if unknown), fiscal year, filing, IRI and series."""

    project: Project
    body: str | None
    year: int | None
    filing: str
    iri: str
    series: str


def identify(extraction: Extraction, iris: Iris, sha256: str) -> Iterator[Identified]:
    """Yield the projects with their IRIs, in order; the second project with one name in a filing gets `-2`."""
    seen: Counter[str] = Counter()
    for project in extraction.projects:
        body = filing_body(extraction.cover, project)
        year = project.form.year or extraction.cover.year
        # Validation refuses a project without a name; until then it needs an IRI of its own.
        name = project.name.text if project.name and key(project.name.text) else f"?{project.ordinal}"
        filing = iris.filing(body, year, sha256=sha256)
        repeated = f"{filing} {h13(name)}"
        seen[repeated] += 1
        iri = iris.project(body, year, name, seen[repeated], sha256=sha256)
        yield Identified(project, body, year, filing, iri, iris.series(body, name, sha256=sha256))


def filing_body(cover: Cover, project: Project) -> str | None:
    """Return the body of the cover, otherwise 主管部门, otherwise 实施单位, without （本级） or （汇总）."""
    fields = project.form.fields
    for printed in (cover.body, project.body, *map(fields.get, BODIES)):
        if printed and key(printed.text):
            return plain_body(printed.text)
    return None
