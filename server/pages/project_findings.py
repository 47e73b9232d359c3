"""Read, in one query, a project's findings, its properties that could not be read, and its values' corrections."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial
from itertools import product
from typing import Any

from pyoxigraph import NamedNode

from jixiao.ontology import terms
from jixiao.server.pages import completeness, findings
from jixiao.server.query.binding import bind, query
from jixiao.server.runtime.service import Service
from jixiao.shapes.findings.groups import grouped

Value = str | Decimal
_Said = Mapping[str, list[Mapping[str, str]]]
"""Terms in the JSON of SPARQL results about one subject, by property."""


def of_project(service: Service, project: str, parts: Sequence[str]) -> dict[str, Any]:
    """Return what a page shows beside a project with these parts. Raises as Pool.run does.

    `findings` are open, and folded into `groups`; `partial` tells the properties that it lacks, if any; `corrections`
    are by node.
    """
    nodes = [NamedNode(iri) for iri in sorted({project, *parts})]
    text = bind(query("beside-project"), {"project": NamedNode(project), "node": nodes})
    said: findings.Statements = defaultdict(lambda: defaultdict(list))
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
    open_findings = [each for each in findings.from_statements(said) if each.accepted is None]
    return {
        "findings": open_findings,
        "groups": grouped(open_findings),
        "partial": completeness.from_statements(
            statuses=_values(own, terms.readingStatus),
            sources=sorted(_values(own, terms.PROV_wasDerivedFrom)),
            lines=[int(line) for line in _values(own, terms.sourceLine)],
            withheld=[
                (name, node)
                for node in said
                for name in _values(said[node], terms.withheld)
                if (node, name) not in supplied
            ],
        ),
        "corrections": _corrections(said, project),
    }


def _values(said: _Said, name: str) -> list[str]:
    return [term["value"] for term in said.get(name, ())]


def _corrections(said: Mapping[str, _Said], project: str) -> dict[str, list[dict[str, Any]]]:
    """Return the corrections of a project and its parts by node; those of one node are sorted by property."""
    rows = []
    for decision, own in said.items():
        nodes = [node for node in _values(own, terms.concerns) if node.partition("#")[0] == project]
        rights = own.get(terms.correctedValue, ())
        rows += [(*row, decision) for row in product(nodes, _values(own, terms.correctedProperty), rights)]
    corrections: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for node, name, right, decision in sorted(rows, key=lambda row: (row[0], row[1], row[3])):
        own = said[decision]
        corrections[node].append(
            {
                "property": name,
                "printed": next((_value(term) for term in own.get(terms.printedValue, ())), None),
                "right": _value(right),
                "reason": next(iter(_values(own, terms.DCTERMS_description)), ""),
                "date": next(iter(_values(own, terms.DCTERMS_date)), ""),
                "by": next(iter(_values(own, terms.decidedBy)), None),
                "decision": decision,
            }
        )
    return corrections


def _value(term: Mapping[str, str]) -> Value:
    """Return a literal of SPARQL results as an amount, a figure or a text."""
    numeric = term.get("datatype") in (terms.XSD_decimal, terms.XSD_integer)
    return Decimal(term["value"]) if numeric else term["value"]
