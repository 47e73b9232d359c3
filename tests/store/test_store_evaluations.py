"""Self-evaluations in a store: sources that replace others, and evaluations joined to the projects they are about."""

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Store as Graph, Triple

from jixiao.ingest.document import read_document
from jixiao.ontology import terms
from jixiao.ontology.identity import Iris, told_apart
from jixiao.store import Contents, Store as Stored
from jixiao.store.changes import Editor
from jixiao.store.commit import merge
from jixiao.store.decisions import effects
from jixiao.store.errors import OverlapError
from jixiao.store.maintenance.checking import check_store
from tests.support.generated import tries
from tests.support.merging import BASE, Kept, correct, in_force, source, thing, zh
from tests.support.writing import commit, committing, reread

IRIS = Iris(BASE)
EVALUATES, SERIES, OF_INDICATOR = map(NamedNode, (terms.evaluates, terms.DCTERMS_isVersionOf, terms.ofIndicator))
POSSIBLY, ALTERNATE = NamedNode(terms.possiblyEvaluates), NamedNode(terms.PROV_alternateOf)
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


OF_SCHOOL, OF_OTHER = {"unit": "school"}, {"unit": "other"}


@pytest.mark.parametrize(
    ("contents", "joined"),
    [
        *(([project(), evaluation(name=name)], {"e": "p"}) for name in ("河道 保洁", "51130021T000000229367-河道保洁")),
        ([evaluation(), project()], {"e": "p"}),
        ([project(**OF_SCHOOL), evaluation(**OF_SCHOOL)], {"e": "p"}),
        # Likeness alone joins nothing.
        ([project(**OF_SCHOOL), evaluation(**OF_SCHOOL, year=2021)], {}),
        ([project(**OF_SCHOOL), evaluation(**OF_SCHOOL, name="河道保洁费")], {}),
        ([project(**OF_SCHOOL), evaluation(body="other")], {}),
        ([project(**OF_SCHOOL), evaluation(unit="another")], {}),
        # The project is not guessed at among several.
        ([project(), project("q", **OF_SCHOOL), evaluation()], {}),
        ([project("p", **OF_SCHOOL), project("q", **OF_OTHER), evaluation(**OF_OTHER)], {"e": "q"}),
        ([project(), [*evaluation(), *evaluation("e-2")]], {}),
        # Two bodies' evaluations of one project are both about it.
        ([project(**OF_SCHOOL), evaluation(), evaluation("f", body="school", source="t")], {"e": "p", "f": "p"}),
    ],
)
def test_an_evaluation_is_about_the_one_project_of_its_body_year_and_name(contents, joined):
    quads = Kept(*contents).graph.quads_for_pattern(None, EVALUATES, None, DefaultGraph())
    assert {quad.subject: quad.object for quad in quads} == {thing(one): thing(of) for one, of in joined.items()}


@pytest.mark.parametrize(
    ("contents", "offered"),
    [
        ([project(name="河道保洁费"), evaluation()], {thing("p")}),
        ([evaluation(), project(name="河道保洁费")], {thing("p")}),
        ([project(name="河道保法费"), evaluation(name="河道保洁费")], {thing("p")}),
        ([project(unit="school"), evaluation(unit="other")], {thing("p")}),
        ([project(), project("q", unit="school"), evaluation()], {thing("p"), thing("q")}),
        ([project(), [*evaluation(), *evaluation("e-2")]], {thing("p")}),
        ([project(name="校舍维修"), evaluation()], set()),
        ([project(year=2021), evaluation()], set()),
        # A project with another name that has an evaluation of its own is not offered.
        ([project(name="河道保洁费"), evaluation("f", "河道保洁费", "t"), evaluation()], set()),
    ],
)
def test_projects_that_may_be_meant_are_offered_and_not_joined(contents, offered):
    kept = Kept(*contents)
    assert (kept.said(thing("e"), EVALUATES), kept.said(thing("e"), POSSIBLY)) == (set(), offered)


def test_an_offer_ends_with_the_decision_and_comes_back_without_it():
    kept = Kept(project(name="河道保洁费"), evaluation())
    kept.step(after=in_force(correct(1, "e", thing("p"), prop=EVALUATES)))
    assert (kept.said(thing("e"), EVALUATES), kept.said(thing("e"), POSSIBLY)) == ({thing("p")}, set())
    kept.step(after=effects.NONE)
    assert (kept.said(thing("e"), EVALUATES), kept.said(thing("e"), POSSIBLY)) == (set(), {thing("p")})


def test_evaluations_of_two_units_do_not_disagree():
    node = f"e-{'0' * 16}"
    for unit, others in (("school", {thing(node)}), ("other", set())):
        kept = Kept()
        kept.alternates = lambda iri, _sha16: {thing("e").value, thing(node).value} - {iri}
        kept.step("a", evaluation(unit="school"))
        kept.step("b", evaluation(node, source="t", unit=unit))
        assert kept.said(thing("e"), ALTERNATE) == others


def test_the_series_is_known_without_the_year():
    kept = Kept(project(year=2023), evaluation())
    assert (kept.said(thing("e"), EVALUATES), kept.said(thing("e"), SERIES)) == (set(), {thing("series-")})


