"""bench/answers.py lists what a store answers: the same as long as it holds the same."""

from pathlib import Path

import pytest

from bench import answers
from jixiao.store import Store
from tests.support import corpus
from tests.support.writing import withdraw


@pytest.mark.judge
def test_answers_change_with_what_the_store_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus.make(tmp_path / "store", 12)
    monkeypatch.setattr(answers, "_THINGS", 5)
    before = list(answers.answers(tmp_path / "store"))
    assert {"search 培训 ", "suggest 培训", "list org"} <= dict(before).keys()
    assert list(answers.answers(tmp_path / "store")) == before
    store = Store.open(tmp_path / "store")
    withdraw(store, store.sources()[0].sha16, "误传")
    after = dict(answers.answers(tmp_path / "store"))
    bodies = [question for question, _ in before if question.startswith("bodies ") and question in after]
    assert bodies
    assert any(after[question] != dict(before)[question] for question in bodies)
