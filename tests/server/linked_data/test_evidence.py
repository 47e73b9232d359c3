"""The line of each value: in RDF on request, in JSON, in columns of views, and in citations; never in the dataset.

Pages tell inferences and findings in their language.
"""

import csv
import io
from functools import partial

import lxml.html
import pyoxigraph
import pytest

from jixiao.ontology import terms
from jixiao.server.http import language
from jixiao.server.http.negotiation import JSON_LD, N_TRIPLES, RDF_XML, TURTLE
from jixiao.server.linked_data import things
from jixiao.store import Store
from tests.server.conftest import running

FILE = "songjiang-zhengxie-2022.txt"
PROJECT = "id/project/bdd7i7amlc5hg/2022/jaffbl3rohoc7"
DOC = f"/{PROJECT.replace('id/', 'doc/')}"
JX = "https://w3id.org/jixiao/ontology#"
LINES = """SELECT ?property ?value ?line ?source {
  ?read a rdf:Statement ; rdf:subject ?thing ; rdf:predicate ?property ; rdf:object ?value ; jx:sourceLine ?line ;
        prov:wasDerivedFrom ?source
  FILTER(STRENDS(STR(?thing), "jaffbl3rohoc7")) }"""


@pytest.fixture(scope="module")
def store(examples):
    return Store.open(examples)


@pytest.fixture(scope="module")
def client(store):
    with running(store) as served:
        yield served


def text_of(store, line):
    """Return a line of the source that states the project."""
    [record] = [each for each in store.sources() if each.file_name == FILE]
    return next(str(each["text"]) for each in store.rendition(record.sha16)["lines"] if each["n"] == line)


@pytest.mark.parametrize("form", [TURTLE, N_TRIPLES, JSON_LD, RDF_XML], ids=lambda form: form.name)
def test_rdf_has_the_line_of_each_value_on_request(form, store, client):
    graph = pyoxigraph.Store()
    said = client.get(f"{DOC}.{form.name}", params={"evidence": "1"})
    graph.load(said.content, pyoxigraph.RdfFormat.from_media_type(form.proper))
    prefixes = {name: terms.PREFIXES[name] for name in ("jx", "rdf", "prov")}
    rows = {row["property"].value.removeprefix(JX): row for row in graph.query(LINES, prefixes=prefixes)}
    for name in ("annualRequest", "totalAmount", "amount"):
        assert "400000" in text_of(store, int(rows[name]["line"].value)).replace(",", ""), name
        assert rows[name]["value"].value == "400000"
    assert "政治协商会议" in text_of(store, int(rows["department"]["line"].value))
    assert {"startDate", "endDate", "competentDepartment", "year"} <= rows.keys()
    assert {row["source"].value.rpartition("/")[2] for row in rows.values()} <= {r.sha16 for r in store.sources()}


def test_without_the_request_rdf_has_no_such_nodes(store, client):
    plain = client.get(f"{DOC}.ttl")
    assert "Statement" not in plain.text
    assert plain.headers["etag"] != client.get(f"{DOC}.ttl", params={"evidence": "1"}).headers["etag"]
    assert not store.current().graph.query("ASK { ?s a <http://www.w3.org/1999/02/22-rdf-syntax-ns#Statement> }")
    assert client.get(f"{DOC}.ttl", params={"evidence": "2"}).status_code == 400


def test_plain_json_has_lines_beside_the_values(store, client):
    said = client.get(f"{DOC}.json").json()["data"]
    assert "400000" in text_of(store, said["lines"]["annualRequest"]).replace(",", "")
    [indicator, *_] = said["hasIndicator"]
    assert indicator["lines"]["targetText"] == indicator["sourceLine"]
    assert "lines" not in client.get("/doc/org/bdd7i7amlc5hg.json").json()["data"]


def test_views_add_columns_of_lines_on_request(store, client):
    asked = {"number": "松委发（2009）97号", "evidence": "1"}
    answer = client.get("/views/projects-citing", params={**asked, "format": "json"}).json()
    names = [column["name"] for column in answer["columns"]]
    assert names[names.index("amount") + 1] == "amountLine"
    table = list(
        csv.DictReader(io.StringIO(client.get("/views/projects-citing", params={**asked, "format": "csv"}).text))
    )
    for row, cells in zip(answer["rows"], table, strict=True):
        assert f"{row['amount']}" in text_of(store, row["amountLine"]).replace(",", "")
        assert cells["amountLine"] == str(row["amountLine"])
    assert "amountLine" not in client.get("/views/projects-citing", params={**asked, "evidence": ""}).text
    assert client.get("/views/projects", params={"evidence": "yes", "format": "json"}).status_code == 400


@pytest.mark.parametrize(
    ("lang", "said", "other"), [("zh", "同一预算表", "other rows"), ("en", "other rows", "同一预算表")]
)
def test_an_inference_is_told_in_the_language_of_the_page(lang, said, other, client):
    page = client.get(f"/doc/project/rtibv4ynqoe5n/2024/rgma5cr4xjolz?lang={lang}", headers={"Accept": "text/html"})
    told = page.text.partition({"zh": "<h2>推断</h2>", "en": "<h2>Inferred</h2>"}[lang])[2].partition("<h2>")[0]
    assert said in told
    assert other not in told
    assert ("单价" in told, "unit price" in told) == (lang == "zh", lang == "en")


def test_a_finding_is_named_in_the_language_of_the_page(monkeypatch):
    finding, message = pyoxigraph.NamedNode("urn:f"), pyoxigraph.NamedNode(terms.SH_resultMessage)
    said = {"zh": "没有金额。", "en": "No amount."}
    index = things.StatementIndex(
        pyoxigraph.Triple(finding, message, pyoxigraph.Literal(text, language=lang)) for lang, text in said.items()
    )
    for lang, text in said.items():
        monkeypatch.setattr(language, "wish", partial(language.Wish, lang))
        assert index.label("urn:f") == text


@pytest.mark.parametrize("one_in", [5, pytest.param(1, marks=pytest.mark.judge)])
def test_mentions_that_the_graph_keeps_have_a_place_on_pages(one_in, store, client):
    kept = {
        each["mention"].value
        for each in store.current().graph.query(
            "SELECT ?mention { ?thing jx:hasMention ?mention }", prefixes={"jx": JX}
        )
    }
    anchors = {}
    for of in sorted({each.partition("#")[0] for each in kept})[::one_in]:
        page = client.get(f"/doc/{of.partition('/id/')[2]}", headers={"Accept": "text/html"})
        anchors[of] = lxml.html.fromstring(page.text).xpath("//@id")
    assert anchors
    assert {each for of, found in anchors.items() for each in kept if each.startswith(f"{of}#")} <= {
        f"{of}#{each}" for of, found in anchors.items() for each in found
    }
