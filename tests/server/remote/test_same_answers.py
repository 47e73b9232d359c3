"""Every query of ours gives the same answer on Virtuoso 7 as on Oxigraph: as the server reads it, in the same order."""

import json
from pathlib import Path

import pytest
from pyoxigraph import (
    Literal,
    NamedNode,
    QueryResultsFormat,
    QueryTriples,
    RdfFormat,
    parse,
    serialize,
)

from jixiao.ontology import terms
from jixiao.server.linked_data import tables
from jixiao.server.linked_data.kinds import KINDS
from jixiao.server.pages import findings
from jixiao.server.query.binding import QUERIES, bind, query, texts, window
from jixiao.server.views.answers import read_rows
from jixiao.server.views.view_files import DIRECTORY, MAX_ROWS, read
from tests.server.conftest import answering

JSON = QueryResultsFormat.JSON

pytestmark = pytest.mark.debian

ROOM = Path(tables.__file__).parents[1]
VIEWS = {path.stem: path for path in sorted(DIRECTORY.glob("*.rq"))}
"""The files of views that are queries, by name."""
TABLES = sorted(Path(tables.__file__).parent.glob("*/**/*.rq"))
N_TRIPLES = "application/n-triples"


@pytest.fixture
def graph(loaded):
    return loaded.store.current().graph


@pytest.fixture
def here(graph):
    def ask(sparql):
        results = graph.query(sparql, base_iri="http://localhost:8000/")
        if isinstance(results, QueryTriples):
            return serialize(results, format=RdfFormat.N_TRIPLES) or b""
        return results.serialize(format=JSON) or b""

    return ask


@pytest.fixture
def there(loaded, asking):
    with asking(loaded.endpoint, loaded.store.base_iri) as run:
        yield run


def found(graph, where):
    """The values of ?x, in order; with our prefixes."""
    prefixes = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in terms.PREFIXES.items())
    results = graph.query(f"{prefixes}SELECT DISTINCT ?x WHERE {{ {where} }} ORDER BY ?x")
    return [str(solution[0].value) for solution in results]


def cases(view, graph):
    """Its example, with a page of it, and each project of the data."""
    [parameter] = view.params
    first = {parameter.name: parameter.example}
    pages = ({}, {"limit": "7", "offset": "3"}, {"limit": str(MAX_ROWS)})
    return [*(first | page for page in pages), *({parameter.name: iri} for iri in found(graph, "?x a jx:Project"))]


@pytest.mark.sampled(12)
@pytest.mark.parametrize("name", VIEWS)
def test_view(name, loaded, graph, here, there):
    view = read(VIEWS[name], loaded.store.base_iri)
    assert compared(view, cases(view, graph), here, there)


def compared(view, asked, here, there):
    """Compare the rows of queries; return how many have some."""
    filled = 0
    for given in asked:
        wanted, got = (read_rows(ask(view.bind(given)), view.columns) for ask in (here, there))
        assert got == wanted, given
        filled += bool(wanted)
    return filled


def test_all_files_are_compared():
    """None of the server's queries lies in a folder of which no test here knows."""
    known = {QUERIES, *(path.parent for path in VIEWS.values()), *(path.parent for path in TABLES)}
    assert {path.parent for path in ROOM.glob("**/*.rq")} <= known, "add the folder to VIEWS or TABLES"


def nodes(graph):
    """Every body and source, and some of all other things."""
    some = of(graph, "?x a ?class FILTER(STRSTARTS(STR(?x), 'http://localhost:8000/id/'))")[::41]
    return [*of(graph, "?x a jx:Department"), *of(graph, "?x a jx:SourceDocument"), *some]


def of(graph, where):
    return [NamedNode(iri) for iri in found(graph, where)]


def graphs(graph):
    return [name for name in graph.named_graphs() if isinstance(name, NamedNode)]


def whole(node):
    """The thing that a part is of."""
    return NamedNode(node.value.partition("#")[0])


def each(name, where):
    """Ask about each thing for itself."""
    return lambda graph: [{name: thing} for thing in of(graph, where)]


