"""/ask as people and programs meet it: the reading, the rows, the nearest questions, both languages, hostile input."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from hypothesis import given, strategies as st

from jixiao.ontology import terms
from jixiao.server.apps.compare import verdicts
from jixiao.server.errors import ParameterError
from jixiao.server.views.answers import Row, Whole
from jixiao.server.views.parameters import Given
from jixiao.server.views.questions import named_things, record
from jixiao.server.views.questions.asking import MOST_CHARACTERS
from jixiao.server.views.questions.english import bodies_in_english
from jixiao.server.views.questions.lexicon import tidy, words
from jixiao.server.views.questions.named_things import Finder
from jixiao.server.views.questions.question import take_apart
from jixiao.store.index.found import Name
from tests.server.ask.meant import Asking, asking_of
from tests.support.generated import tries
from tests.support.pages import absent, page

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


def test_slots_and_words_only_searched_for_are_told(client: httpx.Client, asking: Asking) -> None:
    reading = asking.read("2022年松江区外出考察的项目")
    assert reading.params == {"region": "上海市松江区", "year": "2022", "topic": "外出考察"}
    assert reading.searched == ["外出考察"]
    assert "全文里查过" in reading.sentence.zh
    stated = [(slot["kind"], slot["words"], slot["value"], slot["parameter"]) for slot in reading.fit.stated()]
    assert stated == [
        ("year", "2022年", "2022", "year"),
        ("place", "松江区", "上海市松江区", "region"),
        ("words", "外出考察", "外出考察", "topic"),
    ]
    answer = client.get("/ask", params={"q": MISSION, "format": "json"}).json()
    assert answer["searched"] == []
    assert answer["slots"] == [
        {
            "kind": "document",
            "words": "松委发(2009)97号",
            "value": "松委发〔2009〕97号",
            "parameter": "number",
            "label": {"zh": "发文字号", "en": "Document number"},
        }
    ]
    assert answer["answer"]["zh"].startswith("3 个项目（业务培训、")


def test_a_question_that_follows_another_changes_its_slots(client: httpx.Client, asking: Asking) -> None:
    before = "2022年松江区的业务培训多少钱"
    for q, params in (
        ("那2024年呢", {"year": "2024", "region": "上海市松江区"}),
        ("那闵行区呢", {"year": "2022", "region": "上海市闵行区"}),
    ):
        reading = asking.reader.read(q, asking.index, asking.rows, after=before)
        assert {name: reading.params[name] for name in params} == params, reading.sentence
    answer = client.get("/ask", params={"q": "那2024年呢", "after": "2022年的项目", "format": "json"}).json()
    assert answer["params"] == {"year": "2024"}
    assert asking.reader.read("哪个单位的钱最多", asking.index, asking.rows, after=before).whole == ""
    again = asking.reader.read("那闵行区呢", asking.index, asking.rows, after=f"{before}→那2024年呢")
    assert (again.params["year"], again.params["region"]) == ("2024", "上海市闵行区")
    assert asking.read(again.whole).params == again.params
    assert (
        client.get("/ask", params={"q": "那2024年呢", "after": "→那2022年呢" * 40, "format": "json"}).status_code == 400
    )


@pytest.mark.parametrize(
    ("q", "before", "view", "params"),
    [
        ("这几个项目加起来多少钱？", MISSION, "projects-citing", {"number": "松委发〔2009〕97号"}),
        ("What do these add up to?", "Which projects cite 松委发〔2009〕97号?", "projects-citing", {}),
        ("其中哪个最贵？", "松江区政协办2022年有哪些项目？", "projects", {"year": "2022", "sort": "-amount"}),
        (
            "这些项目有哪些满意度指标？",
            "松江区政协办2022年有哪些项目？",
            "indicators",
            {"type": "满意度指标", "year": "2022"},
        ),
        (
            "Which of them is the dearest?",
            "Which projects are from Songjiang in 2024?",
            "projects",
            {"sort": "-amount"},
        ),
        ("Which of them is the largest?", "Which projects are from Songjiang in 2024?", "projects", {"year": "2024"}),
        (
            "Which of the two wants the higher satisfaction?",
            "Compare the legal adviser's fees (法律顾问费) of the Songjiang and the Minhang government offices.",
            "indicators",
            {"project": "法律顾问费", "type": "满意度指标"},
        ),
        ("它今年要多少钱，目标是什么？", "2024年哪个项目钱最多？", "project", {}),
        ("Who carries it out?", "What is the largest project of 2024?", "project", {}),
        ("其中超过50万的有几个？", "松江区政协办2022年有哪些项目？", "projects", {"year": "2022", "above": "500000"}),
        ("How many of them ask for more than 1 million yuan?", MISSION, "projects", {"above": "1000000"}),
        ("And the runner-up?", "What is the biggest project of 2022?", "projects", {"year": "2022", "offset": "1"}),
        ("And the second largest?", "Biggest project of 2022?", "projects", {"year": "2022", "offset": "1"}),
        ("Is it always given the same title?", MISSION, "projects-citing", {"number": "松委发〔2009〕97号"}),
        ("哪个多一些，多多少？", "松江区政协办2022年的项目加起来多少钱？", "projects", {"sort": "-amount"}),
    ],
)
def test_a_question_that_points_back_keeps_the_slots_of_the_one_before(
    asking: Asking, q: str, before: str, view: str, params: dict[str, str]
) -> None:
    reading = asking.reader.read(q, asking.index, asking.rows, after=before)
    assert reading.fit is not None, reading.sentence
    assert reading.fit.pattern.view.name == view
    assert params.items() <= reading.params.items()
    assert reading.whole
    assert "接着前一问" in reading.sentence.zh


@pytest.mark.parametrize(
    ("q", "before"),
    [
        ("这几个项目加起来多少钱？", ""),
        ("Which of the two wants the higher satisfaction?", ""),
        ("它们加起来多少钱？", "哪些项目金额最高？"),  # of how many is not known
        ("它们一共多少钱？", "明天上海天气怎么样"),
        ("占松江区政协办全部申请的百分之几？", "松江区政协办2022年的业务培训多少钱？"),
        ("占全部的比例是多少", "松江区政协办2022年有哪些项目？"),
        ("What share of the money of Songjiang CPPCC is that?", "松江区政协办2022年的业务培训多少钱？"),
    ],
)
def test_what_a_question_points_to_has_to_be_known(asking: Asking, q: str, before: str) -> None:
    reading = asking.reader.read(q, asking.index, asking.rows, after=before)
    assert reading.fit is None
    assert "不知道指什么" in reading.sentence.zh


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
    assert absent(page.text, "Not understood", answer["suggestions"][0]["q"]["en"]) == []


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


def test_rows_behind_those_of_the_page_may_equal_the_first(asking: Asking) -> None:
    reading = asking.read("引用最少的文件是哪个？")
    view = asking.views["legal-bases"]
    answer = view.answer(asking.run, reading.params, asking.version, asking.index)
    least = [row for row in answer.rows if row["projects"] == answer.rows[0]["projects"]]
    whole = Whole(len(answer.rows))
    shown = [reading.told(replace(answer, rows=rows, whole=whole)).zh for rows in (answer.rows, tuple(least[:2]))]
    assert f"（{len(least)} 个相等）" in shown[0]
    assert "（至少 2 个相等）" in shown[1]


def test_the_first_few_tell_of_those_that_equal_the_last(asking: Asking) -> None:
    reading = asking.read("引用最多的一个文件")
    rows = asking.rows("legal-bases", {})
    equal = sum(row["projects"] == rows[0]["projects"] for row in rows)
    assert equal > 1
    assert f"另有 {equal - 1} 个" in reading.sentence.zh


def test_projects_that_are_counted_are_not_their_indicators(asking: Asking) -> None:
    told = asking.told("有几个设了数量指标的项目？")
    indicators, projects = (int(number) for number in re.findall(r"(\d+) 个", told.zh)[-2:])
    assert projects < indicators
    assert f"They are of {projects} projects." in told.en
    assert "没有数" not in told.zh
    assert "共 " not in asking.told("每个项目引用几份文件").zh, "projects share documents"


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
        assert ("青川市财政局" in asking.reader.read(q, asking.index, answers).sentence.zh) == said, q


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


def test_bounds_of_amounts_name_the_projects_whose_amount_was_not_read(asking: Asking) -> None:
    unread = asking.rows("projects", {"without": "amount"})
    assert (
        f"没有读到任何金额的项目另有 {len(unread)} 个" in asking.read("金额在1万元以上的项目有哪些").sentence.zh
    ) == bool(unread)


@pytest.mark.parametrize(
    ("english", "body", "other"),
    [
        (["putuo", "construction management", "commission"], "上海市普陀区建设和管理委员会", "上海市普陀区城市管理局"),
        (["shizuishan", "cdc"], "石嘴山市疾病预防控制中心", "石嘴山市卫生健康委员会"),
        (["yunling", "town"], "青川市云岭区云岭镇人民政府", "青川市云岭区教育局"),
    ],
)
def test_bodies_are_known_in_english(english: list[str], body: str, other: str) -> None:
    assert bodies_in_english(english, [body, other]) == [body]


def test_two_fields_of_a_body_are_one_word() -> None:
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


def test_a_body_printed_without_its_place_is_one_of_all_of_this_name() -> None:
    iri = "http://localhost:8000/id/org/"
    found = [
        Name(f"{iri}a", "org", "甲市教育局", "教育局", "same", 1),
        Name(f"{iri}b", "org", "乙县教育局", "乙县教育局", "contains", 1),
    ]
    index = SimpleNamespace(names=lambda kind, text, limit: found)
    named = Finder(cast(Any, index), "http://localhost:8000/").names("org", "教育局")
    assert [name.label for name in named] == ["甲市教育局", "乙县教育局"]


def test_sums_in_parts_are_pointed_to_where_no_amount_was_read(tmp_path: Path) -> None:
    asking = asking_of(
        tmp_path, ("球场维护", "松江区体育局", ""), ("场馆保洁", "松江区体育局", "年度资金总额 | 30万元")
    )

    def answers(view: str, params: Given) -> Sequence[Row]:
        parts = {"property": terms.hasMention, "item": "上半年12万元，下半年13万元", "value": None}
        rows = asking.rows(view, params)
        return [*rows, {**rows[0], **parts}] if view == "project" else rows

    said = "没有读到项目的金额，读到的有分列的金额或算式：上半年12万元，下半年13万元。"
    assert said in asking.reader.read("球场维护要多少钱", asking.index, answers).sentence.zh
    assert said not in asking.reader.read("场馆保洁要多少钱", asking.index, answers).sentence.zh


def test_two_orders_of_one_number_are_told_apart_and_offered_once(tmp_path: Path) -> None:
    cited = "《上海市甲类公开规定》（上海市人民政府令第35号）；《上海市乙类决策规定》（上海市人民政府令第35号）"
    asking = asking_of(tmp_path, ("球场维护", "松江区体育局", f"年度资金总额 | 30万元\n项目立项依据 | {cited}"))
    labels = {str(choice.label) for choice in asking.index.choices("basis")}
    assert labels == {"上海市人民政府令第35号 上海市甲类公开规定", "上海市人民政府令第35号 上海市乙类决策规定"}
    view = asking.views["projects-citing"]
    answer = view.answer(asking.run, {"number": "上海市政府令第35号"}, asking.version, asking.index)
    assert [each.label for each in answer.near] == ["上海市人民政府令第35号"]


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
    assert absent(page.text, "no answer to the whole question", "Questions that have an answer", "400,000") == []


def test_a_difference_names_what_was_read_in_part_as_a_comparison_does(tmp_path: Path) -> None:
    in_part = "年度资金总额 | 30万元\n实施单位 | 市**局"
    asking = asking_of(
        tmp_path, ("校舍修缮", "荆门市教育局", in_part), ("河道清淤", "泉州市水利局", "年度资金总额 | 40万元")
    )
    told = asking.told("比较荆门市教育局和泉州市水利局的金额")
    reason = verdicts.reason("partial-filings", side="").text
    assert reason.zh in told.zh
    assert reason.en.partition(" of  ")[2] in told.en


def test_targets_in_order_are_said_to_differ_in_unit_only_if_they_do(asking: Asking) -> None:
    reading = asking.read("满意度目标最高的是哪些？")
    answer = asking.views["indicators"].answer(asking.run, reading.params, asking.version, asking.index)
    for units, is_said in ((("%", "百分比", None), False), (("%", "人"), True)):
        rows = tuple({**answer.rows[0], "unit": unit} for unit in units)
        told = reading.told(replace(answer, rows=rows))
        assert ("计量单位不同" in told.zh, "Units of targets differ" in told.en) == (is_said, is_said)


@pytest.mark.parametrize(
    ("typed", "q", "quoted"),
    [
        ("十四五规划", "“十四五”规划（草案）", "“十四五”规划"),
        ("会计法2017", "《会计法》（2017）", "《会计法》（2017）"),
    ],
)
def test_the_words_that_were_typed_are_quoted_without_marks_set_around_them(typed: str, q: str, quoted: str) -> None:
    assert named_things.part(typed, q) == quoted


def test_of_several_projects_of_a_name_all_are_shown_beside(asking: Asking) -> None:
    reading = asking.read("业务培训明天下雨吗")
    assert reading.fit is None
    assert {row["name"] for row in asking.rows("projects", reading.beside.given)} == {"业务培训"}
    assert asking.read("培训明天下雨吗").beside is None, "a part of several names names no project"


@pytest.mark.parametrize(("q", "offered"), [("闽行区政的项目", "行区政府"), ("What does the town of X cost?", " own")])
def test_questions_are_not_put_right_by_parts_of_words(asking: Asking, q: str, offered: str) -> None:
    assert all(offered not in text.zh for text, _ in asking.read(q).suggestions)


def test_two_characters_within_a_name_are_no_body() -> None:
    found = [Name("http://localhost:8000/id/org/a", "org", "青川经济开发区管理委员会", "开发", "contains", 1)]
    finder = Finder(cast(Any, SimpleNamespace(names=lambda kind, text, limit: found)), "http://localhost:8000/")
    assert finder.names("org", "开发") == ()
    assert finder.names("org", "青川")
    found[0] = Name("http://localhost:8000/id/org/b", "org", "东莞展览馆", "展览", "contains", 1)
    assert Finder(cast(Any, SimpleNamespace(names=lambda kind, text, limit: found)), "").names("org", "展览")


def test_categories_places_and_words_of_projects_are_read_as_printed(tmp_path: Path) -> None:
    asking = asking_of(
        tmp_path,
        ("云岭镇松材线虫病除治", "松江区林业局", "年度资金总额 | 30万元\n项目性质 | 一次性项目(1年结束)"),
        ("球场维护", "松江区林业局", "年度资金总额 | 40万元"),
        ("场馆保洁", "场馆管理中心", "年度资金总额 | 20万元"),
    )
    assert [row["name"] for row in asking.rows("projects", asking.read("一次性项目有哪些？").params)] == [
        "云岭镇松材线虫病除治"
    ]
    in_graph = asking.views["projects"].answer(asking.run, {"category": "一次性项目"}, asking.version, None).rows
    assert [row["name"] for row in in_graph] == ["云岭镇松材线虫病除治"]
    assert "地方不明的另有 1 个项目" in asking.read("松江区的项目一共多少钱").sentence.zh
    assert "地方不明的另有" not in asking.read("松江区有多少自评？").sentence.zh
    told = asking.read("Who implements the pine wood nematode project in Songjiang?").sentence.en
    assert "pine wood nematode" in told


_BEFORE = "//form[@class='ask further']/input[@name='after']/@value"
"""The question that the field of a page for a further one follows."""


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("given", [{"region": "310112", "year": "2023"}, {"year": "2022", "least": "300000"}])
def test_a_changed_condition_keeps_the_field_for_a_further_question(
    client: httpx.Client, given: dict[str, str], lang: str
) -> None:
    [before] = page(client, "/views/projects", **given, lang=lang).xpath(_BEFORE)
    told = client.get("/ask", params={"q": before, "format": "json"}).json()
    assert told["rows"] == client.get("/views/projects", params={**given, "format": "json"}).json()["rows"] != []
    q = {"zh": "其中超过40万的", "en": "Which of them are above 400000 yuan?"}[lang]
    then = client.get("/ask", params={"q": q, "after": before, "format": "json"}).json()
    assert then["params"].items() >= {"year": given["year"], "above": "400000"}.items()


@pytest.mark.parametrize("given", [{}, {"text": "项目项目"}])
def test_no_field_for_a_further_question_stands_where_no_question_has_the_conditions(
    client: httpx.Client, given: dict[str, str]
) -> None:
    assert page(client, "/views/projects", **given, lang="zh").xpath(_BEFORE) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_of_an_answer_has_its_figure_apart_from_the_conditions(client: httpx.Client, lang: str) -> None:
    q = {"zh": "2022年申请了多少钱", "en": "How much money was asked for in 2022?"}[lang]
    shown = page(client, "/ask", q=q, lang=lang)
    whole = client.get("/ask", params={"q": q, "format": "json"}).json()["answer"][lang]
    [figure] = shown.xpath("//p[@class='answer']/strong")
    assert whole.startswith(figure.text)
    assert "2022" in figure.tail
    assert "2022" not in figure.text
    assert [each.text for each in shown.xpath("//h1")] == [q]
    assert shown.xpath("//header//form[contains(@action, '/ask')]/input[@name='q']/@value") == [q]


def test_no_order_is_said_where_no_row_has_what_rows_are_ordered_by(asking: Asking) -> None:
    for q in ("How much more money in 2024 than in 2022?", "2024年比2022年多多少钱？"):
        told = asking.told(q)
        assert asking.rows("years", {"first": "2022", "second": "2024"}), q
        assert "change first" not in told.en, told.en
        assert "增减从" not in told.zh, told.zh
        assert "没有读到机构的项目不在其中" in told.zh
        assert "projects without a known body are left out" in told.en.lower()
