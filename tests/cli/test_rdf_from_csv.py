"""`jixiao rdf-from-csv`: RDF on stdout, problems by file, row and column on stderr."""

import csv
import io
from pathlib import Path

from rdflib import RDF, Graph, Namespace

from jixiao.ontology import terms
from tests.conftest import Run

SHEET = Path(__file__).parents[1] / "ingest" / "sheets" / "library.csv"
JX = Namespace(terms.JX)


def test_both_forms_say_the_same(run: Run) -> None:
    turtle = run("rdf-from-csv", SHEET, "--base-iri", "https://data.example.org/budget")
    triples = run("rdf-from-csv", SHEET, "--base-iri", "https://data.example.org/budget", "--format", "nt")
    assert (turtle.returncode, turtle.stderr, triples.returncode) == (0, "", 0)
    found = Graph().parse(data=turtle.stdout, format="turtle")
    assert set(found) == set(Graph().parse(data=triples.stdout, format="nt"))
    assert all(str(node).startswith("https://data.example.org/budget/id/") for node in found.subjects(RDF.type))
    assert run("rdf-from-csv", SHEET, "--format", "nt").stdout.splitlines() == sorted(
        run("rdf-from-csv", SHEET, "--format", "nt").stdout.splitlines()
    )


def test_a_file_with_problems_is_refused_and_others_are_converted(run: Run, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_text("年度,项目名称,年度资金申请总额,备注\n2024,甲,很多,x\n", encoding="utf-8")
    done = run("rdf-from-csv", wrong, SHEET)
    assert done.returncode == 1
    assert f"{wrong}：第 2 行 row 2“年度资金申请总额”：不是金额：很多 · not an amount of money: 很多" in done.stderr
    assert len(set(Graph().parse(data=done.stdout, format="turtle").subjects(RDF.type, JX.Project))) == 2
    wrong.write_text("年度,项目名称,备注\n2024,甲,x\n", encoding="gb18030")
    named = run("rdf-from-csv", wrong)
    assert (named.returncode, "备注" in named.stderr) == (0, True)


def test_a_blank_sheet_can_be_filled_in(run: Run, tmp_path: Path) -> None:
    for language, name in (("zh", "项目名称"), ("en", "Project")):
        blank = run("rdf-from-csv", "--blank", language).stdout
        assert blank.startswith("\ufeff")
        [head] = csv.reader(io.StringIO(blank.removeprefix("\ufeff")))
        assert name in head
        row = ["2024" if each in ("年度", "Year") else "甲" if each == name else "" for each in head]
        path = tmp_path / f"{language}.csv"
        path.write_text(blank + ",".join(row) + "\r\n", encoding="utf-8")
        assert "甲" in run("rdf-from-csv", path).stdout


def test_wrong_calls(run: Run, tmp_path: Path) -> None:
    for arguments in ([], [tmp_path / "none.csv"], ["--blank", "zh", SHEET], [SHEET, "--base-iri", "data"], [tmp_path]):
        done = run("rdf-from-csv", *arguments)
        assert (done.returncode, done.stdout, "Traceback" in done.stderr) == (2, "", False), arguments
