"""Readings of texts over a small store: conditions, table and shape, follow-ups, and what holds for any text."""

from pathlib import Path

import httpx
import pytest
from hypothesis import example, given

from jixiao.ontology.text.yaml_text import load
from jixiao.server.box import answering
from jixiao.server.box.reading import Reader
from jixiao.server.views import answer_sentence, table_address, view_folder
from jixiao.server.views.answers import Answer
from jixiao.store import Store
from jixiao.store.tables.table import tables
from jixiao.viewing import Viewing
from tests.server.box.texts import TEXTS
from tests.server.conftest import BASE, SONGJIANG, WHOLE_FILING, filed

READINGS = load(Path(__file__).with_name("readings.yaml").read_text(encoding="utf-8"))
FOLLOWING = {
    ("松江政协2022年一共多少钱", "那2023年呢"): {
        "roles.body.is": SONGJIANG,
        "year.is": "2023",
    },
    ("松江2022年的项目", "闵行呢"): {"year.is": "2022", "locations.place.is": "310112"},
    ("松江政协的项目", "那闵行呢"): {"locations.place.is": "310112"},
    ("projects in Songjiang in 2022", "and in Minhang?"): {"locations.place.is": "310112", "year.is": "2022"},
    ("金额最大的项目", "只看2022年"): {"year.is": "2022", "sort": "-amount"},
    ("松江政协的项目", "闵行有几个项目"): {"locations.place.is": "310112"},
}
"""Texts with the text before each, and the conditions of both together."""
MOST_LOOKUPS = 60
VIEWS = view_folder.load_all(BASE)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("q", READINGS)
def test_texts_become_conditions_on_a_table(reader, q):
    expected = READINGS[q]
    reading = reader.read(q)
    assert reading.understood is expected.get("understood", True)
    assert [*reading.unused] == expected.get("unused", [])
    assert [*reading.searched] == expected.get("searched", [])
    if "given" in expected:  # those that can be answered, if the text cannot
        assert (reading.table.name, conditions_of(reading)) == (expected["table"], expected["given"])


@pytest.mark.parametrize(("before", "q"), FOLLOWING)
def test_values_replace_those_of_their_kind_in_the_text_before(reader, before, q):
    assert listed(reader.read(q, before).given) == FOLLOWING[before, q]


def test_a_number_may_be_a_part_of_a_body_s_name(tmp_path):
    store = Store.create(tmp_path / "store", BASE)
    with store.writing() as batch:
        batch.add(filed(WHOLE_FILING.replace("临江市图书馆", "临江市第101图书馆"), "101.txt"))
        batch.commit()
    numbered = Reader(store.present().index, lambda *_: 1)
    assert listed(numbered.read("2023年第101图书馆有哪些项目").given) == {
        "roles.bodyName.contains": "第101图书馆",
        "year.is": "2023",
    }
    assert "01" in numbered.read("第01图书馆有哪些项目").unused


@pytest.mark.parametrize(
    ("q", "title"),
    [
        ("预算法", "预算法"),
        ("教育法", "教育法"),
        ("中华人民共和国预算法", "中华人民共和国预算法"),
        ("《预算绩效管理暂行规定》", "预算绩效管理暂行规定"),
        ("2022年违反预算法的项目", "预算法"),
        ("哪些项目以职业教育法为依据", "职业教育法"),
        ("预算管理条例有哪些项目", "预算管理条例"),
        ("the Budget Law", "预算法"),
    ],
)
def test_a_law_that_is_not_in_the_dataset_is_no_word_of_its_title(reader, q, title):
    assert reader.read(q).given["citations.document.is"] == title


@pytest.mark.parametrize("q", ["培训方法", "行政执法的项目", "预算管理的做法"])
def test_a_word_that_ends_like_a_law_is_none(reader, q):
    assert "citations.document.is" not in reader.read(q).given


def test_conditions_say_what_was_typed(reader):
    reading = reader.read("上海２０２２年满意度低于95%的指标")
    assert [(each.kind, each.text) for each in reading.said] == [
        ("place", "上海"),
        ("year", "2022年"),
        ("type", "满意度"),
        ("target", "低于95%"),
        ("unit", "低于95%"),
    ]
    assert [(each.words.zh, each.words.en) for each in reading.said[:3]] == [
        ("上海市", "Shanghai"),
        ("2022", "2022"),
        ("满意度指标", "satisfaction indicator"),
    ]
    assert reading.address.startswith("/tables/indicators?")


