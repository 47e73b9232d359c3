"""Tables of results on terminals of several widths: text wraps, numbers stay whole, and nothing is lost."""

from pathlib import Path

import pytest
from rich.cells import cell_len

from jixiao.commands import demo, serving
from tests.support.pages import absent
from tests.support.pseudo_terminal import on_terminal

EXAMPLES = Path(__file__).parents[2] / "examples"
CITING = ("projects-citing", "number=松委发（2009）97号")
BODY = "中国人民政治协商会议上海市松江区委员会办公室"


def test_text_wraps_and_numbers_stay_whole(examples):
    shown = on_terminal(24, 150, "view", "--store", examples, *CITING)
    assert all(cell_len(row) <= 150 for row in shown)
    assert "1,472,000" in "\n".join(shown)
    column = [row.split("   ")[1] for row in shown if row.startswith(("业务培训", "    "))]
    assert BODY not in "".join(shown)
    assert column[0].strip() in BODY


def test_too_narrow_for_columns_there_is_a_block_for_each_row(examples):
    shown = on_terminal(24, 60, "view", "--store", examples, *CITING)
    assert absent(shown, f"责任部门: {BODY}", "金额（元）: 1,472,000", "项目名称: 合计") == []
    found = on_terminal(24, 20, "query", "--store", examples, "SELECT * { ?s ?p ?o } ORDER BY ?s LIMIT 1")
    assert sorted(row.partition(":")[0] for row in found[1:]) == ["?o", "?p", "?s"]


def test_a_result_without_variables_is_an_empty_table(run, examples):
    piped = run("query", "--store", examples, "SELECT * { }")
    assert (piped.returncode, piped.stdout.strip(), piped.stderr) == (0, "", "")
    assert not "".join(on_terminal(24, 80, "query", "--store", examples, "SELECT * { }")).strip()


def test_the_demonstration_says_little_in_a_hundred_columns(run, tmp_path, monkeypatch):
    """Its table is as wide in a pipe as on a terminal; what the server prints is tried in tests/server/app."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(serving, "run", lambda *_, **__: None)
    monkeypatch.setattr(demo, "_EXAMPLES", EXAMPLES / "songjiang-zhengxie-2022.txt")
    done = run("demo", "--port", "8765")
    assert [line.partition(" ")[0] for line in done.stderr.splitlines()] == [
        "读取附带的示例申报表",
        "库",
        "哪些项目引用",
    ]
    rows = done.stdout.splitlines()
    assert max(map(cell_len, rows)) <= 100
    assert "2,262,000" in rows[-1]


@pytest.mark.parametrize(
    ("options", "head", "rows"),
    [
        ((), "项目名称", 10),
        (("--full",), "项目名称", 37),
        (("--lang", "en"), "Project", 10),
        (("--lang", "both", "--full"), "项目名称", 37),
    ],
)
def test_a_terminal_shows_the_first_rows_in_one_language(examples, options, head, rows):
    """A line says how many rows there are besides."""
    shown = on_terminal(200, 400, "view", "--store", examples, "projects", *options)

    text = "\n".join(shown)
    assert any(line.startswith(head) for line in shown[:3])
    assert len([line for line in shown if " 2022 " in line or " 2024 " in line]) == rows
    assert ("Department" in text) == ("--lang" in options)
    assert ("另有 27 行：--full" in text) == (options == ())
    assert ("further rows: 27; --full" in text) == (options == ("--lang", "en"))


def test_piped_rows_are_all_there_in_both_languages_and_wrap_nothing(run, examples):
    rows = run("view", "--store", examples, "projects").stdout.splitlines()
    assert (len(rows), rows[0].startswith("项目名称 Project")) == (39, True)
    assert any(BODY in row for row in rows)
