"""`jixiao ingest`: what it says and what status it ends with, on good files, bad ones and mixtures."""

import json
import os
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from jixiao.store import Store
from tests.support.pages import absent, ended

EXAMPLES = Path(__file__).parents[2] / "examples"
FILING = EXAMPLES / "songjiang-renda-2022.txt"
SMALL = Path(__file__).parents[1] / "ingest" / "whole-filing.txt"


def version(store):
    return Store.open(store).present().version


@pytest.fixture(scope="module")
def first(run, tmp_path_factory):
    """A store of one filing; do not write to it."""
    store = tmp_path_factory.mktemp("first") / "store"
    assert run("ingest", FILING, "--store", store).returncode == 0
    return store


@pytest.fixture
def store(first, tmp_path):
    """A store of one filing that a test may change."""
    return shutil.copytree(first, tmp_path / "s")


def test_a_new_store_says_what_is_not_set(run, tmp_path):
    one, other, base = tmp_path / "one", tmp_path / "other", "https://data.example.org/"
    assert absent(run("ingest", SMALL, "--store", one).stderr, "--base-iri", str(one / "dataset.toml")) == []
    assert "--base-iri" not in run("ingest", SMALL, "--store", one).stderr
    own = ended(0, run("ingest", SMALL, "--store", other, "--base-iri", base), "dataset.toml").stderr
    assert "--base-iri" not in own
    assert run("ingest", SMALL, "--store", other).returncode == 0
    ended(2, run("ingest", SMALL, "--store", other, "--base-iri", "http://localhost:8000/"), base)
    assert run("ingest", SMALL, "--store", tmp_path / "t", "--base-iri", "no base").returncode == 2


def test_a_line_of_each_file_says_what_to_look_at(run, tmp_path):
    small = SMALL.read_text(encoding="utf-8")
    notes = "".join(f"注{number}：本表一式两份。\n" for number in range(5))
    (tmp_path / "a.txt").write_text(small.replace("项目资金（元）", "项目资金") + notes, encoding="utf-8")
    done = ended(
        0,
        run("ingest", tmp_path / "a.txt", FILING, "--store", tmp_path / "s"),
        "按元计",
        "未读 unread: 表内 in forms 5，表外 elsewhere 0",
        "a.txt:37: 未读 unread: 注2",
    )
    assert done.stdout == ""
    assert "注3" not in done.stderr
    assert "写明 stated 5、推断 inferred 1、无 none 0" in done.stderr
    assert f"{FILING.name}：" not in done.stderr
    again = run("ingest", tmp_path / "a.txt", "--store", tmp_path / "t", "--verbose")
    assert (
        absent(again.stderr, "a.txt:21: 古籍修复：120,000 元（推断 inferred：表中未注明金额单位，按元计", "注4") == []
    )


def test_a_project_without_a_name_is_left_out_with_its_line(run, tmp_path):
    case = Path(__file__).parents[1] / "ingest" / "cases" / "names-taken-from-titles-and-headings" / "filing.txt"
    ended(
        0,
        run("ingest", case, "--store", tmp_path / "s"),
        "filing.txt:24: 项目未收录 project left out: 未能从所得文本中确定这个项目的名称，因此没有收录。其中另读到：",
    )


@pytest.mark.parametrize("form", ["text", "html", "json"])
def test_a_file_without_a_name_is_no_mistake_of_its_filing(run, tmp_path, form):
    (tmp_path / "a.txt").write_text(
        "项目绩效目标申报表\n（2024年度）\n项目名称：\n年度目标：送戏下乡。\n", encoding="utf-8"
    )
    done = run("validate", tmp_path / "a.txt", "--format", form)
    assert (done.returncode, done.stderr) == (1, "")
    if form == "json":
        told = json.loads(done.stdout)
        (document,) = told["documents"]
        assert [each["zh"] for each in document["notRead"][0]["lacks"]] == ["名称", "年度资金申请总额", "指标"]
        assert {rule["kind"] for rule in told["rules"] if rule["severity"] == "Violation"} == {"reading"}
    else:
        assert (
            absent(
                done.stdout,
                "没有读到 not read：「（无名称 no name）」名称 name、年度资金申请总额 annual request、指标 indicators",
                "没有读准 not read for sure",
            )
            == []
        )
        words = re.sub(r"(<[^>]*>|\s)+", " ", done.stdout)
        assert "没有读准 not read for sure 没有读出项目名称" in words
        assert "违例" not in words


