"""Results of a judge over the whole store: after any changes the reports equal those of a newly made store."""

import ast
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import Phase, given, strategies as st
from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.store import DepositError, Store
from jixiao.store.index.building import Writer
from jixiao.store.timeline import CLASSES, TITLE
from jixiao.store.versions import nquads
from tests.support.generated import tries

BASE = "https://data.example.org/"
IRIS = Iris(BASE)
ROOT = Path(__file__).parents[2]
FAULT = NamedNode("https://w3id.org/jixiao/shapes#CitedByOthers")
FOCUS, SHAPE, LINE = (NamedNode(iri) for iri in (terms.SH_focusNode, terms.SH_sourceShape, terms.sourceLine))
FILING, CITES = NamedNode(terms.partOfFiling), NamedNode(terms.cites)
DEFAULT = DefaultGraph()
TYPE, RESULT = NamedNode(terms.RDF_type), NamedNode(terms.SH_ValidationResult)
PROJECT, MESSAGE = NamedNode(terms.Project), NamedNode(terms.SH_resultMessage)
QUERY = (Path(__file__).parent / "cited_by_others.rq").read_text("utf-8")


class Judge:
    """A tiny rule: a document that several projects cite is a finding in the report of each project's source.

    The document is the group.
    """

    def groups(self, graph, things):
        nodes = {NamedNode(iri) for iri in things}
        nodes |= {q.subject for node in nodes for q in graph.quads_for_pattern(None, FILING, node, DEFAULT)}
        cited = {q.object for node in nodes for q in graph.quads_for_pattern(node, CITES, None, DEFAULT)}
        return frozenset(node.value for node in nodes | cited)

    def results(self, graph, groups):
        found = {}
        for row in graph.query(QUERY):
            if groups is None or row["basis"].value in groups:
                sha16 = row["source"].value.rpartition("/")[2]
                found.setdefault(sha16, []).append((row["basis"], row["project"]))
        return {sha16: written(results) for sha16, results in found.items()}


class Fixed:
    """A judge that always finds the same."""

    def __init__(self, found):
        self.found = found

    def groups(self, graph, things):
        return frozenset({"all"})

    def results(self, graph, groups):
        return self.found


judge = Judge()


def written(results):
    triples = []
    for basis, project in results:
        node = BlankNode()
        line = Literal(len(project.value) % 7 + 1)
        triples += [Triple(node, TYPE, RESULT), Triple(node, SHAPE, FAULT)]
        triples += [Triple(node, FOCUS, basis), Triple(node, LINE, line)]
    return serialize(triples, format=RdfFormat.N_TRIPLES)


def commit(store, *deposits, judge=judge, withdraw=()):
    with store.writing(judge=judge) as batch:
        for deposit in deposits:
            batch.add(deposit)
        for sha16 in withdraw:
            batch.withdraw(sha16, "误传")
        return batch.commit()


def results(store, deposit):
    """The names of the corpus results in a source's report, in both graphs."""
    name = NamedNode(IRIS.report_graph(deposit.sha256))
    quads = list(store.current().graph.quads_for_pattern(None, TYPE, RESULT, name))
    assert all(Quad(quad.subject, TYPE, RESULT) in store.current().graph for quad in quads)
    return sorted(quad.subject.value.rpartition("#")[2] for quad in quads)


def test_findings_come_and_go_with_what_they_are_about(store, make_deposit):
    first, second = make_deposit("a.txt", ["业务培训"]), make_deposit("b.txt", ["校舍维修"], year=2023)
    commit(store, first)
    assert results(store, first) == ["r1"]
    commit(store, second)
    assert results(store, first) == results(store, second) == ["r1", "x1"]
    commit(store, withdraw=[second.sha16])
    assert results(store, first) == ["r1"]
    assert len(list(store.current().graph.quads_for_pattern(None, FOCUS, None, None))) == 0


