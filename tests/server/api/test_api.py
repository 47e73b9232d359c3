"""The description of the interface: every path with its parameters and forms, schemas that answers meet, and /docs."""

import json
import re
from urllib.parse import urlencode

import jsonschema
import pytest

from jixiao.server.apps.help.interface import stated
from jixiao.server.views import table_address, view_files

NUMBER = "松委发（2009）97号"


@pytest.fixture(scope="module")
def described(client):
    return client.get("/openapi.json").raise_for_status().json()


def meets(described, schema, answer):
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "components": described["components"]}
    jsonschema.Draft202012Validator.check_schema(whole)
    jsonschema.Draft202012Validator(whole).validate(answer)


def test_every_path_tells_its_parameters_forms_and_failures(described):
    ids = []
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            ids.append(operation["operationId"])
            assert " · " in operation["summary"], path
            assert {"200", "303"} & set(operation["responses"]), path
            assert "422" not in operation["responses"], path
            assert "400" in operation["responses"], path
            names = [parameter["name"] for parameter in operation.get("parameters", ())]
            assert len(set(names)) == len(names), (method, path)
            assert all(" · " in parameter.get("description", "") for parameter in operation.get("parameters", ())), path
            assert set(re.findall(r"\{(\w+)\}", path)) <= set(names), path
    assert len(set(ids)) == len(ids)


def test_tables_name_every_parameter(described):
    named = {each["name"]: each for each in described["paths"]["/tables/{name}"]["get"]["parameters"]}
    assert {*table_address.SHAPING, "sort", "limit", "offset"} - {*named} == set()
    pattern = named["conditions"]["schema"]["propertyNames"]["pattern"]
    for condition in ("year.is", "other.year.is", "one.citations.document.is", "citations.document.is.2"):
        assert re.search(pattern, condition), condition


def test_references_lead_somewhere(described):
    named = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(described)))
    assert named
    assert named <= set(described["components"]["schemas"])


@pytest.mark.sampled(3)
@pytest.mark.parametrize("name", sorted(view_files.load()))
def test_answers_of_a_view_meet_its_schema(client, described, name):
    operation = described["paths"][f"/views/{name}"]["get"]
    view = view_files.load()[name]
    assert [each["name"] for each in operation["parameters"][: len(view.params)]] == [p.name for p in view.params]
    given = {each["name"]: each["example"] for each in operation["parameters"] if each.get("required")}
    answer = client.get(f"/views/{name}?{urlencode(given | {'format': 'json'})}").raise_for_status().json()
    meets(described, operation["responses"]["200"]["content"]["application/json"]["schema"], answer)
    assert set(operation["responses"]["200"]["content"]) == {
        "application/json", "text/html", "text/csv",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    }  # fmt: skip


ANSWERS = [
    ("/views", "/views?format=json"),
    ("/tables", "/tables?format=json"),
    ("/tables/{name}", "/tables/projects?format=json"),
    ("/tables/{name}", "/tables/citations?group=document&measure=rows&format=json"),
    ("/search", f"/search?{urlencode({'q': '会议', 'format': 'json'})}"),
    ("/search", f"/search?{urlencode({'q': NUMBER, 'format': 'json'})}"),
    ("/search/suggest", f"/search/suggest?{urlencode({'q': '会议'})}"),
    ("/sparql/terms", "/sparql/terms"),
    ("/charts/{name}", "/charts/spending-by-year?format=json"),
    ("/charts/{name}", "/charts/network?format=json"),
    ("/doc/{path}", "/doc/project/bdd7i7amlc5hg/2022/jaffbl3rohoc7.json"),
]


@pytest.mark.parametrize(("path", "address"), ANSWERS)
def test_answers_meet_their_schemas(client, described, path, address):
    content = described["paths"][path]["get"]["responses"]["200"]["content"]
    meets(described, content["application/json"]["schema"], client.get(address).raise_for_status().json())


@pytest.mark.parametrize("address", ["/views/nothing", "/views/projects?colour=red&format=json", "/search?format=json"])
def test_problems_meet_their_schema(client, described, address):
    problem = client.get(address, headers={"Accept": "application/json"})
    assert problem.status_code in (400, 404)
    meets(described, described["components"]["schemas"]["Problem"], problem.json())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_has_every_operation(client, described, language):
    page = client.get(f"/docs?lang={language}").raise_for_status().text
    for path, operations in described["paths"].items():
        for method in operations:
            assert f"<code>{method.upper()} {path}</code>" in page
    assert ("发文字号：" in page) == (language == "zh")


def test_every_path_has_a_group(described):
    below = {segment for group in stated()["groups"] for segment in group["below"]}
    new = {path[1:].partition("/")[0] for path in described["paths"]} - below
    assert not new, f"{', '.join(sorted(new))}: name it in `below` of a group of paths.yaml"
    assert set(stated()["paths"]) <= set(described["paths"]), "paths.yaml names a path that is not there"
