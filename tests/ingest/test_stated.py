"""Tables of stated/: texts in which words stand for others, with what each states, withholds and sets off.

A text is given by its name in the table, as `filing` or `form`, or by the folder of `cases`.
A case names properties with all their values in the graph (IRIs by their last part), and more, where it matters:
`has` some of the values of properties, `lacks` words that the graph has nowhere, `finds` and is `silent` of rules (a
rule may be followed by its line), `says` words of findings, `why` and `why_not` codes of reasons, `uses` of lines, and
`refused` words of the refusal.
"""

import re
import tomllib
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from jixiao.ingest.document import read_documents
from jixiao.ingest.result import Document, Reading
from tests.support.forms import form
from tests.support.writing import ALL, rules

HERE = Path(__file__).parent
TABLES = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("stated/*.toml"))}
GIVEN = {path.parent.name: path.read_text("utf-8", "ignore") for path in HERE.glob("cases/*/filing.txt")}
GIVEN |= {"filing": (HERE / "whole-filing.txt").read_text(encoding="utf-8"), "form": form()}


def changed(text: str, *instead: dict[str, str]) -> str:
    for words, others in (pair for each in instead for pair in each.items()):
        assert words in text, words
        text = text.replace(words, others)
    return text


CASES = [
    pytest.param(
        changed((GIVEN | table.get("texts", {}))[group["text"]], group.get("instead", {}), case.pop("instead", {})),
        case,
        id=f"{name}: {group['about']}, {number}",
    )
    for name, table in TABLES.items()
    for group in table["group"]
    for number, case in enumerate(group["cases"], 1)
]


@pytest.fixture(scope="module")
def read() -> dict[str, Reading]:
    texts = list(dict.fromkeys(str(case.values[0]) for case in CASES))
    with rules(ALL):
        found = read_documents([Document(text.encode(), "filing.txt") for text in texts], "http://localhost:8000/")
    return dict(zip(texts, found, strict=True))


def last(term: Any) -> str:
    return re.split("[#/]", term.value)[-1] if isinstance(term, NamedNode) else str(term.value)


def stated(reading: Reading) -> dict[str, set[str]]:
    """Return the values of each property of a reading's graph."""
    values = defaultdict[str, set[str]](set)
    content = reading.deposit.source_triples if reading.deposit else b""
    for triple in (quad.triple for quad in parse(content, RdfFormat.N_TRIPLES)):
        if not isinstance(triple.object, Triple):
            values[last(triple.predicate)].add(last(triple.object))
    return values


@pytest.mark.parametrize(("text", "case"), CASES)
def test_a_text_states_just_this(text: str, case: dict[str, Any], read: dict[str, Reading]) -> None:
    reading, values = read[text], stated(read[text])
    assert (reading.refusal is not None) == ("refused" in case), reading.refusal
    found = reading.report.results if reading.report else ()
    lines = (reading.ledger or {"lines": ()})["lines"]
    names = Counter(
        name for each in found for name in (each.fault.name, *(f"{each.fault.name} {n}" for n in each.lines))
    )
    codes = {code for line in lines for fact in line["facts"] if fact["why"] for code in fact["why"]["codes"]}
    for name, wanted in case.items():
        match name:
            case "has":
                assert not {(each, one) for each, some in wanted.items() for one in {*some} - values[each]}
            case "lacks":
                assert not [
                    value for each in values.values() for value in each if any(words in value for words in wanted)
                ]
            case "finds" | "silent":
                assert (Counter(wanted) <= names) if name == "finds" else names.keys().isdisjoint(wanted), names
            case "says":
                assert not [words for words in wanted if not any(words in str(each.message) for each in found)]
            case "why" | "why_not":
                assert codes & {*wanted} == ({*wanted} if name == "why" else set())
            case "uses":
                assert {number: lines[int(number) - 1]["use"] for number in wanted} == wanted
            case "refused":
                assert wanted in "".join(reading.refusal.reasons)
            case _:
                assert values[name] == {*wanted}, name
