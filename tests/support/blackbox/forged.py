"""Attempts to make a server read files, call other servers, or run typed text as a query.

`lure` is a URL of this machine with a listening port: any connection to it is a leak.
"""

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any
from urllib.parse import quote

from tests.support.blackbox.wire import Answer, Server

MARK = "JIXIAO-WAS-HERE"

SERVICES = {
    "an IRI that is two comparisons, with a quotation mark": (
        "SELECT * { FILTER(\"a\"<'x>' || \"b\"='y') SERVICE <@lure@> { ?s ?p ?o } FILTER(\"c\"='z') }"
    ),
    "an IRI that is a comparison and a comment": (
        'SELECT * { VALUES (?a ?b) { (1 2) } FILTER(?a<?b#>"""\n) SERVICE <@lure@> { ?s ?p ?o } #"""\n }'
    ),
    "plain": "SELECT * { SERVICE <@lure@> { ?s ?p ?o } }",
    "small": "SELECT * { service <@lure@> { ?s ?p ?o } }",
    "mixed": "SELECT * { sErViCe <@lure@>{ ?s ?p ?o } }",
    "silent": "SELECT * { SERVICE SILENT <@lure@> { ?s ?p ?o } }",
    "no blanks": "SELECT*{SERVICE<@lure@>{}}",
    "no blank before SILENT": "SELECT*{SERVICE SILENT<@lure@>{}}",
    "after a number": "SELECT * { FILTER(1=1)SERVICE<@lure@>{} }",
    "after true": "SELECT * { ?s ?p true SERVICE<@lure@>{} }",
    "glued to true": "SELECT * { ?s ?p trueSERVICE<@lure@>{} }",
    "glued to a dot": "SELECT * { ?s ?p ?o.SERVICE<@lure@>{} }",
    "glued to a string": "SELECT * { ?s ?p 'x'SERVICE<@lure@>{} }",
    "glued to a bracket": "SELECT * { {}SERVICE<@lure@>{} }",
    "tabs and lines": "SELECT * { SERVICE\t\r\n<@lure@>\n{ ?s ?p ?o } }",
    "comment between": "SELECT * { SERVICE#x\n<@lure@>#y\n{ ?s ?p ?o } }",
    "comment with a bracket": "SELECT * { SERVICE #{ <x>\n SILENT # {\n <@lure@> { ?s ?p ?o } }",
    "comment ended by CR": "SELECT * { # x\rSERVICE <@lure@> { ?s ?p ?o } }",
    "comment before, with a quote": "SELECT * { # '\n SERVICE <@lure@> { ?s ?p ?o } # '\n }",
    "comment, with three quotes": 'SELECT * { # """\n SERVICE <@lure@> { ?s ?p ?o } # """\n }',
    "a hash in an IRI before": "SELECT * { <http://x/#a> ?p ?o SERVICE <@lure@> { ?s ?p ?o } }",
    "a hash in a string before": "SELECT * { ?s ?p '#' SERVICE <@lure@> { ?s ?p ?o } }",
    "an escaped quote before": "SELECT * { ?s ?p '\\'' . SERVICE <@lure@> { ?s ?p ?o } . ?s ?p '\\'' }",
    "a backslash before a quote": "SELECT * { ?s ?p '\\\\' . SERVICE <@lure@> { ?s ?p ?o } . ?s ?p '\\\\' }",
    "long strings before": "SELECT * { ?s ?p '''a'b''c''' . SERVICE <@lure@> { ?s ?p ?o } . ?s ?p \"\"\"'''\"\"\" }",
    "less than before": "SELECT * { FILTER(1 < 2) SERVICE <@lure@> { ?s ?p ?o } FILTER(2 > 1) }",
    "an unclosed IRI before": "SELECT * { ?a ?b ?c FILTER(?c <?a) SERVICE <@lure@> { ?s ?p ?o } }",
    "escaped keyword": "SELECT * { \\u0053ERVICE <@lure@> { ?s ?p ?o } }",
    "keyword escaped throughout": "SELECT * { \\u0053\\u0045\\u0052\\u0056\\u0049\\u0043\\u0045 <@lure@> {} }",
    "keyword in long escapes": "SELECT * { SERV\\U00000049CE <@lure@> { ?s ?p ?o } }",
    "escaped brackets of the IRI": "SELECT * { SERVICE \\u003Chttp://@host@/sparql\\u003E { ?s ?p ?o } }",
    "escaped letter in the IRI": "SELECT * { SERVICE <\\u0068ttp://@host@/sparql> { ?s ?p ?o } }",
    "escaped bracket": "SELECT * { SERVICE <@lure@> \\u007B ?s ?p ?o } }",
    "escaped hash": "SELECT * { \\u0023 x\n SERVICE <@lure@> { ?s ?p ?o } }",
    "prefixed name": "PREFIX x: <@lure@> SELECT * { SERVICE x: { ?s ?p ?o } }",
    "empty prefix": "PREFIX : <@lure@> SELECT * { SERVICE : { ?s ?p ?o } }",
    "prefix and local name": "PREFIX x: <http://@host@/> SELECT * { SERVICE x:sparql { ?s ?p ?o } }",
    "prefix in Chinese": "PREFIX 网: <@lure@> SELECT * { SERVICE 网: { ?s ?p ?o } }",
    "prefix named SERVICE": "PREFIX SERVICE: <@lure@> SELECT * { SERVICE SERVICE: { ?s ?p ?o } }",
    "relative to BASE": "BASE <http://@host@/> SELECT * { SERVICE <sparql> { ?s ?p ?o } }",
    "variable of VALUES": "SELECT * { VALUES ?u { <@lure@> } SERVICE ?u { ?s ?p ?o } }",
    "variable of BIND": "SELECT * { BIND(IRI('http://@host@/sparql') AS ?u) SERVICE ?u { ?s ?p ?o } }",
    "variable with a dollar": "SELECT * { VALUES $u { <@lure@> } SERVICE $u { ?s ?p ?o } }",
    "variable, glued": "SELECT*{VALUES?u{<@lure@>}SERVICE?u{}}",
    "ASK": "ASK { SERVICE <@lure@> { ?s ?p ?o } }",
    "DESCRIBE": "DESCRIBE ?s { SERVICE <@lure@> { ?s ?p ?o } }",
    "CONSTRUCT": "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <@lure@> { ?s ?p ?o } }",
    "within OPTIONAL": "SELECT * { OPTIONAL { SERVICE SILENT <@lure@> { ?s ?p ?o } } }",
    "within MINUS": "SELECT * { ?s ?p ?o MINUS { SERVICE SILENT <@lure@> { ?s ?p ?o } } }",
    "within UNION": "SELECT * { {} UNION { SERVICE SILENT <@lure@> { ?s ?p ?o } } }",
    "within GRAPH": "SELECT * { GRAPH ?g { SERVICE SILENT <@lure@> { ?s ?p ?o } } }",
    "within sub-select": "SELECT * { { SELECT * { SERVICE SILENT <@lure@> { ?s ?p ?o } } } }",
    "within EXISTS": "SELECT * { FILTER EXISTS { SERVICE SILENT <@lure@> { ?s ?p ?o } } }",
    "within NOT EXISTS": "SELECT * { ?s ?p ?o FILTER NOT EXISTS { SERVICE SILENT <@lure@> { ?s ?p ?o } } }",
    "within IF EXISTS": "SELECT * { BIND(IF(EXISTS { SERVICE SILENT <@lure@> { ?s ?p ?o } }, 1, 2) AS ?x) }",
    "within SERVICE": "SELECT * { SERVICE SILENT <@lure@> { SERVICE SILENT <@lure@> { ?s ?p ?o } } }",
    "in the columns": "SELECT (EXISTS { SERVICE <@lure@> { ?s ?p ?o } } AS ?x) {}",
    "in ORDER BY": "SELECT * {} ORDER BY (EXISTS { SERVICE <@lure@> { ?s ?p ?o } })",
    "in HAVING": "SELECT (1 AS ?x) {} GROUP BY ?y HAVING (EXISTS { SERVICE <@lure@> { ?s ?p ?o } })",
    "byte-order mark": "\ufeffSELECT * { SERVICE <@lure@> { ?s ?p ?o } }",
    "at https://@host@/sparql": "SELECT * { SERVICE <https://@host@/sparql> { ?s ?p ?o } }",
    "at file:///etc/passwd": "SELECT * { SERVICE <file:///etc/passwd> { ?s ?p ?o } }",
    "at ftp://@host@/sparql": "SELECT * { SERVICE <ftp://@host@/sparql> { ?s ?p ?o } }",
    "at //@host@/sparql": "SELECT * { SERVICE <//@host@/sparql> { ?s ?p ?o } }",
    "at sparql": "SELECT * { SERVICE <sparql> { ?s ?p ?o } }",
    "at .": "SELECT * { SERVICE <.> { ?s ?p ?o } }",
}
"""SERVICE in every spelling, each to be refused by a 4xx: `@lure@` is the lure's URL, `@host@` its host and port."""


