"""Read findings (results of the rules) from the dataset, and prepare them for pages.

The findings of a source are read, findings with given IRIs, and those of a project; with the latter, the project's
properties that could not be read and the corrections of its values. `ReportPage` prepares the findings of one file for
`file_report.html`. Withheld properties show how completely a project or filing was read.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, partial
from itertools import product
from typing import Any, ClassVar

from pyoxigraph import NamedNode

from jixiao.ontology import grouping, terms
from jixiao.ontology.reference import reference
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.editions.protocols import Edition
from jixiao.server.editions.renditions import Line
from jixiao.server.pages import rules
from jixiao.server.query.binding import bind, bindings, query
from jixiao.server.runtime.service import Service
from jixiao.shapes.findings import briefs, documents
from jixiao.shapes.findings.finding import Finding, Shown
from jixiao.shapes.findings.groups import Folded, Group, Occurrence, by_project, folded, grouped

Statements = dict[str, dict[str, list[Mapping[str, str]]]]
"""Statements as terms in the JSON of SPARQL results, by the IRIs of subject and property."""

PER_QUERY = 500
"""Most findings that one query reads by their IRIs."""

_NUMBERED = re.compile(r"/([0-9a-f]{16})#([a-z]+)([0-9]+)$")
_QUOTED = re.compile(r"“((?:[^“”]|“[^“”]*”)+)”")  # a quotation may have quotation marks inside, as titles do
_FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")


def thing(finding: Finding) -> str:
    """Return the IRI of the project (or filing) that a finding of a graph is about, else of its focus node."""
    return finding.project or finding.focus_node


def marks(finding: Finding) -> tuple[tuple[str, ...], ...]:
    """Return the words to mark in a finding's lines of the source, as choices for renditions.marked().

    The choices are, in this order, the quotations and figures in the finding's message, the words at fault as printed,
    and the label of the part at fault.
    """
    said = (*_QUOTED.findall(finding.message.zh), *_FIGURE.findall(finding.message.zh))
    printed = [(words,) for words in (finding.quote, finding.part) if words]
    return (said, *printed) if said else tuple(printed)


def of_source(service: Service, sha16: str) -> tuple[Finding, ...]:
    """Return the findings in the report of a source, in report order. Raises the errors of Pool.run."""
    text = bind(query("findings-of-source"), {"source": NamedNode(f"{service.store.base_iri}id/source/{sha16}")})
    return service.on_current(lambda now: tuple(read(service.run(now, text))))


def named(service: Service, generation: Edition, iris: Sequence[str]) -> Iterator[Finding]:
    """Yield the findings with the given IRIs, in the given order. Raises the errors of Pool.run."""
    for start in range(0, len(iris), PER_QUERY):
        some = iris[start : start + PER_QUERY]
        text = bind(query("findings"), {"finding": [NamedNode(iri) for iri in some]})
        by_iri = {finding.iri: finding for finding in read(service.run(generation, text))}
        yield from (by_iri[iri] for iri in some if iri in by_iri)


def by_line(found: Iterable[Finding], lines: Iterable[Line]) -> dict[int, list[tuple[Finding, bool]]]:
    """Return the findings that concern each line of a source, with True if the line is the finding's own.

    A finding's own lines are those from which something was read about the node at fault; with its other lines it
    compares them. If no such line is known, all lines of the finding are its own.
    """
    by_node = grouping.by_key((fact["node"], line.n) for line in lines for fact in line.facts)
    return grouping.by_key(
        (line, (each, not own or line in own))
        for each in found
        for own in [{*each.lines}.intersection(by_node.get(each.focus_node, ()))]
        for line in each.lines
    )


def anchor(project: str) -> str:
    """Return the anchor of a project's part on the page of its filing's report."""
    return "-".join(project.split("/")[-3:])


def place(iri: str) -> tuple[str, str, int]:
    """Return a sort key for the IRI of a finding: the sha16 of its report, the series in the report, the number."""
    name = _NUMBERED.search(iri)
    return (name[1], name[2], int(name[3])) if name else (iri, "", 0)


def read(results: bytes) -> Iterator[Finding]:
    """Yield the findings that a query's results in JSON state, in report order.

    Each row of the results has the variables `finding`, `property` and `value`.
    """
    return from_statements(
        grouping.by_keys((row["finding"]["value"], row["property"]["value"], row["value"]) for row in bindings(results))
    )


def from_statements(said: Statements) -> Iterator[Finding]:
    """Yield the findings that the statements describe, in report order; other subjects are left out."""
    for iri in sorted(said, key=place):
        if {terms.SH_sourceShape, terms.SH_focusNode} <= said[iri].keys():
            yield _finding(iri, said[iri])


def _finding(iri: str, said: Mapping[str, list[Mapping[str, str]]]) -> Finding:
    def one(predicate: str, language: str | None = None) -> str:
        return min(
            (term["value"] for term in said.get(predicate, ()) if language in (None, term.get("xml:lang", ""))),
            default="",
        )

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
        difference=Decimal(one(terms.difference)) if terms.difference in said else None,
    )


Value = str | Decimal
_Said = Mapping[str, list[Mapping[str, str]]]
"""Terms in the JSON of SPARQL results about one subject, by property."""


def of_project(service: Service, project: str, parts: Sequence[str]) -> dict[str, Any]:
    """Return the facts that a page shows beside a project with these parts. Raises the errors of Pool.run.

    `findings` are open; `folded` has their groups; `partial` has the properties that the project lacks, and is None if
    it was read completely; `mentions` are the IRIs of those in findings; `corrections` are by node.
    """
    nodes = [NamedNode(iri) for iri in sorted({project, *parts})]
    text = bind(query("beside-project"), {"project": NamedNode(project), "node": nodes})
    said: Statements = defaultdict(lambda: defaultdict(list))
    for row in service.on_current(partial(service.rows, query=text)):
        known = said[row["subject"]["value"]][row["property"]["value"]]
        if row["value"] not in known:  # the result repeats a finding for each of its nodes
            known.append(row["value"])
    own = said[project]
    supplied = {
        (node, name)
        for each in list(said.values())
        for node, name in product(_values(each, terms.concerns), _values(each, terms.correctedProperty))
    }
    withheld = {name for node in said for name in _values(said[node], terms.withheld) if (node, name) not in supplied}
    open_findings = [each for each in from_statements(said) if each.accepted is None]
    return {
        "findings": open_findings,
        "folded": folded(grouped(open_findings)),
        "partial": _lacking(own, withheld) if terms.readPartial in _values(own, terms.readingStatus) else None,
        "mentions": _values(own, terms.hasMention),
        "corrections": _corrections(said, project),
    }


def _values(said: _Said, name: str) -> list[str]:
    return [term["value"] for term in said.get(name, ())]


def _corrections(said: Mapping[str, _Said], project: str) -> dict[str, list[dict[str, Any]]]:
    """Return the corrections of a project and its parts by node (IRI), each as a dict, sorted by property."""
    rows = []
    for decision, own in said.items():
        nodes = [node for node in _values(own, terms.concerns) if node.partition("#")[0] == project]
        rights = own.get(terms.correctedValue, ())
        rows += [(*row, decision) for row in product(nodes, _values(own, terms.correctedProperty), rights)]
    return grouping.by_key(
        (
            node,
            {
                "property": name,
                "printed": next((_value(term) for term in said[decision].get(terms.printedValue, ())), None),
                "right": _value(right),
                "reason": next(iter(_values(said[decision], terms.DCTERMS_description)), ""),
                "date": next(iter(_values(said[decision], terms.DCTERMS_date)), ""),
                "by": next(iter(_values(said[decision], terms.decidedBy)), None),
                "decision": decision,
            },
        )
        for node, name, right, decision in sorted(rows, key=lambda row: (row[0], row[1], row[3]))
    )


def _value(term: Mapping[str, str]) -> Value:
    """Return a literal of SPARQL results as a Decimal if its datatype is a number's, otherwise as text."""
    return Decimal(term["value"]) if (term.get("datatype") in (terms.XSD_decimal, terms.XSD_integer)) else term["value"]


