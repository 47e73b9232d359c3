"""/sparql over HTTP: mistakes, limits, large results, which come whole or not, and what strangers try."""

import csv
import io
import resource

import psutil
import pytest

from jixiao.server.settings import Settings
from tests.support.blackbox.process import serve
from tests.support.blackbox.wire import Server
from tests.support.pages import absent, replied

JSON = {"Accept": "application/sparql-results+json"}
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
CITED = 'PREFIX jx: <https://w3id.org/jixiao/ontology#> SELECT ?b { ?b jx:documentNumber "松委发〔2009〕97号" }'
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n0 ?o . ?p ?q ?r }"
DOUBLED = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
GREEDY = f'ASK {{ BIND("{"a" * 64}" AS ?x0) {DOUBLED} FILTER(STRLEN(?x40) > 1) }}'


@pytest.fixture
def client(listener):
    """A client of a real server, whose queries have limits."""
    return listener


def ask(client, query, accept="application/sparql-results+json", **params):
    return client.get("/sparql", params={"query": query, **params}, headers={"Accept": accept})


def bindings(response):
    assert response.status_code == 200, response.text
    return [{name: term["value"] for name, term in row.items()} for row in response.json()["results"]["bindings"]]


@pytest.mark.parametrize(
    ("query", "status"),
    [(RUNAWAY, 504), (GREEDY, 503), ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", 503)],
    ids=["time", "memory", "result"],
)
def test_a_limit_is_not_our_fault_nor_our_end(query, status, client):
    response = replied(status, ask(client, query, timeout=2 if status == 504 else 25))
    assert response.json()["detail_zh"]
    assert ("retry-after" in response.headers) == (status == 503)
    assert bindings(ask(client, CITED)) == [{"b": "http://localhost:8000/id/basis/fldlhlcahtirw-2009-97"}]


def test_people_get_turtle_and_their_mistakes_beside_the_query(client):
    turtle = client.get("/sparql", params={"query": "CONSTRUCT WHERE { ?s ?p ?o }"}, headers=BROWSER).text
    assert "jx:Department" in turtle
    replied(
        400,
        client.get("/sparql", params={"query": "SELECT * { ?s ?p ?o"}, headers=BROWSER),
        "SELECT * { ?s ?p ?o</textarea>",
    )


def test_a_page_never_runs_what_it_shows(client):
    attack = "</textarea><script>alert(1)</script>"
    shown = replied(
        200,
        client.get(
            "/sparql",
            params={"query": f"SELECT ?x {{ VALUES ?x {{ '{attack}' <javascript:alert(1)> }} }}"},
            headers=BROWSER,
        ),
    )
    assert "<script>" not in shown.text
    assert 'href="javascript' not in shown.text
    assert absent(shown.headers["content-security-policy"], "script-src 'self';", "default-src 'none'") == []


FORMULAS = """SELECT * { VALUES (?a ?b) {
  ("=HYPERLINK(\\"http://x.example/\\")" "+cmd|' /C calc'!A0") ("＝SUM(A1)" "@SUM(A1)") ("=98%" "-5") (-5 UNDEF)
  ("a,\\"b\\"" "行\\n二") (<http://x.example/=A1> "") ("\\tA1" "'=A1")
} }"""
AS_THEY_ARE = [
    ["a", "b"],
    ['=HYPERLINK("http://x.example/")', "+cmd|' /C calc'!A0"],
    ["＝SUM(A1)", "@SUM(A1)"],
    ["=98%", "-5"],
    ["-5", ""],
    ['a,"b"', "行\n二"],
    ["http://x.example/=A1", ""],
    ["\tA1", "'=A1"],
]


def cells(response):
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(response.text, newline="")))


def test_programs_get_the_values_of_csv_as_they_are(client):
    for params, headers in (
        ({}, {"Accept": "text/csv"}),
        ({"format": "csv"}, {}),
        ({"format": "csv"}, {"Accept": "*/*"}),
        ({"format": "text/csv"}, JSON),
        ({}, {"Accept": "text/csv, text/html;q=0.9"}),
        ({"format": "csv"}, {"Accept": "text/csv, text/html;q=0.9"}),
    ):
        asked = {"query": FORMULAS, **params}
        assert cells(client.get("/sparql", params=asked, headers=headers)) == AS_THEY_ARE
        assert cells(client.post("/sparql", data=asked, headers=headers)) == AS_THEY_ARE


