"""Reasons: a code with a sentence in both languages, and those of ledgers made before there were codes."""

import json
import re
from dataclasses import asdict

import pytest

from jixiao.ontology import reasons
from jixiao.ontology.reasons import kept, reason

WORDS = {"line": 7, "name": "总额", "text": "古藉", "witness": reason("equals-cover"), "rule": "规则", "also": ""}
EVERY = [
    reason(code, **{name: word for name, word in WORDS.items() if f"{{{name}}}" in said["zh"]})
    for code, said in reasons._TABLE.items()
]


@pytest.mark.parametrize("each", EVERY, ids=lambda each: each.codes[0])
def test_every_reason_is_said_in_both_languages(each: reasons.Reason) -> None:
    assert re.search(r"[\u4e00-\u9fff]", each.zh)
    assert re.search(r"[A-Za-z]{2}", each.en)
    assert not re.search(r"[{}]| · ", f"{each.zh}{each.en}")


def test_words_are_filled_in_by_language_and_bring_their_codes() -> None:
    assert reason("taken-as-wan", witness=reason("equals-cover")) == reasons.Reason(
        "表中未注明金额单位，按万元计：各项目合计与封面一致",
        "no unit of money is stated, taken as 10,000 yuan: the projects add up to what the cover declares",
        ("taken-as-wan", "equals-cover"),
    )


def test_an_unknown_code_or_word_is_an_error() -> None:
    with pytest.raises(KeyError):
        reason("no-such-reason")
    with pytest.raises(KeyError):
        reason("stated-again")


@pytest.mark.parametrize("each", [*EVERY, reason("doubtful").followed_by(reason("month-only"))])
def test_a_ledger_keeps_a_reason(each: reasons.Reason) -> None:
    assert kept(json.loads(json.dumps(asdict(each)))) == each
    former = kept(str(each))  # as ledgers were made before
    assert former
    assert (former.zh, former.en, set(former.codes)) == (each.zh, each.en, set(each.codes))


def test_a_fact_without_a_reason_has_none() -> None:
    assert kept(None) is None