@dataclass(frozen=True)
class ReportPage:
    """The findings of a file, as its page shows them.

    `projects` are the labels of projects by IRI. `quote` returns the lines around a place; `longest` is the number of
    characters of a line that the page shows, None for all. `source` is the sha16 of the source that lines and projects
    link to, None for a file that is not in the store. `prefix` begins the ids of the page's sections. `cells` are the
    cells of a spreadsheet's lines.
    """

    findings: Sequence[Finding]
    projects: Mapping[str, str]
    quote: Callable[[Occurrence], Iterable[Shown]]
    source: str | None = None
    prefix: str = ""
    longest: int | None = None
    cells: Mapping[int, str] = field(default_factory=dict)
    most_places: ClassVar = 3  # places of a group that the page shows at once; the others are folded
    most_briefs: ClassVar = briefs.MOST

    @cached_property
    def folded(self) -> Folded:
        """The groups of the findings."""
        return folded(grouped(self.findings))

    @property
    def readable(self) -> Bilingual:
        """The sentence that says how much there is to check."""
        return briefs.readable(self.folded)

    @cached_property
    def briefs(self) -> tuple[briefs.Brief, ...]:
        """The violations and warnings in one line each, the gravest first."""
        return briefs.of(self.folded, self.projects)

    @property
    def by_project(self) -> list[tuple[str | None, str, tuple[Group, ...]]]:
        """The groups by project: its IRI, the anchor of its part of the page, and its groups.

        The groups about the filing itself, with None for the IRI, come first; projects follow by their first line.
        """
        firsts = grouping.by_key((thing(each), line) for each in self.findings for line in each.lines[:1])
        pairs = sorted(
            by_project((*self.folded.all, *self.folded.effects)).items(),
            key=lambda pair: (pair[0] in self.projects, min(firsts.get(pair[0], [0])), pair[0]),
        )
        return [(iri if iri in self.projects else None, self.prefix + anchor(iri), groups) for iri, groups in pairs]


