"""`jixiao registry …`: what a steward decides shows in the answers, is listed, checked, undone, and logged."""

import csv
import re
import shutil
from pathlib import Path

import pytest

from jixiao.ontology.identity import DEFAULT_BASE, Iris
from jixiao.shapes import catalogue
from jixiao.store import Store
from jixiao.store.versions import nquads
from jixiao.store.versions.nquads import hash_of_lines
from tests.server.conftest import running
from tests.support.pages import absent, ended
from tests.support.writing import ALL, rules

IRIS = Iris(DEFAULT_BASE)
EXAMPLES = Path(__file__).parents[2] / "examples"
FILINGS = [EXAMPLES / "songjiang-renda-2022.txt", EXAMPLES / "songjiang-zhengxie-2022.txt"]
CITED, OTHER = "松委发〔2009〕97号", "沪松府办〔2020〕50号"


@pytest.fixture(scope="module")
def made(run, tmp_path_factory):
    """A store of two bodies' filings with the results of all rules; do not write to it."""
    path = tmp_path_factory.mktemp("registry") / "store"
    with rules(ALL):
        assert run("ingest", *FILINGS, "--store", path).returncode == 0
    return path


@pytest.fixture
def store(made, tmp_path):
    """A store of two bodies' filings that a test may change."""
    return Path(shutil.copytree(made, tmp_path / "store"))


def checksum(store):
    return hash_of_lines(nquads.ordered(Store.open(store).present().graph)).checksum


def citing(run, store, number):
    done = ended(0, run("view", "--store", store, "projects-citing", f"number={number}", "--format", "csv"))
    return {row.split(",")[0] for row in done.stdout.splitlines()[1:]}


def decide(run, store, *arguments, reason="核对原件后确认"):
    return run("registry", *arguments, "--store", store, "--reason", reason, "--date", "2024-03-01")


def number(done):
    assert done.returncode == 0, done.stderr
    found = re.search(r"决定 decision (\d+)", done.stderr)
    assert found
    return found[1]


def test_two_documents_that_are_one_are_cited_as_one_and_apart_again(run, store):
    before, one, two = checksum(store), CITED, "沪松府办〔2017〕74号"
    apart = citing(run, store, one), citing(run, store, two)
    assert apart[0] != apart[1]
    made = number(decide(run, store, "same", one, two))
    assert citing(run, store, one) == citing(run, store, two) == apart[0] | apart[1]
    assert absent(run("registry", "list", "--store", store).stdout, f"{one} ← {two}", "核对原件后确认") == []
    ended(0, run("registry", "undo", made, "--store", store, "--reason", "查明是两份文件"))
    assert (citing(run, store, one), citing(run, store, two)) == apart
    assert checksum(store) == before
    logged = run("registry", "log", "--store", store).stdout.splitlines()
    assert ["决定 decided" in line for line in logged[3:]] == [True, False]
    assert "查明是两份文件" in logged[-1]


@pytest.fixture
def project(made):
    """The IRI of some project."""
    return min(project for record in Store.open(made).sources() for project in record.projects)


def test_a_corrected_amount_is_what_views_answer(run, store, project):
    number(decide(run, store, "correct", project, "年度资金申请总额", "12,345.5"))
    answer = run("view", "--store", store, "projects", "--format", "csv").stdout
    assert "12345.5" in next(row for row in answer.splitlines() if row.startswith(project))
    assert decide(run, store, "correct", project, "annualRequest", "99").returncode == 2


