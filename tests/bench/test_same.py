"""bench/same.py compares two reports of validation, in whatever order they list what they say."""

import json
from pathlib import Path

import pytest

from bench import same


def report(*messages: str) -> str:
    return json.dumps(
        {"fails": False, "documents": [{"file": "a.txt", "findings": [{"zh": each} for each in messages]}]}
    )


@pytest.mark.parametrize(
    ("now", "listed"),
    [(("乙", "甲"), ""), (("甲",), "- a.txt: findings: "), (("甲", "乙", "乙"), "+ a.txt: findings: ")],
)
def test_what_one_report_alone_says_is_listed(
    now: tuple[str, ...], listed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "was.json").write_text(report("甲", "乙"), encoding="utf-8")
    (tmp_path / "now.json").write_text(report(*now), encoding="utf-8")
    with pytest.raises(SystemExit) as end:
        same.main(tmp_path / "was.json", tmp_path / "now.json")
    assert (end.value.code, capsys.readouterr().out) == (bool(listed), listed and f'{listed}{{"zh": "乙"}}\n')