def test_a_browser_downloads_csv_that_no_spreadsheet_runs(client):
    guarded = [
        ["'" + cell if cell.startswith(("=H", "+cmd", "＝", "@", "\t")) else cell for cell in row]
        for row in AS_THEY_ARE
    ]
    for named in ("csv", "CSV", "text/csv"):
        asked = {"query": FORMULAS, "format": named}
        for _ in range(2):  # the second comes from the cache of results
            assert cells(client.get("/sparql", params=asked, headers=BROWSER)) == guarded
            assert cells(client.get("/sparql", params=asked)) == AS_THEY_ARE
        assert cells(client.post("/sparql", data=asked, headers=BROWSER)) == guarded
    asked = {"query": "ASK { ?s ?p ?o }", "format": "csv"}
    assert client.get("/sparql", params=asked, headers=BROWSER).text == client.get("/sparql", params=asked).text


def test_what_is_too_large_for_a_page_is_told_to_be(client):
    doubled = " ".join(f"BIND(CONCAT(?a{n}, ?a{n}) AS ?a{n + 1})" for n in range(20))
    query = f"SELECT ?a20 {{ BIND('0123456789' AS ?a0) {doubled} }}"
    page = client.get("/sparql", params={"query": query}, headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert "网页放不下" in page.text


def test_a_header_without_end_is_not_read_to_the_end(client):
    accept = ",".join(f"a/b{n}" for n in range(9000)) + ",text/csv"
    assert client.get("/sparql?query=ASK%7B%7D", headers={"Accept": accept}).status_code == 406


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("SELECT ?x WHERE {\n ?x a foaf:P }", 2, 7),
        ("PREFIX a: <http://x/#> SELECT * { ?s a:b b:c }", 1, 42),
        ("# SELEC\nSELEC * {}", 2, 1),
        ("SELECT * {\n ?s ?p }", 2, 9),
    ],
)
def test_a_syntax_error_has_line_column_and_hint(query, line, column, client):
    said = client.get("/sparql", params={"query": query}).json()
    assert (said["line"], said["column"]) == (line, column)
    assert said["hint"]
    assert "SERVICE" not in said["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?x (COUNT(?s) AS ?n) { ?s ?p } GROUP BY ?x",
        "SELECT * { { SELECT ?x { ?x ?y ?z } ORDER BY } }",
        "SELECT ?a ?b (COUNT(?c) AS ?n) { ?a ?b ?c } GROUP BY ?a, ?b",
    ],
)
def test_another_fault_is_no_fault_of_groups(query, client):
    assert "grouped" not in client.get("/sparql", params={"query": query}).json()["detail"]


def test_breaks_that_xml_has_no_sign_for_are_blanks(client):
    replied(
        200,
        client.get("/sparql", params={"query": 'SELECT ("a\\u000Bb\\fc" AS ?x) {}', "format": "xml"}),
        "<literal>a b c</literal>",
    )


DIGITS = " ".join(map(str, range(10)))
ROWS = 10**4
TEXT = "x" * 250


def wide(*names):
    """Return a query with a wide row for each combination of ten digits under some names."""
    rows = " ".join(f"VALUES ?{name} {{ {DIGITS} }}" for name in names)
    return f'SELECT * {{ {rows} BIND("{TEXT}" AS ?x) }}'


LARGE, LARGER = wide("a", "b", "c", "d"), wide("a", "b", "c", "d", "e")
CSV = {"Accept": "text/csv", "Accept-Encoding": "identity"}


@pytest.fixture(scope="module")
def streaming(listen, store):
    """A client of a server that keeps what is above a megabyte in files, and has a limit of four."""
    settings = Settings(store=store.path, quick_seats=1, heavy_seats=1, promote_after=0.001, max_result_bytes=4 << 20)
    with listen(settings) as client:
        yield client


def test_a_large_result_comes_whole(streaming):
    answer = replied(200, streaming.get("/sparql", params={"query": LARGE}, headers=CSV))
    assert answer.text.count(TEXT) == ROWS
    head = streaming.head("/sparql", params={"query": LARGE}, headers=CSV)
    assert int(answer.headers["content-length"]) == int(head.headers["content-length"]) == len(answer.content)
    packed = streaming.get("/sparql", params={"query": LARGE}, headers={**CSV, "Accept-Encoding": "gzip"})
    assert packed.content == answer.content


@pytest.mark.judge
@pytest.mark.parametrize("query", [LARGE, LARGER], ids=["large", "larger"])
def test_a_full_disk_gives_no_part_of_a_result_for_the_whole(store, query):
    with serve(store.path, "--access-log", "", "--no-cache") as served:
        server = Server(served.url)
        size = len(server.query(query, "text/csv").body)
        for short in (1, 1000):
            full = size - short, resource.RLIM_INFINITY
            psutil.Process(served.pid).rlimit(psutil.RLIMIT_FSIZE, full)
            assert server.query(query, "text/csv").status == 503
        psutil.Process(served.pid).rlimit(psutil.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        assert len(server.query(query, "text/csv").body) == size
