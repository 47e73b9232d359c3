"""Every query of ours gives the same answer on Virtuoso 7 as on Oxigraph: as the server reads it, in the same order."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import pytest
from pyoxigraph import (
    Literal,
    NamedNode,
    QueryResultsFormat,
    QueryTriples,
    RdfFormat,
    Store as Graph,
    Triple,
    parse,
    serialize,
)

from jixiao.ontology import terms
from jixiao.server.linked_data import tables
from jixiao.server.linked_data.kinds import KINDS
from jixiao.server.pages import findings
from jixiao.server.query.binding import QUERIES, bind, query, window
from jixiao.server.views.answers import read_rows
from jixiao.server.views.view_files import DIRECTORY, MAX_ROWS, View, read
from tests.server.conftest import answering
from tests.server.remote.conftest import Loaded
from tests.server.remote.virtuoso import Virtuoso

HERE = Path(__file__).parent
JSON = QueryResultsFormat.JSON

pytestmark = pytest.mark.debian

ROOM = Path(tables.__file__).parents[1]
VIEWS = {path.stem: path for path in sorted(DIRECTORY.glob("*.rq"))}
"""The files of views that are queries, by name."""
TABLES = sorted(Path(tables.__file__).parent.glob("*/**/*.rq"))
Ask = Callable[[str], bytes]
N_TRIPLES = "application/n-triples"
COMPARED = {
    "alive",
    "concept-uses",
    "beside-project",
    "around",
    "fact",
    "filed-by",
    "places",
    "findings",
    "findings-of-source",
    "graph",
    "graph-exists",
    "named-graph",
    "kindred",
    "names",
    "open-as-query",
    "origins",
    "things-named",
    "words",
    "incoming",
    "members",
    "members-counted",
    "rule-uses",
    "settled",
    "lapsed",
    "merged",
    "not-read",
    "scopes",
    "stated",
    "stated-anywhere",
    "stated-referring",
    "statements",
}
"""The queries that are asked below; endpoint-*.rq are in test_served.py."""


@pytest.fixture
def graph(loaded: Loaded) -> Graph:
    return loaded.store.current().graph


@pytest.fixture
def here(graph: Graph) -> Ask:
    def ask(sparql: str) -> bytes:
        results = graph.query(sparql, base_iri="http://localhost:8000/")
        if isinstance(results, QueryTriples):
            return serialize(results, format=RdfFormat.N_TRIPLES) or b""
        return results.serialize(format=JSON) or b""

    return ask


@pytest.fixture
def there(loaded: Loaded, asking: Callable[..., object]) -> Iterator[Ask]:
    with asking(loaded.endpoint, loaded.store.base_iri) as run:  # type: ignore[attr-defined]
        yield run


def found(graph: Graph, where: str) -> list[str]:
    """The values of ?x, in order; with our prefixes."""
    prefixes = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in terms.PREFIXES.items())
    results = graph.query(f"{prefixes}SELECT DISTINCT ?x WHERE {{ {where} }} ORDER BY ?x")
    return [str(solution[0].value) for solution in results]  # type: ignore[union-attr,index]


def cases(view: View, graph: Graph) -> list[Mapping[str, str]]:
    """Its example, with a page of it, and each project of the data."""
    [parameter] = view.params
    first = {parameter.name: parameter.example}
    pages = ({}, {"limit": "7", "offset": "3"}, {"limit": str(MAX_ROWS)})
    return [*(first | page for page in pages), *({parameter.name: iri} for iri in found(graph, "?x a jx:Project"))]


@pytest.mark.sampled(12)
@pytest.mark.parametrize("name", VIEWS)
def test_view(name: str, loaded: Loaded, graph: Graph, here: Ask, there: Ask) -> None:
    view = read(VIEWS[name], loaded.store.base_iri)
    assert compared(view, cases(view, graph), here, there)


def compared(view: View, asked: Iterable[Mapping[str, str]], here: Ask, there: Ask) -> int:
    """Compare the rows of queries; return how many have some."""
    filled = 0
    for given in asked:
        wanted, got = (read_rows(ask(view.bind(given)), view.columns) for ask in (here, there))
        assert got == wanted, given
        filled += bool(wanted)
    return filled


def test_all_files_are_compared() -> None:
    """None of the server's queries lies in a folder of which no test here knows."""
    known = {QUERIES, *(path.parent for path in VIEWS.values()), *(path.parent for path in TABLES)}
    assert {path.parent for path in ROOM.glob("**/*.rq")} <= known, "add the folder to VIEWS or TABLES"