@pytest.mark.parametrize(
    ("q", "told"),
    [
        ("谁中标了办公用房维修", ["申报表不载中标、施工和供应单位；最近的是实施单位。"]),
        ("明年的项目", ["这里没有将来的数；申报表写的是所报年度。"]),
        ("松江写明年度的项目", []),
        ("一年能有多少票房", ["申报表写的是要花的钱，不载票房、收入和利润。"]),
    ],
)
def test_matters_that_filings_do_not_state_are_told_if_whole_words_name_them(reader, q, told):
    assert [each.zh for each in reader.read(q).notes] == told


@pytest.mark.parametrize(
    ("q", "said"),
    [
        ("上海项目最多的三个区", "Place is Shanghai"),  # which a further row meets
        ("difference between 2022 and 2023", "Year (other) is 2023"),
        ("几个年度都有的项目", "at least 2"),
        ("indicators without a target", "Target as printed absent"),
        ("没有目标值的项目", "所印目标值 有一行没有"),
        ("有严重问题的项目", "Severity is Not read for sure"),
        ("目标值没法衡量的问题", "Rule is Target that cannot be checked"),
        ("一分钱没花的自评", "Rate of execution, % is 0"),
        ("上海项目最多的三个区", "地区 是 上海市"),
    ],
)
def test_conditions_groups_and_sides_are_said(reader, q, said):
    told = answering.said(reader.read(q))
    assert said in told.zh + told.en


@given(TEXTS)
@example("超过0万元的BUREAU没有2000年的项目")
@example("0万BUREAU没有2000")
def test_any_text_becomes_an_address_that_can_be_read(evaluated, count, text):
    def counted(table, given):
        asked.append(table)
        return count(table, given)

    asked = []
    reading = Reader(evaluated.present().index, counted).read(text)
    table_address.read(reading.table, reading.given, evaluated.base_iri)
    assert len(asked) < MOST_LOOKUPS
    assert reading.to_dict()["q"] == text


def conditions_of(reading):
    """The parameters of a reading without the words that order rows."""
    return {name: typed for name, typed in listed(reading.given).items() if name != "words"}


def listed(given):
    return {name: [*typed] if isinstance(typed, tuple) else typed for name, typed in given.items()}


@pytest.mark.parametrize(
    ("q", "view", "given"),
    [
        ("引用松委发2009-97号的项目", "projects-citing", {"number": "松委发〔2009〕97号"}),
        ("松江政协2022年的项目", "projects", {"department": SONGJIANG, "year": "2022"}),
        ("闵行金额最大的三个项目", "projects", {"region": "310112", "sort": "-amount", "limit": "3"}),
        ("松江2022年申请了多少钱", "projects", {"region": "310117", "year": "2022", "kind": "requested"}),
        ("几个年度都有的项目", "project-years", {"years": "2"}),
        ("哪些单位几个年度都有", "body-years", {"years": "2"}),
        ("每年申报了多少钱", "by-year", {"sort": "year"}),
    ],
)
def test_a_view_stands_for_conditions_that_it_can_express(reader, q, view, given):
    asked = answering.asked(reader.read(q), VIEWS, BASE)
    assert (asked.expressed, asked.view.name, asked.given) == (True, view, given)


def test_no_view_stands_for_other_conditions(reader):
    assert not answering.asked(reader.read("满意度低于95%的项目"), VIEWS, BASE).expressed


def test_a_text_can_be_read_on_another_table_or_without_a_condition(reader):
    q = "松江2022年的培训项目"
    assert listed(reader.read(q, table="evaluations").given) == {
        "locations.place.is": "310117",
        "year.is": "2022",
        "words": "培训",
    }
    reading = reader.read(q)
    assert "year.is" in reading.given
    assert "year.is" not in reading.without(["year.is"]).given


@pytest.mark.parametrize(
    ("q", "given", "unused"),
    [
        ("其他资金最多的项目", {"funds.fund.is": "其他资金"}, ("最多",)),
        ("其他资金超过10万的项目", {"funds.fund.is": "其他资金", "funds.amount.above": "100000"}, ()),
        ("有其他资金的项目", {"funds.fund.is": "其他资金", "funds.amount.above": "0"}, ()),
    ],
)
def test_on_another_table_no_amount_stands_for_a_fund(reader, q, given, unused):
    reading = reader.read(q, table="projects")
    assert (listed(reading.given), reading.unused) == (given, unused)


def test_rows_are_counted_without_being_read():
    def counted(view, given):
        assert [each.name for each in view.columns] == ["rows"]
        assert given["year.is"] == "2022"
        return Answer("", given, "", False, view.columns, ({"rows": 3},), "", None)

    asked = {"year.is": "2022", "one.year.is": "2022", "other.year.is": "2023"}
    assert answering.count(counted, BASE, "indicators", asked) == 3


