"""Read findings (results of the rules) from the dataset: those of a source, about given nodes, or with given IRIs."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from pyoxigraph import NamedNode

from jixiao.ontology import terms
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.editions.protocols import Edition
from jixiao.server.errors import LimitError
from jixiao.server.pages import rules
from jixiao.server.query.binding import bind, bindings, query
from jixiao.server.runtime.service import Service
from jixiao.shapes.findings.finding import Finding

Read = TypeVar("Read")
Other = TypeVar("Other")

Statements = dict[str, dict[str, list[Mapping[str, str]]]]
"""Statements as terms in the JSON of SPARQL results, by the IRIs of subject and property."""

PER_QUERY = 500
"""Most findings that one query reads by their IRIs."""

_NUMBERED = re.compile(r"/([0-9a-f]{16})#([a-z]+)([0-9]+)$")
_QUOTED = re.compile(r"“((?:[^“”]|“[^“”]*”)+)”")  # a quotation may have quotation marks inside, as titles do
_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")


def address(finding: Finding) -> str:
    """Return the address of a finding in its report."""
    return f"/quality/filing/{finding.source}#{finding.anchor}"


def project_address(finding: Finding) -> str:
    """Return the address of the project's part of the report."""
    return f"/quality/filing/{finding.source}#{anchor(thing(finding))}"


def thing(finding: Finding) -> str:
    """Return the IRI of the project or filing that a finding of a graph is about."""
    return finding.project or finding.focus_node


def marks(finding: Finding) -> tuple[tuple[str, ...], ...]:
    """Return the words to mark in a finding's lines of the source, as choices for renditions.marked().

    The first choice are the quotations and figures of the finding's message, then its target's text, then its part.
    """
    said = (*_QUOTED.findall(finding.message.zh), *_FIGURE.findall(finding.message.zh))
    printed = [(words,) for words in (finding.quote, finding.part) if words]
    return (said, *printed) if said else tuple(printed)


def of_source(service: Service, sha16: str) -> tuple[Finding, ...]:
    """Return the findings in the report of a source, in report order. Raises the errors of Pool.run."""
    node = NamedNode(f"{service.store.base_iri}id/source/{sha16}")
    text = bind(query("findings-of-source"), {"source": node})
    return service.on_current(lambda now: tuple(_read(service.run(now, text))))


def named(service: Service, generation: Edition, iris: Sequence[str]) -> Iterator[Finding]:
    """Yield the findings with the given IRIs, in the given order. Raises the errors of Pool.run."""
    for start in range(0, len(iris), PER_QUERY):
        some = iris[start : start + PER_QUERY]
        text = bind(query("findings"), {"finding": [NamedNode(iri) for iri in some]})
        by_iri = {finding.iri: finding for finding in _read(service.run(generation, text))}
        yield from (by_iri[iri] for iri in some if iri in by_iri)


def unless_limited(ask: Callable[[], Read], otherwise: Other) -> Read | Other:
    """Return ask(), or `otherwise` if a limit stops it, for pages to which the findings are not essential."""
    try:
        return ask()
    except LimitError:
        return otherwise


def anchor(project: str) -> str:
    """Return the anchor of a project's part on the page of its filing's report."""
    return "-".join(project.split("/")[-3:])


def place(iri: str) -> tuple[str, str, int]:
    """Return a sort key for the IRI of a finding: the sha16 of its report, the series in the report, the number."""
    name = _NUMBERED.search(iri)
    return (name[1], name[2], int(name[3])) if name else (iri, "", 0)


def _read(results: bytes) -> Iterator[Finding]:
    said: Statements = defaultdict(lambda: defaultdict(list))
    for row in bindings(results):
        said[row["finding"]["value"]][row["property"]["value"]].append(row["value"])
    return from_statements(said)


def from_statements(said: Statements) -> Iterator[Finding]:
    """Yield the findings that the statements describe, in report order; other subjects are left out."""
    for iri in sorted(said, key=place):
        if {terms.SH_sourceShape, terms.SH_focusNode} <= said[iri].keys():
            yield _finding(iri, said[iri])


def _finding(iri: str, said: Mapping[str, list[Mapping[str, str]]]) -> Finding:
    def one(predicate: str, language: str | None = None) -> str:
        stated = said.get(predicate, ())
        return min((term["value"] for term in stated if language in (None, term.get("xml:lang", ""))), default="")

    node = one(terms.SH_focusNode)
    lines = [term["value"] for term in said.get(terms.sourceLine, ())]
    fault = rules.stated(one(terms.SH_sourceShape), one(terms.SH_resultSeverity))
    on_target = any(each.startswith(f"{terms.JX}target") for each in fault.involves)
    return Finding(
        iri=iri,
        fault=fault,
        focus_node=node,
        project=node.partition("#")[0],
        about=None,
        part=one(terms.RDFS_label) or None if "#" in node else None,
        path=None,
        value=None,
        quote=one(terms.targetText) or None if on_target else None,
        message=Bilingual(one(terms.SH_resultMessage, "zh"), one(terms.SH_resultMessage, "en")),
        lines=tuple(sorted({int(line) for line in lines if line.isdecimal()})),
        source=one(terms.PROV_wasDerivedFrom).rpartition("/")[2],
        accepted=one(terms.acceptedBy) or None,
        stated_group=one(terms.findingGroup) or iri,
    )
