"""The Turtle: it parses, each term says what it is in two languages, and code and ontology name the same terms."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, product
from pathlib import Path

import pyoxigraph
import pyoxigraph as ox
import pytest
import rdflib
from rdflib import DCAT, DCTERMS, FOAF, ORG, OWL, PROV, QB, RDF, RDFS, SDO, SH, SKOS, VANN, VOID, XSD, Literal, URIRef
from rdflib.term import Node

from jixiao.ingest.text.mentions.reading import enriched
from jixiao.ontology import rule_files, terms, turtle_files
from jixiao.shapes.catalogue import example, faults

ROOT = Path(__file__).parents[2]
ONTOLOGY = URIRef("https://w3id.org/jixiao/ontology")
PROPERTY_KINDS = {OWL.ObjectProperty, OWL.DatatypeProperty}
DOMAIN_INCLUDES = SDO.domainIncludes
PUBLISHED = {
    "DCAT": DCAT,
    "DCTERMS": DCTERMS,
    "FOAF": FOAF,
    "OWL": OWL,
    "PROV": PROV,
    "QB": QB,
    "RDF": RDF,
    "RDFS": RDFS,
    "SCHEMA": SDO,
    "SH": SH,
    "SKOS": SKOS,
    "VOID": VOID,
    "XSD": XSD,
}
# Terms that rdflib does not have: those of Hydra, and those that came with DCAT 3.
UNLISTED = {
    "DCAT": {"hasCurrentVersion", "version"},
    "HYDRA": {"Collection", "Error", "PartialCollectionView", "description", "first", "last", "member", "next"}
    | {"previous", "statusCode", "title", "totalItems", "view"},
}
CONSTANTS = {"PROJECT", "EU", "MEDIA", "LICENCE"}  # first words of names that are written in terms.py
REUSED = [DCAT, DCTERMS, FOAF, ORG, OWL, PROV, RDF, RDFS, SDO, SH, SKOS, VANN, XSD]


OTHERS = re.compile(r"\bterms\.([A-Z]+)_(\w+)")


@pytest.fixture(scope="module")
def defined(vocabulary: rdflib.Graph) -> set[str]:
    """The local names of our own terms."""
    return {str(s).removeprefix(terms.JX) for s in vocabulary.subjects() if str(s).startswith(terms.JX)}


def local(node: Node) -> str:
    return re.split("[#/]", str(node))[-1]


def package_files(*suffixes: str) -> list[Path]:
    """Give the packages' own files, without the vocabulary's definitions and the shapes' examples, wrong on purpose."""
    rooms = [ROOT / room for room in ("jixiao", "shapes", "ingest", "store", "server", "docs")]
    found = chain.from_iterable(room.rglob("*") for room in rooms)
    return sorted(
        path
        for path in [*found, *(ROOT / "ontology").rglob("*.py")]
        if path.suffix in suffixes and "examples" not in path.parts
    )


def words(nodes: Iterable[Node], language: str) -> list[str]:
    return [str(node) for node in nodes if isinstance(node, Literal) and node.language == language]


@pytest.mark.parametrize("path", turtle_files(), ids=lambda path: path.name)
def test_both_parsers_read_the_same(path: Path) -> None:
    triples = set(pyoxigraph.parse(path=str(path), format=pyoxigraph.RdfFormat.TURTLE))
    assert len(triples) == len(rdflib.Graph().parse(path)) > 0


def test_each_term_says_what_it_is(vocabulary: rdflib.Graph, defined: set[str]) -> None:
    ours = {URIRef(terms.JX + name) for name in defined}
    for term in ours.union(*(vocabulary.subjects(RDF.type, kind) for kind in (SKOS.Concept, SKOS.ConceptScheme))):
        for predicate, language in product((RDFS.label, SKOS.definition), ("zh", "en")):
            assert len(words(vocabulary.objects(term, predicate), language)) == 1, f"{term} {predicate} @{language}"
        home = ONTOLOGY if term in ours else vocabulary.value(term, SKOS.inScheme) or term
        assert list(vocabulary.objects(term, RDFS.isDefinedBy)) == [home]


def test_the_ontology_introduces_itself(vocabulary: rdflib.Graph) -> None:
    assert (ONTOLOGY, RDF.type, OWL.Ontology) in vocabulary
    assert vocabulary.value(ONTOLOGY, OWL.versionInfo)
    assert vocabulary.value(ONTOLOGY, DCTERMS.license)
    titles = list(vocabulary.objects(ONTOLOGY, DCTERMS.title))
    assert len(words(titles, "zh")) == len(words(titles, "en")) == 1


