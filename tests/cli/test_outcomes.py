"""Reports of many files: a line each as soon as it is read; on a terminal only what needs a look, below a bar."""

from pathlib import Path

import pytest

from jixiao.commands import stores as outcomes
from jixiao.commands.stores import Report
from jixiao.ingest.load import Outcome
from tests.support.pages import absent
from tests.support.pseudo_terminal import on_terminal

SMALL = (Path(__file__).parents[1] / "ingest" / "whole-filing.txt").read_text(encoding="utf-8")


@pytest.mark.judge
@pytest.mark.usefixtures("every_rule")
def test_more_files_than_a_table_shows_have_a_line_each(run, tmp_path, monkeypatch):
    monkeypatch.setattr(outcomes, "_MOST_IN_TABLE", 2)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(SMALL, encoding="utf-8")
    (tmp_path / "in" / "b.txt").write_text(SMALL.replace("古籍修复", "家谱整理") + "注：一式两份。\n", encoding="utf-8")
    (tmp_path / "in" / "c.txt").write_text("周三开会。\n", encoding="utf-8")
    _, _, *lines = run("ingest", tmp_path / "in", "--store", tmp_path / "s").stderr.splitlines()  # what is not set
    read = "新增 added，项目 projects 1，有金额 with amount 1，指标 indicators 4，依据 citations 1，警告 warnings 1，"
    assert lines[0] == f"{tmp_path}/in/a.txt：{read}表内已读 read in forms 100.0%"
    assert lines[1].startswith(f"{tmp_path}/in/b.txt：{read}表内已读 read in forms 9")
    assert "未读 unread: 表内 in forms 1" in lines[2]
    assert "未读 unread: 注：一式两份。" in lines[3]
    assert (lines[4], absent(lines, "新增 added 2，拒收 refused 1")) == (f"{tmp_path}/in/c.txt：拒收 refused", [])


def test_a_terminal_shows_what_needs_a_look(capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    report, verbose = Report(verbose=False, files=1_000), Report(verbose=True, files=1_000)
    for each in (report, verbose):
        each.add(Outcome(Path("good.txt"), "unchanged"))
        each.add(Outcome(Path("bad.txt"), "refused", ("文件是空的",)))
    shown = capsys.readouterr().err
    assert (shown.count("good.txt"), shown.count("bad.txt：文件是空的")) == (1, 2)
    assert report.refused == 1


def test_a_bar_shows_reading_and_storing(tmp_path):
    (tmp_path / "a.txt").write_text(SMALL, encoding="utf-8")
    shown = "\n".join(on_terminal(24, 100, "ingest", tmp_path / "a.txt", "--store", tmp_path / "s"))
    assert absent(shown, "读取 reading", "写入 storing", "项目 projects 1") == []
