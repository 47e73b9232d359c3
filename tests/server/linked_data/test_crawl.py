"""A stranger's program follows links, as RDF or as HTML, and comes by everything; nothing that it meets is broken."""

import re
from zlib import crc32

import pytest
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, parse

from jixiao.ontology import terms
from tests.server.conftest import BASE, running, why
from tests.support.writing import committing, withdraw

KEPT, MERGED = "org/5kejufee62q5e", "org/ojiccfpxqxalw"
FORMS = ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json")
NO_RDF = re.compile(rf"{BASE}(index\.html|openapi\.json|sparql|views(/.*)?|dataset/cite|dataset.*\.(html|gz))$")
"""Addresses of pages for people, of files, and of what is asked with parameters."""
CLASSES = (
    terms.Project, terms.Department, terms.LegalBasis, terms.Filing, terms.ProjectSeries, terms.SourceDocument,
    terms.Identification, terms.Correction, terms.Acceptance, terms.SH_ValidationResult, terms.Indicator,
)  # fmt: skip
GRAPHS = f"{BASE}graph/"
"""The beginning of the names of graphs, which lead to their triples; these do not name the graph."""


@pytest.fixture(scope="module")
def eventful(tmp_path_factory, deposits, filled):
    """A store in which a source was withdrawn, and of two bodies a steward made one."""
    store, withdrawn = filled(tmp_path_factory.mktemp("crawl") / "store"), deposits("narratives")
    with committing(store) as batch:
        batch.add(withdrawn)
        same = {terms.keeps: NamedNode(f"{BASE}id/{KEPT}"), terms.merges: NamedNode(f"{BASE}id/{MERGED}")}
        batch.decide(terms.Identification, same | why("同一个单位"), "合并")
    withdraw(store, withdrawn.sha16, "重复")
    return store


@pytest.mark.judge
def test_every_iri_of_the_data_leads_to_rdf_that_speaks_of_it(eventful):
    """Each IRI is asked for in a form by its digest, alike in each run; withdrawn sources are still named and gone."""
    graph = eventful.current().graph
    used = {node.value for quad in graph for node in (quad.subject, quad.object) if isinstance(node, NamedNode)}
    used = {iri for iri in used if iri.startswith(BASE)}
    records = [record for record in eventful.sources() if record.status == "withdrawn"]
    gone = {f"{BASE}{kind}/{each.sha16}" for each in records for kind in ("id/source", "source", "graph/report")}
    gone = gone.union(*((*each.projects, *each.filings) for each in records))
    seen, waiting, broken = {BASE}, [BASE], []
    with running(eventful) as site:
        while waiting:
            iri = waiting.pop()
            form = "text/turtle" if iri.endswith(".ttl") else FORMS[crc32(iri.encode()) % len(FORMS)]
            answer = site.get(iri.removeprefix(BASE), headers={"Accept": form}, follow_redirects=True)
            kind = answer.headers["content-type"].partition(";")[0]
            if NO_RDF.match(iri) or (answer.status_code == 410 and iri in gone):
                continue
            if answer.status_code != 200 or kind != form:
                broken.append(f"{iri} {answer.status_code} {kind}")
                continue
            quads = list(parse(answer.content, format=RdfFormat.from_media_type(kind)))
            nodes = {node for quad in quads for node in (quad.subject, quad.object, quad.graph_name)}
            named = {node.value for node in nodes if isinstance(node, NamedNode) and node.value.startswith(BASE)}
            if iri not in named and (quads or iri in used) and not iri.startswith(GRAPHS) and not iri.endswith(".ttl"):
                broken.append(f"{iri} is not in what it leads to")
            waiting += named - seen
            seen |= named
    assert broken == []
    for name in CLASSES:
        of_class = graph.quads_for_pattern(None, NamedNode(terms.RDF_type), NamedNode(name), DefaultGraph())
        things = {quad.subject.value for quad in of_class if isinstance(quad.subject, NamedNode)}
        assert (bool(things), things - seen) == (True, set()), name
    assert used <= seen
