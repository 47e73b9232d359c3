"""A client that knows the specification of reconciliation alone: manifest, batch, suggest, extend, preview.

Bodies and documents of the examples, as people write them in spreadsheets, are the first candidates.
"""

import json

import pytest

from jixiao.server.apps.reconcile import BATCH, LONGEST
from tests.server.conftest import NUMBER, SONGJIANG as OFFICE, serving_one
from tests.support.pages import absent, replied


@pytest.fixture(scope="module")
def manifest(client):
    return client.get("/reconcile").raise_for_status().json()


def matched(client, *queries, by="POST"):
    batch = {f"q{number}": query for number, query in enumerate(queries)}
    if by == "POST":
        response = client.post("/reconcile", data={"queries": json.dumps(batch)})
    else:
        response = client.get("/reconcile", params={"queries": json.dumps(batch)})
    found = response.raise_for_status().json()
    assert set(found) == set(batch)
    return [found[key]["result"] for key in batch]


def test_the_manifest_has_what_the_specification_requires(manifest, client):
    assert "0.2" in manifest["versions"]
    assert manifest["identifierSpace"].startswith("http")
    assert manifest["schemaSpace"].startswith("http")
    assert {each["id"] for each in manifest["defaultTypes"]} == {"org", "basis", "project", "evaluation"}
    assert "{{id}}" in manifest["view"]["url"]
    assert "{{id}}" in manifest["preview"]["url"]
    assert manifest["batchSize"] == BATCH
    for service in (*manifest["suggest"].values(), manifest["extend"]["propose_properties"]):
        address = service["service_url"] + service["service_path"]
        assert address.startswith(str(client.base_url))
        assert client.get(address).status_code == 200
    assert client.get(manifest["documentation"]).status_code == 200


@pytest.mark.parametrize("by", ["POST", "GET"])
def test_a_batch_is_answered_by_key(client, by):
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


def test_an_identifier_leads_to_its_thing(client, manifest):
    ((office, *_),) = matched(client, {"query": OFFICE, "type": "org"})
    assert manifest["view"]["url"].replace("{{id}}", office["id"]) == manifest["identifierSpace"] + office["id"]
    assert OFFICE in client.get(f"/id/{office['id']}", headers={"Accept": "text/html"}, follow_redirects=True).text


def test_values_tell_things_of_one_name_apart(client):
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


def test_an_empty_value_says_nothing(client):
    empty = [{"pid": "year", "v": each} for each in ("", " ", None, [], [""], {"id": None})]
    plain, beside = matched(
        client,
        {"query": "政协会议", "type": "project"},
        {"query": "政协会议", "type": "project", "properties": [*empty, {"pid": "year"}]},
    )
    assert beside == plain


YEAR = "https://w3id.org/jixiao/ontology#year"


@pytest.fixture(scope="module")
def meeting(client):
    """The project 政协会议 of 2022, as the first candidate for its name."""
    ((project, *_),) = matched(client, {"query": "政协会议", "type": "project"})
    wanted = {"ids": [project["id"]], "properties": [{"id": "amount"}, {"id": "department"}]}
    answer = client.post("/reconcile", data={"extend": json.dumps(wanted)}).raise_for_status().json()
    return dict(answer["rows"][project["id"]])


def fitting(client, pid, values):
    """The given values that the project 政协会议 has in a property."""
    found = []
    for start in range(0, len(values), BATCH):
        part = values[start : start + BATCH]
        asked = ({"query": "政协会议", "type": "project", "properties": [{"pid": pid, "v": each}]} for each in part)
        answers = (results[0]["features"][-1] for results in matched(client, *asked))
        found += [each for each, answer in zip(part, answers, strict=True) if answer == {"id": pid, "value": True}]
    return found


def test_numbers_and_years_are_equal_however_they_are_written(client, meeting):
    assert meeting["amount"] == [{"float": 86580.55}]
    amounts = [
        86580.55,
        "86580.55",
        "86580.550",
        "86,580.55元",
        "8.658055万元",
        "８.658055 万",
        "￥86580.55",
        [1, "86580.55"],
    ]
    assert fitting(client, "amount", amounts) == amounts
    years = [2022, 2022.0, "2022.0", "2022年", "2022年度", "２０２２年度", " 2022 ", [2021, "2022年"]]
    assert fitting(client, "year", years) == years
    dates = [
        "2022-01-31",
        "2022/1/31",
        "2022-01-31T00:00:00Z",
        "2022年1月31日",
        "2022年1月",
        "2022-01",
        "2022.01.31",
        "20220131",
    ]
    assert fitting(client, "year", dates) == dates


