"""Typed values are taken kindly: parts of names, families of bodies, several values. Orders, totals, near names."""

import json
from contextlib import AbstractContextManager, nullcontext
from decimal import Decimal

import pytest

from jixiao.ontology.identity import DEFAULT_BASE
from jixiao.server.errors import ParameterError
from jixiao.server.views import query_text, view_files
from jixiao.server.views.answers import Column
from jixiao.server.views.names import MANY, AmbiguousError
from jixiao.server.views.query_text import Asked, order_by
from jixiao.server.views.view_files import Answer
from jixiao.store import Store
from jixiao.store.index.results import Choice, Name
from tests.server.conftest import answering

VIEWS = view_files.load()
SONGJIANG = "中国人民政治协商会议上海市松江区委员会办公室"
MINHANG = "上海市闵行区人民政府办公室"
ALL = ["业务培训", "政协会议", "办公用房维修"]


def ask(store: Store, view: str, *, index: bool = True, page: int | None = None, **params: str | list[str]) -> Answer:
    now = store.current()
    return VIEWS[view].answer(answering(now.graph), params, now.version, now.index if index else None, page)


def names(answer: Answer) -> list[object]:
    return sorted((row["name"] for row in answer.rows), key=ALL.index)


@pytest.mark.sampled(2)
@pytest.mark.parametrize("index", [True, False])
@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"year": "2022,2023"}, ALL),
        ({"year": ["2022", "2023年"]}, ALL),
        ({"year": "2022-2023"}, ALL),
        ({"department": "闵行"}, ["办公用房维修"]),
        ({"department": "闵行，松江"}, ALL),
        ({"region": "松江"}, ["业务培训", "政协会议"]),
        ({"region": "上海", "department": "闵行"}, ["办公用房维修"]),
        ({"department": f"{MINHANG}（本级）"}, ["办公用房维修"]),
        ({"department": f"/id/org/5kejufee62q5e,{DEFAULT_BASE}id/org/bdd7i7amlc5hg"}, ALL),
        ({"department": "/id/org/ojiccfpxqxalw"}, []),
        ({"department": "办公室", "year": "2023"}, ["办公用房维修"]),
        ({"basis": "信息公开"}, ["政协会议"]),
        ({"basis": "上海市人民政府令第35号"}, ["政协会议"]),
        ({"basis": "松委发[2009]97号", "year": "2022"}, ["业务培训", "政协会议"]),
        ({"category": "经常"}, ["业务培训"]),
        ({"goal": "两期"}, ["业务培训"]),
        ({"text": ["会议", "维修"]}, ["政协会议", "办公用房维修"]),
        ({"text": "没有", "department": "松江"}, []),
    ],
)
def test_projects_are_found_by_what_people_type(
    params: dict[str, str | list[str]], found: list[str], index: bool, store: Store
) -> None:
    assert names(ask(store, "projects", index=index, **params)) == found


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({"type": "满意度"}, ["学员满意度"]),
        ({"type": "满意"}, ["学员满意度"]),
        ({"type": "satisfaction"}, ["学员满意度"]),
        ({"type": "质量、满意度", "year": "2022"}, ["培训通过率", "学员满意度"]),
        ({"text": "满意"}, ["学员满意度"]),
        ({"text": "没有这样的指标"}, []),
        ({"operator": "≥,＝", "above": "90"}, ["验收合格率"]),
    ],
)
@pytest.mark.parametrize("index", [True, False])
def test_indicators_are_found_by_part_of_a_word(
    params: dict[str, str], found: list[str], index: bool, store: Store
) -> None:
    assert [row["name"] for row in ask(store, "indicators", index=index, **params).rows] == found


def test_what_a_name_was_taken_for_is_said(store: Store) -> None:
    answer = ask(store, "projects", department=MINHANG)
    assert [(each.typed, each.label, each.how) for each in answer.resolved] == [
        (MINHANG, MINHANG, "same"),
        (MINHANG, f"{MINHANG}（本级）", "kin"),
    ]
    assert json.loads(answer.to_json())["resolved"][1]["how"] == "kin"
    several = ask(store, "projects", department=f"松江,{MINHANG}").resolved
    assert {each.typed for each in several if each.how == "kin" and MINHANG in each.label} == {MINHANG}
    assert "resolved" not in json.loads(ask(store, "projects", year="2022").to_json())


