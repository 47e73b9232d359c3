"""Self-evaluations by the commands: ingested, explained, asked for beside their project, withdrawn."""

import csv
import io
import re
from pathlib import Path

from jixiao.ontology import terms
from jixiao.store import Store
from tests.support.pages import ended

TESTS = Path(__file__).parents[1]
FILING, EVALUATION = TESTS / "ingest" / "whole-filing.txt", TESTS / "quality" / "evaluated.txt"
REACHED = f"""
PREFIX jx: <{terms.JX}>
PREFIX rdfs: <{terms.RDFS}>
SELECT ?name ?asked ?spent ?indicator ?promised ?reached ?score WHERE {{
  ?evaluation jx:evaluates ?project ; jx:executed ?spent ; jx:hasResult ?result .
  ?project rdfs:label ?name ; jx:amount ?asked .
  ?result jx:ofIndicator ?row ; jx:achievedText ?reached ; jx:score ?score .
  ?row rdfs:label ?indicator ; jx:targetText ?promised .
}} ORDER BY ?indicator"""


def asked(run, store):
    done = ended(0, run("query", REACHED, "--store", store, "--format", "csv"))
    return list(csv.reader(io.StringIO(done.stdout)))[1:]


def changed(path, printed, instead):
    """The evaluation with other words, in a file of its own."""
    path.write_text(EVALUATION.read_text(encoding="utf-8").replace(printed, instead), encoding="utf-8")
    return path


def test_a_file_of_evaluations_alone_is_added_and_says_so(run, tmp_path):
    ended(
        0,
        run("ingest", EVALUATION, "--store", tmp_path / "s", "--verbose"),
        "新增 added",
        "自评 self-evaluations 1",
        "执行 spent 10.8 万元；指标 results 4，实际值 reached 4，得分 scores 4",
    )
    assert "自评 self-evaluation: 古籍修复" in run("explain", EVALUATION).stdout


FINDINGS = f"SELECT ?node ?fault ?said WHERE {{ ?found <{terms.SH_sourceShape}> ?fault ; <{terms.SH_focusNode}> ?node "
FINDINGS += f'; <{terms.SH_resultMessage}> ?said FILTER(LANG(?said) = "zh" && CONTAINS(STR(?fault), "#Evaluation")) }}'


def findings(run, store):
    answer = run("query", FINDINGS, "--store", store, "--format", "csv").stdout
    return [[node, fault.partition("#")[2], said] for node, fault, said in list(csv.reader(io.StringIO(answer)))[1:]]


def test_draft_and_final_stand_side_by_side_until_the_steward_decides(run, tmp_path):
    """The evaluation comes before the filing that it answers."""
    store = tmp_path / "s"
    for file in (EVALUATION, FILING):
        assert run("ingest", file, "--store", store).returncode == 0
    ended(0, run("ingest", changed(tmp_path / "final.txt", "10.80", "11.20"), "--store", store), "两份并列")
    told = findings(run, store)
    assert {fault for _, fault, _ in told} == {"EvaluationsDisagree"}
    assert [all(spent in said for spent in ("108,000", "112,000")) for _, _, said in told] == [True, True]
    assert len({node for node, _, _ in told}) == 2
    assert len(asked(run, store)) == 8
    [draft] = [each.sha16 for each in Store.open(store).sources() if each.file_name == EVALUATION.name]
    assert run("check", "--store", store).returncode == 0
    assert run("withdraw", draft, "--store", store, "--reason", "草稿", "--by", "预算科").returncode == 0
    assert Store.open(store).log()[-1].by == "预算科"
    assert findings(run, store) == []
    assert asked(run, store) == [
        ["古籍修复", "120000", "112000", "修复册数", "≥200册", "190册", "28.5"],
        ["古籍修复", "120000", "112000", "培训次数", "=4次", "9次", "20"],
        ["古籍修复", "120000", "112000", "读者满意度", "≥85.0%", "91%", "10"],
        ["古籍修复", "120000", "112000", "读者知晓度", "提高", "提高", "30"],
    ]


def test_a_project_with_a_name_alike_is_offered(run, tmp_path):
    alike, store = changed(tmp_path / "alike.txt", "古籍修复", "古籍修复费"), tmp_path / "s"
    assert run("ingest", FILING, alike, "--store", store).returncode == 0
    [[node, fault, said]] = findings(run, store)
    assert (fault, asked(run, store)) == ("EvaluationPerhapsOf", [])
    command = re.search(r"jixiao (registry correct \S+ jx:evaluates [\w/]+)", said)
    assert command is not None
    assert command[1].split()[2] in node
    assert run(*command[1].split(), "--store", store, "--reason", "核对过").returncode == 0
    assert (findings(run, store), len(asked(run, store))) == ([], 4)
    assert run("registry", "undo", "1", "--store", store).returncode == 0
    assert (len(findings(run, store)), asked(run, store)) == (1, [])
