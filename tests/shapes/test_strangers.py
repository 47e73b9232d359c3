"""RDF that jixiao did not make: other engines, with a bundle of rules, find the planted faults and nothing else.

`make test` asks pyrudof, and pySHACL about a small bundle; `make judge` asks pySHACL alone about all.
"""

import io
import json
import re
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path

import pyshacl
import pytest
from pyoxigraph import NamedNode, RdfFormat, parse, serialize
from rdflib import RDF, RDFS, SH, SKOS, BNode, Graph, Literal, Namespace, URIRef

from jixiao.ingest.text.mentions.reading import enriched
from jixiao.ontology import reference, terms
from jixiao.shapes import bundles, catalogue
from jixiao.shapes.catalogue import BUNDLES, Bundle
from jixiao.shapes.validate import Validation
from jixiao.store import Store
from jixiao.store.export import export

HERE = Path(__file__).parent / "strangers"
CONTENT = [fault for fault in catalogue.faults() if fault.bundle == "content"]
JX = Namespace(terms.JX)
# pySHACL from the packages of this environment, whose hooks that lead to jixiao do not run.
BARE = """
import importlib.util, json, sys
sys.path.append(sys.argv[1])
assert importlib.util.find_spec("jixiao") is None
from pyshacl import validate
from rdflib import SH, Graph
conforms, found, _ = validate(Graph().parse(sys.argv[2]), shacl_graph=Graph().parse(sys.argv[3]))
said = (SH.sourceShape, SH.focusNode, SH.resultSeverity)
print(json.dumps([
    [*(str(found.value(each, name)) for name in said), [str(text) for text in found.objects(each, SH.resultMessage)]]
    for each in found.objects(None, SH.result)
]))
"""
pytestmark = pytest.mark.timeout(1800)  # pySHACL takes two minutes on an idle machine
Bare = Callable[[Path, Bundle], list[list[str]]]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Bare:
    """Results of pySHACL in an environment without jixiao: source shape, focus node, severity, messages."""
    folder = tmp_path_factory.mktemp("bare")
    for bundle in BUNDLES:
        (folder / f"{bundle}.ttl").write_bytes(bundles.text(bundle))

    def run(data: Path, bundle: Bundle) -> list[list[str]]:
        (folder / "data.nt").write_bytes(with_derived(data))
        command = [sys.executable, "-S", "-c", BARE, sysconfig.get_path("purelib"), "data.nt", f"{bundle}.ttl"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=1500)
        assert done.returncode == 0, done.stderr
        found: list[list[str]] = json.loads(done.stdout)
        return found

    return run


def planted(file: Path) -> Iterator[tuple[str, str]]:
    """Read the rules named in the comments of a file, each with the node that follows."""
    text = file.read_text(encoding="utf-8")
    base = re.findall(r"@prefix : <(.*)> \.", text)[0]
    for rules, node in re.findall(r"^# planted: (.*)\n:(\S+) ", text, re.MULTILINE):
        yield from ((rule, base + node) for rule in rules.split())


def with_derived(file: Path) -> bytes:
    """Return Turtle as N-Triples, with the facts that are derived for the rules."""
    return enriched("".join(f"{quad.triple} .\n" for quad in parse(path=file, format=RdfFormat.TURTLE)).encode())


def of_rule(shape: str) -> str:
    return shape.removeprefix(catalogue.SHAPES).partition("-")[0]


def by_rudof(shapes: str, turtle: str) -> list[tuple[str, str]]:
    """Source shapes and focus nodes that pyrudof finds in RDF as Turtle."""
    pyrudof = pytest.importorskip("pyrudof", reason="pyrudof, the second SHACL engine, has no wheel here")
    engine = pyrudof.Rudof(pyrudof.RudofConfig())
    engine.read_shacl(shapes)
    engine.read_data(turtle)
    return [(each.source_shape, each.focus_node) for each in engine.validate_shacl().violations]


@pytest.mark.judge
def test_a_clean_filing_conforms(bare: Bare) -> None:
    assert bare(HERE / "clean.ttl", "content") == []


@pytest.mark.judge
def test_what_was_planted_is_found_and_nothing_else(bare: Bare) -> None:
    found = bare(HERE / "planted.ttl", "content")
    assert sorted({(of_rule(shape), focus) for shape, focus, _, _ in found}) == sorted(planted(HERE / "planted.ttl"))
    words = Graph().parse(data=bundles.text("content"), format="turtle")
    for shape, _, severity, messages in found:
        assert (URIRef(shape), SH.severity, URIRef(severity)) in words
        assert len(messages) == 2
        assert not any("{" in message for message in messages), messages


