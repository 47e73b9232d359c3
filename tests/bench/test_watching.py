"""A server that is watched while its store is written: answers are judged, and a real run finds no fault."""

import shutil
import sys
from pathlib import Path

import pytest

from bench import watching
from bench.watching import Answer
from jixiao.store import Generation, Store


def answer(**given: object) -> Answer:
    return Answer(**({"path": watching._COUNTED, "begun": 0.0, "ended": 0.1, "status": 200} | given))  # type: ignore[arg-type]


def test_answers_are_judged(generation: Generation) -> None:
    assert answer().proper
    assert answer(status=503, retry=True).proper
    assert not [each for each in (answer(status=503), answer(status=500), answer(status=0)) if each.proper]
    store, count = Store.open(generation.path.parents[1]), generation.manifest.counts.projects
    right = answer(version=generation.version, digest="a", projects=count)
    assert not list(watching.torn(store, [right, right, answer()]))
    other = answer(version=generation.version, digest="b", projects=count + 1)
    assert len(list(watching.torn(store, [right, other]))) == 2


@pytest.mark.judge
def test_no_answer_fails_while_a_store_is_written(
    generation: Generation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = shutil.copytree(generation.path.parents[1], tmp_path / "store")
    monkeypatch.setattr(sys, "argv", ["watching", str(copy), "--commits", "3", "--clients", "2"])
    with pytest.raises(SystemExit) as ended:
        watching.main()
    assert ended.value.code == 0, capsys.readouterr().out