@pytest.mark.judge
def test_a_correction_that_lapses_is_told(run, store, tmp_path):
    rows = csv.DictReader(run("view", "--store", store, "projects", "--format", "csv").stdout.splitlines())
    project = next(row["project"] for row in rows if row["amount"] == "1200000")
    decide(run, store, "correct", project, "年度资金申请总额", "1250000")
    assert "已不适用" not in run("registry", "list", "--store", store).stdout
    corrected = tmp_path / "corrected.txt"
    corrected.write_text(FILINGS[0].read_text(encoding="utf-8").replace("1200000", "1230000"), encoding="utf-8")
    ingested, listed = run("ingest", corrected, "--store", store), run("registry", "list", "--store", store)
    assert ingested.returncode == 0, ingested.stderr
    for said in (ingested.stderr, listed.stderr):
        assert re.search(r"registry\.ttl:\d+: .*来源所印的已不是这个值.*No source prints this value any more", said)
    assert "已不适用 lapsed" in listed.stdout
    with running(store) as client:
        assert "1 lapsed" in client.get("/quality?lang=en", headers={"Accept": "text/html"}).text
        assert "来源所印的已不是这个值" in client.get("/quality/log?lang=zh", headers={"Accept": "text/html"}).text


def test_a_project_moves_to_another_body_of_the_store(run, store, project):
    def departments():
        rows = csv.DictReader(run("view", "--store", store, "projects", "--format", "csv").stdout.splitlines())
        return {row["project"]: row["department"] for row in rows}

    before, was = checksum(store), departments()
    later = next(name for name in was.values() if name != was[project])
    made = number(decide(run, store, "correct", project, "主管部门", IRIS.org(later)))
    assert departments() == {**was, project: later}
    assert f"主管部门 {was[project]} → {later}" in run("registry", "list", "--store", store).stdout
    assert (run("registry", "check", "--store", store).stdout, run("check", "--store", store).returncode) == ("", 0)
    assert run("registry", "undo", made, "--store", store).returncode == 0
    assert checksum(store) == before


def test_a_group_of_findings_is_accepted_at_once(run, store):
    query = """
        PREFIX jx: <https://w3id.org/jixiao/ontology#> PREFIX sh: <http://www.w3.org/ns/shacl#>
        SELECT ?group (COUNT(?finding) AS ?size) (COUNT(?decision) AS ?accepted) WHERE {
          ?finding jx:findingGroup ?group OPTIONAL { ?finding jx:acceptedBy ?decision }
        } GROUP BY ?group ORDER BY DESC(?size) ?group"""

    def groups():
        rows = run("query", "--store", store, query, "--format", "csv").stdout.split()[1:]
        return {group: (int(size), int(done)) for group, size, done in (row.split(",") for row in rows)}

    found = groups()
    largest = next(iter(found))
    assert found[largest][0] > 2
    number(decide(run, store, "accept", largest, reason="这种表没有这一栏"))
    assert {group: sizes for group, sizes in groups().items() if sizes[1]} == {largest: (found[largest][0],) * 2}
    assert f"组 group {largest}" in run("registry", "list", "--store", store).stdout
    assert run("registry", "check", "--store", store).returncode == 0


@pytest.mark.judge
@pytest.mark.usefixtures("whole_vocabulary")
def test_a_retired_rule_is_accepted_as_the_one_in_its_place(run, store):
    retired = catalogue.retired()[f"{catalogue.SHAPES}TargetInWords"]
    assert retired.replaced_by
    query = f"""PREFIX sh: <http://www.w3.org/ns/shacl#>
        SELECT ?node WHERE {{ ?finding sh:sourceShape <{retired.replaced_by}> ; sh:focusNode ?node }} ORDER BY ?node"""
    node = run("query", "--store", store, query, "--format", "csv").stdout.split()[1]
    assert number(decide(run, store, "accept", retired.name, node))
    # A registry of an earlier version names it still.
    registry = store / "registry.ttl"
    written = registry.read_text("utf-8")
    assert retired.replaced_by.rpartition("#")[2] in written
    registry.write_text(written.replace(retired.replaced_by.rpartition("#")[2], retired.name), "utf-8")
    ended(0, run("registry", "apply", "--store", store))
    assert ended(0, run("registry", "check", "--store", store)).stdout == ""