class Counting:
    """A judge that tells in the report of one source how many projects the store has."""

    def __init__(self, deposit):
        self.deposit = deposit

    def groups(self, graph, things):
        return frozenset({"all"})

    def results(self, graph, groups):
        number = sum(1 for _ in graph.quads_for_pattern(None, TYPE, PROJECT, DEFAULT))
        node = BlankNode()
        triples = [Triple(node, TYPE, RESULT), Triple(node, SHAPE, FAULT), Triple(node, MESSAGE, Literal(f"{number}"))]
        triples += [Triple(node, FOCUS, NamedNode(iri)) for iri in self.deposit.contents.projects]
        return {self.deposit.sha16: serialize(triples, format=RdfFormat.N_TRIPLES)}


def test_a_finding_whose_sentence_alone_changes_is_not_indexed_again(store, make_deposit, monkeypatch):
    first = make_deposit("a.txt", [f"项目{number}" for number in range(20)])
    commit(store, first, judge=Counting(first))
    replaced = []
    replace = Writer.replace
    monkeypatch.setattr(
        Writer, "replace", lambda self, *units: replaced.extend(filter(None, units)) or replace(self, *units)
    )
    second = make_deposit("b.txt", ["校舍维修"], body="乙区卫生局", number=None, title="规划")
    commit(store, second, judge=Counting(first))
    graph, report = store.current().graph, NamedNode(IRIS.report_graph(first.sha256))
    assert [quad.object.value for quad in graph.quads_for_pattern(None, MESSAGE, None, report)] == ["21"]
    projects = {f"{BASE}id/{unit.name}" for unit in replaced if unit.name.startswith("project/")}
    assert projects == set(second.contents.projects)


def test_results_are_numbered_by_line_fault_and_node_whatever_they_were_called(store, make_deposit):
    deposit = make_deposit("a.txt", ["业务培训"])
    places = [(9, "b"), (10, "a"), (9, "a"), (2, "z")]

    def shuffled(order):
        triples = [
            triple
            for line, node in order
            for result in [NamedNode(f"https://e.org/{line}{node}")]
            for triple in (
                Triple(result, FOCUS, NamedNode(f"https://e.org/{node}")),
                Triple(result, SHAPE, FAULT),
                Triple(result, LINE, Literal(line)),
            )
        ]
        return Fixed({deposit.sha16: serialize(triples, format=RdfFormat.N_TRIPLES)})

    once = list(nquads.ordered(commit(store, deposit, judge=shuffled(places)).graph))
    lines = store.current().graph.quads_for_pattern(None, LINE, None, NamedNode(IRIS.report_graph(deposit.sha256)))
    numbered = {quad.subject.value.rpartition("#")[2]: quad.object.value for quad in lines}
    assert numbered == {"x1": "2", "x2": "9", "x3": "9", "x4": "10"}
    with tempfile.TemporaryDirectory() as folder:
        again = Store.create(Path(folder) / "s", BASE)
        assert list(nquads.ordered(commit(again, deposit, judge=shuffled(places[::-1])).graph)) == once


@pytest.mark.parametrize(
    "found",
    [
        {"0123456789abcdef": b""},
        {"{sha16}": b"no triples"},
        {"{sha16}": b"<https://e.org/r> <https://e.org/p> _:b .\n"},
    ],
)
def test_a_judge_that_makes_no_sense_is_refused(store, make_deposit, found):
    deposit = make_deposit("a.txt", ["业务培训"])
    wrong = {sha16.format(sha16=deposit.sha16): content for sha16, content in found.items()}
    with pytest.raises(DepositError, match="corpus"):
        commit(store, deposit, judge=Fixed(wrong))
    assert store.current() is None


@pytest.fixture(scope="module")
def deposits(make_deposit):
    """Files that cite one document under two numbers and none, a name in two forms, and one that replaces another."""
    return (
        make_deposit("a.txt", ["业务培训"]),
        make_deposit("b.txt", ["校舍维修"], body="甲区教育局机关"),
        make_deposit("c.txt", ["业务培训"], year=2023, number="甲府发〔2009〕79号", printed_body="甲区 教育局"),
        make_deposit("d.txt", ["校舍维修", "食堂"], body="甲区教育局机关", amount="80.00", number=None),
    )


