"""Every view answers the examples with the rows that stand in them."""

import json

import pytest

from jixiao.server.views import view_files
from tests.support.complete import assert_complete

ZHENGXIE = "中国人民政治协商会议上海市松江区委员会办公室"
SONGJIANG = "上海市松江区人民政府办公室"
MINHANG = "上海市闵行区人民政府办公室(汇总)"
RENDA = "上海市松江区人民代表大会常务委员会办公室"
DANG = "中共上海市松江区区级机关工作委员会"


CASES = [
    (
        "projects",
        {"text": "法律顾问费", "sort": "-amount"},
        "name department year amount line",
        [("法律顾问费", SONGJIANG, 2024, 40000, 117), ("法律顾问费", MINHANG, 2022, 22500, 104)],
    ),
    (
        "projects",
        {"goal": "培训", "year": "2022", "most": "40万", "least": "40万"},
        "name amount",
        [("业务培训", 400000)],
    ),
    (
        "projects-citing",
        {"number": "松委发2009年97号", "sort": "-amount"},
        "name amount printedNumber line",
        [
            ("政协委员工作", 1472000, "松委发（2009）97号", 680),
            ("业务培训", 400000, "松委发（2009）97号", 423),
            ("政协会议", 390000, "松委发（2009）97号", 550),
        ],
    ),
    (
        "money",
        {"department": "中国人民政治协商会议上海市松江区委员会办公室", "year": "2022"},
        "place fund period projects partial amount",
        [
            ("松江区", "全部资金", "依项目金额", 7, 0, 3838580),
            ("松江区", "全部资金", "全部年度（一年或几年）", 7, 0, 3838580),
            ("松江区", "财政资金", "全部年度（一年或几年）", 7, 0, 3838580),
            ("松江区", "其他资金", "全部年度（一年或几年）", 7, 0, 0),
            ("松江区", "全部资金", "本预算年度", 7, 0, 3838580),
            ("松江区", "当年财政拨款", "本预算年度", 7, 0, 3838580),
            ("松江区", "上年结转资金", "本预算年度", 7, 0, 0),
            ("松江区", "其他资金", "本预算年度", 7, 0, 0),
            ("松江区", "财政的钱", "本预算年度", 7, 0, 3838580),
        ],
    ),
    (
        "legal-bases",
        {"limit": "2"},
        "name projects departments sum_amount_requested withoutAmount partial",
        [("松委发〔2009〕97号", 3, 1, 2262000, 0, 0), ("上海市人民政府令第35号", 3, 1, 790000, 0, 0)],
    ),
    (
        "bodies",
        {"sort": "-citations", "limit": "2"},
        "department projects sum_amount_requested citations",
        [(SONGJIANG, 10, 49410000, 26), (ZHENGXIE, 7, 3838580, 8)],
    ),
    (
        "bodies",
        {"sort": "amount", "least": "100万", "limit": "1"},
        "department projects sum_amount_requested",
        [(DANG, 1, 1020000)],
    ),
    (
        "by-year",
        {"sort": "-amount"},
        "year projects sum_amount_requested with_amount_requested",
        [(2022, 27, 70509333, 27), (2024, 10, 49410000, 10)],
    ),
    ("project-counts", {"indicators": "18"}, "name indicators documents", [("政府信息公开", 29, 0)]),
    ("project-years", {"text": "政协会议"}, "name years which", [("政协会议", 1, "2022")]),
    ("body-years", {"sort": "-indicators", "limit": "1"}, "department years indicators", [(MINHANG, 1, 160)]),
    (
        "shares",
        {"part": "闵行区", "year": "2022"},
        "projects allProjects sum_amount_requested amountShare_requested",
        [(11, 27, 62060753, 88)],
    ),
    ("findings-by-body", {"year": "2024"}, "department facts findings projects", [(SONGJIANG, 26, 55, 10)]),
    (
        "spending",
        {"year": "2024", "least": "100万"},
        "department projects sum_amount_requested",
        [(SONGJIANG, 4, 48405000)],
    ),
    (
        "provinces",
        {},
        "place code projects withoutAmount sum_amount_requested with_amount_requested",
        [("上海市", "310000", 37, 0, None, 37)],
    ),
    (
        "provinces",
        {"least": "100万", "text": "东西部", "year": "2024"},
        "place projects sum_amount_requested",
        [("上海市", 1, 37780000)],
    ),
    (
        "years",
        {"first": "2022", "second": "2024", "limit": "2"},
        "department firstProjects firstAmount_requested secondProjects secondAmount_requested change_requested",
        [(SONGJIANG, None, None, 10, 49410000, None), (MINHANG, 11, 62060753, None, None, None)],
    ),
    (
        "spending",
        {"year": "2022"},
        "department projects withoutAmount sum_amount_requested sum_fiscalFunds_requested sum_otherFunds_requested",
        [
            (MINHANG, 11, 0, 62060753, 62025753, None),
            (ZHENGXIE, 7, 0, 3838580, 3838580, 0),
            (RENDA, 5, 0, 2960000, 2760000, 200000),
            (DANG, 4, 0, 1650000, 1650000, 0),
        ],
    ),
    (
        "department",
        {"department": "闵行区政府办", "sort": "-amount", "limit": "1"},
        "department name role amount indicators",
        [(MINHANG, "东西部扶贫协作和对口支援", "department filedBy implementingUnit", 46670000, 17)],
    ),
    (
        "indicators",
        {"type": "满意度", "below": "85", "year": "2022"},
        "name level2 operator target unit projectName line",
        [
            ("政协委员满意度", "服务对象满意度指标", "ge", 80, "%", "政协委员工作", 816),
            ("政协委员满意度", "服务对象满意度指标", "ge", 80, "%", "宣传与推广", 408),
        ],
    ),
    (
        "indicator-library",
        {"text": "政协委员"},
        "name operator unit projects bodies indicators numeric least most",
        [
            ("政协委员满意度", "ge", "%", 3, 1, 3, 3, 80, 90),
            ("促进政协委员履职有效性", None, None, 1, 1, 1, 0, None, None),
        ],
    ),
    (
        "project",
        {"project": "/id/project/bdd7i7amlc5hg/2022/jaffbl3rohoc7", "limit": "2"},
        "projectName item value",
        [("业务培训", "年度", "2022"), ("业务培训", "责任部门", ZHENGXIE)],
    ),
    (
        "names",
        {"text": "业务培训", "bodies": "2"},
        "name departments department projects sum_amount_requested",
        [
            ("业务培训", 3, RENDA, 1, 700000),
            ("业务培训", 3, ZHENGXIE, 1, 400000),
            ("业务培训", 3, DANG, 1, 290000),
        ],
    ),
    (
        "findings",
        {"fault": "NarrativeAmountDiffers"},
        "fault severity line",
        [("https://w3id.org/jixiao/shapes#NarrativeAmountDiffers", "Warning", 512)],
    ),
]


@pytest.mark.sampled(3)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_a_view_answers_with_what_stands_in_the_examples(run, examples, case):
    view, given, columns, rows = case
    params = [f"{name}={value}" for name, value in given.items()]
    answer = json.loads(run("view", "--store", examples, view, *params, "--format", "json").stdout)
    assert [tuple(row[name] for name in columns.split()) for row in answer["rows"]] == rows


def test_every_view_is_among_them():
    of_results = {"results", "execution", "evaluations"}  # which no example has: server/views/test_evaluations.py
    advice = "add a row to CASES in tests/cli/test_views_on_examples.py, with the rows that the examples have"
    assert_complete({view for view, *_ in CASES}, set(view_files.load()) - of_results, advice)