def test_results_answer_indicators_one_to_one():
    indicators = [("保洁长度", QUANTITY), ("满意度", None), ("次数", QUANTITY), ("次数", QUALITY), ("验收", QUALITY)]
    results = [("保洁 长度", OUTPUT), ("满意度", None), ("次数", QUALITY), ("次数", None), ("验收", QUANTITY)]
    kept = Kept(project(parts=indicators), evaluation(parts=results))
    paired = {
        quad.subject.value[-2:]: quad.object.value[-2:]
        for quad in kept.graph.quads_for_pattern(None, OF_INDICATOR, None, DefaultGraph())
    }
    assert paired == {"e1": "i1", "e2": "i2"}
    kept.step("a", project(parts=indicators[:1]))
    assert len(list(kept.graph.quads_for_pattern(None, OF_INDICATOR, None, DefaultGraph()))) == 1


PARTS = (("保洁长度", QUANTITY), ("次数", None))
FILES = (
    project(parts=PARTS),
    project("q", unit="school"),
    evaluation(parts=PARTS),
    evaluation("f", body="school", source="t", parts=PARTS[:1]),
    evaluation(f"e-{'0' * 16}", name="河道保洁费", source="u"),
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
    with committing(store) as batch:
        added = batch.add(final)
        assert (added.replaced, [each.sha16 for each in added.disagreeing]) == ((), [draft.sha16])
    assert {each.file_name for each in store.current().live_sources} == {"draft.txt", "final.txt"}
    # A further source replaces the one whose figures it has, or the one that the steward names.
    with store.writing() as batch:
        added = batch.add(reported(make_deposit, "print.txt", "1"))
        assert [each.sha16 for each in added.replaced] == [draft.sha16]
        added = batch.add(reported(make_deposit, "late.txt", "3"), final.sha16)
        assert [each.sha16 for each in added.replaced] == [final.sha16]


def test_some_evaluations_with_other_figures_share_only_the_rest(store, make_deposit):
    first, other = (reported(make_deposit, name, "1", names=("河道保洁", "防汛")) for name in ("a.txt", "b.txt"))
    commit(store, first)
    [one, _] = other.contents.figures
    contents = replace(other.contents, figures={**other.contents.figures, one: "2"})
    with store.writing() as batch, pytest.raises(OverlapError, match="1/2"):
        batch.add(replace(other, contents=contents))


FORM = """项目支出绩效自评表
（2023年度）
项目名称\t{name}
主管部门\t临江市文化局\t实施单位\t临江市图书馆
项目资金（万元）\t\t年初预算数\t全年预算数\t全年执行数\t分值\t执行率\t得分
\t年度资金总额\t12.00\t12.00\t{spent}\t10\t90.00%\t9
绩效指标\t一级指标\t二级指标\t三级指标\t年度指标值\t实际完成值\t分值\t得分\t偏差原因分析及改进措施
\t产出指标\t数量指标\t修复册数\t≥200册\t190册\t30\t28.5\t纸张供应推迟
总分\t\t\t\t\t100\t97.5
注：本表由单位填报。
"""


def read(spent, name="古籍修复"):
    reading = read_document(FORM.format(name=name, spent=spent).encode(), f"{spent}.txt", BASE)
    assert reading.deposit, reading.refusal
    return reading.deposit


def spent(generation):
    """The money spent by the IRI of each evaluation, and the lines that the ledgers give for each."""
    quads = generation.graph.quads_for_pattern(None, NamedNode(terms.executed), None, DefaultGraph())
    return {quad.subject.value: quad.object.value for quad in quads if "#" not in quad.subject.value}


def test_three_sources_stand_side_by_side_in_any_order(tmp_path):
    sources = [read(each) for each in ("10.80", "11.20", "9.60")]
    checksums = set()
    for number, order in enumerate((sources, sources[::-1])):
        store = Stored.create(tmp_path / f"{number}", BASE)
        for each in order:
            commit(store, each)
        checksums.add(store.current().manifest.checksum)
    [plain] = sources[0].contents.evaluations
    first, *others = sorted(sources, key=lambda each: each.sha256)
    iris = {plain, *(told_apart(plain, each.sha16) for each in others)}
    assert spent(store.current()).keys() == iris
    assert sorted(spent(store.current()).values()) == ["108000", "112000", "96000"]
    assert len(checksums) == 1
    for each in others:
        own = told_apart(plain, each.sha16)
        assert own in str(store.ledger(each.sha16))
        alternates = store.current().graph.quads_for_pattern(NamedNode(own), ALTERNATE, None, DefaultGraph())
        assert {quad.object.value for quad in alternates} == iris - {own}
    assert not list(check_store(Stored.open(store.path), None, lambda _: None))
    with committing(store) as batch:
        batch.withdraw(first.sha16, "草稿")
        batch.withdraw(others[0].sha16, "草稿")
    assert spent(store.current()).keys() == {plain}
    assert plain in str(store.ledger(others[1].sha16))
    alone = Stored.create(tmp_path / "alone", BASE)
    assert commit(alone, others[1]).manifest.checksum == store.current().manifest.checksum


def test_a_new_reading_stays_told_apart(store):
    sources = sorted((read(each) for each in ("10.80", "11.20")), key=lambda each: each.sha256)
    before = commit(store, *sources).manifest.checksum
    assert not reread(store, *sources).refused
    assert store.current().manifest.checksum == before


def test_an_evaluation_and_its_project_do_not_replace_each_other(store, make_deposit):
    commit(store, make_deposit("filing.txt", ["河道保洁"]), reported(make_deposit, "report.txt", "1"))
    assert len(store.current().live_sources) == 2
