"""`jixiao ingest`: what it says and what status it ends with, on good files, bad ones and mixtures."""

import hashlib
import json
import os
import random
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
    generation = Store.open(store).current()
    assert generation is not None
    return generation.version


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


def test_says_what_was_read_on_stderr_alone(run, tmp_path):
    assert (
        ended(
            0, run("ingest", FILING, "--store", tmp_path / "s"), "songjiang-renda-2022.txt", "100.0%", "项目 projects 5"
        ).stdout
        == ""
    )


def test_a_new_store_says_what_is_not_set(run, tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    assert absent(run("ingest", SMALL, "--store", one).stderr, "--base-iri", str(one / "dataset.toml")) == []
    assert "--base-iri" not in run("ingest", SMALL, "--store", one).stderr
    own = run("ingest", SMALL, "--store", other, "--base-iri", "https://data.example.org/").stderr
    assert "--base-iri" not in own
    assert "dataset.toml" in own


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


def cut_off(tmp_path):
    text = FILING.read_text(encoding="utf-8")
    (tmp_path / "cut.txt").write_text(text[: text.rindex("满意度指标") - 1], encoding="utf-8")
    return tmp_path / "cut.txt"


BAD = {
    "empty.txt": (b"", "文件是空的"),
    "spaces.txt": (b" \n\t\n", "文件是空的"),
    "binary.txt": (bytes(range(256)) * 40, "二进制"),
    "scan.pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF"),
    "letter.txt": (("松江区下周有雨，请带伞。\n" * 20).encode(), "没有找到"),
    "noise.txt": (random.Random(4).randbytes(4096), "二进制"),
}


@pytest.mark.parametrize("names", [list(BAD), *(pytest.param([name], marks=pytest.mark.judge) for name in BAD)])
def test_bad_files_are_named_and_the_others_go_in(run, tmp_path, names):
    for name in names:
        (tmp_path / name).write_bytes(BAD[name][0])
    done = ended(1, run("ingest", *(tmp_path / name for name in names), FILING, "--store", tmp_path / "s"))
    lines = done.stderr.splitlines()
    for name in names:
        assert any(name in line and BAD[name][1] in line for line in lines), name
    assert len(Store.open(tmp_path / "s").sources()) == 1


@pytest.mark.judge
def test_a_form_cut_off_goes_in_as_a_partial_reading_that_replaces_nothing_whole(run, tmp_path):
    ended(0, run("ingest", cut_off(tmp_path), "--store", tmp_path / "s"), "部分读取 read in part 1")
    ended(0, run("ingest", FILING, "--store", tmp_path / "s"), "替换 replaced 1")
    ended(
        1,
        run("ingest", tmp_path / "cut.txt", "--store", tmp_path / "s"),
        "read whole, and therefore does not replace it",
    )
    assert version(tmp_path / "s") == "000002"


def test_with_strict_a_form_cut_off_is_refused_and_what_is_stored_stays(run, store, tmp_path):
    done = ended(1, run("ingest", cut_off(tmp_path), "--store", store, "--strict"), "cut.txt", "末尾未见")
    assert "本次入库" not in done.stderr, "amounts of refused files are not counted"
    assert version(store) == "000001"


@pytest.mark.parametrize("missing", ["nowhere.txt", "nowhere/", "nowhere" * 50])
def test_a_path_that_is_not_there(run, tmp_path, missing):
    ended(2, run("ingest", tmp_path / missing, "--store", tmp_path / "s"), "nowhere")
    assert not (tmp_path / "s").exists()
    assert run("validate", tmp_path / missing).returncode == 2


def test_another_base_is_refused(run, tmp_path):
    base = "https://data.example.org/jx/"
    assert run("ingest", FILING, "--store", tmp_path / "s", "--base-iri", base).returncode == 0
    assert run("ingest", FILING, "--store", tmp_path / "s").returncode == 0
    ended(2, run("ingest", FILING, "--store", tmp_path / "s", "--base-iri", "http://localhost:8000/"), base)
    assert run("ingest", FILING, "--store", tmp_path / "t", "--base-iri", "no base").returncode == 2


