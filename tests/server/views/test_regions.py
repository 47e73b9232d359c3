"""The parameter `region` of views: a place with the places in it, by its names, its code or its IRI."""

import re
from types import SimpleNamespace
from typing import cast

import pyoxigraph
import pytest

from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.server.views.typed_names import AmbiguousError, Names, resolve
from jixiao.server.views.view_files import load
from jixiao.store import Store
from jixiao.store.index.found import Choice
from tests.server.conftest import BASE, answered, deposit, running
from tests.support.pages import replied
from tests.support.writing import commit

SONGJIANG = "310117"


def answer(client, view, **asked):
    return client.get(f"/views/{view}", params={**asked, "format": "json"})


@pytest.mark.parametrize(
    "typed", ["松江区", "松江", "上海市松江区", "Songjiang", "songjiang district", SONGJIANG, "/id/place/310117"]
)
def test_a_region_may_be_written_in_many_ways(client, typed):
    found = answer(client, "projects", region=typed).json()
    own = answer(client, "projects", department="中国人民政治协商会议上海市松江区委员会办公室").json()
    assert found["resolved"] == [
        {
            "param": "region",
            "typed": typed,
            "iri": "http://localhost:8000/id/place/310117",
            "label": "上海市松江区",
            "how": "same",
        }
    ]
    assert found["whole"] == own["whole"]
    assert [row["project"] for row in found["rows"]] == [row["project"] for row in own["rows"]] != []


@pytest.mark.parametrize("view", ["projects", "spending", "bodies", "indicators", "legal-bases"])
def test_a_region_has_all_that_lies_in_it(client, view):
    every = answer(client, view).json()
    for typed in ("上海", "Shanghai", f"{SONGJIANG}、闵行"):
        found = answer(client, view, region=typed).json()
        assert (found["rows"], found["whole"]) == (every["rows"], every["whole"])
    assert answer(client, view, region="松江").json()["rows"] not in ([], every["rows"])


@pytest.mark.parametrize(
    ("typed", "zh", "en"),
    [
        (
            "安徽",
            "库中没有已知是安徽省的申报或自评，只有上海市的；",
            "no filings or self-evaluations known to be from Anhui, only from Shanghai;",
        ),
        ("北溪", "应为行政区划的名称或代码", "takes the name or code of an administrative division"),
        ("999999", "应为行政区划的名称或代码", "takes the name or code"),
    ],
)
def test_an_unknown_region_is_told(client, typed, zh, en):
    replied(400, answer(client, "projects", region=typed), zh, en)
    replied(400, client.get("/views/projects", params={"region": typed}, headers={"Accept": "text/html"}), zh)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("普陀区", None),
        ("上海普陀", "310107"),
        ("金安", "341502"),
        ("吉林", "220000"),  # the province, in which the city of that name lies
        ("吉林市", "220200"),
    ],
)
def test_of_several_regions_with_one_name_the_reader_chooses(typed, meant):
    [region] = [each for each in load()["projects"].params if each.name == "region"]
    in_use = [
        Choice(code, code, 1, f"{DEFAULT_BASE}id/place/{code}") for code in ("310107", "330903", "341502", "220202")
    ]
    names = cast(Names, SimpleNamespace(choices=lambda *_, **__: in_use))
    if meant is None:
        with pytest.raises(AmbiguousError, match="上海市普陀区、浙江省舟山市普陀区") as error:
            resolve(region, typed, DEFAULT_BASE, names, _no_query)
        assert [each.iri[-6:] for each in error.value.choices] == ["310107", "330903"]
    else:
        _, [resolved] = resolve(region, typed, DEFAULT_BASE, names, _no_query)
        assert resolved.iri.endswith(meant)


def _no_query(sparql):
    raise AssertionError(sparql)


def test_pages_lead_from_regions_to_their_projects(client):
    place = client.get("/doc/place/310117?lang=zh", headers={"Accept": "text/html"}).text
    assert 'href="/views/projects?region=%2Fid%2Fplace%2F310117' in place
    for typed in ("310117", "/id/place/310117", "松江区"):
        page = client.get("/views/projects", params={"region": typed, "lang": "en"}, headers={"Accept": "text/html"})
        assert 'aria-label="Remove filter Songjiang District"' in page.text, typed
    for thing in ("org/bdd7i7amlc5hg", "project/bdd7i7amlc5hg/2022/jaffbl3rohoc7"):
        page = client.get(f"/doc/{thing}?lang=zh", headers={"Accept": "text/html"}).text
        assert re.search(r'href="[^"]*/place/310117[^"]*">松江区</a>', page), thing


def test_the_highest_region_is_a_place():
    jx = "PREFIX jx: <https://w3id.org/jixiao/ontology#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    place = f"{BASE}id/place/310000"
    graph = pyoxigraph.Store()
    graph.update(
        f"{jx}INSERT DATA {{ <x:1> a jx:Project ; jx:amount 9.0 ."
        f" <x:2> a jx:Project ; jx:amount 1.0 ; jx:place <{place}> ."
        f' <{place}> jx:placeLevel <https://w3id.org/jixiao/vocab/place-level/province> ; rdfs:label "上海市"@zh }}'
    )

    for given in ({}, {"sort": "-average"}, {"sort": "average"}):
        found = answered(load()["provinces"], graph, given)
        assert [(row["placeIri"], row["place"]) for row in found.rows] == [(place, "上海市"), (None, None)]


def test_a_region_of_self_evaluations_alone_is_known(tmp_path):
    store, option = Store.create(tmp_path / "store", BASE), '<option value="上海市松江区"'
    commit(store, deposit("evaluations"))
    with running(store) as of_them:
        for view, rows in (("results", 11), ("evaluations", 2), ("execution", 2)):
            found = [len(answer(of_them, view, region=typed).json()["rows"]) for typed in ("松江", "上海")]
            assert found == [rows, rows], view
            assert option in of_them.get(f"/views/{view}", headers={"Accept": "text/html"}).text
        assert answer(of_them, "projects", region="松江").json()["rows"] == []
        assert option not in of_them.get("/views/projects", headers={"Accept": "text/html"}).text
        assert "2022" not in of_them.get("/?lang=en", headers={"Accept": "text/html"}).text.partition("<footer")[0]