def test_a_part_of_a_number_is_another_number(client):
    amounts = ["8658", "86580", 86580.5, 86581, "86580.55万元", "86580.551", "8658055", "", None, "无", "2022-01-31"]
    assert fitting(client, "amount", amounts) == []
    assert fitting(client, "amount", ["9" * 50_000, "二〇" * 5_000, "2022-1\n" * 5_000]) == []
    years = ["22", "202", 2022.25, "2023-2022", "2023年", "2021-12-31", "20221", "2022万元", ""]
    assert fitting(client, "year", years) == []


def test_a_body_is_one_by_a_part_of_its_name_and_by_its_identifier(client, meeting):
    (body,) = meeting["department"]
    bodies = ["政治协商", body["name"], body, {"id": body["id"]}, {"name": body["name"]}, [{"id": body["id"]}]]
    assert fitting(client, "department", bodies) == bodies
    assert fitting(client, "department", ["闵行", {"id": "org/none", "name": "别处"}]) == []


def test_a_property_may_be_named_by_its_whole_iri(client, manifest):
    assert manifest["schemaSpace"] + "year" == YEAR
    stated = [{"pid": YEAR, "v": 2022}, {"pid": "jx:year", "v": "1999"}]
    ((project, *_),) = matched(client, {"query": "政协会议", "type": "project", "properties": stated})
    assert project["match"] is False
    assert {"id": YEAR, "value": True} in project["features"]
    assert {"id": "jx:year", "value": False} in project["features"]
    wanted = {"ids": [project["id"]], "properties": [{"id": YEAR}]}
    found = client.post("/reconcile", data={"extend": json.dumps(wanted)}).raise_for_status().json()
    assert [each["id"] for each in found["meta"]] == [YEAR]
    assert found["rows"] == {project["id"]: {YEAR: [{"int": 2022}]}}


def test_nothing_is_certain_about_other_names(client):
    for found in matched(client, {"query": "火星探测局"}, {"query": ""}, {"query": "会议"}):
        assert not any(each["match"] for each in found)


def test_things_are_extended_by_columns(client):
    ((project, *_),) = matched(client, {"query": "政协会议", "type": "project"})
    proposed = client.get("/reconcile/properties", params={"type": "project"}).json()
    assert {"year", "department", "amount"} <= {each["id"] for each in proposed["properties"]}
    wanted = {"ids": [project["id"], "project/none"], "properties": [{"id": "department"}, {"id": "year"}]}
    found = client.post("/reconcile", data={"extend": json.dumps(wanted)}).raise_for_status().json()
    assert [each["id"] for each in found["meta"]] == ["department", "year"]
    assert found["rows"][project["id"]]["department"][0]["name"] == OFFICE
    assert found["rows"]["project/none"] == {"department": [], "year": []}


def test_suggestions_continue_what_is_typed(client):
    things = client.get("/reconcile/suggest/entity", params={"prefix": "政协"}).json()["result"]
    assert things
    assert all({"id", "name", "notable"} <= set(each) for each in things)
    types = client.get("/reconcile/suggest/type", params={"prefix": "org"}).json()["result"]
    assert [each["id"] for each in types] == ["org"]
    properties = client.get("/reconcile/suggest/property", params={"prefix": "金额"}).json()["result"]
    assert "amount" in {each["id"] for each in properties}


@pytest.mark.parametrize(("what", "prefix"), [("entity", "办"), ("type", ""), ("property", "")])
def test_a_cursor_skips_suggestions(client, what, prefix):
    def suggested(**more):
        return client.get(f"/reconcile/suggest/{what}", params={"prefix": prefix} | more)

    every = suggested().json()["result"]
    assert len(every) > 2
    assert [suggested(cursor=skipped).json()["result"] for skipped in (0, 2, 900)] == [every, every[2:], []]
    assert [suggested(cursor=odd).status_code for odd in ("-1", "x", "1.5")] == [400, 400, 400]


def test_a_preview_may_stand_in_a_frame(client, manifest):
    ((office, *_),) = matched(client, {"query": OFFICE, "type": "org"})
    page = client.get(manifest["preview"]["url"].replace("{{id}}", office["id"]))
    assert OFFICE in page.text
    assert "frame-ancestors *" in page.headers["Content-Security-Policy"]


