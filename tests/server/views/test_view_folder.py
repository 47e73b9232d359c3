"""Views of a folder: answered everywhere as jixiao's own are, and checked before they are."""

import gc
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import jixiao
from jixiao.python import DatasetError
from jixiao.server.views import view_files, view_folder
from tests.support.pages import absent, ended

LARGEST = """\
#+ title: {zh: 最大的项目, en: Largest projects}
#+ question: {zh: "哪些项目最大？", en: "Which projects are the largest?"}
#+ description: {zh: 年度资金申请总额最大的项目。, en: Projects with the largest annual requests.}
#+ columns:
#+   - {name: project, type: iri, label: {zh: 项目 IRI, en: Project IRI}}
#+   - {name: name, type: text, link: project, label: {zh: 项目, en: Project}}
#+   - {name: year, type: year, label: {zh: 年度, en: Year}}
#+   - {name: amount, type: yuan, sum: true, label: {zh: 金额, en: Amount}}
PREFIX jx: <https://w3id.org/jixiao/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?amount ?project ?name ?year WHERE {
    ?project a jx:Project ; rdfs:label ?name ; jx:annualRequest ?amount .
    OPTIONAL { ?project jx:year ?year }
}
ORDER BY DESC(?amount) ?project
LIMIT 100
"""


@pytest.fixture
def folder(tmp_path):
    views = tmp_path / "views"
    views.mkdir()
    (views / "largest-projects.rq").write_text(LARGEST, encoding="utf-8")
    return views


def test_a_view_of_a_folder_is_answered_everywhere(folder, store, run, listen):
    with listen(store, views=folder) as client:
        page = client.get("/views/largest-projects?amount.least=1&lang=zh", headers={"Accept": "text/html"})
        assert absent(page.text, "最大的项目", "/tables/largest-projects") == []
        listed = client.get("/views", headers={"Accept": "application/json"}).json()["views"]
        assert {"largest-projects", "projects"} <= {view["name"] for view in listed}
        answer = client.get("/views/largest-projects?amount.least=1&format=json").json()
        assert answer["rows"]
        groups = client.get("/tables/largest-projects?group=year&measure=sum_amount&format=json").json()
        assert sum(row["sum_amount"] for row in groups["rows"]) == sum(row["amount"] for row in answer["rows"])
        with jixiao.open(str(client.base_url)) as site, jixiao.open(store.path, views=folder) as here:
            given = {"amount.least": 1}
            assert site.view("largest-projects", **given) == here.view("largest-projects", **given)
            assert [*here.query(answer["sparql"])] == [*here.view("largest-projects", **given)]
    listed = run("view", "--store", store.path, "--views", folder)
    assert "largest-projects" in listed.stdout
    asked = ("view", "--store", store.path, "--views", folder, "largest-projects")
    assert len(run(*asked, "amount.least=1", "--format", "csv").stdout.splitlines()) == len(answer["rows"]) + 1


def test_what_cannot_be_filled_is_named_and_left_out(folder, store, listen, run, caplog):
    every = "SELECT ?project ?name ?year ?amount WHERE { ?project ?name ?year . ?a ?b ?amount . ?c ?d ?e }"
    head, _, _ = LARGEST.partition("PREFIX")
    (folder / "too-large.rq").write_text(head + every, encoding="utf-8")
    (folder / "not-numbers.rq").write_text(LARGEST.replace("name: name, type: text", "name: name, type: line"), "utf-8")
    (folder / "faulty.rq").write_text(LARGEST.replace("type: yuan", "type: yen"), encoding="utf-8")
    left = folder / "killed.new"  # by a process that was filling it
    left.touch()
    with listen(store, views=folder, tables_folder=folder, query_timeout=0.7) as client:
        assert not left.exists()
        assert client.get("/views/largest-projects?format=json").json()["rows"]
        for name in ("too-large", "not-numbers", "faulty"):
            assert client.get(f"/views/{name}").status_code == 404
            assert sum(f"{name}.rq" in each.getMessage() for each in caplog.records) == 1
    checked = ended(1, run("views", "check", folder), "faulty.rq", "yen")
    assert "largest-projects" in checked.stdout
    (folder / "faulty.rq").unlink()
    (folder / "too-large.rq").unlink()
    checked = ended(1, run("views", "check", folder, "--store", store.path), "not-numbers.rq", "type")


def test_check_tells_what_each_view_gives(folder, store, run):
    (folder / "other.rq").write_text(LARGEST.replace("LIMIT 100", ""), encoding="utf-8")
    checked = ended(0, run("views", "check", folder, "--store", store.path))
    assert (absent(checked.stdout, "largest-projects：最大的项目", "other："), checked.stdout.count(" 2 行 rows")) == (
        [],
        2,
    )
    assert run("views", "check", folder).stdout.count("\n") == 2


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_example_of_the_documentation_is_right(tmp_path, store, language, run):
    page = Path("docs/views.md").read_text(encoding="utf-8")
    written = page.split("\n## English")[language == "en"].split("<<'END'\n")[1].split("END\n")[0]
    (tmp_path / "our-requests.rq").write_text(written, encoding="utf-8")
    with jixiao.open(store.path, views=tmp_path) as here:
        assert len(here.view("our-requests", name="培训", **{"amount.least": "10万"})) == 1
    ended(0, run("views", "check", tmp_path))
    viewed = ["view", "our-requests", "--views", tmp_path, "--store", store.path, "--format", "csv"]
    assert ended(0, run(*viewed, "name=培训")).stdout.count("\n") == 2


