"""The page of /sparql: names beside IRIs, the query about a thing, the terms that it completes, hints on slips."""

import html
import re
from pathlib import Path

import pytest
from pyoxigraph import Store as Graph

from jixiao.ontology import terms
from jixiao.ontology.reference import reference
from jixiao.server.query import binding, unknown_terms
from tests.support.pages import absent, markup as page, replied

SONGJIANG_BASIS = "SELECT ?basis ?kind { ?basis <https://w3id.org/jixiao/ontology#documentNumber> ?n ; a ?kind }"


@pytest.mark.parametrize(("lang", "kind"), [("zh", "依据文件"), ("en", "legal basis")])
def test_iris_have_their_names_beside_them(lang, kind, client):
    shown = page(client, "/sparql", lang, query=SONGJIANG_BASIS)
    names = re.findall(r'<a href="[^"]*">([^<]*)</a> <span class="name">([^<]*)</span>', shown)
    assert any("2009" in name for name in {name for iri, name in names if iri.startswith("/id/basis/")})
    assert {name for iri, name in names if iri == "jx:LegalBasis"} == {kind}


def test_the_first_query_and_its_result_are_in_the_language_of_the_page(client):
    said = {"zh": "# 金额最大的项目\n", "en": "# Projects with the largest amounts\n"}
    for lang, first in said.items():
        assert first in page(client, "/sparql", lang)
    assert ">1 row<" in page(client, "/sparql", "en", query="SELECT (1 AS ?n) {}")


def test_the_page_opens_with_a_short_query_that_answers_and_its_result_is_taken_away(client):
    text = page(client, "/sparql")
    query = html.unescape(text.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0])
    assert len(query.splitlines()) <= 6
    answer = page(client, "/sparql", query=query)
    (address,) = re.findall(r'href="([^"]*format=csv)[^"]*"', answer)
    taken = client.get(html.unescape(address))
    assert taken.headers["content-type"].startswith("text/csv")
    assert len(taken.text.splitlines()) > 1


def test_sample_queries_drop_no_project_for_what_was_not_read():
    graph, jx, root = Graph(), terms.JX, Path(__file__).parents[3]
    graph.update(
        f"INSERT DATA {{ <x:a> a <{jx}Project> ; <{jx}amount> 9.0 ; <{jx}annualRequest> 9.0 ;"
        f" <{jx}amountSource> <{jx}annualRequest> ;"
        f" <{jx}amountPhase> <{terms.VOCAB}funding-decision/requested> ;"
        f" <{terms.RDFS_label}> 'a' ; <{terms.PROV_wasDerivedFrom}> <x:s> ; <{jx}hasCitation> <x:c> ;"
        f" <{jx}hasIndicator> <x:i> ."
        f" <x:c> <{jx}citedBasis> <x:b> . <x:b> <{jx}documentNumber> '松委发〔2009〕97号' ."
        f" <x:i> <{jx}targetText> '80%' ; <{jx}targetValue> 80 ; <{jx}targetUnit> '%' ;"
        f" <{jx}indicatorType> <{terms.VOCAB}indicator-type/satisfaction> }}"
    )
    guide, first = (root / "docs/ontology-reference.md").read_text("utf-8"), (root / "README.md").read_text("utf-8")
    prefixes, *samples = re.findall(r"```sparql\n(.*?)```", guide, re.DOTALL)[:3]
    samples += re.findall(r"jixiao query --store data/mine 'PREFIX[^>]*>(.*?)'", first, re.DOTALL)
    samples.append(binding.query("largest-projects").partition("ontology#>")[2])
    assert len(samples) == 4
    for sample in samples:
        assert len(list(graph.query(prefixes + sample))) == 1, sample


def test_a_slip_is_told_beside_the_empty_answer(client):
    query = "PREFIX jx: <https://w3id.org/jixiao/ontology#> SELECT ?o { ?s jx:yaer ?o }"
    for lang, hint in (("zh", "是不是"), ("en", "Did you mean")):
        assert absent(page(client, "/sparql", lang, query=query), hint, "<code>jx:yaer</code>") == []


@pytest.mark.parametrize("kind", ["project", "org", "basis", "filing", "source"])
def test_every_thing_opens_as_a_query(kind, client, sha16):
    listed = page(client, f"/doc/{kind}") if kind != "source" else f'href="/doc/source/{sha16}"'
    thing = re.findall(rf'href="(/(?:id|doc)/{kind}/[^"?#]+)', listed)[0]
    [asked] = re.findall(
        r'<form class="as-query".*?name="query" value="([^"]*)"',
        page(client, thing.replace("/id/", "/doc/")),
        re.DOTALL,
    )
    answer = client.get(
        "/sparql", params={"query": html.unescape(asked)}, headers={"Accept": "application/sparql-results+json"}
    )
    rows = answer.json()["results"]["bindings"]
    iri = thing.replace("/doc/", "/id/")
    assert any(row["subject"]["value"].endswith(iri) for row in rows)
    assert any(row["property"]["value"] == terms.RDF_type for row in rows)