def test_with_strict_a_form_cut_off_is_refused_and_what_is_stored_stays(run, store, tmp_path):
    text = FILING.read_text(encoding="utf-8")
    (tmp_path / "cut.txt").write_text(text[: text.rindex("满意度指标") - 1], encoding="utf-8")
    done = ended(1, run("ingest", tmp_path / "cut.txt", "--store", store, "--strict"), "cut.txt", "末尾未见")
    assert "本次入库" not in done.stderr, "amounts of refused files are not counted"
    assert version(store) == "000001"


@pytest.mark.parametrize("missing", ["nowhere.txt", "nowhere/", "nowhere" * 50])
def test_a_path_that_is_not_there(run, tmp_path, missing):
    ended(2, run("ingest", tmp_path / missing, "--store", tmp_path / "s"), "nowhere")
    assert not (tmp_path / "s").exists()
    assert run("validate", tmp_path / missing).returncode == 2


def test_a_zip_is_its_files(run, tmp_path):
    with zipfile.ZipFile(tmp_path / "batch.zip", "w") as batch:
        for file in (FILING, SMALL):
            batch.write(file, f"2022/{file.name}")
        batch.writestr("2022/letter.txt", "周三开会。")
    ended(
        1,
        run("ingest", tmp_path / "batch.zip", "--store", tmp_path / "s"),
        "batch.zip/letter.txt",
        "没有找到绩效目标申报表",
        "项目 projects 6",
    )
    (tmp_path / "torn.zip").write_bytes((tmp_path / "batch.zip").read_bytes()[:3000])
    ended(1, run("ingest", tmp_path / "torn.zip", "--store", tmp_path / "s"), "torn.zip")


@pytest.mark.parametrize("command", ["ingest", "validate"])
def test_files_of_systems_are_counted_in_one_line(run, tmp_path, command):
    folder = tmp_path / "filings"
    folder.mkdir()
    shutil.copy(SMALL, folder / "a.txt")
    for name in ("~$a.docx", "Thumbs.db", "._a.txt"):
        (folder / name).write_bytes(b"x")
    with zipfile.ZipFile(folder / "b.zip", "w") as batch:
        batch.write(SMALL, "b.txt")
        batch.writestr("__MACOSX/._b.txt", b"x")
    done = run(command, folder, *(("--store", tmp_path / "s") if command == "ingest" else ()))
    [line] = [line for line in done.stderr.splitlines() if "passed over" in line]
    assert "files of systems and programs passed over: 4（" in line
    assert all(name in line for name in ("~$a.docx", "Thumbs.db", "._a.txt", "b.zip/__MACOSX/._b.txt"))
    assert "b.zip/b.txt" in done.stderr + done.stdout


