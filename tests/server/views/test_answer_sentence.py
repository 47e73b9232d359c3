"""The answer in one sentence: from the rows, and with both figures where there are two."""

import pytest

from tests.support.pages import replied

POLITICAL = "中国人民政治协商会议上海市松江区委员会办公室"
AMOUNTS = {"measure": "sum_amount"}


def said(client, address, **asked):
    return replied(200, client.get(address, params={**asked, "format": "json"})).json()["sentence"]


@pytest.mark.parametrize(
    ("asked", "zh", "en"),
    [
        ({}, "3 个项目", "3 projects"),
        ({"name.contains": "无此"}, "没有同时符合这些条件的行。", "No row meets all of these conditions."),
        (
            {"sort": "-amount", "limit": "1"},
            "金额最大的是办公用房维修：100 万元（申请）",
            "Largest (Amount): 办公用房维修, 1 million yuan (requested)",
        ),
        (
            {"sort": "-amount", "limit": "1", "offset": "1"},
            "金额第 2 大的是业务培训：40 万元（申请）",
            "No. 2 from largest (Amount): 业务培训, 400,000 yuan (requested)",
        ),
        (
            {"one.absences.part.is": "jx:cites", "measure": "rows", "figure": "ratio"},
            "行数（没有读到的引用文件）：没有，行数（全部）：3 个项目，行数：没有读到的引用文件占全部的百分之：0",
            "Rows (Not read: cited document): none, Rows (all): 3 projects, Rows: Not read: cited document as per cent"
            " of all: 0",
        ),
        (
            {"sort": "startDate"},
            "开始日期最早的是业务培训：2022-01-01（另有 2 个项目没有读到“开始日期”，没有参加比较）",
            "Earliest (Starts on): 业务培训, 2022-01-01 (not compared, as “starts on” was not read: 2 projects)",
        ),
        ({"sort": "name"}, "3 个项目", "3 projects"),
        (
            {"sort": "-year", "year.is": "2022", "limit": "1"},
            "年度最晚的是业务培训、政协会议：2022",
            "Latest (Year): 业务培训, 政协会议, 2022",
        ),
        (
            AMOUNTS,
            "2023 年申请 1,000,000 元（1 个）；2022 年申请 400,000 元（1 个），"
            "申请 86,580.55 元（全部年度，一年或几年）（1 个）",
            "2023: 1,000,000 yuan requested (1); 2022: 400,000 yuan requested (1), 86,580.55 yuan requested"
            " (whole term, of one year or several) (1)",
        ),
        (
            {"group": "body", "measure": "rows", "figure": "share"},
            f"行数最多的是{POLITICAL}：2 个项目，占全部 3 个项目的 66.7%",
            f"Most (Rows): {POLITICAL}, 2 projects, 66.7% of 3 projects",
        ),
        (
            {"group": "year", "measure": "rows", "sort": "year"},
            "2022：2 个项目；2023：1 个项目",
            "2022: 2 projects; 2023: 1 project",
        ),
        (
            {"group": "year,project", **AMOUNTS, "figure": "rank", "rank_sum_amount.most": "1"},
            "2022、业务培训：金额（合计）（申请）：40 万元；2023、办公用房维修：金额（合计）（申请）：100 万元",
            "2022, 业务培训: Amount (total) (requested): 400,000 yuan; 2023, 办公用房维修: Amount (total) (requested):"
            " 1 million yuan",
        ),
        (
            {"one.year.is": "2023", "other.year.is": "2019", **AMOUNTS, "figure": "difference"},
            "金额（合计）（2023）（申请）：100 万元，金额（合计）（2019）（申请）：没有",
            "Amount (total) (2023) (requested): 1 million yuan, Amount (total) (2019) (requested): none",
        ),
        (
            {"one.name.contains": "培训", "measure": "rows", "figure": "ratio"},
            "行数（培训）：1 个项目，行数（全部）：3 个项目，行数：培训占全部的百分之：33.3",
            "Rows (培训): 1 project, Rows (all): 3 projects, Rows: 培训 as per cent of all: 33.3",
        ),
        ({"words": "培训", "measure": "rows"}, "3 个中有 1 个提到培训", "1 of 3 mentions 培训"),
        (
            {"words": "培训", **AMOUNTS},
            "3 个中有 1 个提到培训：2022 年申请 400,000 元；全部 3 个：2023 年申请 1,000,000 元（1 个）；"
            "2022 年申请 400,000 元（1 个），申请 86,580.55 元（全部年度，一年或几年）（1 个）",
            "1 of 3 mentions 培训: 400,000 yuan requested (2022); all 3: 2023: 1,000,000 yuan requested (1);"
            " 2022: 400,000 yuan requested (1), 86,580.55 yuan requested (whole term, of one year or several) (1)",
        ),
        (
            {"words": "培训", "sort": "-amount"},
            "3 个中有 1 个提到培训：金额最大的是业务培训：40 万元（申请）；全部 3 个：金额最大的是办公用房维修："
            "100 万元（申请）",
            "1 of 3 mentions 培训: Largest (Amount): 业务培训, 400,000 yuan (requested); all 3: Largest (Amount):"
            " 办公用房维修, 1 million yuan (requested)",
        ),
    ],
)
def test_the_answer_stands_in_one_sentence(asked, zh, en, client):
    assert said(client, "/tables/projects", **asked) == {"zh": zh, "en": en}


def test_the_sentence_of_a_view_counts_and_names_the_first_of_an_order(client):
    assert said(client, "/views/projects")["en"] == "3 projects"
    assert said(client, "/views/projects", sort="-amount", limit="1")["zh"].startswith("金额最大的是办公用房维修：")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"largerTotal.above": "1"}, "Left out, as “larger total (whole term)” was not read: 2 projects"),
        ({"sort": "-largerTotal"}, "Last in the order, as “larger total (whole term)” was not read: 2 projects."),
        ({"year.is": "2022", "sort": "-largerTotal"}, "Last in the order, as “larger total (whole term)” was"),
        ({"sort": "-amount"}, ""),
    ],
)
def test_what_an_order_or_a_bound_cannot_place_is_told(asked, told, client):
    answer = replied(200, client.get("/tables/projects", params={**asked, "format": "json"})).json()
    assert told in answer.get("caveat", {"en": ""})["en"]
    assert bool(told) or "Last in the order" not in str(answer)
