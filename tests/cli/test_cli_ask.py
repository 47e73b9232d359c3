"""`jixiao view`, `query`, `export`, `validate`: results on stdout alone, in every format, and clear errors."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
import rdflib

from tests.support.pages import absent, ended

CITING = {"业务培训": 400_000, "政协会议": 390_000, "政协委员工作": 1_472_000}
WRONG = {
    "SELEKT ?s": "SELECT",
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }": "SERVICE",
    "DELETE WHERE { ?s ?p ?o }": "",
    "missing.rq": "missing.rq",
    "SELEKT " + "x" * 400: "SELECT",
}
"""Queries with words of what is said of them."""
COUNT = "SELECT (COUNT(*) AS ?n) { ?p a <https://w3id.org/jixiao/ontology#Project> }"


def test_the_question_of_the_mission(run, examples):
    done = run("view", "--store", examples, "projects-citing", "number=松委发【2009】97 号", "--format", "json")
    answer = json.loads(done.stdout)
    assert {row["name"]: row["amount"] for row in answer["rows"]} == CITING
    assert answer["truncated"] is False
    assert {"view", "params", "dataset_version", "columns", "sparql"} <= set(answer)


def test_a_total_below_a_part_of_the_rows_says_that_it_is_of_all(run, examples):
    part, whole = (
        run("view", "--store", examples, "projects", "year=2022", f"limit={limit}").stdout for limit in (2, 1000)
    )
    assert "全部行合计 total of all rows" in part
    assert "合计 total" in whole
    assert "of all rows" not in whole


@pytest.mark.parametrize(
    "arguments",
    [
        ["view", "projects-citing"],
        ["view", "projects-citing", "number=rubbish"],
        ["view", "projects-citing", "nummer=松委发〔2009〕97号"],
        ["view", "projects-citing", "松委发〔2009〕97号"],
        ["view", "nothing"],
        ["view", "projects", "least=1", "least=2"],
        ["query", COUNT, "--format", "ttl"],
        ["query", "DESCRIBE <x:y>", "--format", "csv"],
        ["search", "培训", "--kind", "nonsense"],
        ["ask", ""],
        ["export", "--format", "nq", "--site", "a-folder"],
        ["export", "--profile", "aligned", "--format", "nq"],
        ["export", "--profile", "cube", "--version", "1"],
        ["check", "--sample", "0"],
        *(["query", query] for query in WRONG),
    ],
)
def test_a_wrong_call(run, examples, arguments):
    done = ended(2, run(*arguments, "--store", examples), WRONG.get(arguments[-1], ""))
    assert (done.stdout, done.stderr.lower().count("error")) == ("", 1)


def test_query_from_argument_file_and_stdin(run, examples, tmp_path):
    (tmp_path / "count.rq").write_text(f"\ufeff{COUNT}", encoding="utf-8")  # a byte order mark is skipped
    for given in ([COUNT], [tmp_path / "count.rq"], ["-"], []):
        done = run("query", "--store", examples, *given, "--format", "json", stdin=COUNT)
        assert json.loads(done.stdout)["results"]["bindings"][0]["n"]["value"] == "37", given


def test_unknown_terms_of_a_query_are_named_beside_its_result(run, examples):
    prefix = "PREFIX jx: <https://w3id.org/jixiao/ontology#> "
    done = run("query", "--store", examples, prefix + "ASK { ?s jx:nonsense ?o ; jx:yaer 2022 ; jx:year 2022 }")
    assert (done.returncode, done.stdout) == (0, "false\n")
    assert [line.partition(": ")[2] for line in done.stderr.splitlines()] == [
        "jx:nonsense",
        "jx:yaer，是不是 · did you mean jx:year？",
    ]


@pytest.mark.parametrize("call", [["view", "projects-citing", "number={}"], ["search", "{}"], ["ask", "{}"], ["{}"]])
def test_an_argument_that_is_no_utf_8_is_told_in_a_line(run, examples, call):
    typed = os.fsdecode("政协".encode("gbk"))
    command, *others = (part.format(typed) for part in call)
    done = run(command, *(["--store", examples] if others else []), *others)
    assert (done.returncode, done.stdout) == (2, "")
    (said,) = done.stderr.splitlines()
    assert "UTF-8" in said


@pytest.mark.judge
def test_a_file_may_have_a_name_that_is_no_utf_8(start, tmp_path):
    named = Path(os.fsdecode(os.fsencode(tmp_path / "甲.txt").replace("甲".encode(), "甲".encode("gbk"))))
    named.write_text("项目", encoding="utf-8")
    done = ended(1, start("validate", named))
    assert "甲.txt" in done.stdout + done.stderr


def test_query_formats(run, examples):
    assert run("query", "--store", examples, COUNT, "--format", "csv").stdout.split() == ["n", "37"]
    assert "37" in run("query", "--store", examples, COUNT).stdout
    ask = run("query", "--store", examples, "ASK { ?s ?p ?o }", "--format", "json")
    assert json.loads(ask.stdout)["boolean"] is True
    described = run(
        "query", "--store", examples, "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 10", "--format", "ttl"
    )
    assert len(rdflib.Graph().parse(data=described.stdout, format="turtle")) == 10


@pytest.mark.parametrize("command", [["view", "projects"], ["query", COUNT], ["export"], ["serve"]])
def test_a_store_that_is_not_there(run, tmp_path, command):
    assert ended(2, run(command[0], "--store", tmp_path / "nowhere", *command[1:]), "nowhere").stdout == ""


def test_a_reader_that_leaves_is_no_failure(examples):
    """As in `jixiao export | head -1`: more is written than a pipe holds, and nobody reads on."""
    command = [sys.executable, "-m", "jixiao", "export", "--store", str(examples)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline()
        process.stdout.close()
        assert (process.stderr.read(), process.wait()) == (b"", 0)


def test_an_output_closed_by_the_caller_is_no_failure(examples):
    command = [sys.executable, "-m", "jixiao", "versions", "--store", str(examples)]
    done = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", *command], stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_views_are_listed_without_a_name(run, examples):
    listed = run("view", "--store", examples).stdout
    assert absent(listed, "projects-citing", "number＊") == []
    assert listed.count("\n") > 7


def test_a_part_of_a_name_will_do_and_what_it_means_is_said(run, examples):
    done = run("view", "--store", examples, "projects", "department=闵行", "year=2022,2024", "--format", "json")
    assert {row["role"] for row in json.loads(done.stdout)["rows"]} == {"department filedBy implementingUnit"}
    assert "“闵行”指" in done.stderr
    twice = run("view", "--store", examples, "projects", "year=2022", "year=2024", "--format", "json")
    assert {row["year"] for row in json.loads(twice.stdout)["rows"]} == {2022, 2024}


def test_xlsx_goes_to_a_file_or_to_stdout(run, examples, tmp_path):
    assert (
        ended(0, run("view", "--store", examples, "spending", "--format", "xlsx", "-o", tmp_path / "a.xlsx")).stdout
        == ""
    )
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames == ["数据", "说明"]


def test_an_answer_that_cannot_be_written_leaves_the_file_that_was_there(run, examples, tmp_path, monkeypatch):
    kept = tmp_path / "a.csv"
    kept.write_text("earlier", encoding="utf-8")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("jixiao.store.files.sync", full)
    assert run("view", "--store", examples, "spending", "--format", "csv", "-o", kept).returncode == 2
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == ["earlier"]


def test_a_question_is_answered_and_its_conditions_said_beside(run, examples):
    done = ended(0, run("ask", "--store", examples, "法律顾问费最高的项目", "--format", "csv"))
    assert [row["amount"] for row in csv.DictReader(io.StringIO(done.stdout))] == ["40000", "22500"]
    assert "法律顾问费" in done.stderr
    answer = json.loads(run("ask", "--store", examples, "projects citing 松委发[2009]97号", "--format", "json").stdout)
    assert answer["understood"] is True
    assert {row["name"]: row["amount"] for row in answer["rows"]} == CITING


def test_an_answer_begins_with_its_head(run, examples):
    asked = run("ask", "--store", examples, "哪些项目引用了松委发（2009）97号", "--lang", "zh")
    assert asked.stdout.startswith("3 个项目，2022 年申请 2,262,000 元\n")
    further = run("ask", "--store", examples, "那2024年呢", "--after", "2022年松江的法律顾问费", "--lang", "zh")
    assert further.stdout.startswith("1 个项目，2024 年申请 40,000 元\n")
    assert "年度 是 2024" in further.stderr
    assert "Year" not in further.stdout + further.stderr


@pytest.mark.parametrize(
    ("question", "lang", "level"),
    [("各级政府有多少项目", "zh", "县级"), ("projects by level of government", "en", "county")],
)
def test_concepts_have_their_names_in_tables(question, lang, level, run, examples):
    table = run("ask", "--store", examples, question, "--lang", lang).stdout
    assert level in table
    assert "place-level" not in table


def test_what_is_not_understood_ends_with_status_1_and_no_answer(run, examples):
    assert ended(1, run("ask", "--store", examples, "zyxwv"), "zyxwv").stdout == ""
    answer = json.loads(run("ask", "--store", examples, "zyxwv", "--format", "json").stdout)
    assert (answer["understood"], answer["view"], answer["rows"]) == (False, None, [])
