"""`jixiao explain`: each line with its use, for files that go in and files that do not."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import lxml.html
import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
EXAMPLES = Path(__file__).parents[2] / "examples"
FILING = EXAMPLES / "songjiang-zhengxie-2022.txt"


def test_says_what_each_line_was_used_for(run: Run) -> None:
    done = run("explain", FILING)
    assert done.returncode == 0
    lines = {line.split()[0]: line for line in done.stdout.splitlines() if line[:5].strip().isdigit()}
    assert "fact" in lines["423"]
    assert "印出的文号" in lines["423"]
    assert "boilerplate" in lines["1"]
    assert "100.0%" in done.stdout


def test_a_refused_file_is_explained_too(run: Run, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("周三开会。\n联系人：赵甲乙\n", encoding="utf-8")
    done = run("explain", tmp_path / "letter.txt")
    assert done.returncode == 1
    assert "未读 unread" in done.stdout
    assert "拒收 refused" in done.stdout
    assert "赵甲乙" not in done.stdout


def test_why_something_was_inferred(run: Run) -> None:
    done = run("explain", EXAMPLES / "minhang-zhengfuban-2022.txt")
    assert "未注明金额单位" in done.stdout


def test_a_page_of_its_own(run: Run, tmp_path: Path) -> None:
    text = FILING.read_text(encoding="utf-8").replace("档案管理", "<script>档案</script>")
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    done = run("explain", tmp_path / "a.txt", "--format", "html")
    page = lxml.html.fromstring(done.stdout)
    assert not page.xpath("//script | //link | //img")
    assert page.xpath("string(//tr[@id='L423']/@class)") == "fact"
    assert "《中共上海市松江区委员会" in page.xpath("string(//tr[@id='L423'])")


@pytest.mark.parametrize("missing", ["none.txt", "."])
def test_needs_one_file(run: Run, missing: str) -> None:
    assert run("explain", missing).returncode == 2
