"""Duties of the endpoint under HTTP, for any query: compression, validators, CORS, HEAD, and results that are cut."""

import gzip
import http.client
import time
from urllib.parse import quote

import pytest

from tests.support.blackbox.cases import always
from tests.support.blackbox.wire import exchange

MANY = "SELECT ?s ?o { ?s <https://w3id.org/jixiao/ontology#targetText> ?o } ORDER BY ?s ?o LIMIT 300"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/jixiao/ontology#Project> }"
TRIPLES = (
    "CONSTRUCT WHERE { ?s a <https://w3id.org/jixiao/ontology#Project> ; <https://w3id.org/jixiao/ontology#year> ?y }"
)
HUGE = "SELECT ?a ?b ?c ?d ?e ?f { ?a ?b ?c . ?d ?e ?f }"
JSON = "application/sparql-results+json"


def ask(server, query=COUNT, method="GET", **headers):
    names = {"Accept": JSON} | {name.replace("_", "-"): value for name, value in headers.items()}
    return server.request(method, f"/sparql?query={quote(query, safe='')}", names)


@pytest.mark.parametrize("accept", [JSON, "application/sparql-results+xml", "text/csv", "text/tab-separated-values"])
@pytest.mark.parametrize("asked", ["gzip", "deflate, gzip;q=1.0, *;q=0.5", "br, gzip", "GZIP", "gzip;q=0.001"])
def test_what_may_be_packed_is(accept, asked, server):
    plain = ask(server, MANY, Accept=accept)
    packed = ask(server, MANY, Accept=accept, Accept_Encoding=asked)
    assert packed.headers.get("content-encoding") == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < len(plain.body) / 2
    assert packed.headers["content-type"] == plain.headers["content-type"]


@pytest.mark.parametrize(
    "asked", ["", "identity", "gzip;q=0", "br", "gzip;q=0, *;q=0.1, br;q=0, identity", "*;q=0, identity"]
)
def test_what_may_not_be_packed_is_not(asked, server):
    answer = ask(server, MANY, Accept_Encoding=asked)
    assert answer.status == 200
    assert "content-encoding" not in answer.headers
    assert answer.body.startswith(b'{"head"')


@pytest.mark.parametrize("asked", [None, "gzip", "identity"])
@pytest.mark.parametrize("query", [COUNT, MANY, TRIPLES, "ASK {}"], ids=["count", "many", "triples", "ask"])
def test_vary_names_both_negotiations(query, asked, server):
    accept = "text/turtle" if query == TRIPLES else JSON
    answer = ask(server, query, Accept=accept, **({"Accept_Encoding": asked} if asked else {}))
    assert {"accept", "accept-encoding"} <= answer.tokens("vary")


def test_head_leaves_nothing_on_the_connection(server):
    connection = http.client.HTTPConnection(server.host, server.port, timeout=30)
    try:
        for _ in range(3):
            target = f"/sparql?query={quote(MANY, safe='')}"
            assert exchange(connection, "HEAD", target, {"Accept": JSON}).body == b""
            assert exchange(connection, "GET", target, {"Accept": JSON}).json()["head"]["vars"] == ["s", "o"]
    finally:
        connection.close()


def etag(answer):
    assert answer.status == 200, answer.body
    assert "etag" in answer.headers, sorted(answer.headers)
    tag = answer.headers["etag"]
    assert tag.removeprefix("W/").startswith('"'), tag
    assert tag.endswith('"'), tag
    return tag


@pytest.mark.parametrize("form", ["{}", "W/{bare}", "{bare}", '"x", {}', '"a,b" , W/"c",{}', "*"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_a_client_has_is_not_sent_again(form, method, server):
    fresh = ask(server)
    tag = etag(fresh)
    answer = ask(server, COUNT, method, If_None_Match=form.format(tag, bare=tag.removeprefix("W/")))
    assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", tag)
    assert answer.headers.get("vary") == fresh.headers.get("vary")
    assert answer.headers.get("access-control-allow-origin") == "*"


@pytest.mark.parametrize("form", ['"x"', 'W/"x", "y"', "x", "{}x", '"{}x"'])
def test_another_tag_is_answered_in_full(form, server):
    answer = ask(server, If_None_Match=form.format(etag(ask(server)).removeprefix("W/").strip('"')))
    assert answer.status == 200
    assert answer.json()["results"]["bindings"]


def test_tags_differ_where_answers_do(server):
    tags = [
        etag(ask(server)),
        etag(ask(server, MANY)),
        etag(ask(server, Accept="text/csv")),
        etag(ask(server, Accept="application/sparql-results+xml")),
        etag(ask(server, TRIPLES, Accept="application/n-triples")),
        etag(ask(server, COUNT.replace("Project", "Indicator"))),
    ]
    assert len(set(tags)) == len(tags)


def test_a_mistake_is_never_not_modified(server):
    assert ask(server, "SELECT * {", If_None_Match="*").status == 400
    assert ask(server, Accept="image/png", If_None_Match="*").status == 406


@pytest.mark.parametrize(
    "call",
    ["RAND()", "STRUUID()", "STR(UUID())", "NOW()", "now ( )", "Rand#\n()", "1+RAND()", "STRUUID\t()", r"\u0052AND()"],
)
def test_what_changes_by_itself_is_never_kept(call, server):
    answers = []
    for _ in range(2):
        answers.append(ask(server, f"SELECT ({call} AS ?x) {{}}"))
        time.sleep(0.01)
    assert [answer.status for answer in answers] == [200, 200]
    assert answers[0].body != answers[1].body
    assert all("etag" not in answer.headers for answer in answers)
    assert ask(server, f"SELECT ({call} AS ?x) {{}}", If_None_Match="*").status == 200


def test_validators_are_shown_to_scripts(server):
    exposed = ask(server, Origin="https://x.example").tokens("access-control-expose-headers")
    assert "*" in exposed or "etag" in exposed


@pytest.mark.judge
def test_a_result_that_is_cut_is_never_a_plain_200(server):
    answer = server.query(HUGE, accept="text/csv", timeout=20, patience=60)
    cut = not answer.whole or any("trunc" in name or "cut" in name for name in answer.headers)
    assert answer.status in (413, 503, 504) or (answer.status == 200 and cut), answer.status
    if answer.status != 200:
        assert not list(always(answer))


def test_a_query_of_100_000_bytes_is_answered_by_post(server):
    for padding in ("#" + "松" * 33_000 + "\n", " " * 100_000):
        assert server.post(padding + "ASK {}").json()["boolean"] is True


def test_expectations_are_met(server):
    headers = {"Content-Type": "application/sparql-query", "Accept": JSON, "Expect": "100-continue"}
    assert server.request("POST", "/sparql", headers, b"ASK {}").json()["boolean"] is True
