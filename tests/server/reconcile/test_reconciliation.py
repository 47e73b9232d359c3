"""A client that knows the specification of reconciliation alone: manifest, batch, suggest, extend, preview."""

import json
from typing import Any

import httpx
import pytest

from jixiao.server.apps.reconcile import BATCH, LONGEST

OFFICE = "中国人民政治协商会议上海市松江区委员会办公室"


@pytest.fixture(scope="module")
def manifest(client: httpx.Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/reconcile").raise_for_status().json()
    return found


def matched(client: httpx.Client, *queries: dict[str, Any], by: str = "POST") -> list[list[dict[str, Any]]]:
    batch = {f"q{number}": query for number, query in enumerate(queries)}
    if by == "POST":
        response = client.post("/reconcile", data={"queries": json.dumps(batch)})
    else:
        response = client.get("/reconcile", params={"queries": json.dumps(batch)})
    found = response.raise_for_status().json()
    assert set(found) == set(batch)
    return [found[key]["result"] for key in batch]


def test_the_manifest_has_what_the_specification_requires(manifest: dict[str, Any], client: httpx.Client) -> None:
    assert "0.2" in manifest["versions"]
    assert manifest["identifierSpace"].startswith("http")
    assert manifest["schemaSpace"].startswith("http")
    assert {each["id"] for each in manifest["defaultTypes"]} == {"org", "basis", "project"}
    assert "{{id}}" in manifest["view"]["url"]
    assert "{{id}}" in manifest["preview"]["url"]
    assert manifest["batchSize"] == BATCH
    for service in (*manifest["suggest"].values(), manifest["extend"]["propose_properties"]):
        address = service["service_url"] + service["service_path"]
        assert address.startswith(str(client.base_url))
        assert client.get(address).status_code == 200
    assert client.get(manifest["documentation"]).status_code == 200


def test_any_site_may_ask(client: httpx.Client) -> None:
    asked = {"Origin": "http://127.0.0.1:3333", "Access-Control-Request-Method": "POST"}
    assert "POST" in client.options("/reconcile", headers=asked).headers["Access-Control-Allow-Methods"]
    assert client.get("/reconcile").headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("by", ["POST", "GET"])
def test_a_batch_is_answered_by_key(client: httpx.Client, by: str) -> None:
    office, number = matched(
        client, {"query": OFFICE, "type": "org", "limit": 2}, {"query": "松委发（2009）97号", "type": "basis"}, by=by
    )
    assert office[0]["name"] == OFFICE
    assert office[0]["match"] is True
    assert office[0]["score"] == 100
    assert len(office) <= 2
    assert number[0]["match"] is True
    for each in (*office, *number):
        assert set(each) == {"id", "name", "description", "type", "score", "match", "features"}
        assert 0 <= each["score"] <= 100
    scores = [each["score"] for each in office]
    assert scores == sorted(scores, reverse=True)


def test_an_identifier_leads_to_its_thing(client: httpx.Client, manifest: dict[str, Any]) -> None:
    ((office, *_),) = matched(client, {"query": OFFICE, "type": "org"})
    assert manifest["view"]["url"].replace("{{id}}", office["id"]) == manifest["identifierSpace"] + office["id"]
    page = client.get(f"/id/{office['id']}", headers={"Accept": "text/html"}, follow_redirects=True)
    assert OFFICE in page.text


def test_values_tell_things_of_one_name_apart(client: httpx.Client) -> None:
    right, wrong = matched(
        client,
        {"query": "政协会议", "type": "project", "properties": [{"pid": "year", "v": 2022}]},
        {"query": "政协会议", "type": "project", "properties": [{"pid": "year", "v": "1999"}]},
    )
    assert right[0]["name"] == wrong[0]["name"] == "政协会议"
    assert right[0]["match"] is True
    assert wrong[0]["match"] is False
    assert wrong[0]["score"] < right[0]["score"]
    assert {"id": "year", "value": False} in wrong[0]["features"]
    assert "2022" in right[0]["description"]


def test_nothing_is_certain_about_other_names(client: httpx.Client) -> None:
    for found in matched(
        client, {"query": "火星探测局"}, {"query": ""}, {"query": "会议"}, {"query": "会议", "type": "x"}
    ):
        assert not any(each["match"] for each in found)


def test_things_are_extended_by_columns(client: httpx.Client) -> None:
    ((project, *_),) = matched(client, {"query": "政协会议", "type": "project"})
    proposed = client.get("/reconcile/properties", params={"type": "project"}).json()
    assert {"year", "department", "amount"} <= {each["id"] for each in proposed["properties"]}
    wanted = {
        "ids": [project["id"], "project/none"],
        "properties": [{"id": "year"}, {"id": "department"}, {"id": "amount"}],
    }
    found = client.post("/reconcile", data={"extend": json.dumps(wanted)}).raise_for_status().json()
    assert [each["id"] for each in found["meta"]] == ["year", "department", "amount"]
    row = found["rows"][project["id"]]
    assert row["year"] == [{"int": 2022}]
    assert row["department"][0]["name"] == OFFICE
    assert row["department"][0]["id"].startswith("org/")
    assert row["amount"][0]["float"] > 0
    assert found["rows"]["project/none"] == {"year": [], "department": [], "amount": []}


def test_suggestions_continue_what_is_typed(client: httpx.Client) -> None:
    things = client.get("/reconcile/suggest/entity", params={"prefix": "政协"}).json()["result"]
    assert things
    assert all({"id", "name", "notable"} <= set(each) for each in things)
    types = client.get("/reconcile/suggest/type", params={"prefix": "org"}).json()["result"]
    assert [each["id"] for each in types] == ["org"]
    properties = client.get("/reconcile/suggest/property", params={"prefix": "金额"}).json()["result"]
    assert "amount" in {each["id"] for each in properties}
    assert client.get("/reconcile/suggest/colour").status_code == 404


def test_a_preview_may_stand_in_a_frame(client: httpx.Client, manifest: dict[str, Any]) -> None:
    ((office, *_),) = matched(client, {"query": OFFICE, "type": "org"})
    address = manifest["preview"]["url"].replace("{{id}}", office["id"])
    page = client.get(address)
    assert OFFICE in page.text
    assert "frame-ancestors *" in page.headers["Content-Security-Policy"]
    assert client.get("/reconcile/preview", params={"id": "org/none"}).status_code == 404
    assert client.get("/reconcile/preview", params={"id": "../etc"}).status_code == 404


def test_an_overlong_name_has_no_match_and_leaves_the_others_theirs(client: httpx.Client) -> None:
    asked = {"long": {"query": "松" * (LONGEST + 1)}, "q": {"query": OFFICE}}
    answer = client.post("/reconcile", data={"queries": json.dumps(asked)})
    assert answer.status_code == 200
    alone = client.post("/reconcile", data={"queries": json.dumps({"q": asked["q"]})}).json()
    assert answer.json() == {"long": {"result": []}, **alone}
    assert alone["q"]["result"]


WRONG = [
    {"queries": "{"},
    {"queries": "[]"},
    {"queries": '{"q0": 1}'},
    {"queries": json.dumps({"q0": {"query": 1}})},
    {"queries": json.dumps({"q0": {"query": "a", "limit": 0}})},
    {"queries": json.dumps({"q0": {"query": "a", "type": 5}})},
    {"queries": json.dumps({"q0": {"query": "a", "properties": 5}})},
    {"queries": json.dumps({f"q{n}": {"query": "a"} for n in range(BATCH + 1)})},
    {"queries": "[" * 50_000},
    {"extend": "{}"},
    {"extend": '{"ids": ["a"], "properties": [{"id": "colour"}]}'},
    {"extend": '{"ids": ["a"], "properties": [1]}'},
    {"colour": "red"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: str(wrong)[:40])
def test_a_wrong_request_is_the_callers_fault(client: httpx.Client, wrong: dict[str, str]) -> None:
    response = client.post("/reconcile", data=wrong)
    assert response.status_code == 400, response.text
    assert response.json()["detail_en"]


def test_an_endless_form_is_refused(client: httpx.Client) -> None:
    assert client.post("/reconcile", data={"queries": "x" * (300 << 10)}).status_code == 413
