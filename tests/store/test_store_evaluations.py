"""Self-evaluations in a store: sources that replace others, and evaluations joined to the projects they are about."""

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Store as Graph, Triple

from jixiao.ontology import terms
from jixiao.ontology.identity import Iris
from jixiao.store import Contents
from jixiao.store.changes import Editor
from jixiao.store.commit import merge
from jixiao.store.decisions import effects
from jixiao.store.errors import OverlapError
from tests.support.generated import tries
from tests.support.merging import BASE, Kept, correct, in_force, source, thing, zh
from tests.support.writing import commit

IRIS = Iris(BASE)
EVALUATES, SERIES, OF_INDICATOR = map(NamedNode, (terms.evaluates, terms.DCTERMS_isVersionOf, terms.ofIndicator))
QUANTITY, OUTPUT, QUALITY = (
    NamedNode(f"{terms.VOCAB}indicator-type/{name}") for name in ("output-quantity", "output", "output-quality")
)


def form(node, kind, name, *, body="bureau", unit=None, year=2022, parts=()):
    """Triples of a project or an evaluation, with its parts as pairs of name and type."""
    link, letter, of_part = (terms.hasIndicator, "i", terms.Indicator)
    if kind == terms.Evaluation:
        link, letter, of_part = (terms.hasResult, "e", terms.Result)
    values = {
        terms.RDF_type: NamedNode(kind),
        terms.RDFS_label: zh(name),
        terms.competentDepartment: thing(body),
        terms.implementingUnit: unit and thing(unit),
        terms.year: Literal(str(year), datatype=NamedNode(terms.XSD_integer)),
    }
    triples = [Triple(thing(node), NamedNode(each), value) for each, value in values.items() if value is not None]
    for at, (called, of_type) in enumerate(parts, 1):
        part = thing(f"{node}#{letter}{at}")
        triples += [
            Triple(thing(node), NamedNode(link), part),
            Triple(part, NamedNode(terms.RDF_type), NamedNode(of_part)),
            Triple(part, NamedNode(terms.RDFS_label), zh(called)),
            *([Triple(part, NamedNode(terms.indicatorType), of_type)] if of_type else []),
        ]
    return triples


def project(node="p", name="河道保洁", **said):
    series = Triple(thing(node), SERIES, thing(f"series-{said.get('unit', '')}"))
    return [*form(node, terms.Project, name, **said), series]


def evaluation(node="e", name="河道保洁", source="s", **said):
    derived = Triple(thing(node), NamedNode(terms.PROV_wasDerivedFrom), thing(source))
    return [*form(node, terms.Evaluation, name, **said), derived]


def joined(*contents, node="e"):
    kept = Kept()
    for letter, triples in zip("abcdef", contents, strict=False):
        kept.step(letter, triples)
    return {each.value.removeprefix(f"{BASE}id/") for each in kept.said(thing(node), EVALUATES)}


@pytest.mark.parametrize("name", ["河道保洁", "河道 保洁", "51130021T000000229367-河道保洁"])
def test_an_evaluation_is_about_the_project_of_its_body_year_and_name(name):
    assert joined(project(), evaluation(name=name)) == joined(evaluation(name=name), project()) == {"p"}


@pytest.mark.parametrize(
    "other",
    [
        {"year": 2021},
        {"name": "河道保洁费"},
        {"body": "other", "unit": None},
        {"body": "bureau", "unit": "another"},
    ],
)
def test_likeness_alone_joins_nothing(other):
    assert joined(project(unit="school"), evaluation(unit="school")) == {"p"}
    assert joined(project(unit="school"), evaluation(**{"unit": "school", **other})) == set()


def test_where_several_are_possible_nothing_is_said():
    assert joined(project(), project("q", unit="school"), evaluation()) == set()
    assert joined(project("p", unit="school"), project("q", unit="other"), evaluation(unit="other")) == {"q"}
    twins = [*evaluation(), *evaluation("e-2")]
    assert joined(project(), twins) == joined(project(), twins, node="e-2") == set()
    # Two bodies' evaluations of one project are both about it.
    assert joined(project(unit="school"), evaluation(), evaluation("f", body="school", source="t")) == {"p"}


