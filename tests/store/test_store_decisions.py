"""Decisions in the merge: after any changes the graph equals a newly made one."""

import pytest
from hypothesis import given, strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Triple

from jixiao.ontology import terms
from jixiao.store.decisions import effects
from tests.support.generated import tries
from tests.support.merging import (
    AMOUNT,
    BASE,
    DEFAULT,
    REGISTRY,
    TYPE,
    Kept,
    assert_as_fresh,
    correct,
    decided,
    histories,
    in_force,
    replayed,
    same,
    source,
    thing,
    zh,
)

TITLE, NUMBER, SAME = NamedNode(terms.DCTERMS_title), NamedNode(terms.documentNumber), NamedNode(terms.possiblySame)
LABEL, ALT_LABEL = NamedNode(terms.RDFS_label), NamedNode(terms.SKOS_altLabel)
FAULT = NamedNode("https://w3id.org/jixiao/shapes#SomeFault")
SHAPE, GROUP = NamedNode(terms.SH_sourceShape), NamedNode(terms.findingGroup)
ACCEPTED, REPLACED = NamedNode(terms.acceptedBy), NamedNode(terms.DCTERMS_isReplacedBy)
CITES, BASIS = NamedNode(terms.cites), NamedNode(terms.LegalBasis)


def basis(name, *, number=None, label=None):
    triples = [Triple(thing(name), TYPE, BASIS), Triple(thing(name), LABEL, zh(label or number or name))]
    return triples if number is None else [*triples, Triple(thing(name), NUMBER, Literal(number))]


@pytest.fixture
def kept():
    return Kept(
        [*basis("m", number="甲发〔2009〕9号"), Triple(thing("p"), CITES, thing("m"))],
        [*basis("n", number="甲发〔2009〕97号"), Triple(thing("q"), CITES, thing("n"))],
        [Triple(thing("p"), TYPE, NamedNode(terms.Project)), Triple(thing("p"), AMOUNT, Literal(100))],
    )


def test_a_merged_node_is_the_kept_one_in_the_default_graph_alone(kept):
    kept.step(after=in_force(same(1, "n", "m")))
    assert kept.said(thing("p"), CITES) == kept.said(thing("q"), CITES) == {thing("n")}
    assert kept.said(thing("n"), LABEL) == {zh("甲发〔2009〕97号")}
    assert kept.said(thing("n"), ALT_LABEL) == {zh("甲发〔2009〕9号")}
    assert {value.value for value in kept.said(thing("n"), NUMBER)} == {"甲发〔2009〕9号", "甲发〔2009〕97号"}
    assert {q.predicate.value for q in kept.graph.quads_for_pattern(thing("m"), None, None, DEFAULT)} == {
        terms.OWL_sameAs
    }
    assert Quad(thing("m"), NamedNode(terms.OWL_sameAs), thing("n"), REGISTRY) in kept.graph
    assert Quad(thing("p"), CITES, thing("m"), source("a")) in kept.graph


def test_what_is_merged_by_two_steps_is_one(kept):
    kept.step("d", [*basis("k"), Triple(thing("r"), CITES, thing("k"))])
    kept.step(after=in_force(same(1, "n", "m"), same(2, "m", "k")))
    assert kept.said(thing("r"), CITES) == {thing("n")}


def test_two_that_are_one_are_not_linked_to_each_other(kept):
    scope = NamedNode(terms.scopeOf)
    kept.step("d", [Triple(thing("m"), scope, thing("n")), Triple(thing("m"), scope, thing("z"))])
    kept.step(after=in_force(same(1, "n", "m")))
    assert kept.said(thing("n"), scope) == {thing("z")}


def test_a_circle_does_not_hang():
    assert in_force(same(1, "m", "n"), same(2, "n", "m"), same(3, "x", "x")).merged == {thing("n"): thing("m")}


def test_a_corrected_value_stands_instead_of_the_printed_one(kept):
    kept.step(after=in_force(correct(1, "p", Literal("90.00", datatype=NamedNode(terms.XSD_decimal)), Literal(100))))
    assert [value.value for value in kept.said(thing("p"), AMOUNT)] == ["90"]
    assert {q.object.value for q in kept.graph.quads_for_pattern(thing("p"), AMOUNT, None, source("c"))} == {"100"}


def test_a_correction_of_what_is_no_longer_printed_has_no_effect(kept):
    kept.step(after=in_force(correct(1, "p", Literal(90), Literal(100))))
    kept.step("c", [Triple(thing("p"), TYPE, NamedNode(terms.Project)), Triple(thing("p"), AMOUNT, Literal(95))])
    assert kept.said(thing("p"), AMOUNT) == {Literal(95)}
    kept.step("c", [Triple(thing("p"), AMOUNT, Literal(100))])
    assert kept.said(thing("p"), AMOUNT) == {Literal(90)}


def test_a_value_for_a_blank_cell_waits_for_the_node_and_gives_way_to_print():
    kept, filled = Kept(), in_force(correct(1, "p", Literal(90)))
    kept.step(after=filled)
    assert kept.said(thing("p"), AMOUNT) == set()
    kept.step("a", [Triple(thing("p"), TYPE, NamedNode(terms.Project))])
    assert kept.said(thing("p"), AMOUNT) == {Literal(90)}
    kept.step("b", [Triple(thing("p"), AMOUNT, Literal(80))])
    assert kept.said(thing("p"), AMOUNT) == {Literal(80)}


