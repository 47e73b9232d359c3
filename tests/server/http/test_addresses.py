"""Addresses in another spelling lead to the right one, and what cannot be meant is refused in words."""

import httpx
import pytest

from tests.support.pages import replied

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
def test_an_address_in_another_encoding_is_refused(address, client):
    assert "UTF-8" in replied(400, client.get(address, headers={"Accept": "application/json"})).json()["detail_en"]


@pytest.mark.parametrize(
    "path",
    [
        "/views/projects",
        "/tables/projects",
        "/doc/org",
        "/doc/fund",
        "/quality/findings",
        "/compare",
        "/charts/years",
        "/embed/projects",
        "/cite",
        "/sparql",
    ],
)
def test_a_parameter_repeated_without_end_is_refused_before_any_work(path, client):
    for asked, limit in (({"year": ["2022"] * 101}, "100 times"), ({f"p{n}": "1" for n in range(51)}, "50 different")):
        assert limit in replied(400, client.get(path, params=asked)).json()["detail_en"]
    assert "100 times" not in client.get(path, params={"year": ["2022"] * 100}).text


def test_values_with_commas_are_as_few(client):
    given = {"department": ",".join(f"局{n}" for n in range(101)), "format": "json"}
    assert "100 values" in replied(400, client.get("/views/projects", params=given)).json()["detail_en"]


@pytest.mark.parametrize(
    "path", ["/views", "/search", "/reconcile", "/sparql", "/ask", "/dataset", "/reconcile/preview", "/views/projects"]
)
def test_a_slash_at_the_end_leads_to_the_address_without(path, client):
    answer = client.get(f"{path}/?q=%E6%9D%BE&lang=en")
    assert (answer.status_code, answer.headers["location"]) == (308, f"{path}?q=%E6%9D%BE&lang=en")


@pytest.mark.parametrize("path", ["//example.org/", "/nothing/", "/static/", "/views//"])
def test_a_slash_behind_what_is_no_address_leads_nowhere(path, client):
    answer = client.get(httpx.URL(str(client.base_url)).copy_with(raw_path=path.encode()))
    while answer.has_redirect_location:
        assert answer.headers["location"].startswith("/static")
        answer = client.get(answer.headers["location"])
    assert answer.status_code == 404


def test_a_form_is_not_lost_on_the_way(client):
    for path in ("/sparql/", "/reconcile/"):
        answer = client.post(path, data={"query": "ASK {}", "queries": "{}"})
        assert (answer.status_code, answer.headers["location"]) == (308, path.removesuffix("/"))


REFUSED = [
    "/views/projects?limit=1&limit=2",
    "/views/projects?offset=0&offset=1",
    "/views/projects?sort=name&sort=year",
    "/views/projects?least=1&least=2",
    "/views/projects?format=json&format=csv",
    "/views/projects?version=000001&version=000001",
    "/views?format=json&format=json",
    "/ask?q=a&q=b",
    "/ask?format=json",
    "/search?q=a&q=b",
    "/compare?a=x&a=y&b=z",
    "/lookup/basis?number=1&number=2",
    "/dataset?format=ttl&format=nt",
    "/dataset/changes?format=json&format=json",
    "/quality?colour=red",
    *(
        f"/quality/findings?{query}"
        for query in ("severity=loud", "year=soon", "colour=red", "status=maybe", "limit=0", "year=1&year=2")
    ),
    "/quality/refused?pages=1",
    "/quality/log?format=json&format=json",
    "/doc/org?format=ttl&format=ttl",
    *(f"/doc/org.ttl?page={page}" for page in ("0", "-1", "x", "1.0", "99999999999", "1&page=1")),
    "/reconcile/suggest/entity?prefix=a&prefix=b",
    *(
        f"/search?{query}"
        for query in ("", "q=", f"q={'字' * 501}", "q=a&kind=x", "q=a&limit=-1", "q=a&z=1", "q=a&ask=yes")
    ),
    "/search?q=培训&region=某地",
    "/search?q=培训&region=普陀区",
    "/search?q=训&region=上海",
    "/charts/targets",
    "/views/projects?format=csv&headings=fr",
    "/dataset/cite?of=/elsewhere",
    "/dataset/cite?of=https://example.org/dataset/000001",
    "/dataset/cite?of=/views/projects-citing",
]


@pytest.mark.parametrize("address", REFUSED, ids=lambda address: address[:50])
def test_an_address_that_nothing_can_be_meant_by_is_the_callers_fault(address, client):
    answer = replied(400, client.get(address, headers={"Accept": "application/json, */*;q=0.5"}))
    assert "json" not in answer.headers["content-type"] or answer.json()["detail_zh"]


MISSING = [
    *("/none", "/views/none", "/source/none", "/graph/report/none", "/graph/origin/0000000000000000", "/help/none"),
    *(
        "/doc/org/none",
        "/doc/org/none.json",
        "/doc/a b<",
        "/charts/none",
        "/quality/NeverHeardOf",
        "/quality/refused?page=3",
    ),
    *("/quality/filing/0000000000000000", "/shapes/nothing", "/ontology.xlsx", "/shapes.", "/shapes?only=x"),
    *("/dataset/000003", "/dataset/2", "/dataset.zip", "/dataset/000001.zip", "/dataset/٠٠٠٠٠١"),
    *("/vocab/nothing", "/vocab/operator.exe", "/vocab.csv", "/views.csv", "/reconcile/suggest/colour"),
    *(f"/reconcile/preview?id=org/{name}" for name in ("none", "../../etc", "a b")),
    *(f"/sitemap-{name}.xml" for name in ("project-99", "project-0", "what-1", "project-x")),
    *("/dataset/dump.xml.gz", "/dataset/000009/dump.nq.gz", "/dataset/1/dump.nq.gz", "/dataset/../dump.nq.gz"),
    *(
        "/dataset/000001/dump.%2e%2e%2fmanifest.gz",
        "/dataset/cite.pdf",
        "/dataset/cite?of=/views/nothing",
        "/dataset/cite?of=/tables/nothing",
    ),
    "/dataset/cite?of=/dataset/000009",
    "/dataset/cite.txt?of=/charts/none",
    *(
        path.format(number)
        for number in ("0" * 300, "9" * 5000, "0000001")
        for path in ("/dataset/{}", "/dataset/{}.ttl", "/dataset/{}/dump.nq.gz", "/dataset/cite?of=/dataset/{}")
    ),
]


@pytest.mark.parametrize("address", MISSING, ids=lambda address: address[:50])
def test_what_is_not_there_is_404(address, client):
    answer = replied(404, client.get(address, headers={"Accept": "application/json, */*;q=0.5"}))
    assert "json" not in answer.headers["content-type"] or answer.json()["detail_zh"]


def test_the_list_of_views_tells_which_parameters_may_repeat(client):
    """Ask for two values of one parameter of each kind, which decides it."""
    asked = {}
    for view in client.get("/views?format=json").json()["views"]:
        asked |= {each["kind"]: (view, each) for each in view["params"]}
    for view, parameter in asked.values():
        name, example = parameter["name"], parameter["example"]
        others = [(each["name"], each["example"]) for each in view["params"] if each["required"] and each != parameter]
        twice = [*others, (name, example), (name, f"{example} ")]
        answer = client.get(f"/views/{view['name']}", params=twice, headers={"Accept": "application/json"})
        assert answer.status_code == (200 if parameter["repeats"] else 400), (view["name"], name, answer.text)
