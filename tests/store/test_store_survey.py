"""Statistics and lists of a generation agree with its graph, queried in other ways."""

from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store as Graph

from jixiao.ontology import terms
from jixiao.store import Store
from jixiao.store.changes import Changes
from jixiao.store.timeline import CLASSES
from jixiao.store.versions import counting, nquads
from tests.support.generated import tries
from tests.support.writing import BASE, dump

QUERY = (Path(__file__).parent / "statistics.rq").read_text("utf-8")


@pytest.fixture(scope="module")
def generation(tmp_path_factory, make_deposit):
    """Two bodies, three years, a replaced source, and findings."""
    store = Store.create(tmp_path_factory.mktemp("survey") / "store", BASE)
    with store.writing() as batch:
        batch.add(make_deposit("old.txt", ["业务培训"], year=2021))
        batch.commit()
        batch.add(make_deposit("new.txt", ["业务培训", "校舍维修"], year=2021))
        batch.add(make_deposit("b.txt", [f"项目{n}" for n in range(230)], body="乙区卫生局", number="乙卫〔2020〕3号"))
        batch.add(make_deposit("c.txt", ["业务培训"], body="乙区卫生局", number=None, year=2023))
        batch.commit()
    dump(store)
    return store.current()


def test_statistics_are_what_a_query_counts(generation):
    found = generation.statistics
    rows = list(generation.graph.query(QUERY))
    assert {
        row["property"].value: tuple(int(row[name].value) for name in ("triples", "subjects", "objects"))
        for row in rows
    } == {iri: (use.triples, use.subjects, use.objects) for iri, use in found.properties.items()}

    triples = [q.triple for q in generation.graph.quads_for_pattern(None, None, None, DefaultGraph())]
    assert (found.triples, found.subjects, found.objects) == (
        len(triples),
        len({t.subject for t in triples}),
        len({t.object for t in triples}),
    )
    assert all(found.properties[row["property"].value].example == row["example"].value for row in rows)


def test_classes_are_counted_with_what_is_said_of_their_things(generation):
    graph, found = generation.graph, generation.statistics.classes
    things = {}
    for quad in graph.quads_for_pattern(None, NamedNode(terms.RDF_type), None, DefaultGraph()):
        things.setdefault(quad.object.value, set()).add(quad.subject)
    assert {name: use.entities for name, use in found.items()} == {name: len(each) for name, each in things.items()}
    for name, each in things.items():
        said = [q for thing in each for q in graph.quads_for_pattern(thing, None, None, DefaultGraph())]
        assert found[name].triples == len(said)
        below = sorted(thing.value for thing in each if thing.value.startswith(BASE))
        assert found[name].example == (below or sorted(thing.value for thing in each))[0]
    assert found[terms.Project].entities == generation.manifest.counts.projects


def years_of(*values):
    """The first and the last year of a graph in which things have these values as years."""
    graph = Graph()
    graph.extend(Quad(NamedNode(f"{BASE}id/{n}"), NamedNode(terms.year), value) for n, value in enumerate(values))
    found = counting.survey(graph, BASE, None)
    return found.first_year, found.last_year


def integer(value):
    return Literal(str(value), datatype=NamedNode(terms.XSD_integer))


def test_years_span_the_projects():
    assert years_of() == (None, None)
    assert years_of(integer(2024), integer(2019), integer(2022)) == (2019, 2024)


@pytest.mark.parametrize(
    "value", [*map(integer, (0, -1, 12024, 99, "0000")), Literal("二〇二四", language="zh"), NamedNode(BASE)], ids=str
)
def test_what_is_no_year_of_four_digits_is_none(value):
    assert years_of(integer(2022), value) == (2022, 2022)


def test_counting_is_the_same_when_it_goes_to_disk(generation, tmp_path, monkeypatch):
    monkeypatch.setattr(counting, "_HELD", 100)
    assert counting.survey(generation.graph, BASE, tmp_path) == generation.statistics
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("class_iri", CLASSES)
def test_pages_of_members_are_slices_of_all(generation, class_iri):
    quads = generation.graph.quads_for_pattern(None, NamedNode(terms.RDF_type), NamedNode(class_iri), DefaultGraph())
    whole = sorted(quad.subject.value for quad in quads)
    if class_iri == terms.SourceDocument:
        whole = [f"{BASE}id/source/{sha16}" for sha16, record in sorted(generation.sources.items()) if record.live]
    assert generation.member_count(class_iri) == len(whole)
    for start, count in [(0, 1), (0, 1000), (99, 3), (100, 100), (199, 1), (len(whole) - 1, 5), (len(whole), 5)]:
        assert generation.members(class_iri, start, count) == whole[start : start + count]
    assert generation.members(class_iri, 0, 0) == []


def test_a_replaced_source_is_in_the_graph_and_in_no_list(generation):
    counted = generation.statistics.classes[terms.SourceDocument].entities
    assert generation.member_count(terms.SourceDocument) == counted - 1 == 3


CHARACTERS = "".join(map(chr, [*range(1, 0xA1), 0x2028, 0xD7FF, 0xFEFF, 0xFFFD, 0xFFFE, 0xFFFF, 0x1F600, 0x10FFFF]))
ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def canonical(text):
    """A literal's text as RDF 1.2 N-Quads, section 4, and RDFC-1.0 have it, written out by hand."""
    return "".join(
        ESCAPES.get(c) or (f"\\u{ord(c):04X}" if ord(c) < 32 or c in "\x7f\ufffe\uffff" else c) for c in text
    )


values = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
literals = st.one_of(
    values.map(Literal),
    values.map(lambda text: Literal(f'"a <{text}> .', language="zh")),
    values.map(lambda text: Literal(f"{text} <b> .\n", datatype=NamedNode("https://e.org/type"))),
    st.just(Literal(CHARACTERS)),
)


@given(st.lists(st.tuples(literals, st.booleans()), min_size=1, max_size=6))
@tries(60)
def test_lines_are_canonical_and_tell_their_graph(found):
    graph, expected = Graph(), {}
    subject, predicate, name = (NamedNode(f"https://e.org/{part}") for part in ("s", "绩", "g"))
    for value, named in found:
        graph.add(Quad(subject, predicate, value, name if named else DefaultGraph()))
        text = f'"{canonical(value.value)}"'
        if value.language:
            text += f"@{value.language}"
        elif value.datatype.value != f"{terms.XSD}string":
            text += f"^^<{value.datatype.value}>"
        expected[f"{subject} {predicate} {text} {f'{name} ' if named else ''}.\n".encode()] = not named
    lines = list(nquads.ordered(graph))
    assert lines == sorted(expected)
    assert [nquads.is_default(line.split(b" ", 2)[2]) for line in lines] == [expected[line] for line in lines]


def test_what_is_looked_up_is_not_a_neighbour(tmp_path):
    """Oxigraph on disk takes the integers from 256 on for 255."""
    before, after = Graph(str(tmp_path / "before")), Graph(str(tmp_path / "after"))
    subject, line = NamedNode(f"{BASE}s"), NamedNode(terms.sourceLine)
    quads = {n: Quad(subject, line, Literal(str(n), datatype=NamedNode(terms.XSD_integer))) for n in (255, 300)}
    before.add(quads[300])
    after.extend(quads.values())
    last = counting.survey(before, BASE, tmp_path)
    since = counting.Since(before, last, Changes(frozenset({quads[255]}), frozenset()))
    assert counting.survey(after, BASE, tmp_path, since=since) == counting.survey(after, BASE, tmp_path)
