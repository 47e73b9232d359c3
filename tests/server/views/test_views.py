"""Every view's file, and how views are bound and answered, without HTTP."""

import contextlib
import json
from decimal import Decimal
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import example, given, strategies as st
from pyoxigraph import Literal, QuerySolutions, Store as Graph

from jixiao.ontology import terms
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.errors import ParameterError, ViewFileError
from jixiao.server.query.binding import QUERIES, bind
from jixiao.server.views import view_files
from jixiao.server.views.answers import Row
from jixiao.server.views.parameters import KINDS, Parameter
from jixiao.store import Store
from tests.server.conftest import answering

VIEWS = view_files.load()
FILES = sorted([*view_files.DIRECTORY.glob("*.rq"), *QUERIES.glob("*.rq")])
SONGJIANG = "中国人民政治协商会议上海市松江区委员会办公室"


def run(store: Store, name: str, **params: str) -> view_files.Answer:
    now = store.current()
    return VIEWS[name].answer(answering(now.graph), params, now.version)


def test_no_query_asks_for_more_than_the_most_rows(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Virtuoso refuses to sort more; an answer of so many rows is cut if the counts of all rows say so."""
    every = len(run(store, "projects").rows)
    monkeypatch.setattr(view_files, "MAX_ROWS", every - 1)
    first = run(store, "projects", limit=str(every - 1))
    assert (len(first.rows), first.truncated) == (every - 1, True)
    last = run(store, "projects", limit=str(every - 1), offset="1")
    assert (len(last.rows), last.truncated) == (every - 1, False)


def share_of_training(said: str) -> Row:
    """The row on projects of training, and the others, of which so much is said."""
    graph = Graph()
    graph.update(f"PREFIX jx: <{terms.JX}> PREFIX rdfs: <{terms.RDFS}> INSERT DATA {{ {said} }}")
    (row,) = VIEWS["shares"].answer(answering(graph), {"text": "培训"}, "1").rows
    return row


def test_a_part_without_money_has_a_share_of_nothing() -> None:
    """Oxigraph gives no value for 0 divided by a fraction."""
    row = share_of_training(
        "<x:a> a jx:Project ; jx:amount 0.5 . <x:b> a jx:Project ; jx:amount 0.0 ; rdfs:label '培训'"
    )
    assert (row["projectShare"], row["amountShare"], row["amount"]) == (50, 0, 0)


@pytest.mark.parametrize(
    ("part", "share"),
    [(3, "0.03"), (1, "0.01"), (125, "1.3"), (9999, "99.99"), (0.03, "0.0003"), (10000, "100"), (0, "0")],
)
def test_a_small_share_is_not_none_and_a_large_one_not_all(part: float, share: str) -> None:
    row = share_of_training(
        f"<x:a> a jx:Project ; jx:amount {10000 - part} ."
        f" <x:b> a jx:Project ; jx:amount {float(part)} ; rdfs:label '培训'"
    )
    assert row["amountShare"] == Decimal(share)


@pytest.mark.parametrize(
    ("given", "share"), [({"year": "2030"}, None), ({"text": "没有"}, 0), ({"part": "松江区", "year": "2030"}, None)]
)
def test_money_of_nothing_that_was_read_is_no_zero(given: dict[str, str], share: int | None, store: Store) -> None:
    (row,) = run(store, "shares", **given).rows
    assert (row["projects"], row["projectShare"]) == (0, share)
    assert (row["amount"], row["amountShare"]) == (None, None)
    assert (row["allAmount"] is None) == ("year" in given)


def test_amounts_of_which_none_was_read_are_blank() -> None:
    row = share_of_training("<x:a> a jx:Project . <x:b> a jx:Project ; rdfs:label '培训'")
    assert (row["projects"], row["allProjects"], row["projectShare"]) == (1, 2, 50)
    assert (row["amount"], row["allAmount"], row["amountShare"]) == (None, None, None)


@pytest.mark.parametrize("given", [{"first": "2022", "second": "2022年"}, {"first": "2021-2023", "second": "2022"}])
def test_a_year_is_not_compared_with_itself(given: dict[str, str], store: Store) -> None:
    with pytest.raises(ParameterError, match=r"都有 2022.*both have 2022"):
        run(store, "years", **given)
    assert run(store, "years", first="2022", second="2023").rows
    assert run(store, "body-years", first="2022", second="2022").rows


def test_the_views_of_the_contract_are_there() -> None:
    assert {"projects-citing", "legal-bases", "projects", "project", "department", "indicators", "spending"} <= set(
        VIEWS
    )


@pytest.mark.parametrize(
    "path", [path for path in FILES if path.stem not in ("lapsed", "merged")], ids=lambda path: path.stem
)
def test_a_file_runs_as_it_is_pasted_and_finds_something(path: Path, evaluated: Store) -> None:
    generation = evaluated.current()
    results = generation.graph.query(path.read_text(encoding="utf-8"))
    assert any(True for _ in results) if isinstance(results, QuerySolutions) else results is not None


@pytest.mark.parametrize("path", [path for path in FILES if path.stem != "merged"], ids=lambda path: path.stem)
def test_a_file_spells_prefixes_as_the_ontology_does(path: Path) -> None:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("PREFIX"):
            _, prefix, iri = line.split()
            assert terms.PREFIXES[prefix.rstrip(":")] == iri.strip("<>")


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_answers_with_all_its_examples(name: str, evaluated: Store) -> None:
    answer = run(evaluated, name, **{parameter.name: parameter.example for parameter in VIEWS[name].params})
    assert answer.rows
    assert any(column.label["zh"] and column.label["en"] for column in answer.columns)


@pytest.mark.sampled(5)
@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("value", ['" } #', "x> } SERVICE <x:y> {", "} UNION { ?s ?p ?o", "\\", "'''", "\n"])
def test_values_never_become_query_text(name: str, value: str) -> None:
    for parameter in VIEWS[name].params:
        given_ = {p.name: p.example for p in VIEWS[name].params if p.required} | {parameter.name: value}
        try:
            sparql = VIEWS[name].bind(given_)
        except ParameterError:
            continue
        Graph().query(sparql)


@pytest.mark.parametrize("name", VIEWS)
def test_a_value_is_never_taken_for_a_row(name: str) -> None:
    texts = [parameter.name for parameter in VIEWS[name].params if parameter.kind == "text"]
    required = {p.name: p.example for p in VIEWS[name].params if p.required}
    for one, other in permutations(texts, 2):
        given_ = {one: f"VALUES ?_{other} {{ }}", other: "} x {"}
        sparql = VIEWS[name].bind(required | given_)
        for parameter, value in given_.items():
            assert f'VALUES ?_{parameter} {{ "{value.lower()}"' in sparql


def test_binding_a_parameter_without_a_row_is_a_defect() -> None:
    with pytest.raises(KeyError, match="b"):
        bind("VALUES ?_a { 1 }", {"b": Literal(1)})


@pytest.mark.sampled(4)
@pytest.mark.parametrize("kind", KINDS)
@example(typed=",.")
@given(typed=st.text(alphabet="0123,.+-万亿元 ") | st.text())
def test_a_kind_reads_anything_or_says_what_it_takes(kind: str, typed: str) -> None:
    with contextlib.suppress(ParameterError):
        map(str, Parameter("x", kind, True, "", Bilingual("甲", "a")).terms(typed, view_files.DEFAULT_BASE))


@given(st.text(max_size=60))
def test_any_text_binds_to_a_query_that_parses(text: str) -> None:
    try:
        sparql = VIEWS["projects"].bind({"text": text})
    except ParameterError:
        return
    Graph().query(sparql)


@pytest.mark.parametrize(
    "number", ["松委发（2009）97号", "松委发【2009】97 号", "松委发[2009]97号", "松委发〔２００９〕９７号"]
)
def test_the_mission(number: str, store: Store) -> None:
    answer = run(store, "projects-citing", number=number)
    assert [(row["name"], row["year"], row["amount"], row["printedNumber"], row["line"]) for row in answer.rows] == [
        ("业务培训", 2022, Decimal(400000), "松委发（2009）97号", 5),
        ("政协会议", 2022, Decimal("86580.55"), "松委发[2009]97号", 9),
        ("办公用房维修", 2023, Decimal(1000000), "松委发〔2009〕97号", 3),
    ]
    assert answer.totals() == {"amount": Decimal("1486580.55")}
    assert answer.rows[2]["department"] == "上海市闵行区人民政府办公室"
    assert not answer.truncated


def test_an_order_is_found_by_its_number(store: Store) -> None:
    assert [row["name"] for row in run(store, "projects-citing", number="上海市人民政府令第35号").rows] == ["政协会议"]


def test_a_number_that_nobody_cites_says_so(store: Store) -> None:
    answer = run(store, "projects-citing", number="松委发〔2009〕98号")
    assert answer.rows == ()
    assert answer.message == {
        "zh": "没有项目引用“松委发〔2009〕98号”。",
        "en": "No project cites “松委发〔2009〕98号”.",
    }
    assert json.loads(answer.to_json())["message"]["zh"].startswith("没有项目")


@pytest.mark.parametrize(
    ("name", "params", "named"),
    [
        ("projects-citing", {}, "number"),
        ("projects-citing", {"number": "  "}, "number"),
        ("projects-citing", {"number": "97号"}, "97号"),
        ("projects-citing", {"number": "松委发〔2009〕97号", "nummer": "1"}, "nummer"),
        ("projects", {"year": "22"}, "year"),
        ("projects", {"least": "many"}, "least"),
        ("projects", {"least": ",."}, "least"),
        ("projects", {"limit": "0"}, "limit"),
        ("projects", {"limit": "10001"}, "limit"),
        ("projects", {"offset": "-1"}, "offset"),
        ("projects", {"text": "x" * 501}, "text"),
        ("projects", {"department": "《》"}, "department"),
        ("project", {"project": "javascript:alert(1)"}, "project"),
        ("project", {"project": "http://x/<script>"}, "project"),
        ("indicators", {"operator": "more"}, "operator"),
        ("indicators", {"below": "NaN"}, "below"),
    ],
)
def test_what_a_parameter_cannot_be_is_said(name: str, params: dict[str, str], named: str) -> None:
    with pytest.raises(ParameterError, match=named):
        VIEWS[name].bind(params)


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({}, ["业务培训", "政协会议", "办公用房维修"]),
        ({"department": SONGJIANG}, ["业务培训", "政协会议"]),
        ({"department": f"《{SONGJIANG}》 "}, ["业务培训", "政协会议"]),
        ({"department": "/id/org/5kejufee62q5e"}, ["办公用房维修"]),
        ({"department": "http://localhost:8000/id/org/5kejufee62q5e"}, ["办公用房维修"]),
        ({"year": "2022年度"}, ["业务培训", "政协会议"]),
        ({"least": "8.658055万元"}, ["业务培训", "政协会议", "办公用房维修"]),
        ({"least": "８6,580.56"}, ["业务培训", "办公用房维修"]),
        ({"most": "40 万", "text": "培训"}, ["业务培训"]),
        ({"most": "0.4 million yuan", "text": "培训"}, ["业务培训"]),
        ({"least": "RMB 380k"}, ["业务培训", "办公用房维修"]),
        ({"least": "一百万元"}, ["办公用房维修"]),
    ],
)
def test_projects_are_narrowed(params: dict[str, str], names: list[str], store: Store) -> None:
    assert sorted(str(row["name"]) for row in run(store, "projects", **params).rows) == sorted(names)


def test_projects_come_in_the_order_that_their_description_states(store: Store) -> None:
    rows = run(store, "projects").rows
    order = [(-int(str(row["year"])), -Decimal(str(row["amount"]))) for row in rows]
    assert order == sorted(order)
    assert len({year for year, _ in order}) > 1, "one year cannot tell both orders apart"
    view = VIEWS["projects"]
    assert "年度新的在前" in view.description.zh
    assert "the newest year first" in view.description.en


@pytest.mark.sampled(4)
@pytest.mark.parametrize("name", VIEWS)
def test_an_order_drops_no_row(name: str, evaluated: Store) -> None:
    needed = {each.name: each.example for each in VIEWS[name].params if each.required}
    whole = run(evaluated, name, **needed)
    for column in VIEWS[name].sortable():
        for order in (column, f"-{column}"):
            found = run(evaluated, name, **needed, sort=order)
            assert sorted(map(str, found.rows)) == sorted(map(str, whole.rows)), order
            assert found.whole.rows == len(whole.rows)


def test_rows_without_a_year_come_last_in_both_orders() -> None:
    graph, jx = Graph(), terms.JX
    graph.update(
        "INSERT DATA { "
        + "".join(
            f'<x:b{n}> a <{jx}LegalBasis> ; <{terms.RDFS_label}> "{n}" {year} .'
            f" <x:p{n}> a <{jx}Project> ; <{jx}cites> <x:b{n}> {year.replace('numberYear', 'year')} ."
            for n, year in enumerate((f"; <{jx}numberYear> 2009", "", f"; <{jx}numberYear> 2019"))
        )
        + " }"
    )

    query = answering(graph)
    for name, column in (("legal-bases", "issuedIn"), ("by-year", "year")):
        for order, years in ((column, [2009, 2019, None]), (f"-{column}", [2019, 2009, None])):
            answer = VIEWS[name].answer(query, {"sort": order}, "1")
            assert ([row[column] for row in answer.rows], answer.whole.rows) == (years, 3)
    assert [row["year"] for row in VIEWS["by-year"].answer(query, {"sort": "projects"}, "1").rows][-1] is None


def test_pages_of_rows_join_up(store: Store) -> None:
    whole = run(store, "projects").rows
    first, second = run(store, "projects", limit="2"), run(store, "projects", limit="2", offset="2")
    assert (first.truncated, second.truncated) == (True, False)
    assert first.rows + second.rows == whole
    assert "LIMIT 2" in first.sparql
    assert "LIMIT 2 OFFSET 2" in second.sparql


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({"type": "满意度指标"}, ["学员满意度"]),
        ({"type": "质量指标", "below": "95"}, ["培训通过率"]),
        ({"above": "89"}, ["验收合格率", "培训通过率"]),
        ({"operator": "le"}, []),
        ({"unit": "％", "year": "2023"}, ["验收合格率"]),
    ],
)
def test_indicators_are_narrowed(params: dict[str, str], names: list[str], store: Store) -> None:
    assert [row["name"] for row in run(store, "indicators", **params).rows] == names


def test_spending_counts_a_project_once(store: Store) -> None:
    rows = run(store, "spending").rows
    assert [(row["department"], row["year"], row["projects"], row["amount"]) for row in rows] == [
        ("上海市闵行区人民政府办公室", 2023, 1, Decimal(1000000)),
        (SONGJIANG, 2022, 2, Decimal("486580.55")),
    ]


def test_legal_bases_count_projects_not_mentions_or_titles(store: Store) -> None:
    rows = run(store, "legal-bases").rows
    assert [(row["number"], row["projects"], row["departments"], row["amount"]) for row in rows] == [
        ("松委发〔2009〕97号", 3, 2, Decimal("1486580.55")),
        ("上海市人民政府令第35号", 1, 1, Decimal("86580.55")),
    ]
    assert [row["number"] for row in run(store, "legal-bases", text="信息公开").rows] == ["上海市人民政府令第35号"]
    assert [row["projects"] for row in run(store, "legal-bases", year="2023").rows] == [1]


def test_a_project_is_shown_whole(store: Store) -> None:
    rows = run(store, "project", project="/id/project/bdd7i7amlc5hg/2022/jaffbl3rohoc7").rows
    said = {(row["group"], row["item"], row["value"], row["amount"]) for row in rows}
    assert ("基本信息", "项目类别", "经常性项目", None) in said
    assert ("资金", "年度资金申请总额", None, Decimal(400000)) in said
    assert ("绩效目标", "年度总目标", "全年办两期培训", None) in said
    assert ("绩效指标", "学员满意度", ">=80%", None) in said
    assert ("预算明细", "讲课费", "4 × 2500.5", Decimal(10002)) in said
    assert ("预算明细", "教材", "30 × ? × 2", None) in said
    assert len([row for row in rows if row["group"] == "立项依据"]) == 2


def test_a_project_has_no_line_where_the_graph_has_none(store: Store) -> None:
    rows = run(store, "project", project="/id/project/bdd7i7amlc5hg/2022/jaffbl3rohoc7").rows
    assert {row["group"] for row in rows if row["line"] is None} == {"基本信息", "资金"}
    assert terms.annualRequest in {row["property"] for row in rows}


def test_a_department_knows_its_roles(store: Store) -> None:
    rows = run(store, "department", department="上海市闵行区人民政府办公室").rows
    assert [(row["name"], row["role"], row["indicators"], row["bases"]) for row in rows] == [
        ("办公用房维修", "department filedBy implementingUnit", 1, 1)
    ]


@pytest.mark.parametrize(
    "broken",
    [
        "#+ title: {zh: 无}\nSELECT * {} LIMIT 1",
        "SELECT * {}",
        "#+ title: {zh: a, en: a}\n#+ description: {zh: a, en: a}\n#+ columns: []\nSELECT * {}\nLIMIT 1",
        "#+ title: {zh: a, en: a}\n#+ description: {zh: a, en: a}\n#+ columns: []\n"
        "#+ params: [{name: x, kind: y, example: z, label: {zh: a, en: a}}]\nSELECT * {}\nORDER BY ?x\nLIMIT 1",
    ],
)
def test_a_broken_file_is_refused(broken: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.rq"
    path.write_text(broken, encoding="utf-8")
    with pytest.raises(ViewFileError, match=r"broken\.rq"):
        view_files.read(path)


def test_a_year_without_a_filing_is_no_zero(store: Store) -> None:
    found = run(store, "years", first="2022", second="2023")
    assert {(row["firstProjects"], row["secondProjects"]) for row in found.rows} == {(2, None), (None, 1)}
    assert all(row["change"] is None for row in found.rows)
    assert not found.totals()
    [blank] = {column.blank for column in found.columns if column.name.endswith("Projects")}
    assert blank == Bilingual("—", "—")
    assert "没有读到它负责的项目的一年是“—”" in VIEWS["years"].description.zh  # an undated filing may be of it


def test_bodies_of_both_years_come_first() -> None:
    graph = Graph()
    projects = (("a", 2022, 1.0), ("b", 2022, 5.0), ("a", 2024, 2.0), ("c", 2024, 9.0))
    for number, (body, year, amount) in enumerate(projects):
        graph.update(
            f"PREFIX jx: <{terms.JX}> INSERT DATA {{ <x:{number}> a jx:Project ; jx:year {year} ; jx:amount {amount} ;"
            f" jx:department <x:{body}> . <x:{body}> a jx:Department ; jx:fullName '{body}' }}"
        )
    answer = VIEWS["years"].answer(answering(graph), {"first": "2022", "second": "2024"}, "1")
    assert [row["department"] for row in answer.rows] == ["a", "c", "b"]


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_both_languages_note_as_many_things(name: str) -> None:
    asked = VIEWS[name].ask
    notes = [*filter(None, (asked.get("note"),)), *asked.get("notes", {}).values()]
    assert [each["zh"].count("；") for each in notes] == [each["en"].count(";") for each in notes]


@pytest.mark.parametrize("name", VIEWS)
def test_things_are_shown_by_their_names(name: str) -> None:
    columns = VIEWS[name].columns
    shown = {column.name for column in columns if column.type == "iri"} - {column.link for column in columns}
    assert shown <= {"property", "source"}  # these have no column with a name


def test_a_unit_is_found_in_all_its_spellings() -> None:
    unit = Parameter("unit", "unit", False, "%", Bilingual("计量单位", "Unit"))

    def spelt(typed: str) -> set[str]:
        return {term.value for term in unit.terms(typed, view_files.DEFAULT_BASE)}

    assert spelt("%") == spelt("百分比") == {"%", "百分比"}
    assert spelt("平方米") >= {"㎡", "平米"}
    assert spelt("台") == {"台"}