def test_a_renamed_body_is_linked():
    kept = Kept()
    day = Literal("2019-01-01", datatype=NamedNode(terms.XSD_date))
    kept.step(
        after=in_force(
            decided(1, terms.Renaming, formerBody=thing("old"), laterBody=thing("new"), effectiveFrom=day),
            same(2, "latest", "new"),
        )
    )
    assert kept.said(thing("old"), NamedNode(terms.DCTERMS_isReplacedBy)) == {thing("latest")}


def test_a_finding_is_accepted_also_on_a_node_that_was_merged(kept):
    result, report = finding("r1", "m", FAULT)
    accept = decided(1, terms.Acceptance, concerns=thing("m"), acceptedFault=FAULT)
    kept.step(after=in_force(accept, same(2, "n", "m")))
    kept.step("d", report)
    assert kept.said(result, ACCEPTED) == {NamedNode(f"{BASE}id/decision/1")}


def finding(name, node, fault, group=None):
    result = NamedNode(f"{BASE}graph/report/a#{name}")
    said = [Triple(result, NamedNode(terms.SH_focusNode), thing(node)), Triple(result, SHAPE, fault)]
    return result, [*said, *([Triple(result, GROUP, Literal(group))] if group else [])]


def test_a_group_is_accepted_with_all_its_findings_present_and_later_ones(kept):
    one, two, other = (finding(name, node, FAULT, "g-a") for name, node in (("r1", "p"), ("r2", "q"), ("r3", "p")))
    elsewhere = finding("r4", "p", FAULT, "g-b")
    unlike = finding("r5", "p", NamedNode(f"{FAULT.value}Else"), "g-a")
    kept.step("d", [*one[1], *two[1], *elsewhere[1], *unlike[1]])
    group = Literal("g-a")
    kept.step(
        after=in_force(decided(1, terms.Acceptance, concerns=thing("p"), acceptedFault=FAULT, acceptedGroup=group))
    )
    decision = {NamedNode(f"{BASE}id/decision/1")}
    assert [kept.said(each[0], ACCEPTED) for each in (one, two)] == [decision, decision]
    assert [kept.said(each[0], ACCEPTED) for each in (elsewhere, unlike)] == [set(), set()]
    kept.step("e", other[1])
    assert kept.said(other[0], ACCEPTED) == decision


def test_an_acceptance_that_names_a_retired_rule_applies_to_the_one_in_its_place(kept):
    later, last = NamedNode(f"{FAULT.value}Later"), NamedNode(f"{FAULT.value}Last")
    result, said = finding("r1", "p", last)
    kept.step("d", said)
    kept.step(after=in_force(decided(1, terms.Acceptance, concerns=thing("p"), acceptedFault=FAULT)))
    assert kept.said(result, ACCEPTED) == set()
    replaced = [Triple(FAULT, REPLACED, later), Triple(later, REPLACED, last), Triple(last, REPLACED, FAULT)]
    kept.step("e", replaced)
    assert kept.said(result, ACCEPTED) == {NamedNode(f"{BASE}id/decision/1")}


NAMES = "mnk"
triples = st.one_of(
    st.builds(
        Triple,
        st.sampled_from(NAMES).map(thing),
        st.sampled_from([LABEL, ALT_LABEL]),
        st.sampled_from("甲乙丙").map(zh),
    ),
    st.sampled_from([t for n in NAMES for t in (Triple(thing(n), TYPE, BASIS), Triple(thing(n), TITLE, zh("题")))]),
    st.builds(Triple, st.sampled_from(NAMES[:2]).map(thing), st.just(NUMBER), st.sampled_from("89").map(Literal)),
    st.builds(Triple, st.sampled_from("pmn").map(thing), st.just(CITES), st.sampled_from(NAMES).map(thing)),
    st.builds(Triple, st.sampled_from("pm").map(thing), st.just(AMOUNT), st.sampled_from([Literal(1), Literal(2)])),
    st.builds(Triple, st.just(thing("r")), st.just(NamedNode(terms.SH_focusNode)), st.sampled_from("pmn").map(thing)),
    st.just(Triple(thing("r"), SHAPE, FAULT)),
    st.just(Triple(thing("r"), SHAPE, thing("later"))),
    st.just(Triple(thing("r"), GROUP, Literal("g-a"))),
    st.just(Triple(FAULT, REPLACED, thing("later"))),
)
DECISIONS = [
    same(1, "m", "n"),
    same(2, "n", "k"),
    same(3, "k", "m"),
    same(4, "m", "k"),
    correct(5, "p", Literal(3), Literal(1)),
    correct(6, "m", Literal(4)),
    correct(7, "n", Literal(5), Literal(2)),
    correct(8, "k", zh("另一题"), zh("题"), TITLE),
    decided(9, terms.Acceptance, concerns=thing("n"), acceptedFault=FAULT),
    decided(11, terms.Acceptance, concerns=thing("n"), acceptedFault=FAULT, acceptedGroup=Literal("g-a")),
    decided(10, terms.Renaming, formerBody=thing("m"), laterBody=thing("k")),
]


@pytest.mark.judge
@given(histories(triples, DECISIONS))
@tries(300)
def test_in_whatever_order_the_graph_is_what_a_fresh_one_would_be(history):
    kept = replayed(history)
    assert_as_fresh(kept)
    kept.step(after=effects.NONE)
    assert_as_fresh(kept)
