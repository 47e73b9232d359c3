"""Reports of many files: a line each as soon as it is read; on a terminal only what needs a look, below a bar."""

from pathlib import Path

import pytest

from jixiao.commands.stores import Report
from jixiao.ingest.load import Outcome
from tests.support.pages import absent
from tests.support.pseudo_terminal import on_terminal

SMALL = (Path(__file__).parents[1] / "ingest" / "whole-filing.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(("terminal", "lines_of_good"), [(True, 1), (False, 2)])
def test_a_terminal_shows_what_needs_a_look(capsys, monkeypatch, terminal, lines_of_good):
    """Each of more files than a table shows has a line elsewhere."""
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal)
    report, verbose = Report(verbose=False, files=1_000), Report(verbose=True, files=1_000)
    for each in (report, verbose):
        each.add(Outcome(Path("good.txt"), "unchanged"))
        each.add(Outcome(Path("bad.txt"), "refused", ("文件是空的",)))
    shown = capsys.readouterr().err
    assert (shown.count("good.txt"), shown.count("bad.txt：文件是空的")) == (lines_of_good, 2)
    assert report.refused == 1


def test_a_bar_shows_reading_and_storing(tmp_path):
    (tmp_path / "a.txt").write_text(SMALL, encoding="utf-8")
    shown = "\n".join(on_terminal(24, 100, "ingest", tmp_path / "a.txt", "--store", tmp_path / "s"))
    assert absent(shown, "读取 reading", "写入 storing", "项目 projects 1") == []
