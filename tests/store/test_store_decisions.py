"""Decisions in the merge, and what the default graph alone states: amounts, departments and reading status.

After any changes the graph equals a newly made one.
"""

import pytest
from hypothesis import given, strategies as st
from pyoxigraph import Literal, NamedNode, Quad, Triple

from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.store import Store, generations
from jixiao.store.commit import building, derive, merge, upcoming
from jixiao.store.decisions import effects
from jixiao.store.records import DERIVATION
from jixiao.store.versions import nquads
from tests.support.generated import tries
from tests.support.merging import (
    AMOUNT as TOTAL,
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
from tests.support.writing import commit

PROJECT = Triple(thing("p"), TYPE, NamedNode(terms.Project))
REQUEST, NARRATIVE = NamedNode(terms.annualRequest), NamedNode(terms.narrativeAmount)
AMOUNTS = (REQUEST, TOTAL, NARRATIVE)
WITHHELD, STATUS = NamedNode(terms.withheld), NamedNode(terms.readingStatus)
FILING, FILED_BY = NamedNode(terms.partOfFiling), NamedNode(terms.filedBy)
COMPETENT, IMPLEMENTING = NamedNode(terms.competentDepartment), NamedNode(terms.implementingUnit)
AMOUNT, SOURCE, DEPARTMENT = (NamedNode(iri) for iri in (terms.amount, terms.amountSource, terms.department))
CITES, REFERENCES = NamedNode(terms.cites), NamedNode(f"{terms.DCTERMS}references")
BODY, ORGANIZATION = NamedNode(terms.Department), NamedNode(f"{terms.ORG}Organization")
WHOLE, PARTIAL = NamedNode(terms.readWhole), NamedNode(terms.readPartial)
TITLE, NUMBER, SAME = NamedNode(terms.DCTERMS_title), NamedNode(terms.documentNumber), NamedNode(terms.possiblySame)
LABEL, ALT_LABEL = NamedNode(terms.RDFS_label), NamedNode(terms.SKOS_altLabel)
FAULT = NamedNode("https://w3id.org/jixiao/shapes#SomeFault")
SHAPE, GROUP, FOCUS = NamedNode(terms.SH_sourceShape), NamedNode(terms.findingGroup), NamedNode(terms.SH_focusNode)
ACCEPTED, REPLACED = NamedNode(terms.acceptedBy), NamedNode(terms.DCTERMS_isReplacedBy)
BASIS = NamedNode(terms.LegalBasis)


def yuan(value):
    return Literal(str(value), datatype=NamedNode(terms.XSD_decimal))


def basis(name, *, number=None, label=None):
    triples = [Triple(thing(name), TYPE, BASIS), Triple(thing(name), LABEL, zh(label or number or name))]
    return triples if number is None else [*triples, Triple(thing(name), NUMBER, Literal(number))]


@pytest.fixture
def kept():
    return Kept(
        [*basis("m", number="甲发〔2009〕9号"), Triple(thing("p"), CITES, thing("m"))],
        [*basis("n", number="甲发〔2009〕97号"), Triple(thing("q"), CITES, thing("n"))],
        [Triple(thing("p"), TYPE, NamedNode(terms.Project)), Triple(thing("p"), TOTAL, Literal(100))],
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


@pytest.mark.parametrize(
    ("pairs", "merged"),
    [(["nm", "mk"], {"m": "n", "k": "n"}), (["mn", "nm", "xx"], {"n": "m"})],
    ids=["two steps", "circle"],
)
def test_each_merged_node_has_one_that_is_kept(pairs, merged):
    decisions = in_force(*(same(number, *pair) for number, pair in enumerate(pairs, 1)))
    assert decisions.merged == {thing(one): thing(kept) for one, kept in merged.items()}


SCOPE, DAY = NamedNode(terms.scopeOf), Literal("2019-01-01", datatype=NamedNode(terms.XSD_date))


@pytest.mark.parametrize(
    ("content", "decisions", "node", "predicate", "value"),
    [
        ([], [correct(1, "p", yuan("90.00"), Literal(100))], "p", TOTAL, yuan("90")),
        ([Triple(thing("m"), SCOPE, thing(each)) for each in "nz"], [same(1, "n", "m")], "n", SCOPE, thing("z")),
        (
            [],
            [
                decided(1, terms.Renaming, formerBody=thing("old"), laterBody=thing("new"), effectiveFrom=DAY),
                same(2, "latest", "new"),
            ],
            *("old", REPLACED, thing("latest")),
        ),
    ],
    ids=["corrected", "not linked to itself", "renamed"],
)
def test_what_is_decided_is_stated_in_the_default_graph(kept, content, decisions, node, predicate, value):  # noqa: PLR0917
    kept.step("d", content)
    kept.step(after=in_force(*decisions))
    assert kept.said(thing(node), predicate) == {value}
    assert Quad(thing("p"), TOTAL, Literal(100), source("c")) in kept.graph, "what is printed stays in its source"


def test_a_correction_of_what_is_no_longer_printed_has_no_effect(kept):
    kept.step(after=in_force(correct(1, "p", Literal(90), Literal(100))))
    kept.step("c", [Triple(thing("p"), TYPE, NamedNode(terms.Project)), Triple(thing("p"), TOTAL, Literal(95))])
    assert kept.said(thing("p"), TOTAL) == {Literal(95)}
    kept.step("c", [Triple(thing("p"), TOTAL, Literal(100))])
    assert kept.said(thing("p"), TOTAL) == {Literal(90)}


def test_a_value_for_a_blank_cell_waits_for_the_node_and_gives_way_to_print():
    kept, filled = Kept(), in_force(correct(1, "p", Literal(90)))
    kept.step(after=filled)
    assert kept.said(thing("p"), TOTAL) == set()
    kept.step("a", [Triple(thing("p"), TYPE, NamedNode(terms.Project))])
    assert kept.said(thing("p"), TOTAL) == {Literal(90)}
    kept.step("b", [Triple(thing("p"), TOTAL, Literal(80))])
    assert kept.said(thing("p"), TOTAL) == {Literal(80)}


def test_a_finding_is_accepted_also_on_a_node_that_was_merged(kept):
    result, report = finding("r1", "m", FAULT)
    accept = decided(1, terms.Acceptance, concerns=thing("m"), acceptedFault=FAULT)
    kept.step(after=in_force(accept, same(2, "n", "m")))
    kept.step("d", report)
    assert kept.said(result, ACCEPTED) == {NamedNode(f"{BASE}id/decision/1")}


def finding(name, node, fault, group=None):
    result = NamedNode(f"{BASE}graph/report/a#{name}")
    said = [Triple(result, FOCUS, thing(node)), Triple(result, SHAPE, fault)]
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
    kept.step("e", [Triple(FAULT, REPLACED, later), Triple(later, REPLACED, last), Triple(last, REPLACED, FAULT)])
    assert kept.said(result, ACCEPTED) == {NamedNode(f"{BASE}id/decision/1")}


def facts(predicate, value, node="p"):
    return Triple(thing(node), predicate, value)


def money(kept, node="p"):
    """Amount and the property that it comes from, or None."""
    (amount,) = kept.said(thing(node), AMOUNT) or (None,)
    (origin,) = kept.said(thing(node), SOURCE) or (None,)
    assert (amount is None) == (origin is None)
    return None if amount is None else (amount.value, origin)


def department(kept, node="p"):
    return kept.said(thing(node), DEPARTMENT)


@pytest.mark.parametrize(
    ("stated", "withheld", "expected"),
    [
        ((REQUEST, TOTAL, NARRATIVE), (), ("1", REQUEST)),
        ((TOTAL, NARRATIVE), (), ("2", TOTAL)),
        ((NARRATIVE,), (), ("3", NARRATIVE)),
        ((), (), None),
        ((TOTAL,), (REQUEST,), None),
        ((REQUEST, TOTAL), (REQUEST,), ("1", REQUEST)),
        ((REQUEST,), (TOTAL,), ("1", REQUEST)),
        ((NARRATIVE,), (TOTAL,), None),
        ((NARRATIVE,), (COMPETENT,), ("3", NARRATIVE)),
    ],
)
def test_the_preferred_amount_counts_and_none_if_it_is_withheld(stated, withheld, expected):
    said = [facts(name, yuan(AMOUNTS.index(name) + 1)) for name in stated]
    kept = Kept([PROJECT, *said, *(facts(WITHHELD, name) for name in withheld)])
    assert money(kept) == expected
    assert not list(kept.graph.quads_for_pattern(None, AMOUNT, None, source("a")))


def test_what_is_no_number_or_not_of_a_project_is_no_amount():
    kept = Kept([PROJECT, facts(REQUEST, Literal("约三万")), facts(TOTAL, yuan(5)), facts(TOTAL, yuan(5), "q")])
    assert money(kept) is money(kept, "q") is None
    kept.step("b", [facts(REQUEST, yuan(1), "r"), facts(REQUEST, yuan(2), "r"), facts(TYPE, PROJECT.object, "r")])
    assert money(kept, "r") is None


@pytest.mark.parametrize(
    ("stated", "corrections", "amounts"),
    [
        (
            facts(REQUEST, yuan(1000)),
            [correct(1, "p", yuan(each), yuan(1000), REQUEST) for each in (900, 800)],
            ["900", "800"],
        ),
        (facts(WITHHELD, REQUEST), [correct(1, "p", yuan(4000), prop=REQUEST)], ["4000"]),
        (facts(REQUEST, yuan(1000)), [correct(1, "p", yuan(7), prop=AMOUNT)], ["1000"]),
    ],
    ids=["corrected", "withheld", "derived"],
)
def test_an_amount_follows_a_stewards_corrections(stated, corrections, amounts):
    kept = Kept([PROJECT, stated, facts(TOTAL, yuan(5000))])
    for correction, amount in zip(corrections, amounts, strict=True):
        kept.step(after=in_force(correction))
        assert money(kept) == (amount, REQUEST)


def test_one_body_answers_for_a_project():
    kept = Kept([PROJECT, facts(IMPLEMENTING, thing("school"))])
    assert department(kept) == {thing("school")}
    kept.step("b", [facts(FILING, thing("f"))])
    kept.step("c", [facts(FILED_BY, thing("office"), "f")])
    assert department(kept) == {thing("office")}
    kept.step("d", [facts(COMPETENT, thing("bureau"))])
    assert department(kept) == {thing("bureau")}


def test_a_department_follows_what_is_merged():
    kept = Kept(
        [PROJECT, facts(FILING, thing("f")), facts(FILED_BY, thing("office"), "f")],
        [facts(FILED_BY, thing("bureau"), "g")],
    )
    kept.step(after=in_force(same(1, "bureau", "office")))
    assert department(kept) == {thing("bureau")}
    kept.step(after=in_force(same(1, "office", "bureau")))
    assert department(kept) == {thing("office")}


def org(name):
    return NamedNode(Iris(BASE).org(name))


def test_a_department_follows_a_stewards_correction():
    kept = Kept([PROJECT, facts(COMPETENT, org("甲县民政局")), facts(IMPLEMENTING, org("甲县福利院"))])
    kept.step(after=in_force(correct(1, "p", zh("甲县教育局"), zh("甲县民政局"), COMPETENT)))
    assert department(kept) == kept.said(thing("p"), COMPETENT) == {org("甲县教育局")}
    assert kept.said(org("甲县教育局"), TYPE) == {NamedNode(terms.Department), ORGANIZATION}
    kept.step("a", [PROJECT, facts(COMPETENT, org("甲县水务局"))])  # another value is printed now
    assert department(kept) == {org("甲县水务局")}


def test_a_body_is_corrected_by_its_iri_and_follows_what_is_merged():
    described = Triple(org("甲县教育局"), TYPE, NamedNode(terms.Department))
    kept = Kept([PROJECT, facts(COMPETENT, org("甲县民政局"))])
    kept.step(after=in_force(correct(1, "p", org("甲县教育局"), org("甲县民政局"), COMPETENT)))
    assert department(kept) == {org("甲县民政局")}, "a body that the store does not hold"
    kept.step("b", [described])
    assert department(kept) == {org("甲县教育局")}
    merge = decided(2, terms.Identification, keeps=thing("bureau"), merges=org("甲县教育局"))
    kept.step(after=in_force(correct(1, "p", org("甲县教育局"), org("甲县民政局"), COMPETENT), merge))
    assert department(kept) == {thing("bureau")}
    kept.step(after=in_force(correct(1, "p", zh("《》"), org("甲县民政局"), COMPETENT)))
    assert kept.said(thing("p"), COMPETENT) == {zh("《》")}, "an unchecked registry does not stop a commit"


def test_a_filing_is_partial_while_a_live_source_says_so():
    kept = Kept([facts(STATUS, WHOLE, "f")])
    assert kept.said(thing("f"), STATUS) == {WHOLE}
    kept.step("b", [facts(STATUS, PARTIAL, "f")])
    assert kept.said(thing("f"), STATUS) == {PARTIAL}
    assert Quad(thing("f"), STATUS, WHOLE, source("a")) in kept.graph


def shown(store):
    graph = store.current().graph
    rows = {}
    for name, value in ((AMOUNT, None), (SOURCE, None), (DEPARTMENT, None), (REFERENCES, None), (TYPE, ORGANIZATION)):
        for quad in graph.quads_for_pattern(None, name, value, None):
            assert quad.graph_name == DEFAULT
            rows.setdefault(quad.subject.value, []).append(quad.object.value)
    return rows


@pytest.mark.sampled(2)
@pytest.mark.parametrize("vocabulary_too", [True, False])
def test_a_store_of_an_older_version_gets_them_for_all_its_projects(store, make_deposit, monkeypatch, vocabulary_too):
    fresh = Store.create(store.path.parent / "fresh", store.base_iri)
    older, newer = make_deposit("a.txt", ["甲", "乙"]), make_deposit("b.txt", ["丙"], body="乙区卫生局")
    with monkeypatch.context() as old:
        old.setattr(merge.Touched, "renew", lambda *_: None)
        old.setattr(derive, "general", lambda _: ())
        for module in (building, generations):
            old.setattr(module, "DERIVATION", 0)
        if vocabulary_too:
            old.setattr(upcoming, "vocabulary_triples", frozenset)
        commit(store, older)
    assert shown(store) == {}
    for each, deposits in ((store, [newer]), (fresh, [older, newer])):
        commit(each, *deposits)
    assert (len(shown(store)), shown(store)) == (5, shown(fresh))


def test_a_change_of_what_is_derived_makes_a_generation_of_its_own(store, make_deposit, monkeypatch):
    with store.writing() as batch:
        batch.add(make_deposit("a.txt", ["甲"]))
        batch.commit()
        assert batch.commit().number == 1
    checksum = list(nquads.ordered(store.current().graph))
    for module in (building, generations):
        monkeypatch.setattr(module, "DERIVATION", DERIVATION + 1)
    with store.writing() as batch:
        assert (batch.commit().number, batch.commit().number) == (2, 2)
    assert list(nquads.ordered(store.current().graph)) == checksum


NODES = "pqm"
BODIES = st.sampled_from("bcm").map(thing)
nodes = st.sampled_from(NODES).map(thing)
triples = st.one_of(
    st.builds(Triple, nodes, st.just(TYPE), st.just(NamedNode(terms.Project))),
    st.builds(Triple, nodes, st.sampled_from(AMOUNTS), st.sampled_from([yuan(1), yuan(2)])),
    st.builds(Triple, nodes, st.just(WITHHELD), st.sampled_from(AMOUNTS)),
    st.builds(Triple, nodes, st.sampled_from([COMPETENT, IMPLEMENTING]), BODIES),
    st.builds(Triple, nodes, st.just(FILING), st.sampled_from("fg").map(thing)),
    st.builds(Triple, st.sampled_from("fg").map(thing), st.just(FILED_BY), BODIES),
    st.builds(Triple, st.sampled_from("fgp").map(thing), st.just(STATUS), st.sampled_from([WHOLE, PARTIAL])),
    st.builds(Triple, nodes, st.sampled_from([AMOUNT, DEPARTMENT, CITES]), BODIES),
    st.builds(Triple, BODIES, st.just(TYPE), st.just(BODY)),
    # Names, numbers and findings of what is merged, corrected and accepted.
    st.builds(Triple, nodes, st.sampled_from([LABEL, ALT_LABEL]), st.sampled_from("甲乙丙").map(zh)),
    st.sampled_from([t for n in NODES for t in (Triple(thing(n), TYPE, BASIS), Triple(thing(n), TITLE, zh("题")))]),
    st.builds(Triple, nodes, st.just(NUMBER), st.sampled_from("89").map(Literal)),
    st.builds(Triple, nodes, st.just(CITES), nodes),
    st.builds(Triple, st.just(thing("r")), st.just(FOCUS), nodes),
    st.sampled_from([Triple(thing("r"), SHAPE, FAULT), Triple(thing("r"), SHAPE, thing("later"))]),
    st.sampled_from([Triple(thing("r"), GROUP, Literal("g-a")), Triple(FAULT, REPLACED, thing("later"))]),
)
DECISIONS = [
    same(1, "b", "c"),
    same(2, "c", "m"),
    same(3, "g", "f"),
    same(4, "p", "q"),
    same(5, "m", "b"),
    correct(6, "p", yuan(3), yuan(1), REQUEST),
    correct(7, "q", yuan(4), prop=REQUEST),
    correct(8, "p", yuan(5), prop=AMOUNT),
    correct(9, "f", WHOLE, PARTIAL, STATUS),
    correct(10, "p", thing("z"), thing("b"), COMPETENT),
    decided(11, terms.Renaming, formerBody=thing("b"), laterBody=thing("c")),
    same(12, "q", "m"),
    correct(13, "q", yuan(3), yuan(1)),
    correct(14, "m", Literal(4)),
    correct(15, "p", zh("另一题"), zh("题"), TITLE),
    decided(16, terms.Acceptance, concerns=thing("q"), acceptedFault=FAULT),
    decided(17, terms.Acceptance, concerns=thing("q"), acceptedFault=FAULT, acceptedGroup=Literal("g-a")),
]


@pytest.mark.judge
@given(histories(triples, DECISIONS))
@tries(300)
def test_in_whatever_order_the_facts_are_those_of_a_fresh_graph(history):
    kept = replayed(history)
    assert_as_fresh(kept)
    for node in map(thing, "pqmfg"):
        assert all(len(kept.said(node, name)) <= 1 for name in (AMOUNT, SOURCE, DEPARTMENT))
        assert kept.said(node, CITES) == kept.said(node, REFERENCES)
        assert (BODY in kept.said(node, TYPE)) == (ORGANIZATION in kept.said(node, TYPE))
    kept.step(after=effects.NONE)
    assert_as_fresh(kept)
