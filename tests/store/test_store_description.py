"""The dataset's description: whole by DCAT-AP's rules, its numbers those that were counted, every node with an IRI."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, serialize
from pyshacl import validate
from rdflib import Graph

from jixiao.ontology import terms
from jixiao.store import Publisher, Release
from jixiao.store.description.dcat import LISTED, dataset, term, version
from jixiao.store.description.publisher import Agent, Contact, Period, Territory, Words
from jixiao.store.records import ClassUse, Counts, Dump, Manifest, PropertyUse, SourceRecord, Statistics

BASE = "http://localhost:8000/"
HERE = NamedNode(f"{BASE}dataset")
RULES = Path(__file__).parent / "dcat-ap.ttl"
FULL = Publisher(
    publisher=Agent(
        name=Words(zh="某局", en="A bureau"),
        iri="https://bureau.example.org/#us",
        mail="a@example.org",
        type="LocalAuthority",
    ),
    contact=Contact(mail="data@example.org", url="https://bureau.example.org/help"),
    license="https://creativecommons.org/publicdomain/zero/1.0/",
    languages=("http://publications.europa.eu/resource/authority/language/FRA",),
    spatial=Territory(iri="https://sws.geonames.org/1796236/", label=Words(zh="上海", en="Shanghai")),
    temporal=Period(start=date(2019, 1, 1), end=date(2020, 12, 31)),
    issued=date(2024, 1, 2),
    themes=("http://publications.europa.eu/resource/authority/data-theme/HEAL",),
)


@dataclass(frozen=True)
class Known:
    """A version as the description wants it."""

    manifest: Manifest
    statistics: Statistics | None
    dumps: tuple[Dump, ...]
    live_sources: tuple[SourceRecord, ...] = ()


COUNTED = Statistics(
    triples=70,
    subjects=12,
    objects=33,
    classes={
        terms.Project: ClassUse(4, f"{BASE}id/project/a"),
        terms.Department: ClassUse(2, f"{BASE}id/org/a"),
        terms.Indicator: ClassUse(6, f"{BASE}id/project/a#i1"),
    },
    properties={
        terms.RDF_type: PropertyUse(12, 12, 3, f"{BASE}id/org/a"),
        "https://elsewhere.example.org/1-x/y": PropertyUse(1, 1, 1, f"{BASE}id/org/a"),
    },
    first_year=2021,
    last_year=2023,
)
SOURCE = SourceRecord(
    "ab" * 32, "a.txt", "text/plain", {}, (), size=3, status="live", added="2026-01-01T00:00:00+00:00"
)


def known(number: int) -> Known:
    manifest = Manifest(
        generation=number,
        version=f"{number:06}",
        base_iri=BASE,
        created=f"2026-01-01T00:{number:02}:00+00:00",
        software="9.8.7",
        counts=Counts(70, 1, 1, 4, 6, 1, 1, 2),
        checksum="sha256:" + "0c" * 32,
        previous=number - 1 or None,
    )
    dumps = (
        Dump("dump.nq.gz", "application/n-quads", 11, "1d" * 32, 111, "0c" * 32),
        Dump("dump.ttl.gz", "text/turtle", 22, "2d" * 32, 222, "2c" * 32),
    )
    return Known(manifest, COUNTED, dumps, (SOURCE,))


def said(triples: Iterable[Triple], subject: str, name: str) -> list[str]:
    return [t.object.value for t in triples if t.subject == NamedNode(subject) and t.predicate == term(name)]


def faults(triples: Iterable[Triple]) -> str:
    graph = Graph().parse(data=serialize(triples, format=RdfFormat.TURTLE), format="turtle")
    conforms, _, text = validate(graph, shacl_graph=Graph().parse(RULES), advanced=False)
    return "" if conforms else text


@pytest.mark.parametrize("publisher", [Publisher(), FULL], ids=["default", "full"])
def test_description_conforms(publisher: Publisher) -> None:
    bare = replace(known(1), statistics=None, dumps=())
    assert faults(dataset(publisher, [known(2), bare])) == ""
    assert (faults(dataset(publisher, [bare])), faults(version(publisher, known(2)))) == ("", "")


def test_a_harvester_finds_one_dataset() -> None:
    """ckanext-dcat, for one, makes a dataset of each dcat:Dataset in a document."""
    for triples, expected in (
        (dataset(Publisher(), [known(2), known(1)]), HERE.value),
        (version(Publisher(), known(2)), f"{BASE}dataset/000002"),
    ):
        assert [t.subject.value for t in triples if t.object == term("dcat:Dataset")] == [expected]


@pytest.mark.parametrize("year", [0, -1, 99, 10000])
def test_years_that_are_none_are_no_period(year: int) -> None:
    odd = replace(known(1), statistics=replace(COUNTED, first_year=year))
    assert said(version(Publisher(), odd), f"{BASE}dataset/000001#temporal", "dcat:startDate") == []
    odd = replace(known(1), statistics=replace(COUNTED, first_year=year, last_year=year))
    assert said(version(Publisher(), odd), f"{BASE}dataset/000001", "dcterms:temporal") == []


@pytest.mark.parametrize(
    "lost", ["dcterms:title", "dcterms:publisher", "dcat:accessURL", "spdx:algorithm", "foaf:name"]
)
def test_rules_miss_what_is_mandatory(lost: str) -> None:
    assert faults(t for t in dataset(FULL, [known(1)]) if t.predicate != term(lost)) != ""


def test_every_node_has_an_iri_and_every_statement_is_made_once() -> None:
    for triples in (dataset(Publisher(), [known(2), known(1)]), version(FULL, known(2))):
        assert {type(t.subject) for t in triples} == {NamedNode}
        assert len(set(triples)) == len(triples)
        ours = {t.subject.value for t in triples if t.subject.value.startswith(BASE)}
        assert all(iri.partition("#")[0] in {BASE, *_addresses()} for iri in ours), ours


def _addresses() -> set[str]:
    ends = ("", ".html", "/dump.nq.gz", "/dump.ttl.gz")
    versions = {f"{BASE}dataset/{number:06}{end}" for number in (1, 2) for end in ends}
    return versions | {
        BASE + name for name in ("dataset", "dataset.html", "dataset/cite", "index.html", "openapi.json", "sparql")
    }


MADE = {
    "of one version": dataset(Publisher(), [known(1)]),
    "of a publisher": dataset(FULL, [known(2), known(1)]),
    "the first": version(Publisher(), known(1)),
    "the second": version(Publisher(), known(2)),
}
FIRST, SECOND = (f"{BASE}dataset/{number:06}" for number in (1, 2))
STATED = [
    ("of one version", HERE.value, "void:triples", ["70"]),
    ("of one version", HERE.value, "void:entities", ["6"]),  # indicators are fragments of projects
    ("of one version", HERE.value, "void:distinctSubjects", ["12"]),
    ("of one version", HERE.value, "void:distinctObjects", ["33"]),
    ("of one version", HERE.value, "void:classes", ["3"]),
    ("of one version", f"{BASE}dataset#class-jx-Project", "void:class", [terms.Project]),
    ("of one version", f"{BASE}dataset#class-jx-Project", "void:entities", ["4"]),
    ("of one version", HERE.value, "void:exampleResource", [f"{BASE}id/org/a", f"{BASE}id/project/a"]),
    ("of one version", HERE.value, "void:vocabulary", sorted([terms.JX, terms.RDF])),
    ("of one version", f"{BASE}dataset#temporal", "dcat:startDate", ["2021-01-01"]),
    ("of a publisher", HERE.value, "dcterms:publisher", ["https://bureau.example.org/#us"]),
    (
        "of a publisher",
        "https://bureau.example.org/#us",
        "dcterms:type",
        ["http://purl.org/adms/publishertype/LocalAuthority"],
    ),
    ("of a publisher", HERE.value, "dcterms:issued", ["2024-01-02"]),
    ("of a publisher", HERE.value, "dcterms:modified", ["2026-01-01T00:02:00+00:00"]),
    ("of a publisher", f"{BASE}dataset#temporal", "dcat:endDate", ["2020-12-31"]),
    ("the first", FIRST, "prov:wasRevisionOf", []),
    ("the second", SECOND, "dcterms:isVersionOf", [HERE.value]),
    ("the second", SECOND, "prov:wasRevisionOf", [FIRST]),
    ("the second", f"{SECOND}#checksum", "spdx:checksumValue", ["0c" * 32]),
    ("the second", f"{SECOND}#nq", "dcat:byteSize", ["11"]),
    ("the second", f"{SECOND}#nq-content-checksum", "spdx:checksumValue", ["0c" * 32]),
]


@pytest.mark.parametrize(("made", "subject", "name", "values"), STATED)
def test_what_was_counted_and_what_the_publisher_says_is_stated(
    made: str, subject: str, name: str, values: list[str]
) -> None:
    assert sorted(said(MADE[made], subject, name)) == values


def test_each_property_in_use_has_a_part() -> None:
    triples = MADE["of one version"]
    parts = {
        said(triples, part, "void:property")[0]: part for part in said(triples, HERE.value, "void:propertyPartition")
    }
    assert said(triples, parts[terms.RDF_type], "void:distinctObjects") == ["3"]
    assert parts["https://elsewhere.example.org/1-x/y"].startswith(f"{BASE}dataset#property-")


def test_a_version_names_its_making_and_its_sources() -> None:
    triples = MADE["the second"]
    (making,) = said(triples, SECOND, "prov:wasGeneratedBy")
    assert said(triples, making, "prov:endedAtTime") == ["2026-01-01T00:02:00+00:00"]
    assert said(triples, making, "prov:used") == [f"{BASE}id/source/{'ab' * 8}"]
    (agent,) = said(triples, making, "prov:wasAssociatedWith")
    assert said(triples, agent, "schema:softwareVersion") == ["9.8.7"]


def test_releases_are_named_and_listed_with_the_newest_versions() -> None:
    versions = [known(number) for number in range(20, 0, -1)]
    releases = {"000002": Release("2026-02-01T00:00:00+00:00", "第一次")}
    triples = dataset(Publisher(), versions, releases)
    expected = [f"{BASE}dataset/{number:06}" for number in (*range(20, 8, -1), 2)]
    assert said(triples, HERE.value, "dcterms:hasVersion") == expected
    released = f"{BASE}dataset/000002"
    assert said(triples, released, "dcterms:alternative") == ["第一次"]
    assert said(triples, released, "dcterms:available") == ["2026-02-01T00:00:00+00:00"]
    assert faults(triples) == ""
    assert said(version(Publisher(), known(2), releases["000002"]), released, "dcterms:alternative") == ["第一次"]


def test_no_checksum_is_called_a_sha256_that_is_none() -> None:
    one = known(2)
    of_graphs = replace(one, manifest=replace(one.manifest, checksum="lthash-sha256:" + "3c" * 32))
    triples = version(Publisher(), of_graphs)
    here = f"{BASE}dataset/000002"
    assert said(triples, here, "spdx:checksum") == []
    digest = "lthash-sha256:" + "3c" * 32
    assert (said(triples, here, "rdfs:comment"), faults(triples)) == ([f"校验和 {digest}", f"Checksum {digest}"], "")


def test_old_versions_are_found_by_following_the_newer() -> None:
    numbers = range(LISTED + 5, 0, -1)
    triples = dataset(Publisher(), [known(number) for number in numbers])
    listed = said(triples, HERE.value, "dcterms:hasVersion")
    assert len(listed) == LISTED
    oldest = f"{BASE}dataset/{6:06}"
    assert listed[-1] == oldest
    assert said(triples, oldest, "dcat:previousVersion") == [f"{BASE}dataset/{5:06}"]
    assert said(triples, HERE.value, "dcterms:issued") == ["2026-01-01T00:01:00+00:00"]