def test_an_overlong_name_has_no_match_and_leaves_the_others_theirs(client):
    asked = {"long": {"query": "松" * (LONGEST + 1)}, "q": {"query": OFFICE}}
    answer = replied(200, client.post("/reconcile", data={"queries": json.dumps(asked)}))
    alone = client.post("/reconcile", data={"queries": json.dumps({"q": asked["q"]})}).json()
    assert answer.json() == {"long": {"result": []}, **alone}
    assert alone["q"]["result"]


def test_an_identifier_that_makes_no_iri_is_one_of_nothing(client):
    asked = {"ids": ["org/a b", "org/<", "org/none"], "properties": []}
    answer = client.post("/reconcile", data={"extend": json.dumps(asked)})
    assert (answer.status_code, answer.json()["rows"]) == (200, {key: {} for key in asked["ids"]})


WRONG = [
    {"queries": "{"},
    {"queries": "[]"},
    {"queries": '{"q0": 1}'},
    {"queries": json.dumps({"q0": {"query": 1}})},
    {"queries": json.dumps({"q0": {"query": "a", "limit": 0}})},
    {"queries": json.dumps({"q0": {"query": "a", "type": 5}})},
    {"queries": json.dumps({"q0": {"query": "a", "properties": 5}})},
    {"queries": json.dumps({"q0": {"query": "会议", "type": "x"}})},
    {"queries": json.dumps({"q0": {"query": "会议", "type": ["project", "x"]}})},
    {"queries": json.dumps({"q0": {"query": "会议", "type": {"id": "x", "name": "project"}}})},
    {"queries": json.dumps({"q0": {"query": "会议", "properties": [{"pid": "colour", "v": "red"}]}})},
    {"queries": json.dumps({"q0": {"query": "会议", "type": "org", "properties": [{"pid": "year", "v": 2022}]}})},
    {"queries": json.dumps({"q0": {"query": "a"}, "q1": {"query": "a", "type": "x"}})},
    {"queries": json.dumps({f"q{n}": {"query": "a"} for n in range(BATCH + 1)})},
    {"queries": "[" * 50_000},
    {"queries": '{"\\ud800": {"query": "a"}}'},
    {"extend": '{"ids": ["org/\\ud800"], "properties": []}'},
    {"extend": "{}"},
    {"extend": '{"ids": ["a"], "properties": [{"id": "colour"}]}'},
    {"extend": '{"ids": ["a"], "properties": [1]}'},
    {"colour": "red"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: str(wrong)[:40])
def test_a_wrong_request_is_the_callers_fault(client, wrong):
    response = replied(400, client.post("/reconcile", data=wrong))
    assert response.json()["detail_en"]
    assert "should" not in response.json()["detail_zh"]  # a word of pydantic's sentences


def test_an_endless_form_is_refused(client):
    assert client.post("/reconcile", data={"queries": "x" * (300 << 10)}).status_code == 413


MINHANG = "上海市闵行区人民政府办公室(汇总)"
CONGRESS = "上海市松江区人民代表大会常务委员会办公室"
PARTY = "中共上海市松江区区级机关工作委员会"
GOVERNMENT = "上海市松江区人民政府办公室"

BODIES = [
    (OFFICE, OFFICE),
    (" 中国人民政治协商会议 上海市松江区委员会办公室", OFFICE),
    ("松江区政协办公室", OFFICE),
    ("上海市松江区政协办", OFFICE),
    ("中國人民政治協商會議上海市松江區委員會辦公室", OFFICE),
    ("上海市松江区人民政府办公室", GOVERNMENT),
    ("松江区人民政府办公室", GOVERNMENT),
    ("松江区政府办公室", GOVERNMENT),
    ("松江区政府办", GOVERNMENT),
    ("上海市松江区人大常委会办公室", CONGRESS),
    ("松江区人大常委会办公室", CONGRESS),
    ("上海市松江区人民代表大会常务委员会辦公室", CONGRESS),
    ("中共松江区区级机关工作委员会", PARTY),
    ("松江区级机关工委", PARTY),
    ("上海市闵行区人民政府办公室（汇总）", MINHANG),
    ("闵行区政府办公室（汇总）", MINHANG),
]
DOCUMENTS = [
    ("松委发〔2009〕97号", NUMBER),
    ("松委发（2009）97号", NUMBER),
    ("松委发[2009]97号", NUMBER),
    ("松委发【2009】97", NUMBER),
    ("松委发 2009 97号", NUMBER),
    ("松委发２００９９７号", NUMBER),
    ("中共上海市松江区委员会关于进一步加强人民政协工作的实施意见", NUMBER),
    ("《关于进一步加强人民政协工作的实施意见》", NUMBER),
    ("关于进一步加强人民政协工作的实施意见（松委发〔2009〕97号）", NUMBER),
    ("《政府信息公开条例》", "中华人民共和国政府信息公开条例"),
    ("中华人民共和国政府信息公开条例", "中华人民共和国政府信息公开条例"),
    ("上海市人民政府令第35号", "上海市人民政府令第35号"),
    ("上海市政府信息公开规定", "上海市人民政府令第35号"),
    ("沪松府办(2020)50号", "沪松府办〔2020〕50号"),
]


@pytest.fixture(scope="module")
def reconcile(examples, serve):
    with serve(examples) as client:

        def ask(text, kind):
            sent = {"queries": json.dumps({"q": {"query": text, "type": kind}})}
            found = client.post("/reconcile", data=sent).raise_for_status().json()["q"]["result"]
            return tuple(each["name"] for each in found)

        yield ask


@pytest.mark.parametrize(("typed", "name"), BODIES)
def test_a_body_is_matched_first(reconcile, typed, name):
    assert reconcile(typed, "org")[:1] == (name,)


@pytest.mark.parametrize("typed", ["闵行区政协办公室", "淮北市政府办公室", "无锡政府办公室"])
def test_no_body_of_another_place_is_offered(reconcile, typed):
    assert [name for name in reconcile(typed, "org") if "松江区" in name] == []


def test_a_short_name_without_its_place_offers_no_body_of_another_place(tmp_path):
    money = "年度资金总额 | 12万元\n一级指标 | 二级指标 | 三级指标 | 指标值\n产出指标 | 数量指标 | 巡演场次 | 9场\n"
    bodies = "主管部门 | 宣城市文化和旅游局 | 实施单位 | 市文旅局\n"
    filing = f"项目支出绩效目标表\n(2024年度)\n项目名称 | 送戏下乡\n{bodies}{money}"
    with serving_one(tmp_path, filing) as client:
        (found,) = matched(client, {"query": "淮北文旅局", "type": "org"})
        assert [each["name"] for each in found] == []
        (found,) = matched(client, {"query": "宣城文旅局", "type": "org"})
        assert "宣城市文化和旅游局" in [each["name"] for each in found]


@pytest.mark.parametrize(("typed", "name"), DOCUMENTS)
def test_a_document_is_matched_first(reconcile, typed, name):
    assert reconcile(typed, "basis")[:1] == (name,)


def test_a_self_evaluation_is_matched_by_name_year_and_body(of_evaluated):
    stated = [{"pid": "year", "v": "2022"}, {"pid": "department", "v": "图书馆"}]
    named, untyped, elsewhere = matched(
        of_evaluated,
        {"query": "图书借阅", "type": "evaluation", "properties": stated},
        {"query": "业务培训"},
        {"query": "业务培训", "type": "evaluation", "properties": stated},
    )
    assert (named[0]["match"], named[0]["name"], named[0]["description"]) == (
        True,
        "图书借阅",
        "上海市松江区图书馆 · 2022",
    )
    assert [each["id"] for each in named[0]["type"]] == ["evaluation"]
    assert {each["type"][0]["id"] for each in untyped} == {"project"}
    assert elsewhere[0]["match"] is False
    asked = {"ids": [named[0]["id"]], "properties": [{"id": "executed"}, {"id": "score"}, {"id": "evaluated"}]}
    extended = of_evaluated.post("/reconcile", data={"extend": json.dumps(asked)}).raise_for_status().json()
    row = extended["rows"][named[0]["id"]]
    assert row == {"executed": [{"float": 82000.0}], "score": [{"float": 95.2}], "evaluated": []}
    suggested = of_evaluated.get("/reconcile/suggest/entity", params={"prefix": "图书借"}).json()["result"]
    assert [each["id"] for each in suggested] == [named[0]["id"]]
    preview = (
        of_evaluated.get("/reconcile/preview", params={"id": named[0]["id"], "lang": "en"}).raise_for_status().text
    )
    assert absent(preview, "Total score", "95.2") == []