WRONG = [
    ("Wrong name.rq", LARGEST, "lower-case"),
    ("projects.rq", LARGEST, "that name already"),
    ("word.rq", LARGEST, "that name already"),
    ("no-header.rq", "SELECT * WHERE { ?s ?p ?o } ORDER BY ?s LIMIT 1", "it lacks title, columns"),
    ("yaml.rq", LARGEST.replace("{zh: 最大的项目,", "{zh: [最大的项目,"), "yaml.rq:1: this is not YAML"),
    ("title.rq", LARGEST.replace("#+ title: {zh: 最大的项目, en: Largest projects}\n", ""), "title"),
    ("english.rq", LARGEST.replace(", en: Largest projects}", "}"), "english.rq:1: it lacks en"),
    (
        "words.rq",
        LARGEST.replace("title: {zh: 最大的项目, en: Largest projects}", "title: 最大的项目"),
        "words.rq:1: write 最大的项目 as",
    ),
    ("column.rq", LARGEST.replace("SELECT ?amount ", "SELECT "), "does not select amount"),
    ("kind.rq", LARGEST.replace("type: yuan", "type: yen"), "kind.rq:8: there is no type yen"),
    ("sum.rq", LARGEST.replace("type: yuan", "type: decimal, sum: true"), "sum.rq:8: amount: only yuan"),
    ("twice.rq", LARGEST.replace("name: amount", "name: year"), "twice.rq:8: there is a column year already"),
    ("case.rq", LARGEST.replace("name: amount", "name: Name"), "case.rq:8: there is a column Name already"),
    ("params.rq", LARGEST.replace("#+ columns", "#+ params: []\n#+ columns"), "params.rq:4: #+ params"),
    ("values.rq", LARGEST.replace("LIMIT", "VALUES ?_year { 2022 }\nLIMIT"), "values.rq:17: VALUES ?_year"),
    ("given.rq", LARGEST.replace("    OPTIONAL", "    # given year\n    OPTIONAL"), "blocks # given"),
    ("none.rq", LARGEST.partition("#+ columns")[0] + "#+ columns: []\nSELECT * WHERE { ?s ?p ?o }", "header"),
    ("prefix.rq", LARGEST.replace("PREFIX jx:", "prefix jx:"), "the query is wrong"),
    ("syntax.rq", LARGEST.replace("OPTIONAL {", "OPTIONAL {{"), "the query is wrong"),
    ("service.rq", LARGEST.replace("OPTIONAL {", "SERVICE <http://localhost/> {"), "SERVICE"),
    (
        "construct.rq",
        LARGEST.replace("SELECT ?amount ?project ?name ?year", "CONSTRUCT { ?project a ?name }"),
        "construct.rq",
    ),
    ("update.rq", LARGEST.replace("SELECT ?amount ?project ?name ?year", "DELETE { ?project a ?name }"), "update.rq"),
    ("bytes.rq", b"\xff\xfe", "bytes.rq"),
]


@pytest.mark.parametrize(("name", "text", "words"), WRONG, ids=[name for name, _, _ in WRONG])
def test_a_wrong_file_is_named(tmp_path, name, text, words):
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    views, (error,) = view_folder.read_all(tmp_path)
    assert views == []
    assert name in str(error)
    assert words in str(error)
    assert view_folder.load_all(folder=tmp_path).keys() == view_files.load().keys()


@pytest.mark.parametrize("name", ["column.rq", "construct.rq"])
def test_an_error_can_be_freed_in_any_thread(tmp_path, name):
    text = next(text for wrong, text, _ in WRONG if wrong == name)
    (tmp_path / name).write_text(str(text), encoding="utf-8")
    kept = [view_folder.read_all(tmp_path)]
    ignored = []
    with pytest.MonkeyPatch.context() as patched, ThreadPoolExecutor(1) as another:
        patched.setattr(sys, "unraisablehook", lambda unraisable: ignored.append(unraisable.exc_value))
        another.submit(lambda: (kept.clear(), gc.collect())).result()
    assert ignored == []


def test_wrong_folders_end_the_command(tmp_path, store, run):
    assert run("views", "check", tmp_path / "nothing").returncode == 2
    assert run("views", "check", tmp_path).returncode == 2
    served = run("serve", "--store", store.path, "--port", "0", "--views", tmp_path / "nothing")
    assert (served.returncode != 0, absent(served.stderr, "no folder of views")) == (True, [])
    assert run("view", "--store", store.path, "--views", tmp_path / "nothing").returncode == 2
    with pytest.raises(DatasetError, match="no folder of views"):
        jixiao.open(store.path, views=tmp_path / "nothing")


def test_one_wording_says_that_amounts_are_not_the_outturn():
    """Files are requests, approvals or allotments: no view, comparison or help page calls all amounts requests."""
    zh = "金额照文件所写（申报、批复或下达），不是决算"
    en = "mounts are as the filings state them (asked for, approved or allotted), not what was spent"
    views = (Path(each) for each in view_files.DIRECTORY.glob("*.yaml"))
    texts = [path.read_text(encoding="utf-8") for path in (*views, *Path("server/apps").rglob("*.toml"))]
    told = [text for text in texts if "不是决算" in text]
    assert told
    assert all(zh in text and en in text for text in told)
    assert not any("outturn" in text for text in texts)
    assert zh in Path("docs/help/answers.md").read_text(encoding="utf-8")
