"""Order the rows of tables by words, which leave out no row, and state figures for rows with the words and for all."""

import csv
import io

import openpyxl
import pytest
from hypothesis import given, strategies as st

from jixiao.store.tables.table import tables
from tests.support.generated import tries
from tests.support.pages import page, replied, words

JSON = {"accept": "application/sparql-results+json"}
WORDS = ["培训", "会议", "项目", "保障", "政协", "具体", "支撑", "完成率"]
TABLES = ["projects", "indicators", "evaluations", "documents", "bodies", "citations"]


def told(client, table, **asked):
    return replied(200, client.get(f"/tables/{table}", params={**asked, "format": "json"})).json()


def rows(answer):
    return [{name: value for name, value in row.items() if name != "words"} for row in answer["rows"]]


@pytest.mark.parametrize("table", TABLES)
@tries(12)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True), st.sampled_from(["", "name", "-year"]))
def test_words_order_rows_and_leave_none_out(table, client, asked, sort):
    sort = sort if sort.removeprefix("-") in tables()[table].by_name else ""
    plain, answer = told(client, table, sort=sort), told(client, table, sort=sort, words=asked)
    met = [len((row["words"] or "").split("、")) if row["words"] else 0 for row in answer["rows"]]
    ranks = [0 if number == len(asked) else 1 if number else 2 for number in met]
    assert ranks == sorted(ranks)
    assert answer["mentioned"] == {"all": ranks.count(0), "of": len(plain["rows"])}
    for rank in range(3):
        of_rank = [row for row, each in zip(rows(answer), ranks, strict=True) if each == rank]
        assert of_rank == [row for row in plain["rows"] if row in of_rank]
    assert sorted(map(str, rows(answer))) == sorted(map(str, plain["rows"]))


@pytest.mark.parametrize("table", TABLES)
def test_sparql_gives_the_same_order(table, client):
    answer = told(client, table, words=["培训", "meeting:会议|政协"], limit="20")
    result = replied(200, client.get("/sparql", params={"query": answer["sparql"]}, headers=JSON)).json()
    found = [
        "、".join(name for n, name in enumerate(["培训", "meeting"]) if f"word_{n}" in row) or None
        for row in result["results"]["bindings"]
    ]
    assert found == [row["words"] for row in answer["rows"]]


def test_a_word_stands_where_one_of_its_texts_does(client):
    answer = told(client, "projects", words=["meeting: 会议 | 座谈会", "培训"])
    assert answer["words"][0] == {"word": "meeting", "texts": ["会议", "座谈会"], "rows": 2}
    assert [row["words"] for row in answer["rows"]] == ["meeting、培训", "meeting", None]
    assert "meeting: 会议、座谈会" in answer["head"]["en"]
    met = told(client, "projects", **{"texts.text.contains": ["会议", "座谈会"]})["rows"]
    assert met == rows(answer)[:2]


def test_figures_are_of_the_rows_with_all_words_and_of_all_rows(client):
    """Test money in the head: of rows with the words first, and of all rows even if none has them."""
    asked = {"group": "year", "measure": "sum_amount", "year.is": "2022"}
    said = told(client, "projects", **asked, words="培训")["head"]
    assert said["en"] == (
        "1 of 2 mentions 培训: 2022: Amount (total) (requested): 400,000 yuan; all 2: 2022: Amount (total) (requested):"
        " not added up (2)"
    )
    assert said["zh"].startswith("2 个中有 1 个提到培训：2022：金额（合计）（申请）：40 万元；全部 2 个：")
    assert told(client, "projects", **asked, words="支撑")["head"]["en"].startswith(
        "none of the 2 mentions 支撑 (looked for in names, goals, indicators, bodies, bases and narratives alone,"
        " not in cells of money); all 2: "
    )


def test_files_have_the_column_and_the_sentence(client):
    asked = {"words": ["会议", "培训"], "columns": "name"}
    text = client.get("/tables/projects", params={**asked, "format": "csv"}).text
    assert next(csv.DictReader(io.StringIO(text)))["words"] == "会议、培训"
    book = openpyxl.load_workbook(
        io.BytesIO(client.get("/tables/projects", params={**asked, "format": "xlsx"}).content)
    )
    assert book.worksheets[0]["B2"].value == "会议、培训"
    about = {row[0].value: row[1].value for row in book.worksheets[1]}
    assert "提到会议、培训" in about["答案"]
    assert about["参数 words"] == "会议、培训"


@pytest.mark.parametrize("typed", [":", "a:|", [f"w{n}" for n in range(11)]])
def test_words_without_a_text_or_too_many_are_refused(typed, client):
    refused = replied(400, client.get("/tables/projects", params={"words": typed, "format": "json"}))
    assert "words" in refused.json()["detail"]


def test_tables_without_texts_refuse_words(client):
    refused = replied(400, client.get("/tables/runs", params={"words": "培训", "format": "json"}))
    assert "no texts" in refused.json()["detail"]


@pytest.mark.parametrize("columns", ["", "name"])
def test_a_page_shows_which_words_stand_in_a_row_and_how_many_mention_them(columns, client):
    shown = page(client, "/tables/projects", words=["会议", "维修"], columns=columns)
    [place] = [n for n, head in enumerate(words(shown.xpath("//table[@class='rows']//th"))) if head == "所含的字"]
    cells = shown.xpath(f"//table[@class='rows']/tbody/tr/td[{place + 1}]")
    assert [each.partition(" ")[0] for each in words(cells)] == ["维修", "会议", "会议"]
    # The ledger does not know all lines.
    assert [cell.xpath("string(.//a)").partition(" ")[2] for cell in cells] == ["2 行", "", "8 行"]
    told = "3 个里没有一个把会议、维修都提到（提到会议 2 个、维修 1 个；只查名称、"
    assert told in " ".join(words(shown.xpath("//main")))


def test_names_alone_are_said_to_have_been_searched_where_a_table_has_no_other_texts(client):
    said = told(client, "bodies", words="支撑")["head"]
    assert said["zh"].endswith("都没有提到支撑（只查名称）")
    assert said["en"].endswith("mentions 支撑 (looked for in names alone)")
