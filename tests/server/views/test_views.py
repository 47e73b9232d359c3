"""Every view's file, and how views are bound and answered, without HTTP.

Typed values are taken kindly: parts of names, families of bodies, several values. Orders, totals, near names.
"""

import contextlib
import json
from contextlib import nullcontext
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import example, given, strategies as st
from pyoxigraph import Literal, QuerySolutions, Store as Graph

from jixiao.ontology import terms
from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.ontology.text.bilingual import Bilingual
from jixiao.server.errors import ParameterError
from jixiao.server.query.binding import QUERIES, bind, window
from jixiao.server.views import heads, view_files
from jixiao.server.views.parameters import KINDS, Parameter
from jixiao.server.views.typed_names import MANY, AmbiguousError
from jixiao.store.index.found import Name
from tests.server.conftest import MINHANG, SONGJIANG, answered, answering, graph_of
from tests.support.pages import absent

VIEWS = view_files.load()
FILES = sorted([*view_files.DIRECTORY.glob("*.rq"), *QUERIES.glob("*.rq")])
ALL = ["业务培训", "政协会议", "办公用房维修"]


def run(store, name, *, index=False, page=None, **params):
    now = store.current()
    found = now.index if index else None
    return VIEWS[name].answer(answering(now.graph), params, now.version, found, page, tables=lambda _: now.tables)


def test_no_query_asks_for_more_than_the_most_rows(store, monkeypatch):
    """Virtuoso refuses to sort more; an answer of so many rows is cut if the counts of all rows say so."""
    every = len(run(store, "projects").rows)
    monkeypatch.setattr(view_files, "MAX_ROWS", every - 1)
    first = run(store, "projects", limit=str(every - 1))
    assert (len(first.rows), first.truncated) == (every - 1, True)
    last = run(store, "projects", limit=str(every - 1), offset="1")
    assert (len(last.rows), last.truncated) == (every - 1, False)


def test_a_small_share_is_not_none():
    graph = graph_of(
        f"PREFIX jx: <{terms.JX}> PREFIX rdfs: <{terms.RDFS}> INSERT DATA {{ <x:a> a jx:Project ; jx:amount 9999.97 ."
        " <x:b> a jx:Project ; jx:amount 0.03 ; rdfs:label '培训' }"
    )
    (row,) = answered(VIEWS["shares"], graph, {"text": "培训"}).rows
    assert row["amountShare_notStated"] == Decimal("0.0003")


@pytest.mark.parametrize(
    ("given", "share"), [({"year": "2030"}, None), ({"text": "没有"}, 0), ({"part": "松江区", "year": "2030"}, None)]
)
def test_money_of_nothing_that_was_read_is_no_zero(given, share, store):
    (row,) = run(store, "shares", **given).rows
    assert (row["projects"], row["projectShare"]) == (0, share)
    assert {value for name, value in row.items() if name.startswith(("sum_amount", "amountShare"))} <= {None}


@pytest.mark.parametrize(
    # No body here has two projects of one year, phase and period, as `more-than-half` asks.
    "path",
    [path for path in FILES if path.stem not in ("lapsed", "merged", "more-than-half")],
    ids=lambda path: path.stem,
)
def test_a_file_runs_as_it_is_pasted_and_finds_something(path, evaluated):
    results = evaluated.current().graph.query(path.read_text(encoding="utf-8"))
    assert any(True for _ in results) if isinstance(results, QuerySolutions) else results is not None


