"""The whole way with nothing replaced: a filing is read, judged by all rules, committed with all words, and served.

Other tests judge by few rules and write few words (tests/conftest.py), so that what all rules cost would not be seen.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from jixiao.ontology import terms
from jixiao.shapes.engine.data import Data
from jixiao.shapes.engine.selects import Pattern, Select
from jixiao.store import Store
from tests.conftest import Run
from tests.support.blackbox.process import serve
from tests.support.pages import ended
from tests.support.reader import Reader
from tests.support.writing import ALL

EXAMPLE = Path(__file__).parents[2] / "examples" / "songjiang-zhengxie-2022.txt"
APART = re.compile(r"BIND\s*‹\d+›|OPTIONAL\s*«\d+»|«\d+»", re.IGNORECASE)
"""Parts of a group that divide its triple patterns: Oxigraph joins the patterns of each piece by themselves."""
WITHIN = re.compile(r"FILTER\s+(?:NOT\s+)?EXISTS\s*«\d+»", re.IGNORECASE)
MOST_QUERIES = 100
MOST_ROWS = 250_000


def test_what_was_read_is_served(tmp_path: Path, start: Run) -> None:
    """A command makes the store in a process of its own, as users do."""
    store = tmp_path / "store"
    ended(0, start("ingest", EXAMPLE, "--store", store))
    with serve(store) as served, Reader(base_url=served.url, timeout=60) as client:
        view = client.get("/views/projects-citing", params={"number": "松委发(2009)97号", "format": "json"}).json()
        assert sum(row["amount"] for row in view["rows"]) == 2_262_000
        assert {row["name"] for row in view["rows"]} == {"业务培训", "政协会议", "政协委员工作"}
        levels = {each["severity"] for each in client.get("/quality", params={"format": "json"}).json()["by_severity"]}
        assert len(levels) > 1, "rules that only warn have run, too"
        words = f"ASK {{ GRAPH ?g {{ <{terms.Citation}> <{terms.RDFS_label}> ?name }} }}"
        assert client.get("/sparql", params={"query": words, "format": "json"}).json()["boolean"]


def test_rules_look_at_so_many_rows_and_no_more(examples: Path) -> None:
    """A rule whose patterns do not hang together joins all of one kind with all of another, in each document."""
    generation = Store.open(examples).current()
    documents, graph = [], ox.Store()
    for source in generation.live_sources:
        name = ox.NamedNode(f"{generation.manifest.base_iri}graph/source/{source.sha16}")
        stated = (quad.triple for quad in generation.graph.quads_for_pattern(None, None, None, name))
        documents.append(Data(ox.serialize(stated, format=ox.RdfFormat.N_TRIPLES) or b""))
        documents[-1].load(graph, name)
    queries = [
        (rule.iri, query.select)
        for rule in ALL("document")
        for query in rule.queries
        if any(query.need(document) for document in documents)
    ]
    assert 30 < len(queries) < MOST_QUERIES, "queries that some document needs: less if a condition tells it beforehand"
    looked_at = {rule: max((rows(graph, each) for each in joined(select)), default=0) for rule, select in queries}
    dearest = sorted(looked_at.items(), key=lambda each: -each[1])[:5]
    assert sum(looked_at.values()) < MOST_ROWS, f"bring the patterns of a rule together, the dearest being {dearest}"


def joined(select: Select) -> Iterator[list[Pattern]]:
    """Yield the triple patterns that are joined before any condition is tried; paths are left out."""
    for group in (select.where, *select.parts):
        for piece in APART.split(WITHIN.sub("", group).replace("UNION", "")):
            try:
                patterns = [each for each in select.patterns_of(piece) if each[1]]
            except SyntaxError:  # an expression
                continue
            if len(patterns) > 1:
                yield patterns


def rows(graph: ox.Store, patterns: list[Pattern]) -> int:
    """Count the rows of patterns in all documents; a literal stands for any value."""
    written = []
    for number, (subject, predicate, value) in enumerate(patterns):
        known = isinstance(value, ox.NamedNode) or value.startswith("?")
        written.append(f"{subject} {predicate} {value if known else f'?any{number}'}")
    found = graph.query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH ?document {{ {' . '.join(written)} }} }}")
    assert isinstance(found, ox.QuerySolutions)
    return int(str(next(found)["n"].value))
