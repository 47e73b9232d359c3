"""/ask as people and programs meet it: the reading, the rows, the nearest questions, both languages, hostile input."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from hypothesis import given, strategies as st

from jixiao.ingest.load import ingest
from jixiao.ontology import terms
from jixiao.server.apps.compare import verdicts
from jixiao.server.errors import ParameterError
from jixiao.server.views.answers import Row, Whole
from jixiao.server.views.parameters import Given
from jixiao.server.views.questions import asking as asking_module, printed, record, remarks
from jixiao.server.views.questions.asking import MOST_CHARACTERS
from jixiao.server.views.questions.english import bodies_in_english, english_topics
from jixiao.server.views.questions.lexicon import SEVERAL, Lexicon, tidy, words
from jixiao.server.views.questions.names import Finder
from jixiao.server.views.questions.question import take_apart
from jixiao.server.views.questions.senses import Sense
from jixiao.store import Name, Store
from tests.server.ask.meant import Asking
from tests.support.generated import tries

MISSION = "哪些项目引用了松委发（2009）97号？"


def test_the_question_of_the_mission(client: httpx.Client) -> None:
    answer = client.get("/ask", params={"q": MISSION}, headers={"Accept": "application/json"}).json()
    view = client.get("/views/projects-citing", params={"number": "松委发〔2009〕97号", "format": "json"}).json()
    assert answer["q"] == MISSION
    assert answer["understood"] is True
    assert (answer["view"], answer["params"]) == ("projects-citing", {"number": "松委发〔2009〕97号"})
    assert "松委发〔2009〕97号" in answer["reading"]["zh"]
    assert "松委发〔2009〕97号" in answer["reading"]["en"]
    assert answer["rows"] == view["rows"] != []
    assert [column["name"] for column in answer["columns"]] == [column["name"] for column in view["columns"]]
    assert client.get(f"{answer['address']}&format=json").json()["rows"] == view["rows"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_shows_reading_form_and_rows(client: httpx.Client, language: str) -> None:
    page = client.get("/ask", params={"q": MISSION, "lang": language}, headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert {"zh": "读作", "en": "Read as"}[language] in page.text
    assert re.search(r'<input[^>]* name="number"[^>]* value="松委发〔2009〕97号"', page.text)
    assert "业务培训" in page.text


def test_what_is_not_understood_has_no_rows_but_nearest_questions(client: httpx.Client) -> None:
    answer = client.get("/ask", params={"q": "松江明天下雨吗", "format": "json"}).json()
    assert answer["understood"] is False
    assert (answer["view"], answer["rows"]) == (None, [])
    assert "没有听懂" in answer["reading"]["zh"]
    assert answer["suggestions"]
    for each in answer["suggestions"]:
        again = client.get("/ask", params={"q": each["q"]["zh"], "format": "json"}).json()
        assert (again["understood"], again["view"], again["params"]) == (True, each["view"], each["params"])
        assert again["rows"], each["q"]["zh"]
    page = client.get("/ask", params={"q": "松江明天下雨吗", "lang": "en"}, headers={"Accept": "text/html"})
    assert "Not understood" in page.text
    assert answer["suggestions"][0]["q"]["en"] in page.text


def test_a_number_that_nobody_cites_is_understood(client: httpx.Client) -> None:
    answer = client.get("/ask", params={"q": "谁引用了松委发〔2009〕98号", "format": "json"}).json()
    assert answer["understood"] is True
    assert answer["rows"] == []
    assert "98" in answer["message"]["zh"]


def test_an_empty_question_is_a_page_to_type_one(client: httpx.Client) -> None:
    assert client.get("/ask", params={"lang": "zh"}, headers={"Accept": "text/html"}).status_code == 200
    assert client.get("/ask", params={"format": "json"}).status_code == 400


@pytest.mark.parametrize("q", ["项" * (MOST_CHARACTERS + 1), "a" * 5000, "\x00" * 400])
def test_long_questions_are_refused(client: httpx.Client, q: str) -> None:
    for form in ("json", "html"):
        assert 400 <= client.get("/ask", params={"q": q, "format": form, "lang": "zh"}).status_code < 500


@tries(40)
@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(sorted(words()["meaning"]["money"]["zh"])), max_size=30).map("".join)
)
def test_any_text_is_read_or_refused(asking: Asking, text: str) -> None:
    try:
        reading = asking.reader.read(text, asking.index, lambda view, params: ())
    except ParameterError:
        return
    assert reading.sentence.zh
    assert reading.sentence.en


@pytest.mark.sampled(6)
@pytest.mark.parametrize(
    "q",
    ["松江区政府办" * 50, "项目培训政府办公室工作会议活动" * 20, "的" * 300, "1万" * 150, "《》" * 150, "2022年" * 60],
)
def test_crowded_questions_take_little_time(asking: Asking, q: str) -> None:
    assert asking.reader.read(q[:MOST_CHARACTERS], asking.index, lambda view, params: ()).sentence.zh


def test_nothing_found_under_a_kind_of_bodies_is_not_understood(client: httpx.Client) -> None:
    answer = client.get("/ask", params={"q": "委员会办公室2030年的项目", "format": "json"}).json()
    assert (answer["understood"], answer["rows"]) == (False, [])
    assert "没有听懂" in answer["reading"]["zh"]
    assert "委员会办公室" in answer["reading"]["en"]


@pytest.mark.parametrize(
    ("q", "zh", "en"),
    [
        ("2022年有多少个项目", "个项目。", "projects."),
        ("how many bodies are there in Songjiang District", "个机构。", "bodies."),
        ("有几个机构引用了松委发〔2009〕97号", "个机构。", "bodies."),
        ("没有写明立项依据的项目有多少个", "个项目。", "projects."),
        ("松江区的项目平均多少钱", "平均每个项目 ", "on average per project"),
        ("平均每年申请多少钱", " 个年度，平均每个 ", " years with an amount the average is "),
        ("每个单位平均申请多少钱", " 个机构，平均每个 ", " bodies with an amount the average is "),
        ("松江区的项目一共多少钱", "合计 ", "together "),
        ("最贵的项目是哪个", "排在最前的（1 个）：", "First (1): "),
    ],
)
def test_numbers_sums_and_the_highest_are_said(client: httpx.Client, q: str, zh: str, en: str) -> None:
    reading = client.get("/ask", params={"q": q, "format": "json"}).json()["reading"]
    assert zh in reading["zh"]
    assert en in reading["en"]


def test_rows_behind_those_of_the_page_may_equal_the_first(asking: Asking) -> None:
    reading = asking.read("引用最少的文件是哪个？")
    view = asking.views["legal-bases"]
    answer = view.answer(asking.run, reading.params, asking.version, asking.index)
    least = [row for row in answer.rows if row["projects"] == answer.rows[0]["projects"]]
    whole = Whole(len(answer.rows))
    shown = [reading.told(replace(answer, rows=rows, whole=whole)).zh for rows in (answer.rows, tuple(least[:2]))]
    assert f"排在最前的（{len(least)} 个）" in shown[0]
    assert "排在最前的（至少 2 个）" in shown[1]


@pytest.mark.parametrize(
    ("q", "said"),
    [
        ("2023年比2022年多了多少钱", ""),  # no body has money in both years
        ("比较松江区政协办和闵行区政府办的钱", "没有限定年度，各方的年度可能不同"),
    ],
)
def test_a_difference_is_that_of_what_can_be_compared(client: httpx.Client, q: str, said: str) -> None:
    reading = client.get("/ask", params={"q": q, "format": "json"}).json()["reading"]["zh"]
    assert said in reading
    assert ("相差" in reading) == bool(said), reading


@pytest.mark.parametrize(
    ("q", "said"),
    [
        ("When does the 政府雇员项目 of Minhang start and end?", "Starts on 2022-01-01, Ends on 2022-12-31"),
        ("Do Minhang's and Songjiang's government offices differ in the number of indicators?", "a difference of "),
        ("松江区政府办和闵行区政府办的项目数一样吗", "By the numbers read, "),
        ("上海2022年和2024年的总额差多少", "By the amounts stated in the projects asked for, "),
        ("松江政协的档案管理由哪个科室负责", "区政协办秘书科"),
        ("闵行区政府办2023年有哪些项目", "The dataset has “闵行区政府办”, but nothing was read that meets all"),
    ],
)
def test_what_is_asked_is_said_behind_the_reading(asking: Asking, q: str, said: str) -> None:
    reading = asking.told(q).en
    assert reading.startswith("Read as ")
    assert said in reading


def test_the_first_few_tell_of_those_that_equal_the_last(asking: Asking) -> None:
    reading = asking.read("引用最多的一个文件")
    rows = asking.rows("legal-bases", {})
    equal = sum(row["projects"] == rows[0]["projects"] for row in rows)
    assert equal > 1
    assert f"另有 {equal - 1} 个" in reading.sentence.zh


def test_a_topic_in_no_name_is_searched_in_goals(asking: Asking) -> None:
    reading = asking.read("帮扶项目")
    assert reading.params == {"topic": "帮扶"}
    assert "名称、目标、指标名称、说明或依据含" in reading.sentence.zh
    assert asking.rows("projects", reading.params)


def test_nothing_found_by_a_topic_is_not_understood_and_offers_the_search(asking: Asking) -> None:
    reading = asking.read("关于麒麟的项目有几个")
    assert reading.fit is None
    assert "没有听懂“麒麟”" in reading.sentence.zh
    assert "搜索页" in reading.sentence.zh
    assert "/search?" not in reading.sentence.zh, "no raw address stands in a sentence"


def test_a_misspelt_place_is_put_right_and_said(asking: Asking) -> None:
    reading = asking.read("闽行区2022年的项目")
    assert reading.params["region"] == "上海市闵行区"
    assert "“闽行区”按“闵行区”理解" in reading.sentence.zh


@pytest.mark.parametrize(
    ("q", "said", "offered"),
    [
        ("闵行区政府办有哪些蹊跷项目的问题", "蹊跷", "闵行区政府办有哪些项目的问题"),
        ("Wich wonky projects does Minhang District have?", "wonky", "Which projects does Minhang District have?"),
        ("关于业务培洲的项目", "业务培洲", "关于业务培训的项目"),
    ],
)
def test_words_that_are_not_known_are_named_and_questions_without_them_or_spelt_right_are_offered(
    asking: Asking, q: str, said: str, offered: str
) -> None:
    reading = asking.read(q)
    assert reading.fit is None
    assert said in reading.sentence.zh[:40]
    assert " ".join(reading.suggestions[0][0].zh.split()) == offered


@pytest.mark.parametrize(
    "q", ["松江区有多少公务员", "2022年蹊跷的项目", "松委发〔2009〕97号是谁签发的", "中央财政资金最多的项目"]
)
def test_words_that_may_change_what_is_asked_are_not_left_out(asking: Asking, q: str) -> None:
    assert asking.read(q).fit is None


def test_a_topic_of_two_words_is_searched_for_by_its_halves(asking: Asking) -> None:
    reading = asking.read("关于培训网络的项目")
    assert reading.params == {"topic": ["培训", "网络"]}
    assert "“培训网络”" in reading.sentence.zh


def test_a_quoted_name_is_that_name_alone(asking: Asking) -> None:
    rows = asking.rows("projects", asking.read("“业务培训”项目有哪些").params)
    assert {row["name"] for row in rows} == {"业务培训"}


def test_documents_are_asked_for_by_the_year_of_their_number(asking: Asking) -> None:
    reading = asking.read("2009年印发的文件有哪些")
    assert reading.params == {"issued": "2009"}
    assert all("2009" in row["number"] for row in asking.rows("legal-bases", reading.params))


def test_nothing_found_by_what_is_said_to_be_a_name_is_none(asking: Asking) -> None:
    reading = asking.read("名称含群众的项目")
    assert reading.params == {"text": "群众"}
    assert not asking.rows("projects", reading.params)


def test_projects_that_are_counted_are_not_their_indicators(asking: Asking) -> None:
    told = asking.told("有几个设了数量指标的项目？")
    indicators, projects = (int(number) for number in re.findall(r"(\d+) 个", told.zh)[-2:])
    assert projects < indicators
    assert f"They are of {projects} projects." in told.en
    assert "没有数" not in told.zh
    assert "共 " not in asking.told("每个项目引用几份文件").zh, "projects share documents"


def test_the_row_asked_for_and_what_a_blank_total_means_are_told(asking: Asking) -> None:
    assert "所问的是第 3 行" in asking.read("金额第三大的项目").sentence.zh
    assert "所问的是" not in asking.read("金额最大的三个项目").sentence.zh
    assert "only a fund was read are among them" in asking.read("projects without an amount").sentence.en


def test_indicators_that_lack_a_text_are_given_without_it_and_that_is_said_first(asking: Asking) -> None:
    reading = asking.read("业务培训的参训人数是多少")
    assert reading.params == {"project": '"业务培训"'}
    assert reading.sentence.zh.startswith("合其他条件的指标里没有“参训人数”")
    assert "另有 1 个项目的名称含这几个字" in reading.sentence.zh


def test_questions_are_offered_with_the_values_of_one_that_was_not_understood(asking: Asking) -> None:
    reading = asking.read("松江区为什么花这么多钱")
    assert reading.fit is None
    assert "松江区有哪些项目？" in reading.suggestions[0][0].zh


def test_the_page_of_one_project_states_goals_and_amounts_first(asking: Asking) -> None:
    told = asking.told("松江区政协办档案管理的目标是什么，要多少钱")
    assert "只有一个项目“档案管理”" in told.zh
    assert "年度资金申请总额：40,000 元" in told.zh
    assert "Annual request: 40,000 yuan" in told.en
    assert "不止一个项目" in asking.read("业务培训的总目标是什么").sentence.zh


def test_what_is_not_found_is_named_as_it_was_typed(asking: Asking) -> None:
    assert "“hospitals (医院)”" in asking.read("Which projects concern hospitals?").sentence.zh
    assert asking.read("hospital").fit is None


def test_a_body_whose_name_differs_by_its_place_alone_is_a_namesake() -> None:
    bodies = [SimpleNamespace(value=name) for name in ("云岭区教育局", "青川市云岭区教育局", "青川市财政局")]
    finder = Finder(cast(Any, SimpleNamespace(choices=lambda kind, limit: bodies)), "")
    assert finder.namesakes("云岭区教育局") == ["青川市云岭区教育局"]
    assert finder.namesakes("青川市云岭区教育局") == ["云岭区教育局"]
    assert finder.namesakes("教育局") == finder.namesakes("青川市财政局") == []


def test_numbers_of_views_without_sums_name_filings_whose_files_declare_more_than_was_read(asking: Asking) -> None:
    short = {
        "filing": "http://localhost:8000/id/filing/x/2024",
        "filingName": "青川市财政局2024年度绩效目标申报",
        "message": "编报项目",
        "messageEn": "Projects",
    }

    def answers(view: str, params: Given) -> Sequence[Row]:
        return [short] if view == "findings" else asking.rows(view, params)  # type: ignore[return-value]

    for q, said in (("松江区2024年有几个指标", True), ("松江区2022年有几个指标", False), ("松江区2024年多少钱", False)):
        sentence = asking.reader.read(q, asking.index, answers).sentence
        assert ("青川市财政局" in sentence.zh) == said, q


def test_a_part_of_a_body_with_its_place_is_never_said_to_be_nowhere(asking: Asking) -> None:
    told = asking.told("上海市松江区人民政府2030年的项目")
    assert "库中有“上海市松江区人民政府”，但没有读到同时合全部条件的" in told.zh


def test_fiscal_funds_are_said_to_be_of_the_year_or_the_whole_term(asking: Asking) -> None:
    assert "财政资金（一年的或全部的，依表所印）" in asking.told("财政资金最多的部门").zh


def test_numbers_of_several_years_are_given_for_each_of_them(asking: Asking) -> None:
    told = asking.told("2022年和2024年的项目各有多少个").zh
    assert re.search(r"2022：\d+；2024：\d+|2024：\d+；2022：\d+", told), told
    assert "元；相差" not in asking.told("2022年和2024年有多少个项目").zh


def test_a_goal_that_was_not_read_is_said_to_be_so(asking: Asking) -> None:
    reading = asking.read("松江区政协办档案管理的目标是什么")
    assert "没有读到" not in reading.sentence.zh
    question = take_apart(tidy(reading.q), asking.reader._lexicon, Finder(asking.index, asking.base_iri))
    page = asking.rows("project", reading.params)
    without = [row for row in page if not str(row["property"]).endswith("#hasGoal")]
    assert len(without) < len(page)
    shows = asking.views["project"].ask["shows"]
    assert "“绩效目标”没有读到，原文可能印有" in str(record.stated(question, question.items, without, shows).sentences)


def test_the_body_of_one_project_does_not_bound_another_that_names_its_own_place(asking: Asking) -> None:
    fit = asking.read("松江区政协办的档案管理项目").fit
    assert fit is not None
    [one] = [each for each in fit.placed if each.parameter == "text"]
    other = replace(one, item=replace(one.item, text="闵行区水利工程"), sense=Sense("name", "水利工程", 2.0))
    both = replace(fit, params={**fit.params, "text": f"档案管理{SEVERAL}水利工程"}, placed=(*fit.placed, other))

    def answers(view: str, params: Given) -> Sequence[Row]:
        return [{}]

    [freed] = asking_module._apart([both], answers)
    assert dict(freed.params) == {"text": both.params["text"]}
    assert asking_module._apart([both], lambda view, params: [{}] * len(params)) == []
    assert asking_module._apart([fit], answers) == [fit]


def test_a_wrong_character_in_a_project_is_put_right_and_said(asking: Asking) -> None:
    reading = asking.read("档案冠理项目的钱是多少")
    assert reading.params == {"text": "档案管理"}
    assert "“档案冠理”按“档案管理”理解" in reading.sentence.zh


def test_amounts_of_projects_are_said_to_be_no_final_accounts(asking: Asking) -> None:
    assert "金额是申报的，不是决算" in asking.told("名称含培训的项目都花了多少钱").zh


def test_a_refusal_does_not_say_that_no_name_has_a_character(asking: Asking) -> None:
    sentence = asking.read("松江区哪些项目蹊跷").sentence.zh
    assert "也没有认作库中的名称" in sentence


def test_projects_without_a_basis_have_neither_a_document_nor_a_section_on_bases(asking: Asking) -> None:
    params = asking.read("哪些项目没有写立项依据").params
    assert params == {"without": "hasStatedBasis"}
    assert "没有读到的“依据（文件和写依据的一节都没有）”" in asking.told("哪些项目没有写立项依据").zh
    bare = {row["project"] for row in asking.rows("projects", params)}
    undocumented = {row["project"] for row in asking.rows("projects", {"without": "cites"})}
    assert bare <= undocumented
    for project in undocumented:
        page = asking.rows("project", {"project": f"/{project.removeprefix(asking.base_iri)}"})
        assert (project in bare) == all("依据" not in f"{row['group']}{row['item']}" for row in page)


def test_centres_for_disease_control_are_known_by_their_short_name() -> None:
    bodies = ["石嘴山市疾病预防控制中心", "石嘴山市卫生健康委员会"]
    assert bodies_in_english(["shizuishan", "cdc"], bodies) == bodies[:1]


def test_one_years_money_is_given_as_a_share_of_the_projects_own_total(asking: Asking) -> None:
    said = asking.told("档案管理2022年的钱占项目总资金的多少")
    assert "占金额的百分之" not in said.zh


def test_two_questions_on_a_document_are_both_answered(asking: Asking) -> None:
    reading = asking.read("松委发〔2009〕97号是什么文件，哪个项目引用了它？")
    assert "“松委发〔2009〕97号”的标题是《" in reading.sentence.zh
    assert reading.params == {"number": "松委发〔2009〕97号"}


def test_bounds_of_amounts_name_the_projects_whose_amount_was_not_read(asking: Asking) -> None:
    unread = asking.rows("projects", {"without": "amount"})
    sentence = asking.read("金额在1万元以上的项目有哪些").sentence.zh
    assert (f"没有读到任何金额的项目另有 {len(unread)} 个" in sentence) == bool(unread)


def test_a_place_before_a_topic_is_read_apart(asking: Asking) -> None:
    reading = asking.read("松江区档案项目有哪些")
    assert reading.params == {"region": "上海市松江区", "text": "档案"}


def test_bodies_with_two_fields_are_known_in_english() -> None:
    bodies = ["上海市普陀区建设和管理委员会", "上海市普陀区城市管理局"]
    assert bodies_in_english(["putuo", "construction management", "commission"], bodies) == bodies[:1]
    assert tidy("the Construction and Management Commission") == "the construction management commission"


def test_a_street_office_is_one_body_and_no_second_one(asking: Asking) -> None:
    question = take_apart(
        tidy("万里街道办事处的项目"), asking.reader._lexicon, StreetFinder(asking.index, asking.base_iri)
    )
    assert [item.text for item in question.items] == ["万里街道办事处"]


class StreetFinder(Finder):
    """A look-up that knows one more body."""

    def names(self, kind: str, text: str) -> tuple[Name, ...]:
        name = "上海市普陀区人民政府万里街道办事处"
        if kind == "org" and text in name and len(text) > 1:
            return (Name("http://localhost:8000/id/org/x", "org", name, name, "contains", 1),)
        return super().names(kind, text)


def test_bodies_of_a_year_are_counted_without_a_word_on_two_years(asking: Asking) -> None:
    said = asking.told("How many bodies filed in 2022?").en
    assert "In all:" in said
    assert "either year" not in said


def test_a_body_printed_without_its_place_is_one_of_all_of_this_name() -> None:
    iri = "http://localhost:8000/id/org/"
    found = [
        Name(f"{iri}a", "org", "甲市教育局", "教育局", "same", 1),
        Name(f"{iri}b", "org", "乙县教育局", "乙县教育局", "contains", 1),
    ]
    index = SimpleNamespace(names=lambda kind, text, limit: found)
    named = Finder(cast(Any, index), "http://localhost:8000/").names("org", "教育局")
    assert [name.label for name in named] == ["甲市教育局", "乙县教育局"]


def test_numbers_of_projects_that_overlap_are_not_added_up(asking: Asking) -> None:
    said = asking.told("松江区政协办2022年有几个项目，引用了哪些文件？").zh
    assert "个项目。" not in said
    assert "没有合计" in said


@pytest.mark.parametrize(
    "q",
    [
        "松江区政协办的培训项目有几个数量指标？",
        "松江区政协办的培训项目有多少个数量指标？",
        "松江区政协办的培训项目的数量指标有几个？",
        "How many quantity indicators does the training project of Songjiang CPPCC have?",
    ],
)
def test_indicators_of_a_type_are_counted(asking: Asking, q: str) -> None:
    fit = asking.read(q).fit
    assert fit is not None
    assert (fit.pattern.view.name, fit.params["type"], fit.params["project"]) == ("indicators", "数量指标", "培训")
    assert "共 1 个指标。" in asking.told(q).zh


def test_a_share_says_of_how_many_projects_no_amount_was_read(tmp_path: Path) -> None:
    asking = _filings(
        tmp_path,
        ("场馆巡查", "松江区体育局", "年度资金总额 | 30万元"),
        ("场馆巡查", "松江区文化馆", "年度资金总额 | "),
        ("场馆巡查", "闵行区体育局", "年度资金总额 | 70万元"),
        ("场馆巡查", "嘉定区体育局", "年度资金总额 | "),
    )
    said = asking.told("What share of all the money requested comes from Songjiang?").en
    assert "Projects of unknown amount 1. All projects of unknown amount 2." in said
    assert "Percent of amounts 30." in said
    said = asking.told("嘉定区的钱占全部的比例是多少？").zh
    assert "项目中金额不明的 1。全部项目中金额不明的 2。" in said
    assert "占金额的百分之" not in said


def _filings(folder: Path, *projects: tuple[str, str, str]) -> Asking:
    """A reader over filings of one project each: its name, its body and the lines on its money."""
    store = Store.create(folder / "store", "http://localhost:8000/")
    paths = [folder / f"{number}.txt" for number in range(len(projects))]
    for path, (name, body, money) in zip(paths, projects, strict=True):
        path.write_text(
            f"项目支出绩效目标申报表\n（2022年度）\n项目名称 | {name}\n项目单位 | {body}\n{money}\n"
            "年度目标 | 全年开放场馆，服务观众。\n一级指标 | 二级指标 | 三级指标 | 指标值\n"
            "产出指标 | 数量指标 | 开放天数 | ≥300天\n",
            encoding="utf-8",
        )
    assert [outcome.status for outcome in ingest(paths, store)] == ["added"] * len(paths)
    return Asking(store.path)


def test_a_kind_of_bodies_is_searched_in_names_of_projects_and_of_bodies(tmp_path: Path) -> None:
    asking = _filings(
        tmp_path,
        ("展厅照明更新", "松江区博物馆", "年度资金总额 | 30万元"),
        ("博物馆屋面修缮", "松江区文化局", "年度资金总额 | 50万元"),
        ("纪念馆屋面修缮", "松江区文化局", "年度资金总额 | 20万元"),
        ("球场维护", "松江区体育局", "年度资金总额 | 40万元"),
    )
    for q, names in (
        ("博物馆的项目有哪些", {"展厅照明更新", "博物馆屋面修缮"}),
        ("博物馆项目一共多少钱", {"展厅照明更新", "博物馆屋面修缮"}),
        ("哪些项目以纪念馆、博物馆为内容", {"展厅照明更新", "博物馆屋面修缮", "纪念馆屋面修缮"}),
    ):
        reading = asking.read(q)
        assert {row["name"] for row in asking.rows("projects", reading.params)} == names, reading.sentence


@pytest.mark.parametrize("q", ["学校实施的项目", "projects implemented by schools"])
def test_a_kind_of_bodies_that_carries_out_projects_is_searched_in_names_of_bodies_alone(
    tmp_path: Path, q: str
) -> None:
    asking = _filings(
        tmp_path,
        ("操场翻修", "松江区第二小学", "年度资金总额 | 30万元"),
        ("学校屋面修缮", "松江区教育局", "年度资金总额 | 50万元"),
        ("课桌更换", "松江区泗泾学校", "年度资金总额 | 20万元"),
    )
    reading = asking.read(q)
    assert {row["name"] for row in asking.rows("projects", reading.params)} == {"操场翻修", "课桌更换"}


def test_one_project_that_two_texts_find_is_compared_with_none(asking: Asking) -> None:
    assert "相差" not in asking.told("松江区政协办的业务培训项目和培训项目花多少").zh


def test_an_order_of_a_government_is_found_by_its_short_name(asking: Asking) -> None:
    assert asking.read("上海市政府令第35号被哪些项目引用？").params == {"number": "上海市人民政府令第35号"}


def test_a_known_document_without_projects_that_fit_is_said_to_be_known(asking: Asking) -> None:
    q = "引用了松委发〔2009〕97号但不是2022年的项目"
    assert "库中有“松委发〔2009〕97号”，但没有读到同时合全部条件的。" in asking.told(q).zh
    fit = asking.read(q).fit
    assert fit is not None
    answer = asking.views["projects"].answer(asking.run, fit.given, asking.version, asking.index)
    assert answer.near == ()


def test_sums_in_parts_are_pointed_to_where_no_amount_was_read(tmp_path: Path) -> None:
    asking = _filings(tmp_path, ("球场维护", "松江区体育局", ""), ("场馆保洁", "松江区体育局", "年度资金总额 | 30万元"))

    def answers(view: str, params: Given) -> Sequence[Row]:
        parts = {"property": terms.hasCalculation, "item": "上半年12万元，下半年13万元"}
        rows = asking.rows(view, params)
        return [*rows, {**rows[0], **parts}] if view == "project" else rows

    said = "没有读到项目的金额，读到的有分列的金额或算式：上半年12万元，下半年13万元。"
    assert said in asking.reader.read("球场维护要多少钱", asking.index, answers).sentence.zh
    assert said not in asking.reader.read("场馆保洁要多少钱", asking.index, answers).sentence.zh


def test_two_orders_of_one_number_are_told_apart_and_offered_once(tmp_path: Path) -> None:
    cited = "《上海市甲类公开规定》（上海市人民政府令第35号）；《上海市乙类决策规定》（上海市人民政府令第35号）"
    asking = _filings(tmp_path, ("球场维护", "松江区体育局", f"年度资金总额 | 30万元\n项目立项依据 | {cited}"))
    labels = {str(choice.label) for choice in asking.index.choices("basis")}
    assert labels == {"上海市人民政府令第35号 上海市甲类公开规定", "上海市人民政府令第35号 上海市乙类决策规定"}
    view = asking.views["projects-citing"]
    answer = view.answer(asking.run, {"number": "上海市政府令第35号"}, asking.version, asking.index)
    assert [each.label for each in answer.near] == ["上海市人民政府令第35号"]


def test_a_row_of_a_budget_is_no_whole_project(asking: Asking) -> None:
    told = asking.told("援藏干部工作经费是多少")
    assert "援藏干部工作经费：2,750,000 元" in told.zh
    assert "援藏干部工作经费: 2,750,000 yuan" in told.en
    assert "37,780,000" not in told.zh


def test_a_document_that_nobody_cites_is_said_not_to_be_cited(asking: Asking) -> None:
    assert "没有读到引用“预算法”的项目" in asking.told("谁引用了预算法").zh


def test_a_share_says_what_projects_of_unknown_place_may_change() -> None:
    rows = [{"code": "310000"}, {"code": None, "projects": 2, "amount": Decimal(5000)}]
    pattern = SimpleNamespace(view=SimpleNamespace(name="shares", columns=()))
    fit = cast(Any, SimpleNamespace(pattern=pattern, given={"part": "上海市"}))
    [said] = remarks.notes(fit, frozenset(("share",)), lambda view, params: rows)
    assert "2, 5,000" in said.en
    assert "上海市" in said.zh


@pytest.mark.parametrize("q", ["各省平均满意度目标", "2022年申请金额中位数", "谁负责人民调解"])
def test_what_reads_as_a_question_never_ends_with_nothing_found(client: httpx.Client, q: str) -> None:
    answer = client.get("/search", params={"q": q, "lang": "zh"}, headers={"Accept": "text/html"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/ask?")


def test_the_name_of_a_file_leads_to_its_source(client: httpx.Client) -> None:
    for name in ("songjiang", "songjiang.txt"):
        answer = client.get("/search", params={"q": name, "lang": "zh"}, headers={"Accept": "text/html"})
        assert answer.headers["location"].startswith("/source/"), name


@pytest.mark.parametrize("q", ["松江区政协办的业务培训明天下雨吗", "Is the 业务培训 of Songjiang CPPCC blue?"])
def test_what_a_question_names_is_shown_beside_and_is_no_answer(client: httpx.Client, q: str) -> None:
    answer = client.get("/ask", params={"q": q, "format": "json"}).json()
    assert (answer["understood"], answer["view"], answer["rows"]) == (False, None, [])
    assert answer["beside"]["view"] == "project"
    assert {row["projectName"] for row in answer["beside"]["rows"]} == {"业务培训"}
    assert "不是对整个问题的回答" in answer["reading"]["zh"]
    page = client.get("/ask", params={"q": q, "lang": "en"}, headers={"Accept": "text/html"})
    assert "no answer to the whole question" in page.text
    assert "Questions that have an answer" in page.text
    assert "400,000" in page.text


@pytest.mark.parametrize(
    ("q", "view", "word"),
    [
        ("松江区政协办业务培训的依据文件咪咪", "project", "咪咪"),
        ("List the indicators of the 政协委员工作 xylophone project", "project", "xylophone"),
    ],
)
def test_what_one_project_states_is_answered_without_a_word_that_is_not_understood(
    asking: Asking, q: str, view: str, word: str
) -> None:
    reading = asking.read(q)
    assert reading.fit is not None
    assert reading.fit.pattern.view.name == view
    assert f"没有听懂“{word}”，没有用上" in reading.sentence.zh
    assert f"“{word}” was not understood and is not used" in reading.sentence.en


@pytest.mark.parametrize(
    "q", ["政协委员工作项目有几个咪咪指标", "政协委员工作比咪咪多多少钱", "业务培训咪咪的指标", "政协委员工作咪咪"]
)
def test_a_number_a_comparison_and_several_projects_need_every_word(asking: Asking, q: str) -> None:
    assert asking.read(q).fit is None


def test_the_unit_behind_a_word_that_asks_for_a_number_is_that_of_a_target(tmp_path: Path) -> None:
    target = "产出指标 | 数量指标 | 送戏下乡 | ≥70村\n产出指标 | 数量指标 | 送戏演出 | ≥90场"
    asking = _filings(tmp_path, ("文化惠民", "松江区文旅局", f"年度资金总额 | 30万元\n{target}"))
    assert asking.read("送戏要完成多少个村").params == {"text": "送戏", "unit": "村"}


def test_the_sum_of_one_kind_of_funds_is_no_sum_of_amounts(tmp_path: Path) -> None:
    asking = _filings(
        tmp_path,
        ("球场维护", "松江区体育局", "年度资金总额 | 30万元\n其中：财政拨款 | 20万元\n其他资金 | 10万元"),
        ("场馆保洁", "松江区体育局", "年度资金总额 | 20万元\n其中：财政拨款 | 20万元"),
    )
    assert "其他资金合计 100,000 元" in asking.told("2022年其他资金合计多少").zh
    assert "500,000" not in asking.told("2022年其他资金合计多少").zh
    assert "“carried over” was not read" in asking.told("2022年上年结转合计多少").en


def test_the_first_few_provinces_do_not_rank_projects_of_unknown_place_and_say_so(asking: Asking) -> None:
    assert "地方不明或不到这一级的项目不参加排列" in asking.told("金额前三的省份").zh
    told = asking.told("top three provinces by money").en
    assert "whose place is not known, or above this level, are not ranked" in told


def test_a_difference_names_what_was_read_in_part_as_a_comparison_does(tmp_path: Path) -> None:
    in_part = "年度资金总额 | 30万元\n实施单位 | 市**局"
    asking = _filings(
        tmp_path, ("校舍修缮", "荆门市教育局", in_part), ("河道清淤", "泉州市水利局", "年度资金总额 | 40万元")
    )
    told = asking.told("比较荆门市教育局和泉州市水利局的金额")
    reason = verdicts.reason("partial-filings", side="").text
    assert reason.zh in told.zh
    assert reason.en.partition(" of  ")[2] in told.en


def test_bodies_that_one_word_means_are_one_side_of_a_comparison(tmp_path: Path) -> None:
    asking = _filings(
        tmp_path,
        ("校舍修缮", "荆门市教育局", "年度资金总额 | 30万元"),
        ("校园绿化", "武汉市青山区教育局", "年度资金总额 | 20万元"),
        ("河道清淤", "泉州市安溪县水利局", "年度资金总额 | 40万元"),
    )
    told = asking.told("教育局和水利局哪个钱多")
    assert "教育局（2 个机构）：500,000 元" in told.zh
    assert "相差 100,000 元" in told.zh


def test_places_have_english_names_in_english_sentences(tmp_path: Path) -> None:
    asking = _filings(
        tmp_path,
        ("校舍修缮", "荆门市教育局", "年度资金总额 | 30万元"),
        ("河道清淤", "泉州市安溪县水利局", "年度资金总额 | 40万元"),
    )
    told = asking.told("compare Hubei and Fujian by money")
    assert "Fujian: 400,000 yuan; Hubei: 300,000 yuan" in told.en
    assert "福建省：400,000 元" in told.zh


def test_projects_without_a_known_body_are_no_body(tmp_path: Path) -> None:
    asking = _filings(
        tmp_path,
        ("球场维护", "松江区体育局", "年度资金总额 | 30万元"),
        ("场馆保洁", "", "年度资金总额 | 20万元"),
    )
    assert "共 1 个机构" in asking.told("一共有多少个机构").zh


def test_targets_in_order_are_said_to_differ_in_unit_only_if_they_do(asking: Asking) -> None:
    reading = asking.read("满意度目标最高的是哪些？")
    answer = asking.views["indicators"].answer(asking.run, reading.params, asking.version, asking.index)
    for units, is_said in ((("%", "百分比", None), False), (("%", "人"), True)):
        rows = tuple({**answer.rows[0], "unit": unit} for unit in units)
        told = reading.told(replace(answer, rows=rows))
        assert ("计量单位不同" in told.zh, "Units of targets differ" in told.en) == (is_said, is_said)


def test_no_order_is_said_where_no_row_has_what_rows_are_ordered_by(asking: Asking) -> None:
    for q in ("How much more money in 2024 than in 2022?", "2024年比2022年多多少钱？"):
        told = asking.told(q)
        assert asking.rows("years", {"first": "2022", "second": "2024"}), q
        assert "change first" not in told.en, told.en
        assert "增减从" not in told.zh, told.zh
        assert "没有读到机构的项目不在其中" in told.zh
        assert "projects without a known body are left out" in told.en.lower()


def test_the_words_that_were_typed_are_quoted_without_marks_set_around_them() -> None:
    assert printed.part("十四五规划", "“十四五”规划（草案）") == "“十四五”规划"
    assert printed.part("会计法2017", "《会计法》（2017）") == "《会计法》（2017）"


def test_a_value_that_was_typed_as_it_is_shown_is_not_quoted_again(asking: Asking) -> None:
    assert "原话" not in asking.read("哪些指标的目标值是中文文字？").sentence.zh
    assert "原话““" not in asking.read("哪些项目引用了《会计法律》？").sentence.zh


def test_the_name_of_a_field_is_none_of_its_values(asking: Asking) -> None:
    assert "category" not in asking.read("What is the nature of 外事交流管理?").params


def test_where_is_answered_by_the_finest_place_that_is_known(asking: Asking) -> None:
    for q in ("业务培训在哪里？", "Where is 业务培训?"):
        reading = asking.read(q)
        assert reading.params["level"] == "县级", q
        assert all(row["code"] for row in asking.rows("provinces", reading.params))
    assert "level" not in asking.read("哪个省有业务培训项目？").params


def test_of_several_projects_of_a_name_all_are_shown_beside(asking: Asking) -> None:
    reading = asking.read("业务培训明天下雨吗")
    assert reading.fit is None
    assert reading.beside is not None
    assert {row["name"] for row in asking.rows("projects", reading.beside.given)} == {"业务培训"}
    assert asking.read("培训明天下雨吗").beside is None, "a part of several names names no project"


def test_a_longer_name_that_contains_the_name_asked_for_is_left_out_and_pointed_to(asking: Asking) -> None:
    reading = asking.read("业务培训项目一共多少钱")
    assert reading.params == {"text": '"业务培训"'}
    assert "另有 1 个项目的名称含这几个字" in reading.sentence.zh
    assert reading.others[0].params == {"text": "业务培训"}
    assert "另有" not in asking.read("政协委员工作多少钱").sentence.zh


def test_a_total_for_the_whole_term_is_said_beside_the_money_of_a_year(tmp_path: Path) -> None:
    asking = _filings(
        tmp_path,
        ("球场维护", "松江区体育局", "年度资金总额 | 30万元\n项目资金总额 | 90万元"),
        ("场馆保洁", "松江区体育局", "年度资金总额 | 20万元\n项目资金总额 | 20万元"),
    )
    both = asking.read("球场维护总共要花多少钱").sentence
    assert (
        "有 1 个项目的金额是一个年度的（年度资金申请总额，计 300,000 元），另印有不同的项目资金总额，计 900,000 元"
        in both.zh
    )
    assert "together 900,000 yuan" in both.en
    assert "900,000" in asking.read("名称含球场的项目多少钱").sentence.zh
    assert "项目资金总额" not in asking.read("场馆保洁总共要花多少钱").sentence.zh
    # Pages show some rows only: the totals of all projects count.
    paged = remarks._whole_term({"sort": "amount"}, lambda view, asked: asking.rows(view, {"limit": "1", **asked}))
    assert ["together 900,000 yuan" in each.en for each in paged] == [True]


def test_what_a_rule_found_in_a_few_projects_is_said(asking: Asking) -> None:
    told = asking.told("哪个项目的预算明细加起来跟申报数对不上")
    assert "明细合计 37,855,000 元" in told.zh
    assert "37,855,000 yuan" in told.en


def test_a_rule_that_found_nothing_is_only_meant_by_its_name(asking: Asking) -> None:
    assert asking.read("哪些项目引用的计划到期了没有").fit is None
    assert asking.read("所引规划、计划已经过期").params == {"fault": "PlanExpired"}


@pytest.mark.parametrize(("q", "offered"), [("闽行区政的项目", "行区政府"), ("What does the town of X cost?", " own")])
def test_questions_are_not_put_right_by_parts_of_words(asking: Asking, q: str, offered: str) -> None:
    assert all(offered not in text.zh for text, _ in asking.read(q).suggestions)


def test_towns_are_known_by_their_names_in_pinyin() -> None:
    bodies = ["青川市云岭区云岭镇人民政府", "青川市云岭区教育局"]
    assert bodies_in_english(["yunling", "town"], bodies) == bodies[:1]


def test_two_characters_within_a_name_are_no_body() -> None:
    found = [Name("http://localhost:8000/id/org/a", "org", "青川经济开发区管理委员会", "开发", "contains", 1)]
    finder = Finder(cast(Any, SimpleNamespace(names=lambda kind, text, limit: found)), "http://localhost:8000/")
    assert finder.names("org", "开发") == ()
    assert finder.names("org", "青川")
    found[0] = Name("http://localhost:8000/id/org/b", "org", "东莞展览馆", "展览", "contains", 1)
    assert Finder(cast(Any, SimpleNamespace(names=lambda kind, text, limit: found)), "").names("org", "展览")


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("What share of the indicators are satisfaction indicators?", "How many satisfaction indicators are there?"),
        ("哪些指标是量化的？", "Which targets cannot be checked?"),
        ("有多少个绩效目标？", "How many indicators are there?"),
    ],
)
def test_the_questions_to_which_a_refusal_points_are_offered_first(asking: Asking, q: str, first: str) -> None:
    reading = asking.read(q)
    assert reading.fit is None
    assert reading.suggestions[0][0].en == first
    assert len({text for text, _ in reading.suggestions}) == len(reading.suggestions)


def test_english_words_behind_a_topic_belong_to_it() -> None:
    text = "which projects are about covid-19 prevention and control?"
    [(start, end, topic)] = english_topics(text, Lexicon().divide(text, ()))
    assert (text[start:end], topic) == ("covid-19 prevention and control", "疫情")


def test_categories_places_and_words_of_projects_are_read_as_printed(tmp_path: Path) -> None:
    asking = _filings(
        tmp_path,
        ("云岭镇松材线虫病除治", "松江区林业局", "年度资金总额 | 30万元\n项目性质 | 一次性项目(1年结束)"),
        ("球场维护", "松江区林业局", "年度资金总额 | 40万元"),
        ("场馆保洁", "场馆管理中心", "年度资金总额 | 20万元"),
    )
    once = asking.rows("projects", asking.read("一次性项目有哪些？").params)
    assert [row["name"] for row in once] == ["云岭镇松材线虫病除治"]
    in_graph = asking.views["projects"].answer(asking.run, {"category": "一次性项目"}, asking.version, None).rows
    assert [row["name"] for row in in_graph] == ["云岭镇松材线虫病除治"]
    assert "地方不明的另有 1 个项目" in asking.read("松江区的项目一共多少钱").sentence.zh
    told = asking.read("Who implements the pine wood nematode project in Songjiang?").sentence.en
    assert "pine wood nematode" in told