EITHER = (
    "SELECT * { # x \\u000A SERVICE <@lure@> { ?s ?p ?o } \n }",
    "SELECT * { ?s ?p 'x\\u0027 SERVICE <@lure@> { ?s ?p ?o } #' }",
    "SELECT * { <http://x/\\u003E ?p ?o SERVICE <@lure@> { ?s ?p ?o } }",
)
"""Queries that engines parse differently; each must be refused, or answered without a call."""

SOURCES = (
    *(f"SELECT * {clause}<@> {{ ?s ?p ?o }}" for clause in ("FROM", "FROM NAMED", "from\n#x\nNaMeD", "FROM\t")),
    "SELECT * \\u0046ROM <@> { ?s ?p ?o }",
    "PREFIX x: <@> SELECT * FROM x: { ?s ?p ?o }",
    "CONSTRUCT FROM <@> WHERE { ?s ?p ?o }",
    "DESCRIBE <x:a> FROM <@>",
    *(f"{update} <@>" for update in ("LOAD", "load SILENT", "LO\\u0041D", "BASE <http://x/> LOAD")),
    "ASK {} ; LOAD <@>",
    "# SELECT\nLOAD <@> INTO GRAPH <x:g>",
)
"""Queries that name a graph to fetch, and updates that do; `@` stands for its address."""
UPDATES = (
    "DROP ALL",
    "CLEAR ALL",
    "INSERT DATA { <x:a> <x:b> <x:c> }",
    "DELETE WHERE { ?s ?p ?o }",
    "CREATE GRAPH <x:g>",
    "WITH <x:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
)
FILES = ("file:///etc/passwd", "file:/etc/passwd", "file://localhost/etc/passwd", "ftp://127.0.0.1/x")