def test_all_queries_are_compared() -> None:
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
    new = {path.stem for path in QUERIES.glob("*.rq")} - COMPARED - alone
    assert not new, "ask these queries in a test of this file, and add their names to COMPARED"


def nodes(graph: Graph) -> list[str]:
    things = found(graph, "?x a ?class FILTER(STRSTARTS(STR(?x), 'http://localhost:8000/id/'))")
    return [*found(graph, "?x a jx:Department"), *found(graph, "?x a jx:SourceDocument"), *things[::41]]


def test_things(loaded: Loaded, graph: Graph, here: Ask, there: Ask) -> None:
    """Rows that no query sorts are compared as a set, what a page cuts off by its number."""
    kinds = [NamedNode(kind.of_class) for kind in KINDS]
    texts = [bind(query("incoming"), {"node": NamedNode(iri)}) for iri in nodes(graph)]
    texts += [bind(query("members-counted"), {"class": kind}) for kind in kinds]
    texts += [bind(query("open-as-query"), {"thing": NamedNode(iri)}) for iri in nodes(graph)[::5]]
    texts += [bind(query("scopes"), {"body": NamedNode(iri)}) for iri in found(graph, "?any jx:scopeOf ?x")]
    texts += [query("lapsed"), query("merged"), bind(query("origins"), {"source": list(map(NamedNode, nodes(graph)))})]
    texts += [bind(query("not-read"), {"source": NamedNode(iri)}) for iri in found(graph, "?x a jx:SourceDocument")]
    for text in texts:
        wanted, got = rows(here(text)), rows(there(text))
        assert len(got) == len(wanted)
        if len(wanted) <= 100:
            assert got == wanted, text
    for kind in kinds:
        every = set(found(graph, f"?x a {kind}"))
        starts = range(0, len(every) + 8, 7)  # the last page, at least, is empty
        pages = [rows(there(window(bind(query("members"), {"class": kind}), 7, start))) for start in starts]
        assert {dict(row)["thing"] for page in pages for row in page} == every
        assert sum(map(len, pages)) == len(every)


def test_tables(loaded: Loaded, graph: Graph, here: Ask, there: Ask) -> None:
    of_class = {kind.name: kind.of_class for kind in KINDS}
    filled = set()
    for path in TABLES:
        view = read(path, loaded.store.base_iri)
        for thing in found(graph, f"?x a <{of_class[path.parent.name]}>")[:12]:
            filled |= {path} if compared(view, [{"node": thing}], here, there) else set()
    assert filled


def test_what_graphs_state(graph: Graph, here: Ask, there: Ask) -> None:
    graphs = [graph for graph in graph.named_graphs() if isinstance(graph, NamedNode)][:6]
    things = [NamedNode(iri) for iri in dict.fromkeys(nodes(graph))]
    citing = NamedNode(found(graph, "?x jx:cites ?y")[0])
    cited = next(NamedNode(iri) for iri in found(graph, f"{citing} jx:cites ?x"))
    texts = [bind(query("stated"), {"graph": graphs, "node": node}) for node in things]
    texts.append(bind(query("stated-anywhere"), {"node": things}))
    texts.append(bind(query("stated-referring"), {"node": cited, "other": [citing, cited]}))
    wanted = [rows(here(text)) for text in texts]
    assert any(wanted[:-2])
    assert all(wanted[-2:])
    for text, expected in zip(texts, wanted, strict=True):
        got = rows(there(text))
        assert [row for row in expected if row not in got] == [], text
        if "VALUES ?_graph" in text:
            # The others ask all graphs, and the tests' stores share one Virtuoso.
            assert len(got) == len(expected), text


def rows(results: bytes) -> list[list[tuple[str, str]]]:
    """Rows in an order of their own, as are the parts of `blank`, which engines join in any order."""
    bindings = json.loads(results)["results"]["bindings"]
    for term in (row["blank"] for row in bindings if "blank" in row):
        term["value"] = " ".join(sorted(term["value"].split()))
    return sorted(sorted((name, term["value"]) for name, term in row.items()) for row in bindings)


def test_findings(graph: Graph, here: Ask, there: Ask) -> None:
    sources = found(graph, "?x a jx:SourceDocument")
    texts = [bind(query("findings-of-source"), {"source": NamedNode(iri)}) for iri in sources]
    every = [NamedNode(iri) for iri in found(graph, "?x sh:sourceShape ?shape")]
    texts.append(bind(query("findings"), {"finding": every[:500]}))
    for text in texts:
        assert list(findings.read(there(text))) == list(findings.read(here(text))), text