def test_another_engine_finds_what_was_planted_and_nothing_else() -> None:
    wanted = sorted(planted(HERE / "planted.ttl"))
    assert len(wanted) >= 20
    text = bundles.text("content").decode()
    found = by_rudof(text, with_derived(HERE / "planted.ttl").decode())
    assert sorted({(of_rule(shape), focus) for shape, focus in found}) == wanted
    words = Graph().parse(data=text, format="turtle")
    for shape, _ in found:
        assert (URIRef(shape), SH.severity, None) in words
        for predicate in (RDFS.label, SH.message, RDFS.comment, JX.remedy):
            said = {value.language for value in words.objects(URIRef(shape), predicate) if isinstance(value, Literal)}
            assert said == {"zh", "en"}, (shape, predicate)


OWN = """
@prefix : <urn:own:> . @prefix jx: <https://w3id.org/jixiao/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix type: <https://w3id.org/jixiao/vocab/indicator-type/> .
:guides a jx:Project ; jx:hasIndicator :tours, :quality .
:tours a jx:Indicator ; rdfs:label "讲解场次"@zh ; jx:indicatorType type:output-quantity .
:quality a jx:Indicator ; rdfs:label "讲解准确率"@zh ; jx:indicatorType type:output-quality ;
    jx:targetText "≥105%"@zh ; jx:targetOperator jx:ge ; jx:targetValue 105 ; jx:targetUnit "%" .
"""
"""Data whose mistakes no text tells, and (ALONE) those that are found in them without mentions."""
ALONE = {
    ("RateAboveHundred", "quality"),
    *((rule, "guides") for rule in ("FirstLevelAbsent", "SecondLevelAbsent")),
}


def test_pyshacl_finds_what_no_text_tells_without_mentions() -> None:
    shapes = Graph().parse(data=bundles.text("content"), format="turtle")
    for fault in CONTENT:
        if fault.name not in dict(ALONE):
            shapes.set((URIRef(fault.iri), SH.deactivated, Literal(lexical_or_value=True)))
    _, report, _ = pyshacl.validate(Graph().parse(data=OWN, format="turtle"), shacl_graph=shapes)
    said = [
        [str(report.value(each, name)) for name in (SH.sourceShape, SH.focusNode)]
        for each in report[: RDF.type : SH.ValidationResult]
    ]
    assert sorted((of_rule(shape), focus.removeprefix("urn:own:")) for shape, focus in said) == sorted(ALONE)


def plain(turtle: str) -> bytes:
    """Return Turtle as N-Triples."""
    return (
        serialize([quad.triple for quad in parse(turtle, format=RdfFormat.TURTLE)], format=RdfFormat.N_TRIPLES) or b""
    )


def test_rules_that_find_nothing_without_mentions_say_so_in_the_bundle() -> None:
    noted = Graph().parse(data=bundles.text("content"), format="turtle")
    said = {fault.name: sorted(noted.objects(URIRef(fault.iri), SKOS.note)) for fault in CONTENT}
    note = sorted(noted.objects(URIRef(bundles.iri("content")), SKOS.note))
    assert len(note) == 2
    assert all("jixiao mentions" in words for words in note)
    assert all(words in ([], note) for words in said.values())
    silent = set()
    for scope in ("document", "corpus"):
        names = [fault.name for fault in CONTENT if fault.scope == scope]
        documents = [(plain(catalogue.example(name, "fail")), None) for name in names]
        for name, checked in zip(names, Validation.of_many(documents, scope), strict=True):
            silent |= {name} - {each.fault.name for each in checked.report().results}
    assert silent <= {name for name, words in said.items() if words}
    assert silent.isdisjoint(dict(ALONE))
    assert len(silent) > 20


def test_the_bundle_lists_the_facts_that_are_read_from_texts() -> None:
    """A type of indicators is read from its label where a form prints the label alone, and else stated."""
    mentions = {each.subject for each in reference.triples() if each.object == NamedNode(terms.Mention)}
    added = set()
    for fault in catalogue.faults("document"):
        for which in ("pass", "fail"):
            given = {quad.triple for quad in parse(catalogue.example(fault.name, which), format=RdfFormat.TURTLE)}
            told = {said.subject for said in given} - {said.subject for said in given if said.object in mentions}
            every = {
                quad.triple
                for quad in parse(enriched(plain(catalogue.example(fault.name, which))), format=RdfFormat.N_TRIPLES)
            }
            added |= {said.predicate.value for said in every - given if said.subject in told}
    header = NamedNode(bundles.iri("content"))
    assert {terms.Mention, *added} - {terms.indicatorType} == {*bundles.facts().iris(header, terms.DCTERMS_requires)}


@pytest.mark.judge
def test_rules_of_our_own_graphs_are_not_for_strangers(bare: Bare) -> None:
    found = {of_rule(shape) for shape, *_ in bare(HERE / "clean.ttl", "integrity")}
    assert {"WithoutSource", "WithoutSourceLine"} <= found
    assert all(catalogue.fault(catalogue.SHAPES + name).bundle == "integrity" for name in found)