@pytest.mark.parametrize("path", [path for path in FILES if path.stem != "merged"], ids=lambda path: path.stem)
def test_a_file_spells_prefixes_as_the_ontology_does(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("PREFIX"):
            _, prefix, iri = line.split()
            assert terms.PREFIXES[prefix.rstrip(":")] == iri.strip("<>")


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_answers_with_all_its_examples(name, evaluated):
    answer = run(evaluated, name, **{parameter.name: parameter.example for parameter in VIEWS[name].params})
    assert answer.rows, "no row in tests/server/data/*.ttl: add a fact there, or change the examples of the view"
    assert any(column.label.zh and column.label.en for column in answer.columns)


@pytest.mark.sampled(15)
@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("value", ['" } #', "x> } SERVICE <x:y> {", "} UNION { ?s ?p ?o", "\\", "'''", "\n"])
def test_values_never_become_query_text(name, value):
    for parameter in VIEWS[name].params:
        given_ = {p.name: p.example for p in VIEWS[name].params if p.required} | {parameter.name: value}
        try:
            sparql = VIEWS[name].bind(given_)
        except ParameterError:
            continue
        Graph().query(sparql)


def test_binding_a_parameter_without_a_row_is_a_defect():
    with pytest.raises(KeyError, match="b"):
        bind("VALUES ?_a { 1 }", {"b": Literal(1)})


@pytest.mark.sampled(4)
@pytest.mark.parametrize("kind", KINDS)
@example(typed=",.")
@given(typed=st.text(alphabet="0123,.+-万亿元 ") | st.text())
def test_a_kind_reads_anything_or_says_what_it_takes(kind, typed):
    with contextlib.suppress(ParameterError):
        map(str, Parameter("x", kind, True, "", Bilingual("甲", "a")).terms(typed, view_files.DEFAULT_BASE))


@pytest.mark.parametrize(
    "number", ["松委发（2009）97号", "松委发【2009】97 号", "松委发[2009]97号", "松委发〔２００９〕９７号"]
)
def test_the_mission(number, store):
    answer = run(store, "projects-citing", number=number)
    assert [(row["name"], row["year"], row["amount"], row["printedNumber"], row["line"]) for row in answer.rows] == [
        ("业务培训", 2022, Decimal(400000), "松委发（2009）97号", 5),
        ("政协会议", 2022, Decimal("86580.55"), "松委发[2009]97号", 9),
        ("办公用房维修", 2023, Decimal(1000000), "松委发〔2009〕97号", 3),
    ]
    assert answer.whole
    assert not answer.whole.sums, "two years, two periods"
    assert answer.rows[2]["department"] == "上海市闵行区人民政府办公室"
    assert not answer.truncated


def test_a_number_that_nobody_cites_says_so(store):
    answer = run(store, "projects-citing", number="松委发〔2009〕98号")
    assert answer.rows == ()
    assert answer.message == {
        "zh": "没有项目引用“松委发〔2009〕98号”。",
        "en": "No project cites “松委发〔2009〕98号”.",
    }
    assert json.loads(answer.to_json())["message"]["zh"].startswith("没有项目")


@pytest.mark.parametrize("index", [True, False])
@pytest.mark.parametrize(
    ("view", "params", "named"),
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
        *(("projects", {"sort": sort}, "amount") for sort in ("role", "x", "amount;", "--amount")),
        ("years", {"first": "2022", "second": "2022年"}, r"都有 2022.*both have 2022"),
        ("years", {"first": "2021-2023", "second": "2022"}, r"都有 2022.*both have 2022"),
        # Values that nothing has are refused with those that are known.
        ("projects", {"lacks": "xyz"}, "生态效益|产出指标"),
        ("projects", {"lacks": "绩效"}, "生态效益|产出指标"),
        ("projects", {"category": "xyz"}, "经常性项目"),
        ("indicators", {"type": "环境指标"}, "满意度"),
        ("indicators", {"unit": "percent"}, "%"),
        ("findings", {"fault": "NoSuchRule"}, "AmountNotANumber"),
        ("projects", {"notCited": "不存在法"}, "是或含有“不存在法”的文件"),
        ("projects", {"notDepartment": "不存在局"}, "是或含有“不存在局”的机构"),
        ("projects", {"notDepartment": "/id/org/none"}, "是或含有“/id/org/none”的机构"),
        ("projects", {"without": "xyz"}, "hasIndicator"),
        ("projects", {"fund": "xyz"}, "otherFunds"),
        ("projects", {"level": "乡"}, "county"),
        ("projects", {"kind": "foo"}, "handedDown"),
        ("indicators", {"operator": "xyz"}, "approx"),
        ("findings", {"fault": "all", "severity": "xyz"}, "Violation"),
    ],
)
def test_what_a_parameter_cannot_be_is_said(view, params, named, index, store):
    with pytest.raises(ParameterError, match=named):
        run(store, view, index=index, **params)


def test_a_project_is_shown_whole(store):
    rows = run(store, "project", project="/id/project/bdd7i7amlc5hg/2022/jaffbl3rohoc7").rows
    said = {(row["group"], row["item"], row["value"], row["amount"]) for row in rows}
    assert (
        absent(
            said,
            ("基本信息", "项目类别", "经常性项目", None),
            ("资金", "年度资金申请总额", "申请", Decimal(400000)),
            ("绩效目标", "年度总目标", "全年办两期培训", None),
            ("绩效指标", "学员满意度", ">=80%", None),
            ("预算明细", "讲课费", "4 × 2500.5", Decimal(10002)),
            ("预算明细", "教材", "30 × ? × 2", None),
        )
        == []
    )
    assert len([row for row in rows if row["group"] == "立项依据"]) == 2