def _lacking(own: _Said, withheld: Iterable[str]) -> dict[str, Any]:
    """Return what the reading of a project lacks, for pages and JSON.

    `own` are its statements, and `withheld` the IRIs of properties whose printed value is missing. The result has
    `withheld` (for each property its `iri` and `label`), `sources` (sha16), and `line`: the project's first line in its
    source, or None if there are several sources. Its `end` is the last line that was read of a project of which nothing
    but the end is missing, otherwise None.
    """
    sources = sorted({source.rpartition("/")[2] for source in _values(own, terms.PROV_wasDerivedFrom)})
    lines, ends = ([int(line) for line in _values(own, name)] for name in (terms.sourceLine, terms.breaksOffAt))
    labels = {name: getattr(reference().get(name), "label", Bilingual(name, name)) for name in sorted(withheld)}
    return {
        "withheld": [{"iri": name, "label": label} for name, label in labels.items()],
        "sources": sources,
        "line": min(lines, default=None) if len(sources) == 1 else None,
        "end": max(ends, default=None) if len(sources) == 1 else None,
    }


def not_read(service: Service, sha16: str, unread: Iterable[int]) -> tuple[documents.NotRead, ...]:
    """Return what was not read of each project of a source, with the project's IRI.

    `unread` are the numbers of lines of forms that were not understood. Raises the errors of Pool.run.
    """
    source = NamedNode(f"{service.store.base_iri}id/source/{sha16}")
    return documents.not_read(
        [
            (
                row["project"]["value"],
                int(row["line"]["value"]) if "line" in row else 0,
                [part for part in ("amount", "goals", "indicators") if row[part]["value"] == "0"],
                row["blank"]["value"].split(),
            )
            for row in service.on_current(lambda now: service.rows(now, bind(query("not-read"), {"source": source})))
        ],
        unread,
    )
