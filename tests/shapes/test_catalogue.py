"""Every rule is whole: named, worded in both languages, spelled as SHACL and the ontology do, shown, documented."""

import os
import re
from datetime import date
from pathlib import Path

import pytest
from pyoxigraph import Literal as Text
from rdflib import OWL, RDF, SH, BNode, Graph, Literal, URIRef

from bench import evidence
from jixiao.ingest.originals import files
from jixiao.ontology import reference, turtle_files
from jixiao.shapes import catalogue
from jixiao.shapes.catalogue import Fault
from jixiao.shapes.engine.components import MAKERS
from tests.support.complete import assert_complete

ROOT = Path(__file__).parent.parent.parent
SHARED = Path(os.environ.get("JIXIAO_SHARED", ROOT.parent / "shared"))
JX = "https://w3id.org/jixiao/ontology#"
FILES = [file for scope in catalogue.SCOPES for file in catalogue.turtle_files(scope)]
FAULTS = catalogue.faults()
REGULATIONS = (
    "财预〔2015〕88号",
    "财预〔2020〕10号",
    "财预〔2021〕101号",
    "中办发〔2012〕14号",
    "GB/T 9704",
    "GB/T 15834",
    "国发〔2000〕23号",
    "五年规划",
)


@pytest.fixture(scope="module")
def shapes() -> Graph:
    graph = Graph()
    for file in (catalogue.prefixes_file(), *FILES):
        graph.parse(file)
    return graph


def test_names_are_unique() -> None:
    assert len({fault.iri for fault in FAULTS}) == len({fault.label.zh for fault in FAULTS}) == len(FAULTS)


def test_an_unknown_fault_is_a_key_error() -> None:
    assert catalogue.fault(FAULTS[0].iri) == FAULTS[0]
    with pytest.raises(KeyError):
        catalogue.fault(catalogue.SHAPES + "NoSuchFault")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_words(fault: Fault) -> None:
    for text in (fault.label, fault.message, fault.why, fault.remedy, fault.source, fault.family):
        assert re.search(r"[\u4e00-\u9fff]", text.zh)
        assert re.search(r"[a-z]", text.en)
    for text in (fault.label, fault.why, fault.remedy, fault.source):
        assert "{" not in text.zh + text.en
    placeholders = [set(re.findall(r"\{.*?\}", text)) for text in (fault.message.zh, fault.message.en)]
    assert placeholders[0] == placeholders[1]
    for sentence in (fault.message, fault.why, fault.remedy):
        assert sentence.zh.endswith("。")
        assert sentence.en.endswith((".", "?"))
    assert fault.severity in {str(SH.Violation), str(SH.Warning), str(SH.Info)}
    assert fault.involves


def test_a_retired_name_says_why_and_leads_to_a_rule_if_one_replaced_it() -> None:
    assert catalogue.retired(), "nothing is retired"
    for iri, each in catalogue.retired().items():
        assert iri not in {fault.iri for fault in FAULTS}, "choose a name that ontology/retired.ttl does not have"
        assert catalogue.present(iri) == (each.replaced_by or iri)
        if each.replaced_by:
            assert catalogue.fault(each.replaced_by) in FAULTS, "name the rule of today, for a rule replaced twice, too"
        assert date.fromisoformat(each.since) <= date.today()
        for text in (each.label, each.message, each.why):
            assert re.search(r"[\u4e00-\u9fff]", text.zh)
            assert re.search(r"[a-z]", text.en)
    assert catalogue.present(FAULTS[0].iri) == FAULTS[0].iri


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_says_what_it_covers(file: Path) -> None:
    assert file.read_text(encoding="utf-8").startswith("# ")


def test_shacl_terms_exist(shapes: Graph) -> None:
    # pySHACL passes over a misspelled constraint in silence.
    used = {str(term) for triple in shapes for term in triple if isinstance(term, URIRef) and term.startswith(str(SH))}
    assert [term for term in sorted(used) if term not in SH] == []


def test_project_terms_exist(shapes: Graph) -> None:
    ontology = Graph()
    for file in turtle_files():
        ontology.parse(file)
    used = {term for triple in shapes for term in triple if isinstance(term, URIRef) and term.startswith(JX)}
    queried = {
        URIRef(JX + name) for text in shapes.objects(None, SH.select) for name in re.findall(r"\bjx:(\w+)", str(text))
    }
    assert sorted(term for term in used | queried if (term, RDF.type, None) not in ontology) == []


def test_nothing_stands_outside_a_fault(shapes: Graph) -> None:
    headers = set(shapes.subjects(RDF.type, OWL.Ontology))
    # Words that several rules share stand under a file's own name: <file>#Words.
    files = tuple(f"{header}#" for header in headers if str(header).startswith(catalogue.FAMILIES))
    shared = {node for node in shapes.subjects() if str(node).startswith(files)}
    roots = [*(URIRef(fault.iri) for fault in FAULTS), *headers, *shared]
    reached = {node for root in roots for node in _below(shapes, root)}
    assert [s for s in shapes.subjects() if isinstance(s, BNode) and s not in reached] == []
    named = {s for s in shapes.subjects() if isinstance(s, URIRef)} - headers - shared
    assert named == {URIRef(fault.iri) for fault in FAULTS}
    assert shared <= set(shapes.objects()), "something shared that no rule uses"


