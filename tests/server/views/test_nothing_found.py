"""Answers without rows: a name of nothing, a part that was printed but not taken in, unknown money."""

from collections.abc import Iterator

import httpx
import pytest

from tests.server.conftest import serving_one

FILING = """项目支出绩效目标申报表
（2022年度）
项目名称 | 森林防火
项目单位 | 安徽省林业局
年度资金总额 | 100
年度目标 | 全年巡护林区，消除火灾隐患。
一级指标 | 二级指标 | 三级指标 | 指标值
产出指标 | 数量指标 | 巡护次数 | ≥12次
效益指标 | 社会效益指标 | 火灾起数 | ≤2起
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server of one filing, whose amount has no unit and was therefore not taken in."""
    with serving_one(tmp_path_factory.mktemp("nothing"), FILING) as client:
        yield client


def test_an_amount_printed_and_not_taken_in_is_told(served: httpx.Client) -> None:
    found = served.get("/views/projects", params={"without": "项目金额", "format": "json"}).json()
    assert [row["unknown"] for row in found["rows"]] == ["amount annualRequest"]
    page = served.get("/views/projects", params={"without": "项目金额"}, headers={"Accept": "text/html"}).text
    assert "不明的（没有收入，副本在此前中断，或没有读全）" in page
    assert "年度资金申请总额" in page
    body, _, name = found["rows"][0]["project"].split("/")[-3:]
    page = served.get(f"/doc/series/{body}/{name}?lang=en", headers={"Accept": "text/html"}).text
    assert "A blank amount is not known and no zero: none was read, or a preferred one is printed" in page
    # All views agree on which projects are without an amount.
    (province,) = served.get("/views/provinces", params={"format": "json"}).json()["rows"]
    assert province["withoutAmount"] == len(found["rows"])
    found = served.get("/views/projects", params={"text": "没有", "format": "json"}).json()
    assert found["message"] == {
        "zh": "读到的里面没有符合条件的；没有入库的、没有读到的可能有。",
        "en": "Nothing that was read matches; what is not stored, or was not read, may.",
    }


def test_an_unknown_body_is_not_said_to_have_no_projects(served: httpx.Client) -> None:
    for view in ("department", "projects"):
        found = served.get(f"/views/{view}", params={"department": "Blah", "format": "json"}).json()
        assert found["message"]["en"] == "The dataset has no body whose name is or contains “Blah”."
    iri = f"http://localhost:8000/id/org/{'a' * 13}"
    found = served.get("/views/department", params={"department": iri, "format": "json"}).json()
    assert "no project" in found["message"]["en"]


def test_a_province_whose_money_is_unknown_has_no_zero(served: httpx.Client) -> None:
    page = served.get("/charts/provinces", params={"lang": "en"}, headers={"Accept": "text/html"}).text
    assert 'aria-label="Anhui: 1 project, no amount known"' in page
    assert "0 yuan" not in page