DECISIONS = (
    (terms.Identification, {terms.keeps: IRIS.org("甲区教育局"), terms.merges: IRIS.org("甲区教育局机关")}),
    (
        terms.Correction,
        {
            terms.concerns: IRIS.project("甲区教育局", 2022, "业务培训"),
            terms.correctedProperty: terms.totalAmount,
            terms.printedValue: Literal("100", datatype=NamedNode(terms.XSD_decimal)),
            terms.correctedValue: Literal("90.50", datatype=NamedNode(terms.XSD_decimal)),
        },
    ),
    (
        terms.Acceptance,
        {terms.acceptedFault: FAULT.value, terms.concerns: None},
    ),
)


def says(deposits, index):
    kind, said = DECISIONS[index]
    basis = next(
        line.split()[0][1:-1]
        for line in deposits[0].source_triples.decode().splitlines()
        if terms.documentNumber in line
    )
    terms_of = {p: basis if v is None else v for p, v in said.items()}
    return kind, {p: NamedNode(v) if isinstance(v, str) else v for p, v in terms_of.items()}


def described(generation):
    """All that a generation says and keeps account of, but for its number, its dates and examples."""
    manifest, statistics = generation.manifest, generation.statistics
    assert manifest.checksum == nquads.hash_of_lines(nquads.ordered(generation.graph)).checksum
    assert manifest.counts.quads == len(generation.graph)
    return {
        "lines": list(nquads.ordered(generation.graph)),
        "counts": manifest.counts,
        "checksum": manifest.checksum,
        "statistics": replace(statistics, classes={}, properties={}),
        **{iri: replace(use, example="") for iri, use in statistics.classes.items()},
        **{iri: replace(use, example="") for iri, use in statistics.properties.items()},
        "members": {iri: generation.members(iri, 0, 1000) for iri in CLASSES},
        "titles": list(generation.moment.all(TITLE)),
    }


STEPS = ("a", "b", "c", "d", "0", "1", "2", "-a", "-c", "|", "|", "|")


@given(st.permutations(STEPS), st.sets(st.sampled_from("012")))
@tries(3, phases=[Phase.explicit, Phase.generate])  # on disk: shrinking takes minutes
def test_in_any_order_with_decisions_undone_the_store_is_what_a_fresh_one_would_be(deposits, order, undone):
    with tempfile.TemporaryDirectory() as folder:
        store = Store.create(Path(folder) / "store", BASE)
        with store.writing(judge=judge) as batch:
            for step in order:
                take(batch, deposits, step)
            for deposit in deposits:
                if deposit.file_name != "b.txt":
                    batch.add(deposit)
            batch.commit()
            numbers = {decision.kind: decision.iri for decision in store.registry().decisions.all}
            for index in undone:
                batch.undo(int(numbers[DECISIONS[int(index)][0]].rpartition("/")[2]))
            batch.commit()
        fresh = Store.create(Path(folder) / "fresh", BASE)
        (fresh.path / "registry.ttl").write_bytes((store.path / "registry.ttl").read_bytes())
        live = {record.sha16: record for record in store.sources() if record.live}
        with fresh.writing(judge=judge) as batch:
            # A source's graph names the source that it replaced.
            for deposit in sorted(deposits, key=lambda each: each.sha16 in live):
                if deposit.sha16 in live or any(deposit.sha16 in each.replaces for each in live.values()):
                    batch.add(deposit)
            batch.commit()
        assert set(fresh.current().sources) <= set(store.current().sources)
        one, other = described(fresh.current()), described(store.current())
        assert {key: (each, other[key]) for key, each in one.items() if each != other[key]} == {}


def take(batch, deposits, step):
    if step == "|":
        batch.commit()
    elif step.isdecimal():
        kind, said = says(deposits, int(step))
        batch.decide(kind, said, "")
    elif step.startswith("-"):
        deposit = deposits["abcd".index(step[1])]
        if batch.holds(deposit.sha256):
            batch.withdraw(deposit.sha16, "误传")
    elif not (step == "b" and batch.holds(deposits[3].sha256)):
        batch.add(deposits["abcd".index(step)])


def test_whoever_writes_takes_the_rules_along():
    """Outside the package store, one function alone opens a writer."""
    found = {
        str(path.relative_to(ROOT))
        for room in ("jixiao", "ingest", "server", "shapes", "ontology")
        for path in (ROOT / room).rglob("*.py")
        if ".writing" in (text := path.read_text("utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute) and node.attr == "writing"
    }
    assert found == {"ingest/writing.py"}
