"""`jixiao validate` on RDF that jixiao did not make: the contents of filings are judged, whatever made the graph."""

import json
import re
import shutil
from codecs import BOM_UTF8
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse, serialize

from jixiao import checking, rdf_files
from jixiao.ingest.workers import Allowance
from jixiao.report import templates
from jixiao.shapes import validate
from jixiao.shapes.engine.compiled import Rule
from jixiao.shapes.validate import Validation
from tests.shapes.test_strangers import planted
from tests.support.pages import absent, ended
from tests.support.pyshacl_judge import JudgedValidation
from tests.support.writing import reading_apart

STRANGERS = Path(__file__).parents[1] / "shapes" / "strangers"
PLANTED = STRANGERS / "planted.ttl"


@pytest.mark.usefixtures("every_rule")
@pytest.mark.parametrize("engine", [Validation, pytest.param(JudgedValidation, marks=pytest.mark.judge)])
def test_what_was_planted_is_found_and_nothing_else(engine, monkeypatch):
    monkeypatch.setattr(validate, "Validation", engine)
    found = rdf_files.judge_graph(PLANTED.read_bytes(), "planted.ttl")
    assert sorted({(each.fault.name, each.focus_node) for each in found.findings}) == sorted(planted(PLANTED))
    assert {each.about for each in found.findings if each.project} == {
        "基本陈列更新",
        "讲解服务",
        "文物库房改造",
    }
    assert "讲解准确率" in {each.part for each in found.findings}
    assert [(filed.department, filed.year) for filed in found.filings] == [("示例区博物馆", 2024)]
    assert rdf_files.judge_graph((STRANGERS / "clean.ttl").read_bytes(), "clean.ttl").findings == ()


@pytest.mark.usefixtures("every_rule")
@pytest.mark.sampled(2)
@pytest.mark.parametrize("suffix", ["nt", "nq", "trig", "rdf", "jsonld"])
def test_each_form_of_rdf_gives_the_same(suffix):
    triples = [quad.triple for quad in parse(PLANTED.read_bytes(), RdfFormat.TURTLE)]
    content = serialize(triples, format=RdfFormat.from_extension(suffix)) or b""
    found = rdf_files.judge_graph(content, f"planted.{suffix}")
    assert sorted({(each.fault.name, each.focus_node) for each in found.findings}) == sorted(planted(PLANTED))


@pytest.mark.usefixtures("every_rule")
def test_the_report_names_projects_and_parts(run):
    done = ended(1, run("validate", PLANTED))
    assert absent(done.stdout, "■ 示例区博物馆 · 2024 年", "基本陈列更新") == []
    [document] = json.loads(run("validate", PLANTED, "--format", "json").stdout)["documents"]
    assert (document["projects"], document["indicators"], document["refused"]) == (3, 17, None)
    assert all(finding["lines"] == [] for finding in document["findings"])
    assert "讲解服务" in run("validate", PLANTED, "--format", "html").stdout
    assert run("validate", STRANGERS / "clean.ttl", "--fail-on", "info").returncode == 0


@pytest.mark.usefixtures("every_rule")
@pytest.mark.sampled(2)
@pytest.mark.parametrize("name", ["marked.ttl", "own.n3", "turtle.owl", "mark-up.owl", "marked.owl"])
def test_a_byte_order_mark_and_other_suffixes_of_rdf_are_read(name, tmp_path, run):
    content = PLANTED.read_bytes()
    if name in {"mark-up.owl", "marked.owl"}:
        content = serialize(parse(content, RdfFormat.TURTLE), format=RdfFormat.RDF_XML) or b""
    (tmp_path / name).write_bytes((BOM_UTF8 if name.startswith("marked") else b"") + content)
    [document] = json.loads(run("validate", tmp_path, "--format", "json").stdout)["documents"]
    assert (document["projects"], document["refused"]) == (3, None)
    assert {each["fault"] for each in document["findings"]} >= {"PeriodReversed"}
    assert "jx:hasMention" in run("mentions", tmp_path / name).stdout


def test_a_formula_of_n3_states_nothing():
    quoted = b"@prefix : <http://a.example/> . { :a a <https://w3id.org/jixiao/ontology#Project> } :b { } ."
    assert rdf_files.judge_graph(PLANTED.read_bytes() + quoted, "own.n3").projects.keys() == (
        rdf_files.judge_graph(PLANTED.read_bytes(), "own.n3").projects.keys()
    )