def test_conditions_on_groups_have_a_page_that_calls_groups_by_their_noun(reader, of_evaluated):
    answer = of_evaluated.get("/ask", params={"q": "几个年度都有的项目"}, headers={"Accept": "text/html"})
    assert answer.status_code == httpx.codes.OK
    assert answering.asked(reader.read("有多少个省"), VIEWS, BASE).view.noun["many"] == "provinces"


def test_columns_that_a_text_names_are_shown(reader):
    for q in ("图书馆花了多少钱", "图书馆的自评"):
        asked = answering.asked(reader.read(q), VIEWS, BASE)
        assert ("executed" in {each.name for each in asked.view.columns if each.more}) is ("花" not in q)


@pytest.mark.parametrize(
    ("q", "told"),
    [
        ("松江和闵行的项目平均金额各是多少", "no mean of amounts of several kinds or years, nor of one or two"),
        ("没有满意度指标的项目", "Not read is not the same as absent"),
        ("哪些机构没有2022年的项目", "Not read is not the same as absent"),
        ("指标最少的项目", "What was read in part is left out"),
        ("图书馆的项目，不要上海的", "Rows whose place or year was not read are left out"),
        ("书记是谁", "Persons, posts and contact details are not in these data"),
        ("什么叫“特定目标类”", "specific-goal expenditure: What a set task or development goal takes."),
        ("“绩效目标”是什么意思", "goal: What the project is to achieve, in words."),
        ('what does "handed down" mean', "handed down: The label says that the money is handed down"),
    ],
)
def test_what_an_answer_leaves_out_is_told(reader, q, told):
    [note] = reader.read(q).notes
    assert told in note.en


def test_a_count_is_of_amounts_of_all_kinds(reader):
    reading = reader.read("松江比闵行多几个项目")
    assert reading.notes == ()
    assert "amountKind.is" not in reading.given


@pytest.mark.parametrize("q", ["哪些省没有2022年的项目", "上海哪些区有2个以上项目", "松江2022年比2023年多申请多少钱"])
def test_parts_of_a_reading_on_groups_have_addresses(reader, evaluated, q):
    reading = reader.read(q)
    for each in [reading, *(reading.without([name]) for name in reading.stated)]:
        table_address.read(each.table, each.given, evaluated.base_iri)


@pytest.mark.parametrize(
    ("q", "zh"),
    [
        ("办公用房维修由谁实施", "办公用房维修：责任部门：上海市闵行区人民政府办公室，实施（或填报）单位"),
        ("业务培训花了多少钱", "全年执行："),
        ("业务培训什么时候开始", "业务培训：开始日期：2022-01-01，结束日期：2022-12-31"),
        ("政协的业务培训什么时候开始", "业务培训：开始日期：2022-01-01，结束日期：2022-12-31"),
        ("业务培训在哪里", "业务培训：地方：松江区"),
    ],
)
def test_what_is_asked_of_a_few_rows_stands_in_the_sentence(of_evaluated, q, zh):
    asked = {"params": {"q": q}, "headers": {"Accept": "application/json"}}
    head = of_evaluated.get("/ask", **asked).json()["head"]["zh"]
    assert zh in head


def test_what_was_spent_without_a_self_evaluation_is_told_to_be_the_request(reader):
    reading = reader.read("办公用房维修要花多少钱")
    assert reading.table.name == "projects"


@pytest.mark.parametrize(
    ("q", "is_unnamed"),
    [
        ("上海市松江区农业农村厅有多少项目", True),
        ("上海市教育局的项目", True),
        ("上海的教育局有哪些项目", False),
        ("松江区政协的项目", False),
    ],
)
def test_a_full_name_that_no_body_has_is_told(reader, q, is_unnamed):
    notes = [note.en for note in reader.read(q).notes]
    assert any(note.startswith("No body of this full name is known") for note in notes) is is_unnamed


def test_a_sum_that_may_be_of_amounts_is_not_said_to_be_none(evaluated):
    """Test a sum without a value and without the number of its amounts, as sums of several years are empty as well."""
    viewing = Viewing.open(evaluated.path)
    wanted = answer_sentence.Wanted(money=True, measures=("sum_initial",))
    told = {}
    for measure in ("sum_initial", "sum_initial,with_initial"):
        given = {"group": "body", "measure": measure}
        view = table_address.read(tables()["evaluations"], given, viewing.store.base_iri)
        told[measure] = answer_sentence.said(view, viewing.answer_of(view, given), wanted).en
    assert "图书馆: Initial budget (total): not computed" in told["sum_initial"]
    assert "图书馆: Initial budget (total): none" in told["sum_initial,with_initial"]