def test_the_series_is_known_without_the_year():
    kept = Kept()
    kept.step("a", project(year=2023))
    kept.step("b", evaluation())
    assert kept.said(thing("e"), EVALUATES) == set()
    assert kept.said(thing("e"), SERIES) == {thing("series-")}


def test_results_answer_indicators_one_to_one():
    kept = Kept()
    indicators = [("保洁长度", QUANTITY), ("满意度", None), ("次数", QUANTITY), ("次数", QUALITY), ("验收", QUALITY)]
    results = [("保洁 长度", OUTPUT), ("满意度", None), ("次数", QUALITY), ("次数", None), ("验收", QUANTITY)]
    kept.step("a", project(parts=indicators))
    kept.step("b", evaluation(parts=results))
    paired = {
        quad.subject.value[-2:]: quad.object.value[-2:]
        for quad in kept.graph.quads_for_pattern(None, OF_INDICATOR, None, DefaultGraph())
    }
    assert paired == {"e1": "i1", "e2": "i2"}
    kept.step("a", project(parts=indicators[:1]))
    assert len(list(kept.graph.quads_for_pattern(None, OF_INDICATOR, None, DefaultGraph()))) == 1


def test_a_steward_may_say_which_project_is_meant_and_take_it_back():
    kept = Kept()
    kept.step("a", [*project(), *project("q", unit="school")])
    kept.step("b", evaluation())
    kept.step(after=in_force(correct(1, "e", thing("q"), prop=EVALUATES)))
    assert kept.said(thing("e"), EVALUATES) == {thing("q")}
    kept.step(after=effects.NONE)
    assert kept.said(thing("e"), EVALUATES) == set()


PARTS = (("保洁长度", QUANTITY), ("次数", None))
FILES = (
    project(parts=PARTS),
    project("q", unit="school"),
    evaluation(parts=PARTS),
    evaluation("f", body="school", source="t", parts=PARTS[:1]),
    evaluation(name="别的"),
    project(year=2023),
)


@given(steps=st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=10))
@tries(60)
def test_what_changes_step_by_step_is_what_is_made_anew(steps):
    graph, now = Graph(), {}
    for at, stays in steps:
        editor = Editor(graph, recording=True)
        drop = [source(str(at))] if at in now else []
        now = {each: content for each, content in now.items() if each != at} | ({at: FILES[at]} if stays else {})
        add = [(source(str(at)), FILES[at])] if stays else []
        merge.change(editor, drop, add, titled=lambda _: ())
    anew = Graph()
    merge.change(Editor(anew), [], [(source(str(at)), content) for at, content in now.items()])
    assert set(graph) == set(anew)


def reported(make_deposit, file_name, figures, *, names=("河道保洁",), filed=()):
    deposit = make_deposit(file_name, filed)
    evaluations = {IRIS.evaluation("甲区教育局", 2022, name): name for name in names}
    contents = Contents(
        deposit.contents.projects,
        deposit.contents.filings if filed else (),
        evaluations=evaluations,
        figures=dict.fromkeys(evaluations, figures),
    )
    return replace(deposit, contents=contents)


def test_a_source_of_evaluations_replaces_one_only_if_it_has_all_of_them(store, make_deposit):
    first = reported(make_deposit, "a.txt", "1", names=("河道保洁", "防汛"))
    commit(store, first)
    with store.writing() as batch, pytest.raises(OverlapError, match="自评"):
        batch.add(reported(make_deposit, "b.txt", "1"))
    with store.writing() as batch:
        added = batch.add(reported(make_deposit, "c.txt", "1", names=("河道保洁", "防汛", "除草")))
    assert [each.sha16 for each in added.replaced] == [first.sha16]


def test_other_figures_never_replace_silently(store, make_deposit):
    draft, final = reported(make_deposit, "draft.txt", "1"), reported(make_deposit, "final.txt", "2")
    commit(store, draft)
    with store.writing() as batch:
        with pytest.raises(OverlapError, match="--replace"):
            batch.add(final)
        assert [each.sha16 for each in batch.add(final, draft.sha16).replaced] == [draft.sha16]
        batch.commit()
    assert [each.file_name for each in store.current().live_sources] == ["final.txt"]


def test_an_evaluation_and_its_project_do_not_replace_each_other(store, make_deposit):
    commit(store, make_deposit("filing.txt", ["河道保洁"]), reported(make_deposit, "report.txt", "1"))
    assert len(store.current().live_sources) == 2
