"""Recognised words are kept beside a store's sources, and given back to a reader of these sources."""

from dataclasses import replace

import pytest

from jixiao.store import Refusal, SourceMissingError
from jixiao.store.maintenance.clearing import clear_store
from tests.support.writing import committing

WORDS = b'{"pages": []}'
OF_REFUSED = b'{"pages": [1]}'


def test_what_was_recognised_is_kept_once_and_given_back(store, make_deposit):
    scan = replace(make_deposit("a.png", ["甲"]), recognition=WORDS)
    plain = make_deposit("b.txt", ["乙"])
    with committing(store) as batch:
        assert batch.pictured(scan.sha256).recognition is None
        batch.add(scan)
        batch.add(plain)
        batch.refuse(Refusal("0" * 64, "c.png", ("不是申报表",), ""), OF_REFUSED)
    assert store.recognition(scan.sha16) == WORDS
    assert store.recognition(plain.sha16) is None
    with pytest.raises(SourceMissingError):
        store.recognition("0" * 16)

    anew = replace(make_deposit("a.png", ["甲", "又"], content=scan.content), recognition=WORDS)
    with store.writing() as batch:
        assert batch.pictured("0" * 64).recognition == OF_REFUSED
        batch.reread(anew)
        batch.settle()
        batch.commit()
        batch.withdraw(scan.sha16, "误传")
        batch.commit()
        assert batch.pictured(scan.sha256).recognition == WORDS
    assert store.recognition(scan.sha16) == WORDS


def test_what_was_recognised_in_a_file_that_the_store_does_not_know_is_removed(store, make_deposit):
    scan = replace(make_deposit("a.png", ["甲"]), recognition=WORDS)
    with committing(store) as batch:
        batch.add(scan)
        batch.refuse(Refusal("0" * 64, "c.png", ("不是申报表",), ""), OF_REFUSED)
    (store.path / "recognitions" / f"{'1' * 64}.json").write_bytes(WORDS)
    assert clear_store(store)[0] == [f"recognitions/{'1' * 64}.json"]
    assert store.recognition(scan.sha16) == WORDS