def test_a_message_reads_well_for_one() -> None:
    of_two_or_more = {
        "BodyUnlikeOthers", "ComponentsFewerThanItems", "CoverMissing", "IndicatorsOfAnother",
        "WeightsDiffer",
    }  # fmt: skip
    counted = r"\{\?(count|declared|items|months|others|own|rows|times|years)\} [a-z]+s\b"
    others = {each.name for each in FAULTS if re.search(counted, each.message.en)} - of_two_or_more
    assert not others, "word the message for one, too; if the rule finds two or more alone, add it to of_two_or_more"


def test_the_page_for_authors_names_the_constraints_that_the_engine_knows() -> None:
    page = (ROOT / "docs" / "writing-rules.md").read_text(encoding="utf-8")
    lines = re.findall(r"^- .*`sh:class` .*$", page, re.MULTILINE)
    assert len(lines) == 2
    for line in lines:
        lacking = MAKERS.keys() - set(re.findall(r"`sh:(\w+)`", line))
        assert not lacking, f"name {', '.join(sorted(lacking))} in docs/writing-rules.md, in both languages"


def test_every_fault_has_examples_and_every_example_a_fault() -> None:
    folders = {folder.name: folder for folder in (catalogue.FOLDER / "examples").iterdir()}
    advice = "write shapes/examples/<rule>/pass.ttl and fail.ttl"
    assert_complete(folders, (fault.name for fault in FAULTS), advice)
    for folder in folders.values():
        assert {file.name for file in folder.iterdir()} == {"pass.ttl", "fail.ttl"}


def test_the_page_of_evidence_names_rules_in_use_and_judgements_name_rules_old_or_new() -> None:
    assert {verdict for verdict, _ in evidence.judgements().values()} <= set(evidence.VERDICTS)
    names, retired = {fault.name for fault in FAULTS}, {catalogue.name(iri) for iri in catalogue.retired()}
    assert {rule for _, rule, _ in evidence.judgements()} <= names | retired | {""}
    rows = [line.split(" | ") for line in evidence.PAGE.read_text(encoding="utf-8").splitlines()]
    listed = {row[0].removeprefix("| ") for row in rows if len(row) > 1 and row[1] in catalogue.LEVELS}
    assert listed <= names, "run python -m bench.evidence"


@pytest.mark.judge
@pytest.mark.skipif(not SHARED.exists(), reason="the real filings are not at hand")
def test_the_page_of_evidence_is_that_of_the_real_files() -> None:
    real = evidence.judge(files([SHARED / name for name in evidence.REAL]))
    page = evidence.PAGE.read_text(encoding="utf-8")
    for name, row in evidence.counted(real, evidence.judgements()).items():
        assert f"| {name} | {row.fault.level} | {' | '.join(map(str, row.counts))} |" in page


def test_the_page_of_regulations_describes_each_that_a_rule_names() -> None:
    page = (ROOT / "docs" / "regulations.md").read_text(encoding="utf-8")
    for name in REGULATIONS:
        assert any(name in fault.source.zh for fault in FAULTS), f"no rule rests on {name} any more"
        assert name in page, f"describe {name}"


def test_every_regulation_that_a_rule_names_is_described() -> None:
    numbers = {number for fault in FAULTS for number in re.findall(r"\w{2,4}〔\d{4}〕\d+号|GB/T \d+", fault.source.zh)}
    assert numbers <= set(REGULATIONS)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        *(
            (("agreement.ttl", missing, "rdfs:seeAlso"), missing.partition(":")[2])
            for missing in ("sh:severity", "jx:remedy", "dcterms:source", "dcterms:isPartOf")
        ),
        (("inference.ttl", '"filing"', '"department"'), "department"),
    ],
)
def test_a_rule_that_is_not_whole_or_folds_by_something_else_is_refused(
    change: tuple[str, str, str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, stated, instead = change
    source = (catalogue.FOLDER / "document" / name).read_text(encoding="utf-8")
    (tmp_path / "document").mkdir()
    (tmp_path / "document" / name).write_text(source.replace(stated, instead), encoding="utf-8")
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=told):
        catalogue.faults.__wrapped__()


def _below(graph: Graph, node: URIRef | BNode) -> set[URIRef | BNode]:
    below: set[URIRef | BNode] = set()
    for value in graph.objects(node):
        if isinstance(value, BNode):
            below |= {value} | _below(graph, value)
        else:
            assert isinstance(value, URIRef | Literal)
    return below


def test_names_of_rules_belong_to_the_vocabulary_of_a_store() -> None:
    names: dict[str, set[str | None]] = {}
    for triple in reference.rule_names():
        assert isinstance(triple.object, Text)
        names.setdefault(str(triple.subject)[1:-1], set()).add(triple.object.language)
    assert names == {fault.iri: {"zh", "en"} for fault in catalogue.faults()}


def test_effects_are_those_of_rules() -> None:
    names = {fault.name for fault in catalogue.faults()}
    assert {name for fault in catalogue.faults() for name in fault.effects} <= names
    assert set(catalogue._grouping()["effects"]) <= names


def test_rules_that_tell_a_mistake_plainly_or_not_are_rules_or_kinds_each_in_one_list() -> None:
    listed = [name for names in catalogue._grouping()["telling"].values() for name in names]
    assert {*listed} <= {fault.name for fault in catalogue.faults()} | {*catalogue.KINDS}
    assert len({*listed}) == len(listed)
    ranks = {fault.name: fault.telling for fault in catalogue.faults()}
    some = ("AmountInAnotherUnit", "AmountImpossible", "FigureDiffers", "TwoNumbersInTarget", "CellBlank")
    assert [ranks[name] for name in some] == [0, 1, 2, 3, 3]