def test_a_store_where_no_store_can_be(run, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("x", encoding="utf-8")
    assert run("ingest", FILING, "--store", tmp_path / "full").returncode == 2
    assert run("ingest", FILING, "--store", FILING).returncode == 2


def test_a_zip_is_its_files(run, tmp_path):
    with zipfile.ZipFile(tmp_path / "batch.zip", "w") as batch:
        for file in (FILING, SMALL):
            batch.write(file, f"2022/{file.name}")
        batch.writestr("2022/letter.txt", "周三开会。")
    ended(
        1, run("ingest", tmp_path / "batch.zip", "--store", tmp_path / "s"), "batch.zip/letter.txt", "项目 projects 6"
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
    shutil.copy(FILING, outside / "secret.txt")
    shutil.copy(FILING, outside / "folder" / "deep.txt")
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
        assert [record.sha256 for record in Store.open(tmp_path / "s").sources()] == [sha256(SMALL)]
    named = run(command, outside / "secret.txt", *(("--store", tmp_path / "t") if command == "ingest" else ()))
    assert "passed over" not in named.stderr


def test_a_folder_of_links_out_of_it_has_no_file(run, tmp_path):
    (tmp_path / "filings").mkdir()
    (tmp_path / "filings" / "a.txt").symlink_to(FILING)
    ended(2, run("ingest", tmp_path / "filings", "--store", tmp_path / "s"), "links out of it do not count")


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.sampled(3)
@pytest.mark.parametrize("command", ["ingest", "validate"])
@pytest.mark.parametrize("size", [251, 252, 255])
def test_a_name_as_long_as_a_disk_allows(run, tmp_path, command, size):
    folder = tmp_path / "filings"
    folder.mkdir()
    name = "预" * ((size - 4) // 3) + "x" * ((size - 4) % 3) + ".txt"
    assert len(name.encode()) == size
    shutil.copy(SMALL, folder / name)
    shutil.copy(FILING, folder / "other.txt")
    done = run(command, folder, *(("--store", tmp_path / "s") if command == "ingest" else ()))
    assert done.returncode in (0, 1)
    assert "Traceback" not in done.stderr
    assert "Errno" not in done.stderr
    if command == "ingest":
        assert {record.file_name for record in Store.open(tmp_path / "s").sources()} == {name, "other.txt"}


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
        batch.write(FILING, "inside\u202e\u2067\n.txt")
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
    shutil.copy(FILING, os.fsencode(tmp_path / "in") + b"/" + "申报.txt".encode("gb18030"))
    ended(0, run("ingest", tmp_path / "in", "--store", tmp_path / "s"))
    assert [record.file_name for record in Store.open(tmp_path / "s").sources()] == ["申报.txt"]


def named(store, run):
    """The lines of the graphs of origins in the exported dataset."""
    return [line for line in run("export", "--store", store).stdout.splitlines() if "/graph/origin/" in line[-60:]]


def checksum(store):
    generation = Store.open(store).current()
    assert generation is not None
    return generation.manifest.checksum


@pytest.mark.judge
def test_addresses_come_and_go_with_their_source_and_leave_the_checksum(run, first, store, tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    filing = Path(shutil.copy(FILING, folder))
    (folder / f"{filing.name}.url").write_text("[InternetShortcut]\nURL=https://me:pw@h.example/b?token=x\n", "utf-8")
    table = folder / "origins.csv"
    table.write_text(
        "file,url,retrieved,publisher\nsongjiang-renda-2022.txt,https://h.example/a,2024-03-05,x\n", "utf-8"
    )
    refused = run("ingest", folder, "--store", store, "--origins", table)
    assert (refused.returncode, version(store)) == (2, "000001")
    assert "origins.csv:2: " in refused.stderr
    table.write_text(table.read_text("utf-8").replace("2024-03-05", "2024-03-05T09:30:00+08:00"), "utf-8")
    ended(0, run("ingest", folder, "--store", store, "--origins", table), "网址 addresses 2")
    assert (version(store), checksum(store), len(named(store, run))) == ("000002", checksum(first), 8)
    dump = tmp_path / "dump.nq"
    dump.write_text(run("export", "--store", store).stdout, "utf-8")
    assert checksum(first) in run("checksum", dump).stdout
    assert not any("token" in line or "pw@" in line for line in named(store, run))
    for sample in ((), ("--sample", "1")):
        assert run("check", "--store", store, *sample).returncode == 0
    assert (run("ingest", folder, "--store", store, "--origins", table).returncode, version(store)) == (0, "000002")
    table.write_text("file,url\nsongjiang-renda-2022.txt,https://h.example/c\n", "utf-8")
    assert run("ingest", filing, "--store", store, "--origins", table).returncode == 0
    assert len(named(store, run)) == 11, "another address is added to those that are known"
    # Into an empty store at once, and read anew, the same graphs arise.
    everything = "file,url,retrieved,publisher\n" + "".join(
        f"{filing.name},{rest}\n"
        for rest in ("https://h.example/a,2024-03-05T09:30:00+08:00,x", "https://h.example/c,,")
    )
    table.write_text(everything, "utf-8")
    assert run("ingest", folder, "--store", tmp_path / "t", "--origins", table).returncode == 0
    before = named(store, run)
    assert named(tmp_path / "t", run) == before
    sha16 = Store.open(store).sources()[0].sha16
    assert run("reread", sha16, "--store", store).returncode == 0
    assert named(store, run) == before
    assert run("withdraw", sha16, "--store", store, "--reason", "误传").returncode == 0
    assert named(store, run) == []
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


def test_projects_of_two_places_stand_side_by_side(run, tmp_path):
    store = tmp_path / "store"
    for place in ("重庆市荣昌区", "重庆市巴南区"):
        (tmp_path / "filing.txt").write_text(TITLED.format(place=place, visits=12), encoding="utf-8")
        assert run("ingest", tmp_path / "filing.txt", "--store", store).returncode == 0
    assert [record.status for record in Store.open(store).sources()] == ["live", "live"]