def lured(queries: Iterable[str], lure: str) -> list[str]:
    """Return queries with the lure's URL, and its host and port, in their places."""
    host = lure.removeprefix("http://").removesuffix("/sparql")
    return [query.replace("@lure@", lure).replace("@host@", host) for query in queries]


def sources(lure: str) -> list[str]:
    """List queries that name graphs to fetch, and updates; each must be refused by a 4xx."""
    return [query.replace("@", address) for address in (lure, *FILES) for query in SOURCES] + [*UPDATES]


def innocent(lure: str) -> dict[str, str]:
    """Return queries by name that mention calls without making any; each must be answered."""
    return {
        "in a string": f"SELECT ('SERVICE <{lure}> {{}}' AS ?x) {{}}",
        "in a long string": f"SELECT ('''\nSERVICE <{lure}> {{ }}\n''' AS ?x) {{}}",
        "in a comment": f"SELECT (1 AS ?x) {{}} # SERVICE <{lure}> {{ ?s ?p ?o }}",
        "as a variable": "SELECT ?service ?load ?from { VALUES (?service ?load ?from) { (1 2 3) } }",
        "as a prefix": "PREFIX service: <http://x/> SELECT ?x { VALUES ?x { service:a service:load } }",
        "as a local name": "PREFIX x: <http://x/> SELECT ?x { VALUES ?x { x:service x:SERVICE x:LOAD x:from } }",
        "as an IRI": f"SELECT ?x {{ VALUES ?x {{ <{lure}> }} }}",
        "as a language": "SELECT ('x'@service AS ?x) {}",
        "as an update in a string": "SELECT ('DROP ALL; LOAD <http://x/>' AS ?x) {}",
    }