def test_domain_and_range(vocabulary: rdflib.Graph) -> None:
    for term in set(chain.from_iterable(vocabulary.subjects(RDF.type, kind) for kind in PROPERTY_KINDS)):
        domains = list(vocabulary.objects(term, RDFS.domain))
        included = list(vocabulary.objects(term, DOMAIN_INCLUDES))
        ranges = list(vocabulary.objects(term, RDFS.range))
        assert len(set(vocabulary.objects(term, RDF.type)) & PROPERTY_KINDS) == 1, term
        # A domain where one class has the property, else several.
        assert (len(domains), len(included) > 1) in [(1, False), (0, True)], term
        assert len(ranges) == 1, term
        is_data = str(ranges[0]).startswith(str(XSD)) or ranges[0] in {RDF.langString, RDFS.Literal}
        assert is_data == ((term, RDF.type, OWL.DatatypeProperty) in vocabulary), term
        for class_ in [*domains, *included, *ranges]:
            assert not str(class_).startswith(terms.JX) or (class_, RDF.type, OWL.Class) in vocabulary, term


def test_code_and_ontology_name_the_same_terms(defined: set[str]) -> None:
    assert {name: getattr(terms, name) for name in defined} == {name: terms.JX + name for name in defined}
    with pytest.raises(AttributeError, match="no term Nothing"):
        _ = terms.Nothing


def test_code_uses_no_term_that_is_not_defined(defined: set[str]) -> None:
    for path in package_files(".py", ".ttl", ".rq", ".html", ".md"):
        text = path.read_text(encoding="utf-8")
        written = set(re.findall(r"\bjx:([A-Za-z]\w*)", text)) | set(re.findall(r"ixiao/ontology#([A-Za-z]\w*)", text))
        assert written <= defined, path
        if path.suffix == ".py":
            assert {
                name for name in re.findall(r"\bterms\.(?!py\b)([A-Za-z]\w*)", text) if not hasattr(terms, name)
            } == set(), path


def test_every_term_is_used_or_documented(vocabulary: rdflib.Graph, defined: set[str]) -> None:
    texts = [path.read_text(encoding="utf-8") for path in package_files(".py", ".ttl", ".rq", ".html", ".md")]
    used = set(re.findall(r"\b(?:jx:|terms\.)([A-Za-z]\w*)", "\n".join(texts)))
    idle = defined - used - {local(term) for term in vocabulary.subjects(OWL.deprecated)}
    assert not idle, f"use or document, or retire (ontology/retired.ttl): {', '.join(sorted(idle))}"


def test_terms_of_others_exist(vocabulary: rdflib.Graph) -> None:
    for path in [*package_files(".py"), *sorted((ROOT / "tests").rglob("*.py"))]:
        for prefix, name in OTHERS.findall(path.read_text(encoding="utf-8")):
            if prefix not in CONSTANTS and name not in UNLISTED.get(prefix, ()):
                assert getattr(terms, f"{prefix}_{name}") == str(PUBLISHED[prefix]) + name, path
                assert URIRef(str(PUBLISHED[prefix]) + name) in PUBLISHED[prefix], path
    for node in set(chain.from_iterable(vocabulary)):
        for namespace in REUSED:
            if isinstance(node, URIRef) and str(node).startswith(str(namespace)):
                assert node in namespace, node


def test_prefixes_are_those_of_the_files() -> None:
    for path in [*turtle_files(), *package_files(".rq")]:
        for prefix, namespace in re.findall(r"(?i)@?prefix\s+(\w+):\s*<([^>]+)>", path.read_text(encoding="utf-8")):
            assert prefix == "vann" or terms.PREFIXES[prefix] == namespace, path


def test_concepts_stand_in_their_scheme_each_with_a_notation_of_its_own(vocabulary: rdflib.Graph) -> None:
    schemes = set(vocabulary.subjects(RDF.type, SKOS.ConceptScheme))
    notations = defaultdict(list)
    for concept in vocabulary.subjects(RDF.type, SKOS.Concept):
        scheme = vocabulary.value(concept, SKOS.inScheme)
        assert scheme in schemes, concept
        notations[scheme].append(vocabulary.value(concept, SKOS.notation))
        broader = list(vocabulary.objects(concept, SKOS.broader))
        on_top = (concept, SKOS.topConceptOf, scheme) in vocabulary
        assert on_top == ((scheme, SKOS.hasTopConcept, concept) in vocabulary), concept
        assert on_top == (not broader), concept
        for above in broader:
            assert vocabulary.value(above, SKOS.inScheme) == scheme, concept
            tops = set(vocabulary.transitive_objects(above, SKOS.broader))
            assert tops & set(vocabulary.objects(scheme, SKOS.hasTopConcept)), concept
        names = list(vocabulary.objects(concept, SKOS.prefLabel))
        assert len(words(names, "zh")) == len(words(names, "en")) == 1, concept
        assert set(names) == set(vocabulary.objects(concept, RDFS.label)), concept
    assert notations.keys() == schemes
    for scheme, listed in notations.items():
        assert len({*listed} - {None}) == len(listed) > 1, scheme


