"""One typed name means the same at every place that looks names up: fields of views, the box, and reconciliation."""

import json

import pytest

from jixiao.ontology.identity import plain_body
from jixiao.server.box.reading import Reader
from jixiao.store.index import lookup
from tests.server.conftest import SONGJIANG

MINHANG = "上海市闵行区人民政府办公室"
NUMBER = "松委发〔2009〕97号"
BODIES = {
    "松江政协": SONGJIANG,
    "松江区政协办": SONGJIANG,
    "上海松江政协": SONGJIANG,
    "闵行区府办": MINHANG,
    "閔行區政府辦": MINHANG,
}
DOCUMENTS = [NUMBER, "松委发97号文", "松委发2009年97号文", "松委发2009 97号", "2009年97号文"]


@pytest.fixture(scope="module")
def index(evaluated):
    return evaluated.present().index


def rows(client, view, **given):
    return client.get(f"/views/{view}", params={**given, "format": "json"}).raise_for_status().json()["rows"]


def first(client, kind, typed):
    """The name of the first candidate of reconciliation."""
    sent = {"queries": json.dumps({"typed": {"query": typed, "type": kind}})}
    return client.post("/reconcile", data=sent).raise_for_status().json()["typed"]["result"][0]["name"]


@pytest.mark.parametrize("typed", BODIES)
def test_a_body_has_one_meaning_at_every_place(index, of_evaluated, typed):
    name = BODIES[typed]
    assert {plain_body(each.label) for each in lookup.meant(index, "org", typed)} == {name}
    assert plain_body(first(of_evaluated, "org", typed)) == name
    assert rows(of_evaluated, "projects", department=typed) == rows(of_evaluated, "projects", department=name)
    read = Reader(index, lambda *_: 1).read(f"{typed}的项目")
    assert read.given["roles.body.is"] == name


@pytest.mark.parametrize("typed", DOCUMENTS)
def test_a_document_has_one_meaning_however_its_number_is_written(index, of_evaluated, typed):
    assert [each.label for each in lookup.meant(index, "basis", typed)] == [NUMBER]
    assert first(of_evaluated, "basis", typed) == NUMBER
    assert rows(of_evaluated, "projects", basis=typed) == rows(of_evaluated, "projects", basis=NUMBER) != []
    assert Reader(index, lambda *_: 1).read(f"引用{typed}的项目").given["numbers.number.is"] == NUMBER


def test_a_short_title_abbreviates_no_document(index):
    assert lookup.meant(index, "basis", "教育法") == []