def test_a_project_has_no_line_where_the_graph_has_none(store):
    rows = run(store, "project", project="/id/project/bdd7i7amlc5hg/2022/jaffbl3rohoc7").rows
    assert {row["group"] for row in rows if row["line"] is None} == {"基本信息", "资金"}
    assert terms.annualRequest in {row["property"] for row in rows}


def test_a_year_without_a_filing_is_no_zero(store):
    found = run(store, "years", first="2022", second="2023")
    assert {(row["firstProjects"], row["secondProjects"]) for row in found.rows} == {(2, None), (None, 1)}
    assert all(row["change_requested"] is None for row in found.rows)
    assert {*found.whole.sums} <= {"with_firstAmount_requested", "with_secondAmount_requested"}
    [blank] = {column.blank for column in found.columns if column.name.endswith("Projects")}
    assert blank == Bilingual("—", "—")
    assert "没有读到它负责的项目的一年是“—”" in VIEWS["years"].description.zh  # an undated filing may be of it


def test_bodies_of_both_years_come_first():
    graph = Graph()
    projects = (("a", 2022, 1.0), ("b", 2022, 5.0), ("a", 2024, 2.0), ("c", 2024, 9.0))
    for number, (body, year, amount) in enumerate(projects):
        graph.update(
            f"PREFIX jx: <{terms.JX}> INSERT DATA {{ <x:{number}> a jx:Project ; jx:year {year} ; jx:amount {amount} ;"
            f" jx:department <x:{body}> . <x:{body}> a jx:Department ; jx:fullName '{body}' }}"
        )
    answer = answered(VIEWS["years"], graph, {"first": "2022", "second": "2024"})
    assert [row["department"] for row in answer.rows] == ["a", "c", "b"]


@pytest.mark.parametrize("name", VIEWS)
def test_things_are_shown_by_their_names(name):
    columns = VIEWS[name].columns
    shown = {column.name for column in columns if column.type == "iri"} - {column.link for column in columns}
    assert shown <= {"property", "source"}  # these have no column with a name


def test_what_a_name_was_taken_for_is_said(store):
    answer = run(store, "projects", index=True, department=MINHANG)
    assert [(each.typed, each.label, each.how) for each in answer.resolved] == [
        (MINHANG, MINHANG, "same"),
        (MINHANG, f"{MINHANG}（本级）", "kin"),
    ]
    assert json.loads(answer.to_json())["resolved"][1]["how"] == "kin"
    several = run(store, "projects", index=True, department=f"松江,{MINHANG}").resolved
    assert {each.typed for each in several if each.how == "kin" and MINHANG in each.label} == {MINHANG}
    assert "resolved" not in json.loads(run(store, "projects", index=True, year="2022").to_json())


def test_each_project_stands_once_with_all_roles(store):
    roles = {row["name"]: row["role"] for row in run(store, "projects", index=True, department="松江,闵行").rows}
    assert roles == {
        "业务培训": "department filedBy implementingUnit",
        "政协会议": "department filedBy",
        "办公用房维修": "department filedBy implementingUnit",
    }


def test_a_name_that_fits_too_much_offers_choices():
    def names(kind, text, limit=20):
        return [Name(f"{DEFAULT_BASE}id/org/{n}", kind, f"第{n}局", f"第{n}局", "contains", 0) for n in range(limit)]

    crowd = SimpleNamespace(names=names, near=lambda *_: [], choices=lambda *_: [], facts=nullcontext)
    with pytest.raises(AmbiguousError, match=str(MANY)) as error:
        VIEWS["projects"].answer(lambda _: b"", {"department": "局"}, "1", cast(Any, crowd), tables=cast(Any, None))
    assert len(error.value.choices) == 20


def test_an_empty_answer_says_what_may_have_been_meant(store):
    near = run(store, "projects-citing", index=True, number="松委发〔2010〕97号").near
    assert (near[0].parameter, near[0].value) == ("number", "松委发〔2009〕97号")
    [body, *_] = run(store, "projects", index=True, department="上海市闵行区人名政府办公室").near
    assert body.label == MINHANG
    assert run(store, "projects-citing", index=True, number="松委发〔2009〕97号").near == ()


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("amount", ["政协会议", "业务培训", "办公用房维修"]),
        ("-amount", ["办公用房维修", "业务培训", "政协会议"]),
        ("year,-amount", ["业务培训", "政协会议", "办公用房维修"]),
        ("department,amount", ["办公用房维修", "政协会议", "业务培训"]),
        ("", ["办公用房维修", "业务培训", "政协会议"]),
    ],
)
def test_rows_are_sorted(sort, found, store):
    assert [row["name"] for row in run(store, "projects", index=True, sort=sort).rows] == found


