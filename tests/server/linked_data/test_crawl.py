"""A stranger's program follows links, as RDF or as HTML, and comes by everything; nothing that it meets is broken."""

import hashlib
import re
from dataclasses import dataclass, field, replace
from zlib import crc32

import pytest
from pyoxigraph import DefaultGraph, NamedNode, RdfFormat, parse

from jixiao.ontology import terms
from tests.server.conftest import BASE, why
from tests.support.writing import committing, withdraw

KEPT, MERGED = "org/5kejufee62q5e", "org/ojiccfpxqxalw"
FORMS = ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json")
NO_RDF = re.compile(rf"{BASE}(index\.html|openapi\.json|sparql|views(/.*)?|dataset/cite|dataset.*\.(html|gz))$")
"""Addresses of pages for people, of files, and of what is asked with parameters."""
GRAPHS = f"{BASE}graph/"
"""The beginning of the names of graphs, which lead to their triples; these do not name the graph."""


def other(given, more, *changes):
    """Return the document a little longer, with changes to its statements."""
    content = given.content + more
    sha256 = hashlib.sha256(content).hexdigest()
    changes = ((given.sha256.encode(), sha256.encode()), (given.sha16.encode(), sha256[:16].encode()), *changes)
    source, report = given.source_triples, given.report_triples
    for old, new in changes:
        source, report = source.replace(old, new), report.replace(old, new)
    said = [quad.triple for quad in parse(source, format=RdfFormat.N_TRIPLES)]
    project, filing = NamedNode(terms.Project), NamedNode(terms.Filing)
    labels = {t.subject: t.object.value for t in said if t.predicate.value == terms.RDFS_label}
    return replace(
        given,
        sha256=sha256,
        content=content,
        source_triples=source,
        report_triples=report,
        contents=replace(
            given.contents,
            projects={t.subject.value: labels[t.subject] for t in said if t.object == project},
            filings=tuple(t.subject.value for t in said if t.object == filing),
        ),
    )


@pytest.fixture(scope="module")
def eventful(tmp_path_factory, songjiang, filled):
    """A store in which a source was replaced and another withdrawn, and of two bodies a steward made one."""
    store = filled(tmp_path_factory.mktemp("crawl") / "store")
    series = f"{BASE}id/series/bdd7i7amlc5hg/jaffbl3rohoc7"
    more = (
        f"<{BASE}id/project/bdd7i7amlc5hg/2022/jaffbl3rohoc7> <{terms.DCTERMS_isVersionOf}> <{series}> .\n"
        f"<{series}> <{terms.RDF_type}> <{terms.ProjectSeries}> .\n"
        f'<{series}> <{terms.RDFS_label}> "业务培训"@zh .\n'
    )
    wrong = other(songjiang, b"\n\n", (b"/2022", b"/2021"))
    better = other(songjiang, b"\n")
    with committing(store) as batch:
        batch.add(replace(better, source_triples=better.source_triples + more.encode()))
        batch.add(wrong)
        same = {terms.keeps: NamedNode(f"{BASE}id/{KEPT}"), terms.merges: NamedNode(f"{BASE}id/{MERGED}")}
        batch.decide(terms.Identification, same | why("同一个单位"), "合并")
    withdraw(store, wrong.sha16, "重复")
    return store


@pytest.fixture(scope="module")
def site(eventful, serve):
    with serve(eventful) as client:
        yield client


@dataclass
class Crawl:
    """Addresses still to visit, addresses visited, and faults found."""

    queue: list[str]
    seen: set[str] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)

    def __iter__(self):
        while self.queue:
            yield self.queue.pop()

    def add(self, iri):
        """Go there, too, unless it has been seen."""
        if iri not in self.seen:
            self.seen.add(iri)
            self.queue.append(iri)


def form_for(iri):
    """Return the form in which an IRI is asked for: by its digest, so that each run of the test asks alike."""
    return FORMS[crc32(iri.encode()) % len(FORMS)]


def below(store):
    """Every IRI below the base that the store's data use."""
    nodes = {node for quad in store.current().graph for node in (quad.subject, quad.object)}
    return {node.value for node in nodes if isinstance(node, NamedNode) and node.value.startswith(BASE)}


def gone(store):
    """A withdrawn source is 410; versions that it was part of still name it."""
    records = [record for record in store.sources() if record.status == "withdrawn"]
    assert records
    sources = {f"{BASE}{kind}/{record.sha16}" for record in records for kind in ("id/source", "source", "graph/report")}
    return sources.union(*(record.projects for record in records), *(record.filings for record in records))


def of_class(store, name):
    generation = store.current()
    quads = generation.graph.quads_for_pattern(None, NamedNode(terms.RDF_type), NamedNode(name), DefaultGraph())
    return {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}


def everything(store):
    """All that a crawler is to reach."""
    classes = (
        terms.Project, terms.Department, terms.LegalBasis, terms.Filing, terms.ProjectSeries, terms.SourceDocument,
        terms.Identification, terms.Correction, terms.Acceptance, terms.SH_ValidationResult, terms.Indicator,
    )  # fmt: skip
    found = {name: of_class(store, name) for name in classes}
    assert all(found.values())
    return set().union(*found.values())


@pytest.mark.judge
def test_every_iri_of_the_data_leads_to_rdf_that_speaks_of_it(site, eventful):
    crawl = Crawl([BASE])
    used = below(eventful)
    for iri in crawl:
        form = "text/turtle" if iri.endswith(".ttl") else form_for(iri)
        answer = site.get(iri.removeprefix(BASE), headers={"Accept": form}, follow_redirects=True)
        kind = answer.headers["content-type"].partition(";")[0]
        if NO_RDF.match(iri) or (answer.status_code == 410 and iri in gone(eventful)):
            continue
        if answer.status_code != 200 or kind != form:
            crawl.broken.append(f"{iri} {answer.status_code} {kind}")
            continue
        quads = list(parse(answer.content, format=RdfFormat.from_media_type(kind)))
        nodes = {node for quad in quads for node in (quad.subject, quad.object, quad.graph_name)}
        named = {node.value for node in nodes if isinstance(node, NamedNode) and node.value.startswith(BASE)}
        if iri not in named and (quads or iri in used) and not iri.startswith(GRAPHS) and not iri.endswith(".ttl"):
            crawl.broken.append(f"{iri} is not in what it leads to")
        for found in named:
            crawl.add(found)
    assert crawl.broken == []
    assert everything(eventful) <= crawl.seen
    assert used <= crawl.seen
