"""The default graph is the merge of the named ones, each triple once, whatever came and went; what it alone states."""

from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Store, Triple

from jixiao.ontology import terms
from jixiao.store.changes import Editor
from jixiao.store.commit import merge
from jixiao.store.timeline import title_keys
from tests.support.generated import tries
from tests.support.merging import DEFAULT, TYPE, Kept, source as graph_name, thing, zh
from tests.support.writing import commit, withdraw

QUERY = (Path(__file__).parent / "shared_money.rq").read_text("utf-8")
LABEL, ALT_LABEL = NamedNode(terms.RDFS_label), NamedNode(terms.SKOS_altLabel)
TITLE = NamedNode(terms.DCTERMS_title)
NUMBER, SAME = NamedNode(terms.documentNumber), NamedNode(terms.possiblySame)
BASIS = NamedNode(terms.LegalBasis)
LEGAL_RESOURCE = NamedNode(f"{terms.ELI}LegalResource")


def test_two_filings_of_one_body_that_cite_one_document_are_summed_once(store, make_deposit):
    last_year = make_deposit("2021.txt", ["业务培训"], year=2021, amount="100.00")
    this_year = make_deposit("2022.txt", ["业务培训"], year=2022, amount="250.50")
    (row,) = commit(store, last_year, this_year).graph.query(QUERY)
    assert (row["sum"].value, row["rows"].value) == ("350.5", "2")

    withdraw(store, last_year.sha16, "误传")
    (row,) = store.current().graph.query(QUERY)
    assert (row["sum"].value, row["rows"].value) == ("250.5", "1")
    assert store.current().manifest.counts.departments == 1

    withdraw(store, this_year.sha16, "误传")
    vocabulary = NamedNode(f"{store.base_iri}graph/vocabulary")
    assert {quad.graph_name for quad in store.current().graph} == {vocabulary, DEFAULT}
    assert store.current().manifest.counts.departments == 0


def test_one_amount_spelt_in_two_ways_is_one_triple():
    amount = NamedNode(terms.totalAmount)
    first, second = (
        Triple(thing("p"), amount, Literal(t, datatype=NamedNode(terms.XSD_decimal))) for t in ("0.00", "0")
    )
    kept = Kept([first], [second])
    assert len(kept.said(thing("p"), amount)) == 1
    kept.step("a", [])
    assert len(kept.said(thing("p"), amount)) == 1


def named(*names):
    return [Triple(thing("org"), LABEL, zh(names[0])), *(Triple(thing("org"), ALT_LABEL, zh(n)) for n in names[1:])]


HALF, FULL, PLAIN, ROUND = "松江区(本级)", "松江区（本级）", "松江区", "松江区〔本级〕"
MOST = named(HALF), named(FULL), named(FULL)


@pytest.mark.parametrize(
    ("sources", "label", "others"),
    [
        (MOST, FULL, [HALF]),
        # A form counts wherever it is printed, but a name that no source has for its label never becomes one.
        ([*MOST, named(HALF, PLAIN), named(ROUND, HALF)], HALF, [FULL, PLAIN, ROUND]),
        # Names are printed equally often: the first one is the label.
        ([named(HALF), named(PLAIN), named("松江区 (本级)")], PLAIN, ["松江区 (本级)", HALF]),
        # Another label that is the label is stated once in whatever order.
        ([named(PLAIN, PLAIN)], PLAIN, []),
        ([named(PLAIN, PLAIN)[::-1]], PLAIN, []),
    ],
)
def test_the_name_that_most_sources_print_is_the_label_and_the_others_are_alternatives(sources, label, others):
    kept = Kept(*sources)
    assert kept.said(thing("org"), LABEL) == {zh(label)}
    assert kept.said(thing("org"), ALT_LABEL) == set(map(zh, others))
    assert {*kept.graph.quads_for_pattern(thing("org"), LABEL, None, graph_name("a"))} == {
        Quad(*triple, graph_name("a")) for triple in sources[0] if triple.predicate == LABEL
    }


def test_labels_in_other_languages_stay():
    kept = Kept([Triple(thing("x"), LABEL, Literal(text, language="en")) for text in ("a", "b")])
    assert len(kept.said(thing("x"), LABEL)) == 2


def basis(name, title, number=None):
    triples = [Triple(thing(name), TYPE, BASIS), Triple(thing(name), TITLE, zh(title))]
    return triples if number is None else [*triples, Triple(thing(name), NUMBER, Literal(number))]


def test_a_basis_without_a_number_points_to_the_one_numbered_basis_of_its_title():
    kept = Kept(basis("t", "政府信息公开规定"))
    assert kept.said(None, SAME) == set()
    kept.step("b", basis("n1", "《政府信息公开规定》", "甲府发〔2009〕1号"))
    assert kept.said(thing("t"), SAME) == {thing("n1")}
    assert list(kept.graph.quads_for_pattern(None, SAME, None, graph_name("a"))) == []
    kept.step("c", basis("n2", "政府信息公开 规定", "甲府发〔2019〕2号"))
    assert kept.said(None, SAME) == set()


triples = st.one_of(
    st.builds(
        Triple,
        st.sampled_from([thing("x"), thing("y")]),
        st.sampled_from([LABEL, ALT_LABEL]),
        st.sampled_from("甲乙丙").map(zh),
    ),
    st.sampled_from([t for n in ("t", "u") for t in basis(n, "题")]),
    st.sampled_from([t for n in ("m", "n") for t in basis(n, "题", n)]),
    st.builds(
        Triple, st.just(thing("x")), st.just(NamedNode(terms.totalAmount)), st.sampled_from([Literal(1), Literal(2)])
    ),
)
steps = st.lists(st.tuples(st.sampled_from("abc"), st.frozensets(triples, max_size=5)), min_size=1, max_size=6)


def titles(graph):
    """A look-up of the bases that have a title now, as a store has it from its last generation."""
    bases = {quad.subject for quad in graph.quads_for_pattern(None, TYPE, BASIS, DEFAULT)}
    found = [(key, basis.value) for basis in bases for key in title_keys(graph, basis)]
    return lambda title: [iri for key, iri in found if key == title]


@given(steps)
@tries(150)
def test_whatever_came_and_went_the_graph_is_what_a_fresh_one_would_be(history):
    graph, now = Store(), {}
    for letter, content in history:
        name = graph_name(letter)
        before = set(graph)
        editor = Editor(graph, recording=True)
        merge.change(editor, [name] if name in now else [], [(name, content)], titled=titles(graph))
        assert (editor.changes.added, editor.changes.removed) == (set(graph) - before, before - set(graph))
        now[name] = content
    fresh = Store()
    merge.change(Editor(fresh), [], now.items())
    assert set(graph) == set(fresh)

    derived = {LABEL, ALT_LABEL, SAME}
    plain = {
        Quad(t.subject, t.predicate, value)
        for content in now.values()
        for t in content
        if t.predicate not in derived
        for value in ([t.object, LEGAL_RESOURCE] if t.object == BASIS else [t.object])
    }
    assert {q for q in graph.quads_for_pattern(None, None, None, DEFAULT) if q.predicate not in derived} == plain
    for subject in (thing("x"), thing("y")):
        printed = {t.object for c in now.values() for t in c if t.subject == subject and t.predicate == LABEL}
        assert len([*graph.quads_for_pattern(subject, LABEL, None, DEFAULT)]) == min(len(printed), 1)