def test_a_renamed_body_is_linked(run, store):
    query = (Path(__file__).parent / "departments.rq").read_text("utf-8")
    names = run("query", "--store", store, query, "--format", "csv").stdout.split()[1:3]
    ended(0, run("registry", "rename", *names, "--from", "2019年3月1日", "--store", store, "--reason", "机构改革"))
    turtle = run("export", "--store", store, "--format", "ttl").stdout
    assert f"dcterms:isReplacedBy <{IRIS.org(names[1])}>" in turtle


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("same", CITED, "没有这样的部门"), "没有这样的部门"),
        (("same", "/id/org/nowhere", CITED), "/id/org/nowhere"),
        (("same", CITED, CITED), "并入了它自己"),
        (("correct", "{project}", "不存在的属性", "1"), "不存在的属性"),
        (("correct", "{project}", "申请总额", "1"), "年度资金申请总额"),
        (("correct", "{project}", "年度", "2023"), "不能更正"),
        (("correct", "{project}", "年度资金申请总额", "十二万"), "十二万"),
        (("correct", "{project}", "计划开始日期", "2022-13-01"), "2022-13-01"),
        (("accept", "没有的规则", "{project}"), "没有的规则"),
        (("accept", "AmountNotANumber", "{project}"), "没有这样的发现"),
        (("accept", "g-aaaaaaaaaaaaa"), "没有这一组发现"),
        (("same", CITED, "{project}"), "不能并入"),
        (("correct", "{project}", "主管部门", "38000"), "单位写名称"),
        (("correct", "{project}", "主管部门", "——"), "单位写名称"),
        (("correct", "{project}", "主管部门", " "), "单位写名称"),
        (("correct", "{project}", "主管部门", "/id/org/nowhere"), "/id/org/nowhere"),
        (("correct", "{project}", "主管部门", "{project}"), "不是部门或单位"),
        (("correct", "{project}", "责任部门", "某县水利局"), "主管部门"),
        (("correct", "{project}", "年度资金申情总额", "1"), "可能是 · perhaps: 年度资金申请总额"),
        (("correct", "{project}", "annualRequests", "1"), "perhaps: annualRequest"),
        (("accept", "AmountsNotANumber", "{project}"), "perhaps: AmountNotANumber"),
        (("same", "松委发（2009）79号、", CITED), "松委发（2009）79号、"),
    ],
)
def test_what_is_not_understood_is_refused(run, examples, project, arguments, message):
    # The command writes nothing, so the shared store will do.
    ended(2, decide(run, examples, *(each.format(project=project) for each in arguments)), message)
    assert not (examples / "registry.ttl").exists()
    assert Store.open(examples).log() == ()


def test_a_reason_and_a_day_are_needed(run, examples):
    assert decide(run, examples, "same", CITED, OTHER, reason=" ").returncode == 2
    done = run("registry", "same", CITED, OTHER, "--store", examples, "--reason", "x", "--date", "昨天")
    assert (done.returncode, "昨天" in done.stderr) == (2, True)


def test_several_of_one_name_are_listed(run, examples):
    done = ended(2, decide(run, examples, "correct", "业务培训", "年度资金申请总额", "1"))
    assert done.stderr.count("/id/project/") > 1
    assert "年度绩效目标申报" in done.stderr


def test_editing_by_hand_is_checked_applied_and_named_by_its_line(run, store, project):
    number(decide(run, store, "correct", project, "年度资金申请总额", "5"))
    file = store / "registry.ttl"
    lines = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join(lines).replace(' "5"^^xsd:decimal', " 五"), encoding="utf-8")
    for command in ("check", "apply", "list"):
        done = run("registry", command, "--store", store)
        assert (done.returncode, f"registry.ttl:{len(lines)}" in done.stderr) == (2, True)
    file.write_text("".join(lines).replace(' "5"^^xsd:decimal', ' "五"'), encoding="utf-8")
    done = run("registry", "check", "--store", store)
    assert (done.returncode, f"registry.ttl:{len(lines)}: " in done.stdout) == (1, True)
    assert "五" in done.stdout
    done = run("registry", "apply", "--store", store)
    assert (done.returncode, f"registry.ttl:{len(lines)}: " in done.stderr) == (2, True)

    file.write_text("".join(lines[:-1]), encoding="utf-8")
    ended(0, run("registry", "apply", "--store", store))
    ended(0, run("registry", "apply", "--store", store), "没有变化")