def test_a_sum_says_how_many_projects_it_is_of(store):
    whole = run(store, "projects", index=True, limit="1").whole
    assert (whole.rows, whole.projects, whole.with_amount, whole.partial) == (3, 3, 3, 1)
    assert whole.sums == {}, "amounts of two years"
    assert [(each.value, each.rows) for each in whole.facets["year"]] == [("2023", 1), ("2022", 2)]
    assert [(each.label, each.rows) for each in whole.facets["department"]] == [(SONGJIANG, 2), (MINHANG, 1)]
    spent = run(store, "spending", index=True).whole
    assert (spent.rows, spent.projects, spent.with_amount, spent.partial) == (2, 3, 3, 1)
    assert json.loads(run(store, "projects", index=True).to_json(), parse_float=Decimal)["whole"] == {
        "rows": 3,
        "projects": 3,
        "withAmount": 3,
        "partial": 1,
        "sums": {},
        "parts": [
            {"kind": "requested", "period": "本预算年度", "year": 2023, "rows": 1, "amount": 1000000},
            {"kind": "requested", "period": "本预算年度", "year": 2022, "rows": 1, "amount": 400000},
            {
                "kind": "requested",
                "period": "全部年度（一年或几年）",
                "year": 2022,
                "rows": 1,
                "amount": Decimal("86580.55"),
            },
        ],
    }


@pytest.mark.parametrize("index", [True, False])
def test_money_of_a_year_and_of_a_whole_term_are_two_sums(index, store):
    answer = run(store, "spending", index=index)
    assert answer.whole
    sums = {name: total for name, total in answer.whole.sums.items() if not name.startswith("with_")}
    assert sums == {"projects": 3, "withoutAmount": 0, "partial": 1, "sum_carriedOver_requested": 20_000} | {
        f"sum_{name}_requested": total
        for name, total in (("fiscalFunds", 400_000), ("otherFunds", 100_000), ("totalAmount", Decimal("586580.55")))
    }, "nothing is added up over years"
    of_year = run(store, "spending", index=index, year="2022").whole.sums
    assert "sum_amount_requested" not in of_year
    assert (of_year["sum_annualRequest_requested"], of_year["with_annualRequest_requested"]) == (400_000, 1)


@pytest.mark.parametrize("index", [True, False])
def test_ranked_amounts_are_said_to_have_larger_totals_beside_them(index, store):
    view, larger = VIEWS["projects"], "larger total for the whole term: 1"
    told = heads.headed(view, run(store, "projects", index=index, sort="-amount", limit="1")).caveat
    assert told
    assert larger in told.en
    rows = run(store, "projects", index=index).rows
    assert [(row["name"], row["largerTotal"]) for row in rows if row["largerTotal"]] == [("业务培训", 500_000)]
    for others in ({"year": "2023"}, {"fund": "项目资金总额"}):
        told = heads.headed(view, run(store, "projects", index=index, sort="-amount", **others)).caveat
        assert told is None or larger not in told.en


def test_a_row_without_a_body_has_words_for_that():
    departments = [each for view in VIEWS.values() for each in view.columns if each.name == "department"]
    assert [each for each in departments if not each.words(None)] == []


def test_each_part_of_a_projects_query_is_about_the_project_alone():
    """With the project named outside of them alone, Oxigraph read what all projects state, which took seconds."""
    asked = VIEWS["project"].bind({"project": f"{DEFAULT_BASE}id/project/x"})
    parts = asked.partition("  {\n")[2].split("  } UNION {\n")
    assert len(parts) > 1
    assert all(f"VALUES ?_project {{ <{DEFAULT_BASE}id/project/x> }}" in part for part in parts)


def test_a_page_takes_the_place_of_the_limit_of_a_query():
    text = "SELECT ?x\nWHERE { { SELECT ?x WHERE { ?x ?y ?z }\nLIMIT 7\n} }\nORDER BY ?x\nLIMIT 5\n"
    assert window(text, 2, 4) == text.replace("LIMIT 5", "LIMIT 2 OFFSET 4")


def test_an_empty_answer_claims_no_more_than_was_asked(store):
    said = [
        run(store, "projects-citing", index=True, number="松委发〔2009〕97号", **more).message
        for more in ({"year": "2019"}, {"offset": "9"}, {"limit": "5", "offset": "9"})
    ]
    assert [message["en"] if message else None for message in said] == [
        "Nothing meets all of these filters.",
        "There are no more rows on this page.",
        "There are no more rows on this page.",
    ]