@pytest.mark.parametrize("command", ["ingest", "validate"])
def test_a_link_out_of_the_folder_is_not_followed(run, tmp_path, command):
    folder, outside = tmp_path / "filings", tmp_path / "outside"
    outside.mkdir()
    (outside / "folder").mkdir()
    for name in ("secret.txt", "folder/deep.txt"):
        (outside / name).write_text("周三开会。", encoding="utf-8")
    folder.mkdir()
    shutil.copy(SMALL, folder / "a.txt")
    (folder / "relative.txt").symlink_to("../outside/secret.txt")
    (folder / "absolute.txt").symlink_to(outside / "secret.txt")
    (folder / "folder").symlink_to(outside / "folder")
    (folder / "chained.txt").symlink_to("absolute.txt")
    (folder / "b.txt").symlink_to("a.txt")
    (folder / "broken.txt").symlink_to("nowhere.txt")
    (folder / "inner").mkdir()
    (folder / "within").symlink_to("inner")
    (tmp_path / "entry").symlink_to(folder)
    done = run(command, tmp_path / "entry", *(("--store", tmp_path / "s") if command == "ingest" else ()))
    [line] = [line for line in done.stderr.splitlines() if "links out of the folder" in line]
    assert "passed over: 5（" in line
    assert all(name in line for name in ("relative.txt", "absolute.txt", "chained.txt", "entry/folder", "broken.txt"))
    assert "a.txt" in done.stderr + done.stdout
    assert "b.txt" in done.stderr + done.stdout
    assert "deep.txt" not in done.stderr + done.stdout
    if command == "ingest":
        assert [record.file_name for record in Store.open(tmp_path / "s").sources()] == ["a.txt"]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("command", ["ingest", "validate"])