def test_what_stands_beside_a_project(loaded: Loaded, graph: Graph, here: Ask, there: Ask) -> None:
    parts, corrected = found(graph, "?x jx:sourceLine ?line"), 0
    for project in found(graph, "?x a jx:Project"):
        nodes = [NamedNode(iri) for iri in parts if iri.partition("#")[0] == project]
        text = bind(query("beside-project"), {"project": NamedNode(project), "node": nodes})
        assert rows(here(text)) == rows(there(text)), text
        corrected += terms.correctedValue in here(text).decode()
    assert corrected >= bool(loaded.store.log())


def test_solutions(graph: Graph, here: Ask, there: Ask) -> None:
    parts = [iri for iri in found(graph, "?x jx:sourceLine ?line") if "#" in iri][:30]
    texts = [
        bind(query("fact"), {"node": [NamedNode(iri), NamedNode(iri.partition("#")[0])]})
        for iri in [*nodes(graph)[:20], *parts]
    ]
    texts += [query("concept-uses"), query("rule-uses")]
    texts.append(bind(query("names"), {"node": [NamedNode(iri) for iri in nodes(graph)]}))
    cited = found(graph, "?x jx:printedTitle ?title ; jx:printedNumber ?number")
    texts.append(bind(query("names"), {"node": [NamedNode(iri) for iri in cited]}))
    bodies = [NamedNode(iri) for iri in found(graph, "?x a jx:Department")]
    texts += [bind(query("kindred"), {"body": bodies})]
    texts += [bind(query("filed-by"), {"node": [NamedNode(iri) for iri in found(graph, "?x a jx:Filing")]})]
    texts += [bind(query("things-named"), {"text": [Literal("区"), Literal("（本级）")]})]
    texts += [bind(query("words"), {"text": [Literal("%"), Literal("次")]})]
    texts += [bind(query("words"), {"property": [NamedNode(terms.printedLevel2)], "text": [Literal("指标")]})]
    texts += [bind(query("settled"), {"node": [*map(NamedNode, found(graph, "?d a jx:Correction ; jx:concerns ?x"))]})]
    for text in texts:
        rows, wanted = (json.loads(ask(text))["results"]["bindings"] for ask in (there, here))
        assert rows == wanted, text


def test_alive(here: Ask, there: Ask) -> None:
    for name in ("alive", "graph-exists"):
        assert json.loads(there(query(name))) == json.loads(here(query(name))) == {"head": {}, "boolean": True}
    nowhere = bind(query("graph-exists"), {"graph": NamedNode("http://localhost:8000/graph/none")})
    assert json.loads(there(nowhere)) == {"head": {}, "boolean": False}


def test_graphs(graph: Graph, here: Ask, there: Callable[..., bytes]) -> None:
    """Triples are compared as a set; their order is nobody's."""
    names = [graph.value for graph in graph.named_graphs() if isinstance(graph, NamedNode)]
    texts = [bind(query("named-graph"), {"graph": NamedNode(iri)}) for iri in names]
    every = [NamedNode(iri) for iri in nodes(graph)]
    texts += [bind(query(name), {"node": every}) for name in ("statements", "around")]
    for text in [*texts, query("graph")]:
        wanted = triples(here(text))
        assert wanted
        assert triples(there(text, N_TRIPLES)) == wanted, text


def triples(n_triples: bytes) -> set[Triple]:
    return {quad.triple for quad in parse(n_triples, format=RdfFormat.N_TRIPLES)}


@pytest.fixture(scope="module")
def awkward(virtuoso: Virtuoso) -> tuple[Graph, str]:
    """The awkward data, and the address of an endpoint that has them."""
    graph = Graph()
    graph.load(path=HERE / "awkward.ttl", format=RdfFormat.TURTLE)
    name = "http://localhost:8000/graph/awkward"
    virtuoso.load(graph.dump(format=RdfFormat.N_QUADS) or b"", name)
    return graph, virtuoso.endpoint(name)


@pytest.mark.sampled(36)
@pytest.mark.parametrize("name", VIEWS)
def test_view_of_awkward_values(name: str, awkward: tuple[Graph, str], asking: Callable[..., object]) -> None:
    graph, view = awkward[0], read(VIEWS[name])
    with asking(awkward[1], None) as run:  # type: ignore[attr-defined]
        compared(view, cases(view, graph), answering(graph), run)
