"""Addresses in another spelling lead to the right one, and what cannot be meant is refused in words."""

import httpx
import pytest

GBK = "%D5%FE%D0%AD"


@pytest.mark.parametrize(
    "address",
    [
        f"/search?q={GBK}",
        f"/ask?q={GBK}",
        f"/views/projects?department={GBK}",
        f"/sparql?query={GBK}",
        f"/reconcile?queries={GBK}",
        f"/reconcile/suggest/entity?prefix={GBK}",
    ],
)
def test_an_address_in_another_encoding_is_refused(address: str, client: httpx.Client) -> None:
    answer = client.get(address, headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert "UTF-8" in answer.json()["detail_en"]


@pytest.mark.parametrize(
    "path", ["/views", "/search", "/reconcile", "/sparql", "/ask", "/dataset", "/reconcile/preview", "/views/projects"]
)
def test_a_slash_at_the_end_leads_to_the_address_without(path: str, client: httpx.Client) -> None:
    answer = client.get(f"{path}/?q=%E6%9D%BE&lang=en")
    assert (answer.status_code, answer.headers["location"]) == (308, f"{path}?q=%E6%9D%BE&lang=en")


@pytest.mark.parametrize("path", ["//example.org/", "/nothing/", "/static/", "/views//"])
def test_a_slash_behind_what_is_no_address_leads_nowhere(path: str, client: httpx.Client) -> None:
    answer = client.get(httpx.URL(str(client.base_url)).copy_with(raw_path=path.encode()))
    while answer.has_redirect_location:
        assert answer.headers["location"].startswith("/static")
        answer = client.get(answer.headers["location"])
    assert answer.status_code == 404


def test_a_form_is_not_lost_on_the_way(client: httpx.Client) -> None:
    for path in ("/sparql/", "/reconcile/"):
        answer = client.post(path, data={"query": "ASK {}", "queries": "{}"})
        assert (answer.status_code, answer.headers["location"]) == (308, path.removesuffix("/"))


@pytest.mark.parametrize(
    "address",
    [
        "/views/projects?limit=1&limit=2",
        "/views/projects?offset=0&offset=1",
        "/views/projects?sort=name&sort=year",
        "/views/projects?least=1&least=2",
        "/views/projects?format=json&format=csv",
        "/views/projects?version=000001&version=000001",
        "/views?format=json&format=json",
        "/ask?q=a&q=b",
        "/search?q=a&q=b",
        "/compare?a=x&a=y&b=z",
        "/lookup/basis?number=1&number=2",
        "/dataset?format=ttl&format=nt",
        "/dataset/changes?format=json&format=json",
        "/quality/log?format=json&format=json",
        "/doc/org?format=ttl&format=ttl",
        "/reconcile/suggest/entity?prefix=a&prefix=b",
    ],
)
def test_a_parameter_of_one_value_has_no_second(address: str, client: httpx.Client) -> None:
    answer = client.get(address, headers={"Accept": "application/json"})
    assert answer.status_code == 400, answer.text


def test_the_list_of_views_tells_which_parameters_may_repeat(client: httpx.Client) -> None:
    views = {view["name"]: view for view in client.get("/views?format=json").json()["views"]}
    for name, view in views.items():
        example = {each["name"]: each["example"] for each in view["params"] if each["required"]}
        for each in view["params"]:
            given = [*example.items(), (each["name"], each["example"]), (each["name"], f"{each['example']} ")]
            twice = [pair for pair in given if pair[0] != each["name"]] + given[-2:]
            answer = client.get(f"/views/{name}", params=twice, headers={"Accept": "application/json"})
            assert answer.status_code == (200 if each["repeats"] else 400), (name, each["name"], answer.text)