def test_each_project_stands_once_with_all_roles(store: Store) -> None:
    answer = ask(store, "projects", department="松江,闵行")
    roles = {row["name"]: row["role"] for row in answer.rows}
    assert roles == {
        "业务培训": "department filedBy implementingUnit",
        "政协会议": "department filedBy",
        "办公用房维修": "department filedBy implementingUnit",
    }


def test_a_name_that_fits_too_much_offers_choices(store: Store) -> None:
    class Crowd:
        def names(self, kind: str, text: str, limit: int = 20) -> list[Name]:
            return [
                Name(f"{DEFAULT_BASE}id/org/{n}", kind, f"第{n}局", f"第{n}局", "contains", 0) for n in range(limit)
            ]

        def near(self, kind: str, text: str, limit: int = 5) -> list[Name]:
            return []

        def choices(self, kind: str, starting: str = "", limit: int = 100) -> list[Choice]:
            return []

        def facts(self) -> AbstractContextManager[None]:
            return nullcontext()

    with pytest.raises(AmbiguousError, match=str(MANY)) as error:
        VIEWS["projects"].answer(lambda _: b"", {"department": "局"}, "1", Crowd())  # type: ignore[arg-type]
    assert len(error.value.choices) == 20


def test_an_empty_answer_says_what_may_have_been_meant(store: Store) -> None:
    near = ask(store, "projects-citing", number="松委发〔2010〕97号").near
    assert (near[0].parameter, near[0].value) == ("number", "松委发〔2009〕97号")
    [body, *_] = ask(store, "projects", department="上海市闵行区人名政府办公室").near
    assert body.label == MINHANG
    assert ask(store, "projects-citing", number="松委发〔2009〕97号").near == ()


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
def test_rows_are_sorted(sort: str, found: list[str], store: Store) -> None:
    assert [row["name"] for row in ask(store, "projects", sort=sort).rows] == found


@pytest.mark.sampled(4)
@pytest.mark.parametrize("view", VIEWS)
def test_rows_are_sorted_by_every_column_that_says_so(view: str, store: Store) -> None:
    required = {p.name: p.example for p in VIEWS[view].params if p.required}
    for name in VIEWS[view].sortable():
        up, down = ask(store, view, **required, sort=name).rows, ask(store, view, **required, sort=f"-{name}").rows
        said = [row[name] for row in up if row.get(name) is not None]
        assert said == sorted(said, key=lambda value: (str(value) if isinstance(value, str) else "", value))
        assert sorted(map(str, up)) == sorted(map(str, down))


@pytest.mark.parametrize("sort", ["role", "x", "amount;", "--amount", "largerTotal"])
def test_an_order_that_there_is_not_is_refused(sort: str, store: Store) -> None:
    with pytest.raises(ParameterError, match="amount"):
        ask(store, "projects", sort=sort)


@pytest.mark.parametrize("view", ["projects", "projects-citing", "indicators", "legal-bases", "spending", "department"])
def test_totals_are_of_all_rows_whatever_the_page(view: str, store: Store) -> None:
    required = {p.name: p.example for p in VIEWS[view].params if p.required}
    whole = ask(store, view, **required).whole
    for limit, offset, page in (("1", "0", None), ("1", "1", None), ("1", "1", 50), ("1", "9", None)):
        part = ask(store, view, page=page, **required, limit=limit, offset=offset)
        assert part.whole == whole, (limit, offset)
        assert len(part.rows) == min(1, max(0, whole.rows - int(offset)))


def test_a_sum_says_how_many_projects_it_is_of(store: Store) -> None:
    whole = ask(store, "projects", limit="1").whole
    assert (whole.rows, whole.projects, whole.with_amount, whole.partial) == (3, 3, 3, 1)
    assert whole.sums == {"amount": Decimal("1486580.55"), "largerTotal": Decimal(500000)}
    assert [(each.value, each.rows) for each in whole.facets["year"]] == [("2023", 1), ("2022", 2)]
    assert [(each.label, each.rows) for each in whole.facets["department"]] == [(SONGJIANG, 2), (MINHANG, 1)]
    spent = ask(store, "spending").whole
    assert (spent.rows, spent.projects, spent.with_amount, spent.partial) == (2, 3, 3, 1)
    written = json.loads(ask(store, "projects").to_json(), parse_float=Decimal)["whole"]
    assert written == {
        "rows": 3,
        "projects": 3,
        "withAmount": 3,
        "partial": 1,
        "sums": {"amount": Decimal("1486580.55"), "largerTotal": Decimal(500000)},
    }


