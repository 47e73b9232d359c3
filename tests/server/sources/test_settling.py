"""Commands that settle what is open in a line: which there are, and that a shell takes strangers' texts as they are."""

import shlex
from dataclasses import replace

import pytest

from jixiao.ontology import terms
from jixiao.ontology.reasons import DOUBTED, reason
from jixiao.ontology.text.display import MASK
from jixiao.server.editions.renditions import Line
from jixiao.server.sources import settling
from jixiao.server.sources.settling import Suggested

NODE = "http://localhost:8000/id/project/o/2023/p"
AMOUNT = {"node": NODE, "property": terms.annualRequest, "why": reason("unconfirmed"), "valueless": True}
READ = AMOUNT | {"withheld": f'"1200.5"^^<{terms.XSD_decimal}>'}
LINE = Line(7, "1,200.5", 1, "fact", (READ,), boxes=((1, 10.0, 20.5, 30.0, 40.0),))
SOURCE = Suggested("0" * 16, '"$STORE"', True, {NODE}, (), ())
OPTIONS = ["--store", "$STORE", "--reason", "对照原件 compared with the original", "--"]


def suggested(source, line):
    """The words after `jixiao registry` of each command for a line, as a shell splits them, without the options."""
    words = [shlex.split(command)[2:] for command in source.commands([line]).get(line.n, ())]
    assert all(each[1:6] == OPTIONS for each in words)
    return [[each[0], *each[6:]] for each in words]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (LINE, "1,200.5"),
        (replace(LINE, use="unread", facts=()), "1,200.5"),
        (replace(LINE, facts=(AMOUNT | {"why": DOUBTED, "valueless": False},)), "1,200.5"),
        (replace(LINE, text="--by '`id`' $(id)\n\"; rm -r ~ #!"), "--by '`id`' $(id) \"; rm -r ~ #!"),
        (replace(LINE, text="一\x1b[201~\u202e\u200b二"), "一[201~二"),
    ],
)
def test_a_line_of_a_picture_is_transcribed(line, text):
    assert suggested(SOURCE, line) == [["transcribe", "0" * 16, "1", "10,20.5,30,40", text]]


def test_what_stands_on_two_pages_is_to_be_written():
    line = replace(LINE, boxes=(*LINE.boxes, (2, 10.0, 0.0, 30.0, 9.0)))
    assert [each[2:] for each in suggested(SOURCE, line)] == [["1", "10,20.5,30,40", "�"], ["2", "10,0,30,9", "�"]]


@pytest.mark.parametrize(
    "line",
    [
        replace(LINE, text=f"联系人 {MASK}"),
        replace(LINE, facts=(READ | {"decision": "http://localhost:8000/id/decision/1"},)),
    ],
    ids=["a person", "read by a person"],
)
def test_other_withheld_values_are_supplied(line):
    for source in (SOURCE, replace(SOURCE, recognised=False)):
        assert suggested(source, line) == [["correct", NODE, "annualRequest", "1200.5"]]


def test_a_line_of_a_picture_whose_value_was_not_read_may_lack_a_unit():
    line = replace(LINE, facts=(AMOUNT,))
    assert [each[0] for each in suggested(SOURCE, line)] == ["transcribe", "correct"]
    assert suggested(replace(SOURCE, settled={(NODE, terms.annualRequest)}), line) == []


def test_a_value_that_was_not_read_is_to_be_written():
    source = replace(SOURCE, recognised=False)
    thing = AMOUNT | {"property": terms.implementingUnit, "withheld": "<http://localhost:8000/id/org/a>"}
    for fact in (AMOUNT, thing):
        [[*_, value]] = suggested(source, replace(LINE, facts=(fact,)))
        assert value == "�"


@pytest.mark.parametrize(
    ("change", "fact"),
    [
        ({"settled": {(NODE, terms.annualRequest)}}, READ),
        ({"nodes": ()}, READ),
        ({}, READ | {"property": terms.RDFS_label}),
        ({}, READ | {"why": reason("left-blank")}),
        ({}, READ | {"valueless": False}),
    ],
    ids=["settled", "thing withheld", "identifying", "blank", "inferred"],
)
def test_nothing_is_suggested_where_nothing_is_open(change, fact):
    assert suggested(replace(SOURCE, recognised=False, **change), replace(LINE, facts=(fact,))) == []


def test_nodes_are_stated_or_lack_something():
    lines = [LINE, replace(LINE, facts=((LINE.facts[0] | {"node": "urn:b", "valueless": False}),))]
    assert (settling.stated(lines), settling.withheld(lines)) == ({"urn:b"}, [NODE])