@pytest.mark.parametrize("index", [True, False])
@pytest.mark.parametrize(
    ("view", "params"),
    [
        ("projects", {"lacks": "可持续影响"}),  # in the vocabulary
        ("indicators", {"type": "产出"}),
        ("indicators", {"unit": "百分比"}),  # printed as %
        ("projects", {"notDepartment": "闵行"}),
        ("findings", {"fault": "AmountNotANumber"}),
        ("findings", {"fault": "all"}),
        ("findings", {"fault": "arithmetic"}),
    ],
)
def test_a_value_that_is_known_is_taken(view, params, index, store):
    run(store, view, index=index, **params)


def test_an_unknown_document_is_said_to_be_unknown(store):
    for view in ("projects", "legal-bases", "shares"):
        message = run(store, view, index=True, basis="不存在法").message
        assert message["zh"] == "库中没有字号或标题是或含有“不存在法”的文件。"
    for view, more in (("findings", {"fault": "all"}), ("years", {"first": "2022", "second": "2023"})):
        message = run(store, view, index=True, department="不存在局", **more).message
        assert message["zh"] == "库中没有名称是或含有“不存在局”的机构。"


PROJECTS = [
    ({}, ALL),
    ({"department": SONGJIANG}, ALL[:2]),
    ({"department": f"《{SONGJIANG}》 "}, ALL[:2]),
    ({"department": "/id/org/5kejufee62q5e"}, ALL[2:]),
    ({"department": "http://localhost:8000/id/org/5kejufee62q5e"}, ALL[2:]),
    ({"department": "闵行"}, ALL[2:]),
    ({"department": "闵行，松江"}, ALL),
    ({"department": f"{MINHANG}（本级）"}, ALL[2:]),
    ({"department": f"/id/org/5kejufee62q5e,{DEFAULT_BASE}id/org/bdd7i7amlc5hg"}, ALL),
    ({"department": "/id/org/ojiccfpxqxalw"}, []),
    ({"department": "办公室", "year": "2023"}, ALL[2:]),
    ({"region": "松江"}, ALL[:2]),
    ({"region": "上海", "department": "闵行"}, ALL[2:]),
    ({"year": "2022年度"}, ALL[:2]),
    ({"year": "2022,2023"}, ALL),
    ({"year": ["2022", "2023年"]}, ALL),
    ({"year": "2022-2023"}, ALL),
    ({"least": "8.658055万元"}, ALL),
    ({"least": "８6,580.56"}, ["业务培训", "办公用房维修"]),
    ({"least": "RMB 380k"}, ["业务培训", "办公用房维修"]),
    ({"least": "一百万元"}, ALL[2:]),
    ({"most": "40 万", "text": "培训"}, ALL[:1]),
    ({"most": "0.4 million yuan", "text": "培训"}, ALL[:1]),
    ({"basis": "信息公开"}, ["政协会议"]),
    ({"basis": "上海市人民政府令第35号"}, ["政协会议"]),
    ({"basis": "松委发[2009]97号", "year": "2022"}, ALL[:2]),
    ({"category": "经常"}, ALL[:1]),
    ({"goal": "两期"}, ALL[:1]),
    ({"text": ["会议", "维修"]}, ["政协会议", "办公用房维修"]),
    ({"text": "没有", "department": "松江"}, []),
]
INDICATORS = [
    ({"type": "满意度指标"}, ["学员满意度"]),
    ({"type": "满意度"}, ["学员满意度"]),
    ({"type": "满意"}, ["学员满意度"]),
    ({"type": "satisfaction"}, ["学员满意度"]),
    ({"type": "质量指标", "below": "95"}, ["培训通过率"]),
    ({"type": "质量、满意度", "year": "2022"}, ["培训通过率", "学员满意度"]),
    ({"above": "89"}, ["验收合格率", "培训通过率"]),
    ({"operator": "le"}, []),
    ({"operator": "≥,＝", "above": "90"}, ["验收合格率"]),
    ({"unit": "％", "year": "2023"}, ["验收合格率"]),
    ({"text": "满意"}, ["学员满意度"]),
    ({"text": "没有这样的指标"}, []),
]


@pytest.mark.sampled(2)
@pytest.mark.parametrize("index", [True, False])
@pytest.mark.parametrize(
    ("view", "params", "found"),
    [
        *(("projects", *case) for case in PROJECTS),
        *(("indicators", *case) for case in INDICATORS),
        ("projects-citing", {"number": "上海市人民政府令第35号"}, ["政协会议"]),
    ],
)
def test_rows_are_narrowed_by_what_people_type(view, params, found, index, store):
    rows = [str(row["name"]) for row in run(store, view, index=index, **params).rows]
    assert (sorted(rows, key=ALL.index) if view == "projects" else rows) == found
