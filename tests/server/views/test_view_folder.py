"""Views of a folder: answered everywhere as jixiao's own are, and checked before they are."""

import gc
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import jixiao
from jixiao.python import DatasetError
from jixiao.server.errors import ViewFileError
from jixiao.server.settings import Settings
from jixiao.server.views import view_files, view_folder
from jixiao.store import Store
from tests.server.conftest import Serve
from tests.support.pages import absent

Run = Callable[..., subprocess.CompletedProcess[str]]

LARGEST = """\
#+ title: {zh: 最大的项目, en: Largest projects}
#+ question: {zh: "金额超过某数的项目有哪些？", en: "Which projects are larger than an amount?"}
#+ description: {zh: 年度资金申请总额大于给定数额的项目。, en: Projects whose annual request is above an amount.}
#+ params:
#+   - {name: least, kind: yuan, required: true, example: 10000, label: {zh: 至少, en: At least}}
#+ columns:
#+   - {name: project, type: iri, label: {zh: 项目 IRI, en: Project IRI}}
#+   - {name: name, type: text, link: project, label: {zh: 项目, en: Project}}
#+   - {name: amount, type: yuan, sum: true, label: {zh: 金额, en: Amount}}
PREFIX jx: <https://w3id.org/jixiao/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?project ?name ?amount WHERE {
  VALUES ?_least { 10000 }
  ?project a jx:Project ; rdfs:label ?name ; jx:annualRequest ?amount .
  FILTER(?amount >= ?_least)
}
ORDER BY DESC(?amount) ?project
LIMIT 100
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    views = tmp_path / "views"
    views.mkdir()
    (views / "largest-projects.rq").write_text(LARGEST, encoding="utf-8")
    return views


def test_a_view_of_a_folder_is_answered_everywhere(folder: Path, store: Store, run: Run, listen: Serve) -> None:
    with listen(Settings(store=store.path, views=folder, quick_seats=1, heavy_seats=1)) as client:
        page = client.get("/views/largest-projects?least=1&lang=zh", headers={"Accept": "text/html"})
        assert "最大的项目" in page.text
        listed = client.get("/views", headers={"Accept": "application/json"}).json()["views"]
        assert {"largest-projects", "projects"} <= {view["name"] for view in listed}
        answer = client.get("/views/largest-projects?least=1&format=json").json()
        assert answer["rows"]
        assert client.get("/views/largest-projects?format=json").status_code == 400
        with jixiao.open(str(client.base_url)) as site, jixiao.open(store.path, views=folder) as here:
            assert site.view("largest-projects", least=1) == here.view("largest-projects", least=1)
    listed = run("view", "--store", store.path, "--views", folder)
    assert "largest-projects" in listed.stdout
    said = run("view", "--store", store.path, "--views", folder, "largest-projects", "least=1", "--format", "csv")
    assert len(said.stdout.splitlines()) == len(answer["rows"]) + 1


def test_check_tells_what_each_view_gives(folder: Path, store: Store, run: Run) -> None:
    checked = run("views", "check", folder, "--store", store.path)
    assert checked.returncode == 0, checked.stderr
    assert absent(checked.stdout, "largest-projects：最大的项目", "rows") == []
    (folder / "other.rq").write_text(LARGEST.replace("?amount >=", "?amount >"), encoding="utf-8")
    assert run("views", "check", folder).stdout.count("\n") == 2


WRONG = [
    ("Wrong name.rq", LARGEST, "lower-case"),
    ("projects.rq", LARGEST, "that name already"),
    ("no-header.rq", "SELECT * WHERE { ?s ?p ?o } ORDER BY ?s LIMIT 1", "its header lacks columns"),
    ("yaml.rq", LARGEST.replace("{zh: 最大的项目,", "{zh: [最大的项目,"), "header cannot be read"),
    ("title.rq", LARGEST.replace("#+ title: {zh: 最大的项目, en: Largest projects}\n", ""), "title"),
    ("english.rq", LARGEST.replace(", en: Largest projects}", "}"), "header lacks en"),
    ("order.rq", LARGEST.replace("ORDER BY DESC(?amount) ?project\n", ""), "ORDER BY"),
    ("words.rq", LARGEST.replace("title: {zh: 最大的项目, en: Largest projects}", "title: 最大的项目"), "header"),
    ("column.rq", LARGEST.replace("SELECT ?project ?name ?amount", "SELECT ?project ?name"), "does not select amount"),
    ("kind.rq", LARGEST.replace("kind: yuan", "kind: yen"), "kind yen"),
    ("syntax.rq", LARGEST.replace("FILTER(", "FILTER(("), "the query is wrong"),
    ("service.rq", LARGEST.replace("FILTER(", "SERVICE <http://localhost/> { ?a ?b ?c } FILTER("), "SERVICE"),
    (
        "construct.rq",
        LARGEST.replace("SELECT ?project ?name ?amount", "CONSTRUCT { ?project a ?name }"),
        "construct.rq",
    ),
    ("update.rq", LARGEST.replace("SELECT ?project ?name ?amount", "DELETE { ?project a ?name }"), "update.rq"),
    ("bytes.rq", b"\xff\xfe", "bytes.rq"),
]


@pytest.mark.parametrize(("name", "text", "words"), WRONG, ids=[name for name, _, _ in WRONG])
def test_a_wrong_file_is_named(tmp_path: Path, name: str, text: str | bytes, words: str) -> None:
    (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    views, (error,) = view_folder.read_all(tmp_path)
    assert views == []
    assert name in str(error)
    assert words in str(error)
    with pytest.raises(ViewFileError, match=name.replace(".", r"\.")):
        view_folder.load_all(folder=tmp_path)


@pytest.mark.parametrize("name", ["column.rq", "construct.rq"])
def test_an_error_can_be_freed_in_any_thread(tmp_path: Path, name: str) -> None:
    text = next(text for wrong, text, _ in WRONG if wrong == name)
    (tmp_path / name).write_text(str(text), encoding="utf-8")
    kept = [view_folder.read_all(tmp_path)]
    ignored: list[object] = []
    with pytest.MonkeyPatch.context() as patched, ThreadPoolExecutor(1) as another:
        patched.setattr(sys, "unraisablehook", lambda unraisable: ignored.append(unraisable.exc_value))
        another.submit(lambda: (kept.clear(), gc.collect())).result()
    assert ignored == []


def test_a_header_with_facts_is_named_and_answered_by_its_query(folder: Path, store: Store, run: Run) -> None:
    text = LARGEST.replace("#+ columns:", "#+ facts: {of: project, gives: {project: iri}}\n#+ columns:")
    (folder / "older.rq").write_text(text, encoding="utf-8")
    checked = run("views", "check", folder, "--store", store.path)
    assert checked.returncode == 0
    assert [line.partition("：")[0] for line in checked.stderr.splitlines() if "facts" in line] == ["older.rq"]
    asked = ("view", "--store", store.path, "--views", folder)
    rows = [
        run(*asked, name, "least=1", "--format", "csv").stdout.splitlines()[1:]
        for name in ("older", "largest-projects")
    ]
    assert rows[0] == rows[1] != []


def test_wrong_folders_end_the_command(tmp_path: Path, store: Store, run: Run) -> None:
    assert run("views", "check", tmp_path / "nothing").returncode == 2
    assert run("views", "check", tmp_path).returncode == 2
    (tmp_path / "kind.rq").write_text(LARGEST.replace("kind: yuan", "kind: yen"), encoding="utf-8")
    checked = run("views", "check", tmp_path)
    assert checked.returncode == 1
    assert "kind yen" in checked.stderr
    served = run("serve", "--store", store.path, "--port", "0", "--views", tmp_path)
    assert served.returncode != 0
    assert "kind yen" in served.stderr
    assert "Traceback" not in served.stderr
    assert run("view", "--store", store.path, "--views", tmp_path).returncode == 2
    with pytest.raises(DatasetError, match="kind yen"):
        jixiao.open(store.path, views=tmp_path)


def test_our_own_views_pass_the_check(tmp_path: Path) -> None:
    for path in view_files.DIRECTORY.glob("*.rq"):
        (tmp_path / f"my-{path.name}").write_bytes(path.read_bytes())
    _, errors = view_folder.read_all(tmp_path)
    assert [str(error) for error in errors] == []


def test_one_wording_says_that_amounts_are_not_the_outturn() -> None:
    """Files are requests, approvals or allotments: no view, comparison or help page calls all amounts requests."""
    zh = "金额照文件所写（申报、批复或下达），不是决算"
    en = "mounts are as the filings state them (asked for, approved or allotted), not what was spent"
    views = (Path(each) for each in view_files.DIRECTORY.glob("*.rq"))
    texts = [path.read_text(encoding="utf-8") for path in (*views, *Path("server/apps").rglob("*.toml"))]
    told = [text for text in texts if "不是决算" in text]
    assert len(told) > 1
    assert all(zh in text and en in text for text in told)
    assert not any("outturn" in text for text in texts)
    assert zh in Path("docs/help/answers.md").read_text(encoding="utf-8")