SIGNS = (
    "'",
    '"',
    "\\",
    "`",
    "{",
    "}",
    "<",
    ">",
    ")",
    ";",
    "#",
    "?",
    "$",
    "%",
    "\t",
    "\n",
    "\r\n",
    "\x00",
    "\x1b",
    "\x7f",
)
CLOSERS = (
    '"""',
    "'''",
    '\\"',
    '\\\\"',
    '"\\',
    '" }',
    '" } }',
    '" ) }',
    '"^^<x:y> }',
    '"@zh }',
    "\\u0022 }",
    "\\u0022\\u007D",
)
ODD = (
    "file:///etc/passwd",
    "//etc/passwd",
    "../../../../etc/passwd",
    "javascript:alert(1)",
    "{{7*7}}${7*7}<%=7*7%>",
    "=HYPERLINK(1)",
    "\u202e号79〕9002〔发委松",
    "\u200b\u200f\u2066松\u2069",
    "\ufeff松委发〔2009〕97号",
    "\ufffe\uffff",
    "𠮷" * 200,
    "松" * 20_000,
    "〔" * 5_000,
    "(" * 5_000,
    "9" * 5_000,
    "-" * 5_000 + "1",
    "1e999999999",
    "NaN",
    "-0",
    "٣٤",
    "½",
    "  ",
    "a" * 200 + "!" * 200,
    "松委发〔" + "2009" * 100 + "〕97号",
    "松委发〔2009〕" + "0" * 400 + "97号",
    "%22%7D",
    "%2522",
    "ＵＮＩＯＮ",
    "DROP ALL",
)
"""Paths, scripts, signs that change the direction of text, very long figures, words of updates."""


def payloads(lure: str) -> list[str]:
    """List texts to type in place of a number or a name."""
    union = f'}} UNION {{ BIND("{MARK}" AS ?name) BIND("{MARK}" AS ?project) }} #'
    bracketed = f'"}} {union}'
    return [
        *SIGNS,
        *CLOSERS,
        *(
            bracketed,
            f"' }} {union}",
            f"\\{bracketed}",
            f"\n{bracketed}\n",
            f"{bracketed}\x00",
            f"松委发〔2009〕97号{bracketed}",
        ),
        f'" }} SERVICE <{lure}> {{ ?s ?p ?o }} #',
        f"{lure}> }} SERVICE <{lure}> {{ ?s ?p ?o }} #",
        f"<{lure}>",
        lure,
        *ODD,
        f"<script>alert('{MARK}')</script>",
        f"\"><img src=x onerror=alert('{MARK}')>",
    ]


SEARCHES = (
    *(
        '"',
        '"" "',
        "* OR *",
        "a NEAR/1 b",
        "{own} : (x)",
        "^x",
        "line MATCH 1",
        "%",
        "_",
        "培训%",
        "'; DROP TABLE line; --",
    ),
    *("的", "一" * 500, "培训 " * 200, "“" * 499, "a" * 501),
)
"""Texts in the syntax of full-text queries and of SQL, and ones that almost everything has."""


def search_requests(lure: str) -> list[str]:
    """List the targets of each address that takes a text, with each payload."""
    paths = ("/search", "/search/suggest", "/ask")
    odd = ("q=a&kind=%FF", "q=a&limit=1e9", "q=a&offset=-1", "q=%FF", "q=%00", "q=a&q=b", "q[]=1", "kind=org")
    typed = [f"{path}?q={_encoded(payload)}" for payload in (*SEARCHES, *payloads(lure)) for path in paths]
    return typed + [f"/search?{each}" for each in odd]