@pytest.mark.parametrize("size", [251, 252, 255])
def test_a_name_as_long_as_a_disk_allows(run, tmp_path, command, size):
    folder = tmp_path / "filings"
    folder.mkdir()
    name = "预" * ((size - 4) // 3) + "x" * ((size - 4) % 3) + ".txt"
    assert len(name.encode()) == size
    shutil.copy(SMALL, folder / name)
    done = run(command, folder, *(("--store", tmp_path / "s") if command == "ingest" else ()))
    assert done.returncode in (0, 1)
    assert "Traceback" not in done.stderr
    assert "Errno" not in done.stderr
    if command == "ingest":
        assert {record.file_name for record in Store.open(tmp_path / "s").sources()} == {name}


TURNED = "a\u202etxt.exe\u2066.txt", "b\x1b[2J.txt", "c\nd\u2028e\u200f.txt", "f\tg\x85.txt"


@pytest.mark.parametrize("command", ["ingest", "validate"])
def test_a_name_turns_no_line_and_begins_none(run, tmp_path, command):
    folder = tmp_path / "turned\u202e"
    folder.mkdir()
    for number, name in enumerate(TURNED):
        shutil.copy(SMALL, folder / name)
        with (folder / name).open("a") as file:
            file.write("\n" * number)
    (folder / "bad\u202e\n.txt").write_text("周三开会。", "utf-8")
    with zipfile.ZipFile(folder / "zip\u202e.zip", "w") as batch:
        batch.writestr("inside\u202e\u2067\n.txt", SMALL.read_bytes() + b"\n" * len(TURNED))
    done = run(command, folder, *(("--store", tmp_path / "s") if command == "ingest" else ()))
    shown = done.stdout + done.stderr
    assert re.findall("[\x1b\x85\u200e\u200f\u2028-\u202e\u2066-\u2069]", shown) == []
    assert absent(shown, "b\ufffd[2J.txt", "c\ufffdd\ufffde\ufffd.txt") == []
    if command == "ingest":
        names = {record.file_name for record in Store.open(tmp_path / "s").sources()}
        assert "inside\ufffd\ufffd\ufffd.txt" in names
        assert all(name.isprintable() for name in names)


def test_a_name_that_is_no_utf8(run, tmp_path):
    (tmp_path / "in").mkdir()
    shutil.copy(SMALL, os.fsencode(tmp_path / "in") + b"/" + "申报.txt".encode("gb18030"))
    ended(0, run("ingest", tmp_path / "in", "--store", tmp_path / "s"))
    assert [record.file_name for record in Store.open(tmp_path / "s").sources()] == ["申报.txt"]


def named(store, run):
    """The lines of the graphs of origins in the exported dataset."""
    return [line for line in run("export", "--store", store).stdout.splitlines() if "/graph/origin/" in line[-60:]]


def checksum(store):
    return Store.open(store).present().manifest.checksum


@pytest.mark.judge
def test_addresses_come_and_go_with_their_source_and_leave_the_checksum(run, first, store, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    filing = Path(shutil.copy(FILING, folder))
    (folder / f"{filing.name}.url").write_text("[InternetShortcut]\nURL=https://me:pw@h.example/b?token=x\n", "utf-8")
    table = folder / "origins.csv"
    row = f"{filing.name},https://h.example/a,2024-03-05T09:30:00+08:00,x\n"
    table.write_text(f"file,url,retrieved,publisher\n{row}", "utf-8")
    ended(0, run("ingest", folder, "--store", store, "--origins", table), "网址 addresses 2")
    assert (version(store), checksum(store), len(named(store, run))) == ("000002", checksum(first), 8)
    assert not any("token" in line or "pw@" in line for line in named(store, run))
    dump = tmp_path / "dump.nq"
    dump.write_text(run("export", "--store", store).stdout, "utf-8")
    assert checksum(first) in run("checksum", dump).stdout
    assert (run("ingest", folder, "--store", store, "--origins", table).returncode, version(store)) == (0, "000002")
    table.write_text(f"file,url\n{filing.name},https://h.example/c\n", "utf-8")
    assert run("ingest", filing, "--store", store, "--origins", table).returncode == 0
    before = named(store, run)
    assert len(before) == 11, "another address is added to those that are known"
    # Into an empty store at once, and read anew, the same graphs arise.
    table.write_text(f"file,url,retrieved,publisher\n{row}{filing.name},https://h.example/c,,\n", "utf-8")
    assert run("ingest", folder, "--store", tmp_path / "t", "--origins", table).returncode == 0
    assert named(tmp_path / "t", run) == before
    sha16 = Store.open(store).sources()[0].sha16
    assert run("reread", sha16, "--store", store).returncode == 0
    assert named(store, run) == before
    assert run("withdraw", sha16, "--store", store, "--reason", "误传").returncode == 0
    assert run("ingest", FILING, "--store", store).returncode == 0
    assert named(store, run) == []
    assert run("check", "--store", store).returncode == 0
    assert checksum(store) == checksum(first)


TITLED = """{place}项目支出绩效目标申报表
（2022年度）
项目名称 | 森林防火 | 主管部门 | 区林业局
年度资金总额 | 100万元 | 实施单位 | 区林业站
年度目标 | 全年巡护林区，消除火灾隐患。
一级指标 | 二级指标 | 三级指标 | 指标值
产出指标 | 数量指标 | 巡护次数 | ≥{visits}次
效益指标 | 社会效益指标 | 火灾起数 | ≤2起
"""


@pytest.mark.sampled(3)
@pytest.mark.parametrize(("first", "second"), [("", "重庆市荣昌区"), ("重庆市荣昌区", ""), ("", "")])
def test_a_project_is_not_counted_twice_while_a_source_does_not_tell_the_place_of_its_body(
    run, tmp_path, first, second
):
    store, names = tmp_path / "store", ("first.txt", "second.txt")
    for name, place, visits in zip(names, (first, second), (12, 13), strict=True):
        (tmp_path / name).write_text(TITLED.format(place=place, visits=visits), encoding="utf-8")
    (tmp_path / "first.txt.url").write_text("http://www.linjiang.example.cn/a.txt", encoding="utf-8")
    assert run("ingest", tmp_path / "first.txt", "--store", store).returncode == 0
    refused = run("ingest", tmp_path / "second.txt", "--store", store)
    assert (refused.returncode, absent(refused.stderr, "没有都写明单位在何地", "first.txt")) == (1, [])
    assert ")，http://www.linjiang.example.cn/a.txt" in refused.stderr  # its host may tell where the body is
    [live] = Store.open(store).sources()
    assert run("ingest", tmp_path / "second.txt", "--store", store, "--replace", live.sha16).returncode == 0
    assert [record.file_name for record in Store.open(store).sources() if record.live] == ["second.txt"]
    done = run("ingest", FILING, "--store", store, "--replace", live.sha16)
    assert (done.returncode, live.sha16 in done.stderr) == (2, True)
