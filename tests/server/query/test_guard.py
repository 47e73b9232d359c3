"""The guard lets queries pass and refuses what strangers may not ask, however hidden."""

import contextlib
import time

import pytest
from hypothesis import given, strategies as st
from pyoxigraph import Store

from jixiao.server.errors import QueryError, QueryRefusedError, QuerySyntaxError
from jixiao.server.query.guard import MAX_CHAIN, MAX_DECLARED, MAX_DEPTH, check, undeclared

ELSEWHERE = "<http://192.0.2.1/>"


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {{ SERVICE {ELSEWHERE} {{ ?s ?p ?o }} }}",
        f"select * {{ service silent {ELSEWHERE} {{ ?s ?p ?o }} }}",
        f"SELECT ?service {{ ?service ?p ?x . SERVICE {ELSEWHERE} {{ ?s ?p ?o }} }}",
        rf"PREFIX x: <x:> SELECT * {{ ?s ?p x:\?. SERVICE {ELSEWHERE} {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICE # comment\n {ELSEWHERE} {{ ?s ?p ?o }} }}",
        "SELECT * { VALUES ?x { <http://192.0.2.1/> } SERVICE ?x { ?s ?p ?o } }",
        "PREFIX x: <http://192.0.2.1/> SELECT * { SERVICE x:y { ?s ?p ?o } }",
        "PREFIX SERVICEa: <x:> PREFIX a: <http://192.0.2.1/> SELECT * { SERVICEa:b { ?s ?p ?o } }",
        f"SELECT * {{ <x:a> <x:b> trueSERVICE{ELSEWHERE}{{ ?s ?p ?o }} }}",
        rf"SELECT * {{ \u0053ERVICE {ELSEWHERE} {{ ?s ?p ?o }} }}",
        rf"SELECT * {{ SERV\U00000049CE {ELSEWHERE} {{ ?s ?p ?o }} }}",
        rf"PREFIX x: <x:> SELECT * {{ x:a\#b ?p ?o . SERVICE {ELSEWHERE} {{ ?s ?p ?o }} }}",
        rf"PREFIX x: <x:> SELECT * {{ x:a\'b ?p ?o . SERVICE {ELSEWHERE} {{ ?s ?p ?o }} FILTER(?p != 'x') }}",
        f'SELECT * {{ ?s ?p "\\"" . SERVICE {ELSEWHERE} {{ ?a ?b "\\"" }} }}',
        f"SELECT * {{ FILTER(\"a\"<'x>' || \"b\"='y') SERVICE {ELSEWHERE} {{ ?s ?p ?o }} FILTER(\"c\"='z') }}",
        f'SELECT * {{ FILTER(?a<?b#>"""\n) SERVICE {ELSEWHERE} {{ ?s ?p ?o }} #"""\n }}',
        f"SELECT * {{ FILTER(?a<?b) SERVICE {ELSEWHERE} {{ ?s ?p ?o }} FILTER(?c>?d) }}",
        "PREFIX e: <http://192.0.2.1/> SELECT * { SERVICE SILENT e:a· { ?s ?p ?o } }",
        "PREFIX e·: <http://192.0.2.1/> SELECT * { SERVICE e·:a { ?s ?p ?o } }",
        "SELECT * { VALUES ?a· { <http://192.0.2.1/> } SERVICE ?a· { ?s ?p ?o } }",
        "INSERT DATA { <x:a> <x:b> <x:c> }",
        "PREFIX x: <x:> DELETE WHERE { ?s ?p ?o }",
        "LOAD <http://192.0.2.1/>",
        "# only a comment\nCLEAR ALL",
        f"ASK {{ FILTER({'(' * 5000}true{')' * 5000}) }}",
        f"SELECT ({'IF(true,' * 500}1{',2)' * 500} AS ?x) {{}}",
        f"SELECT * {{ {' UNION '.join(['{ ?s ?p ?o }'] * 10_000)} }}",
        f"SELECT (({'+'.join(['1'] * 10_000)}) AS ?x) {{}}",
        f"ASK {{ FILTER({'!' * 5000}true) }}",
        f"SELECT * {{ ?{'x' * 5000} ?p ?o }}",
        "PREFIX x: <x:> SELECT * { x:" + r"\-x" * 5000 + " ?p ?o }",
        r"PREFIX x: <x:> ASK { " + r"x:\) ?p [ " * 200 + "?p ?o" + "]" * 200 + " }",
        f"{'BASE <a/> ' * 20_000} ASK {{}}",
        f"{'BASE <http://x/> ' * (MAX_DECLARED + 1)} ASK {{}}",
        f"SELECT * {'FROM <x:a> ' * 20_000} {{}}",
        f"BASE <http://x/{'a/' * 1000}> BASE <{'a/' * 1000}> ASK {{}}",
        "SELECT * FROM <not an iri> { ?s ?p ?o }".replace("not an iri", "http://x/%zz\\u0020"),
    ],
)
def test_is_refused(query):
    with pytest.raises(QueryRefusedError):
        check(query)


