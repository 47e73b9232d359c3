"""Find out how completely a project or filing was read: withheld properties, and numbers that the cover contradicts."""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from typing import Any

from pyoxigraph import NamedNode

from jixiao.ontology import grouping, terms
from jixiao.ontology.reference import reference
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.query.binding import bind, query
from jixiao.server.runtime.service import Service
from jixiao.shapes.findings import documents
from jixiao.shapes.findings.documents import NotRead


def partial(service: Service, thing: str) -> dict[str, Any] | None:
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
) -> dict[str, Any] | None:
    """Return what the reading of a thing lacks, for pages and JSON; None if all of the thing was read.

    `statuses`, `sources` and `lines` are the values of its properties; `withheld` are pairs of IRIs: a property whose
    printed value is missing, and the node that lacks it. The result has `withheld` (for each property its `iri`, its
    `label` and the number of `projects` affected), `sources` (sha16), and `line`: the project's line in its source, or
    None if there are several sources.
    """
    if terms.readPartial not in statuses:
        return None
    once = dict.fromkeys(source.rpartition("/")[2] for source in sources)
    wholes = grouping.by_key((name, node.partition("#")[0]) for name, node in withheld)
    return {
        "withheld": [
            {
                "iri": name,
                "label": getattr(reference().get(name), "label", Bilingual(name, name)),
                "projects": len(set(concerned)),
            }
            for name, concerned in sorted(wholes.items())
        ],
        "sources": list(once),
        "line": min(lines, default=None) if len(once) == 1 else None,
    }


def not_read(service: Service, sha16: str, unread: Iterable[int]) -> tuple[NotRead, ...]:
    """Return what was not read of each project of a source, with the project's IRI.

    `unread` are the numbers of lines of forms that were not understood. Raises the errors of Pool.run.
    """
    source = NamedNode(f"{service.store.base_iri}id/source/{sha16}")
    rows = service.on_current(lambda now: service.rows(now, bind(query("not-read"), {"source": source})))
    return documents.not_read(
        [
            (
                row["project"]["value"],
                int(row["line"]["value"]) if "line" in row else 0,
                [part for part in ("amount", "goals", "indicators") if row[part]["value"] == "0"],
                row["blank"]["value"].split(),
            )
            for row in rows
        ],
        unread,
    )


def cover(service: Service, filing: str) -> dict[str, Any] | None:
    """Return the cover's numbers that differ from the read ones, or None if none does. Raises the errors of Pool.run.

    `counts` are numbers of projects and `totals` sums of money; a filing with several sources may have several. Read
    were `projects`, of which `stated` have an amount; `total` is the sum of these amounts.
    """
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
    different = {
        "counts": [] if read["projects"] in counts else list(map(int, counts)),
        "totals": [] if agrees else totals,
        "projects": int(read["projects"]),
        "stated": int(read["stated"]),
        "total": read["sum"],
    }
    return different if different["counts"] or different["totals"] else None