def view_requests(server: Server, lure: str) -> Iterator[str]:
    """List the targets of each view, parameter and payload, from the server's own list. Raises RuntimeError."""
    answer = server.get("/views", "application/json")
    if answer.status != 200:
        raise RuntimeError(f"/views answers {answer.status}")
    for view in answer.json()["views"]:
        good = {each["name"]: each.get("example") or "1" for each in view["params"] if each.get("required")}
        for parameter, payload in product(view["params"], payloads(lure)):
            typed = good | {parameter["name"]: payload}
            target = "&".join(f"{name}={_encoded(value)}" for name, value in typed.items())
            yield f"/views/{view['name']}?{target}"
        odd = ("=1", f"{MARK}=1", "number=1&number=2", "number[]=1", "%00=1", "number=%FF", "number=%C0%AF")
        yield from (f"/views/{view['name']}?{each}" for each in odd)


def _encoded(value: Any) -> str:
    return quote(str(value).encode("utf-8", "surrogatepass"), safe="")


def leaked(answer: Answer) -> str | None:
    """Return the leak or fault in an answer of a view or page, or None."""
    if answer.status >= 500 and answer.status not in (503, 504):
        return f"status {answer.status}"
    body = answer.plain
    if answer.media_type == "text/html" and (b"<script>alert(" in body or b"<img src=x" in body):
        return "typed markup is in the page"
    if answer.status == 200 and answer.media_type == "application/json":
        rows = answer.json().get("rows", [])
        if any(MARK in str(value) for row in rows for value in row.values()):
            return "typed text ran as a query"
    if b"root:x:0:" in body:
        return "a file of the machine"
    if b"Traceback (most recent call last)" in body:
        return "a traceback"
    return None


CLIMBS = (
    "..",
    "../..",
    "../../../../../../etc/passwd",
    "..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    "....//....//etc/passwd",
    "%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "%252e%252e%252fetc%252fpasswd",
    "..%5c..%5cetc%5cpasswd",
    "/etc/passwd",
    "//etc/passwd",
    "%2fetc%2fpasswd",
    "%00",
    "a%00.html",
    "..%00/",
    "..;/..;/etc/passwd",
    "..%c0%af..%c0%afetc/passwd",
    "%FF",
    "%E6%9D",
    "app.py",
    "../app.py",
    "%2e%2e%2fapp.py",
    "../settings.py",
    "../../store/manifest.json",
    "current",
    "registry.ttl",
    "x" * 5000,
    "a/" * 2000,
    "%0d%0aSet-Cookie:%20a=b",
    "~root",
    "C:%5cWindows",
    "file:%2f%2f%2fetc%2fpasswd",
    "http:%2f%2f127.0.0.1%2f",
    "*",
    "?",
    "%3f",
    "#",
    "%23",
)
ELSEWHERE = (
    "//127.0.0.1/",
    "//x.example/id/org/1",
    "/id//x.example/",
    "/id/%2f%2fx.example/",
    "/\\x.example",
    "/.git/config",
    "/.env",
    "/server/app.py",
    "/proc/self/environ",
    "/docs/../static/../app.py",
    "/./././health",
    "/%2e/health",
)
"""Targets outside the published folders, reached from the root."""


def paths() -> Iterator[str]:
    """List targets that lead out of the published folders: up from within one, or from the root."""
    for root in ("/source/", "/id/", "/doc/", "/static/", "/views/", "/graph/", "/quality/", "/ontology/", "/dataset/"):
        yield from (root + climb for climb in CLIMBS)
    yield from (f"/source/0000000000000000/{climb}" for climb in CLIMBS)
    yield from (f"/doc/{climb}.ttl" for climb in CLIMBS[:12])
    yield from ("/lookup/basis?number=" + quote(climb, safe="%") for climb in CLIMBS)
    yield from ELSEWHERE


def strayed(answer: Answer) -> str | None:
    """Return the leak or fault in an answer to a target of `paths`, or None."""
    if fault := leaked(answer):
        return fault
    location = answer.headers.get("location", "")
    if location.startswith(("//", "/\\", "http")) or "\n" in location:
        return f"a redirect to another place: {location!r}"
    if "set-cookie" in answer.headers:
        return "a typed header"
    if answer.status == 200 and (b"from __future__ import" in answer.plain or b'"checksum"' in answer.plain):
        return "a file that is not published"
    return None