@pytest.mark.parametrize("one_in", [16, pytest.param(1, marks=pytest.mark.judge)])
def test_no_character_of_a_name_hides_a_service(one_in):
    for code in (*range(0x80, 0x800), *range(0x800, 0xD800, one_in), *range(0xE000, 0x10400, one_in)):
        for name in (f"?a{chr(code)}", f"e:a{chr(code)}"):
            query = f"PREFIX e: <http://192.0.2.1/> ASK {{ SERVICE {name} {{ ?s ?p ?o }} }}"
            try:
                check(query)
            except QueryRefusedError:
                continue
            with pytest.raises(SyntaxError):
                Store().query(query.replace("SERVICE", "GRAPH"))


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("SELECT * { ?s ?p 'SERVICE <x:y> {' }", "SELECT"),
        ("SELECT * { ?s ?p ?o } # SERVICE <x:y> { } and INSERT", "SELECT"),
        ("PREFIX insert: <x:> ASK { insert:a insert:b ?service }", "ASK"),
        ("BASE <http://x/> construct where { ?s <SERVICE> ?o }", "CONSTRUCT"),
        ("DESCRIBE <x:y>", "DESCRIBE"),
        ("SELECT*{?s ?p ?o FILTER(?a<?b&&?c>1)}", "SELECT"),
        ("SELECT ?service ?x { ?service a ?x }", "SELECT"),
        ("select $service (1 AS ?noservice) where { $service ?x ?noservice }", "SELECT"),
        ("SELECT * { ?s <x:a>?service {} }", "SELECT"),
        ("\ufeffASK {}", "ASK"),
        ("SELECT * { ?service <http://x/#a> ?o .\n?s ?p '''long\ntext''' }", "SELECT"),
        ("SELECT * { <http://x/#a> ?service ?o }\n# '", "SELECT"),
        ("SELECT ?o { ?s ?p '''it's \"quoted\" {{{''' , 1.5, 'x'@zh, _:b }", "SELECT"),
        (f"SELECT * {{ VALUES ?x {{ {'<x:y-z> ' * 5000} }} }}", "SELECT"),
        (f"PREFIX x: <x:> SELECT * {{ VALUES ?x {{ {'x:y-z ' * 5000} }} }}", "SELECT"),
        (f"ASK {{ FILTER({'(' * (MAX_DEPTH - 2)}true{')' * (MAX_DEPTH - 2)}) }}", "ASK"),
        (f"SELECT * {{ VALUES ?x {{ {''''1.5'^^<http://x/decimal> ''' * MAX_CHAIN} }} }}", "SELECT"),
        (f"SELECT (({'+'.join(['1'] * (MAX_CHAIN - 5))}) AS ?x) {{}}", "SELECT"),
    ],
)
def test_passes(query, form):
    assert check(query).form == form


def test_codepoint_escapes_are_resolved_where_the_engine_does_not():
    assert check(r"SEL\u0045CT * { ?s ?p '\u0041' }").text == r"SELECT * { ?s ?p '\u0041' }"


def test_the_dataset_is_what_from_says():
    checked = check(
        "PREFIX g: <http://x/> SELECT * FROM <a> FROM g:b FROM NAMED <http://x/c> { GRAPH ?g { ?s ?p ?o } }",
        "http://x/",
    )
    assert (checked.default_graphs, checked.named_graphs) == (("http://x/a", "http://x/b"), ("http://x/c",))


@pytest.mark.parametrize(
    "query",
    [
        "CONSTRUCT { ?s ?p ?o . [] ?p {| ?p ?o |} } FROM <http://x/a> FROM <http://x/b> WHERE { ?s ?p ?o }",
        "CONSTRUCT FROM <http://x/a> FROM <http://x/b> WHERE { ?s ?p ?o }",
        "SELECT (EXISTS { ?s ?p ?o } AS ?x) FROM <http://x/a> FROM <http://x/b> WHERE { ?s ?p ?o }",
        "PREFIX from: <http://x/> SELECT (from:a(1) AS ?x) FROM from:a FROM from:b { ?s ?p ?o }",
        "DESCRIBE <http://x/c> FROM <http://x/a> FROM <http://x/b>",
        r"PREFIX x: <http://x/> DESCRIBE x:c\( FROM x:a FROM x:b",
        "ASK FROM <http://x/a> FROM <http://x/b> { FILTER(?s = <FROM>) }",
    ],
)
def test_from_is_found_behind_templates_and_expressions(query):
    assert check(query).default_graphs == ("http://x/a", "http://x/b")


def test_from_is_no_name_within_a_pattern():
    assert check("PREFIX from: <http://x/> CONSTRUCT { ?s from:a ?o } WHERE { ?s from:a ?o }").default_graphs == ()


def test_a_missing_prefix_is_named_and_offered():
    assert "PREFIX jx: <https://w3id.org/jixiao/ontology#>" in str(undeclared(check("SELECT * { ?s jx:year ?y }")))
    assert undeclared(check("PREFIX jx: <https://w3id.org/jixiao/ontology#> SELECT * { ?s jx:year ?y }")) is None


@pytest.mark.parametrize(
    "query",
    ["", "   ", "hello", "\ud800", "SELECT * { ?s ?p \\uD800 }", "SEL\x00ECT", "BASE <http://[> ASK {}"],
)
def test_what_is_no_query_is_a_syntax_error(query):
    with pytest.raises(QuerySyntaxError):
        check(query, "http://x/")


@pytest.mark.parametrize(
    "part", ["SERVICE", "<#a>'' ", "<#>", r"SERVICE x:\-", "a", "( ", "<a> ", "PREFIX", "''", "FROM", "?x·"]
)
def test_the_longest_query_is_read_in_little_time(part):
    began = time.process_time()
    with contextlib.suppress(QueryError):
        check("SELECT * { " + part * (262_000 // len(part)))
    assert time.process_time() - began < 3


@given(st.text(alphabet="SERVICE <x:>{}()\"'\\#?\n ufrom", max_size=80))
def test_it_only_ever_raises_our_errors(text):
    try:
        checked = check(f"SELECT * {{ {text} }}")
    except QueryError:
        return
    assert checked.form == "SELECT"