@pytest.mark.parametrize("index", [True, False])
def test_money_of_a_year_and_of_a_whole_term_are_two_sums(index: bool, store: Store) -> None:
    answer = ask(store, "spending", index=index)
    of_year, of_term = Decimal(1_400_000), Decimal("586580.55")
    assert [(column.name, total) for column, total in answer.leading()] == [
        ("annualRequest", of_year),
        ("totalAmount", of_term),
    ]
    totals = answer.totals()
    assert "amount" not in totals
    assert (totals["fiscalFunds"], totals["otherFunds"], totals["carriedOver"]) == (400_000, 100_000, 20_000)
    assert sum(row["fiscalFunds"] or 0 for row in answer.rows) <= of_term


@pytest.mark.parametrize("index", [True, False])
def test_ranked_amounts_are_said_to_have_larger_totals_beside_them(index: bool, store: Store) -> None:
    said = ask(store, "projects", index=index, sort="-amount", limit="1").larger()
    assert said is not None
    assert "larger total for the whole term: 1, together 500,000 yuan" in said.en
    rows = ask(store, "projects", index=index).rows
    assert [(row["name"], row["largerTotal"]) for row in rows if row["largerTotal"]] == [("业务培训", 500_000)]
    for others in ({"year": "2023"}, {"fund": "项目资金总额"}):
        assert ask(store, "projects", index=index, sort="-amount", **others).larger() is None


def test_a_row_without_a_body_has_words_for_that() -> None:
    for view in VIEWS.values():
        for column in view.columns:
            if column.name == "department":
                assert column.words(None)


def test_blocks_stay_or_go_by_what_is_given() -> None:
    text = "SELECT ?x\nWHERE {\n# given a b\nA\n# end\n# without a\nB\n# end\n}\nORDER BY ?x\nLIMIT 5\n"
    page = Asked({"b": ()}, (), 9, 4)
    assert query_text.fitted(text, page, 2) == "SELECT ?x\nWHERE {\nA\nB\n}\nORDER BY ?x\nLIMIT 2 OFFSET 4\n"
    by_y = (order_by(Column("y", "year", {}, None, False), text, down=True),)
    assert query_text.fitted(text, Asked({"a": ()}, by_y, 9, 0), 2) == (
        "SELECT ?x\nWHERE {\nA\n}\nORDER BY DESC(?y) ?x\nLIMIT 2\n"
    )
    text = "ORDER BY DESC(?x) STR(MIN(?z)) ?y\nLIMIT 5\n"
    assert "ORDER BY DESC(?y) DESC(?x) STR(MIN(?z))\n" in query_text.fitted(text, Asked({}, by_y, 5, 0), 5)


def test_an_empty_answer_claims_no_more_than_was_asked(store: Store) -> None:
    said = [
        ask(store, "projects-citing", number="松委发〔2009〕97号", **more).message
        for more in ({"year": "2019"}, {"offset": "9"}, {"limit": "5", "offset": "9"})
    ]
    assert [message["en"] if message else None for message in said] == [
        "Nothing meets all of these filters.",
        "There are no more rows on this page.",
        "There are no more rows on this page.",
    ]


@pytest.mark.parametrize("index", [True, False])
@pytest.mark.parametrize(
    ("view", "params", "known"),
    [
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
        ("indicators", {"operator": "xyz"}, "approx"),
        ("findings", {"fault": "all", "severity": "xyz"}, "Violation"),
    ],
)
def test_a_value_that_nothing_has_is_refused_with_those_that_are_known(
    view: str, params: dict[str, str], known: str, index: bool, store: Store
) -> None:
    with pytest.raises(ParameterError, match=known):
        ask(store, view, index=index, **params)


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
def test_a_value_that_is_known_is_taken(view: str, params: dict[str, str], index: bool, store: Store) -> None:
    ask(store, view, index=index, **params)


def test_an_unknown_document_is_said_to_be_unknown(store: Store) -> None:
    for view in ("projects", "legal-bases", "shares"):
        message = ask(store, view, basis="不存在法").message
        assert message["zh"] == "库中没有字号或标题是或含有“不存在法”的文件。"
    for view, given in (("findings", {"fault": "all"}), ("years", {"first": "2022", "second": "2023"})):
        message = ask(store, view, department="不存在局", **given).message
        assert message["zh"] == "库中没有名称是或含有“不存在局”的机构。"