def without_lines_and_sources(turtle: str) -> bytes:
    """Return what an example states but for lines, pages, states of reading and sources, as N-Triples."""
    triples = [quad.triple for quad in parse(turtle, format=RdfFormat.TURTLE)]
    sources = {said.subject for said in triples if said.object == NamedNode(terms.SourceDocument)}
    ours = {terms.sourceLine, terms.sourcePage, terms.readingStatus, terms.PROV_wasDerivedFrom}
    kept = [said for said in triples if said.predicate.value not in ours and said.subject not in sources]
    return enriched(serialize(kept, format=RdfFormat.N_TRIPLES) or b"")


@pytest.fixture(scope="module")
def stripped() -> dict[tuple[str, str], set[str]]:
    """Names of the faults in each example of a rule on contents, without all that only our own graphs state."""
    found = {}
    for scope in sorted({fault.scope for fault in CONTENT}):
        examples = [(fault.name, which) for fault in CONTENT if fault.scope == scope for which in ("fail", "pass")]
        documents = [(without_lines_and_sources(catalogue.example(*example)), None) for example in examples]
        for example, checked in zip(examples, Validation.of_many(documents, scope), strict=True):
            found[example] = {each.fault.name for each in checked.report().results}
    return found


@pytest.mark.judge
def test_content_is_judged_without_lines_and_sources(stripped: dict[tuple[str, str], set[str]]) -> None:
    """Find all but what two sources of one thing show, whose finding names the file of the other one."""
    found = {example for example, names in stripped.items() if example[0] in names}
    assert found == {(fault.name, "fail") for fault in CONTENT} - {("EvaluationsDisagree", "fail")}


@pytest.mark.judge
def test_what_we_publish_meets_the_rules_of_our_own_graphs(examples: Path) -> None:
    dump = io.BytesIO()
    export(Store.open(examples), "ttl", dump)
    found = {of_rule(shape) for shape, _ in by_rudof(bundles.text("integrity").decode(), dump.getvalue().decode())}
    assert "InferredValue" in found
    assert {catalogue.fault(catalogue.SHAPES + name).level for name in found} == {"Info"}


@pytest.mark.parametrize("bundle", BUNDLES)
def test_a_bundle_is_complete(bundle: Bundle) -> None:
    graph = Graph().parse(data=bundles.text(bundle), format="turtle")
    rules = {URIRef(each.iri) for each in catalogue.faults() if each.bundle == bundle}
    assert rules == {shape for shape in graph.subjects(SH.severity) if "-" not in str(shape).partition("#")[2]}
    for shape in (*graph.subjects(SH.path), *graph.objects(None, SH.property), *graph.subjects(SH.select)):
        assert isinstance(shape, URIRef), "a shape or query without a name"
    for predicate in (SH["not"], SH.node, SH.qualifiedValueShape):
        assert not any(isinstance(shape, BNode) for shape in graph.objects(None, predicate))
    for predicate in (SH["or"], SH["and"], SH.xone):
        for each in graph.objects(None, predicate):
            assert not any(isinstance(shape, BNode) for shape in graph.items(each))
    described = set(graph.subjects())
    named = {node for node in graph.all_nodes() if isinstance(node, URIRef)}
    for node in named:
        if str(node).startswith((catalogue.SHAPES, terms.VOCAB)) or (
            str(node).startswith(catalogue.FAMILIES) and "#" in node
        ):
            assert node in described, f"{node} is named and not described"
    assert not list(graph.objects(None, URIRef(terms.OWL + "imports")))
    assert (None, SH["class"], URIRef(terms.SKOS_Concept)) not in graph
    assert len(list(graph.objects(URIRef(terms.SHAPES), SH.declare))) > 5


@pytest.mark.parametrize(("name", "conforms"), [("https://schema.org/Thing", False), (terms.Citation, True)])
def test_data_in_other_terms_do_not_conform(name: str, conforms: bool) -> None:
    data = Graph().add((URIRef("urn:a"), RDF.type, URIRef(name)))
    found, _, said = pyshacl.validate(data, shacl_graph=Graph().parse(catalogue.prefixes_file()))
    assert found is conforms
    assert ("Nothing was checked" in said) is not conforms
    assert b"Nothing was checked" in bundles.text("content")


def test_each_rule_is_in_one_bundle() -> None:
    assert {fault.bundle for fault in catalogue.faults("registry")} == {None}
    for scope in ("document", "corpus"):
        assert {fault.bundle for fault in catalogue.faults(scope)} <= set(BUNDLES)
    defects = [fault for fault in catalogue.faults() if fault.remedy.zh.startswith("这是读取程序的缺陷")]
    assert {fault.bundle for fault in defects} <= {"integrity", None}, "strangers do not read filings by our program"


@pytest.mark.judge
def test_a_bundle_is_the_same_each_time() -> None:
    texts = {bundle: bundles.text(bundle) for bundle in BUNDLES}
    command = "import sys; from jixiao.shapes import bundles; sys.stdout.buffer.write(bundles.text('content'))"
    done = subprocess.run([sys.executable, "-c", command], capture_output=True, check=True)
    assert done.stdout == texts["content"]
    assert texts["content"].startswith(b"@prefix")