CLASSES = [NamedNode(kind.of_class) for kind in KINDS]
SOURCES, PARTS, NOWHERE = "?x a jx:SourceDocument", "?x jx:sourceLine ?line", "http://localhost:8000/graph/none"
ASKED = {
    **dict.fromkeys(("alive", "graph", "lapsed", "merged", "places"), lambda _: [{}]),
    "graph-exists": lambda _: [{}, {"graph": NamedNode(NOWHERE)}],
    "incoming": lambda graph: [{"node": node} for node in nodes(graph)],
    "members-counted": lambda _: [{"class": kind} for kind in CLASSES],
    "open-as-query": lambda graph: [{"thing": node} for node in nodes(graph)[::5]],
    "scopes": each("body", "?any jx:scopeOf ?x"),
    "not-read": each("source", SOURCES),
    "findings-of-source": each("source", SOURCES),
    "findings": lambda graph: [{"finding": of(graph, "?x sh:sourceShape ?shape")[:500]}],
    "beside-project": lambda graph: [
        {"project": project, "node": [node for node in of(graph, PARTS) if whole(node) == project]}
        for project in of(graph, "?x a jx:Project")
    ],
    "names": lambda graph: [
        {"node": nodes(graph)},
        {"node": of(graph, "?x jx:printedTitle ?title ; jx:printedNumber ?number")},
    ],
    "kindred": lambda graph: [{"body": of(graph, "?x a jx:Department")}],
    "filed-by": lambda graph: [{"node": of(graph, "?x a jx:Filing")}],
    "things-named": lambda _: [{"text": [Literal("区"), Literal("（本级）")]}],
    "words": lambda _: [
        {"text": [Literal("%"), Literal("次")]},
        {"property": [NamedNode(terms.printedLevel2)], "text": [Literal("指标")]},
    ],
    "settled": lambda graph: [{"node": of(graph, "?d a jx:Correction ; jx:concerns ?x")}],
    "named-graph": lambda graph: [{"graph": name} for name in graphs(graph)],
    **dict.fromkeys(("statements", "around"), lambda graph: [{"node": nodes(graph)}]),
    "origins": lambda graph: [{"source": nodes(graph)}],
}
"""The queries, each with what is bound to its parameters; endpoint-*.rq are in test_served.py."""
SORTED = {
    "places",
    "names",
    "kindred",
    "filed-by",
    "things-named",
    "words",
    "settled",
}
"""The queries that give their rows an order."""


def answer(name, results):
    """Read an answer; triples and rows that no query sorts have an order of their own.

    So are the parts of `blank`, which engines join in any order.
    """
    if not results.startswith(b"{"):
        return {quad.triple for quad in parse(results, format=RdfFormat.N_TRIPLES)}
    if name.startswith("findings"):
        return list(findings.read(results))
    if "boolean" in (told := json.loads(results)):
        return [told["boolean"]]
    if name in SORTED:
        return told["results"]["bindings"]
    for term in (row["blank"] for row in told["results"]["bindings"] if "blank" in row):
        term["value"] = " ".join(sorted(term["value"].split()))
    return sorted(sorted((key, term["value"]) for key, term in row.items()) for row in told["results"]["bindings"])


@pytest.mark.parametrize("name", ASKED)
def test_query(name, graph, here, there):
    """Compare rows; of more than a page has, their number alone."""
    filled = 0
    for given in ASKED[name](graph):
        text = bind(query(name), given)
        wanted = answer(name, here(text))
        got = answer(name, there(text, *([N_TRIPLES] if isinstance(wanted, set) else [])))
        assert len(got) == len(wanted), text
        assert got == wanted or (len(wanted) > 100 and name not in SORTED), text
        filled += bool(wanted)
    assert filled or name in {"lapsed", "merged", "origins", "scopes", "not-read", "settled"}


def test_pages_of_members_have_each_member_once(graph, there):
    for kind in CLASSES:
        every = found(graph, f"?x a {kind}")
        starts = range(0, len(every) + 8, 7)  # the last page, at least, is empty
        pages = [there(window(bind(query("members"), {"class": kind}), 7, start)) for start in starts]
        assert sorted(row["thing"] for page in pages for row in texts(page)) == every


def test_all_queries_are_compared():
    alone = {
        # On Oxigraph alone: Virtuoso lists no graphs that way, and has endpoint-graphs.rq.
        "named-graphs",
        # Examples on the page of /sparql and for assistants, who send them.
        "largest-projects",
        "both-words",
        "mean-by-body",
        "more-than-half",
        *(path.stem for path in QUERIES.glob("endpoint-*.rq")),
    }
    new = {path.stem for path in QUERIES.glob("*.rq")} - {*ASKED, "members"} - alone
    assert not new, "ask these queries in a test of this file: name them in ASKED"


def test_tables(loaded, graph, here, there):
    of_class = {kind.name: kind.of_class for kind in KINDS}
    filled = set()
    for path in TABLES:
        view = read(path, loaded.store.base_iri)
        for thing in found(graph, f"?x a <{of_class[path.parent.name]}>")[:12]:
            filled |= {path} if compared(view, [{"node": thing}], here, there) else set()
    assert filled


@pytest.mark.sampled(36)
@pytest.mark.parametrize("name", VIEWS)
def test_view_of_awkward_values(name, awkward, asking):
    graph, view = awkward[0], read(VIEWS[name])
    with asking(awkward[1], None) as run:
        compared(view, cases(view, graph), answering(graph), run)