def test_the_terms_are_those_of_the_ontology(client):
    answer = client.get("/sparql/terms")
    assert answer.headers["Content-Type"] == "application/json"
    listed = answer.json()
    assert listed["prefixes"] == terms.PREFIXES
    named = {term["name"]: term for term in listed["terms"]}
    assert named["jx:year"] == {"name": "jx:year", "kind": "property", "zh": "年度", "en": "year"}
    assert (named["jxs:AmountNotANumber"]["kind"], absent(named, "rdfs:label")) == ("rule", [])
    own = {term.name for term in reference().values() if term.kind in ("property", "class")}
    assert {f"jx:{name}" for name in own} <= set(named)
    assert client.get("/sparql/terms", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("served", ["client", "of_grown"])
def test_every_example_names_things_of_the_store_and_has_rows(served, request):
    client = request.getfixturevalue(served)
    forms = re.findall(r'class="example">.*?name="query" value="([^"]*)"', page(client, "/sparql", "en"), re.DOTALL)
    assert forms
    for query in map(html.unescape, forms):
        assert "# given" not in query
        assert client.post("/sparql", data={"query": query, "format": "json"}).json()["results"]["bindings"], query


PREFIXES = "PREFIX jx: <https://w3id.org/jixiao/ontology#>\nPREFIX jxs: <https://w3id.org/jixiao/shapes#>\n"
SERVER = Path(unknown_terms.__file__).parents[1]


def told(pattern):
    found = unknown_terms.find(f"{PREFIXES}SELECT * WHERE {{ {pattern} }}")
    return [(each.written, each.nearest and each.nearest.name) for each in found]


@pytest.mark.parametrize(
    ("written", "nearest"),
    [
        ("jx:yaer", "jx:year"),
        ("jx:Projct", "jx:Project"),
        ("jx:deparment", "jx:department"),
        ("jx:indicator", "jx:hasIndicator"),
        ("jx:年度", "jx:year"),
        ("jx:Year", "jx:year"),
        ("jxs:AmountNotNumber", "jxs:AmountNotANumber"),
        ("jx:zzqqxx", None),
        ("jx:" + "a" * 4000, None),
    ],
)
def test_a_slip_has_the_nearest_name(written, nearest):
    assert told(f"?s {written} ?o .") == [(written, nearest)]


def test_an_iri_in_full_has_one_too():
    [found] = unknown_terms.find(f"SELECT * {{ ?s <{terms.JX}yaer> ?o }}")
    assert (found.written, found.text) == (f"<{terms.JX}yaer>", f"<{terms.JX}year>")


@pytest.mark.parametrize(
    "pattern",
    [
        "?s jx:year 2022",
        "?s a jx:Project ; jx:department/jx:cites|^jx:filedBy ?o .",
        '?s ?p \'jx:yaer\', """jx:yaer""" # jx:yaer\n',
        "?s other:yaer ?o",
        "?s <https://w3id.org/jixiao/ontology> ?o",
        "?s <https://example.org/ontology#yaer> ?o",
        "?s ?jx ?yaer",
    ],
)
def test_what_is_right_or_of_others_is_not_told(pattern):
    assert told(pattern) == []


def test_prefixes_are_those_of_the_query():
    declared = "# PREFIX x: <http://x/>\nprefix x: <https://w3id.org/jixiao/ontology#> "
    [found] = unknown_terms.find(f"{declared}ASK {{ ?s x:yaer ?o . FILTER EXISTS {{ ?s x:yaer 1 }} }}")
    assert (found.written, found.text) == ("x:yaer", "jx:year")


@pytest.mark.parametrize("path", sorted(SERVER.rglob("*.rq")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_our_own_queries_name_nothing_unknown(path):
    assert unknown_terms.find(path.read_text(encoding="utf-8")) == ()


def test_no_more_than_ten_are_told():
    assert len(told(" ; ".join(f"jx:slip{n}" for n in range(8000)))) == 10


def test_the_answer_names_slips_in_a_header_and_is_what_it_was(client):
    query = PREFIXES + "SELECT ?o { ?s jx:yaer ?o }"
    for form in ("application/sparql-results+json", "text/csv", "text/html"):
        answer = replied(200, client.get("/sparql", params={"query": query, "lang": "en"}, headers={"Accept": form}))
        assert answer.headers["X-Unknown-Terms"] == f'<{terms.JX}yaer>; nearest="{terms.JX}year"'
        assert "X-Unknown-Terms" in answer.headers["Access-Control-Expose-Headers"]
    plain = client.get("/sparql", params={"query": query}, headers={"Accept": "application/sparql-results+json"})
    assert plain.json() == {"head": {"vars": ["o"]}, "results": {"bindings": []}}
    assert "X-Unknown-Terms" not in client.get("/sparql", params={"query": query.replace("yaer", "year")}).headers


def test_a_name_of_any_script_fits_a_header(client):
    answer = client.get("/sparql", params={"query": PREFIXES + "ASK { ?s jx:没有的 ?o }"})
    assert answer.headers["X-Unknown-Terms"] == f"<{terms.JX}%E6%B2%A1%E6%9C%89%E7%9A%84>"
