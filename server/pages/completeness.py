"""Find out how completely a project or filing was read: withheld properties, and numbers that the cover contradicts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pyoxigraph import NamedNode

from jixiao.ontology import terms
from jixiao.ontology.properties import parts
from jixiao.ontology.reference import reference
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.query.binding import bind, query
from jixiao.server.runtime.service import Service


@dataclass(frozen=True)
class Withheld:
    """A property whose printed value could not be read: its IRI, and the number of projects that lack the value."""

    iri: str
    projects: int

    @property
    def label(self) -> Bilingual:
        """The property's names; for a property that leads to parts, those of the part."""
        kinds = {part.property: kind for kind, part in parts().items()}
        term = reference().get(kinds.get(self.iri, self.iri))
        return term.label if term else Bilingual(self.iri, self.iri)


@dataclass(frozen=True)
class Partial:
    """The properties that a partly read project or filing lacks, and the sources (sha16) that print them.

    `line` is the project's line in its source, None if there are several sources.
    """

    withheld: tuple[Withheld, ...]
    sources: tuple[str, ...]
    line: int | None


@dataclass(frozen=True)
class Cover:
    """The numbers of projects (`counts`) and sums of money (`totals`) on a filing's cover that differ from the data.

    A filing with several sources may have several covers. In the data, the filing has `projects` projects, of which
    `stated` have an amount; `total` is the sum of these amounts.
    """

    counts: tuple[int, ...]
    totals: tuple[Decimal, ...]
    projects: int
    stated: int
    total: Decimal


def partial(service: Service, thing: str) -> Partial | None:
    """Return the lacking properties of a project or filing, None if it was read completely.

    Raises the errors of Pool.run.
    """
    node = {"thing": NamedNode(thing)}
    rows = service.on_current(lambda now: service.rows(now, bind(query("reading"), node)))
    statuses = {row["status"]["value"] for row in rows}
    if terms.readPartial not in statuses:
        return None
    withheld = service.on_current(lambda now: service.rows(now, bind(query("withheld"), node)))
    return from_statements(
        statuses,
        [row["source"]["value"] for row in rows if "source" in row],
        [int(row["line"]["value"]) for row in rows if "line" in row],
        [(row["property"]["value"], row["of"]["value"]) for row in withheld],
    )


def from_statements(
    statuses: Collection[str], sources: Sequence[str], lines: Sequence[int], withheld: Iterable[tuple[str, str]]
) -> Partial | None:
    """Return the lacking properties of a project or filing from its data, None if it was read completely.

    `statuses`, `sources` and `lines` are the values of its reading status, sources and source lines; `withheld` are
    pairs of a withheld property and the node (project or part) that lacks it.
    """
    if terms.readPartial not in statuses:
        return None
    once = dict.fromkeys(source.rpartition("/")[2] for source in sources)
    wholes: dict[str, set[str]] = defaultdict(set)
    for name, node in withheld:
        wholes[name].add(node.partition("#")[0])
    missing = tuple(Withheld(name, len(concerned)) for name, concerned in sorted(wholes.items()))
    return Partial(missing, tuple(once), min(lines, default=None) if len(once) == 1 else None)


def cover(service: Service, filing: str) -> Cover | None:
    """Return the cover's numbers that differ from those read, or None if none does. Raises the errors of Pool.run."""
    text = bind(query("cover"), {"filing": NamedNode(filing)})
    rows = service.on_current(lambda now: service.rows(now, text))
    if not rows:
        return None
    read = {name: Decimal(term["value"]) for name, term in rows[0].items()}
    counts, totals, roundings = (
        sorted({Decimal(row[name]["value"]) for row in rows if name in row})
        for name in ("declaredCount", "declaredTotal", "roundedTo")
    )
    slack = (read["steps"] + max(roundings, default=Decimal(0))) / 2
    sums = [read["sum"]]
    # A cover may also mean the totals of projects over several years, or their fiscal funds, if all state them.
    sums += [read["sumOfTotals"]] if read["totals"] == read["projects"] else []
    sums += [read["sumOfFiscal"]] if read["fiscal"] == read["projects"] else []
    agrees = any(abs(total - found) <= slack for total in totals for found in sums)
    different = Cover(
        counts=() if read["projects"] in counts else tuple(map(int, counts)),
        totals=() if agrees else tuple(totals),
        projects=int(read["projects"]),
        stated=int(read["stated"]),
        total=read["sum"],
    )
    return different if different.counts or different.totals else None