@pytest.mark.usefixtures("every_rule")
def test_a_rule_that_fails_is_named_and_leaves_the_findings_of_the_others(monkeypatch):
    def findings(rule, data):
        if rule.iri.endswith("#RateAboveHundred"):
            raise ArithmeticError
        return matches(rule, data)

    whole, matches = rdf_files.judge_graph(PLANTED.read_bytes(), "planted.ttl"), Rule.findings
    monkeypatch.setattr(Rule, "findings", findings)
    found = rdf_files.judge_graph(PLANTED.read_bytes(), "planted.ttl")
    others = [one.group for one in whole.findings if one.fault.name != "RateAboveHundred"]
    assert len(others) < len(whole.findings)
    assert [one.group for one in found.findings] == others
    [left_out] = found.left_out
    assert (
        absent(
            left_out,
            "“比率超过百分之百”（RateAboveHundred）没有查成：ArithmeticError",
            "(RateAboveHundred) could not be checked: ArithmeticError",
        )
        == []
    )
    shown = "".join(words for line in templates.report([found], language="en") for words, _ in line)
    assert "not read: the rule “Rate above 100 %” (RateAboveHundred) could not be checked" in shown


@pytest.mark.parametrize(
    "odd",
    [
        ':show-rooms jx:indicatorType "数量 指标"@zh ; jx:targetValue "NaN"^^xsd:decimal .',
        ':show rdfs:label <<( jx:a jx:b jx:c )>> ; jx:sourceLine "²", "²"^^xsd:integer ; jx:year "２０２４" .',
        ':show jx:implementingUnit "示例区博物馆" ; jx:hasIndicator "更新展厅" .',
        "",
    ],
)
@pytest.mark.usefixtures("every_rule")
def test_odd_statements_cost_no_finding_on_others(odd, monkeypatch):
    def unread(_triples):
        raise ValueError

    if not odd:
        monkeypatch.setattr(rdf_files, "enriched", unread)
    found = rdf_files.judge_graph(PLANTED.read_bytes() + odd.encode(), "planted.ttl")
    told = "文字所述没有读成：ValueError · what its texts state could not be read: ValueError"
    assert found.left_out == (() if odd else (told,))
    assert {"PeriodReversed", "CoverCountDiffers", "TotalDiffersFromFunds"} <= {
        one.fault.name for one in found.findings
    }


DEEP = 60_000
NESTED = f"<http://s> <http://p> {'<<( <http://s> <http://p> ' * DEEP}1{' )>>' * DEEP} ."
ENTITIES = "".join(f'<!ENTITY a{number} "{f"&a{number - 1};" * 10}">' for number in range(1, 9))
BOMB = (
    f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a0 "{"lol" * 10}">{ENTITIES}]>'
    '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
    '<r:Description r:about="http://a/"><e:p>&a8;</e:p></r:Description></r:RDF>'
)
_OPEN, _SHUT = "<e:p><r:Description>", "</r:Description></e:p>"
DEEP_XML = (
    '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">'
    f'<r:Description r:about="http://a/">{_OPEN * DEEP}{_SHUT * DEEP}</r:Description></r:RDF>'
)


@pytest.mark.judge
def test_rdf_that_ends_its_process_is_a_line_of_the_report(run, tmp_path, monkeypatch):
    monkeypatch.setattr(rdf_files, "GRAPH", Allowance(seconds=60, memory=256 << 20))
    (tmp_path / "bomb.rdf").write_text(BOMB, encoding="utf-8")
    (tmp_path / "nested.ttl").write_text(NESTED, encoding="utf-8")
    monkeypatch.setattr(rdf_files, "PARSING", 1)
    (tmp_path / "deep.rdf").write_text(DEEP_XML, encoding="utf-8")
    shutil.copy(STRANGERS / "clean.ttl", tmp_path)
    with reading_apart():
        said = json.loads(run("validate", tmp_path, "--format", "json", "--jobs", "1").stdout)
    refused = {Path(each["file"]).name: each["refused"] for each in said["documents"]}
    assert refused["clean.ttl"] is None
    assert "the signal SIGSEGV" in refused["nested.ttl"][0]
    assert "it took more time than it may" in refused["deep.rdf"][0]
    assert re.search("SIGABRT|more memory than it may", refused["bomb.rdf"][0])
    assert all(each["sha256"] for each in said["documents"])


def test_a_relative_iri_does_not_tell_where_a_file_lies(tmp_path):
    content = PLANTED.read_bytes() + b"\n<relative> a <https://w3id.org/jixiao/ontology#Project> ."
    found = checking.judge_submission(content, "some/folder/own.ttl", tmp_path)
    assert str(tmp_path) not in repr(found)
    assert "file:///relative" in repr(found)


def test_files_that_are_no_filings_in_rdf_are_refused(run, tmp_path):
    (tmp_path / "broken.ttl").write_text("<a> <b>", encoding="utf-8")
    (tmp_path / "other.ttl").write_text("<http://a.example/> a <http://b.example/> .", encoding="utf-8")
    shutil.copy(STRANGERS / "clean.ttl", tmp_path)
    said = json.loads(run("validate", tmp_path, "--format", "json").stdout)
    refused = {Path(each["file"]).name: each["refused"] for each in said["documents"]}
    assert refused["clean.ttl"] is None
    assert "not valid RDF" in refused["broken.ttl"][0]
    assert "jx:Project" in refused["other.ttl"][0]