KINDS = {terms.OWL_Class, terms.OWL_ObjectProperty, terms.OWL_DatatypeProperty}
# Properties of which a subject may well have several values, though none has in a case.
SEVERAL = {
    terms.breaksOffAt: "of a filing, one for each of its files",
    terms.nameVariant: "one for each name that is printed in two ways",
    terms.hasVariant: "one for each text that stands elsewhere with another character",
    terms.impossibleDate: "one for each day that no calendar has",
    terms.asApproved: "one for each amount in this phase",
    terms.setting: "one for each setting of a sentence and a clause",
    **dict.fromkeys(
        (terms.thing, terms.comparableValue, terms.comparableUnit), "derived for rules, in two ways at times"
    ),
}
# Terms that neither a reading of a case nor an example has, and the file that writes them.
WRITTEN = {
    # Bodies whose names tell where they are: a store's other sources decide.
    "ingest/emitting/emit.py": ["Place", "placeLevel"],
    "shapes/document/graph.ttl": [
        "received",
        "achievedUpper",
        "achievedOperator",
        "achievedQualifier",
    ],  # rare in self-evaluations
    "ingest/certainty/weighing.py": ["recognisedBy"],  # scans and photographs
    "shapes/findings/rdf.py": ["difference", "findingGroup"],  # graphs of reports
    "store/commit/derive.py": [
        "amount",
        "amountPhase",
        "amountSource",
        "department",
        "possiblySame",
        "yearFiscalFunds",
    ],
    "store/tables/funds.rq": ["asHandedDown", "asPlanned", "asRequested"],  # lines with labels of their own
    "store/commit/upcoming.py": ["Origin", "origin", "retrieved", "linkedFrom"],  # sources with an address
    "store/decisions/effects.py": ["acceptedBy"],  # findings that a decision accepts
    "jixiao/stewarding.py": ["decidedBy"],  # decisions whose steward is named
    "jixiao/commands/registry.py": ["acceptedGroup"],  # accepted groups of findings
    "jixiao/cube.py": ["countedPartly", "countedProjects", "ofBody", "sumOfMoney"],  # the data cube
}


def read(paths: Iterable[Path]) -> Iterator[list[ox.Triple]]:
    return parsed(path.read_text(encoding="utf-8") for path in paths)


def parsed(texts: Iterable[str]) -> Iterator[list[ox.Triple]]:
    for text in texts:
        quads = ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri="http://localhost:8000/")
        yield [quad.triple for quad in quads]


@pytest.fixture(scope="module")
def readings() -> list[list[ox.Triple]]:
    return list(read((ROOT / "tests/ingest/cases").glob("*/expected.ttl")))


@pytest.fixture(scope="module")
def ontology() -> list[ox.Triple]:
    return list(chain.from_iterable(read(turtle_files())))


def stated(triples: Iterable[ox.Triple]) -> set[str]:
    """Give the properties and classes that triples use; a class is in use if a narrower one is."""
    used = {terms.RDF_type, terms.RDFS_subClassOf}
    return {each.predicate.value for each in triples} | {t.object.value for t in triples if t.predicate.value in used}


def with_mentions(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Give triples and the mentions of their texts, which only a graph that is validated has."""
    given = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""
    return [each.triple for each in ox.parse(enriched(given), format=ox.RdfFormat.N_TRIPLES)]


def test_the_shapes_mark_what_has_one_value(readings: list[list[ox.Triple]]) -> None:
    rules = list(chain.from_iterable(read(rule_files())))
    one = {each.subject for each in rules if each.predicate.value == terms.SH_maxCount and each.object.value == "1"}
    marked = {each.object.value for each in rules if each.predicate.value == terms.SH_path and each.subject in one}
    counted = [Counter((each.subject, each.predicate.value) for each in triples) for triples in readings]
    names = {name for _, name in chain.from_iterable(counted) if name.startswith(terms.JX)}
    several = {name for each in counted for (_, name), number in each.items() if number > 1}
    assert names - several - marked == SEVERAL.keys()


def test_each_term_is_stated(readings: list[list[ox.Triple]], ontology: list[ox.Triple]) -> None:
    retired = {each.subject.value for each in ontology if each.predicate.value == terms.OWL_deprecated}
    own = {
        each.subject.value for each in ontology if each.predicate.value == terms.RDF_type and each.object.value in KINDS
    }
    examples = map(with_mentions, parsed(example(each.name, which) for each in faults() for which in ("pass", "fail")))
    unstated = own - retired - stated([*chain(*examples, *read(rule_files()), *readings), *ontology])
    assert unstated == {terms.JX + name for name in chain.from_iterable(WRITTEN.values())}
    for file, names in WRITTEN.items():
        text = (ROOT / file).read_text(encoding="utf-8")
        assert [name for name in names if f"terms.{name}" not in text and f"jx:{name}" not in text] == [], file
